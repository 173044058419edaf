package markdown

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"callboard/internal/diag"
)

// The parser takes quadratic time for some input: it looks at every open block
// on every line, at every opening delimiter for each closing one, at every
// footnote for each reference to one. Each of these numbers is bounded here,
// where the block begins; what is beyond a bound is text.

// state is what parsers tell each other and the writer about one file.
type state struct {
	headings  []*ast.Heading
	quotes    []*ast.Blockquote
	notes     []noteRef // by the index that the parser gave
	footnotes int
	findings  []finding
}

// finding is a diagnostic whose place is still an offset.
type finding struct {
	at        int
	severity  diag.Severity
	code      diag.Code
	msg, hint string
}

// find notes a finding, one of each kind: a page that is generated has a
// thousand of them.
func (s *state) find(f finding) {
	for _, have := range s.findings {
		if have.code == f.code {
			return
		}
	}
	s.findings = append(s.findings, f)
}

var stateKey = parser.NewContextKey()

func stateOf(pc parser.Context) *state { return pc.Get(stateKey).(*state) }

func offset(reader text.Reader) int {
	_, seg := reader.Position()
	return seg.Start
}

// nested lets containers begin up to MaxNesting deep.
type nested struct{ parser.BlockParser }

func (p nested) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if depth++; depth > MaxNesting {
			stateOf(pc).find(finding{offset(reader), diag.Warning, CodeTooDeep, fmt.Sprintf("quotes and lists are nested more than %d deep; the rest is shown as text", MaxNesting), ""})
			return nil, parser.NoChildren
		}
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// footnotes lets so many footnotes be defined.
type footnotes struct{ nested }

func (p footnotes) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	s := stateOf(pc)
	if s.footnotes >= MaxFootnotes {
		return nil, parser.NoChildren
	}
	n, next := p.nested.Open(parent, reader, pc)
	if n == nil {
		return nil, parser.NoChildren
	}
	if s.footnotes++; s.footnotes == MaxFootnotes {
		s.find(finding{offset(reader), diag.Warning, CodeTooComplex, fmt.Sprintf("the page has %d footnotes; more are shown as text", MaxFootnotes), "split the page"})
	}
	return n, next
}

// headings keeps lines that are too complex from being headings; they become
// paragraphs, and those are looked after.
type headings struct{ parser.BlockParser }

func (p headings) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if line, _ := reader.PeekLine(); len(line) > MaxMarks && marks(line) > MaxMarks {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// paragraphs makes those with too many marks plain text.
type paragraphs struct{}

func (paragraphs) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, n := p.Lines(), 0
	for i := range lines.Len() {
		seg := lines.At(i)
		n += marks(seg.Value(reader.Source()))
	}
	if n <= MaxMarks {
		return
	}
	stateOf(pc).find(finding{lines.At(0).Start, diag.Warning, CodeTooComplex,
		fmt.Sprintf("a paragraph has more than %d signs of Markdown and is shown as text", MaxMarks), "split it into several paragraphs"})
	block := &plainBlock{}
	block.SetLines(lines)
	p.Parent().ReplaceChild(p.Parent(), p, block)
}

// definitions takes long paragraphs of link definitions in parts: taking them
// out of a paragraph copies what is left of it each time.
type definitions struct{ parser.ParagraphTransformer }

const definitionLines = 500 // in a part

func (t definitions) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := p.Lines()
	if first := lines.At(0); bytes.IndexByte(first.Value(reader.Source()), '[') < 0 {
		return
	}
	if lines.Len() <= definitionLines {
		t.ParagraphTransformer.Transform(p, reader, pc)
		return
	}
	parent := p.Parent()
	for from := 0; from < lines.Len(); from += definitionLines {
		to := min(from+definitionLines, lines.Len())
		part := ast.NewParagraph()
		part.SetLines(segments(lines.Sliced(from, to)))
		parent.InsertBefore(parent, p, part)
		t.ParagraphTransformer.Transform(part, reader, pc)
		if part.Parent() != nil { // here the definitions end
			parent.RemoveChild(parent, part)
			rest := segments(part.Lines().Sliced(0, part.Lines().Len()))
			rest.AppendAll(lines.Sliced(to, lines.Len()))
			p.SetLines(rest)
			return
		}
	}
	parent.RemoveChild(parent, p)
}

func segments(of []text.Segment) *text.Segments {
	s := text.NewSegments()
	s.AppendAll(of)
	return s
}

// plainBlock is text in which nothing is looked for.
type plainBlock struct{ ast.BaseBlock }

var kindPlainBlock = ast.NewNodeKind("PlainBlock")

func (n *plainBlock) Kind() ast.NodeKind         { return kindPlainBlock }
func (n *plainBlock) IsRaw() bool                { return true }
func (n *plainBlock) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// isMark are the characters for which the parser looks ahead or back.
var isMark = [256]uint8{'*': 1, '_': 1, '~': 1, '^': 1, '=': 1, '[': 1, ']': 1, '`': 1, '<': 1, '!': 1, '+': 1, '{': 1}

func marks(line []byte) (n int) {
	for _, c := range line {
		n += int(isMark[c])
	}
	return n
}

// tables keeps a paragraph from becoming a table that is much larger than it:
// a row of two bytes gets as many cells as the header has.
type tables struct{ parser.ParagraphTransformer }

func (t tables) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := p.Lines()
	if lines.Len() < 2 {
		return
	}
	size, columns := 0, 0
	for i := range lines.Len() {
		seg := lines.At(i)
		line := seg.Value(reader.Source())
		size += len(line)
		if i > 0 && isDelimiterRow(line) {
			columns = max(columns, columnsOf(line))
		}
		if len(line) > MaxMarks && marks(line) > MaxMarks {
			return
		}
	}
	switch {
	case columns == 0:
		return
	case columns > MaxColumns:
		tooLarge(p, pc, fmt.Sprintf("the table has more than %d columns and is shown as text", MaxColumns))
		return
	case columns*lines.Len() > max(MaxSparse, size):
		tooLarge(p, pc, fmt.Sprintf("the table has more than %d cells, most of them empty, and is shown as text", MaxSparse))
		return
	}
	t.ParagraphTransformer.Transform(p, reader, pc)
}

func tooLarge(p *ast.Paragraph, pc parser.Context, msg string) {
	stateOf(pc).find(finding{p.Lines().At(0).Start, diag.Warning, CodeTableTooLarge, msg, "split it into several tables"})
}

func isDelimiterRow(line []byte) bool {
	dash := false
	for _, c := range line {
		switch c {
		case '-':
			dash = true
		case '|', ':', ' ', '\t', '\r', '\n':
		default:
			return false
		}
	}
	return dash
}

func columnsOf(row []byte) int {
	row = bytes.TrimSpace(row)
	row = bytes.TrimSuffix(bytes.TrimPrefix(row, []byte("|")), []byte("|"))
	return bytes.Count(row, []byte("|")) + 1
}
