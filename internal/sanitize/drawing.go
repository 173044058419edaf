package sanitize

import (
	"encoding/xml"
	"slices"
	"strings"
)

// Drawing is SVG for a drawing that stands in a page: its ids get a prefix, so that
// they are those of no other part of the page, and classes go, which would be the
// page's. As pages have no styles of their own, what a style says becomes
// attributes: that of an element, and of a style sheet the rules for one class.
// Links to other hosts stay.
//
// What was made by it may be given to it again, with another prefix.
func Drawing(src []byte, prefix string) []byte {
	return svg(src, &inPage{prefix: prefix})
}

// inPage is what is known of a drawing for a page while it is read.
type inPage struct {
	prefix string
	rules  map[string][]property // by class
}

// property is a property of a style and its value.
type property struct{ name, value string }

// Limits of the style of a drawing.
const (
	maxRules        = 2_000
	maxDeclarations = 40 // of a rule, and of an element
)

// attributes are those of an element, with what its classes and its style say,
// which come before what they say themselves.
func (p *inPage) attributes(as []xml.Attr) []xml.Attr {
	var out []xml.Attr
	set := func(name xml.Name, value string) {
		for i := range out {
			if out[i].Name == name {
				out[i].Value = value
				return
			}
		}
		out = append(out, xml.Attr{Name: name, Value: value})
	}
	var classes, style string
	for _, a := range as {
		switch {
		case a.Name.Space != "" && a.Name.Local != "href":
		case a.Name.Local == "class":
			classes = a.Value
		case a.Name.Local == "style":
			style = a.Value
		case a.Name.Local == "id":
			set(a.Name, p.prefix+a.Value)
		case a.Name.Local == "href":
			set(xml.Name{Local: "href"}, p.reference(a.Value))
		default:
			set(a.Name, p.within(a.Value))
		}
	}
	for class := range strings.FieldsSeq(classes) {
		for _, d := range p.rules[class] {
			set(xml.Name{Local: d.name}, p.within(d.value))
		}
	}
	for _, d := range properties(style) {
		set(xml.Name{Local: d.name}, p.within(d.value))
	}
	return out
}

// reference is an address with the prefix, if it leads into the drawing.
func (p *inPage) reference(to string) string {
	if id, ok := strings.CutPrefix(strings.TrimSpace(to), "#"); ok {
		return "#" + p.prefix + id
	}
	return to
}

// within is a value with the prefix, if it refers to something in the drawing.
func (p *inPage) within(value string) string {
	if p.prefix == "" || !strings.Contains(value, "url(") {
		return value
	}
	for _, quote := range []string{"", `"`, "'"} {
		if id, ok := strings.CutPrefix(strings.TrimSpace(value), "url("+quote+"#"); ok {
			return "url(#" + p.prefix + strings.Replace(id, quote+")", ")", 1)
		}
	}
	return value
}

// properties are those of a style that are attributes, too, in order.
func properties(style string) []property {
	var out []property
	for part := range strings.SplitSeq(style, ";") {
		name, value, ok := strings.Cut(part, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		value = strings.TrimSpace(strings.TrimSuffix(value, "!important"))
		if ok && value != "" && styleAttrs[name] && len(out) < maxDeclarations {
			out = append(out, property{name, plainLength(name, value)})
		}
	}
	return out
}

// plainLength is a value without what an attribute needs no unit for.
func plainLength(name, value string) string {
	if name == "stroke-width" || name == "font-size" {
		return strings.TrimSuffix(value, "px")
	}
	return value
}

// styleAttrs are the attributes that are properties of styles, too.
var styleAttrs = set(`fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset stroke-miterlimit
	opacity color display visibility clip-path clip-rule mask filter font-family font-size font-weight font-style text-anchor text-decoration dominant-baseline
	letter-spacing word-spacing stop-color stop-opacity marker-start marker-mid marker-end flood-color flood-opacity paint-order`)

// sheet takes the rules of a style sheet whose selectors end in one class, whatever
// that stands in: tools write sheets for their own drawing alone.
func (p *inPage) sheet(text string) {
	text = withoutComments(text)
	if p.rules == nil {
		p.rules = map[string][]property{}
	}
	for len(p.rules) < maxRules {
		selectors, rest, ok := strings.Cut(text, "{")
		body, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return
		}
		text = after
		if strings.HasPrefix(strings.TrimSpace(selectors), "@") {
			continue
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			f := strings.Fields(selector)
			if len(f) == 0 {
				continue
			}
			if class, ok := strings.CutPrefix(f[len(f)-1], "."); ok && !strings.ContainsAny(class, ".#[:>+~*") {
				p.rules[class] = slices.Concat(p.rules[class], properties(body))
			}
		}
	}
}

// link is where a link of a drawing leads, if it may: elsewhere, or to a part of
// the drawing.
func link(as []xml.Attr) string {
	for _, a := range as {
		if a.Name.Local != "href" {
			continue
		}
		to := strings.TrimSpace(a.Value)
		if low := strings.ToLower(to); strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "mailto:") || strings.HasPrefix(low, "#") {
			return to
		}
	}
	return ""
}
