package lsp

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// workspace keeps the catalogs of the editor's folders as files change. One
// goroutine does the work; others tell it what has changed and look at the last
// result.
type workspace struct {
	o      Options
	client client
	out    *writer
	docs   *documents
	// builtIn are the kinds that there are without a configuration.
	builtIn func() (*shapes, error)

	mu      sync.Mutex
	pending pending
	views   []*view
	wake    chan struct{} // one place
	ready   chan struct{} // closed once the first folders have been read
	done    chan struct{} // closed by stop
	stopped sync.Once

	// What follows belongs to the goroutine that does the work.
	open []*held
	told map[string]string // what was last published, by URI
}

// pending is what has changed and has not been looked at yet.
type pending struct {
	add, remove []string
	texts       map[string]bool // paths of documents
	disk        map[string]int  // paths, and how they changed
}

// maxPending is how many changed files are told apart; beyond, all is read
// again.
const maxPending = 10_000

func newWorkspace(o Options, c client, out *writer, docs *documents) *workspace {
	w := &workspace{o: o, client: c, out: out, docs: docs, wake: make(chan struct{}, 1), ready: make(chan struct{}), done: make(chan struct{}), told: map[string]string{}}
	w.pending = noneYet()
	w.builtIn = sync.OnceValues(func() (*shapes, error) { return readShapes(o.Editor) })
	return w
}

func noneYet() pending { return pending{texts: map[string]bool{}, disk: map[string]int{}} }

// tell adds to what has changed.
func (w *workspace) tell(f func(*pending)) {
	w.mu.Lock()
	f(&w.pending)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *workspace) folders(added, removed []string) {
	w.tell(func(p *pending) { p.add, p.remove = append(p.add, added...), append(p.remove, removed...) })
}

func (w *workspace) changed(doc *document) {
	w.tell(func(p *pending) { p.texts[doc.path] = true })
}

// saved tells of a change on disk.
func (w *workspace) saved(path string, how int) {
	if path == "" {
		return
	}
	w.tell(func(p *pending) {
		if before, known := p.disk[path]; known && before != how {
			how = changeCreated // it has come or gone meanwhile: look again
		}
		if len(p.disk) < maxPending {
			p.disk[path] = how
		}
	})
}

// stop ends the work for good.
func (w *workspace) stop() { w.stopped.Do(func() { close(w.done) }) }

// wait waits until the folders have been read for the first time.
func (w *workspace) wait(ctx context.Context) {
	select {
	case <-w.ready:
	case <-w.done:
	case <-ctx.Done():
	}
}

func (w *workspace) now() []*view {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.views
}

// keep does the work until ctx is done or the workspace is stopped.
func (w *workspace) keep(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stopped := make(chan struct{})
	defer func() { <-stopped }()
	go func() { // ends with ctx
		defer close(stopped)
		select {
		case <-w.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	defer cancel()
	defer w.closeAll()
	for first := true; w.settled(ctx, first); first = false {
		w.once(ctx, w.take())
		if first {
			close(w.ready)
		}
	}
}

// settled waits for a change and then until no other has come for a while. It is
// false when the work ends.
func (w *workspace) settled(ctx context.Context, first bool) bool {
	select {
	case <-w.wake:
	case <-ctx.Done():
		return false
	}
	if first || w.o.Delay <= 0 {
		return true
	}
	quiet := time.NewTimer(w.o.Delay)
	defer quiet.Stop()
	latest := time.NewTimer(8 * w.o.Delay)
	defer latest.Stop()
	for {
		select {
		case <-w.wake:
			quiet.Reset(w.o.Delay)
		case <-quiet.C:
			return true
		case <-latest.C: // somebody types without a pause
			return true
		case <-ctx.Done():
			return false
		}
	}
}

func (w *workspace) take() pending {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.pending
	w.pending = noneYet()
	return p
}

// once looks at what has changed, and publishes what is now to be said.
func (w *workspace) once(ctx context.Context, p pending) {
	var err error
	defer func() {
		if err != nil && ctx.Err() == nil {
			w.out.log(logError, "%v", err)
		}
	}()
	defer guard("the catalog", &err)
	docs := w.docs.now()
	if len(p.disk) >= maxPending {
		for _, h := range w.open {
			h.stale = true
		}
	}
	w.arrange(p, docs)
	for _, h := range w.open {
		if ctx.Err() != nil {
			return
		}
		w.update(ctx, h, p, docs)
	}
	w.link(docs)
	w.publish(docs)
}

// arrange opens and closes folders, and projects for files outside of them.
func (w *workspace) arrange(p pending, docs snapshot) {
	for _, dir := range p.remove {
		w.drop(func(h *held) bool { return h.file == "" && h.dir == dir })
	}
	for _, dir := range p.add {
		if !slices.ContainsFunc(w.open, func(h *held) bool { return h.file == "" && h.dir == dir }) {
			w.open = append(w.open, &held{dir: dir})
		}
	}
	w.drop(func(h *held) bool {
		return h.file != "" && !slices.ContainsFunc(slices.Collect(maps.Values(docs)), func(d *document) bool { return h.holds(d.path) })
	})
	alone := 0
	for _, h := range w.open {
		if h.file != "" {
			alone++
		}
	}
	for _, uri := range slices.Sorted(maps.Keys(docs)) {
		path := docs[uri].path
		if path == "" || slices.ContainsFunc(w.open, func(h *held) bool { return h.holds(path) }) {
			continue
		}
		if alone++; alone > maxAlone {
			return
		}
		w.open = append(w.open, &held{file: path})
	}
}

// maxAlone is how many projects of files outside all folders are open at
// once.
const maxAlone = 16

func (w *workspace) drop(which func(*held) bool) {
	w.open = slices.DeleteFunc(w.open, func(h *held) bool {
		gone := which(h)
		if gone {
			w.close(h)
			w.relink()
		}
		return gone
	})
}

// relink makes the other folders notice that something has gone.
func (w *workspace) relink() {
	for _, h := range w.open {
		h.dirty = true
	}
}

func (w *workspace) closeAll() {
	for _, h := range w.open {
		w.close(h)
	}
	w.open = nil
}

func (w *workspace) close(h *held) {
	if err := h.close(); err != nil {
		w.out.log(logWarning, "close %s: %v", h.name(), err)
	}
}
