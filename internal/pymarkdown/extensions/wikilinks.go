package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// setupWikiLinks is wikilinks: [[Some Page]] is a link to a page of that name.
func setupWikiLinks(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	w := wikiLinks{o.String("base_url", "/"), o.String("end_url", "/"), o.String("html_class", "wikilink")}
	d.Inline.Register("wikilink", 75, &pymarkdown.Pattern{Triggers: "[", Find: func(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
		start, end, ok := findWikiLink(text, from)
		if !ok {
			return pymarkdown.Match{}, false
		}
		m := pymarkdown.Match{Start: start, End: end}
		if label := strings.TrimSpace(text[start+2 : end-2]); label != "" {
			m.Node = w.of(d).link(label)
		}
		return m, true
	}})
	return nil
}

// wikiLinks is how links are made of names.
type wikiLinks struct{ base, end, class string }

// of is w as the head of a page changes it (extension meta).
func (w wikiLinks) of(d *pymarkdown.Document) wikiLinks {
	for key, to := range map[string]*string{"wiki_base_url": &w.base, "wiki_end_url": &w.end, "wiki_html_class": &w.class} {
		if v := Meta(d)[key]; len(v) > 0 {
			*to = v[0]
		}
	}
	return w
}

func (w wikiLinks) link(label string) *pymarkdown.Element {
	a := pymarkdown.NewElement("a")
	a.SetText(label)
	a.Set("href", w.base+wikiName(label)+w.end)
	if w.class != "" {
		a.Set("class", w.class)
	}
	return a
}

// wikiName puts an underscore where there are spaces, with one that stands
// beside them.
func wikiName(label string) string {
	var b strings.Builder
	for at := 0; at < len(label); {
		end := at
		if label[at] == '_' {
			end++
		}
		spaces := end
		for end < len(label) && label[end] == ' ' {
			end++
		}
		if end == spaces { // no space: the character stays
			b.WriteByte(label[at])
			at++
			continue
		}
		if spaces == at && end < len(label) && label[end] == '_' {
			end++
		}
		b.WriteByte('_')
		at = end
	}
	return b.String()
}

// findWikiLink finds a name of letters, digits, "_", "-" and spaces in double
// brackets.
func findWikiLink(text string, from int) (start, end int, ok bool) {
	for at := from; at < len(text); at++ {
		i := strings.Index(text[at:], "[[")
		if i < 0 {
			break
		}
		at += i
		name := text[at+2:]
		n := strings.IndexFunc(name, func(r rune) bool { return r != ' ' && r != '-' && !pymarkdown.IsWord(r) })
		if n > 0 && strings.HasPrefix(name[n:], "]]") {
			return at, at + 2 + n + 2, true
		}
	}
	return 0, 0, false
}
