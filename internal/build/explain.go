package build

import (
	"context"

	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/search"
	"callboard/internal/site"
)

// Plan is a page as a build would make it: by which template of the theme, and
// under which key, the digest of all it is made of.
type Plan struct {
	Path     string     `json:"path"`
	Template string     `json:"template"`
	Key      digest.Sum `json:"key"`
}

// Explain plans the pages of one entity without writing any of them. The
// catalog is that of Load with the same options.
func Explain(ctx context.Context, o Options, l *Loaded, ref entity.Ref) ([]Plan, error) {
	b := &builder{o: o, base: BasePath(o.Config.BaseURL), sink: new(diag.List), search: search.NewBuilder(nil)}
	own := *l
	own.filter = l.filter.To(b.sink)
	b.loaded = &own
	var err error
	if b.cache, err = cache.Open(o.CacheDir); err != nil {
		return nil, err
	}
	report(b.sink, l.Diagnostics)
	if _, err := b.theme(); err != nil {
		return nil, err
	}
	b.docSite = site.New(b.input(nil, nil))
	sets, err := b.setsFor(ctx, ref)
	if err != nil {
		return nil, err
	}
	var out []Plan
	for p := range site.New(b.input(sets, b.sink.All())).PagesOf(ref) {
		out = append(out, Plan{p.Path.URL(b.base), p.View.Template(), b.renderer.Key(p.View)})
	}
	return out, nil
}

// setsFor are the documentation sets that the pages of an entity show: its own,
// or that of the entity it names.
func (b *builder) setsFor(ctx context.Context, ref entity.Ref) ([]*docs.Set, error) {
	wanted := map[entity.Ref]bool{ref: true}
	if e := b.loaded.Catalog.Get(ref); e != nil {
		if other, err := entity.ParseRef(e.Metadata.Annotations[docs.AnnotationEntity], "component", e.Namespace); err == nil {
			wanted[other] = true
		}
	}
	var sets []*docs.Set
	for _, spec := range docs.Find(b.loaded.Catalog, b.loaded.Snapshots, docs.Options{Auto: b.o.Config.Docs.Auto, Profile: b.o.Config.Docs.Profile}, diag.Discard) {
		if !wanted[spec.Of] {
			continue
		}
		w := &setWriter{b: b, pack: b.cache.Pack("docs", packName(spec)), sink: b.sink}
		w.plan = docs.Open(spec, b.loaded.filter)
		if err := w.read(ctx); err != nil {
			return nil, err
		}
		set, _ := w.plan.Finish(w.docs, b.loaded.filter)
		for i := range set.Pages {
			set.Pages[i].Headings = nil
		}
		if len(set.Pages) > 0 {
			sets = append(sets, set)
		}
	}
	return sets, nil
}
