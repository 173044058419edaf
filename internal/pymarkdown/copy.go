package pymarkdown

import (
	"slices"
	"strings"
)

// Copy is a copy of e and all below it, with e's tail, that stands nowhere yet.
func (e *Element) Copy() *Element {
	c := &Element{Tag: e.Tag, Attrs: slices.Clone(e.Attrs), Lead: e.Lead, Tail: e.Tail,
		LeadAtomic: e.LeadAtomic, TailAtomic: e.TailAtomic, Line: e.Line}
	for child := e.First(); child != nil; child = child.Next() {
		c.Append(child.Copy())
	}
	return c
}

// InnerHTML is what e contains as HTML, as it will stand on the page: stashed
// HTML is put back, escaped characters are restored and the postprocessors have
// run. Extensions that need a heading's or a label's HTML before the page is
// written ask for it.
func (d *Document) InnerHTML(e *Element) string {
	w := writer{d: d, keep: true}
	w.inside(e)
	return d.Postprocess(strings.TrimSpace(Unescape(string(w.out))))
}

// Postprocess runs all postprocessors on a piece of HTML.
func (d *Document) Postprocess(html string) string {
	for _, post := range d.Post.All() {
		if post == nil {
			html = d.RawHTML(html)
		} else {
			html = post(d, html)
		}
	}
	return strings.TrimSpace(html)
}

// Prettify puts line feeds into a tree that is not part of the page yet, as is
// done to the page.
func (d *Document) Prettify(root *Element) { prettify(d, root) }

// EscapeText escapes text for HTML, but for entities that are there.
func EscapeText(s string) string { return string(appendText(nil, s)) }
