package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/changes"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lint"
)

// lintFlags say what lint looks at and how it tells what it found.
type lintFlags struct {
	projectFlags
	fixFlags
	reportFlags
	changeFlags
	strict, allowExec bool
	// unsaved is what stands for the content of files, by repository and path.
	unsaved map[string]map[string][]byte
}

func (a *app) lintCommand() *cobra.Command {
	var f lintFlags
	c := &cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Say what is wrong with catalog files",
		Long: `Check catalog files, and print what is wrong with them: the place, the reason
and what to do.

PATH is a catalog file or a directory; without any it is the current directory.
What lies in a git checkout may name files of all of it.
With a callboard.yaml here, or --config, references are looked up in the whole
catalog that it describes, and PATH chooses which findings are printed. Without
one, what is named is all there is; if only files are named, references to other
entities are not judged.

--since reports only what a change is to blame for: findings in the files it
touches, and elsewhere those that were not there before. --catalog looks
references up in a published catalog, too, and finds those of other repositories
that the change breaks.

Notes, which ask for nothing, are printed with --verbose; --format json has them
always. Programs that callboard.yaml names as processors are not run without
--allow-exec, so that a pull request that changes the file cannot run anything.
Exits with 1 if there are errors, with --strict also if there are
warnings.`,
		Example: `  callboard lint
  callboard lint services/payments/catalog-info.yaml
  callboard lint --format json | jq '.diagnostics[].code'
  callboard lint --since origin/main --catalog https://portal.acme.example/catalog.json
  callboard lint --format github --report sarif=callboard.sarif`,
		RunE: func(c *cobra.Command, args []string) error { return a.lint(c.Context(), args, f) },
	}
	f.projectFlags.add(c)
	f.fixFlags.add(c)
	f.reportFlags.add(c)
	f.changeFlags.add(c)
	c.Flags().BoolVar(&f.strict, "strict", false, "exit with 1 if there are warnings, too")
	c.Flags().BoolVar(&f.allowExec, "allow-exec", false, "run the programs that callboard.yaml names as processors")
	return c
}

// lint reads what the paths name, repairs it if that is asked for, and tells
// what is wrong with it.
func (a *app) lint(ctx context.Context, paths []string, f lintFlags) (err error) {
	if err := errors.Join(f.fixFlags.check(), f.reportFlags.check(), f.changeFlags.check()); err != nil {
		return err
	}
	if f.fix {
		if done, err := a.repair(ctx, paths, f); done || err != nil {
			return err
		}
	}
	found, err := a.findLint(ctx, paths, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, found.project.close()) }()
	if f.writeBaseline != "" {
		return a.storeBaseline(found, f.writeBaseline)
	}
	if err := a.reported(found, f.fixFlags); err != nil {
		return err
	}
	return a.tellLinted(found, f)
}

// findLint reads what the paths name. The project of what it found is open.
func (a *app) findLint(ctx context.Context, paths []string, f lintFlags) (found *linted, err error) {
	for _, p := range paths {
		if _, err := os.Stat(a.path(p)); err != nil {
			return nil, &usageError{"cannot read " + quote(p) + ": " + reason(err), ""}
		}
	}
	if err := a.bring(ctx, a.lintDir(paths, f.projectFlags), &f.projectFlags); err != nil {
		return nil, errors.Join(err, f.projectFlags.close())
	}
	p, keep, whole, err := a.lintProject(paths, f.projectFlags)
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, f.projectFlags.close)
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if p.broken() {
		return nil, a.refuse(p)
	}
	a.tellUnread(p, paths)
	c, err := a.compareWith(ctx, p, paths, whole, f.changeFlags)
	if err != nil {
		return nil, err
	}
	l, err := a.loadLint(ctx, p, c, paths, f)
	if err != nil {
		return nil, err
	}
	found = &linted{project: p, loaded: l, comparison: c, paths: paths, keep: keep}
	found.findings, l.Diagnostics = append(l.Diagnostics, p.findings.All()...), nil
	if c != nil {
		c.compare(l)
		found.findings = c.keep(l, found.findings)
	}
	found.findings = lint.Together(diag.Sort(slices.DeleteFunc(found.findings, func(d diag.Diagnostic) bool {
		return !keep(d) || !whole && f.catalog == "" && lint.Whole(d.Code)
	})))
	return found, nil
}

// loadLint reads what is to be linted.
func (a *app) loadLint(ctx context.Context, p *project, c *comparison, paths []string, f lintFlags) (*build.Linted, error) {
	o := build.Options{Config: p.config.Config, Model: p.model, Process: p.process, Programs: a.programs(p), Sources: p.sources, Jobs: a.flags.jobs}
	o.Programs.Forbid = o.Programs.Forbid || !f.allowExec
	bar := a.newProgress(true)
	defer bar.end()
	o.Progress = bar.told
	lo := f.lintOptions(a.anyDir(paths))
	lo.Unsaved = f.unsaved
	if c != nil {
		var failed error
		lo.Others = func(read *build.Loaded, own []*entity.Entity) (out []*entity.Entity) {
			out, failed = c.others(ctx, o, read, own)
			return out
		}
		l, err := build.Lint(ctx, o, lo)
		return l, errors.Join(failed, err)
	}
	lo.Findings = true
	return build.Lint(ctx, o, lo)
}

// linted is what a run of lint found: all that is reported is made of it.
type linted struct {
	project  *project
	loaded   *build.Linted
	findings []diag.Diagnostic // sorted, those that were asked for
	paths    []string          // as they were given
	keep     func(diag.Diagnostic) bool
	// comparison is with what there was before; nil without --since and --catalog.
	comparison *comparison
}

// entities is how many were read. Those of a published catalog were not.
func (l *linted) entities() (n int) {
	for at := range l.loaded.Origins() {
		if !isPublished(at.Repo) {
			n++
		}
	}
	return n
}

// diff is what the change does to the catalog, nil where nothing was compared.
func (l *linted) diff() *changes.Diff {
	if l.comparison == nil {
		return nil
	}
	return l.comparison.diff
}

// all are the entities after the change, here and in the published catalog.
func (l *linted) all() []*entity.Entity { return slices.Concat(l.loaded.Own, l.loaded.Others) }

// affected are those who depend on what the change changes.
func (l *linted) affected() []changes.Affected {
	if d := l.diff(); d != nil {
		return d.Affected(l.all())
	}
	return nil
}

// changed tells whether a place is on a line that was changed.
func (l *linted) changed(at diag.Pos) bool {
	return l.comparison != nil && l.comparison.changed(l.loaded, at)[at.Line]
}

// keeps tells whether findings at a place are asked for.
func (l *linted) keeps(at diag.Pos) bool { return l.keep(diag.Diagnostic{Pos: at}) }

// tellLinted writes the report and ends the command with its verdict.
func (a *app) tellLinted(l *linted, f lintFlags) error {
	if err := a.report(l, f); err != nil {
		return err
	}
	a.came = lintedOutcome(l, a.summary(l))
	a.talk("%s: %s%s", count(l.entities(), "entity", "entities"), diag.Summary(l.findings), a.untold(l.findings, f.format.value))
	if f.strict {
		return verdict(l.findings, diag.Warning)
	}
	return verdict(l.findings, diag.Error)
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
		if fix := ds[i].Fix; fix != nil {
			moved := diag.Fix{Title: fix.Title, Edits: slices.Clone(fix.Edits)}
			for j := range moved.Edits {
				move(&moved.Edits[j].Pos)
			}
			ds[i].Fix = &moved
		}
		if ds[i].End != (diag.Pos{}) {
			move(&ds[i].End)
		}
		for j := range ds[i].Related {
			move(&ds[i].Related[j].Pos)
		}
	}
	return ds
}
