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
	consumeLine(reader, line)
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

func (admonitionParser) Continue(_ ast.Node, reader text.Reader, pc parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), bodyIndent)
	if pos < 0 {
		stateOf(pc).stopAt, _ = reader.Position()
		return parser.Close
	}
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

// consumeLine moves behind a line, but for the line feed.
func consumeLine(reader text.Reader, line []byte) {
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
	}
	reader.Advance(n)
}

// unlazy begins a paragraph on the line that ends an admonition. CommonMark
// would let that line go on with the paragraph inside, as in a quote;
// Python-Markdown does not.
type unlazy struct{ parser.BlockParser }

func (unlazy) CanInterruptParagraph() bool { return true }

func (p unlazy) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	s := stateOf(pc)
	if line, _ := reader.Position(); s.stopAt != line {
		return nil, parser.NoChildren
	}
	s.stopAt = -1
	return p.BlockParser.Open(parent, reader, pc)
}
