package yamldoc

import (
	"bytes"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// checkIndents reports text that goes on in a line of too little indentation,
// which npm's yaml refuses, as YAML 1.2 has it, and yaml.v3 takes: lines of
// quoted text that are not indented further than the key or dash above them, and
// tabs in a line below a block scalar.
func (w *walker) checkIndents(root *tree, text []byte) {
	if bytes.IndexByte(text, '\n') == len(text)-1 || !bytes.ContainsAny(text, "\"'|>") {
		return
	}
	c := indents{walker: w, text: text}
	for i, b := range text {
		if b == '\n' {
			c.lines = append(c.lines, i+1)
		}
	}
	c.node(root, 0)
}

type indents struct {
	*walker
	text  []byte
	lines []int // offset of the line after each line end
	// The last place that was looked up, since lines may be long.
	line, col int32
	offset    int
}

// node checks what is in a node. need is the number of spaces that lines inside
// it must begin with.
func (c *indents) node(n *tree, need int) {
	switch n.Kind {
	case yaml.ScalarNode:
		c.scalar(n, need)
		return
	case yaml.AliasNode:
		return
	}
	for i := range n.Content {
		child := &n.Content[i]
		inner := need
		switch {
		case n.Style&yaml.FlowStyle != 0:
		case n.Kind == yaml.MappingNode:
			inner = int(n.Content[i&^1].Column)
		case n.Kind == yaml.SequenceNode:
			inner = int(n.Column)
		}
		if i&1 == 0 && n.Kind == yaml.MappingNode && child.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			inner = need // a key without "?" is one line
		}
		c.node(child, inner)
	}
}

func (c *indents) scalar(n *tree, need int) {
	switch {
	case need == 0:
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		c.quoted(n, need)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		c.block(n, need)
	}
}

// quoted checks the lines of a quoted scalar but its first.
func (c *indents) quoted(n *tree, need int) {
	i := c.at(n)
	for i < len(c.text) && (c.text[i] == '&' || c.text[i] == '!') { // an anchor or a tag
		for i < len(c.text) && bytes.IndexByte([]byte(" \t\n"), c.text[i]) < 0 {
			i++
		}
		for i < len(c.text) && c.text[i] == ' ' {
			i++
		}
	}
	if i >= len(c.text) || c.text[i] != '"' && c.text[i] != '\'' {
		return
	}
	line := n.Line
	for quote, i := c.text[i], i+1; i < len(c.text); i++ {
		switch b := c.text[i]; {
		case b == '\\' && quote == '"' && c.next(i) != '\n':
			i++
		case b == '\'' && quote == '\'' && c.next(i) == '\'':
			i++
		case b == quote:
			return
		case b == '\n':
			line++
			if got := spaces(c.text[i+1:]); got < need && !isEmptyLine(c.text[i+1+got:]) {
				c.fail(&tree{Line: line, Column: int32(got + 1)}, CodeSyntax, "the text in quotes goes on in a line that is indented too little", "indent the line further than the key above it, or close the quote")
				return
			}
		}
	}
}

func (c *indents) next(i int) byte {
	if i+1 < len(c.text) {
		return c.text[i+1]
	}
	return 0
}

// block looks at the line that ends a block scalar.
func (c *indents) block(n *tree, need int) {
	for line := int(n.Line); line <= len(c.lines); line++ {
		rest := c.text[c.lines[line-1]:]
		got := spaces(rest)
		if got >= need || isEmptyLine(rest[got:]) {
			continue
		}
		if len(rest) > got && rest[got] == '\t' {
			c.fail(&tree{Line: int32(line + 1), Column: int32(got + 1)}, CodeSyntax, "a tab stands where the text above could go on", "remove it")
		}
		return
	}
}

// spaces is how many of them a text begins with.
func spaces[T string | []byte](s T) (n int) {
	for n < len(s) && s[n] == ' ' {
		n++
	}
	return n
}

func isEmptyLine(b []byte) bool {
	return len(b) == 0 || b[0] == '\n' || bytes.HasPrefix(b, []byte("\r\n"))
}

// at is the offset of a node.
func (c *indents) at(n *tree) int {
	if n.Line != c.line || n.Column < c.col {
		if n.Line < 1 || int(n.Line)-1 > len(c.lines) {
			return len(c.text)
		}
		c.line, c.col, c.offset = n.Line, 1, 0
		if n.Line > 1 {
			c.offset = c.lines[n.Line-2]
		}
	}
	for c.col < n.Column && c.offset < len(c.text) {
		_, size := utf8.DecodeRune(c.text[c.offset:])
		c.offset += size
		c.col++
	}
	return c.offset
}
