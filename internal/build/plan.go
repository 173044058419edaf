package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"callboard/internal/apidoc"
	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/output"
	"callboard/internal/par"
	"callboard/internal/search"
	"callboard/internal/site"
	"callboard/internal/urlpath"
)

// planWriter makes the pages and files that show the catalog. If all that they
// are made of is as it was in the last build, none of them is planned: a change
// of a page of documentation costs that page. If something has changed, the
// entities that have not been looked at with it stay as they are.
type planWriter struct {
	b       *builder
	pack    *cache.Pack
	key     digest.Sum // of all that the pages are made of
	frame   digest.Sum // of all of that but the catalog
	numbers *numbers
	states  *states
	names   site.DataFiles
	parts   []part
	raw     []byte // of recall
	stood   bool   // the last build's pages are taken over

	mu       sync.Mutex
	made     []output.Made // of the pages and files that are of no entity
	found    diag.List
	collided bool
}

// planRecord is what planning came to. What is of an entity is in its own
// record, under the number of the entity.
type planRecord struct {
	Names       site.DataFiles    `json:"names"`
	Made        []output.Made     `json:"made"`
	Entities    []entity.Ref      `json:"entities"`
	Parts       []part            `json:"parts"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"`
}

const planVersion = "plan/7"

func (b *builder) plan(sets []site.DocSet) *planWriter {
	w := &planWriter{b: b, pack: b.kept.pack("plan", b.audience), states: new(states)}
	w.frame = digest.New(planVersion).Add(b.renderer.Key(site.Home{})).String(search.Version).String(b.words.Key()).JSON(b.o.shown()).JSON(b.seesPart()).Add(b.o.Model.Sum()).JSON(b.assets).Sum()
	h := digest.New("plan").Add(w.frame).Add(b.catalogKey).JSON(b.sources()).JSON(b.troubles()).JSON(b.news)
	for _, s := range sets {
		h.String(s.Of.String()).Add(s.Sum)
	}
	w.key = h.JSON(b.sink.All()).Sum()
	return w
}

// standing takes over all that the last build made of the catalog.
func (w *planWriter) standing() bool {
	raw, ok := w.pack.Get(w.key)
	if !ok {
		return false
	}
	var r planRecord
	if json.Unmarshal(raw, &r) != nil {
		return false
	}
	made := r.Made
	for _, ref := range r.Entities {
		e, ok := w.recall(ref)
		if !ok {
			return false
		}
		made = append(made, e.made...)
	}
	if !w.b.out.KeepAll(made) {
		return false
	}
	w.parts = w.stored(r.Parts)
	report(w.b.made, r.Diagnostics)
	w.names, w.stood = r.Names, true
	return true
}

// close writes what was kept. When nothing was planned, what planning would
// need remains.
func (w *planWriter) close() error {
	if w.stood {
		w.pack.Release()
		return nil
	}
	return w.pack.Close()
}

func (w *planWriter) write(ctx context.Context, s *site.Site) error {
	defer func() { report(w.b.made, w.found.All()) }()
	report(&w.found, s.Collisions())
	if err := par.Each(ctx, w.b.o.jobs(), count(w.b.o, "pages", 0, s.Pages()), func(_ context.Context, p site.Page) error {
		made, err := w.page(p)
		w.note(made...)
		return err
	}); err != nil {
		return err
	}
	if err := w.entities(ctx, s); err != nil {
		return err
	}
	if err := w.files(s); err != nil {
		return err
	}
	if w.collided {
		return nil
	}
	return w.record()
}

// record keeps what planning came to.
func (w *planWriter) record() error {
	slices.SortFunc(w.made, func(a, b output.Made) int { return strings.Compare(a.Path, b.Path) })
	r := planRecord{Names: w.names, Made: w.made, Parts: w.parts, Diagnostics: w.found.All()}
	for _, e := range w.b.loaded.Catalog.Entities() {
		r.Entities = append(r.Entities, e.Ref)
	}
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keep the plan: %w", err)
	}
	return errors.Join(w.numbers.store(w.pack, w.frame), w.states.store(w.pack, w.frame), w.pack.Put(w.key, raw))
}

// note remembers a file that is of no entity.
func (w *planWriter) note(made ...output.Made) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made = append(w.made, made...)
}

// page writes a page and its twin. One that is made when it is wanted is kept
// without that if what it shows is as it was.
func (w *planWriter) page(p site.Page) ([]output.Made, error) {
	if p.Make == nil {
		return w.planned(p)
	}
	note := digest.New("page").Add(w.frame).String(p.Path.String()).Add(p.State).Sum()
	if raw, ok := w.pack.Get(note); ok && len(raw) == len(digest.Sum{}) {
		m := output.Made{Path: p.Path.String(), Key: digest.Sum(raw)}
		if made := append(twinMade(p.Markdown, m), m); w.b.out.KeepAll(made) {
			return made, nil
		}
	}
	p.View = p.Make()
	made, err := w.planned(p)
	if len(made) == 0 {
		return nil, err
	}
	return made, errors.Join(err, w.pack.Put(note, made[0].Key[:]))
}

// planned writes a page whose view is there, and its twin: the page comes first
// in what it returns.
func (w *planWriter) planned(p site.Page) ([]output.Made, error) {
	m, err := w.rendered(p)
	if err != nil {
		return nil, err
	}
	twin := twinMade(p.Markdown, m)
	return append([]output.Made{m}, twin...), w.twin(p.Markdown, twin, []site.View{p.View}, p.From)
}

func (w *planWriter) rendered(p site.Page) (output.Made, error) {
	b := w.b
	m := output.Made{Path: p.Path.String(), Key: b.renderer.Key(p.View)}
	if b.out.Keep(p.Path, m.Key) {
		return m, nil
	}
	buf := b.buffers.Get().(*bytes.Buffer)
	defer b.buffers.Put(buf)
	buf.Reset()
	if err := b.renderer.Page(buf, p.View, noBody); err != nil {
		return m, fmt.Errorf("render %s: %w", p.Path, err)
	}
	b.rendered.Add(1)
	return m, w.put(p.Path, m.Key, buf.Bytes(), p.From)
}

// put writes a file; from are the entities it is about, for whoever finds its
// path taken.
func (w *planWriter) put(path urlpath.Path, key digest.Sum, data []byte, from []entity.Ref) error {
	return w.taken(w.b.out.Put(path, key, data), from)
}

// taken makes a finding of an error that tells that a path is taken.
func (w *planWriter) taken(err error, from []entity.Ref) error {
	pos, of := diag.Pos{}, ""
	if len(from) > 0 {
		of = from[0].String()
		if e := w.b.loaded.Catalog.Get(from[0]); e != nil {
			pos = e.Origin.Pos()
		}
	}
	collided, err := taken(&w.found, err, pos, of)
	if collided {
		w.mu.Lock()
		w.collided = true
		w.mu.Unlock()
	}
	return err
}

// files writes the machine files that are of no entity.
func (w *planWriter) files(s *site.Site) error {
	names, files, err := s.Data()
	if err != nil {
		return err
	}
	w.names = names
	fresh, err := s.NewsFiles()
	if err != nil {
		return err
	}
	health, err := s.HealthFile()
	if err != nil {
		return err
	}
	forAgents, err := s.AgentFiles()
	if err != nil {
		return err
	}
	for _, f := range slices.Concat(files, fresh, forAgents, []site.File{health, site.Robots()}) {
		m, err := w.file(f, nil)
		if err != nil {
			return err
		}
		w.note(m)
	}
	return w.catalogFile(s)
}

func (w *planWriter) file(f site.File, from []entity.Ref) (output.Made, error) {
	p, err := urlpath.New(f.Path)
	if err != nil {
		return output.Made{}, fmt.Errorf("file %q: %w", f.Path, err)
	}
	m := output.Made{Path: f.Path, Key: digest.New("file").Bytes(f.Data).Sum()}
	if w.b.out.Keep(p, m.Key) {
		return m, nil
	}
	return m, w.put(p, m.Key, f.Data, from)
}

// catalogFile writes catalog.json, a line at a time: it is as large as the
// catalog.
func (w *planWriter) catalogFile(s *site.Site) error {
	p, err := urlpath.New(site.CatalogFile)
	if err != nil {
		return err
	}
	h := digest.New("catalog.json/1").String(w.b.o.Version)
	var keys []digest.Sum
	for _, e := range w.b.loaded.Catalog.Entities() {
		keys = append(keys, w.lineKey(s, e.Ref))
		h.Add(keys[len(keys)-1])
	}
	m := output.Made{Path: site.CatalogFile, Key: h.Sum()}
	w.note(m)
	if w.b.out.Keep(p, m.Key) {
		return nil
	}
	return w.taken(w.b.out.PutFrom(p, m.Key, func(to io.Writer) error {
		var line []byte // one after the other in the same memory
		return s.WriteCatalog(to, func(e *entity.Entity) ([]byte, error) {
			var ok bool
			key := keys[0]
			keys = keys[1:]
			if line, ok = w.pack.Append(line[:0], key); ok {
				return line, nil
			}
			return s.Export(e)
		})
	}), nil)
}

// outline reads a definition once, and keeps what it came to.
func (w *planWriter) outline(typ, definition string) *apidoc.Reference {
	r, err := cache.Do(w.pack, w.outlineKey(typ, definition), func(b []byte) (r *apidoc.Reference, err error) {
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

func (w *planWriter) outlineKey(typ, definition string) digest.Sum {
	return digest.New("outline/1").String(w.b.o.Version).String(typ).String(definition).Sum()
}

// entityBlock is how many entities share a segment of the search index.
const entityBlock = 64

// index makes the parts of the entities, in blocks that stay the same while
// their entities do. searched are the digests of their documents, by the order of
// the entities; zero where there is none.
func (w *planWriter) index(s *site.Site, searched []digest.Sum) error {
	all := w.b.loaded.Catalog.Entities()
	var block []int
	for i, sum := range searched {
		if !sum.IsZero() {
			block = append(block, i)
		}
		if len(block) < entityBlock && i < len(searched)-1 || len(block) == 0 {
			continue
		}
		h := digest.New(search.Version).String(w.b.words.Key())
		for _, at := range block {
			h.Add(searched[at])
		}
		p, made, err := w.b.part(w.pack, h.Sum(), func() []search.Doc {
			out := make([]search.Doc, len(block))
			for n, at := range block {
				out[n] = s.SearchDoc(all[at])
			}
			return out
		})
		if err != nil {
			return err
		}
		if w.pack.Keep(p.Key) {
			p.load = nil // a large catalog has hundreds of blocks, which are read again when their turn comes
		}
		w.made = append(w.made, made...)
		w.parts = append(w.parts, p)
		block = block[:0]
	}
	w.parts = w.stored(w.parts)
	return nil
}

// stored gives parts that are not in memory a way to be loaded of the pack.
func (w *planWriter) stored(parts []part) []part {
	for i, p := range parts {
		if p.load == nil {
			parts[i].load = func() (*search.Segment, error) { return storedSegment(w.pack, p.Key) }
		}
	}
	return parts
}
