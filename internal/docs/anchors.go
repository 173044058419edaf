package docs

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"callboard/internal/markdown"
)

// anchors are the headings of a page as links may name them.
type anchors struct {
	exact map[string]bool
	loose map[string]string // loose form -> id
}

// fewHeadings are as many as are looked through one by one: tables of the headings
// of each page would take more room than all else that is known of most pages.
const fewHeadings = 32

// anchor is the id on page source i that a fragment means.
func (p *Plan) anchor(i int, fragment string) (id string, ok bool) {
	if hs := p.headings[i]; len(hs) <= fewHeadings && slices.ContainsFunc(hs, func(h markdown.Heading) bool { return h.ID == fragment }) {
		return fragment, true
	}
	return p.anchorsOf(i).find(fragment)
}

// LeaveLinks drops what links are resolved with: Address must not be asked for any
// after it.
func (p *Plan) LeaveLinks() { p.headings, p.anchors = nil, nil }

// anchorsOf are those of page source i. They are made when the first link asks for
// them: most pages have none that does.
func (p *Plan) anchorsOf(i int) anchors {
	if p.anchors[i].exact == nil {
		p.anchors[i] = newAnchors(p.headings[i])
	}
	return p.anchors[i]
}

func newAnchors(headings []markdown.Heading) anchors {
	a := anchors{make(map[string]bool, len(headings)), make(map[string]string, len(headings))}
	for _, h := range headings {
		a.exact[h.ID] = true
		a.add(h.ID, h.ID)
	}
	for _, h := range headings {
		a.add(h.Text, h.ID)
	}
	return a
}

func (a anchors) add(name, id string) {
	if l := loose(name); l != "" {
		if _, taken := a.loose[l]; !taken {
			a.loose[l] = id
		}
	}
}

// find is the id that a fragment means. Python-Markdown and code hosts make ids
// of headings by different rules ("a--b" and "a-b", "x-1" and "x_1", and what
// becomes of letters beyond ASCII), and authors try their links at the host:
// what is right there is understood here too.
func (a anchors) find(fragment string) (id string, ok bool) {
	if a.exact[fragment] || strings.EqualFold(fragment, "top") {
		return fragment, true
	}
	id, ok = a.loose[loose(fragment)]
	return id, ok
}

// loose is what ids of one heading have in common: letters and digits in lower
// case, and one hyphen for all between them.
func loose(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// hash is a fragment as it stands in an address.
func hash(id string) string {
	if id == "" {
		return ""
	}
	return "#" + (&url.URL{Fragment: id}).EscapedFragment()
}
