package markdown

import (
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

// writer writes the HTML of one document and, on the same way, its plain text.
// It escapes by construction; only raw HTML, if there is any, makes a pass of
// the sanitiser necessary. Its buffers are used again for the next document.
type writer struct {
	src     []byte
	doc     *Doc
	opt     Options
	code    *highlight.Highlighter
	slugs   slugger
	state   *state
	out     []byte
	scratch []byte
	plain   plainText
	limit   int  // bytes that out may have
	full    bool // it has more
	raw     bool // raw HTML was written
	inCell  bool // of a table, where code has "\|" for "|"
	cost    int  // what the blocks of code may have cost
	// colourless says that it was reported that they cost too much.
	colourless bool
	inLink     bool                   // no link can stand in a link
	firstLine  int                    // lines of front matter before src
	starts     []int                  // offsets of line starts, made when first needed
	last       struct{ off, col int } // the place that was asked for last
	heading    int                    // the next one of doc.Headings
	cursor     int                    // where the last address of raw HTML was found
	misses     int                    // how many were not
	own        []string               // HTML of ours that stands for itself when a page is sanitised
	drawn      int                    // diagrams and formulas
	frames     int                    // where the last frame that became a link stands
}

func (w *writer) reset(src []byte, doc *Doc, opt Options, firstLine int) {
	w.slugs.reset()
	w.plain.reset()
	*w = writer{src: src, doc: doc, opt: opt, firstLine: firstLine, limit: MaxRatio*len(src) + MinRatio,
		slugs: w.slugs, plain: w.plain, out: w.out[:0], scratch: w.scratch[:0], starts: w.starts[:0]}
	w.last.col = 1
}

// release lets go of the document, and of buffers that one large page has made
// large for good.
func (w *writer) release() {
	const most = 1 << 20
	w.reset(nil, nil, Options{}, 0)
	if cap(w.out)+cap(w.scratch)+cap(w.plain.buf) > most {
		*w = writer{}
	}
}

func (w *writer) document(t *tree) {
	w.state = &t.state
	w.headings()
	for n := t.root.FirstChild(); n != nil; n = n.NextSibling() {
		w.node(n)
	}
	w.title(t.root)
	w.doc.Sections = w.plain.sections(w.doc.Headings)
	for _, f := range t.state.findings {
		w.report(f.severity, f.code, w.place(f.at), f.msg, f.hint)
	}
}

// headings gives headings their ids.
func (w *writer) headings() {
	hs := w.state.headings
	if len(hs) == 0 {
		return
	}
	w.doc.Headings = make([]Heading, len(hs))
	for i, h := range hs {
		d := &w.doc.Headings[i]
		d.Level, d.Text = h.Level, w.textOf(h)
		d.ID = w.slugs.id(d.Text)
	}
}

func (w *writer) title(root ast.Node) {
	if h, ok := root.FirstChild().(*ast.Heading); ok && h.Level == 1 {
		w.doc.Title = w.doc.Headings[0].Text
	} else if t, ok := w.doc.Meta["title"].(string); ok {
		w.doc.Title = t
	}
}

func (w *writer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
}

// s writes HTML.
func (w *writer) s(parts ...string) {
	for _, p := range parts {
		w.out = append(w.out, p...)
	}
}

// esc writes text as HTML.
func (w *writer) esc(text string) { w.out = escape(w.out, text) }

// wrap writes an element around the children of a node.
func (w *writer) wrap(n ast.Node, element, more string) {
	w.s("<", element, more, ">")
	w.children(n)
	w.s("</", element, ">")
	if n.Type() == ast.TypeBlock {
		w.s("\n")
	}
}

func (w *writer) attr(key, val string) {
	if val != "" {
		w.s(" ", key, `="`)
		w.esc(val)
		w.s(`"`)
	}
}

func (w *writer) node(n ast.Node) {
	if n.Type() == ast.TypeInline {
		w.inline(n)
		return
	}
	if w.full = w.full || len(w.out) > w.limit; !w.full {
		w.block(n)
	}
}

func (w *writer) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		w.headline(n)
	case *ast.Paragraph:
		w.wrap(n, "p", "")
	case *ast.TextBlock:
		w.children(n)
	case *ast.ThematicBreak:
		w.s("<hr>\n")
	case *ast.CodeBlock:
		w.figure(fence{}, w.lines(n), n)
	case *ast.FencedCodeBlock:
		w.fenced(n)
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *ast.Blockquote:
		w.wrap(n, "blockquote", "")
	case *ast.List:
		w.list(n)
	case *ast.ListItem:
		w.wrap(n, "li", "")
	case *alertBox:
		w.alertBox(n)
	case *plainBlock:
		w.s("<p>")
		w.words(w.lines(n))
		w.s("</p>\n")
	default:
		w.extension(n)
	}
	w.plain.gap()
}

func (w *writer) extension(n ast.Node) {
	switch n := n.(type) {
	case *east.Table:
		w.table(n)
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
		w.footnote(n)
	default:
		w.children(n)
	}
}

// slot makes a numbered slot of an address. An address of a scheme that may run
// something makes none.
func (w *writer) slot(dest string, image bool, at int) (string, bool) {
	if !safeDest(dest) {
		w.report(diag.Warning, CodeLinkUnsafe, w.place(at), "the address "+quote(dest)+" is not linked", "use an https: address or a path")
		return "", false
	}
	pos := w.place(at)
	w.doc.Links = append(w.doc.Links, Link{Dest: dest, Image: image, Line: pos.Line, Col: pos.Col})
	return slotText(len(w.doc.Links) - 1), true
}

func slotText(n int) string { return "\x00" + strconv.Itoa(n) + "\x00" }

// quote is a text for a message, cut if it is long.
func quote(s string) string {
	const most = 100
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}

func (w *writer) report(sev diag.Severity, code diag.Code, at diag.Pos, msg, hint string) {
	if len(w.doc.Diagnostics) < maxFindings {
		w.doc.Diagnostics = append(w.doc.Diagnostics, diag.Diagnostic{Pos: at, Severity: sev, Code: code, Message: msg, Hint: hint})
	}
}

// maxFindings is how many diagnostics one file may make.
const maxFindings = 200

// safeDest tells whether an address is relative or of a scheme that is linked.
func safeDest(dest string) bool {
	dest = strings.TrimSpace(dest)
	i := strings.IndexAny(dest, ":/?#")
	if i < 0 || dest[i] != ':' {
		return !strings.HasPrefix(dest, "\\")
	}
	_, ok := urlpath.SafeLink(dest)
	return ok
}

// at is the offset of an inline node, or of the block it stands in.
func (w *writer) at(n ast.Node) int {
	if p := n.Pos(); p >= 0 {
		return p
	}
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Type() == ast.TypeBlock && p.Lines().Len() > 0 {
			return p.Lines().At(0).Start
		}
	}
	return 0
}

// place is the line and column of an offset.
func (w *writer) place(off int) diag.Pos {
	if len(w.starts) == 0 {
		w.starts = append(w.starts, 0)
		for i, c := range w.src {
			if c == '\n' {
				w.starts = append(w.starts, i+1)
			}
		}
	}
	off = min(max(off, 0), len(w.src))
	line, found := slices.BinarySearch(w.starts, off)
	if !found {
		line--
	}
	from, col := w.starts[line], 1
	if w.last.off >= from && w.last.off <= off {
		from, col = w.last.off, w.last.col // a line of a megabyte may hold many links
	}
	col += utf8.RuneCount(w.src[from:off])
	w.last.off, w.last.col = off, col
	return diag.Pos{Line: line + 1 + w.firstLine, Col: col}
}
