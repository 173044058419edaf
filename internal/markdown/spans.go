package markdown

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// span is ~~deleted~~ or ~deleted~ text, GitHub's strikethrough.
type span struct {
	ast.BaseInline
	element string
}

var kindSpan = ast.NewNodeKind("Span")

func (n *span) Kind() ast.NodeKind         { return kindSpan }
func (n *span) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// spanParser reads the spans of one character.
type spanParser struct {
	char     byte
	one, two string // elements for one and for two of the character, "" for none
}

func (p spanParser) Trigger() []byte { return []byte{p.char} }

func (p spanParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	if before == rune(p.char) || p.one == "" && (len(line) < 2 || line[1] != p.char) {
		return nil
	}
	d := parser.ScanDelimiter(line, before, 1, &spanDelimiters{p})
	if d == nil || d.OriginalLength > 2 {
		return nil
	}
	if !d.CanOpen && !d.CanClose {
		return nil
	}
	d.Segment = segment.WithStop(segment.Start + d.OriginalLength)
	block.Advance(d.OriginalLength)
	pc.PushDelimiter(d)
	return d
}

// spanDelimiters matches the delimiters of a spanParser.
type spanDelimiters struct{ spanParser }

func (p *spanDelimiters) IsDelimiter(c byte) bool { return c == p.char }

func (p *spanDelimiters) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char && opener.OriginalLength == closer.OriginalLength
}

func (p *spanDelimiters) OnMatch(consumes int) ast.Node {
	if consumes == 1 {
		return &span{element: p.one}
	}
	return &span{element: p.two}
}
