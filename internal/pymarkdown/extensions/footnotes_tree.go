package extensions

import (
	"slices"
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// build puts the list of footnotes on the page, before inline markup is read.
func (x *footnoteOptions) build(d *pymarkdown.Document, root *pymarkdown.Element) {
	f := footnotesOf(d)
	if len(f.ids) == 0 {
		return
	}
	div := x.list(d, f)
	child, isText := findText(root, x.place)
	switch {
	case child == nil:
		root.Append(div)
	case isText:
		child.Up().Replace(child, div)
	default:
		child.Tail, child.TailAtomic = "", false
		child.Up().PutAfter(child, div)
	}
}

// findText finds the element below e whose text or tail contains a text.
func findText(e *pymarkdown.Element, text string) (found *pymarkdown.Element, isText bool) {
	for c := e.First(); c != nil; c = c.Next() {
		if c.Lead != "" && strings.Contains(c.Lead, text) {
			return c, true
		}
		if c.Tail != "" && strings.Contains(c.Tail, text) {
			return c, false
		}
		if found, isText := findText(c, text); found != nil {
			return found, isText
		}
	}
	return nil, false
}

func (x *footnoteOptions) list(d *pymarkdown.Document, f *footnotes) *pymarkdown.Element {
	div := pymarkdown.NewElement("div")
	div.Set("class", "footnote")
	div.Sub("hr")
	ol := div.Sub("ol")
	backlink := d.Stash.Store(x.backlink)
	space := d.Stash.Add(pymarkdown.Stashed{HTML: "&#160;", Safe: true})
	// A footnote that is defined in another one is added while the list is made,
	// unless that is the last: Python-Markdown has seen the end then.
	for i, last := 0, false; !last; i++ {
		last = i == len(f.ids)-1
		id := f.ids[i]
		li := ol.Sub("li")
		li.Set("id", "fn"+x.id(id))
		// Not in the item itself: the parser treats what stands in items
		// differently.
		parent := pymarkdown.NewElement("div")
		d.ParseChunk(parent, f.texts[id])
		for _, e := range parent.Children() {
			li.Append(e)
		}
		p := li.Last()
		switch {
		case p == nil:
			continue
		case p.Tag == "p":
			p.Lead += space
		default:
			p = li.Sub("p")
		}
		a := p.Sub("a")
		a.Set("href", "#fnref"+x.id(id))
		a.Set("class", "footnote-backref")
		a.Set("title", format(x.backlinkTitle, i+1))
		a.SetAtomic(backlink)
	}
	return div
}

// footnoteDiv tells whether e is a list of footnotes.
func footnoteDiv(e *pymarkdown.Element) bool {
	return e.Tag == "div" && e.Attr("class") == "footnote"
}

// reorder sorts the list by first references; those without one come last.
func (x *footnoteOptions) reorder(d *pymarkdown.Document, root *pymarkdown.Element) {
	f := footnotesOf(d)
	if len(f.ids) == 0 || slices.Equal(f.referred, f.ids) {
		return
	}
	for e := range root.Iter() {
		if footnoteDiv(e) {
			x.reorderList(f, e)
			return
		}
	}
}

func (x *footnoteOptions) reorderList(f *footnotes, div *pymarkdown.Element) {
	old := div.First()
	for old != nil && old.Tag != "ol" {
		old = old.Next()
	}
	if old == nil {
		return
	}
	items := slices.DeleteFunc(old.Children(), func(e *pymarkdown.Element) bool { return e.Tag != "li" })
	rank := func(li *pymarkdown.Element) int {
		_, id, _ := strings.Cut(li.Attr("id"), x.separator)
		if n := f.rank[id]; n > 0 {
			return n
		}
		return len(f.ids) + 1
	}
	slices.SortStableFunc(items, func(a, b *pymarkdown.Element) int { return rank(a) - rank(b) })
	div.Remove(old)
	list := div.Sub("ol")
	for i, li := range items {
		if a := backlinkOf(li); a != nil {
			a.Set("title", format(x.backlinkTitle, i+1))
		}
		list.Append(li)
	}
}

// backlinkOf is the link of a footnote back to the text.
func backlinkOf(li *pymarkdown.Element) *pymarkdown.Element {
	for e := range li.Iter() {
		if e.Tag == "a" && e.Attr("class") == "footnote-backref" {
			return e
		}
	}
	return nil
}

// addBacklinks gives footnotes that are referred to more than once as many links
// back.
func (x *footnoteOptions) addBacklinks(d *pymarkdown.Document, root *pymarkdown.Element) {
	f := footnotesOf(d)
	if len(f.count) == 0 {
		return
	}
	for _, div := range root.IterTag("div") {
		if !footnoteDiv(div) {
			continue
		}
		if lists := div.IterTag("ol"); len(lists) > 0 {
			for _, li := range lists[0].Children() {
				x.addBacklinksTo(f, li)
			}
		}
	}
}

func (x *footnoteOptions) addBacklinksTo(f *footnotes, li *pymarkdown.Element) {
	head, rest, ok := strings.Cut(li.Attr("id"), x.separator)
	if !ok {
		return
	}
	count := f.count[head+"ref"+x.separator+rest]
	a := backlinkOf(li)
	if count < 2 || a == nil {
		return
	}
	head, rest, _ = strings.Cut(a.Attr("href"), x.separator)
	last := li.Last()
	for n := 2; n <= count; n++ {
		c := a.Copy()
		c.Set("href", head+strconv.Itoa(n)+x.separator+rest)
		last.Append(c)
	}
}
