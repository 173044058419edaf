package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"callboard/internal/apidoc"
	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/output"
	"callboard/internal/par"
	"callboard/internal/search"
	"callboard/internal/site"
	"callboard/internal/urlpath"
)

// planWriter makes the pages and files that show the catalog. If all that they
// are made of is as it was in the last build, none of them is planned: a change
// of a page of documentation costs that page.
type planWriter struct {
	b     *builder
	pack  *cache.Pack
	key   digest.Sum
	names site.DataFiles

	mu       sync.Mutex
	made     []output.Made
	found    diag.List
	segments []*search.Segment
	sums     []digest.Sum // the keys of segments
	collided bool
	stood    bool // the last build's pages are taken over
}

// planRecord is what planning came to.
type planRecord struct {
	Names       site.DataFiles    `json:"names"`
	Made        []output.Made     `json:"made"`
	Segments    []digest.Sum      `json:"segments"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"`
}

// planKey is the digest of all that the pages of the catalog are made of.
func (b *builder) planKey(sets []*docs.Set) (digest.Sum, error) {
	h := digest.New("plan/1").Add(b.renderer.Key(site.Home{})).String(search.Version).JSON(b.o.Config).JSON(b.assets).JSON(b.sources())
	for _, s := range b.loaded.sums {
		h.Add(s)
	}
	for _, s := range sets {
		h.JSON(s)
	}
	return h.JSON(b.sink.All()).Sum(), nil
}

func (w *planWriter) standing() bool {
	raw, ok := w.pack.Get(w.key)
	if !ok {
		return false
	}
	var r planRecord
	if json.Unmarshal(raw, &r) != nil {
		return false
	}
	var segments []*search.Segment
	for _, k := range r.Segments {
		raw, ok := w.pack.Get(k)
		if !ok {
			return false
		}
		s, err := search.DecodeSegment(raw)
		if err != nil {
			return false
		}
		segments = append(segments, s)
	}
	if !w.b.out.KeepAll(r.Made) {
		return false
	}
	report(w.b.loaded.filter, r.Diagnostics)
	w.names, w.segments, w.stood = r.Names, segments, true
	return true
}

// close writes what was kept. When nothing was planned, what planning would
// need remains.
func (w *planWriter) close() error {
	if w.stood {
		return nil
	}
	return w.pack.Close()
}

func (w *planWriter) write(ctx context.Context, s *site.Site) error {
	defer func() { report(w.b.loaded.filter, w.found.All()) }()
	report(&w.found, s.Collisions())
	if err := par.Each(ctx, w.b.o.jobs(), count(w.b.o, "pages", 0, s.Pages()), w.page); err != nil {
		return err
	}
	if err := w.files(ctx, s); err != nil {
		return err
	}
	w.index(s)
	if w.collided {
		return nil
	}
	slices.SortFunc(w.made, func(a, b output.Made) int { return strings.Compare(a.Path, b.Path) })
	raw, err := json.Marshal(planRecord{w.names, w.made, w.sums, w.found.All()})
	if err != nil {
		return fmt.Errorf("keep the plan: %w", err)
	}
	w.pack.Put(w.key, raw)
	return nil
}

// outline reads a definition once, and keeps what it came to.
func (w *planWriter) outline(typ, definition string) *apidoc.Reference {
	key := digest.New("outline/1").String(w.b.o.Version).String(typ).String(definition).Sum()
	r, err := cache.Do(w.pack, key, func(b []byte) (r *apidoc.Reference, err error) {
		return r, json.Unmarshal(b, &r)
	}, func() (*apidoc.Reference, []byte, error) {
		r, _ := apidoc.Outline(typ, definition)
		b, err := json.Marshal(r)
		return r, b, err
	})
	if err != nil {
		return nil
	}
	return r
}

func (w *planWriter) note(path string, key digest.Sum) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made = append(w.made, output.Made{Path: path, Key: key})
}

func (w *planWriter) page(_ context.Context, p site.Page) error {
	b := w.b
	key := b.renderer.Key(p.View)
	w.note(p.Path.String(), key)
	if b.out.Keep(p.Path, key) {
		return nil
	}
	buf := b.buffers.Get().(*bytes.Buffer)
	defer b.buffers.Put(buf)
	buf.Reset()
	if err := b.renderer.Page(buf, p.View, noBody); err != nil {
		return fmt.Errorf("render %s: %w", p.Path, err)
	}
	b.rendered.Add(1)
	return w.put(p.Path, key, buf.Bytes(), p)
}

func (w *planWriter) put(path urlpath.Path, key digest.Sum, data []byte, p site.Page) error {
	pos, of := diag.Pos{}, ""
	if len(p.From) > 0 {
		of = p.From[0].String()
		if e := w.b.loaded.Catalog.Get(p.From[0]); e != nil {
			pos = e.Origin.Pos()
		}
	}
	ok, err := w.b.put(&w.found, path, key, data, pos, of)
	if !ok {
		w.mu.Lock()
		w.collided = true
		w.mu.Unlock()
	}
	return err
}

// files writes the machine files.
func (w *planWriter) files(ctx context.Context, s *site.Site) error {
	names, files, err := s.Data()
	if err != nil {
		return err
	}
	w.names = names
	for _, f := range files {
		if err := w.file(f); err != nil {
			return err
		}
	}
	for f, err := range s.Files() {
		if err := errors.Join(ctx.Err(), err); err != nil {
			return err
		}
		if err := w.file(f); err != nil {
			return err
		}
	}
	return nil
}

func (w *planWriter) file(f site.File) error {
	p, err := urlpath.New(f.Path)
	if err != nil {
		return fmt.Errorf("file %q: %w", f.Path, err)
	}
	key := digest.New("file").Add(w.key).Sum()
	w.note(f.Path, key)
	return w.put(p, key, f.Data, site.Page{})
}

// entityBlock is how many entities share a segment of the search index.
const entityBlock = 64

// index makes the segments of the entities, in blocks that stay the same while
// their entities do.
func (w *planWriter) index(s *site.Site) {
	var block []search.Doc
	flush := func() {
		if len(block) == 0 {
			return
		}
		key := digest.New(search.Version).JSON(block).Sum()
		w.segments = append(w.segments, kept(w.pack, key, func() []search.Doc { return block }))
		w.sums = append(w.sums, key)
		block = block[:0]
	}
	for d := range s.SearchDocs() {
		if block = append(block, d); len(block) == entityBlock {
			flush()
		}
	}
	flush()
}
