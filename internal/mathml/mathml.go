// Package mathml turns formulas in TeX into MathML Core
// (https://www.w3.org/TR/mathml-core/), which browsers draw without script. It
// reads the commands that people use in documentation; there are no macros, so
// that the result is never much longer than the source.
//
// What it does not know is an error, and the caller shows the source: a formula
// that is half right is worse. All that the source says is escaped, and elements
// and attributes are only those that stand in this package. Columns have the
// classes tl and tr, to the left and to the right, which are the theme's to draw.
package mathml

import (
	"fmt"
	"strings"
)

// Limits of a formula.
const (
	MaxSource = 10_000 // bytes
	MaxDepth  = 40     // of groups in one another
)

// Error is what could not be read, and where.
type Error struct {
	Offset int // in bytes of the source
	Msg    string
}

// Error says both.
func (e *Error) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Msg) }

// Render is the math element of a formula, without the dollars or brackets round
// it; display is whether it stands in a block of its own. Errors are an *Error.
func Render(tex string, display bool) (string, error) {
	if len(tex) > MaxSource {
		return "", &Error{MaxSource, "the formula is too long"}
	}
	p := &parser{src: tex, display: display}
	body, err := p.rows(endOfSource)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("<math")
	if display {
		b.WriteString(` display="block"`)
	}
	b.WriteString("><semantics>" + body + `<annotation encoding="application/x-tex">`)
	b.WriteString(escape(strings.TrimSpace(tex)) + "</annotation></semantics></math>")
	return b.String(), nil
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")

// escape is a stranger's text for an element; what XML may not hold goes.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return escaper.Replace(s)
}

func element(name, inside string) string { return "<" + name + ">" + inside + "</" + name + ">" }

func mo(s string) string { return "<mo>" + escape(s) + "</mo>" }

// row is one element for what may be several.
func row(nodes []string) string {
	if len(nodes) == 1 {
		return nodes[0]
	}
	return element("mrow", strings.Join(nodes, ""))
}
