package build

import (
	"context"
	"errors"

	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/par"
	"callboard/internal/site"
)

func (w *planWriter) recordKey(ref entity.Ref) digest.Sum {
	return digest.New("entity").Add(w.frame).String(ref.String()).Sum()
}

// lineKey is the key of an entity's line of catalog.json.
func (w *planWriter) lineKey(s *site.Site, ref entity.Ref) digest.Sum {
	return digest.New("line/1").String(w.b.o.Version).Add(s.State(site.Subject{Ref: ref}, site.LookWhole|site.LookEdges)).
		Add(s.State(site.Subject{Repo: w.b.loaded.Catalog.Get(ref).Origin.Repo}, site.LookSource)).Sum()
}

// recall is the record of an entity, with all that it speaks of in the pack.
// Records are read one after the other, into the same memory.
func (w *planWriter) recall(ref entity.Ref) (entityRecord, bool) {
	raw, ok := w.pack.Append(w.raw[:0], w.recordKey(ref))
	if w.raw = raw; !ok {
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
	if w.numbers, known = loadNumbers(w.pack, w.frame); known {
		w.states, known = loadStates(w.pack, w.frame)
	}
	w.states.site, w.states.numbers = s, w.numbers
	all := w.b.loaded.Catalog.Entities()
	// What is kept in memory of each is the digest of what is searched of it: all
	// records together would be a fifth of the memory of a large build.
	searched := make([]digest.Sum, len(all))
	type job struct {
		at     int
		plan   site.EntityPlan
		record entityRecord
	}
	var failed error
	jobs := func(yield func(job) bool) {
		for i, e := range all {
			if r, ok := w.stands(e.Ref, known); ok {
				searched[i] = r.search
				continue
			}
			plan, err := s.Plan(e.Ref)
			if err != nil {
				failed = err
				return
			}
			r := entityRecord{ref: e.Ref, line: w.lineKey(s, e.Ref), looks: w.looked(plan.Looks)}
			plan.Looks = nil
			if !yield(job{i, plan, r}) {
				return
			}
		}
	}
	if err := par.Each(ctx, w.b.o.jobs(), count(w.b.o, "entities", len(all), jobs), func(_ context.Context, j job) error {
		err := w.entity(j.plan, &j.record)
		searched[j.at] = j.record.search
		return err
	}); err != nil || failed != nil {
		return errors.Join(err, failed)
	}
	return w.index(s, searched)
}

// stands takes over all that there is of an entity if what was looked at for it
// is as it was. Without the numbers of before no record can be read.
func (w *planWriter) stands(ref entity.Ref, known bool) (entityRecord, bool) {
	if !known {
		return entityRecord{}, false
	}
	r, ok := w.recall(ref)
	if !ok || w.states.changed(r.looks) || !w.b.out.KeepAll(r.made) {
		return entityRecord{}, false
	}
	return r, true
}

// looked are the looks of a trace by number.
func (w *planWriter) looked(t site.Trace) []look {
	out := make([]look, 0, len(t))
	for _, x := range t.Subjects() {
		l := look{w.numbers.of(x), t[x]}
		w.states.ask(l)
		out = append(out, l)
	}
	return out
}

// entity writes the pages and files of one entity and keeps the record.
func (w *planWriter) entity(plan site.EntityPlan, r *entityRecord) error {
	from := []entity.Ref{r.ref}
	views := make([]site.View, len(plan.Pages))
	for i, p := range plan.Pages {
		made, err := w.page(p)
		if err != nil {
			return err
		}
		r.made, views[i] = append(r.made, made...), p.View
	}
	twin := twinMade(plan.Markdown, r.made...)
	if err := w.twin(plan.Markdown, twin, views, from); err != nil {
		return err
	}
	r.made = append(r.made, twin...)
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
