package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"callboard/internal/lazyregexp"
)

// tree is a parsed file.
type tree struct {
	root  ast.Node
	state state
}

// arrange makes boxes of GitHub's alerts, and collects the headings in the order
// of the page.
type arrange struct{}

func (arrange) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	s := stateOf(pc)
	if list, ok := doc.LastChild().(*east.FootnoteList); ok {
		s.numberNotes(list)
	}
	s.collect(doc)
	for _, q := range s.quotes {
		alert(q, reader.Source())
	}
}

func (s *state) collect(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			s.headings = append(s.headings, n)
			continue
		case *ast.Paragraph, *ast.TextBlock, *ast.FencedCodeBlock, *ast.CodeBlock:
			continue
		case *ast.Blockquote:
			s.quotes = append(s.quotes, n)
		}
		if n.Type() == ast.TypeBlock {
			s.collect(n)
		}
	}
}

// alertBox is a quote whose first line is "[!NOTE]".
type alertBox struct {
	ast.BaseBlock
	look  string // of the theme's notes
	title string
}

var kindAlertBox = ast.NewNodeKind("AlertBox")

func (n *alertBox) Kind() ast.NodeKind         { return kindAlertBox }
func (n *alertBox) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

func (w *writer) alertBox(n *alertBox) {
	w.s(`<div class="note note-`, n.look, `"><b class="note-title">`)
	w.words(n.title)
	w.s("</b>\n")
	w.plain.gap()
	w.children(n)
	w.s("</div>\n")
}

var alertLine = lazyregexp.New(`(?i)^\[!(note|tip|important|warning|caution)\][ \t]*$`)

// alertLooks are the looks of GitHub's alerts.
var alertLooks = map[string]string{"note": "note", "tip": "tip", "important": "warning", "warning": "warning", "caution": "danger"}

// alert makes a box of a quote whose first line is "[!NOTE]".
func alert(q *ast.Blockquote, src []byte) {
	p, ok := q.FirstChild().(*ast.Paragraph)
	if !ok || p.Lines().Len() == 0 {
		return
	}
	first := p.Lines().At(0)
	m := alertLine.Get().FindSubmatch([]byte(strings.TrimSpace(string(first.Value(src)))))
	if m == nil {
		return
	}
	typ := strings.ToLower(string(m[1]))
	n := &alertBox{look: alertLooks[typ], title: strings.ToUpper(typ[:1]) + typ[1:]}
	dropFirstLine(p)
	if p.ChildCount() == 0 {
		q.RemoveChild(q, p)
	}
	for c := q.FirstChild(); c != nil; {
		next := c.NextSibling()
		n.AppendChild(n, c)
		c = next
	}
	parent := q.Parent()
	parent.ReplaceChild(parent, q, n)
}

// dropFirstLine removes the inline nodes up to the first line break.
func dropFirstLine(p *ast.Paragraph) {
	for c := p.FirstChild(); c != nil; {
		next := c.NextSibling()
		t, isText := c.(*ast.Text)
		p.RemoveChild(p, c)
		if isText && (t.SoftLineBreak() || t.HardLineBreak()) {
			return
		}
		c = next
	}
}
