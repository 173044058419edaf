package pymarkdown

import (
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Output decides what becomes of a page's parts when it is written for readers.
type Output interface {
	// Element is asked before an element is written. It may change the element's
	// attributes.
	Element(e *Element) Form
	// Stashed gives what is written for a piece of stashed HTML.
	Stashed(x *Stashed) string
}

// Form is how an element is written.
type Form struct {
	// Drop leaves the element and all it contains out; Unwrap, its tags only.
	Drop, Unwrap bool
	// Tag, if it is not "", is HTML to be written in the place of the start tag.
	Tag string
	// Before and After stand around the element.
	Before, After string
}

// HTML writes the tree, with stashed HTML put back, as the serializer and the
// postprocessor raw_html do.
func (d *Document) HTML() string {
	w := writer{d: d, limit: d.Env.Limit}
	w.inside(d.Root)
	d.Full = w.full()
	return strings.TrimSpace(string(w.out))
}

// AppendElement writes one element with its tail, stashed HTML left as
// placeholders.
func (d *Document) AppendElement(out []byte, e *Element) []byte {
	w := writer{d: d, out: out, keep: true}
	w.element(e)
	return w.out
}

// RawHTML puts stashed HTML back into HTML.
func (d *Document) RawHTML(html string) string {
	w := writer{d: d}
	w.raw(html)
	return string(w.out)
}

type writer struct {
	d     *Document
	out   []byte
	keep  bool // placeholders stay
	depth int
	limit int // bytes to write; 0 is no limit
	// bare says that this is for an attribute: stashed HTML is not for Output.
	bare bool
}

// full tells whether no more is to be written.
func (w *writer) full() bool { return w.limit > 0 && len(w.out) > w.limit }

func (w *writer) s(parts ...string) {
	for _, p := range parts {
		w.out = append(w.out, p...)
	}
}

// inside writes what an element contains.
func (w *writer) inside(e *Element) {
	if raw := e.Tag == "script" || e.Tag == "style"; raw && w.keep {
		w.s(e.Lead)
	} else if raw {
		w.raw(e.Lead)
	} else {
		w.text(e.Lead)
	}
	for c := e.First(); c != nil; c = c.Next() {
		w.element(c)
	}
}

// element writes an element and its tail.
func (w *writer) element(e *Element) {
	if w.full() {
		return
	}
	switch e.Tag {
	case TagNone:
		w.inside(e)
	case TagComment:
		w.s("<!--", string(appendText(nil, e.Lead)), "-->")
	case TagInstruction:
		w.s("<?", string(appendText(nil, e.Lead)), "?>")
	case "p":
		if !w.paragraph(e) {
			w.tagged(e)
		}
	default:
		w.tagged(e)
	}
	w.text(e.Tail)
}

func (w *writer) tagged(e *Element) {
	if w.d.Env.Output == nil || w.keep {
		w.tags(e)
		return
	}
	switch f := w.d.Env.Output.Element(e); {
	case f.Drop:
	case f.Unwrap:
		w.inside(e)
	case f.Tag != "":
		w.s(f.Before, f.Tag)
		if !voidElement(e.Tag) {
			w.inside(e)
			w.s("</", e.Tag, ">")
		}
		w.s(f.After)
	default:
		w.s(f.Before)
		w.tags(e)
		w.s(f.After)
	}
}

func (w *writer) tags(e *Element) {
	w.s("<", e.Tag)
	w.attributes(e)
	if voidElement(e.Tag) {
		w.s(" />")
		return
	}
	w.s(">")
	w.inside(e)
	w.s("</", e.Tag, ">")
}

// paragraph writes a paragraph that holds one piece of stashed HTML and nothing
// else: a block stands for itself.
func (w *writer) paragraph(e *Element) bool {
	if w.keep || e.FirstChild() != nil || len(e.Attrs) > 0 || !strings.HasPrefix(e.Lead, htmlPrefix) {
		return false
	}
	n, ok := IsPlaceholder(e.Lead)
	if !ok || n >= w.d.Stash.Len() || !w.d.isBlock(w.d.Stash.At(n)) {
		return false
	}
	w.stashed(n)
	return true
}

func (w *writer) attributes(e *Element) {
	if len(e.Attrs) > 1 && !slices.IsSortedFunc(e.Attrs, compareAttrs) {
		slices.SortStableFunc(e.Attrs, compareAttrs)
	}
	for _, a := range e.Attrs {
		w.s(" ")
		w.out = appendAttr(w.out, a.Key)
		w.s(`="`)
		w.attribute(a.Val)
		w.s(`"`)
	}
}

// attribute writes a value. Python-Markdown puts stashed HTML into it as it is;
// what is written for readers must not end the value.
func (w *writer) attribute(val string) {
	switch {
	case w.keep || !strings.Contains(val, htmlPrefix):
		w.out = appendAttr(w.out, val)
	case w.d.Env.Output == nil:
		w.placeholders(val, appendAttr)
	default:
		inner := writer{d: w.d, depth: w.depth, limit: w.limit, bare: true}
		inner.placeholders(val, func(out []byte, s string) []byte { return append(out, s...) })
		w.out = appendAttr(w.out, string(inner.out))
	}
}

func compareAttrs(a, b Attr) int { return strings.Compare(a.Key, b.Key) }

func (w *writer) text(s string) {
	if s == "" {
		return
	}
	if !w.keep && strings.Contains(s, htmlPrefix) {
		w.placeholders(s, appendText)
		return
	}
	w.out = appendText(w.out, s)
}

// raw writes HTML as it is, but for placeholders in it.
func (w *writer) raw(s string) {
	if !strings.Contains(s, htmlPrefix) {
		w.s(s)
		return
	}
	w.placeholders(s, func(out []byte, s string) []byte { return append(out, s...) })
}

// maxStashDepth bounds HTML in HTML; a page cannot make a circle of it, but a
// chain.
const maxStashDepth = 200

func (w *writer) placeholders(s string, write func(out []byte, s string) []byte) {
	at := 0
	for {
		n, start, end, ok := FindPlaceholder(s, at)
		if !ok || n >= w.d.Stash.Len() {
			if !ok {
				w.out = write(w.out, s[at:])
				return
			}
			w.out = write(w.out, s[at:end])
			at = end
			continue
		}
		w.out = write(w.out, s[at:start])
		at = end
		// A block that stands alone in a paragraph of raw HTML takes its place.
		if strings.HasSuffix(string(w.out[max(0, len(w.out)-3):]), "<p>") && strings.HasPrefix(s[end:], "</p>") && w.d.isBlock(w.d.Stash.At(n)) {
			w.out = w.out[:len(w.out)-3]
			at += len("</p>")
		}
		w.stashed(n)
	}
}

func (w *writer) stashed(n int) {
	if w.depth >= maxStashDepth || w.full() {
		return
	}
	w.depth++
	switch x := w.d.Stash.At(n); {
	case x.Element != nil && w.bare:
		w.s(x.Element.InnerText())
	case x.Element != nil:
		w.element(x.Element)
	case w.d.Env.Output != nil && !w.keep && !w.bare:
		w.raw(w.d.Env.Output.Stashed(x))
	default:
		w.raw(x.HTML)
	}
	w.depth--
}

// isBlock tells whether stashed HTML is a block (RawHtmlPostprocessor).
func (d *Document) isBlock(x *Stashed) bool {
	if x.Element != nil {
		return d.IsBlockLevel(x.Element.Tag)
	}
	s, ok := strings.CutPrefix(x.HTML, "<")
	if !ok {
		return false
	}
	s = strings.TrimPrefix(s, "/")
	name := s
	if i := strings.IndexAny(s, " >"); i >= 0 {
		name = s[:i]
	}
	if name == "" {
		return false
	}
	if strings.IndexByte("!?@%", name[0]) >= 0 {
		return true
	}
	return d.IsBlockLevel(name)
}

// voidElement tells whether an element has no end (serializers.HTML_EMPTY).
func voidElement(tag string) bool {
	switch strings.ToLower(tag) {
	case "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "isindex", "link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

// appendText escapes text, but for entities that are there.
func appendText(out []byte, s string) []byte { return appendEscaped(out, s, false) }

func appendAttr(out []byte, s string) []byte { return appendEscaped(out, s, true) }

func appendEscaped(out []byte, s string, attr bool) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var as string
		switch s[i] {
		case '&':
			if isEntity(s[i:]) {
				continue
			}
			as = "&amp;"
		case '<':
			as = "&lt;"
		case '>':
			as = "&gt;"
		case '"':
			if !attr {
				continue
			}
			as = "&quot;"
		case '\x02':
			if !strings.HasPrefix(s[i:], AmpSubstitute) {
				continue
			}
			out = append(append(out, s[from:i]...), '&')
			i += len(AmpSubstitute) - 1
			from = i + 1
			continue
		default:
			continue
		}
		out = append(append(out, s[from:i]...), as...)
		from = i + 1
	}
	return append(out, s[from:]...)
}

// isEntity tells whether s, which begins with "&", begins with an entity.
func isEntity(s string) bool {
	i := 1
	if strings.HasPrefix(s[i:], "#") {
		i++
		hex := len(s) > i && (s[i] == 'x' || s[i] == 'X')
		if hex {
			i++
		}
		from := i
		for i < len(s) && (s[i] >= '0' && s[i] <= '9' || hex && isHex(s[i])) {
			i++
		}
		return i > from && i < len(s) && s[i] == ';'
	}
	from := i
	for i < len(s) && isAlnum(s[i]) {
		i++
	}
	return i > from && i < len(s) && s[i] == ';'
}

func isHex(c byte) bool { return c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// ampSubstitute is the postprocessor of that name; what the serializer writes is
// done already, raw HTML is not.
func ampSubstitute(_ *Document, html string) string {
	return strings.ReplaceAll(html, AmpSubstitute, "&")
}
