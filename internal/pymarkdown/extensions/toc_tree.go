package extensions

import (
	"html"
	"strings"

	"callboard/internal/pymarkdown"
)

// Heading is a heading of a page, as its table of contents shows it.
type Heading struct {
	Level int // 1 to 6
	ID    string
	Name  string // its text as HTML without tags: entities stay
	HTML  string // its HTML, without links that the extension adds
	Label string // what its attribute data-toc-label says, as HTML
	// Children are the headings below it.
	Children []*Heading
}

type tocKey struct{}

// TOC is a page's headings in the order of the page, each with those below it,
// as the extension toc finds them: only those of the levels in its option
// toc_depth.
func TOC(d *pymarkdown.Document) []*Heading {
	return *pymarkdown.Value[[]*Heading](d, tocKey{})
}

// run gives all headings ids and links, and puts the table of contents where its
// marker stands.
func (t *tocOptions) run(d *pymarkdown.Document, root *pymarkdown.Element) {
	ids := newUsedIDs(root)
	var list []*Heading
	for e := range root.Iter() {
		if !isHeading(strings.ToLower(e.Tag)) {
			continue
		}
		h := t.heading(d, e, ids)
		if h.Level >= t.top && h.Level <= t.bottom {
			list = append(list, h)
		}
		t.link(e)
	}
	nested := nest(list)
	*pymarkdown.Value[[]*Heading](d, tocKey{}) = nested
	if t.marker != "" {
		t.replaceMarkers(d, root, nested, len(list))
	}
}

func (t *tocOptions) heading(d *pymarkdown.Document, e *pymarkdown.Element, ids *usedIDs) *Heading {
	level := min(int(e.Tag[1]-'0')+t.base, 6)
	e.Tag = "h" + string(rune('0'+max(level, 0)))
	h := &Heading{Level: level, HTML: d.InnerHTML(withoutReferences(e))}
	h.Name = stripTags(h.HTML)
	id, ok := e.Get("id")
	if !ok {
		id = ids.unique(t.slugify(html.UnescapeString(h.Name), t.separator))
		e.Set("id", id)
	}
	h.ID = pymarkdown.Unescape(id)
	if label, ok := e.Get("data-toc-label"); ok {
		h.Label = d.Postprocess(pymarkdown.Unescape(label))
		h.Name = pymarkdown.EscapeText(stripTags(h.Label))
		e.Unset("data-toc-label")
	}
	return h
}

// link adds the links that the options ask for.
func (t *tocOptions) link(e *pymarkdown.Element) {
	id := e.Attr("id")
	if t.anchors {
		a := pymarkdown.NewElement("a")
		a.Lead, a.LeadAtomic = e.Lead, e.LeadAtomic
		a.Set("href", "#"+id)
		a.Set("class", t.anchorClass)
		e.SetText("")
		for _, c := range e.Children() {
			a.Append(c)
		}
		e.Append(a)
	}
	if !t.permalinks {
		return
	}
	a := pymarkdown.NewElement("a")
	a.SetText(t.permalink)
	a.Set("href", "#"+id)
	a.Set("class", t.permalinkClass)
	if t.permalinkTitle != "" {
		a.Set("title", t.permalinkTitle)
	}
	if !t.permalinkLeading {
		e.Append(a)
		return
	}
	a.Tail = e.Lead
	e.SetText("")
	e.PutAfter(nil, a)
}

// withoutReferences is e, or a copy of it without references to footnotes.
func withoutReferences(e *pymarkdown.Element) *pymarkdown.Element {
	if len(e.IterTag("sup")) == 0 {
		return e
	}
	e = e.Copy()
	for _, sup := range e.IterTag("sup") {
		if !strings.HasPrefix(sup.Attr("id"), "fnref") || sup.Up() == nil {
			continue
		}
		if prev := sup.Prev(); prev != nil {
			prev.Tail += sup.Tail
		} else {
			sup.Up().Lead += sup.Tail
		}
		sup.Up().Remove(sup)
	}
	return e
}

// stripTags drops comments and tags, and joins white space.
func stripTags(s string) string {
	s = dropAll(dropAll(s, "<!--", "-->"), "<", ">")
	return strings.Join(strings.FieldsFunc(s, isSpace), " ")
}

func dropAll(s, open, closing string) string {
	if !strings.Contains(s, open) {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, open)
		if i < 0 {
			break
		}
		j := strings.Index(s[i:], closing)
		if j < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i+j+len(closing):]
	}
	b.WriteString(s)
	return b.String()
}

// nest puts headings below the ones they belong to. Levels may be skipped; a
// heading that is higher than the first stands beside it.
func nest(list []*Heading) []*Heading {
	var top, parents []*Heading
	var last *Heading
	var levels []int
	for _, h := range list {
		if last == nil {
			top, levels, last = append(top, h), append(levels, h.Level), h
			continue
		}
		if h.Level < levels[len(levels)-1] {
			levels = levels[:len(levels)-1]
			for len(parents) > 0 && h.Level <= parents[len(parents)-1].Level {
				parents = parents[:len(parents)-1]
				levels = levels[:len(levels)-1]
			}
			levels = append(levels, h.Level)
		}
		switch {
		case h.Level > levels[len(levels)-1]:
			last.Children = append(last.Children, h)
			parents, levels = append(parents, last), append(levels, h.Level)
		case len(parents) > 0:
			p := parents[len(parents)-1]
			p.Children = append(p.Children, h)
		default:
			top = append(top, h)
		}
		last = h
	}
	return top
}
