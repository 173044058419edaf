package build

import (
	"context"
	"encoding/binary"
	"errors"

	"callboard/internal/cache"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/output"
	"callboard/internal/par"
	"callboard/internal/site"
)

// entityRecord is what planning one entity came to, and what was looked at for
// it. While that is as it was, nothing of the entity is planned.
type entityRecord struct {
	ref    entity.Ref
	state  digest.Sum // of all that was looked at
	search digest.Sum // of its document for the search index; zero if it has none
	line   digest.Sum // key of its line of catalog.json
	looks  []look
	uses   []digest.Sum // what else the pack has for it
	made   []output.Made
}

// look is one subject that was looked at, by its number.
type look struct {
	subject int
	looks   site.Look
}

func (w *planWriter) recordKey(ref entity.Ref) digest.Sum {
	return digest.New("entity").Add(w.frame).String(ref.String()).Sum()
}

// lineKey is the key of an entity's line of catalog.json.
func (w *planWriter) lineKey(s *site.Site, ref entity.Ref) digest.Sum {
	return digest.New("line/1").String(w.b.o.Version).Add(s.State(site.Subject{Ref: ref}, site.LookWhole|site.LookEdges)).
		Add(s.State(site.Subject{Repo: w.b.loaded.Catalog.Get(ref).Origin.Repo}, site.LookSource)).Sum()
}

// recall is the record of an entity, with all that it speaks of in the pack.
func (w *planWriter) recall(ref entity.Ref) (entityRecord, bool) {
	raw, ok := w.pack.Get(w.recordKey(ref))
	if !ok {
		return entityRecord{}, false
	}
	r, ok := decodeRecord(raw)
	r.ref = ref
	for _, k := range append(r.uses, r.line) {
		ok = ok && w.pack.Keep(k)
	}
	return r, ok
}

// entities writes what there is of every entity. Planning is done in order and
// one at a time, the rest side by side.
func (w *planWriter) entities(ctx context.Context, s *site.Site) error {
	var known bool
	w.numbers, known = loadNumbers(w.pack, w.frame)
	all := w.b.loaded.Catalog.Entities()
	records := make([]entityRecord, len(all))
	type job struct {
		at   int
		plan site.EntityPlan
	}
	var failed error
	jobs := func(yield func(job) bool) {
		for i, e := range all {
			if r, ok := w.stands(s, e.Ref, known); ok {
				records[i] = r
				continue
			}
			plan, err := s.Plan(e.Ref)
			if err != nil {
				failed = err
				return
			}
			records[i] = entityRecord{ref: e.Ref, line: w.lineKey(s, e.Ref)}
			records[i].looks, records[i].state = w.looked(s, plan.Looks)
			if !yield(job{i, plan}) {
				return
			}
		}
	}
	if err := par.Each(ctx, w.b.o.jobs(), count(w.b.o, "entities", len(all), jobs), func(_ context.Context, j job) error {
		return w.entity(j.plan, &records[j.at])
	}); err != nil || failed != nil {
		return errors.Join(err, failed)
	}
	return w.index(s, records)
}

// stands takes over all that there is of an entity if what was looked at for it
// is as it was. Without the numbers of before no record can be read.
func (w *planWriter) stands(s *site.Site, ref entity.Ref, known bool) (entityRecord, bool) {
	if !known {
		return entityRecord{}, false
	}
	r, ok := w.recall(ref)
	if !ok || w.state(s, r.looks) != r.state || !w.b.out.KeepAll(r.made) {
		return entityRecord{}, false
	}
	return r, true
}

// looked are the looks of a trace by number, and the state of all of it.
func (w *planWriter) looked(s *site.Site, t site.Trace) ([]look, digest.Sum) {
	out := make([]look, 0, len(t))
	for _, x := range t.Subjects() {
		out = append(out, look{w.numbers.of(x), t[x]})
	}
	return out, w.state(s, out)
}

func (w *planWriter) state(s *site.Site, looks []look) digest.Sum {
	h := digest.New("state")
	for _, l := range looks {
		x, ok := w.numbers.subject(l.subject)
		if !ok {
			return digest.Sum{}
		}
		sum, ok := w.states[l]
		if !ok {
			sum = s.State(x, l.looks)
			w.states[l] = sum
		}
		h.Add(sum)
	}
	return h.Sum()
}

// entity writes the pages and files of one entity and keeps the record.
func (w *planWriter) entity(plan site.EntityPlan, r *entityRecord) error {
	from := []entity.Ref{r.ref}
	for _, p := range plan.Pages {
		m, err := w.page(p)
		if err != nil {
			return err
		}
		r.made = append(r.made, m)
	}
	for _, f := range plan.Files {
		m, err := w.file(f, from)
		if err != nil {
			return err
		}
		r.made = append(r.made, m)
	}
	if plan.Search != nil {
		r.search = digest.New("searchdoc").JSON(plan.Search).Sum()
	}
	if e := w.b.loaded.Catalog.Get(r.ref); e.Kind == entity.KindAPI {
		if k := w.outlineKey(e.Type(), e.SpecString("definition")); w.pack.Keep(k) {
			r.uses = append(r.uses, k)
		}
	}
	return errors.Join(w.pack.Put(r.line, plan.Export), w.pack.Put(w.recordKey(r.ref), r.encode()))
}

// encode writes a record: its digests, what was looked at, what it uses, what
// was made.
func (r *entityRecord) encode() []byte {
	b := append(append(append([]byte(nil), r.state[:]...), r.search[:]...), r.line[:]...)
	b = binary.AppendUvarint(b, uint64(len(r.looks)))
	for _, l := range r.looks {
		b = append(binary.AppendUvarint(b, uint64(l.subject)), byte(l.looks))
	}
	b = binary.AppendUvarint(b, uint64(len(r.uses)))
	for _, k := range r.uses {
		b = append(b, k[:]...)
	}
	b = binary.AppendUvarint(b, uint64(len(r.made)))
	for _, m := range r.made {
		b = append(binary.AppendUvarint(b, uint64(len(m.Path))), m.Path...)
		b = append(b, m.Key[:]...)
	}
	return b
}

func decodeRecord(b []byte) (entityRecord, bool) {
	d := recordReader{b: b}
	r := entityRecord{state: d.sum(), search: d.sum(), line: d.sum()}
	for range d.count() {
		r.looks = append(r.looks, look{d.number(), site.Look(d.byte())})
	}
	for range d.count() {
		r.uses = append(r.uses, d.sum())
	}
	for range d.count() {
		r.made = append(r.made, output.Made{Path: d.string(), Key: d.sum()})
	}
	return r, !d.bad && len(d.b) == 0
}

// recordReader reads what encode wrote. After the end of its bytes it gives
// zeros and is bad.
type recordReader struct {
	b   []byte
	bad bool
}

func (d *recordReader) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.bad, d.b = true, nil
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *recordReader) number() int {
	n, used := binary.Uvarint(d.b)
	if used <= 0 || n > 1<<40 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[used:]
	return int(n)
}

// count is a number of things to come, each of a byte at least.
func (d *recordReader) count() int {
	n := d.number()
	if n > len(d.b) {
		d.bad = true
		return 0
	}
	return n
}

func (d *recordReader) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *recordReader) string() string { return string(d.take(d.number())) }

func (d *recordReader) sum() (s digest.Sum) {
	copy(s[:], d.take(len(s)))
	return s
}

// numbers are the numbers of subjects in records. They stay the same from build
// to build, and those of subjects that are gone are not given again.
type numbers struct {
	all    []site.Subject
	number map[site.Subject]int
}

func numbersKey(frame digest.Sum) digest.Sum { return digest.New("numbers/1").Add(frame).Sum() }

// loadNumbers reads the numbers. It is false if there are none, so that the
// records cannot be read either.
func loadNumbers(pack *cache.Pack, frame digest.Sum) (*numbers, bool) {
	raw, ok := pack.Get(numbersKey(frame))
	d := recordReader{b: raw}
	n := &numbers{number: map[site.Subject]int{}}
	for range d.count() {
		n.of(site.Subject{Ref: entity.Ref{Kind: d.string(), Namespace: d.string(), Name: d.string()}, Repo: d.string()})
	}
	if !ok || d.bad {
		return &numbers{number: map[site.Subject]int{}}, false
	}
	return n, true
}

func (n *numbers) store(pack *cache.Pack, frame digest.Sum) error {
	b := binary.AppendUvarint(nil, uint64(len(n.all)))
	for _, x := range n.all {
		for _, s := range []string{x.Ref.Kind, x.Ref.Namespace, x.Ref.Name, x.Repo} {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
	}
	return pack.Put(numbersKey(frame), b)
}

// of is the number of a subject, a new one if it has none.
func (n *numbers) of(x site.Subject) int {
	i, ok := n.number[x]
	if !ok {
		i = len(n.all)
		n.all = append(n.all, x)
		n.number[x] = i
	}
	return i
}

func (n *numbers) subject(i int) (site.Subject, bool) {
	if i < 0 || i >= len(n.all) {
		return site.Subject{}, false
	}
	return n.all[i], true
}
