package markdown

import (
	"strconv"
	"strings"

	east "github.com/yuin/goldmark/extension/ast"
)

// noteRef is how a footnote is shown: its number and the name in its ids.
type noteRef struct {
	number int
	name   string
}

// numberNotes numbers the footnotes, as GitHub does in the order of the first
// references to them. Their ids have the label that the author gave.
func (s *state) numberNotes(list *east.FootnoteList) {
	s.notes = append(s.notes, noteRef{}) // indices begin at 1
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		f := n.(*east.Footnote)
		s.notes = append(s.notes, noteRef{number: len(s.notes), name: strings.Join(strings.Fields(string(f.Ref)), "-")})
	}
}

func (w *writer) note(index int) noteRef {
	if index <= 0 || index >= len(w.state.notes) {
		return noteRef{number: index, name: strconv.Itoa(index)}
	}
	return w.state.notes[index]
}

func (w *writer) footnote(n *east.Footnote) {
	w.s(`<li id="fn:`)
	w.esc(w.note(n.Index).name)
	w.s(`">`)
	w.children(n)
	w.s("</li>\n")
}

func (w *writer) footnoteLink(n *east.FootnoteLink) {
	ref := w.note(n.Index)
	number := strconv.Itoa(ref.number)
	w.s(`<sup id="fnref`, refSuffix(n.RefIndex), ":")
	w.esc(ref.name)
	w.s(`"><a class="footnote-ref" href="#fn:`)
	w.esc(ref.name)
	w.s(`" aria-label="Footnote `, number, `">`, number, "</a></sup>")
}

func (w *writer) footnoteBacklink(n *east.FootnoteBacklink) {
	w.s(` <a class="footnote-backref" href="#fnref`, refSuffix(n.RefIndex), ":")
	w.esc(w.note(n.Index).name)
	w.s(`" aria-label="Back to the text">↩</a>`)
}

// refSuffix tells references to one footnote apart as Python-Markdown does:
// fnref:1, fnref2:1, fnref3:1.
func refSuffix(i int) string {
	if i == 0 {
		return ""
	}
	return strconv.Itoa(i + 1)
}
