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
}

// Marker reads the marker of a list item at the beginning of a line: up to
// three spaces less than a tab, then the marker, then spaces. ordered tells its
// kind, number is what stands before the full stop.
func (d *Document) Marker(line string) (text, number string, ordered, ok bool) {
	i := indentOf(line)
	if i >= d.TabLength {
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
	_, _, ordered, ok := d.Marker(line)
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
	for _, item := range items {
		li := list.Last()
		if li == nil || !strings.HasPrefix(item, d.tab) {
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
	var parts [][]string
	for line := range strings.SplitSeq(block, "\n") {
		text, number, ordered, ok := d.Marker(line)
		if ok && l.Own && ordered != (l.Tag == "ol") {
			ok = false
		}
		switch {
		case ok:
			if parts == nil && l.Tag == "ol" && number != "" {
				start = number
			}
			parts = append(parts, []string{text})
		case l.nested(d, line) && len(parts) > 0 && !strings.HasPrefix(parts[len(parts)-1][0], d.tab):
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
	if i < d.TabLength || i >= 2*d.TabLength {
		return false
	}
	_, _, _, ok := marker(line[i:])
	return ok
}

// ListIndent reads what is indented below list items.
type ListIndent struct{}

func isItem(e *Element) bool { return e != nil && e.Tag == "li" }

func isList(e *Element) bool { return e != nil && (e.Tag == "ul" || e.Tag == "ol") }

// Test implements BlockProcessor.
func (ListIndent) Test(d *Document, parent *Element, block string) bool {
	return strings.HasPrefix(block, d.tab) && !d.IsState("detabbed") && (isItem(parent) || isList(parent.Last()))
}

// Run implements BlockProcessor.
func (ListIndent) Run(d *Document, parent *Element, blocks *Blocks) bool {
	block := blocks.Pop()
	level, sibling := listLevel(d, parent, block)
	block = LooseDetab(block, d.TabLength*level)
	d.PushState("detabbed")
	switch {
	case isItem(parent):
		// The item that the parser is in has a list already: go on with it.
		if isList(parent.Last()) {
			parent = parent.Last()
		}
		d.ParseBlock(parent, block)
	case isItem(sibling):
		d.ParseBlock(sibling, block)
	case isItem(sibling.Last()):
		li := sibling.Last()
		if li.Lead != "" {
			p := NewElement("p")
			p.SetText(li.Lead)
			li.SetText("")
			li.Insert(0, p)
		}
		d.ParseChunk(li, block)
	default:
		d.ParseBlock(sibling.Sub("li"), block)
	}
	d.PopState()
	return true
}

// listLevel finds the list or item that an indented block belongs to, and how
// deep it stands.
func listLevel(d *Document, parent *Element, block string) (int, *Element) {
	depth := indentOf(block) / d.TabLength
	level := 0
	if d.IsState("list") {
		level = 1
	}
	for depth > level {
		child := parent.Last()
		if !isList(child) && !isItem(child) {
			break
		}
		if isList(child) {
			level++
		}
		parent = child
	}
	return level, parent
}
