package render

import (
	"html/template"
	"strings"

	"callboard/internal/site"
)

// navWriter writes the navigation of a documentation set. It is written here and
// not by a template, because it stands on every page of the set: of three hundred
// entries a template takes longer than all of the rest of the page.
type navWriter struct {
	b strings.Builder
	n site.DocNav
}

func docNav(n site.DocNav) template.HTML {
	if n.Len() == 0 {
		return ""
	}
	w := navWriter{n: n}
	w.b.Grow(96 * min(n.Len(), 1000))
	w.list(0, n.Len())
	return template.HTML(w.b.String())
}

func (w *navWriter) list(from, to int) {
	w.b.WriteString("<ul>")
	for _, k := range w.n.Level(from, to) {
		w.b.WriteString("<li>")
		w.item(k)
		w.b.WriteString("</li>")
	}
	w.b.WriteString("</ul>")
}

// item writes an entry: a link, or a section that opens, with a link of its own
// beside it if it is a page.
func (w *navWriter) item(k int) {
	x := w.n.Node(k)
	switch {
	case strings.HasPrefix(x.URL, "./"):
		w.b.WriteString(`<a href="`)
		w.text(w.n.Base + x.URL) // with its "./", so that it is a path whatever it says
		w.b.WriteString(`">`)
		w.text(x.Title)
		w.b.WriteString("</a>")
	case x.URL != "":
		w.b.WriteString(`<a rel="noopener noreferrer" class="out" href="`)
		w.text(string(href(x.URL)))
		w.b.WriteString(`">`)
		w.text(x.Title)
		w.b.WriteString("</a>")
	case !w.n.Shows(k):
		w.closed(k, x)
	case x.Page >= 0:
		w.link(k, x.Page, x.Title, "")
		w.section(k, "<summary><span class=\"vh\">", "</span></summary>")
	default:
		w.section(k, "<summary>", "</summary>")
	}
}

// closed writes a page, or a section of which only the first page is linked.
func (w *navWriter) closed(k int, x site.DocNode) {
	switch {
	case x.Page >= 0:
		w.link(k, x.Page, x.Title, "")
	case x.Lead >= 0:
		w.link(-1, x.Lead, x.Title, ` class="more"`)
	default:
		w.b.WriteString("<span>")
		w.text(x.Title)
		w.b.WriteString("</span>")
	}
}

func (w *navWriter) link(k, page int, title, class string) {
	w.b.WriteString("<a")
	w.b.WriteString(class)
	w.b.WriteString(` href="`)
	w.text(w.n.Address(page))
	w.b.WriteByte('"')
	if k >= 0 && k == w.n.At {
		w.b.WriteString(` aria-current="page"`)
	}
	w.b.WriteByte('>')
	w.text(title)
	w.b.WriteString("</a>")
}

func (w *navWriter) section(k int, before, after string) {
	w.b.WriteString("<details")
	if w.n.Expanded || w.n.Opens(k) {
		w.b.WriteString(" open")
	}
	w.b.WriteByte('>')
	w.b.WriteString(before)
	w.text(w.n.Node(k).Title)
	w.b.WriteString(after)
	w.list(k+1, w.n.Node(k).End)
	w.b.WriteString("</details>")
}

func (w *navWriter) text(s string) { w.b.WriteString(template.HTMLEscapeString(s)) }
