package build

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/docs/prepare"
	"callboard/internal/entity"
	"callboard/internal/markdown"
	"callboard/internal/output"
	"callboard/internal/search"
	"callboard/internal/site"
)

// Most of an organisation is as it was when it is built again. What a whole
// documentation set came to is therefore kept under a key of all that it
// depends on: its repository's files by their stamps, and what its pages show
// of the rest of the portal. With the key the same, no file of the set is
// opened and no page is planned.

// setRecord is what a documentation set came to. The set itself is kept apart,
// under Sum: most builds do not look into it.
type setRecord struct {
	sum         digest.Sum
	title       string
	pages       int
	made        []output.Made
	parts       []part
	diagnostics []diag.Diagnostic
}

// encode writes a record; what is wrong with the set, which is most often
// nothing, as JSON in the end.
func (r *setRecord) encode() ([]byte, error) {
	b := append([]byte(nil), r.sum[:]...)
	b = append(binary.AppendUvarint(b, uint64(len(r.title))), r.title...)
	b = appendMade(binary.AppendUvarint(b, uint64(r.pages)), r.made)
	b = binary.AppendUvarint(b, uint64(len(r.parts)))
	for _, p := range r.parts {
		b = binary.AppendUvarint(append(b, p.Key[:]...), uint64(p.Docs))
	}
	if len(r.diagnostics) == 0 {
		return b, nil
	}
	found, err := json.Marshal(r.diagnostics)
	return append(b, found...), err
}

func decodeSet(b []byte) (setRecord, bool) {
	d := recordReader{b: b}
	r := setRecord{sum: d.sum(), title: d.string(), pages: d.number(), made: d.made()}
	for range d.count() {
		r.parts = append(r.parts, part{Key: d.sum(), Docs: d.number()})
	}
	return r, !d.bad && (len(d.b) == 0 || json.Unmarshal(d.b, &r.diagnostics) == nil)
}

// setKey is the key of a set's record. It is false if the repository's stamps
// do not tell whether a file has changed.
func (b *builder) setKey(spec docOf) (digest.Sum, bool) {
	files, sure := spec.Snap.Fingerprint(b.o.started() - racy)
	h := digest.New("docset/9").String(b.o.Version).String(markdown.Version).String(prepare.Version).String(search.Version).String(b.words.Key()).Add(b.renderer.Theme().Sum()).
		String(spec.Snap.Repo).String(spec.Snap.WebURL).String(spec.Snap.Branch).String(spec.Snap.Revision).Add(files).
		JSON(b.o.Config.Docs).Add(b.diagrams.Sum()).JSON(b.docSite.DocFrame(spec.Of, spec.Context))
	if b.o.Config.Docs.History != historyNone && spec.Snap.History != nil {
		h.Add(spec.Snap.History.Key())
	}
	if l := b.linked; l != nil && l.Seen != nil && !l.Seen.Whole {
		h.Add(l.Seen.key)
	}
	spec.Snap = nil
	return h.JSON(spec).Sum(), sure
}

func (w *setWriter) record(key digest.Sum, ds docSet) error {
	r := setRecord{ds.Sum, ds.Title, ds.Pages, w.made, ds.parts, w.sink.All()}
	b, err := r.encode()
	if err != nil {
		return fmt.Errorf("keep the documentation of %s: %w", ds.Of, err)
	}
	return w.b.kept.notes.Put(key, b)
}

// standing takes over a set with all its pages if they are in the output as the
// record says.
func (b *builder) standing(spec docOf, key digest.Sum) (docSet, bool) {
	raw, ok := b.kept.notes.Get(key)
	if !ok {
		return docSet{}, false
	}
	r, ok := decodeSet(raw)
	if !ok || !b.out.KeepAll(r.made) {
		return docSet{}, false
	}
	if spec.Withheld == nil {
		report(b.made, r.diagnostics)
	}
	name := b.packName(spec)
	return docSet{DocSet: b.docSet(spec.Of, name, r.sum, r.title, r.pages), parts: b.stored(name, r.parts)}, true
}

// docSet is a set that is loaded of the pack of a name.
func (b *builder) docSet(of entity.Ref, name string, sum digest.Sum, title string, pages int) site.DocSet {
	return site.DocSet{Of: of, Title: title, Pages: pages, Sum: sum, Load: func() *docs.Set {
		pack := b.kept.pack("docs", name)
		defer pack.Release()
		set := new(docs.Set)
		if raw, ok := pack.Get(sum); !ok || json.Unmarshal(raw, set) != nil {
			b.kept.damaged.Store(true)
			return &docs.Set{Of: of, Title: title}
		}
		set.Of = of
		return set
	}}
}

func report(sink diag.Sink, ds []diag.Diagnostic) {
	for _, d := range ds {
		sink.Report(d)
	}
}
