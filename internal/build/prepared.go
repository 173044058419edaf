package build

import (
	"encoding/json"
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs/prepare"
	"callboard/internal/markdown"
)

// A page may hold other files and variables. What it came to of them is kept with
// the page: the key of a page is made of its own file and of those it read, and
// which these were is known from the last time.

// dependencies are what a page's text depends on beside its own file and the
// configuration.
type dependencies struct {
	Reads      []prepare.Read `json:"r,omitempty"`
	Listed     bool           `json:"l,omitempty"`
	Revisioned bool           `json:"v,omitempty"`
}

// keyOf sets the key of what is rendered of a page, whose own file has the digest
// sum. Its text is returned if it had to be made for that; a page that cannot be
// read says so, and has no key.
func (w *setWriter) keyOf(i int, src string, sum digest.Sum) (*prepare.Prepared, error) {
	h := digest.New(markdown.Version).String(w.plan.Profile()).Add(sum)
	p := w.plan.Preparer()
	if p == nil {
		w.keys[i] = h.Sum()
		return nil, nil
	}
	own := h.Add(p.Key()).JSON(w.plan.PreparePage(src)).Sum()
	var deps dependencies
	if kept, ok := w.pack.Get(own); ok && json.Unmarshal(kept, &deps) == nil && prepare.Current(w.plan.Snap, deps.Reads) {
		w.keys[i] = w.keyWith(own, deps)
		return nil, nil
	}
	text, err := w.prepared(src)
	if err != nil {
		w.docs[i] = unreadable(err)
		return nil, nil
	}
	deps = dependencies{text.Reads, text.Listed, text.Revisioned}
	w.keys[i] = w.keyWith(own, deps)
	kept, err := json.Marshal(deps)
	if err != nil {
		return nil, fmt.Errorf("keep what %s reads: %w", src, err)
	}
	return text, w.pack.Put(own, kept)
}

// keyWith is the key of a page together with what it depends on.
func (w *setWriter) keyWith(own digest.Sum, deps dependencies) digest.Sum {
	h := digest.New("prepared/1").Add(own)
	for _, r := range deps.Reads {
		h.String(r.Path).Add(r.Sum)
	}
	if deps.Listed {
		h.Add(w.plan.Snap.Listing())
	}
	if deps.Revisioned {
		h.String(w.plan.Snap.Revision)
	}
	return h.Sum()
}

// prepared is a page's text for Markdown.
func (w *setWriter) prepared(src string) (*prepare.Prepared, error) {
	text, err := w.plan.Snap.Read(src)
	if err != nil {
		return nil, err
	}
	p := w.plan.Preparer()
	if p == nil {
		return &prepare.Prepared{Text: text}, nil
	}
	out := p.Page(w.plan.PreparePage(src), text)
	return &out, nil
}

// inPlace gives what was found in a page's text the lines of its file, and adds
// what was found before.
func inPlace(d *markdown.Doc, text *prepare.Prepared) *markdown.Doc {
	if text.Lines != nil {
		for n := range d.Links {
			d.Links[n].Line = text.Line(d.Links[n].Line)
		}
		for n := range d.Diagnostics {
			d.Diagnostics[n].Pos.Line = text.Line(d.Diagnostics[n].Pos.Line)
		}
	}
	d.Diagnostics = diag.Sort(append(d.Diagnostics, text.Diagnostics...))
	return d
}
