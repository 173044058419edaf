package pymarkdown

import "strings"

// List reads lists of one kind.
type List struct {
	Tag string // "ol" or "ul"
	// Lazy ignores the number that a list begins with.
	Lazy bool
	// Siblings are the tags of lists that an item of this kind may continue.
	Siblings string
	// Own takes only items of this kind for items of a list; otherwise both
	// kinds mix.
	Own bool
	// Tab is by how many columns a list in an item is indented; 0 is the
	// dialect's TabLength.
	Tab int
}

func (d *Dialect) width(tab int) int {
	if tab > 0 {
		return tab
	}
	return d.TabLength
}

// item reads the marker of a list item at the beginning of a line: fewer spaces
// than a tab, then the marker, then spaces. ordered tells its kind, number is
// what stands before the full stop.
func (l *List) item(d *Document, line string) (text, number string, ordered, ok bool) {
	i := indentOf(line)
	if i >= d.width(l.Tab) {
		return "", "", false, false
	}
	return marker(line[i:])
}

func marker(line string) (text, number string, ordered, ok bool) {
	i := 0
	for i < len(line) && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	switch {
	case i > 0 && i < len(line) && line[i] == '.':
		number, ordered = line[:i], true
	case i == 0 && line != "" && strings.IndexByte("*+-", line[0]) >= 0:
	default:
		return "", "", false, false
	}
	rest := line[i+1:]
	if rest == "" || rest[0] != ' ' {
		return "", "", false, false
	}
	return strings.TrimLeft(rest, " "), number, ordered, true
}

// Test implements BlockProcessor.
func (l *List) Test(d *Document, _ *Element, block string) bool {
	line, _, _ := strings.Cut(block, "\n")
	_, _, ordered, ok := l.item(d, line)
	return ok && ordered == (l.Tag == "ol") && !d.TooDeep()
}

// Run implements BlockProcessor.
func (l *List) Run(d *Document, parent *Element, blocks *Blocks) bool {
	items, start := l.items(d, blocks.Pop())
	sibling := parent.Last()
	var list *Element
	switch {
	case sibling != nil && sibling.Last() != nil && hasWord(l.Siblings, sibling.Tag):
		list = sibling
		Loosen(list.Last())
		li := list.Sub("li")
		d.PushState("looselist")
		d.ParseBlock(li, items[0])
		d.PopState()
		items = items[1:]
	case parent.Tag == "ol" || parent.Tag == "ul":
		list = parent
	default:
		list = parent.Sub(l.Tag)
		if !l.Lazy && start != "1" {
			list.Set("start", start)
		}
	}
	d.PushState("list")
	tab := spaces(d.width(l.Tab))
	for _, item := range items {
		li := list.Last()
		if li == nil || !strings.HasPrefix(item, tab) {
			li = list.Sub("li")
		}
		d.ParseBlock(li, item)
	}
	d.PopState()
	return true
}

func hasWord(words, w string) bool {
	for x := range strings.FieldsSeq(words) {
		if x == w {
			return true
		}
	}
	return false
}

// Loosen makes paragraphs of the text of a list item, since a blank line
// follows it.
func Loosen(li *Element) {
	if li.Lead != "" {
		p := NewElement("p")
		p.Lead, p.LeadAtomic = li.Lead, li.LeadAtomic
		li.SetText("")
		li.Insert(0, p)
	}
	if last := li.Last(); last != nil && last.Tail != "" {
		p := li.Sub("p")
		p.SetText(strings.TrimLeft(last.Tail, Space))
		last.Tail = ""
	}
}

// items splits a block into items.
func (l *List) items(d *Document, block string) (items []string, start string) {
	start = "1"
	tab := spaces(d.width(l.Tab))
	var parts [][]string
	for line := range strings.SplitSeq(block, "\n") {
		text, number, ordered, ok := l.item(d, line)
		if ok && l.Own && ordered != (l.Tag == "ol") {
			ok = false
		}
		switch {
		case ok:
			if parts == nil && l.Tag == "ol" && number != "" {
				start = number
			}
			parts = append(parts, []string{text})
		case l.nested(d, line) && len(parts) > 0 && !strings.HasPrefix(parts[len(parts)-1][0], tab):
			parts = append(parts, []string{line})
		case len(parts) > 0:
			parts[len(parts)-1] = append(parts[len(parts)-1], line)
		default:
			parts = append(parts, []string{line})
		}
	}
	items = make([]string, len(parts))
	for i, p := range parts {
		items[i] = strings.Join(p, "\n")
	}
	return items, start
}

// nested tells whether a line is an item one level deeper.
func (l *List) nested(d *Document, line string) bool {
	i := indentOf(line)
	if tab := d.width(l.Tab); i < tab || i >= 2*tab {
		return false
	}
	_, _, _, ok := marker(line[i:])
	return ok
}

// ListIndent reads what is indented below list items.
type ListIndent struct {
	// Tab is by how many columns; 0 is the dialect's TabLength.
	Tab int
	// Definitions reads what is indented below definitions too.
	Definitions bool
}

func isList(e *Element) bool { return e != nil && (e.Tag == "ul" || e.Tag == "ol") }

func (x ListIndent) isItem(e *Element) bool {
	return e != nil && (e.Tag == "li" || x.Definitions && e.Tag == "dd")
}

func (x ListIndent) isList(e *Element) bool {
	return isList(e) || x.Definitions && e != nil && e.Tag == "dl"
}

// Test implements BlockProcessor.
func (x ListIndent) Test(d *Document, parent *Element, block string) bool {
	return strings.HasPrefix(block, spaces(d.width(x.Tab))) && !d.IsState("detabbed") && (x.isItem(parent) || x.isList(parent.Last()))
}

// Run implements BlockProcessor.
func (x ListIndent) Run(d *Document, parent *Element, blocks *Blocks) bool {
	block := blocks.Pop()
	level, sibling := x.level(d, parent, block)
	block = LooseDetab(block, d.width(x.Tab)*level)
	d.PushState("detabbed")
	switch {
	case x.isItem(parent):
		// The item that the parser is in has a list already: go on with it.
		if x.isList(parent.Last()) {
			parent = parent.Last()
		}
		d.ParseBlock(parent, block)
	case x.isItem(sibling):
		d.ParseBlock(sibling, block)
	case x.isItem(sibling.Last()):
		li := sibling.Last()
		if li.Lead != "" {
			p := NewElement("p")
			p.SetText(li.Lead)
			li.SetText("")
			li.Insert(0, p)
		}
		d.ParseChunk(li, block)
	case x.Definitions:
		d.ParseBlock(sibling.Sub("dd"), block)
	default:
		d.ParseBlock(sibling.Sub("li"), block)
	}
	d.PopState()
	return true
}

// level finds the list or item that an indented block belongs to, and how deep
// it stands.
func (x ListIndent) level(d *Document, parent *Element, block string) (int, *Element) {
	depth := indentOf(block) / d.width(x.Tab)
	level := 0
	if d.IsState("list") {
		level = 1
	}
	for depth > level {
		child := parent.Last()
		if !x.isList(child) && !x.isItem(child) {
			break
		}
		if x.isList(child) {
			level++
		}
		parent = child
	}
	return level, parent
}
