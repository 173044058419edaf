package markdown

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"callboard/internal/diag"
	"callboard/internal/highlight"
	"callboard/internal/urlpath"
)

// writer writes the HTML of one document. It escapes by construction; only raw
// HTML, if there is any, makes a pass of the sanitiser necessary.
type writer struct {
	src       []byte
	doc       *Doc
	opt       Options
	code      *highlight.Highlighter
	slugs     *slugger
	out       strings.Builder
	raw       bool  // raw HTML was written
	firstLine int   // lines of front matter before src
	starts    []int // offsets of line starts, made when first needed
	ids       map[ast.Node]string
}

// prepare gives headings their ids, first those that authors wrote, and
// collects headings and text.
func (w *writer) prepare(root ast.Node) {
	w.ids = map[ast.Node]string{}
	var heads []*ast.Heading
	for n := range blocks(root) {
		h, ok := n.(*ast.Heading)
		if !ok {
			continue
		}
		heads = append(heads, h)
		if a, ok := attrsOf(h); ok && a.id != "" {
			w.ids[h] = a.id
			w.slugs.take(a.id)
		}
	}
	for _, h := range heads {
		t := w.plainText(h)
		if w.ids[h] == "" {
			w.ids[h] = w.slugs.id(t)
		}
		w.doc.Headings = append(w.doc.Headings, Heading{h.Level, w.ids[h], t})
	}
	if h, ok := root.FirstChild().(*ast.Heading); ok && h.Level == 1 {
		w.doc.Title = w.doc.Headings[0].Text
	} else if t, ok := w.doc.Meta["title"].(string); ok {
		w.doc.Title = t
	}
	w.sections(root)
}

// blocks walks all block nodes in order.
func blocks(root ast.Node) func(yield func(ast.Node) bool) {
	return func(yield func(ast.Node) bool) {
		_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if !entering {
				return ast.WalkContinue, nil
			}
			if n.Type() == ast.TypeInline {
				return ast.WalkSkipChildren, nil
			}
			if !yield(n) {
				return ast.WalkStop, nil
			}
			return ast.WalkContinue, nil
		})
	}
}

func (w *writer) document(root ast.Node) {
	for c := root.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
}

func (w *writer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
}

func (w *writer) s(parts ...string) {
	for _, p := range parts {
		w.out.WriteString(p)
	}
}

// wrap writes an element around the children of a node, with the attributes
// that the author gave it.
func (w *writer) wrap(n ast.Node, element, more string) {
	w.s("<", element, more, w.attrs(n), ">")
	w.children(n)
	w.s("</", element, ">")
	if n.Type() == ast.TypeBlock {
		w.s("\n")
	}
}

// attrs are the author's attributes for an element: id, class, and a few that
// are harmless.
func (w *writer) attrs(n ast.Node) string {
	a, ok := attrsOf(n)
	if !ok {
		return ""
	}
	var b strings.Builder
	if _, isHeading := n.(*ast.Heading); a.id != "" && !isHeading {
		fmt.Fprintf(&b, ` id="%s"`, html.EscapeString(a.id))
	}
	if c := slices.DeleteFunc(slices.Clone(a.classes), reserved); len(c) > 0 {
		fmt.Fprintf(&b, ` class="%s"`, html.EscapeString(strings.Join(c, " ")))
	}
	for _, k := range []string{"title", "lang", "dir", "width", "height"} {
		if v := a.named[k]; v != "" {
			fmt.Fprintf(&b, ` %s="%s"`, k, html.EscapeString(v))
		}
	}
	return b.String()
}

// reserved are the class names with which the portal draws its own frame.
func reserved(class string) bool {
	switch class {
	case "bar", "brand", "jump", "iconbtn", "skip", "foot", "pal", "side", "toc", "vh", "notice", "overlay", "wrap", "docs", "js":
		return true
	}
	return false
}

func (w *writer) node(n ast.Node) {
	if n.Type() == ast.TypeInline {
		w.inline(n)
		return
	}
	switch n := n.(type) {
	case *ast.Heading:
		w.heading(n)
	case *ast.Paragraph:
		w.wrap(n, "p", "")
	case *ast.TextBlock:
		w.children(n)
	case *ast.ThematicBreak:
		w.s("<hr>\n")
	case *ast.CodeBlock:
		w.figure("", "", lines(n, w.src), fence{})
	case *ast.FencedCodeBlock:
		w.fenced(n)
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *ast.Blockquote:
		w.wrap(n, "blockquote", "")
	case *ast.List:
		w.list(n)
	case *ast.ListItem:
		w.item(n)
	case *admonition:
		w.admonition(n)
	case *tabSet:
		w.wrap(n, "div", ` class="tabset"`)
	default:
		w.extension(n)
	}
}

func (w *writer) extension(n ast.Node) {
	switch n := n.(type) {
	case *east.Table:
		w.s(`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>`, "\n")
		w.children(n)
		if n.ChildCount() > 1 {
			w.s("</tbody>")
		}
		w.s("</table></div>\n")
	case *east.TableHeader:
		w.s("<thead><tr>")
		w.cells(n, "th", ` scope="col"`)
		w.s("</tr></thead>\n")
		if n.NextSibling() != nil {
			w.s("<tbody>")
		}
	case *east.TableRow:
		w.s("<tr>")
		w.cells(n, "td", "")
		w.s("</tr>\n")
	case *east.DefinitionList:
		w.wrap(n, "dl", "")
	case *east.DefinitionTerm:
		w.wrap(n, "dt", "")
	case *east.DefinitionDescription:
		w.wrap(n, "dd", "")
	case *east.FootnoteList:
		w.s(`<section class="footnotes" aria-label="Footnotes"><ol>`, "\n")
		w.children(n)
		w.s("</ol></section>\n")
	case *east.Footnote:
		w.s(`<li id="fn:`, strconv.Itoa(n.Index), `">`)
		w.children(n)
		w.s("</li>\n")
	default:
		w.children(n)
	}
}

func (w *writer) cells(row ast.Node, element, more string) {
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		cell, ok := c.(*east.TableCell)
		if !ok {
			continue
		}
		class := ""
		switch cell.Alignment {
		case east.AlignRight:
			class = ` class="right"`
		case east.AlignCenter:
			class = ` class="center"`
		}
		w.s("<", element, more, class, ">")
		w.children(cell)
		w.s("</", element, ">")
	}
}

func (w *writer) heading(n *ast.Heading) {
	level, id := strconv.Itoa(n.Level), html.EscapeString(w.ids[n])
	w.s("<h", level, ` id="`, id, `"`, w.attrs(n), ">")
	w.children(n)
	if n.Level > 1 {
		w.s(`<a class="anchor" href="#`, id, `" aria-label="Link to this heading">#</a>`)
	}
	w.s("</h", level, ">\n")
}

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

func hasTasks(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if b := c.FirstChild(); b != nil {
			if _, ok := b.FirstChild().(*east.TaskCheckBox); ok {
				return true
			}
		}
	}
	return false
}

func (w *writer) item(n *ast.ListItem) {
	w.s("<li>")
	w.children(n)
	w.s("</li>\n")
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
		w.s(`<section class="tab"><p class="tab-title">`, html.EscapeString(n.title), "</p>\n")
		w.children(n)
		w.s("</section>\n")
		return
	}
	typ, title := "note", n.title
	if len(n.types) > 0 {
		if !n.named {
			title = strings.ToUpper(n.types[0][:1]) + n.types[0][1:]
		}
		if t := noteTypes[n.types[0]]; t != "" {
			typ = t
		}
	}
	open, shut, head, headEnd := "div", "", `<p class="note-title">`, "</p>"
	if n.form != note {
		open, head, headEnd = "details", "<summary>", "</summary>"
		if n.form == opened {
			shut = " open"
		}
	}
	w.s("<", open, ` class="note note-`, typ, `"`, shut, ">")
	if title != "" || n.form != note {
		w.s(head, html.EscapeString(orElse(title, "Details")), headEnd)
	}
	w.s("\n")
	w.children(n)
	w.s("</", open, ">\n")
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
	w.s(lines(n, w.src))
	if n.HasClosure() {
		w.s(string(n.ClosureLine.Value(w.src)))
	}
}

func lines(n ast.Node, src []byte) string {
	ls := n.Lines()
	var b strings.Builder
	for i := range ls.Len() {
		seg := ls.At(i)
		b.Write(seg.Value(src))
	}
	return b.String()
}

// slot makes a numbered slot of an address. An address of a scheme that may run
// something makes none.
func (w *writer) slot(dest string, image bool, at diag.Pos) (string, bool) {
	if !safeDest(dest) {
		w.doc.Diagnostics = append(w.doc.Diagnostics, diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: CodeLinkUnsafe,
			Message: fmt.Sprintf("the address %.100q is not linked", dest), Hint: "use an https: address or a path"})
		return "", false
	}
	s := "\x00" + strconv.Itoa(len(w.doc.Links)) + "\x00"
	w.doc.Links = append(w.doc.Links, Link{Dest: dest, Image: image, Line: at.Line, Col: at.Col})
	return s, true
}

// safeDest tells whether an address is relative or of a scheme that is linked.
func safeDest(dest string) bool {
	i := strings.IndexAny(dest, ":/?#")
	if i < 0 || dest[i] != ':' {
		return !strings.HasPrefix(strings.TrimSpace(dest), "\\")
	}
	_, ok := urlpath.SafeLink(dest)
	return ok
}

func slotNumber(v string, links int) (int, bool) {
	inner, ok := strings.CutPrefix(v, stand)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(inner, stand))
	return n, err == nil && n >= 0 && n < links
}

// pos is the place of an inline node: that of the text in it, else of the block
// it stands in.
func (w *writer) pos(n ast.Node) diag.Pos {
	off := -1
	for c := n; c != nil && off < 0; c = c.FirstChild() {
		if t, ok := c.(*ast.Text); ok {
			off = t.Segment.Start
		}
	}
	for p := n.Parent(); p != nil && off < 0; p = p.Parent() {
		if p.Type() == ast.TypeBlock && p.Lines().Len() > 0 {
			off = p.Lines().At(0).Start
		}
	}
	return w.place(max(off, 0))
}

func (w *writer) place(off int) diag.Pos {
	if w.starts == nil {
		w.starts = []int{0}
		for i, c := range w.src {
			if c == '\n' {
				w.starts = append(w.starts, i+1)
			}
		}
	}
	line, found := slices.BinarySearch(w.starts, off)
	if !found {
		line--
	}
	return diag.Pos{Line: line + 1 + w.firstLine, Col: utf8.RuneCount(w.src[w.starts[line]:off]) + 1}
}
