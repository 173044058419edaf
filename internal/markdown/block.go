package markdown

import (
	"strconv"

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
		w.attr("class", alignments[cell.Alignment])
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
	w.plain.untagged(s, func(text string) { w.plain.say(unescapeHTML(text)) })
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
