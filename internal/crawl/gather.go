package crawl

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

// gather gathers what is wanted of one repository. It is for one goroutine. A
// fault of the host goes to fault, and nothing more is done then; errors of its
// methods are ours.
type gather struct {
	r     *run
	e     *entry
	repo  source.Repo // at the revision of the tree
	old   *state.Repository
	blobs map[string]state.File // contents of the last state, by git's names
	w     *state.Writer
	sink  *diag.List
	rep   *repofs.Reporter

	fault    error
	revision string
	way      way
	requests float64

	listing       // nil tree: the repository is as it was
	cut      bool // the tree is not all
	archives int  // how many were asked for
}

// listing is a tree and what is wanted of it.
type listing struct {
	tree      []repofs.Entry
	at        map[string]repofs.Entry
	dirs      map[string]bool
	names     *naming
	wanted    map[string]bool
	refused   map[string]bool   // wanted, and left out for a reason
	looked    map[string]bool   // for what they name
	links     map[string]string // targets of symbolic links
	linkBlobs map[string]string // the same by their blobs
	pointers  []string          // blobs that are pointers of git LFS
	bytes     int64             // of what is wanted, as far as sizes are known
	full      bool              // no more files may be wanted
	limits    Limits
}

// way is how a repository came.
type way uint8

const (
	byNothing way = iota
	byFiles
	byArchive
)

func (w *Ways) count(x way) {
	switch x {
	case byNothing:
		w.Nothing++
	case byFiles:
		w.Files++
	case byArchive:
		w.Archive++
	}
}

func (r *run) gather(e *entry, a asker) (*gather, error) {
	g := &gather{r: r, e: e, repo: *e.listed, blobs: map[string]state.File{}}
	g.requests, _ = a.cost()
	var err error
	if g.old, err = r.Dir.Repository(r.name, e.key); err != nil {
		return nil, err
	}
	if g.old != nil && !r.Full {
		for _, f := range g.old.Files {
			g.blobs[f.Blob] = f
		}
	}
	g.w = r.Dir.Begin(r.name, e.key)
	return g, nil
}

// known tells whether an index is of these rules.
func (e *entry) known(index *state.Repository, want digest.Sum) bool {
	return index.Want == want && slices.Equal(index.Seeds, e.seeds)
}

func (g *gather) close() error { return g.w.Abort() }

// take takes the tree, and says what is wanted of it.
func (g *gather) take(t source.Tree) error {
	if t.Revision == "" || len(t.Revision) > 128 {
		g.fault = &source.Fault{Kind: source.Broken, Host: g.r.name, What: "list files of " + g.repo.Name, Err: errors.New("the answer names no revision")}
		return nil
	}
	g.revision, g.repo.Revision, g.cut = t.Revision, t.Revision, t.Truncated
	if g.old != nil && g.old.Revision == t.Revision && g.e.known(g.old, g.r.want) && !g.r.Full {
		return nil // as it was
	}
	g.setTree(all(t.Entries, func(e source.Entry) repofs.Entry {
		return repofs.Entry{Path: e.Path, Kind: repofs.Kind(e.Kind), Blob: e.Blob, Size: e.Size}
	}))
	return nil
}

// emptyRevision is that of a repository without a commit.
const emptyRevision = "empty"

// noTree takes that there is no tree. A repository without a commit is one
// without files; where there were some, that must be said twice.
func (g *gather) noTree(err error) {
	before := g.e.now.Fault
	if source.KindOf(err) != source.Empty || g.old != nil && g.old.Revision != emptyRevision && (before == nil || before.Kind != string(source.Empty)) {
		g.fault = err
		return
	}
	g.revision = emptyRevision
	g.setTree(nil)
}

// same tells that the repository is as it was, though the list did not tell.
func (g *gather) same() bool { return g.tree == nil }

// setTree begins with a tree.
func (g *gather) setTree(es []repofs.Entry) {
	g.sink = new(diag.List)
	g.rep = repofs.NewReporter("", g.sink)
	g.listing = listing{tree: []repofs.Entry{}, at: map[string]repofs.Entry{}, wanted: map[string]bool{}, refused: map[string]bool{}, looked: map[string]bool{}, links: map[string]string{}, linkBlobs: map[string]string{}}
	g.tree = append(g.tree, repofs.Names(es, repofs.Options{Ignore: g.r.s.Want.Ignore}, g.rep)...)
	for _, e := range g.tree {
		g.at[e.Path] = e
		if e.Kind == repofs.Link && e.Target != "" {
			g.links[e.Path] = e.Target
		}
	}
	g.dirs = repofs.Directories(g.tree)
	want := g.r.s.Want.of(g.repo.Name)
	g.limits = want.limits()
	g.names = newNaming(want, g.tree, g.repo.WebURL, g.repo.Branch)
	if first := want.First(g.tree); g.e.seeds == nil {
		g.ask(first)
	} else {
		g.annex(first)
	}
}

// annex begins with what others name, but for what the repository's own crawl
// takes because of its name.
func (g *gather) annex(own []repofs.Entry) {
	for _, e := range own {
		g.refused[e.Path] = true
	}
	for _, s := range g.e.seeds {
		g.names.seed(s)
	}
	g.ask(g.names.all(func(p string) bool { return g.wanted[p] }))
}

// ask notes that files are wanted, within the limits.
func (g *gather) ask(es []repofs.Entry) {
	lim := g.limits
	for _, e := range es {
		switch {
		case g.wanted[e.Path] || g.refused[e.Path] || g.full:
		case e.Size > lim.FileSize:
			g.tooLarge(e.Path, e.Size)
		case len(g.wanted) >= lim.Files || g.bytes+max(e.Size, 0) > lim.Bytes:
			g.full = true
			g.rep.Report("", diag.Warning, repofs.CodeLarge, fmt.Sprintf("what is wanted of the repository is more than %d files or %d bytes; the rest is left out", lim.Files, lim.Bytes),
				"name directories to pass over in catalog.ignore, or raise crawl.limits")
		default:
			g.wanted[e.Path] = true
			g.bytes += max(e.Size, 0)
		}
	}
}

// refuse leaves a file out that was wanted.
func (g *gather) refuse(p string) {
	delete(g.wanted, p)
	g.refused[p] = true
}

func (g *gather) tooLarge(p string, size int64) {
	g.refuse(p)
	g.rep.Report(p, diag.Warning, repofs.CodeLargeFile, fmt.Sprintf("%d bytes are more than the limit of %d; the file is left out", size, g.limits.FileSize), "")
}

// need are the files that must be read now. What the last state has is taken
// from there, and what an archive has, if that costs less.
func (g *gather) need(ctx context.Context, a asker) ([]source.Entry, error) {
	for g.fault == nil && !g.same() {
		miss, grew, err := g.lookAround()
		if err != nil {
			return nil, err
		}
		if grew {
			continue
		}
		if g.prefersArchive(miss, a) {
			if err := g.archive(ctx, miss); err != nil {
				return nil, err
			}
			continue
		}
		_, each := a.cost()
		g.requests += each * float64(len(miss))
		if len(miss) > 0 && g.way == byNothing {
			g.way = byFiles
		}
		return all(miss, func(e repofs.Entry) source.Entry {
			return source.Entry{Path: e.Path, Kind: source.EntryKind(e.Kind), Blob: e.Blob, Size: e.Size}
		}), nil
	}
	return nil, nil
}

// lookAround takes what can be had without asking, and finds what is missing. It
// grew if there is more to look at than before.
func (g *gather) lookAround() (miss []repofs.Entry, grew bool, err error) {
	before := len(g.wanted)
	var linked []repofs.Entry
	for _, e := range g.tree {
		_, led := g.links[e.Path]
		switch {
		case !g.wanted[e.Path]:
		case g.w.Has(e.Path):
			err = g.look(e.Path)
		case led:
			linked = append(linked, g.follow(e.Path)...)
			grew = grew || g.w.Has(e.Path)
		default:
			var reused bool
			if reused, err = g.reuse(e); !reused {
				miss = append(miss, e)
			}
			grew = grew || reused
		}
		if err != nil {
			return nil, false, err
		}
	}
	g.ask(linked)
	g.ask(g.names.all(func(p string) bool { return g.wanted[p] }))
	return miss, grew || len(g.wanted) > before, nil
}

// look looks for what a file names, once.
func (g *gather) look(p string) error {
	if g.looked[p] || !g.names.interested(p) {
		return nil
	}
	g.looked[p] = true
	b, err := g.w.Read(p)
	if err != nil {
		return err
	}
	g.names.read(p, b)
	return nil
}

// follow makes a symbolic link another name of the file that it leads to, or
// tells what must be had before that.
func (g *gather) follow(p string) (first []repofs.Entry) {
	l := repofs.Links{
		At:     func(p string) (repofs.Entry, bool) { e, ok := g.at[p]; return e, ok },
		Target: func(p string) (string, bool) { t, ok := g.links[p]; return t, ok },
	}
	file, link := l.Resolve(p)
	switch {
	case link != "":
		return []repofs.Entry{g.at[link]}
	case file == "":
		g.badLink(p)
	case g.wanted[file] && g.w.Has(file):
		g.w.Link(p, file)
	default:
		return []repofs.Entry{g.at[file]}
	}
	return nil
}

// badLink leaves a link out. One to a directory is not followed, as it is not on
// a disk.
func (g *gather) badLink(p string) {
	g.refuse(p)
	if !g.dirs[path.Join(path.Dir(p), g.links[p])] {
		g.rep.Report(p, diag.Warning, repofs.CodeSymlink, "the symbolic link leads out of the repository or to nothing, and is left out", "commit the file itself")
	}
}

// reuse takes a content that the last state has, or knows.
func (g *gather) reuse(e repofs.Entry) (bool, error) {
	if g.old == nil || e.Blob == "" || g.r.Full {
		return false, nil
	}
	if e.Kind == repofs.Link {
		if target, known := g.old.Links[e.Blob]; known {
			return true, g.accept(e, []byte(target))
		}
		return false, nil
	}
	if _, pointer := slices.BinarySearch(g.old.Pointers, e.Blob); pointer {
		g.pointer(e)
		return true, nil
	}
	f, known := g.blobs[e.Blob]
	if !known {
		return false, nil
	}
	b, err := g.old.Read(f)
	if err != nil {
		delete(g.blobs, e.Blob) // damaged: it is fetched again
		return false, nil
	}
	return true, g.accept(e, b)
}

// pointer leaves out what is kept elsewhere.
func (g *gather) pointer(e repofs.Entry) {
	g.refuse(e.Path)
	g.rep.ReportPointer(e.Path)
	if e.Blob != "" {
		g.pointers = append(g.pointers, e.Blob)
	}
}

// arrived takes a content that was asked for.
func (g *gather) arrived(asked source.Entry, c source.Contents) error {
	if g.fault != nil {
		return nil
	}
	e := g.at[asked.Path]
	switch {
	case source.KindOf(c.Err) == source.Unsupported:
		g.refuse(e.Path)
		g.rep.Report(e.Path, diag.Warning, repofs.CodeUnreadable, "the host does not give the file out", "")
		return nil
	case c.Err != nil:
		g.fault = c.Err
		return nil
	case e.Size >= 0 && int64(len(c.Data)) != e.Size:
		g.fault = &source.Fault{Kind: source.Broken, Host: g.r.name, What: "read " + e.Path + " of " + g.repo.Name, Err: fmt.Errorf("there are %d bytes instead of %d", len(c.Data), e.Size)}
		return nil
	}
	return g.accept(e, c.Data)
}

// accept takes a content.
func (g *gather) accept(e repofs.Entry, b []byte) error {
	switch {
	case e.Kind == repofs.Link:
		g.links[e.Path] = string(b[:min(len(b), repofs.MaxPath+1)])
		if e.Blob != "" {
			g.linkBlobs[e.Blob] = g.links[e.Path]
		}
		return nil
	case int64(len(b)) > g.limits.FileSize:
		g.tooLarge(e.Path, int64(len(b)))
		return nil
	case repofs.IsPointer(b):
		g.pointer(e)
		return nil
	}
	if e.Size < 0 {
		g.bytes += int64(len(b))
	}
	return g.w.Put(e.Path, b)
}

// commit keeps what was gathered, if it is all.
func (g *gather) commit() error {
	if g.fault != nil || g.same() {
		return nil
	}
	if g.cut {
		g.rep.Report("", diag.Warning, repofs.CodeTruncated, "the host did not list all files of the repository; some may be missing here", "")
	}
	g.w.Drop(func(p string) bool { return g.wanted[p] })
	slices.Sort(g.pointers)
	r := state.Repository{Revision: g.revision, Want: g.r.want, Links: g.linkBlobs, Pointers: slices.Compact(g.pointers), Diagnostics: g.sink.All(), Elsewhere: g.names.elsewhere, Seeds: g.e.seeds}
	slices.Sort(r.Elsewhere.Files)
	slices.Sort(r.Elsewhere.Docs)
	return g.w.Commit(r, g.old != nil)
}
