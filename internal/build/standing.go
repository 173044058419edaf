package build

import (
	"encoding/json"
	"fmt"

	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/markdown"
	"callboard/internal/output"
	"callboard/internal/search"
)

// Most of an organisation is as it was when it is built again. What a whole
// documentation set came to is therefore kept under a key of all that it
// depends on: its repository's files by their stamps, and what its pages show
// of the rest of the portal. With the key the same, no file of the set is
// opened and no page is planned.

// setRecord is what a documentation set came to.
type setRecord struct {
	Set         *docs.Set         `json:"set"`
	Made        []output.Made     `json:"made"`
	Segments    []digest.Sum      `json:"segments"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"`
}

// setKey is the key of a set's record. It is false if the repository's stamps
// do not tell whether a file has changed.
func (b *builder) setKey(spec docs.Spec) (digest.Sum, bool) {
	files, sure := spec.Snap.Fingerprint(b.o.started() - racy)
	h := digest.New("docset/3").String(b.o.Version).String(markdown.Version).String(search.Version).Add(b.renderer.Theme().Sum()).
		String(spec.Snap.Repo).String(spec.Snap.WebURL).String(spec.Snap.Branch).String(spec.Snap.Revision).Add(files).
		JSON(b.o.Config.Docs).JSON(b.docSite.DocContext(spec.Of))
	spec.Snap = nil
	return h.JSON(spec).Sum(), sure
}

func (w *setWriter) record(key digest.Sum, set *docs.Set) error {
	b, err := json.Marshal(setRecord{set, w.made, w.segments, w.sink.All()})
	if err != nil {
		return fmt.Errorf("keep the documentation of %s: %w", set.Of, err)
	}
	w.pack.Put(key, b)
	return nil
}

// standing takes over a set with all its pages if they are in the output as the
// record says.
func (b *builder) standing(pack *cache.Pack, key digest.Sum) (docSet, bool) {
	raw, ok := pack.Get(key)
	if !ok {
		return docSet{}, false
	}
	var r setRecord
	if json.Unmarshal(raw, &r) != nil || r.Set == nil {
		return docSet{}, false
	}
	ds := docSet{set: r.Set}
	for _, k := range r.Segments {
		raw, ok := pack.Get(k)
		if !ok {
			return docSet{}, false
		}
		s, err := search.DecodeSegment(raw)
		if err != nil {
			return docSet{}, false
		}
		ds.segments = append(ds.segments, s)
	}
	if !b.out.KeepAll(r.Made) {
		return docSet{}, false
	}
	report(b.loaded.filter, r.Diagnostics)
	return ds, true
}

func report(sink diag.Sink, ds []diag.Diagnostic) {
	for _, d := range ds {
		sink.Report(d)
	}
}
