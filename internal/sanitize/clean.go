package sanitize

import (
	"html"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxDepth is how deep elements may be nested; what is deeper loses its tags.
const MaxDepth = 200

// Policy says what becomes of addresses.
type Policy struct {
	// Address is given the address in an attribute (href, src or cite) of an
	// element and returns what to put there. False drops the attribute. Without
	// it, every address is dropped.
	Address func(element, attr, value string) (string, bool)
}

// Clean lets through elements and attributes by allow-list, drops scripts,
// styles and frames with their content, and closes what is left open. It takes
// one pass over the input.
func Clean(src string, p Policy) HTML {
	c := cleaner{policy: p, z: xhtml.NewTokenizer(strings.NewReader(src))}
	c.b.Grow(len(src) + len(src)/8)
	for c.token() {
	}
	for len(c.open) > 0 {
		c.close()
	}
	return HTML{c.b.String()}
}

// Text is text as HTML.
func Text(s string) HTML { return HTML{html.EscapeString(s)} }

type cleaner struct {
	policy Policy
	z      *xhtml.Tokenizer
	b      strings.Builder
	open   []atom.Atom
	count  [512]uint16 // how many of each element are open, by a hash of its atom
}

func slot(a atom.Atom) int { return int(a) % 512 }

func (c *cleaner) token() bool {
	switch c.z.Next() {
	case xhtml.ErrorToken:
		return false
	case xhtml.TextToken:
		c.b.WriteString(escapeText(string(c.z.Text())))
	case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
		c.start()
	case xhtml.EndTagToken:
		name, _ := c.z.TagName()
		c.end(atom.Lookup(name))
	}
	return true
}

// escapeText escapes text again: the tokenizer has resolved its entities.
func escapeText(s string) string { return html.EscapeString(strings.ReplaceAll(s, "\x00", "")) }

func (c *cleaner) start() {
	name, more := c.z.TagName()
	a := atom.Lookup(name)
	if dropped[a] {
		c.skip(a)
		return
	}
	if !elements[a] || len(c.open) >= MaxDepth {
		return
	}
	c.b.WriteByte('<')
	c.b.WriteString(a.String())
	var seen []string
	for more {
		var k, v []byte
		k, v, more = c.z.TagAttr()
		if key := string(k); !slices.Contains(seen, key) {
			seen = append(seen, key)
			c.attr(a, key, string(v))
		}
	}
	c.b.WriteByte('>')
	if !voids[a] {
		c.open = append(c.open, a)
		c.count[slot(a)]++
	}
}

// skip drops an element whose content is not HTML, with that content. Elements
// that can be nested are counted.
func (c *cleaner) skip(a atom.Atom) {
	for depth := 1; depth > 0; {
		switch c.z.Next() {
		case xhtml.ErrorToken:
			return
		case xhtml.StartTagToken:
			if n, _ := c.z.TagName(); atom.Lookup(n) == a {
				depth++
			}
		case xhtml.EndTagToken:
			if n, _ := c.z.TagName(); atom.Lookup(n) == a {
				depth--
			}
		}
	}
}

// end closes an element, and those inside that were left open. An end tag
// without a start is dropped.
func (c *cleaner) end(a atom.Atom) {
	if voids[a] || c.count[slot(a)] == 0 || !slices.Contains(c.open, a) {
		return
	}
	for {
		if c.close() == a {
			return
		}
	}
}

func (c *cleaner) close() atom.Atom {
	a := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	c.count[slot(a)]--
	c.b.WriteString("</")
	c.b.WriteString(a.String())
	c.b.WriteByte('>')
	return a
}

func (c *cleaner) attr(a atom.Atom, key, val string) {
	switch {
	case key == "href" || key == "src" || key == "cite":
		if c.policy.Address == nil || key == "href" && a != atom.A || key == "src" && a != atom.Img {
			return
		}
		var ok bool
		if val, ok = c.policy.Address(a.String(), key, val); !ok {
			return
		}
	case key == "id" || key == "name" && a == atom.A:
		if val == "" || strings.HasPrefix(val, ReservedID) || strings.ContainsAny(val, " \t\n") {
			return
		}
		key = "id"
	case key == "class":
		if val = classes(val); val == "" {
			return
		}
	case !attrs[key] && !elementAttrs[a][key]:
		return
	}
	c.b.WriteByte(' ')
	c.b.WriteString(key)
	c.b.WriteString(`="`)
	c.b.WriteString(html.EscapeString(val))
	c.b.WriteByte('"')
}

// classes drops the class names with which a page's own frame is drawn, so that
// a document cannot dress itself up as the portal.
func classes(val string) string {
	f := strings.Fields(val)
	f = slices.DeleteFunc(f, func(c string) bool { return reservedClasses[c] })
	return strings.Join(f, " ")
}

var reservedClasses = set("bar brand jump iconbtn skip foot pal side toc vh notice overlay wrap docs js")

// ReservedID begins the ids of a page's own frame, which no document may use.
const ReservedID = "cb-"

func atoms(as ...atom.Atom) map[atom.Atom]bool {
	m := map[atom.Atom]bool{}
	for _, a := range as {
		m[a] = true
	}
	return m
}

var elements = atoms(atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Blockquote, atom.Br, atom.Caption, atom.Center, atom.Cite, atom.Code, atom.Col, atom.Colgroup, atom.Dd, atom.Del,
	atom.Details, atom.Dfn, atom.Div, atom.Dl, atom.Dt, atom.Em, atom.Figcaption, atom.Figure, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr, atom.I, atom.Img,
	atom.Ins, atom.Kbd, atom.Li, atom.Mark, atom.Ol, atom.P, atom.Picture, atom.Pre, atom.Q, atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Section, atom.Small, atom.Span, atom.Strike, atom.Strong,
	atom.Sub, atom.Summary, atom.Sup, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Time, atom.Tr, atom.Tt, atom.U, atom.Ul, atom.Var, atom.Wbr)

var voids = atoms(atom.Br, atom.Hr, atom.Img, atom.Col, atom.Wbr)

// dropped are removed with what they hold.
var dropped = atoms(atom.Script, atom.Style, atom.Iframe, atom.Object, atom.Embed, atom.Template, atom.Noscript, atom.Noembed, atom.Noframes, atom.Title, atom.Textarea, atom.Xmp, atom.Plaintext, atom.Svg, atom.Math, atom.Select, atom.Frameset)

var attrs = set("title lang dir width height role aria-label aria-hidden aria-describedby tabindex data-lang data-line")

var elementAttrs = map[atom.Atom]map[string]bool{
	atom.Img:     set("alt loading decoding"),
	atom.Td:      set("colspan rowspan headers"),
	atom.Th:      set("colspan rowspan headers scope"),
	atom.Ol:      set("start type reversed"),
	atom.Li:      set("value"),
	atom.Col:     set("span"),
	atom.Details: set("open"),
	atom.Time:    set("datetime"),
}
