package build

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/lint"
	"callboard/internal/repofs"
)

// LiveDocs builds a documentation set again and again while somebody writes it. It
// has in memory what the last build found out about the pages, and can therefore
// make the pages that have changed before all else that comes of a change: the
// index of the search alone takes longer than a reader waits gladly. It is for one
// goroutine, and for one output directory.
type LiveDocs struct {
	last *setMemory // nil before the first build
	// ahead are the pages that Ahead has made since.
	ahead map[string][]byte
}

// setMemory is what is known of a set that was built.
type setMemory struct {
	b       *builder // with what the theme came to
	files   []repofs.File
	known   []repofs.Known
	before  map[digest.Sum]*pageRecord // of the last build, by their own keys
	pages   map[digest.Sum]*pageRecord // of this build
	keys    map[string]digest.Sum      // of what was rendered, by source
	styles  []string
	history struct {
		key     digest.Sum
		changes map[string]repofs.Change
	}
	// theme is what is wrong with the theme, rest what was found about the set
	// beside its pages.
	theme, rest []diag.Diagnostic
}

// Ahead are pages that have changed, before the build of which they are part.
type Ahead struct {
	// Pages are their files by the path in the output: the same that Build
	// writes, unless something changes meanwhile.
	Pages map[string][]byte
	// Diagnostics are the findings about the whole set.
	Diagnostics []diag.Diagnostic
}

// maxAhead is how many pages Ahead makes at most.
const maxAhead = 16

// errNotAhead tells that more has changed than some pages.
var errNotAhead = errors.New("more has changed than some pages")

// Ahead makes the pages whose text has changed since the last Build, and writes
// nothing. It is false if there are none, if more has changed than pages, or if
// something is wrong that Build will tell.
func (l *LiveDocs) Ahead(ctx context.Context, o DocsOptions) (Ahead, bool) {
	if l.last == nil {
		return Ahead{}, false
	}
	bo, b := o.options(), l.last.b
	b.o, b.sink = bo, new(diag.List)
	b.filter = lint.NewFilter(lint.Settings{}, b.sink)
	b.made = b.filter
	pages, err := l.last.changed(ctx, alone{b, o})
	if errors.Join(err, Close(bo.Sources)) != nil {
		return Ahead{}, false
	}
	l.ahead = pages
	return Ahead{pages, b.sink.All()}, true
}

func (m *setMemory) changed(ctx context.Context, a alone) (out map[string][]byte, err error) {
	spec, err := a.spec(ctx)
	if err != nil {
		return nil, err
	}
	defer recoverInto(spec.Snap.Repo, diag.Discard, &err, func() { err = errNotAhead })
	spec.Snap.Remember(m.known)
	none := a.kept.pack("docs", "")
	defer none.Release()
	w := &setWriter{b: a.builder, to: diag.Discard, pack: none, sink: new(diag.List), texts: texts{limit: textBytes}, memory: m}
	defer func() { err = errors.Join(err, w.texts.close()) }()
	if !m.samePaths(spec.Snap) {
		return nil, errNotAhead
	}
	if err := w.finish(ctx, spec); err != nil {
		return nil, err
	}
	if out, err = w.ahead(ctx); err != nil {
		return nil, err
	}
	report(a.sink, m.theme)
	report(a.made, w.sink.All())
	report(a.made, m.rest)
	a.filter.Close()
	return out, nil
}

// samePaths tells whether there are the same files as before.
func (m *setMemory) samePaths(snap *repofs.Snapshot) bool {
	return slices.EqualFunc(m.files, snap.Files, func(a, b repofs.File) bool { return a.Path == b.Path })
}

// ahead renders the pages that have changed. That a file has changed which is no
// page is for Build: who knows what it is for.
func (w *setWriter) ahead(ctx context.Context) (map[string][]byte, error) {
	m := w.memory
	for i, f := range w.plan.Snap.Files {
		if before := m.files[i]; (f.Size != before.Size || f.Stamp != before.Stamp) && m.keys[f.Path].IsZero() {
			return nil, errNotAhead
		}
	}
	w.pages = w.b.docSite.DocPages(w.set, w.context, m.styles)
	out := map[string][]byte{}
	for at, i := range w.order {
		if w.keys[i] == m.keys[w.sources[i]] {
			continue
		}
		page := w.pages.Page(at)
		if w.keys[i].IsZero() || page.Path.IsZero() || len(out) == maxAhead {
			return nil, errNotAhead
		}
		var text bytes.Buffer
		if err := w.render(ctx, &text, i, page); err != nil {
			return nil, err
		}
		out[page.Path.String()] = text.Bytes()
	}
	if len(out) == 0 {
		return nil, errNotAhead
	}
	return out, nil
}

// Build builds the set as Docs does. shown tells whether anything differs from
// what was shown before, by the last build and by Ahead since, that a reader sees
// on a page.
func (l *LiveDocs) Build(ctx context.Context, o DocsOptions) (r *Result, shown bool, err error) {
	bo := o.options()
	var m *setMemory
	r, err = trusting(bo, func(kept *store) (*Result, error) {
		m = &setMemory{pages: map[digest.Sum]*pageRecord{}}
		if l.last != nil {
			m.before, m.history = l.last.pages, l.last.history
		}
		return buildAlone(ctx, o, bo, kept, m)
	})
	if err = errors.Join(err, Close(bo.Sources)); err != nil {
		return nil, false, err
	}
	shown = l.shows(r.Stats, o.Out)
	l.last, l.ahead = m, nil
	return r, shown, nil
}

// shows tells whether a build has changed what readers see.
func (l *LiveDocs) shows(s Stats, out string) bool {
	if len(l.ahead) == 0 {
		return s.Written+s.Removed > 0
	}
	return s.Rendered > len(l.ahead) || s.Copied > 0 || !l.stand(out)
}

// stand tells whether the pages that were made ahead are as they were made.
func (l *LiveDocs) stand(out string) bool {
	for p, text := range l.ahead {
		b, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(p)))
		if err != nil || !bytes.Equal(b, text) {
			return false
		}
	}
	return true
}

// page is what is known of the page with a key.
func (m *setMemory) page(own digest.Sum) *pageRecord {
	if m == nil {
		return nil
	}
	if r := m.pages[own]; r != nil {
		return r
	}
	return m.before[own]
}

// note remembers what a page came to.
func (m *setMemory) note(own digest.Sum, r *pageRecord) {
	if m != nil {
		m.pages[own] = r
	}
}

// read is called when the pages of the set have been read and its styles are
// written.
func (m *setMemory) read(w *setWriter, styles []string) {
	if m == nil {
		return
	}
	m.styles, m.keys = styles, make(map[string]digest.Sum, len(w.sources))
	for i, src := range w.sources {
		m.keys[src] = w.keys[i]
	}
}

// beside takes what was found about the set once its pages had been read, which is
// all but what was found before.
func (m *setMemory) beside(all, before []diag.Diagnostic) {
	if m != nil {
		m.rest = without(all, before)
	}
}

// themed takes what is wrong with the theme.
func (m *setMemory) themed(all, before []diag.Diagnostic) {
	if m != nil {
		m.theme = without(all, before)
	}
}

// without are the findings but for some; both are sorted.
func without(all, some []diag.Diagnostic) []diag.Diagnostic {
	return slices.DeleteFunc(all, func(d diag.Diagnostic) bool {
		_, found := slices.BinarySearchFunc(some, d, diag.Diagnostic.Compare)
		return found
	})
}

// took takes the files that the set was made of, of which those that changed
// before a time are known by their stamps.
func (m *setMemory) took(snap *repofs.Snapshot, before int64) {
	if m != nil {
		m.files, m.known = snap.Files, snap.Digests(before)
	}
}

// settle is called when all is built: what the next build may use stays.
func (m *setMemory) settle(b *builder) {
	if m == nil {
		return
	}
	m.before, m.b = nil, b
	b.dir, b.out, b.search, b.kept = nil, nil, nil, openStore(Options{}, nil)
}
