package extensions

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// maxTOCItems bounds the items of all tables of contents of a page, each marker
// being replaced by a whole table.
const maxTOCItems = 50_000

// replaceMarkers puts a table of contents in the place of every element that
// contains the marker and nothing else.
func (t *tocOptions) replaceMarkers(d *pymarkdown.Document, root *pymarkdown.Element, headings []*Heading, count int) {
	left := maxTOCItems
	var table *pymarkdown.Element
	for _, e := range t.markers(root, nil) {
		if left -= count + 1; left < 0 {
			return
		}
		if table == nil {
			table = t.table(d, headings)
		}
		e.Up().Replace(e, table.Copy())
	}
}

// markers finds the elements below e that the marker stands in. Headings have
// none, or the table would contain itself.
func (t *tocOptions) markers(e *pymarkdown.Element, found []*pymarkdown.Element) []*pymarkdown.Element {
	for c := e.First(); c != nil; c = c.Next() {
		if isHeading(strings.ToLower(c.Tag)) || c.Tag == "pre" || c.Tag == "code" {
			continue
		}
		if c.First() != nil {
			found = t.markers(c, found)
		} else if strings.Contains(c.Lead, t.marker) && strings.TrimSpace(c.Lead) == t.marker {
			found = append(found, c)
		}
	}
	return found
}

func (t *tocOptions) table(d *pymarkdown.Document, headings []*Heading) *pymarkdown.Element {
	div := pymarkdown.NewElement("div")
	div.Set("class", t.tocClass)
	if t.title != "" {
		title := div.Sub("span")
		if t.titleClass != "" {
			title.Set("class", t.titleClass)
		}
		title.SetText(t.title)
	}
	addItems(div.Sub("ul"), headings)
	d.Prettify(div)
	return div
}

func addItems(ul *pymarkdown.Element, headings []*Heading) {
	for _, h := range headings {
		li := ul.Sub("li")
		a := li.Sub("a")
		a.SetText(h.Name)
		a.Set("href", "#"+h.ID)
		if len(h.Children) > 0 {
			addItems(li.Sub("ul"), h.Children)
		}
	}
}

// usedIDs are the ids of a page.
type usedIDs struct {
	used map[string]bool
	// last leads from an id to one that is used, all between being used too, so
	// that a thousand headings of one name are not tried one by one.
	last map[string]string
}

func newUsedIDs(root *pymarkdown.Element) *usedIDs {
	ids := &usedIDs{map[string]bool{}, map[string]string{}}
	for e := range root.Iter() {
		if id, ok := e.Get("id"); ok {
			ids.used[id] = true
		}
	}
	return ids
}

// unique takes an id that is not used: id itself, or with the first number that
// is free. A number that is there already is counted on.
func (ids *usedIDs) unique(id string) string {
	var passed []string
	for id == "" || ids.used[id] {
		passed = append(passed, id)
		if last, ok := ids.last[id]; ok {
			id = last
		}
		id = nextID(id)
	}
	ids.used[id] = true
	for _, p := range passed {
		ids.last[p] = id
	}
	return id
}

func nextID(id string) string {
	i := strings.LastIndexByte(id, '_')
	if i >= 0 && len(id)-i < 18 && !strings.Contains(id[:i], "\n") {
		if n, err := strconv.ParseUint(id[i+1:], 10, 64); err == nil {
			return id[:i+1] + strconv.FormatUint(n+1, 10)
		}
	}
	return id + "_1"
}
