package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/source/dir"
)

func (a *app) lintCommand() *cobra.Command {
	var pf projectFlags
	var strict bool
	format := wordFlag{value: "text", words: []string{"text", "json"}}
	c := &cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Say what is wrong with catalog files",
		Long: `Check catalog files, and print what is wrong with them: the place, the reason
and what to do.

PATH is a catalog file or a directory; without any it is the current directory.
With a callboard.yaml here, or --config, references are looked up in the whole
catalog that it describes, and PATH chooses which findings are printed. Without
one, what is named is all there is; if only files are named, references to other
entities are not judged.

Notes, which ask for nothing, are printed with --verbose; --format json has them
always. Exits with 1 if there are errors, with --strict also if there are
warnings.`,
		Example: `  callboard lint
  callboard lint services/payments/catalog-info.yaml
  callboard lint --format json | jq '.diagnostics[].code'`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.lint(c.Context(), args, pf, format.value, strict)
		},
	}
	pf.add(c)
	c.Flags().BoolVar(&strict, "strict", false, "exit with 1 if there are warnings, too")
	c.Flags().Var(&format, "format", "how findings are written")
	complete(c, "format", format.words...)
	return c
}

func (a *app) lint(ctx context.Context, paths []string, pf projectFlags, format string, strict bool) (err error) {
	for _, p := range paths {
		if _, err := os.Stat(a.path(p)); err != nil {
			return &usageError{"cannot read " + quote(p) + ": " + reason(err), ""}
		}
	}
	p, keep, err := a.lintProject(paths, pf)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if p.broken() {
		return a.refuse(p)
	}
	l, err := a.load(ctx, p)
	if err != nil {
		return err
	}
	ds := diag.Sort(slices.DeleteFunc(append(p.findings.All(), l.Diagnostics...), func(d diag.Diagnostic) bool { return !keep(d) }))
	if format == "json" {
		err = diag.WriteJSON(a.Stdout, a.relocated(p, ds))
	} else {
		err = a.printFindings(a.Stdout, p, l, a.worthTelling(ds))
	}
	if err != nil {
		return err
	}
	a.talk("%s: %s%s", count(l.Catalog.Len(), "entity", "entities"), diag.Summary(ds), a.untold(ds, format))
	if strict {
		return verdict(ds, diag.Warning)
	}
	return verdict(ds, diag.Error)
}

// untold says how many notes were not printed.
func (a *app) untold(ds []diag.Diagnostic, format string) string {
	if _, _, n := diag.Count(ds); n > 0 && !a.flags.verbose && format == "text" {
		return fmt.Sprintf(" (and %s with --verbose)", count(n, "note", "notes"))
	}
	return ""
}

// relocated names files as the user would open them from here.
func (a *app) relocated(p *project, ds []diag.Diagnostic) []diag.Diagnostic {
	move := func(at *diag.Pos) {
		if abs := p.abs(*at); abs != "" {
			at.Repo, at.File = "", filepath.ToSlash(a.shown(abs))
		}
	}
	for i := range ds {
		move(&ds[i].Pos)
		if ds[i].End != (diag.Pos{}) {
			move(&ds[i].End)
		}
		for j := range ds[i].Related {
			move(&ds[i].Related[j].Pos)
		}
	}
	return ds
}

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
		return p, func(d diag.Diagnostic) bool { return !needsCatalog(d.Code) }, nil
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

// needsCatalog tells whether a finding is about what other files say, so that
// it means nothing where these were not read.
func needsCatalog(code diag.Code) bool {
	switch code {
	case catalog.CodeDangling, "api-without-provider", "system-without-parts":
		return true
	}
	return false
}
