package markdown

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

func (w *writer) headline(n *ast.Heading) {
	h := w.doc.Headings[w.heading]
	w.plain.section(w.heading)
	w.heading++
	level := [...]string{"1", "2", "3", "4", "5", "6"}[min(max(n.Level, 1), 6)-1]
	w.s("<h", level, ` id="`)
	w.esc(h.ID)
	w.s(`"`)
	w.attrs(n)
	w.s(">")
	w.plain.mute(true)
	w.children(n)
	w.plain.mute(false)
	if n.Level > 1 {
		w.s(`<a class="anchor" href="#`)
		w.esc(h.ID)
		w.s(`" aria-label="Link to `)
		w.esc(h.Text)
		w.s(`">#</a>`)
	}
	w.s("</h", level, ">\n")
}

// paragraph writes a paragraph, or the contents where "[TOC]" stands.
func (w *writer) paragraph(n *ast.Paragraph) {
	if n.Lines().Len() == 1 && w.opt.Profile != "gfm" {
		seg := n.Lines().At(0)
		if string(bytes.TrimSpace(seg.Value(w.src))) == "[TOC]" {
			w.contents()
			return
		}
	}
	w.wrap(n, "p", "")
}

// contents writes the page's headings as nested lists.
func (w *writer) contents() {
	w.s(`<div class="contents">`)
	var open []int // levels of the lists that are open
	for _, h := range w.doc.Headings {
		if h.Level == 1 {
			continue
		}
		for len(open) > 1 && open[len(open)-1] > h.Level {
			w.s("</li></ul>")
			open = open[:len(open)-1]
		}
		if len(open) == 0 || open[len(open)-1] < h.Level {
			w.s("<ul>")
			open = append(open, h.Level)
		} else {
			w.s("</li>")
		}
		w.s(`<li><a href="#`)
		w.esc(h.ID)
		w.s(`">`)
		w.esc(h.Text)
		w.s("</a>")
	}
	for range open {
		w.s("</li></ul>")
	}
	w.s("</div>\n")
}

func (w *writer) table(n *east.Table) {
	w.s(`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>`, "\n")
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		if _, isHead := row.(*east.TableHeader); isHead {
			w.s("<thead><tr>")
			w.cells(row, "th", ` scope="col"`)
			w.s("</tr></thead>\n")
			if row.NextSibling() != nil {
				w.s("<tbody>")
			}
			continue
		}
		w.s("<tr>")
		w.cells(row, "td", "")
		w.s("</tr>\n")
		if row.NextSibling() == nil {
			w.s("</tbody>")
		}
		w.full = w.full || len(w.out) > w.limit
		if w.full {
			return
		}
	}
	w.s("</table></div>\n")
}

func (w *writer) cells(row ast.Node, element, more string) {
	w.inCell = true
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		cell, ok := c.(*east.TableCell)
		if !ok {
			continue
		}
		w.s("<", element, more)
		w.attrsWith(cell, alignments[cell.Alignment])
		w.s(">")
		w.children(cell)
		w.s("</", element, ">")
		w.plain.gap()
	}
	w.inCell = false
}

// alignments are classes: a page of the portal has no style attributes.
var alignments = map[east.Alignment]string{east.AlignRight: "right", east.AlignCenter: "center"}

func (w *writer) list(n *ast.List) {
	element, more := "ul", ""
	if n.IsOrdered() {
		element = "ol"
		if n.Start != 1 {
			more = ` start="` + strconv.Itoa(n.Start) + `"`
		}
	}
	if hasTasks(n) {
		more += ` class="tasks"`
	}
	w.wrap(n, element, more)
}

// hasTasks looks at the first items only: a list is of tasks or it is not, and
// looking at all of them in a list of lists would be done again and again.
func hasTasks(n ast.Node) bool {
	c := n.FirstChild()
	for range 3 {
		if c == nil {
			return false
		}
		if b := c.FirstChild(); b != nil {
			if _, ok := b.FirstChild().(*east.TaskCheckBox); ok {
				return true
			}
		}
		c = c.NextSibling()
	}
	return false
}

// noteTypes are the types that have a look of their own; Material's synonyms
// lead to them.
var noteTypes = map[string]string{
	"note": "note", "seealso": "note", "abstract": "abstract", "summary": "abstract", "tldr": "abstract", "info": "info", "todo": "info", "tip": "tip", "hint": "tip", "important": "tip",
	"success": "success", "check": "success", "done": "success", "question": "question", "help": "question", "faq": "question", "warning": "warning", "caution": "warning", "attention": "warning",
	"failure": "failure", "fail": "failure", "missing": "failure", "danger": "danger", "error": "danger", "bug": "bug", "example": "example", "quote": "quote", "cite": "quote",
}

func (w *writer) admonition(n *admonition) {
	if n.form == tab {
		w.s(`<section class="tab"><p class="tab-title">`)
		w.words(n.title)
		w.s("</p>\n")
		w.plain.gap()
		w.children(n)
		w.s("</section>\n")
		return
	}
	typ, title := n.look()
	open, shut, head, headEnd := "div", "", `<b class="note-title">`, "</b>"
	if n.form != note {
		open, head, headEnd = "details", "<summary>", "</summary>"
		if n.form == opened {
			shut = " open"
		}
	}
	w.s("<", open, ` class="note note-`, typ, `"`, shut, ">")
	if title != "" || n.form != note {
		w.s(head)
		w.words(orElse(title, "Details"))
		w.s(headEnd)
	}
	w.s("\n")
	w.plain.gap()
	w.children(n)
	w.s("</", open, ">\n")
}

// look is the type whose look an admonition has, and its title.
func (n *admonition) look() (typ, title string) {
	typ, title = "note", n.title
	if len(n.types) == 0 {
		return typ, title
	}
	if !n.named {
		title = strings.ToUpper(n.types[0][:1]) + n.types[0][1:]
	}
	if t := noteTypes[n.types[0]]; t != "" {
		typ = t
	}
	return typ, title
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	if w.opt.NoRawHTML {
		return
	}
	w.raw = true
	s := w.lines(n)
	if n.HasClosure() {
		s += string(n.ClosureLine.Value(w.src))
	}
	w.s(s)
	w.plain.untagged(s)
}

// lines are the lines of a block.
func (w *writer) lines(n ast.Node) string {
	ls := n.Lines()
	w.scratch = w.scratch[:0]
	for i := range ls.Len() {
		seg := ls.At(i)
		w.scratch = append(w.scratch, seg.Value(w.src)...)
	}
	return string(w.scratch)
}
