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
	"callboard/internal/catalog"
	"callboard/internal/changes"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/git"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// changeFlags say what the files are compared with.
type changeFlags struct{ since, catalog, summary string }

func (f *changeFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.since, "since", "", "report what was changed since HEAD left this `REVISION`, such as origin/main, and what that breaks elsewhere")
	c.Flags().StringVar(&f.catalog, "catalog", "", "look references up in this published catalog, too: a `FILE` or an address of a portal's catalog.json")
	c.Flags().StringVar(&f.summary, "summary", "", "write a summary of the change as Markdown to this `FILE`, - for standard output in place of the text")
}

func (f *changeFlags) check() error {
	if f.summary != "" && f.since == "" && f.catalog == "" {
		return &usageError{"--summary is about a change", "add --since REVISION, or --catalog for the difference from what was published"}
	}
	return nil
}

// comparison is what the files are compared with: an earlier commit, a published
// catalog, or both.
type comparison struct {
	a     *app
	p     *project
	whole bool   // all files of the repositories are read, not some that were named
	top   string // the checkout that since is about

	tree      *git.Tree        // nil without --since
	published []*entity.Entity // of --catalog

	own    map[string]string // repositories of the published catalog that are read here, and their names here
	files  map[fileOf]bool   // of the published catalog that are read here
	was    []*entity.Entity
	said   map[string]int // findings that there were before, by fingerprint
	diff   *changes.Diff
	lines  map[string]map[int]bool // changed lines of files, nil for files that have not changed
	notice []diag.Diagnostic
}

// compareWith opens what the files are to be compared with; nil if nothing is.
func (a *app) compareWith(ctx context.Context, p *project, paths []string, whole bool, f changeFlags) (c *comparison, err error) {
	if f.since == "" && f.catalog == "" {
		return nil, nil
	}
	c = &comparison{a: a, p: p, whole: whole, said: map[string]int{}, lines: map[string]map[int]bool{}}
	if f.catalog != "" {
		if c.published, err = a.readPublished(ctx, f.catalog); err != nil {
			return nil, err
		}
	}
	if f.since == "" {
		return c, nil
	}
	return c, c.openSince(ctx, paths, f.since)
}

func (c *comparison) openSince(ctx context.Context, paths []string, rev string) error {
	at := c.a.Dir
	if len(paths) > 0 {
		at = c.a.path(paths[0])
	}
	if c.top = checkoutOf(at); c.top == "" {
		return &usageError{"--since: there is no git checkout at " + quote(c.a.shown(at)), ""}
	}
	repo, err := git.Open(c.top, c.a.Getenv("PATH"))
	if err != nil {
		return fmt.Errorf("--since: %w", err)
	}
	base, err := repo.MergeBase(ctx, rev)
	if errors.Is(err, git.ErrNoBase) {
		return &usageError{"--since: " + err.Error(), "fetch it; in CI, check out the whole history (fetch-depth: 0)"}
	}
	if err != nil {
		return fmt.Errorf("--since: %w", err)
	}
	if c.tree, err = repo.Tree(ctx, base); err != nil {
		return fmt.Errorf("--since: %w", err)
	}
	c.p.closers = append(c.p.closers, c.tree.Close)
	return nil
}

// others are the entities of the published catalog that are not read here. Before
// it tells them, it looks at how things were, since a repository whose entities
// have all been renamed is known by their old names only.
func (c *comparison) others(ctx context.Context, o build.Options, read *build.Loaded, own []*entity.Entity) ([]*entity.Entity, error) {
	if c.tree == nil {
		return c.foreign(own), nil
	}
	o.Sources = c.earlier(o, read)
	before, err := build.Lint(ctx, o, build.LintOptions{Others: func(_ *build.Loaded, was []*entity.Entity) []*entity.Entity {
		c.was = was
		return c.foreign(slices.Concat(own, was))
	}})
	if err != nil {
		return nil, fmt.Errorf("--since: %w", err)
	}
	for _, d := range before.Diagnostics {
		c.said[d.Fingerprint()]++
	}
	return before.Others, nil
}

// earlier are the sources with the files of the earlier commit, where they lie in
// its checkout. The addresses are those of now: a commit does not know them.
func (c *comparison) earlier(o build.Options, read *build.Loaded) (out []source.Source) {
	for i, x := range c.p.places {
		rel, err := filepath.Rel(c.top, x.root)
		if err != nil || !filepath.IsLocal(rel) {
			out = append(out, o.Sources[i])
			continue
		}
		opt := x.opt
		if s := read.Snapshots["."]; s != nil && len(c.p.places) == 1 {
			opt.Repositories, opt.WebURL, opt.Branch = dir.One, s.WebURL, s.Branch
		} else if s := read.Snapshots[x.name]; s != nil {
			opt.Repositories, opt.WebURL, opt.Branch = dir.One, s.WebURL, s.Branch
		}
		out = append(out, dir.FS(x.name, c.tree.Sub(filepath.ToSlash(rel)), opt))
	}
	return out
}

// compare tells what the change is, and reports what it breaks elsewhere.
func (c *comparison) compare(l *build.Linted) {
	was := c.was
	if c.tree == nil {
		was = c.wasPublished()
	}
	for _, e := range l.Own {
		c.p.abs(e.Origin.Pos()) // so that files which are gone are known to have been there
	}
	d := changes.Compare(was, l.Own, l.Others)
	c.diff = &d
	c.alsoPublished(l.Own)
	c.notice = append(c.notice, c.brokenElsewhere()...)
}

// keep tells whether a finding is to be reported: not one at an entity of the
// published catalog, which is not here to be changed, and with --since only one in
// a file that was touched, or one that there was not before.
func (c *comparison) keep(l *build.Linted, ds []diag.Diagnostic) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, d := range ds {
		if isPublished(d.Pos.Repo) {
			continue
		}
		if c.tree == nil || c.touched(l, d.Pos) {
			out = append(out, d)
			continue
		}
		if print := d.Fingerprint(); c.said[print] > 0 {
			c.said[print]--
			continue
		}
		out = append(out, d)
	}
	return append(out, c.notice...)
}

func (c *comparison) touched(l *build.Linted, at diag.Pos) bool { return c.changed(l, at) != nil }

// changed are the lines of a file that were changed, or nil if none were.
func (c *comparison) changed(l *build.Linted, at diag.Pos) map[int]bool {
	abs := c.p.abs(at)
	if c.tree == nil || abs == "" || at.File == "" {
		return nil
	}
	lines, known := c.lines[abs]
	if !known {
		lines = c.compareFile(l, at, abs)
		c.lines[abs] = lines
	}
	return lines
}

func (c *comparison) compareFile(l *build.Linted, at diag.Pos, abs string) map[int]bool {
	rel, err := filepath.Rel(c.top, abs)
	if err != nil || !filepath.IsLocal(rel) || l.Snapshots[at.Repo] == nil {
		return nil
	}
	now, err := l.Snapshots[at.Repo].Read(at.File)
	if err != nil {
		now, err = os.ReadFile(abs) // a file that the snapshot left out has a finding that says so
	}
	if err != nil || c.tree.Has(filepath.ToSlash(rel), now) {
		return nil
	}
	before, err := c.tree.Read(filepath.ToSlash(rel))
	if err != nil {
		before = nil // it is new
	}
	return git.Changed(before, now)
}

// CodeBrokenElsewhere is a reference of another repository that a change leaves
// without its target.
const CodeBrokenElsewhere = diag.Code("ref-broken-elsewhere")

// maxElsewhere is how many references to one entity are listed.
const maxElsewhere = 20

// brokenElsewhere reports each entity that went although others refer to it, where
// it was or where its new name stands.
func (c *comparison) brokenElsewhere() (out []diag.Diagnostic) {
	for i, j := 0, 0; i < len(c.diff.Broken); i = j {
		b := c.diff.Broken[i]
		for j = i; j < len(c.diff.Broken) && c.diff.Broken[j].Target == b.Target; j++ {
		}
		d := c.gone(b.Target, b.Now)
		d.Message += fmt.Sprintf(" and %s to it", count(j-i, "reference in other repositories leads", "references in other repositories lead"))
		for _, x := range c.diff.Broken[i:min(j, i+maxElsewhere)] {
			d.Related = append(d.Related, diag.Related{Pos: x.From.Origin.Pos(), Message: x.From.Ref.String() + " names it in " + x.Field})
		}
		out = append(out, d)
	}
	return out
}

// gone is the finding about an entity that went.
func (c *comparison) gone(ref, now entity.Ref) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Warning, Code: CodeBrokenElsewhere, Entity: ref.String()}
	for _, x := range c.diff.Changes {
		switch {
		case x.What == changes.Renamed && x.Was == ref:
			d.Pos = x.After.Origin.Pos()
		case x.What == changes.Removed && x.Ref == ref:
			d.Pos = diag.Pos{Repo: x.Before.Origin.Repo, File: x.Before.Origin.File}
		}
	}
	d.Message, d.Hint = ref.String()+" is removed,", "remove the references first, or keep the entity until they are gone"
	if !now.IsZero() {
		d.Message, d.Hint = fmt.Sprintf("%s is renamed to %s,", ref, now), "change the references, or keep the old name until they have changed"
	}
	return d
}

// duplicate is the finding about an entity that another repository has, too.
func duplicate(own, other *entity.Entity) diag.Diagnostic {
	return diag.Diagnostic{Pos: own.Origin.Pos(), Severity: diag.Error, Code: catalog.CodeDuplicate, Entity: own.Ref.String(),
		Message: fmt.Sprintf("%s is declared in another repository, too", own.Ref), Hint: "rename one of the two, or remove it; names are compared without regard to case",
		Related: []diag.Related{{Pos: other.Origin.Pos(), Message: "the one that was published"}}}
}
