package markdown

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// admonition is "!!! type "title"", "??? type" and "???+ type" of
// Python-Markdown and pymdown-extensions, a tab "=== "title"" of the latter, or
// a GitHub alert: a block whose body is indented by four columns.
type admonition struct {
	ast.BaseBlock
	form  form
	types []string // the first is the type, others are classes
	title string
	named bool // title was written, perhaps as ""
	first bool // a tab that begins a new set
}

type form uint8

const (
	note   form = iota
	closed      // a details element
	opened      // a details element that is open
	tab         // a part of a set of tabs
)

var kindAdmonition = ast.NewNodeKind("Admonition")

func (n *admonition) Kind() ast.NodeKind         { return kindAdmonition }
func (n *admonition) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// tabSet holds the tabs that stand together.
type tabSet struct{ ast.BaseBlock }

var kindTabSet = ast.NewNodeKind("TabSet")

func (n *tabSet) Kind() ast.NodeKind         { return kindTabSet }
func (n *tabSet) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

var (
	noteLine = regexp.MustCompile(`^(!!!|\?\?\?\+?) ?([A-Za-z][\w-]*(?: +[A-Za-z][\w-]*)*)?(?: +"(.*)")?[ \t]*\r?\n?$`)
	tabLine  = regexp.MustCompile(`^===([!+]{0,2}) +"(.*)"[ \t]*\r?\n?$`)
)

// bodyIndent is the indentation of the body of an admonition or a tab.
const bodyIndent = 4

type admonitionParser struct{}

func (admonitionParser) Trigger() []byte                             { return []byte{'!', '?', '='} }
func (admonitionParser) CanInterruptParagraph() bool                 { return true }
func (admonitionParser) CanAcceptIndentedLine() bool                 { return false }
func (admonitionParser) Close(ast.Node, text.Reader, parser.Context) {}

func (admonitionParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || pos+3 > len(line) {
		return nil, parser.NoChildren
	}
	n := openAdmonition(line[pos:])
	if n == nil {
		return nil, parser.NoChildren
	}
	reader.Advance(len(line) - 1)
	return n, parser.HasChildren
}

func openAdmonition(line []byte) *admonition {
	if m := tabLine.FindSubmatch(line); m != nil {
		return &admonition{form: tab, title: string(m[2]), named: true, first: strings.Contains(string(m[1]), "!")}
	}
	m := noteLine.FindSubmatch(line)
	if m == nil || len(m[2]) == 0 && m[3] == nil {
		return nil
	}
	n := &admonition{types: strings.Fields(strings.ToLower(string(m[2]))), title: string(m[3]), named: m[3] != nil}
	switch string(m[1]) {
	case "???":
		n.form = closed
	case "???+":
		n.form = opened
	}
	return n
}

func (admonitionParser) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), bodyIndent)
	if pos < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

// arrange puts tabs that stand together into sets and makes admonitions of
// GitHub's alerts.
type arrange struct{}

func (arrange) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var tabs []*admonition
	var quotes []*ast.Blockquote
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *admonition:
			if n.form == tab {
				tabs = append(tabs, n)
			}
		case *ast.Blockquote:
			quotes = append(quotes, n)
		}
		return ast.WalkContinue, nil
	})
	for _, t := range tabs {
		collectTab(t)
	}
	for _, q := range quotes {
		alert(q, reader.Source())
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
	// The first line's text nodes go; what follows the line break stays.
	for c := p.FirstChild(); c != nil; {
		next := c.NextSibling()
		t, isText := c.(*ast.Text)
		p.RemoveChild(p, c)
		if isText && t.SoftLineBreak() || isText && t.HardLineBreak() {
			break
		}
		c = next
	}
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
