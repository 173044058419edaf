package markdown

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// tree is a parsed file.
type tree struct {
	root  ast.Node
	state state
}

// arrange puts tabs that stand together into sets, makes admonitions of
// GitHub's alerts, and collects the headings, in the order of the page.
type arrange struct{}

func (arrange) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	s := stateOf(pc)
	if list, ok := doc.LastChild().(*east.FootnoteList); ok {
		s.numberNotes(list)
	}
	s.collect(doc)
	for _, t := range s.tabs {
		collectTab(t)
	}
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
		case *admonition:
			if n.form == tab {
				s.tabs = append(s.tabs, n)
			}
		case *ast.Blockquote:
			s.quotes = append(s.quotes, n)
		}
		if n.Type() == ast.TypeBlock {
			s.collect(n)
		}
	}
}

// collectTab moves a tab into the set before it, or begins a set.
func collectTab(t *admonition) {
	parent := t.Parent()
	if set, ok := t.PreviousSibling().(*tabSet); ok && !t.first {
		set.AppendChild(set, t)
		return
	}
	set := &tabSet{}
	parent.InsertBefore(parent, t, set)
	set.AppendChild(set, t)
}

var alertLine = regexp.MustCompile(`(?i)^\[!(note|tip|important|warning|caution)\][ \t]*$`)

// alertTypes are what Material makes of GitHub's alerts (mkdocs-gh-admonitions).
var alertTypes = map[string]string{"note": "note", "tip": "tip", "important": "warning", "warning": "warning", "caution": "danger"}

// alert makes an admonition of a quote whose first line is "[!NOTE]".
func alert(q *ast.Blockquote, src []byte) {
	p, ok := q.FirstChild().(*ast.Paragraph)
	if !ok || p.Lines().Len() == 0 {
		return
	}
	first := p.Lines().At(0)
	m := alertLine.FindSubmatch([]byte(strings.TrimSpace(string(first.Value(src)))))
	if m == nil {
		return
	}
	typ := strings.ToLower(string(m[1]))
	n := &admonition{types: []string{alertTypes[typ]}, title: strings.ToUpper(typ[:1]) + typ[1:], named: true}
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
