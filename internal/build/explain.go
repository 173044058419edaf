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
	b := &builder{o: o, words: search.NewWords(o.Config.Search.Synonyms), base: BasePath(o.Config.BaseURL), sink: new(diag.List), loaded: l, repos: l.repos(), news: new(site.News)}
	b.filter = l.filter.To(b.sink)
	c, err := cache.Open(o.CacheDir)
	if err != nil {
		return nil, err
	}
	b.kept = openStore(o, c)
	defer b.kept.release()
	report(b.sink, l.Diagnostics)
	if _, err := b.theme(); err != nil {
		return nil, err
	}
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
func (b *builder) setsFor(ctx context.Context, ref entity.Ref) ([]site.DocSet, error) {
	wanted := map[entity.Ref]bool{ref: true}
	if e := b.loaded.Catalog.Get(ref); e != nil {
		if other, err := entity.ParseRef(e.Metadata.Annotations[docs.AnnotationEntity], "component", e.Namespace); err == nil {
			wanted[other] = true
		}
	}
	var sets []site.DocSet
	for _, spec := range b.specs(diag.Discard) {
		if !wanted[spec.Of] {
			continue
		}
		set, err := b.contents(ctx, spec)
		if err != nil {
			return nil, err
		}
		if len(set.Pages) > 0 {
			sets = append(sets, site.DocSet{Of: spec.Of, Title: set.Title, Pages: len(set.Pages), Load: func() *docs.Set { return set }})
		}
	}
	return sets, nil
}

// contents reads a documentation set without its pages.
func (b *builder) contents(ctx context.Context, spec docs.Spec) (*docs.Set, error) {
	pack := b.kept.pack("docs", packName(spec))
	defer pack.Release()
	w := &setWriter{b: b, pack: pack, sink: b.sink, to: b.filter}
	w.plan = docs.Open(spec, b.filter)
	if err := w.read(ctx); err != nil {
		return nil, err
	}
	set, _ := w.plan.Finish(w.docs, b.filter)
	return set, nil
}

// repos are the repositories that were read.
func (l *Loaded) repos() *repos {
	r := new(repos)
	for _, name := range l.Repos {
		r.all = append(r.all, parsed{snap: l.Snapshots[name]})
	}
	return r
}
