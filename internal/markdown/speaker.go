package markdown

import (
	"strings"

	xhtml "golang.org/x/net/html"

	"callboard/internal/pymarkdown"
)

// speaker goes through a tree as a reader does.
type speaker struct {
	p *pythonPage
	d *pymarkdown.Document
}

func (s speaker) inside(e *pymarkdown.Element) {
	s.say(e.Lead)
	for c := e.First(); c != nil; c = c.Next() {
		s.element(c)
		s.say(c.Tail)
	}
}

func (s speaker) element(e *pymarkdown.Element) {
	if _, out := e.Get(unsearched); out && !s.p.w.plain.muted {
		s.unsearched(e)
		return
	}
	plain := &s.p.w.plain
	if level := headingLevel(e.Tag); level > 0 {
		if id := e.Attr("id"); id != "" {
			s.heading(e, level, id)
			return
		}
	}
	switch {
	case e.Tag == "img":
		plain.say(e.Attr("alt"))
		return
	case e.Tag == "script" || e.Tag == "style" || e.Tag == pymarkdown.TagComment || e.Tag == pymarkdown.TagInstruction:
		return
	case e.Tag == "a" && isMarkOnly(e):
		return
	}
	block := s.d.IsBlockLevel(e.Tag) || e.Tag == "br"
	if block {
		plain.gap()
	}
	s.inside(e)
	if block {
		plain.gap()
	}
}

// unsearched is the attribute by which authors keep a section, if its heading has
// it, or an element from the search, as in Material for MkDocs.
const unsearched = "data-search-exclude"

// unsearched goes through what is kept from the search, for the headings in it. Of
// a heading that is its section, up to the next heading of any level.
func (s speaker) unsearched(e *pymarkdown.Element) {
	plain := &s.p.w.plain
	before := plain.parts[len(plain.parts)-1]
	parts := len(plain.parts)
	plain.mute(true)
	s.element(e)
	plain.mute(false)
	plain.gap()
	if headingLevel(e.Tag) == 0 && len(plain.parts) > parts {
		plain.resume(before)
	}
}

// isMarkOnly tells whether a link is a mark beside the text: of a heading, or
// back from a footnote.
func isMarkOnly(e *pymarkdown.Element) bool {
	switch e.Attr("class") {
	case "headerlink", "footnote-backref", "footnote-ref":
		return true
	}
	return false
}

func (s speaker) heading(e *pymarkdown.Element, level int, id string) {
	w := s.p.w
	held := w.plain
	w.plain = plainText{parts: []part{{heading: -1}}}
	s.inside(e)
	text := strings.ReplaceAll(string(w.plain.buf), "\x00", "")
	w.plain = held
	w.doc.Headings = append(w.doc.Headings, Heading{Level: level, ID: id, Text: text})
	w.plain.section(len(w.doc.Headings) - 1)
}

func headingLevel(tag string) int {
	if len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' {
		return int(tag[1] - '0')
	}
	return 0
}

// maxStashDepth is how deep stashed HTML stands in stashed HTML that is looked
// into: a block of code in an element of the author's is at one.
const maxStashDepth = 4

// say says text, in which stashed HTML may stand.
func (s speaker) say(text string) { s.sayAt(text, 0) }

func (s speaker) sayAt(text string, depth int) {
	for at := 0; at < len(text); {
		n, start, end, ok := pymarkdown.FindPlaceholder(text, at)
		if !ok || n >= s.d.Stash.Len() {
			s.p.w.plain.say(unescapeEntities(text[at:]))
			return
		}
		s.p.w.plain.say(unescapeEntities(text[at:start]))
		at = end
		switch x := s.d.Stash.At(n); {
		case x.Element != nil:
			s.element(x.Element)
		case x.Plain != "":
			s.p.w.plain.say(x.Plain)
		case !x.Safe && depth < maxStashDepth:
			s.p.w.plain.untagged(searched(x.HTML), func(text string) { s.sayAt(text, depth+1) })
		}
	}
}

// searched is raw HTML without the elements that are kept from the search.
func searched(raw string) string {
	if !strings.Contains(raw, unsearched) {
		return raw
	}
	var out strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(raw))
	within, depth := "", 0 // the element that is left out, and how many of its name are open
	for t := z.Next(); t != xhtml.ErrorToken; t = z.Next() {
		text := z.Raw()
		if depth == 0 {
			out.Write(text)
		}
		switch t {
		case xhtml.StartTagToken:
			name, attrs := tag(z)
			_, left := attrs[unsearched]
			switch {
			case depth > 0 && name == within:
				depth++
			case depth == 0 && left && !isVoid(name):
				within, depth = name, 1
			}
		case xhtml.EndTagToken:
			if name, _ := z.TagName(); depth > 0 && string(name) == within {
				depth--
			}
		}
	}
	return out.String()
}

// unescapeEntities resolves entities alone.
func unescapeEntities(s string) string {
	if strings.IndexByte(s, '&') < 0 && !strings.Contains(s, pymarkdown.AmpSubstitute) {
		return s
	}
	return unescapeHTML(strings.ReplaceAll(s, pymarkdown.AmpSubstitute, "&"))
}
