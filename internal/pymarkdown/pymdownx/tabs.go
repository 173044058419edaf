package pymdownx

import (
	"errors"
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/slugs"
)

// tabs makes sets of tabs, for pymdownx.tabbed and pymdownx.blocks.tab. A set is
// radio buttons with labels and contents: one after the other, or (alternate)
// with all labels together and all contents together.
type tabs struct {
	alternate bool
	slug      slugs.Func // nil: ids are numbers
	separator string
	combine   bool // the id of the heading above a set begins its ids
}

// newTabs reads the options, and registers what makes ids of labels.
func newTabs(d *pymarkdown.Dialect, o pymarkdown.Options) (*tabs, error) {
	t := &tabs{alternate: o.Bool("alternate_style", false), separator: o.String("separator", "-"), combine: o.Bool("combine_header_slug", false)}
	p, ok := o.Py("slugify")
	if !ok {
		return t, nil
	}
	if t.slug, ok = slugs.Named(p); !ok {
		return nil, errors.New("no such function: " + p.Name)
	}
	d.Tree.Register("tab_slugs", 4, t.setIDs)
	return t, nil
}

// tabSets are what a page's sets of tabs have in common.
type tabSets struct {
	count   int
	checked map[*pymarkdown.Element]*pymarkdown.Element // of each set, its checked radio button
}

func (s *tabSets) check(set, input *pymarkdown.Element) {
	if s.checked == nil {
		s.checked = map[*pymarkdown.Element]*pymarkdown.Element{}
	}
	if old := s.checked[set]; old != nil {
		old.Unset("checked")
	}
	input.Set("checked", "checked")
	s.checked[set] = input
}

func (t *tabs) setClass() string {
	if t.alternate {
		return "tabbed-set tabbed-alternate"
	}
	return "tabbed-set"
}

func (t *tabs) contentClass() string {
	if t.alternate {
		return "tabbed-block"
	}
	return "tabbed-content"
}

func (t *tabs) isSet(e *pymarkdown.Element) bool {
	return e != nil && strings.EqualFold(e.Tag, "div") && e.Attr("class") == t.setClass()
}

// content is where the last tab's content goes; nil if the set is none of ours
// (somebody wrote the same class into HTML).
func (t *tabs) content(set *pymarkdown.Element) *pymarkdown.Element {
	last := set.Last()
	if t.alternate && last != nil {
		return last.Last()
	}
	return last
}

// add adds a tab to the set before it or to a new one, and gives the set and the
// element for the tab's content.
func (t *tabs) add(sets *tabSets, parent *pymarkdown.Element, h tabHead) (set, content *pymarkdown.Element) {
	set = parent.Last()
	numbers, ok := []string(nil), false
	if t.isSet(set) && !h.separate {
		numbers, ok = t.numbers(set)
	}
	if !ok {
		sets.count++
		numbers = []string{strconv.Itoa(sets.count), "0"}
		set = t.newSet(parent)
		h.checked = true
	}
	n, _ := strconv.Atoi(numbers[1])
	numbers[1] = strconv.Itoa(n + 1)
	set.Set("data-tabs", strings.Join(numbers, ":"))

	input, label := pymarkdown.NewElement("input"), pymarkdown.NewElement("label")
	input.Set("name", "__tabbed_"+numbers[0])
	input.Set("type", "radio")
	if t.slug == nil {
		id := "__tabbed_" + strings.Join(numbers, "_")
		input.Set("id", id)
		label.Set("for", id)
	}
	if h.checked {
		sets.check(set, input)
	}
	label.SetText(h.title)
	return set, t.place(set, input, label)
}

// numbers are those of a set and of its last tab.
func (t *tabs) numbers(set *pymarkdown.Element) ([]string, bool) {
	numbers := strings.Split(set.Attr("data-tabs"), ":")
	if t.alternate && (set.Len() < 2 || set.Last().Prev().Attr("class") != "tabbed-labels" || set.Last().Attr("class") != "tabbed-content") {
		return nil, false
	}
	return numbers, len(numbers) == 2
}

func (t *tabs) newSet(parent *pymarkdown.Element) *pymarkdown.Element {
	set := parent.Sub("div")
	set.Set("class", t.setClass())
	if t.alternate {
		set.Sub("div").Set("class", "tabbed-labels")
		set.Sub("div").Set("class", "tabbed-content")
	}
	return set
}

// place puts a tab into its set.
func (t *tabs) place(set, input, label *pymarkdown.Element) *pymarkdown.Element {
	into := set
	if t.alternate {
		into = set.Last()
		labels := into.Prev()
		labels.Append(label)
		set.PutAfter(labels.Prev(), input)
	} else {
		set.Append(input)
		set.Append(label)
	}
	content := into.Sub("div")
	content.Set("class", t.contentClass())
	return content
}

// setIDs makes ids of labels, once the inline markup in them has been read.
func (t *tabs) setIDs(d *pymarkdown.Document, root *pymarkdown.Element) {
	ids := extensions.NewIDs(root)
	above := headings{}
	for set := range root.Iter() {
		class := set.Attr("class")
		if !strings.EqualFold(set.Tag, "div") || !hasClass(class, "tabbed-set") || t.alternate && !hasClass(class, "tabbed-alternate") {
			continue
		}
		prefix := ""
		if t.combine {
			if prefix = above.of(root, set); prefix != "" {
				prefix += t.separator
			}
		}
		inputs, labels := t.parts(set)
		for i := range min(len(inputs), len(labels)) {
			id := ids.Unique(prefix + t.slug(extensions.LabelText(d, labels[i]), t.separator))
			inputs[i].Set("id", id)
			labels[i].Set("for", id)
		}
	}
}

func hasClass(list, class string) bool {
	for c := range strings.FieldsSeq(list) {
		if c == class {
			return true
		}
	}
	return false
}

// parts are the radio buttons of a set and their labels.
func (t *tabs) parts(set *pymarkdown.Element) (inputs, labels []*pymarkdown.Element) {
	holder := set
	for c := set.First(); c != nil; c = c.Next() {
		switch {
		case c.Tag == "input":
			inputs = append(inputs, c)
		case t.alternate && c.Tag == "div" && c.Attr("class") == "tabbed-labels":
			holder = c
		}
	}
	for c := holder.First(); c != nil; c = c.Next() {
		if c.Tag == "label" {
			labels = append(labels, c)
		}
	}
	return inputs, labels
}

// headings are the ids of the headings that elements stand below, those of their
// own siblings; all children of an element at once.
type headings map[*pymarkdown.Element]string

// of is the id of the heading that e stands below: the last one before e among
// its siblings, or else before the element that e stands in, and so on.
func (h headings) of(root, e *pymarkdown.Element) string {
	for ; e != nil && e != root; e = e.Up() {
		if _, ok := h[e]; !ok {
			h.note(e.Up())
		}
		if h[e] != "" {
			return h[e]
		}
	}
	return ""
}

func (h headings) note(parent *pymarkdown.Element) {
	last := ""
	for c := parent.First(); c != nil; c = c.Next() {
		h[c] = last
		if id, ok := c.Get("id"); ok && isHeading(c.Tag) {
			last = id
		}
	}
}

func isHeading(tag string) bool {
	return len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6'
}
