package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"callboard/internal/cache"
	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/par"
	"callboard/internal/repofs"
	"callboard/internal/site"
	"callboard/internal/source"
)

// CodePanic marks a repository whose files made callboard panic. That is
// always a mistake of callboard's.
const CodePanic = diag.Code("internal-panic")

// Loaded is the catalog of the sources, before any page is made.
type Loaded struct {
	Catalog *catalog.Catalog
	// Diagnostics are all findings, sorted.
	Diagnostics []diag.Diagnostic
	// Snapshots are the repositories by their name in the build.
	Snapshots map[string]*repofs.Snapshot
	// Repos are their names, in order.
	Repos []string

	sums  map[*entity.Entity]digest.Sum
	sumOf func(*entity.Entity) digest.Sum // in place of sums
	// linking is what was found when the catalog of an audience was linked.
	linking []diag.Diagnostic
	filter  *lint.Filter     // for what is found later
	outline *catalog.Outline // in place of Catalog, or nil
}

// Origins are where the entities of the catalog are declared.
func (l *Loaded) Origins() iter.Seq[diag.Pos] {
	if l.outline != nil {
		return l.outline.Origins()
	}
	return func(yield func(diag.Pos) bool) {
		for e := range l.Catalog.All() {
			if !yield(e.Origin.Pos()) {
				return
			}
		}
	}
}

// Load reads the sources and links the catalog. It makes no pages.
func Load(ctx context.Context, o Options) (*Loaded, error) {
	return trusting(o, func(kept *store) (*Loaded, error) {
		kept.whole = true
		var sink diag.List
		f := o.filter(&sink)
		r, err := load(ctx, o, kept, f)
		if err != nil {
			return nil, err
		}
		l, err := r.link(f, nil)
		if err != nil {
			return nil, err
		}
		f.Close()
		l.filter, l.Diagnostics = f, lint.Together(sink.All())
		kept.notes.Retain() // of documentation
		return l, kept.close()
	})
}

// trusting does something with the cache, and once more without what is in it if
// that turns out to be damaged.
func trusting[T any](o Options, f func(*store) (T, error)) (out T, err error) {
	c, err := cache.Open(o.CacheDir)
	if err != nil {
		return out, err
	}
	for _, dir := range []*cache.Dir{c, c.Blind()} {
		kept := openStore(o, dir)
		out, err = f(kept)
		kept.release()
		if !errors.Is(err, errDamaged) {
			break
		}
	}
	return out, err
}

// work is one repository to be read.
type work struct {
	src  source.Source
	repo *source.Repo
	name string // in the build
}

// repos are the repositories of a build as they were read, by name.
type repos struct {
	o    Options
	kept *store
	all  []parsed
	// infos is what is known of the repositories once their snapshots are gone.
	infos []site.SourceInfo
}

// parsed is what a repository gave.
type parsed struct {
	work
	snap   *repofs.Snapshot
	side   side    // until all have been read
	pieces []piece // first that of its own catalog files
	// sum and text are those of all pieces.
	sum, text digest.Sum
}

func load(ctx context.Context, o Options, kept *store, to *lint.Filter) (*repos, error) {
	pending, err := discover(ctx, o.Sources)
	if err != nil {
		return nil, err
	}
	o, end := o.processing()
	defer end(to)
	r := &repos{o: o, kept: kept, all: make([]parsed, 0, len(pending))}
	for p, err := range par.Map(ctx, o.jobs(), slices.Values(pending), func(ctx context.Context, w work) (parsed, error) {
		return o.read(ctx, w, kept, to)
	}) {
		if err != nil {
			return nil, err
		}
		r.all = append(r.all, p)
		o.progress("catalog", len(r.all), len(pending))
	}
	if err := r.cross(ctx, o, to); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(r.all, parsed.gave) {
		sayMissing(r.inOrder(), to)
	}
	return r, nil
}

// gave tells whether a repository gave entities.
func (p parsed) gave() bool {
	return slices.ContainsFunc(p.pieces, func(c piece) bool { return len(c.entities) > 0 })
}

// inOrder are the repositories in the order of their names.
func (r *repos) inOrder() []*repofs.Snapshot {
	out := make([]*repofs.Snapshot, len(r.all))
	for i, p := range r.all {
		out[i] = p.snap
	}
	return out
}

// names are the names of the repositories, in order.
func (r *repos) names() []string {
	out := make([]string, len(r.all))
	for i, p := range r.all {
		out[i] = p.snap.Repo
	}
	return out
}

// snapshots are the repositories by name.
func (r *repos) snapshots() map[string]*repofs.Snapshot {
	out := make(map[string]*repofs.Snapshot, len(r.all))
	for _, p := range r.all {
		out[p.snap.Repo] = p.snap
	}
	return out
}

// link makes the catalog of all entities and reports what is wrong between
// them. Once the snapshots are gone it makes the catalog alone. Where findings
// stand is kept in spots, which may be nil.
func (r *repos) link(sink diag.Sink, spots *cache.Pack) (*Loaded, error) {
	l := &Loaded{sums: map[*entity.Entity]digest.Sum{}}
	var entities []*entity.Entity
	for i := range r.all {
		es, err := r.entities(&r.all[i])
		r.all[i].forget()
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			l.sums[e.entity] = e.sum
			entities = append(entities, e.entity)
		}
	}
	l.Catalog = catalog.Link(slices.Values(r.o.settle(entities, sink)), sink)
	if r.infos == nil {
		l.Snapshots, l.Repos = r.snapshots(), r.names()
		r.o.rules(l.Catalog, l.Snapshots, nil, r.spots(spots), sink)
	}
	return l, nil
}

// discover lists the repositories of all sources and gives each a name that is
// unique in the build: its own, or with the source's before it.
func discover(ctx context.Context, sources []source.Source) ([]work, error) {
	var pending []work
	taken := map[string]bool{}
	for _, s := range sources {
		for r, err := range s.Repos(ctx) {
			if err != nil {
				return nil, err
			}
			name := r.Name
			if name == "." && len(sources) > 1 {
				name = s.Name()
			}
			for taken[name] {
				name = s.Name() + "/" + name
			}
			taken[name] = true
			pending = append(pending, work{s, &r, name})
		}
	}
	slices.SortFunc(pending, func(a, b work) int { return strings.Compare(a.name, b.name) })
	return pending, nil
}

// read takes the snapshot of one repository and the entities of its catalog
// files, unless nothing that they depend on has changed.
func (o Options) read(ctx context.Context, w work, kept *store, to *lint.Filter) (p parsed, err error) {
	sink := renamed{to, w.name}
	none := func() {
		snap := repofs.Memory(w.name, nil, nil)
		p = parsed{work: w, snap: snap, side: side{snap: snap}, pieces: []piece{{}}}
	}
	defer recoverInto(w.name, sink, &err, none)
	snap, err := w.src.Fetch(ctx, *w.repo, sink)
	if err != nil {
		return parsed{}, fmt.Errorf("fetch %s: %w", w.name, err)
	}
	describe(snap, w)
	own, s, err := o.readPiece(ctx, w, snap, kept, nil, to)
	return parsed{work: w, snap: snap, side: s, pieces: []piece{own}}, err
}

// readPiece takes the entities of a repository's catalog files or, with a call, of
// those that others' Locations lead to.
func (o Options) readPiece(ctx context.Context, w work, snap *repofs.Snapshot, kept *store, c *call, to *lint.Filter) (p piece, s side, err error) {
	sink := renamed{to, w.name}
	s.snap = snap
	defer recoverInto(w.name, sink, &err, func() { p, s = piece{}, side{snap: snap} })
	r, err := o.reading(ctx, snap, kept, packOf(w), c)
	if err != nil {
		return piece{}, s, fmt.Errorf("read %s: %w", w.name, err)
	}
	to.Heed(w.name, r.Ignores)
	report(sink, r.Diagnostics)
	return piece{r.Sum, r.text(), r.entities, r.kept}, side{snap, r.Leads, r.files()}, nil
}

func packOf(w work) string { return w.src.Name() + "\x00" + w.repo.Name }

// describe tells a snapshot what its build and its source know of it.
func describe(snap *repofs.Snapshot, w work) {
	snap.Repo = w.name
	if snap.Topics == nil {
		snap.Topics = w.repo.Topics
	}
}

// renamed gives findings the repository's name in the build.
type renamed struct {
	diag.Sink
	name string
}

func (r renamed) Report(d diag.Diagnostic) {
	if d.Pos.Repo != "" {
		d.Pos.Repo = r.name
	}
	r.Sink.Report(d)
}

// recoverInto turns a panic over one repository's files into a diagnostic on
// that repository, so that it costs that repository and not the portal.
func recoverInto(repo string, sink diag.Sink, err *error, rest func()) {
	v := recover()
	if v == nil {
		return
	}
	if e, ok := v.(error); ok && errors.As(e, new(runtime.Error)) {
		v = fmt.Sprintf("%v at %s", e, panicPlace(string(debug.Stack())))
	}
	sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: repo}, Severity: diag.Error, Code: CodePanic,
		Message: fmt.Sprintf("callboard failed on this repository: %v", v), Hint: "this is a mistake in callboard; please report it with the file that causes it"})
	*err = nil
	rest()
}

// panicPlace is the function that panicked, of a stack trace.
func panicPlace(stack string) string {
	_, after, _ := strings.Cut(stack, "panic(")
	for line := range strings.Lines(after) {
		if strings.HasPrefix(line, "callboard/") {
			name, _, _ := strings.Cut(line, "(")
			return strings.TrimSpace(name)
		}
	}
	return "an unknown place"
}

// started is when the build began, in nanoseconds since 1970.
func (o Options) started() int64 {
	if o.Started.IsZero() {
		return o.Now.UnixNano()
	}
	return o.Started.UnixNano()
}

func (o Options) jobs() int {
	if o.Jobs > 0 {
		return o.Jobs
	}
	return runtime.GOMAXPROCS(0)
}

func (o Options) progress(stage string, done, total int) {
	if o.Progress != nil {
		o.Progress(Progress{stage, done, total})
	}
}

// Close closes the sources that can be closed.
func Close(sources []source.Source) error {
	var errs []error
	for _, s := range sources {
		if c, ok := s.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// count wraps a sequence so that progress is told as it goes.
func count[T any](o Options, stage string, total int, in iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		n := 0
		for x := range in {
			if n++; n%64 == 0 {
				o.progress(stage, n, total)
			}
			if !yield(x) {
				return
			}
		}
		if n > 0 {
			o.progress(stage, n, n)
		}
	}
}
