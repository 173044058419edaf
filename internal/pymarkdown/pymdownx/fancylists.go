package pymdownx

import (
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
)

// fancyStyles are the options of pymdownx.fancylists.
type fancyStyles struct {
	roman, alpha, generic bool
	style, class          bool // lists get a style, a class
}

func setupFancyLists(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	styles := []string{"roman", "alpha", "generic"}
	if o.Has("additional_ordered_styles") {
		styles = o.Strings("additional_ordered_styles")
	}
	s := &fancyStyles{slices.Contains(styles, "roman"), slices.Contains(styles, "alpha"), slices.Contains(styles, "generic"),
		o.Bool("inject_style", false), o.Bool("inject_class", false)}
	begin := func(h slashHead) (slashBody, bool) { return s.begin(h.argument) }
	if err := registerSlashBlock(d, "fancylists", slashKind{needsArgument, "", begin}); err != nil {
		return err
	}
	d.Blocks.Register("olist", 40, &fancyList{styles: s, tag: "ol"})
	d.Blocks.Register("ulist", 30, &fancyList{styles: s, tag: "ul"})
	d.Tree.Register("olist-cleanup", 10, func(_ *pymarkdown.Document, root *pymarkdown.Element) {
		for e := range root.Iter() {
			if e.Tag == "ol" {
				e.Unset(fancyAttr)
			}
		}
	})
	return nil
}

// fancyAttr is an attribute of ordered lists, until the page is done: their
// convention, or that of their first item if it begins with fancyForced.
const (
	fancyAttr   = "__fancylist"
	fancyForced = "force-"
)

// fancyList reads lists of one kind. Ordered lists keep their convention: what
// is counted with, and the sign behind it.
type fancyList struct {
	styles *fancyStyles
	tag    string
}

// Test implements pymarkdown.BlockProcessor.
func (l *fancyList) Test(d *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	line, _, _ := strings.Cut(block, "\n")
	m, ok := l.styles.item(line, 0, d.TabLength-1)
	return ok && (m.value != "") == (l.tag == "ol") && !d.TooDeep()
}

// Run implements pymarkdown.BlockProcessor.
func (l *fancyList) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	before := parent.Last()
	fancy := ""
	if before != nil && before.Tag != l.tag {
		before = nil
	}
	if before != nil && l.tag == "ol" {
		fancy = before.Attr(fancyAttr)
	}
	r := l.items(d, blocks.Pop(), fancy)
	if r.rest != "" {
		blocks.Push(r.rest)
	}
	list, items := l.list(d, parent, before, r)
	d.PushState("list")
	for _, item := range items {
		li := list.Last()
		if li == nil || !strings.HasPrefix(item, strings.Repeat(" ", d.TabLength)) {
			li = list.Sub("li")
		}
		d.ParseBlock(li, item)
	}
	d.PopState()
	return true
}

// list finds or makes the list for items, and gives those that are still to be
// read.
func (l *fancyList) list(d *pymarkdown.Document, parent, before *pymarkdown.Element, r fancyItems) (*pymarkdown.Element, []string) {
	if before != nil && before.Last() != nil && before.Attr(fancyAttr) == r.fancy {
		pymarkdown.Loosen(before.Last())
		d.PushState("looselist")
		d.ParseBlock(before.Sub("li"), r.items[0])
		d.PopState()
		return before, r.items[1:]
	}
	if parent.Tag == "ol" || parent.Tag == "ul" {
		return parent, r.items
	}
	list := before
	switch {
	case l.tag == "ul":
		list = parent.Sub("ul")
	case before != nil && strings.HasPrefix(before.Attr(fancyAttr), "force"):
		before.Set(fancyAttr, r.fancy)
	default:
		list = parent.Sub("ol")
		_, counting, _ := strings.Cut(r.fancy, "-")
		l.styles.mark(list, countingTypes[counting], r.fancy)
	}
	if l.tag == "ol" && r.start != "1" && list.Attr("start") == "" {
		list.Set("start", r.start)
	}
	return list, r.items
}

// countingTypes are the types of lists in HTML, by what is counted with.
var countingTypes = map[string]string{"decimal": "1", "roman": "i", "ROMAN": "I", "alpha": "a", "ALPHA": "A"}

// countingStyles are those of CSS.
var countingStyles = map[string]string{"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}

// mark gives a list its type.
func (s *fancyStyles) mark(list *pymarkdown.Element, typ, fancy string) {
	list.Set("type", typ)
	list.Set(fancyAttr, fancy)
	if s.style {
		list.Set("style", "list-style-type: "+countingStyles[typ]+";")
	}
	if s.class {
		list.Set("class", "fancylists-"+countingStyles[typ])
	}
}

// fancyItems are the items of a list that a block begins with.
type fancyItems struct {
	items        []string
	fancy, start string
	rest         string // from the first item of another convention
}

// items splits a block.
func (l *fancyList) items(d *pymarkdown.Document, block, fancy string) (r fancyItems) {
	r.start = "1"
	tab := strings.Repeat(" ", d.TabLength)
	var parts [][]string
	for from := 0; from <= len(block); {
		end := lineEnd(block, from)
		line := block[from:end]
		if m, ok := l.styles.item(line, 0, d.TabLength-1); ok {
			own, of := l.styles.convention(m, len(parts) == 0, fancy)
			if fancy = of; len(parts) > 0 && own != of {
				r.rest = block[from:]
				break
			}
			if len(parts) == 0 && l.tag == "ol" {
				r.start = m.start(own)
			}
			fancy = own
			parts = append(parts, []string{m.text})
		} else if _, ok := l.styles.item(line, d.TabLength, 2*d.TabLength-1); len(parts) == 0 || ok && !strings.HasPrefix(parts[len(parts)-1][0], tab) {
			parts = append(parts, []string{line})
		} else {
			parts[len(parts)-1] = append(parts[len(parts)-1], line)
		}
		from = end + 1
	}
	for _, p := range parts {
		r.items = append(r.items, strings.Join(p, "\n"))
	}
	r.fancy = fancy
	return r
}
