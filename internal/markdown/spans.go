package markdown

import (
	"bytes"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// span is ~~deleted~~, ~sub~, ^^inserted^^, ^sup^ or ==marked== text of
// pymdown-extensions' tilde, caret and mark, or GitHub's strikethrough.
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
	smart    bool   // two do not begin or end within a word, one goes round no space
}

func (p spanParser) Trigger() []byte { return []byte{p.char} }

func (p spanParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	if before == rune(p.char) || p.one == "" && (len(line) < 2 || line[1] != p.char) {
		return nil
	}
	d := parser.ScanDelimiter(line, before, 1, &spanDelimiters{p, block.Source()})
	if d == nil || d.OriginalLength > 2 {
		return nil
	}
	if p.smart && d.OriginalLength == 2 {
		d.CanOpen = d.CanOpen && !isWord(before)
		d.CanClose = d.CanClose && !isWord(firstRune(line[2:]))
	}
	if !d.CanOpen && !d.CanClose {
		return nil
	}
	d.Segment = segment.WithStop(segment.Start + d.OriginalLength)
	block.Advance(d.OriginalLength)
	pc.PushDelimiter(d)
	return d
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// spanDelimiters matches the delimiters of a spanParser.
type spanDelimiters struct {
	spanParser
	src []byte
}

func (p *spanDelimiters) IsDelimiter(c byte) bool { return c == p.char }

func (p *spanDelimiters) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	if opener.Char != closer.Char || opener.OriginalLength != closer.OriginalLength {
		return false
	}
	return !p.smart || opener.OriginalLength == 2 || !bytes.ContainsAny(p.src[opener.Segment.Stop:closer.Segment.Start], " \t\n")
}

func (p *spanDelimiters) OnMatch(consumes int) ast.Node {
	if consumes == 1 {
		return &span{element: p.one}
	}
	return &span{element: p.two}
}
