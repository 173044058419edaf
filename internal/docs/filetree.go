package docs

import (
	"path"
	"regexp"
	"strings"
)

// fileTree is the pages of a set by directory.
type fileTree struct {
	dirs  map[string]*treeDir // "." for the root
	steps int                 // how much is still looked at for patterns
}

// treeDir is what is directly in a directory, by its names in the set's order.
type treeDir struct {
	files, dirs []string
	index       string // path of its index.md or README.md, "" for none
}

// fileTree makes the tree of the set's pages.
func (p *Plan) fileTree() *fileTree {
	t := &fileTree{dirs: map[string]*treeDir{".": {}}, steps: maxNavSteps}
	for _, s := range p.sources {
		d := t.dir(path.Dir(s.rel))
		d.files = append(d.files, path.Base(s.rel))
		if isIndex(path.Base(s.rel)) {
			d.index = s.rel
		}
	}
	return t
}

func (t *fileTree) dir(dir string) *treeDir {
	if d := t.dirs[dir]; d != nil {
		return d
	}
	d := &treeDir{}
	t.dirs[dir] = d
	above := t.dir(path.Dir(dir))
	above.dirs = append(above.dirs, path.Base(dir))
	return d
}

func (t *fileTree) isDir(p string) bool { return t.dirs[path.Clean(p)] != nil }

// index is the index of a directory, or "".
func (t *fileTree) index(dir string) string {
	if d := t.dirs[path.Clean(dir)]; d != nil {
		return d.index
	}
	return ""
}

// glob are the files, and then the directories, that a pattern matches part by
// part; a star does not match a slash.
func (t *fileTree) glob(pattern string) []string {
	parts := strings.Split(path.Clean(pattern), "/")
	dirs := []string{"."}
	for _, part := range parts[:len(parts)-1] {
		var next []string
		for _, d := range dirs {
			next = append(next, t.pick(d, t.dirs[d].dirs, part)...)
		}
		dirs = next
	}
	last := parts[len(parts)-1]
	var files, subs []string
	for _, d := range dirs {
		files = append(files, t.pick(d, t.dirs[d].files, last)...)
		subs = append(subs, t.pick(d, t.dirs[d].dirs, last)...)
	}
	return append(files, subs...)
}

// pick are the names in a directory that a part of a pattern matches, as paths.
func (t *fileTree) pick(dir string, names []string, part string) []string {
	if t.steps -= len(names); t.steps < 0 || len(part) > maxExcludePattern {
		return nil
	}
	match := func(name string) bool { return name == part }
	if strings.ContainsAny(part, "*?[") {
		re, err := regexp.Compile(fnmatch(part))
		if err != nil {
			return nil
		}
		match = re.MatchString
	}
	var out []string
	for _, n := range names {
		if match(n) {
			out = append(out, path.Join(dir, n))
		}
	}
	return out
}
