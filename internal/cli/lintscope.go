package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"callboard/internal/config"
	"callboard/internal/diag"
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
	case len(paths) == 0:
		p, err = a.open(".", pf)
		return p, all, true, err
	case len(paths) == 1 && isDir(a.path(paths[0]), paths[0]) == nil:
		p, err = a.open(paths[0], pf)
		return p, all, true, err
	}
	p, onlyFiles := a.named(paths)
	return p, all, !onlyFiles, nil
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
			return abs == a.path(x) || strings.HasPrefix(abs, a.path(x)+string(filepath.Separator))
		})
	}
}

// named makes a project of files and directories without a configuration.
func (a *app) named(paths []string) (p *project, onlyFiles bool) {
	p = &project{dir: a.Dir, config: &config.Loaded{Config: config.Default()}}
	onlyFiles = true
	files := map[string][]string{}
	var roots []string
	for _, given := range paths {
		abs := a.path(given)
		if isDir(abs, given) == nil {
			onlyFiles = false
			p.add(p.uniqueName(given), abs, dirOptions(p.config.Config, config.Source{Repositories: dir.Auto}))
			continue
		}
		root, rel := a.rootOf(abs)
		if files[root] == nil {
			roots = append(roots, root)
		}
		files[root] = append(files[root], rel)
	}
	for _, root := range roots {
		rel, err := filepath.Rel(a.Dir, root)
		if err != nil {
			rel = root
		}
		p.add(p.uniqueName(filepath.ToSlash(rel)), root, dir.Options{Repositories: dir.One, Entries: escapeGlobs(files[root]), Named: files[root], Ignore: p.config.Catalog.Ignore})
	}
	return p, onlyFiles
}

func escapeGlobs(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = escapeGlob(n)
	}
	return out
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
