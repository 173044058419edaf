package build

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/par"
	"callboard/internal/repofs"
)

// Live is what Lint reads, kept while its files change, as under an editor. What
// was read of a repository stays until that repository is read again; the
// catalog is linked anew each time, which costs little beside reading. It may be
// used by one goroutine at a time.
type Live struct {
	o     Options
	end   func(diag.Sink)
	repos map[string]*read
	// more is what was read because Locations of other repositories lead to it.
	more []*read
	// targets is what is wrong with those of Locations in other repositories.
	targets []diag.Diagnostic
}

// read is what reading one repository came to, before the settings and comments
// on findings are heeded: other files decide whether a comment is of use.
type read struct {
	work
	disk     *repofs.Snapshot // without what is not saved
	snap     *repofs.Snapshot
	entities []*entity.Entity
	refused  []*entity.Entity
	verdicts []catalog.Verdict
	found    []diag.Diagnostic
	ignores  []lint.Ignore
	side     side

	// Of what others' Locations lead to: the call, and its repository as it was.
	call call
	of   *read
}

// OpenLive reads all repositories of the sources. Close ends it.
func OpenLive(ctx context.Context, o Options) (*Live, error) {
	o, end := o.processing()
	l := &Live{o: o, end: end, repos: map[string]*read{}}
	if err := l.Refresh(ctx); err != nil {
		end(diag.Discard)
		return nil, err
	}
	return l, nil
}

// Close ends the processors. The sources are the caller's.
func (l *Live) Close() { l.end(diag.Discard) }

// Repos are the names of the repositories, in order.
func (l *Live) Repos() []string {
	out := make([]string, 0, len(l.repos))
	for name := range l.repos {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Snapshot is a repository with what is not saved, or nil.
func (l *Live) Snapshot(repo string) *repofs.Snapshot {
	if r := l.repos[repo]; r != nil {
		return r.snap
	}
	return nil
}

// Refresh lists the repositories again, reads those that are new and forgets
// those that are gone.
func (l *Live) Refresh(ctx context.Context) error {
	all, err := discover(ctx, l.o.Sources)
	if err != nil {
		return err
	}
	before, now := l.repos, map[string]*read{}
	var pending []work
	for _, w := range all {
		if r := before[w.name]; r != nil && packOf(r.work) == packOf(w) {
			now[w.name] = r
			continue
		}
		pending = append(pending, w)
	}
	done := 0
	for r, err := range par.Map(ctx, l.o.jobs(), slices.Values(pending), func(ctx context.Context, w work) (*read, error) {
		return l.o.readLive(ctx, &read{work: w}, nil)
	}) {
		if err != nil {
			return err
		}
		now[r.name] = r
		done++
		l.o.progress("catalog", done, len(pending))
	}
	l.repos = now
	return l.cross(ctx)
}

// Read reads a repository again: its files as they were listed before, or with
// list as they now are, and in place of their content what is not saved, by
// path. A repository that is not there is left alone.
func (l *Live) Read(ctx context.Context, repo string, list bool, unsaved map[string][]byte) error {
	r := l.repos[repo]
	if r == nil {
		return nil
	}
	again := &read{work: r.work, disk: r.disk}
	if list {
		again.disk = nil
	}
	again, err := l.o.readLive(ctx, again, unsaved)
	if err != nil {
		return err
	}
	l.repos[repo] = again
	return l.cross(ctx)
}

// readLive fills in r.
func (o Options) readLive(ctx context.Context, r *read, unsaved map[string][]byte) (out *read, err error) {
	var found diag.List
	to := renamed{&found, r.name}
	defer recoverInto(r.name, to, &err, func() {
		none := repofs.Memory(r.name, nil, nil)
		out = &read{work: r.work, disk: none, snap: none, side: side{snap: none}, found: found.All()}
	})
	if r.disk == nil {
		if r.disk, err = r.src.Fetch(ctx, *r.repo, to); err != nil {
			return nil, fmt.Errorf("fetch %s: %w", r.name, err)
		}
		describe(r.disk, r.work)
	}
	r.snap = r.disk.With(unsaved)
	err = o.readFiles(ctx, r, nil, to)
	r.found = found.All()
	return r, err
}

// readFiles reads the catalog files of r or, with a call, those that others'
// Locations lead to.
func (o Options) readFiles(ctx context.Context, r *read, c *call, to diag.Sink) (err error) {
	b := c.beyond()
	r.entities, err = o.entities(ctx, r.snap, r.heeding(), b, witness{refusals{to, &r.refused}, false, &r.verdicts})
	if err != nil {
		return fmt.Errorf("read %s: %w", r.name, err)
	}
	for _, e := range slices.Concat(r.entities, r.refused) {
		asDecoded(e)
	}
	slices.SortFunc(r.verdicts, compareVerdicts)
	r.side = side{r.snap, b.Leads, b.Read}
	return nil
}

// heeding reads files and notes the comments in each, once.
func (r *read) heeding() repofs.ReadFunc {
	seen := map[string]bool{}
	return func(path string) ([]byte, error) {
		b, err := r.snap.Read(path)
		if !seen[path] {
			seen[path] = true
			r.ignores = append(r.ignores, ignores(path, b)...)
		}
		return b, err
	}
}

// Link makes the catalog of what has been read and applies the rules. Verdicts
// are always there. The result is not changed by what is read later.
func (l *Live) Link(lo LintOptions) *Linted {
	out := &Linted{Loaded: Loaded{Repos: l.Repos(), Snapshots: make(map[string]*repofs.Snapshot, len(l.repos))}}
	var found diag.List
	filter := l.o.filter(&found)
	for _, name := range out.Repos {
		out.Snapshots[name] = l.repos[name].snap
		l.add(out, l.repos[name], filter)
	}
	for _, r := range l.more {
		l.add(out, r, filter)
	}
	if len(l.more) > 0 {
		out.Verdicts = inOrder(out.Verdicts)
	}
	report(filter, l.targets)
	l.o.conclude(out, lo, filter, &found)
	out.Diagnostics = lint.Together(found.All())
	return out
}

func (l *Live) add(out *Linted, r *read, filter *lint.Filter) {
	out.add(judged{side: r.side, entities: l.settled(r.entities), refused: r.refused, verdicts: r.verdicts})
	filter.Heed(r.name, r.ignores)
	report(filter, r.found)
}

// settled are entities that settling may change: those of other catalogs have
// their references rewritten once all are known.
func (l *Live) settled(es []*entity.Entity) []*entity.Entity {
	if len(l.o.Config.Catalog.Importers) == 0 {
		return es
	}
	out := make([]*entity.Entity, len(es))
	for i, e := range es {
		own := *e
		own.Edges = slices.Clone(e.Edges)
		own.Spec, _ = deepClone(e.Spec).(map[string]any)
		out[i] = &own
	}
	return out
}

func deepClone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = deepClone(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = deepClone(x)
		}
		return out
	}
	return v
}

// Entities are those of all repositories, before they are linked.
func (l *Live) Entities() []*entity.Entity {
	var out []*entity.Entity
	for _, name := range l.Repos() {
		out = append(out, l.repos[name].entities...)
	}
	for _, r := range l.more {
		out = append(out, r.entities...)
	}
	return out
}

// Takes tells whether a repository has a file, or would read it as a catalog
// file once it were there.
func (l *Live) Takes(repo, file string) bool {
	r := l.repos[repo]
	if r == nil {
		return false
	}
	if _, there := r.snap.Lookup(file); there {
		return true
	}
	return r.snap.IsEntry(file) && !l.passedOver(file)
}

// passedOver tells whether a file is not looked at, because it or a directory
// that it is in is ignored.
func (l *Live) passedOver(file string) bool {
	for p := file; p != "."; p = path.Dir(p) {
		if slices.ContainsFunc(l.o.Config.Catalog.Ignore, func(g string) bool { return doublestar.MatchUnvalidated(g, p) }) {
			return true
		}
	}
	return false
}
