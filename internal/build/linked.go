package build

import (
	"context"
	"encoding/json"
	"fmt"

	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/repofs"
	"callboard/internal/site"
)

// Linking is a barrier: all entities must be there. But most builds follow a
// change that is in no catalog file. What the rest of a build needs of the
// catalog as a whole is therefore kept, and the entities are not even decoded
// until a page is planned that shows them.

// linked is what linking came to, for the stages after it.
type linked struct {
	Entities    int               `json:"entities"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"` // before the filter
	Docs        []docOf           `json:"docs"`
	// Seen is what an audience sees; nil without audiences.
	Seen *sight `json:"seen,omitempty"`
}

// docOf is a documentation set to be made.
type docOf struct {
	docs.Spec
	// Repo is the name of Spec.Snap, which is not kept.
	Repo string `json:"repo"`
	// Context is what its pages show of the catalog.
	Context site.DocContext `json:"context"`
	// Withheld are files that it is made without; nil for none.
	Withheld *withheld `json:"withheld,omitempty"`
}

// linkedKey is the digest of all that linking depends on.
func (b *builder) linkedKey() digest.Sum {
	h := digest.New("linked/2").String(b.o.Version).JSON(b.o.shown()).Add(b.o.Model.Sum())
	for _, p := range b.repos.all {
		h.String(p.snap.Repo).String(p.snap.WebURL).String(p.snap.Branch).Add(p.sum).Add(p.text).Add(p.snap.Listing())
	}
	return h.Sum()
}

// link finds what linking came to the last time, or links the catalog.
func (b *builder) link() error {
	defer b.filter.Close()
	pack := b.kept.pack("linked", "")
	defer pack.Release()
	b.catalogKey = b.linkedKey()
	if l, ok := findLinked(pack, b.catalogKey, b.repos.snapshots()); ok {
		b.linked = l
		report(b.filter, l.Diagnostics)
		return nil
	}
	if err := b.linkNow(pack); err != nil {
		return err
	}
	if err := storeLinked(pack, b.catalogKey, b.linked); err != nil {
		return err
	}
	return pack.Close()
}

func findLinked(pack *cache.Pack, key digest.Sum, snaps map[string]*repofs.Snapshot) (*linked, bool) {
	raw, ok := pack.Get(key)
	if !ok {
		return nil, false
	}
	l := new(linked)
	if json.Unmarshal(raw, l) != nil {
		return nil, false
	}
	for i := range l.Docs {
		if l.Docs[i].Snap = snaps[l.Docs[i].Repo]; l.Docs[i].Snap == nil {
			return nil, false
		}
	}
	return l, true
}

func storeLinked(pack *cache.Pack, key digest.Sum, l *linked) error {
	kept := *l
	kept.Docs = make([]docOf, len(l.Docs))
	for i, d := range l.Docs {
		d.Snap = nil
		kept.Docs[i] = d
	}
	raw, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("keep the catalog: %w", err)
	}
	return pack.Put(key, raw)
}

func (b *builder) linkNow(pack *cache.Pack) error {
	own := new(diag.List)
	var err error
	if b.loaded, err = b.repos.link(own, pack); err != nil {
		return err
	}
	b.linked = &linked{Entities: b.loaded.Catalog.Len()}
	s := site.New(site.Input{Config: b.o.shown(), Catalog: b.loaded.Catalog})
	for _, spec := range b.specs(diag.Discard) {
		b.linked.Docs = append(b.linked.Docs, docOf{spec, spec.Snap.Repo, s.DocContext(spec.Of), nil})
	}
	b.linked.Diagnostics = own.All()
	report(b.filter, b.linked.Diagnostics)
	return nil
}

// specs are the documentation sets of the catalog.
func (b *builder) specs(sink diag.Sink) []docs.Spec {
	return docs.Find(b.loaded.Catalog, b.loaded.Snapshots, docs.Options{Auto: b.o.Config.Docs.Auto, Profile: b.o.Config.Docs.Profile}, sink)
}

// whole is the catalog itself. What is wrong with it has been reported.
func (b *builder) whole(ctx context.Context) (*Loaded, error) {
	var err error
	if b.loaded == nil && b.ruling != nil {
		b.loaded, err = b.seenCatalog(ctx)
		return b.loaded, err
	}
	if b.loaded == nil {
		if b.loaded, err = b.repos.link(diag.Discard, nil); err != nil {
			return nil, err
		}
	}
	return b.loaded, nil
}

func (l *Loaded) sum(e *entity.Entity) digest.Sum {
	if l.sumOf != nil {
		return l.sumOf(e)
	}
	parts := l.Catalog.Parts(e)
	if len(parts) == 0 {
		return l.sums[e]
	}
	h := digest.New("united")
	for _, p := range parts {
		h.Add(l.sums[p])
	}
	return h.Sum()
}
