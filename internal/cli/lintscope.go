package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/lint"
	"callboard/internal/source/dir"
)

// lintProject is what lint reads, and which of its findings are asked for.
func (a *app) lintProject(paths []string, pf projectFlags) (*project, func(diag.Diagnostic) bool, error) {
	all := func(diag.Diagnostic) bool { return true }
	_, err := os.Stat(a.path(configName))
	switch configured := err == nil || pf.config != ""; {
	case configured && len(paths) == 0:
		p, err := a.open("", pf)
		return p, all, err
	case configured:
		p, err := a.open("", pf)
		if err != nil {
			return nil, nil, err
		}
		return p, a.below(p, paths), nil
	case len(paths) == 0:
		p, err := a.open(".", pf)
		return p, all, err
	case len(paths) == 1 && isDir(a.path(paths[0]), paths[0]) == nil:
		p, err := a.open(paths[0], pf)
		return p, all, err
	}
	p, onlyFiles := a.named(paths)
	if onlyFiles {
		return p, func(d diag.Diagnostic) bool { return !lint.Whole(d.Code) }, nil
	}
	return p, all, nil
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
	var dirs []string
	for _, given := range paths {
		abs := a.path(given)
		if isDir(abs, given) == nil {
			onlyFiles = false
			p.add(p.uniqueName(given), abs, dirOptions(p.config.Config, config.Source{Repositories: dir.Auto}))
			continue
		}
		d := filepath.Dir(abs)
		if files[d] == nil {
			dirs = append(dirs, d)
		}
		files[d] = append(files[d], escapeGlob(filepath.Base(abs)))
	}
	for _, d := range dirs {
		rel, err := filepath.Rel(a.Dir, d)
		if err != nil {
			rel = d
		}
		p.add(p.uniqueName(filepath.ToSlash(rel)), d, dir.Options{Repositories: dir.One, Entries: files[d], Ignore: p.config.Catalog.Ignore})
	}
	return p, onlyFiles
}
