package markdown

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"callboard/internal/sanitize"
)

// Attribute lists: {: .class #id key="value" } and { .class } behind an inline
// element, at the end of a heading, or on a block's last line.

var attrList = regexp.MustCompile(`^\{:?[ \t]*((?:[#.]?[\w:-]+(?:=(?:"[^"\n{}]*"|'[^'\n{}]*'|[^\s"'{}]+))?[ \t]*)+)\}`)

var attrItem = regexp.MustCompile(`([#.]?)([\w:-]+)(?:=("[^"]*"|'[^']*'|[^\s"'{}]+))?`)

// attrs are the attributes an author may give to an element.
type attrs struct {
	id      string
	classes []string
	named   map[string]string
}

const maxAttrs = 30

func parseAttrs(list string) attrs {
	var a attrs
	for i, m := range attrItem.FindAllStringSubmatch(list, maxAttrs) {
		val := strings.Trim(m[3], `"'`)
		switch {
		case m[1] == "#":
			a.id = m[2]
		case m[1] == "." || m[2] == "class":
			a.classes = append(a.classes, strings.Fields(m[2][:len(m[2])*b2i(m[1] == ".")]+" "+val)...)
		case m[2] == "id":
			a.id = val
		case m[3] != "":
			if a.named == nil {
				a.named = map[string]string{}
			}
			a.named[strings.ToLower(m[2])] = val
		case i == 0:
			a.classes = append(a.classes, m[2]) // a bare word, as in {yaml}
		}
	}
	if strings.HasPrefix(a.id, sanitize.ReservedID) {
		a.id = ""
	}
	return a
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

const attrsName = "\x00attrs"

// attrsOf are the attributes that were given to a node.
func attrsOf(n ast.Node) (attrs, bool) {
	if m, ok := n.NextSibling().(*attrMark); ok && isElement(n) {
		m.used = true
		return m.attrs, true
	}
	v, ok := n.AttributeString(attrsName)
	if !ok {
		return attrs{}, false
	}
	a, ok := v.(attrs)
	return a, ok
}

func isElement(n ast.Node) bool {
	switch n.(type) {
	case *ast.Emphasis, *span:
		return true
	}
	return false
}

// attrParser reads attribute lists among inline text.
type attrParser struct{}

func (attrParser) Trigger() []byte { return []byte{'{'} }

func (attrParser) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	m := attrList.FindSubmatchIndex(line)
	if m == nil {
		return nil
	}
	last := parent.LastChild()
	if d, ok := last.(*parser.Delimiter); ok && d.CanClose {
		// What ends here becomes an element only later.
		block.Advance(m[1])
		return &attrMark{attrs: parseAttrs(string(line[m[2]:m[3]])), literal: string(line[:m[1]])}
	}
	target := attrTarget(parent, line[m[1]:], line[:m[1]], block.PrecendingCharacter())
	if target == nil {
		return nil
	}
	if t, ok := last.(*ast.Text); ok {
		t.Segment = t.Segment.TrimRightSpace(block.Source())
		t.SetSoftLineBreak(false)
	}
	target.SetAttributeString(attrsName, parseAttrs(string(line[m[2]:m[3]])))
	block.Advance(m[1])
	return ast.NewString(nil)
}

// attrMark is an attribute list behind a delimiter such as the last one of
// "*this*{.c}". If that turns out to end an element, the list belongs to it.
type attrMark struct {
	ast.BaseInline
	attrs   attrs
	literal string
	used    bool
}

var kindAttrMark = ast.NewNodeKind("AttrMark")

func (n *attrMark) Kind() ast.NodeKind         { return kindAttrMark }
func (n *attrMark) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// attrTarget is the node a list belongs to: the inline element right before
// it, or the block whose last thing it is.
func attrTarget(parent ast.Node, after, list []byte, before rune) ast.Node {
	last := parent.LastChild()
	switch last.(type) {
	case *ast.Link, *ast.Image, *ast.CodeSpan, *ast.Emphasis, *ast.AutoLink:
		return last
	}
	if len(strings.TrimSpace(string(after))) > 0 {
		return nil
	}
	switch p := parent.(type) {
	case *ast.Heading:
		return p
	case *east.TableCell:
		if t, isText := last.(*ast.Text); isText && t.Segment.Len() > 0 && before == ' ' {
			return p
		}
	case *ast.Paragraph, *ast.TextBlock:
		// {: … } ends a paragraph; without the colon it must stand on a line of
		// its own, or braces in running text would vanish.
		t, isText := last.(*ast.Text)
		if strings.HasPrefix(string(list), "{:") || isText && t.SoftLineBreak() {
			return p
		}
	}
	return nil
}
