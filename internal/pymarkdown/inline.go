package pymarkdown

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
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
	// Each, if it is not nil, gives what finds as Find does in one text again and
	// again, from places that only grow, and remembers what it saw there.
	Each func(text string) func(from int) (Match, bool)
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
// tried from the beginning again; in long texts it is fewMatches, and none in
// those that are longer than any text that somebody wrote.
const (
	manyMatches  = 200
	fewMatches   = 20
	longText     = 1 << 14
	veryLongText = 1 << 17
)

// window is how much of the text a pattern sees after so many matches, and
// lookBehind what it sees of the text before: what a pattern prepares when it is
// called must not be as much as the text each time.
const (
	window     = 1 << 13
	lookBehind = 16
)

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
	most := manyMatches
	switch {
	case len(text) > veryLongText:
		most = 0
	case len(text) > longText:
		most = fewMatches
	}
	if len(text) > longText {
		d.tooLong()
	}
	from := 0
	for n := 0; n < most; {
		m, ok := p.Find(d, text, from)
		if !ok {
			return text
		}
		if m.Skip {
			from = max(m.End, from+1)
			continue
		}
		text = text[:m.Start] + d.matched(m, number) + text[m.End:]
		from = 0
		n++
	}
	return d.applyOn(p, text, number)
}

// matched is the placeholder of a match, whose node has been looked at.
func (d *Document) matched(m Match, number int) string {
	if m.Node != nil && !m.Node.LeadAtomic {
		d.inlineNode(m.Node, number)
	}
	return d.stashInline(m.Node, m.Text)
}

// applyOn applies a pattern from the beginning to the end once: what it made of
// the text is not looked at again, and the text is not copied for each match.
func (d *Document) applyOn(p *Pattern, text string, number int) string {
	var out strings.Builder
	written, from := 0, 0
	if p.Each != nil {
		written = d.applyEach(p.Each(text), text, number, &out)
		from = len(text)
	}
	for from < len(text) {
		begin, end := runeStart(text, max(from-lookBehind, 0)), runeStart(text, min(from+window, len(text)))
		m, ok := p.Find(d, text[begin:end], from-begin)
		m.Start, m.End = m.Start+begin, m.End+begin
		switch {
		case !ok && end == len(text):
			from = end
		case !ok:
			from = runeStart(text, from+window/2) // a match may begin in the other half
		case m.Skip || m.Start < written || m.End <= m.Start:
			from = max(m.End, from+1)
		default:
			out.WriteString(text[written:m.Start])
			out.WriteString(d.matched(m, number))
			written, from = m.End, m.End
		}
	}
	out.WriteString(text[written:])
	return out.String()
}

// applyEach applies what finds in all of the text, and gives what of the text is
// written then.
func (d *Document) applyEach(find func(from int) (Match, bool), text string, number int, out *strings.Builder) (written int) {
	for from := 0; from < len(text); {
		m, ok := find(from)
		switch {
		case !ok:
			return written
		case m.Skip || m.End <= m.Start:
			from = max(m.End, from+1)
		default:
			out.WriteString(text[written:m.Start])
			out.WriteString(d.matched(m, number))
			written, from = m.End, m.End
		}
	}
	return written
}

// runeStart is the beginning of the character that byte at belongs to.
func runeStart(text string, at int) int {
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
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
	var words []byte // of one text, until a node stands in its way
	flush := func(atomic bool) {
		to, toAtomic := &e.Tail, &e.TailAtomic
		switch {
		case len(words) == 0:
			return
		case len(nodes) > 0:
			last := nodes[len(nodes)-1]
			to, toAtomic = &last.Tail, &last.TailAtomic
		case isText:
			to, toAtomic = &e.Lead, &e.LeadAtomic
		}
		*toAtomic = atomic && *to == ""
		*to += string(words)
		words = words[:0]
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
			words = append(words, text[at:to]...)
			at = to
			continue
		}
		words = append(words, text[at:start]...)
		at = end
		x := d.inline.stash[n]
		if x.node == nil {
			words = append(words, x.text...)
			continue
		}
		flush(false)
		d.placeWithin(x.node)
		nodes = append(nodes, x.node)
	}
	atomic = atomic && len(words) == 0
	words = append(words, text[at:]...)
	flush(atomic)
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
	return replaceMarks(text, inlinePrefix, func(n int) (string, bool) {
		if n >= len(d.inline.stash) {
			return "", false
		}
		return say(d.inline.stash[n]), true
	})
}
