package build

import (
	"context"
	"encoding/json"
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

	sums   []digest.Sum // by repository: of all that was read of it
	filter *lint.Filter // for what is found later
}

// Load reads the sources and links the catalog. It makes no pages.
func Load(ctx context.Context, o Options) (*Loaded, error) {
	c, err := cache.Open(o.CacheDir)
	if err != nil {
		return nil, err
	}
	var sink diag.List
	l, err := load(ctx, o, c, &sink)
	if err != nil {
		return nil, err
	}
	l.Diagnostics = sink.All()
	return l, nil
}

// work is one repository to be read.
type work struct {
	src  source.Source
	repo source.Repo
	name string // in the build
}

// parsed is what a repository gave.
type parsed struct {
	snap     *repofs.Snapshot
	entities []*entity.Entity
	sum      digest.Sum // of all that was read
}

func load(ctx context.Context, o Options, c *cache.Dir, sink diag.Sink) (*Loaded, error) {
	pending, err := discover(ctx, o.Sources)
	if err != nil {
		return nil, err
	}
	l := &Loaded{Snapshots: make(map[string]*repofs.Snapshot, len(pending))}
	l.filter = o.filter(sink)
	o, end := o.processing()
	defer end(l.filter)
	var entities []*entity.Entity
	done := 0
	for p, err := range par.Map(ctx, o.jobs(), slices.Values(pending), func(ctx context.Context, w work) (parsed, error) {
		return o.read(ctx, w, c, l.filter)
	}) {
		if err != nil {
			return nil, err
		}
		l.Repos = append(l.Repos, p.snap.Repo)
		l.sums = append(l.sums, p.sum)
		l.Snapshots[p.snap.Repo] = p.snap
		entities = append(entities, p.entities...)
		done++
		o.progress("catalog", done, len(pending))
	}
	end(l.filter)
	l.Catalog = catalog.Link(slices.Values(o.settle(entities, l.filter)), l.filter)
	o.rules(l.Catalog, l.Snapshots, l.filter)
	l.filter.Close()
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
			pending = append(pending, work{s, r, name})
		}
	}
	slices.SortFunc(pending, func(a, b work) int { return strings.Compare(a.name, b.name) })
	return pending, nil
}

// read takes the snapshot of one repository and the entities of its catalog
// files, from the cache where nothing that they depend on has changed.
func (o Options) read(ctx context.Context, w work, c *cache.Dir, to *lint.Filter) (p parsed, err error) {
	sink := renamed{to, w.name}
	defer recoverInto(w.name, sink, &err, func() { p = parsed{snap: repofs.Memory(w.name, nil, nil)} })
	snap, err := w.src.Fetch(ctx, w.repo, sink)
	if err != nil {
		return parsed{}, fmt.Errorf("fetch %s: %w", w.name, err)
	}
	describe(snap, w)
	pack := c.Pack("repo", w.src.Name()+"\x00"+w.repo.Name)
	r, err := o.reading(ctx, snap, pack)
	if err != nil {
		return parsed{}, fmt.Errorf("read %s: %w", w.name, err)
	}
	to.Heed(w.name, r.Ignores)
	report(sink, r.Diagnostics)
	return parsed{snap, r.Entities, r.sum}, pack.Close()
}

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

var digestsKey = digest.New("digests/1").Sum()

// remember gives a snapshot the digests that an earlier build took of files
// that have not changed since.
func remember(snap *repofs.Snapshot, pack *cache.Pack) {
	b, ok := pack.Get(digestsKey)
	if !ok {
		return
	}
	var known []repofs.Known
	if json.Unmarshal(b, &known) == nil {
		snap.Remember(known)
	}
}

// racy is how long before the build a file must have been left alone for its
// stamp to be trusted, in nanoseconds: file systems tell times coarsely.
const racy = 2e9

func storeDigests(snap *repofs.Snapshot, pack *cache.Pack, now int64) {
	b, err := json.Marshal(snap.Digests(now - racy))
	if err != nil {
		return // digests are a shortcut; without them files are read again
	}
	if old, ok := pack.Get(digestsKey); !ok || string(old) != string(b) {
		pack.Put(digestsKey, b)
	}
}

// reading is the kept result of reading one repository's catalog files: it
// holds as long as the names of all files and the content of those that were
// read are the same.
type reading struct {
	Trace       []traced          `json:"trace"`
	Entities    []*entity.Entity  `json:"entities"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"`
	Ignores     []lint.Ignore     `json:"ignores,omitempty"`

	sum digest.Sum
}

type traced struct {
	Path string     `json:"path"`
	Sum  digest.Sum `json:"sum"`
}

// catalogVersion is part of the key of what was read of a repository, beside
// callboard's own version. It changes whenever catalog.Read does.
const catalogVersion = "catalog/6"

// reading is what the repository's catalog files say. While no file has another
// stamp it is found without opening one.
func (o Options) reading(ctx context.Context, snap *repofs.Snapshot, pack *cache.Pack) (reading, error) {
	processed, pure := o.processKey(snap.Topics)
	base := digest.New(catalogVersion).String(o.Version).String(snap.Repo).String(snap.WebURL).String(snap.Branch).String(strings.Join(snap.Entries, "\n")).Add(o.Model.Sum()).String(o.importersKey()).Add(processed).Sum()
	files, sure := snap.Fingerprint(o.started() - racy)
	sure = sure && pure
	short := digest.New("stamps").Add(base).Add(files).Sum()
	if sure {
		if b, ok := pack.Get(short); ok {
			if r, ok := decodeReading(b); ok {
				pack.Retain()
				return r, nil
			}
		}
	}
	remember(snap, pack)
	b, err := o.readCatalog(ctx, snap, pack, digest.New("listing").Add(base).Add(snap.Listing()).Sum(), pure)
	if err != nil {
		return reading{}, err
	}
	storeDigests(snap, pack, o.started())
	if sure {
		pack.Put(short, b)
	}
	// Decoding what was just encoded makes a cold and a warm build work on the
	// same values: numbers have one form in JSON and several in YAML.
	r, ok := decodeReading(b)
	if !ok {
		return reading{}, errors.New("the entities do not survive their encoding")
	}
	return r, nil
}

// readCatalog reads the catalog files, or finds that those that were read for
// the key are as they were. It returns the encoded reading. What impure
// processors made is not looked for.
func (o Options) readCatalog(ctx context.Context, snap *repofs.Snapshot, pack *cache.Pack, key digest.Sum, pure bool) ([]byte, error) {
	if b, ok := pack.Get(key); ok && pure {
		if r, ok := decodeReading(b); ok && holds(snap, r.Trace) {
			return b, nil
		}
	}
	t := tracer{snap: snap, seen: map[string]bool{}}
	var own diag.List
	es, err := o.entities(ctx, snap, t.read, &own)
	if err != nil {
		return nil, err
	}
	b, err := digest.Encode(reading{Trace: t.trace, Entities: es, Diagnostics: own.All(), Ignores: t.ignores})
	if err != nil {
		return nil, err
	}
	pack.Put(key, b)
	return b, nil
}

// entities are those of a repository, with all that can be said of them without
// knowing the others.
func (o Options) entities(ctx context.Context, snap *repofs.Snapshot, read repofs.ReadFunc, sink diag.Sink) ([]*entity.Entity, error) {
	es, err := o.Model.ReadWith(ctx, snap, read, o.run.Repository(snap, read), sink)
	if err != nil {
		return nil, err
	}
	others, err := o.imported(ctx, snap, read, sink)
	if err != nil {
		return nil, err
	}
	es = append(es, others...)
	definitions(es, read, sink)
	return es, nil
}

func decodeReading(b []byte) (reading, bool) {
	var r reading
	if err := json.Unmarshal(b, &r); err != nil {
		return reading{}, false
	}
	for _, e := range r.Entities {
		e.Ref = entity.NewRef(e.Kind, e.Namespace, e.Name)
	}
	r.sum = digest.Of(b)
	return r, true
}

func holds(snap *repofs.Snapshot, trace []traced) bool {
	for _, t := range trace {
		if sum, err := snap.Sum(t.Path); err != nil && !t.Sum.IsZero() || sum != t.Sum {
			return false
		}
	}
	return true
}

// tracer notes which files were read, and what they were.
type tracer struct {
	snap    *repofs.Snapshot
	seen    map[string]bool
	trace   []traced
	ignores []lint.Ignore
}

func (t *tracer) read(path string) ([]byte, error) {
	b, sum, err := t.snap.ReadSum(path)
	if !t.seen[path] {
		t.seen[path] = true
		t.trace = append(t.trace, traced{path, sum})
		t.ignores = append(t.ignores, ignores(path, b)...)
	}
	return b, err
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
		o.progress(stage, n, n)
	}
}
