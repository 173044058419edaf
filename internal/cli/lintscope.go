package cli

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/process"
	"callboard/internal/source/dir"
)

// lintProject is what lint reads, which of its findings are asked for, and
// whether it is the whole of its repositories.
func (a *app) lintProject(paths []string, pf projectFlags) (p *project, keep func(diag.Diagnostic) bool, whole bool, err error) {
	all := func(diag.Diagnostic) bool { return true }
	_, err = os.Stat(a.path(configName))
	switch configured := err == nil || pf.config != ""; {
	case configured && len(paths) == 0:
		p, err = a.open("", pf)
		return p, all, true, err
	case configured:
		if p, err = a.open("", pf); err != nil {
			return nil, nil, false, err
		}
		return p, a.below(p, paths), true, nil
	case len(paths) == 0 && !a.isPart(".", pf):
		p, err = a.open(".", pf)
		return p, all, true, err
	case len(paths) == 0:
		paths = []string{"."}
	case len(paths) == 1 && isDir(a.path(paths[0]), paths[0]) == nil && !a.isPart(paths[0], pf):
		p, err = a.open(paths[0], pf)
		return p, all, true, err
	}
	p, onlyFiles := a.named(paths)
	return p, all, !onlyFiles, nil
}

// isPart tells whether a directory is a part of a checkout, whose files may lead
// to others of it, and not something of its own.
func (a *app) isPart(given string, pf projectFlags) bool {
	if len(pf.from) > 0 || len(pf.appConfig) > 0 || pf.state != "" {
		return false
	}
	if _, err := os.Stat(filepath.Join(a.path(given), configName)); err == nil {
		return false
	}
	_, _, part := partOf(a.path(given))
	return part
}

// partOf is the checkout that a directory is a part of, and its path in there. A
// directory of checkouts is none, wherever it lies, and neither is one that is
// passed over when the whole checkout is read.
func partOf(abs string) (root, rel string, part bool) {
	root = checkoutOf(abs)
	if root == "" || root == abs || root == filepath.Dir(root) || holdsCheckouts(abs) {
		return "", "", false
	}
	rel, err := filepath.Rel(root, abs)
	rel = filepath.ToSlash(rel)
	return root, rel, err == nil && !passedOver(rel)
}

// holdsCheckouts tells whether a directory next below is checked out.
func holdsCheckouts(abs string) bool {
	below, err := os.ReadDir(abs)
	return err != nil || slices.ContainsFunc(below, func(d os.DirEntry) bool {
		_, err := os.Lstat(filepath.Join(abs, d.Name(), ".git"))
		return err == nil
	})
}

// passedOver tells whether a directory is one that nothing is read of.
func passedOver(rel string) bool {
	for at := rel; at != "."; at = path.Dir(at) {
		for _, pattern := range config.Default().Catalog.Ignore {
			if ok, err := doublestar.Match(pattern, at); err == nil && ok {
				return true
			}
		}
	}
	return false
}

// lintDir is the directory whose configuration lintProject reads, "" for that of
// the working directory.
func (a *app) lintDir(paths []string, pf projectFlags) string {
	if _, err := os.Stat(a.path(configName)); err != nil && pf.config == "" && len(paths) == 1 && isDir(a.path(paths[0]), paths[0]) == nil {
		return paths[0]
	}
	return ""
}

// anyDir tells whether directories are looked through, and not only files.
func (a *app) anyDir(paths []string) bool {
	return len(paths) == 0 || slices.ContainsFunc(paths, func(p string) bool { return isDir(a.path(p), p) == nil })
}

// below keeps the findings in the given files and directories.
func (a *app) below(p *project, paths []string) func(diag.Diagnostic) bool {
	return func(d diag.Diagnostic) bool {
		abs := p.abs(d.Pos)
		return slices.ContainsFunc(paths, func(x string) bool {
			return isBelow(abs, a.path(x))
		})
	}
}

// tellUnread names what was asked about and lies in no source of the configuration:
// that nothing was found in there would else sound as if somebody had looked.
func (a *app) tellUnread(p *project, paths []string) {
	if p.file == "" {
		return
	}
	for _, given := range paths {
		abs := a.path(given)
		touches := func(x place) bool { return x.root != "" && (isBelow(abs, x.root) || isBelow(x.root, abs)) }
		if abs != p.file && !slices.ContainsFunc(p.places, touches) {
			a.talk("%s lies in no source of %s, and was not looked at", quote(given), a.shown(p.file))
		}
	}
}

// isBelow tells whether a path is a directory or lies in it.
func isBelow(abs, dir string) bool {
	return abs == dir || strings.HasPrefix(abs, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// named makes a project of files and directories without a configuration.
func (a *app) named(paths []string) (p *project, onlyFiles bool) {
	p = &project{dir: a.Dir, config: &config.Loaded{Config: config.Default()}}
	onlyFiles = true
	asked := map[string]*dir.Options{}
	var roots []string
	of := func(root string) *dir.Options {
		if asked[root] == nil {
			roots = append(roots, root)
			asked[root] = &dir.Options{Repositories: dir.One, Ignore: p.config.Catalog.Ignore}
		}
		return asked[root]
	}
	for _, given := range paths {
		abs := a.path(given)
		if isDir(abs, given) != nil {
			root, rel := a.rootOf(abs)
			o := of(root)
			o.Entries, o.Named = append(o.Entries, escapeGlob(rel)), append(o.Named, rel)
			continue
		}
		onlyFiles = false
		root, rel, part := partOf(abs)
		if !part {
			p.add(p.uniqueName(given), abs, dirOptions(p.config.Config, config.Source{Repositories: dir.Auto}))
			continue
		}
		for _, pattern := range p.config.Catalog.Files {
			of(root).Entries = append(of(root).Entries, escapeGlob(rel)+"/"+pattern)
		}
	}
	for _, root := range roots {
		rel, err := filepath.Rel(a.Dir, root)
		if err != nil {
			rel = root
		}
		p.add(p.uniqueName(filepath.ToSlash(rel)), root, *asked[root])
	}
	if !onlyFiles {
		p.process = process.Compile(p.config, &p.findings)
	}
	return p, onlyFiles
}

// rootOf is the directory that the placeholders and Locations of a file may lead
// into, and the file's path in it: the checkout that the file is in, or else the
// working directory, or else the file's own.
func (a *app) rootOf(abs string) (root, rel string) {
	for _, root := range []string{checkoutOf(filepath.Dir(abs)), a.Dir} {
		if root == "" || root == filepath.Dir(root) {
			continue
		}
		if rel, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(rel) {
			return root, filepath.ToSlash(rel)
		}
	}
	return filepath.Dir(abs), filepath.Base(abs)
}

// checkoutOf is the nearest directory, from the given one up, that git has
// checked out, or "".
func checkoutOf(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
