// Package svg writes drawings as SVG of which no part can be a stranger's: what
// comes from outside goes through Text, or through SafeHref first if it is an
// address. It also knows, near enough, how wide text is.
package svg

import "strconv"

// Pen writes the SVG.
type Pen struct{ B []byte }

// Raw writes markup of ours.
func (p *Pen) Raw(s string) { p.B = append(p.B, s...) }

// Num writes a number.
func (p *Pen) Num(n int) { p.B = strconv.AppendInt(p.B, int64(n), 10) }

// Nums writes numbers with the texts between them: Nums("M", x, " ", y).
func (p *Pen) Nums(parts ...any) {
	for _, x := range parts {
		switch x := x.(type) {
		case string:
			p.Raw(x)
		case int:
			p.Num(x)
		}
	}
}

// Text writes a stranger's text, for an element or an attribute in quotes.
func (p *Pen) Text(s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '&':
			p.Raw("&amp;")
		case c == '<':
			p.Raw("&lt;")
		case c == '>':
			p.Raw("&gt;")
		case c == '"':
			p.Raw("&#34;")
		case c == '\'':
			p.Raw("&#39;")
		case c < ' ':
			p.Raw(" ")
		default:
			p.B = append(p.B, c)
		}
	}
}
