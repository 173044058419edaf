package pymarkdown

import (
	"slices"
	"strconv"
	"strings"
)

// Pattern finds one kind of inline markup.
type Pattern struct {
	// Triggers are the bytes one of which every match contains; "" if there are
	// none. Text without them is not looked at.
	Triggers string
	// Excludes are tags below which the pattern does not apply
	// (ANCESTOR_EXCLUDES), lower case.
	Excludes []string
	// Find finds the first match in text at or after from.
	Find func(d *Document, text string, from int) (Match, bool)
}

// Match is a piece of text that is markup.
type Match struct {
	Start, End int // bytes of the text
	// Node is what the piece becomes. If it is nil, the piece becomes Text, to
	// which the patterns that follow do not apply.
	Node *Element
	Text string
	// Skip leaves the piece as it is and looks further behind it.
	Skip bool
}

// inliner is the state of the tree processor "inline".
type inliner struct {
	list  []*Pattern
	stash []stashedInline
	// above are the tags of elements that are made and stand nowhere yet, and
	// base is the element below which they will stand.
	above []string
	base  *Element
}

type stashedInline struct {
	node *Element
	text string
}

// manyMatches is after how many matches in one text a pattern is no longer
// tried from the beginning again.
const manyMatches = 200

// runInline applies the patterns to all text of the tree, level by level
// (treeprocessors.InlineProcessor; what is numbered, such as footnotes, is
// numbered in this order).
func runInline(d *Document, root *Element) { d.RunInline(root) }

// RunInline applies the inline patterns to all text below root.
func (d *Document) RunInline(root *Element) { d.RunPatterns(root, d.Inline.All()) }

// RunPatterns applies patterns other than the dialect's to all text below root,
// in the order of the list.
func (d *Document) RunPatterns(root *Element, list []*Pattern) {
	d.inline.stash = d.inline.stash[:0]
	d.inline.list = list
	queue := []*Element{root}
	for len(queue) > 0 {
		parent := queue[0]
		queue = queue[1:]
		queue = d.inlineChildren(parent, queue)
	}
}

type insertion struct {
	into  *Element
	nodes []*Element
}

func (d *Document) inlineChildren(parent *Element, queue []*Element) []*Element {
	d.inline.base = parent
	var insertions []insertion
	for c := parent.First(); c != nil; c = c.Next() {
		if c.Lead != "" && !c.LeadAtomic {
			text := c.Lead
			c.SetText("")
			d.inline.above = append(d.inline.above, strings.ToLower(c.Tag))
			nodes := d.place(d.patterns(text, 0), false, c, true)
			d.inline.above = d.inline.above[:len(d.inline.above)-1]
			queue = append(queue, nodes...)
			if len(nodes) > 0 {
				insertions = append(insertions, insertion{c, nodes})
			}
		}
		if c.Tail != "" {
			tail, atomic := c.Tail, c.TailAtomic
			c.Tail, c.TailAtomic = "", false
			if !atomic {
				tail = d.patterns(tail, 0)
			}
			after := c
			for _, n := range d.place(tail, atomic, c, false) {
				parent.PutAfter(after, n)
				after = n
			}
		}
		if c.FirstChild() != nil {
			queue = append(queue, c)
		}
	}
	for _, in := range insertions {
		var after *Element
		for _, n := range in.nodes {
			in.into.PutAfter(after, n)
			after = n
		}
	}
	return queue
}

// patterns applies the patterns from number first on, and gives the text with
// placeholders where they matched.
func (d *Document) patterns(text string, first int) string {
	for i := first; i < len(d.inline.list); i++ {
		p := d.inline.list[i]
		if p.Triggers != "" && !strings.ContainsAny(text, p.Triggers) || len(p.Excludes) > 0 && d.below(p.Excludes) {
			continue
		}
		text = d.apply(p, text, i)
	}
	return text
}

func (d *Document) apply(p *Pattern, text string, number int) string {
	from := 0
	for n := 0; ; n++ {
		m, ok := p.Find(d, text, from)
		if !ok {
			return text
		}
		if m.Skip {
			from = max(m.End, from+1)
			continue
		}
		if m.Node != nil && !m.Node.LeadAtomic {
			d.inlineNode(m.Node, number)
		}
		text = text[:m.Start] + d.stashInline(m.Node, m.Text) + text[m.End:]
		if from = 0; n > manyMatches {
			from = m.Start
		}
	}
}

// inlineNode applies the patterns to a node that a pattern made, and to its
// children: those behind that pattern to what it contains, and that pattern too
// to what stands beside it.
func (d *Document) inlineNode(node *Element, number int) {
	d.inlineOne(node, number)
	for c := node.First(); c != nil; c = c.Next() {
		d.inlineOne(c, number)
	}
}

func (d *Document) inlineOne(c *Element, number int) {
	if c.Lead != "" && !c.LeadAtomic {
		d.inline.above = append(d.inline.above, strings.ToLower(c.Tag))
		c.Lead = d.patterns(c.Lead, number+1)
		d.inline.above = d.inline.above[:len(d.inline.above)-1]
	}
	if c.Tail != "" && !c.TailAtomic {
		c.Tail = d.patterns(c.Tail, number)
	}
}

// below tells whether the text stands below one of these tags.
func (d *Document) below(tags []string) bool {
	for _, t := range d.inline.above {
		if slices.Contains(tags, t) {
			return true
		}
	}
	for e := d.inline.base; e != nil; e = e.Up() {
		if slices.Contains(tags, strings.ToLower(e.Tag)) {
			return true
		}
	}
	return false
}

func (d *Document) stashInline(node *Element, text string) string {
	n := strconv.Itoa(len(d.inline.stash))
	d.inline.stash = append(d.inline.stash, stashedInline{node, text})
	return inlinePrefix + "0000"[min(4, len(n)):] + n + ETX
}

// place puts nodes back where their placeholders stand. Text before the first
// goes to e, as its text or its tail; the nodes are returned, with what stands
// behind each as its tail.
func (d *Document) place(text string, atomic bool, e *Element, isText bool) []*Element {
	var nodes []*Element
	say := func(s string, atomic bool) {
		switch {
		case s == "":
		case len(nodes) > 0:
			last := nodes[len(nodes)-1]
			last.TailAtomic = atomic && last.Tail == ""
			last.Tail += s
		case isText:
			e.LeadAtomic = atomic && e.Lead == ""
			e.Lead += s
		default:
			e.TailAtomic = atomic && e.Tail == ""
			e.Tail += s
		}
	}
	at := 0
	for at < len(text) {
		i := strings.Index(text[at:], inlinePrefix)
		if i < 0 {
			break
		}
		n, start, end, ok := findMark(text, inlinePrefix, at+i)
		if !ok || n >= len(d.inline.stash) {
			to := at + i + len(inlinePrefix)
			say(text[at:to], false)
			at = to
			continue
		}
		say(text[at:start], false)
		at = end
		x := d.inline.stash[n]
		if x.node == nil {
			say(x.text, false)
			continue
		}
		d.placeWithin(x.node)
		nodes = append(nodes, x.node)
	}
	say(text[at:], atomic)
	return nodes
}

// placeWithin puts back what stands within a node and its children.
func (d *Document) placeWithin(node *Element) {
	for _, c := range append([]*Element{node}, node.Children()...) {
		if strings.TrimSpace(c.Tail) != "" {
			tail, atomic := c.Tail, c.TailAtomic
			c.Tail, c.TailAtomic = "", false
			after := c
			if c == node {
				after = nil
			}
			for _, n := range d.place(tail, atomic, c, false) {
				node.PutAfter(after, n)
				after = n
			}
		}
		if strings.TrimSpace(c.Lead) != "" {
			text, atomic := c.Lead, c.LeadAtomic
			c.Lead, c.LeadAtomic = "", false
			var after *Element
			for _, n := range d.place(text, atomic, c, true) {
				c.PutAfter(after, n)
				after = n
			}
		}
	}
}

// Unstash gives text with the words of what its inline placeholders stand for,
// as an attribute needs it (Pattern.unescape).
func (d *Document) Unstash(text string) string {
	return d.unstash(text, func(x stashedInline) string {
		if x.node == nil {
			return x.text
		}
		return x.node.InnerText()
	})
}

// UnstashHTML gives text with the HTML of what its inline placeholders stand
// for.
func (d *Document) UnstashHTML(text string) string {
	return d.unstash(text, func(x stashedInline) string {
		if x.node == nil {
			return `\` + x.text
		}
		return d.UnstashHTML(string(d.AppendElement(nil, x.node)))
	})
}

func (d *Document) unstash(text string, say func(x stashedInline) string) string {
	if !strings.Contains(text, inlinePrefix) {
		return text
	}
	var b strings.Builder
	at := 0
	for {
		n, start, end, ok := findMark(text, inlinePrefix, at)
		if !ok {
			b.WriteString(text[at:])
			return b.String()
		}
		b.WriteString(text[at:start])
		if n < len(d.inline.stash) {
			b.WriteString(say(d.inline.stash[n]))
		} else {
			b.WriteString(text[start:end])
		}
		at = end
	}
}
