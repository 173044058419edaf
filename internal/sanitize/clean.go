package sanitize

import (
	"html"
	"slices"
	"strconv"
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
	// RemoteImage, if not nil, is given the source of each image. If it returns
	// an address, a link to that stands in the image's place: a page that must
	// not ask other hosts for anything still tells what was there.
	RemoteImage func(src string) (string, bool)
	// Frame, if not nil, gives the HTML for a frame; without it, frames are dropped.
	Frame func(f Frame) string
	// Slot, if not nil, gives the HTML for an element <cb-slot n="5">: what the
	// caller made itself and put such an element in the place of. Since it is an
	// element, it can stand only where an element can.
	Slot func(n int) string
}

// Clean lets through elements and attributes by allow-list, drops scripts,
// styles and frames with their content, and closes what is left open. It takes
// one pass over the input.
func Clean(src string, p Policy) HTML {
	c := cleaner{policy: p, src: src, z: xhtml.NewTokenizer(strings.NewReader(src))}
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
	policy  Policy
	z       *xhtml.Tokenizer
	src     string
	pos     int // bytes of src that were read
	b       strings.Builder
	open    []atom.Atom
	count   [512]uint16       // how many of each element are open, by a hash of its atom
	lastEnd map[atom.Atom]int // where the last end tag of a foreign element stands
	kept    attributes        // of the current tag
}

func slot(a atom.Atom) int { return int(a) % 512 }

// next reads a token and keeps count of where it ends.
func (c *cleaner) next() xhtml.TokenType {
	t := c.z.Next()
	c.pos += len(c.z.Raw())
	return t
}

func (c *cleaner) token() bool {
	switch t := c.next(); t {
	case xhtml.ErrorToken:
		return false
	case xhtml.TextToken:
		c.b.WriteString(escape(string(c.z.Text())))
	case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
		c.start(t == xhtml.SelfClosingTagToken)
	case xhtml.EndTagToken:
		name, _ := c.z.TagName()
		c.end(atom.Lookup(name))
	}
	return true
}

// escape escapes text again whose entities the tokenizer has resolved. NUL goes:
// no HTML may hold it, and callers mark places with it.
func escape(s string) string { return html.EscapeString(strings.ReplaceAll(s, "\x00", "")) }

func (c *cleaner) start(selfClosing bool) {
	name, more := c.z.TagName()
	if c.policy.Slot != nil && string(name) == slotElement {
		c.slot(more)
		return
	}
	a := atom.Lookup(name)
	switch {
	case c.isFrame(a):
		c.frame(more)
		return
	case a == atom.Textarea:
		c.typed()
		return
	case rawText[a]:
		c.skipText()
		return
	case foreign[a]:
		if !selfClosing && c.ends(a) {
			c.skip(a)
		}
		return
	case !elements[a] || len(c.open) >= MaxDepth:
		return
	}
	c.collect(a, more)
	if a == atom.Img && c.remoteImage() {
		return
	}
	c.b.WriteByte('<')
	c.b.WriteString(a.String())
	for _, at := range c.kept {
		c.attr(a, at.key, at.val)
	}
	c.b.WriteByte('>')
	if !voids[a] {
		c.open = append(c.open, a)
		c.count[slot(a)]++
	}
}

const slotElement = "cb-slot"

// SlotTag is the element that stands for HTML of the caller's own, see Policy.
func SlotTag(n int) string { return "<" + slotElement + ` n="` + strconv.Itoa(n) + `">` }

func (c *cleaner) slot(more bool) {
	for more {
		var k, v []byte
		k, v, more = c.z.TagAttr()
		if n, err := strconv.Atoi(string(v)); err == nil && string(k) == "n" {
			c.b.WriteString(c.policy.Slot(n))
			return
		}
	}
}

// collect keeps the attributes of a tag that are allowed, each once. Only these
// are remembered: a tag may have a hundred thousand others.
func (c *cleaner) collect(a atom.Atom, more bool) {
	c.kept = c.kept[:0]
	for more {
		var k, v []byte
		k, v, more = c.z.TagAttr()
		if key := allowed(a, k); key != "" && c.kept.index(key) < 0 {
			c.kept = append(c.kept, attribute{key, string(v)})
		}
	}
	if a == atom.Img {
		for _, at := range imageDefaults {
			if c.kept.index(at.key) < 0 {
				c.kept = append(c.kept, at)
			}
		}
	}
}

type attribute struct{ key, val string }

type attributes []attribute

func (as attributes) index(key string) int {
	return slices.IndexFunc(as, func(a attribute) bool { return a.key == key })
}

// imageDefaults are the attributes that every image has.
var imageDefaults = []attribute{{"alt", ""}, {"loading", "lazy"}, {"decoding", "async"}}

// remoteImage writes a link in the place of an image that the policy does not
// want to be loaded; in a link, where no other can stand, its text only.
func (c *cleaner) remoteImage() bool {
	i := c.kept.index("src")
	if i < 0 || c.policy.RemoteImage == nil {
		return false
	}
	to, remote := c.policy.RemoteImage(c.kept[i].val)
	if !remote {
		return false
	}
	alt := escape(c.kept[c.kept.index("alt")].val)
	if alt == "" {
		alt = "image"
	}
	if c.count[slot(atom.A)] > 0 {
		c.b.WriteString(alt)
		return true
	}
	c.b.WriteString(`<a class="remote-image" href="` + html.EscapeString(to) + `">Image: ` + alt + "</a>")
	return true
}

// typed writes what stands in a field to type in, which is often there to be
// copied, as text: there is nothing to type it for.
func (c *cleaner) typed() {
	as := "pre"
	if c.count[slot(atom.P)] > 0 {
		as = "code" // which may stand in a paragraph
	}
	c.b.WriteString("<" + as + ">")
	for c.next() == xhtml.TextToken {
		c.b.WriteString(escape(string(c.z.Text())))
	}
	c.b.WriteString("</" + as + ">")
}

// skipText drops an element whose content is text, with that content.
func (c *cleaner) skipText() {
	for {
		switch c.next() {
		case xhtml.ErrorToken, xhtml.EndTagToken:
			return
		}
	}
}

// ends tells whether an end tag of the element follows anywhere. Without it
// only the start tag is dropped, so that one forgotten end does not swallow the
// rest of a page.
func (c *cleaner) ends(a atom.Atom) bool {
	at, known := c.lastEnd[a]
	if !known {
		if c.lastEnd == nil {
			c.lastEnd = map[atom.Atom]int{}
		}
		at = strings.LastIndex(strings.ToLower(c.src), "</"+a.String())
		c.lastEnd[a] = at
	}
	return at >= c.pos
}

// skip drops an element that is not HTML, or is nothing to read, with its
// content. Such elements can be nested.
func (c *cleaner) skip(a atom.Atom) {
	for depth := 1; depth > 0 && c.ends(a); {
		switch t := c.next(); t {
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

// allowed is the name under which an attribute is passed on, or "".
func allowed(a atom.Atom, key []byte) string {
	switch k := string(key); {
	case k == "href":
		if a == atom.A {
			return k
		}
	case k == "src":
		if a == atom.Img || a == atom.Video || a == atom.Audio || a == atom.Source {
			return k
		}
	case k == "poster":
		if a == atom.Video {
			return k
		}
	case k == "name" && a == atom.A:
		return "id"
	case k == "id", k == "class", k == "cite", attrs[k], elementAttrs[a][k]:
		return k
	}
	return ""
}

func (c *cleaner) attr(a atom.Atom, key, val string) {
	switch key {
	case "href", "src", "cite", "poster":
		if c.policy.Address == nil {
			return
		}
		if to, ok := c.policy.Address(a.String(), key, val); ok {
			c.b.WriteString(" " + key + `="` + html.EscapeString(to) + `"`)
		}
		return
	case "id":
		if !usableID(val) {
			return
		}
	case "class":
		if val = classes(val); val == "" {
			return
		}
	case "align":
		if !alignments[strings.ToLower(val)] {
			return
		}
	case "popover":
		val = "" // of the kind that Escape closes
	case "tabindex":
		if val != "0" && val != "-1" {
			return // the order of reading stays the order of the page
		}
	}
	c.write(key, val)
}

func (c *cleaner) write(key, val string) {
	c.b.WriteByte(' ')
	c.b.WriteString(key)
	c.b.WriteString(`="`)
	c.b.WriteString(escape(val))
	c.b.WriteByte('"')
}

func usableID(id string) bool {
	return id != "" && !strings.HasPrefix(id, ReservedID) && !strings.ContainsAny(id, " \t\n\f\r\x00")
}

// classes drops the class names with which a page's own frame is drawn, so that
// a document cannot dress itself up as the portal.
func classes(val string) string {
	f := strings.Fields(strings.ReplaceAll(val, "\x00", ""))
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
	atom.Ins, atom.Kbd, atom.Li, atom.Mark, atom.Ol, atom.P, atom.Picture, atom.Pre, atom.Q, atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Section, atom.Small, atom.Source, atom.Span, atom.Strike, atom.Strong,
	atom.Sub, atom.Summary, atom.Sup, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Time, atom.Tr, atom.Tt, atom.U, atom.Ul, atom.Var, atom.Wbr,
	atom.Address, atom.Article, atom.Aside, atom.Audio, atom.Footer, atom.Header, atom.Hgroup, atom.Label, atom.Nav, atom.Video)

var voids = atoms(atom.Br, atom.Hr, atom.Img, atom.Col, atom.Source, atom.Wbr)

// rawText are elements whose content is no HTML to a browser; both go.
var rawText = atoms(atom.Script, atom.Style, atom.Iframe, atom.Noscript, atom.Noembed, atom.Noframes, atom.Title, atom.Textarea, atom.Xmp, atom.Plaintext)

// foreign are elements that are removed with what they hold.
var foreign = atoms(atom.Svg, atom.Math, atom.Object, atom.Template, atom.Select)

var attrs = set("title lang dir width height role aria-label aria-hidden aria-describedby tabindex data-lang data-line")

// alignments are the values of align that a page's style knows.
var alignments = set("left right center")

var elementAttrs = map[atom.Atom]map[string]bool{
	atom.Img:     set("alt loading decoding align"),
	atom.Td:      set("colspan rowspan headers align"),
	atom.Th:      set("colspan rowspan headers scope align"),
	atom.P:       set("align"),
	atom.Div:     set("align"),
	atom.H1:      set("align"),
	atom.H2:      set("align"),
	atom.H3:      set("align"),
	atom.Ol:      set("start type reversed"),
	atom.Li:      set("value popover"), // shown by our own buttons, see package markdown
	atom.Col:     set("span"),
	atom.Details: set("open"),
	atom.Time:    set("datetime"),
	atom.Label:   set("for"),
	atom.Video:   set("controls loop muted playsinline"),
	atom.Audio:   set("controls loop muted"),
	atom.Source:  set("type"),
}
