package pymarkdown

import (
	"slices"
	"strings"
)

// MarkdownInHTML is the extension md_in_html: elements with an attribute
// markdown have Markdown in them.
func MarkdownInHTML(d *Dialect, _ Options) error {
	d.Pre.Register("html_block", 20, htmlBlocksWithMarkdown)
	d.Blocks.Register("markdown_block", 105, markdownBlock{})
	return nil
}

const markdownAttr = "markdown"

// States of an element: what its content is read as.
const (
	asBlocks = "block"
	asSpan   = "span"
	asHTML   = "off"
)

// Elements whose content is inline, and those whose content is never Markdown.
const (
	spanTags = " address dd dt h1 h2 h3 h4 h5 h6 legend li p summary td th "
	rawTags  = " canvas math option pre script style textarea "
)

func htmlBlocksWithMarkdown(d *Document, lines []string) []string {
	source := strings.Join(lines, "\n")
	if !strings.Contains(source, "<") && !strings.Contains(source, "&#") {
		return lines
	}
	x := &mdExtractor{extractor: extractor{d: d}}
	x.s = htmlScanner{raw: source, h: x}
	x.s.scan()
	if len(x.cache) > 0 {
		x.stash()
	}
	if len(x.open) > 0 {
		x.s.at = len(source)
		x.close(x.open[0].tag, "")
	}
	return strings.Split(strings.Join(x.clean, ""), "\n")
}

// mdExtractor keeps elements with Markdown in them as elements
// (md_in_html.HTMLExtractorExtra).
type mdExtractor struct {
	extractor
	open []openElement
	root *Element
	last *Element // what was opened or closed last
	tail bool     // it was closed
	said []byte   // text that last does not have yet
}

type openElement struct {
	tag, state string
	fresh      bool // nothing stands in it yet
	e          *Element
}

func (x *mdExtractor) declarations() bool { return x.extractor.declarations() || len(x.open) > 0 }

func (x *mdExtractor) state() string {
	if len(x.open) == 0 {
		return ""
	}
	return x.open[len(x.open)-1].state
}

// stateFor is the state of an element that begins here.
func (x *mdExtractor) stateFor(tag string, attrs []Attr) string {
	want := "0"
	for _, a := range attrs {
		if a.Key == markdownAttr {
			want = a.Val
		}
	}
	if want == markdownAttr {
		want = "1"
	}
	if above := x.state(); above == asHTML || above == asSpan && want != "0" {
		want = above
	}
	isSpan := strings.Contains(spanTags, " "+tag+" ")
	isRaw := strings.Contains(rawTags, " "+tag+" ") || tag == "hr"
	switch {
	case isRaw:
		return asHTML
	case want == "1" && !isSpan || want == asBlocks:
		return asBlocks
	case want == "1" || want == asSpan:
		return asSpan
	}
	return asHTML
}

func (x *mdExtractor) startTag(name string, attrs []Attr) {
	if name == "hr" && (x.lineStart() || x.inTail) {
		x.empty(x.withoutMarkdown(name, attrs), true)
		return
	}
	fresh := len(x.open) > 0 && x.open[len(x.open)-1].fresh
	if !x.d.IsBlockLevel(name) || !(x.lineStart() || x.inTail || fresh) {
		if x.inRaw {
			x.extractor.startTag(name, attrs)
			return
		}
		x.inline(x.s.tag)
		x.s.cdata = ""
		return
	}
	if len(x.open) >= maxDepth {
		x.inline(x.s.tag)
		return
	}
	state := x.stateFor(name, attrs)
	if x.inRaw || state == asHTML && len(x.open) == 0 {
		x.extractor.startTag(name, attrs)
		return
	}
	if slices.ContainsFunc(x.open, func(o openElement) bool { return o.tag == "p" }) {
		x.close("p", "")
	}
	x.begin(name, state, attrs)
}

func (x *mdExtractor) begin(name, state string, attrs []Attr) {
	x.settle()
	e := NewElement(name)
	for _, a := range attrs {
		e.Set(a.Key, a.Val)
	}
	e.Set(markdownAttr, state)
	if len(x.open) > 0 {
		x.open[len(x.open)-1].e.Append(e)
	} else {
		x.root = e
	}
	x.open = append(x.open, openElement{name, state, true, e})
	x.last, x.tail = e, false
}

// withoutMarkdown is the text of an empty tag without the attribute.
func (x *mdExtractor) withoutMarkdown(name string, attrs []Attr) string {
	at := slices.IndexFunc(attrs, func(a Attr) bool { return a.Key == markdownAttr })
	if at < 0 {
		return x.s.tag
	}
	out := []byte("<" + name)
	for i, a := range attrs {
		if i != at {
			out = append(append(append(append(out, ' '), a.Key...), `="`...), appendAttr(nil, a.Val)...)
			out = append(out, '"')
		}
	}
	return string(append(out, '>'))
}

func (x *mdExtractor) startEndTag(name string, attrs []Attr) {
	text := x.s.tag
	if name == "hr" {
		text = x.withoutMarkdown(name, attrs)
	}
	x.empty(text, x.d.IsBlockLevel(name))
}

// inline takes a tag that is part of a line.
func (x *mdExtractor) inline(text string) {
	if x.state() == asHTML {
		text = x.d.Stash.Store(text)
	}
	x.text(text)
}

func (x *mdExtractor) endTag(name string) {
	text := x.s.endTagText()
	switch {
	case x.inRaw:
		x.extractor.endTag(name)
	case x.d.IsBlockLevel(name) && slices.ContainsFunc(x.open, func(o openElement) bool { return o.tag == name }):
		x.close(name, text)
	default:
		x.inline(text)
	}
}

// close closes an element and what is open in it. The outermost is stashed.
func (x *mdExtractor) close(name, text string) {
	x.settle()
	for len(x.open) > 0 {
		o := x.open[len(x.open)-1]
		x.open = x.open[:len(x.open)-1]
		x.last, x.tail = o.e, true
		if o.tag == name {
			break
		}
	}
	if len(x.open) > 0 {
		return
	}
	x.separate()
	x.flatten(x.root)
	x.clean = append(x.clean, x.d.Stash.Add(Stashed{Element: x.root}), "\n\n")
	if !x.blankLine(min(x.s.at+len(text), len(x.s.raw))) {
		x.inTail = true
	}
}

// flatten stashes elements within elements, so that what stands beside them is
// read as it would be outside.
func (x *mdExtractor) flatten(root *Element) {
	queue := []*Element{root}
	for len(queue) > 0 {
		e := queue[0]
		queue = queue[1:]
		var text strings.Builder
		text.WriteString(e.Lead)
		for _, c := range e.Children() {
			e.Remove(c)
			tail := c.Tail
			c.Tail = ""
			if tail != "\n" {
				tail = "\n" + strings.TrimRight(tail, "\n")
			}
			if s := text.String(); !strings.HasSuffix(s, "\n\n") {
				text.Reset()
				text.WriteString(strings.TrimRight(s, "\n") + "\n\n")
			}
			if state := c.Attr(markdownAttr); state == asSpan || state == asBlocks {
				queue = append(queue, c)
			} else {
				for d := range c.Iter() {
					d.Unset(markdownAttr)
				}
			}
			text.WriteString(x.d.Stash.Add(Stashed{Element: c}) + tail)
		}
		e.Lead = text.String()
	}
}

func (x *mdExtractor) text(s string) {
	if x.inTail && strings.Contains(s, "\n") {
		x.inTail = false
	}
	if x.inRaw || len(x.open) == 0 {
		x.extractor.text(s)
		return
	}
	x.open[len(x.open)-1].fresh = false
	x.said = append(x.said, s...)
}

// settle gives an element the text that was said of it.
func (x *mdExtractor) settle() {
	switch {
	case len(x.said) == 0:
	case x.tail:
		x.last.Tail += string(x.said)
	default:
		x.last.Lead += string(x.said)
	}
	x.said = x.said[:0]
}

func (x *mdExtractor) empty(s string, block bool) {
	switch {
	case x.inRaw || len(x.open) == 0:
		x.extractor.empty(s, block)
	case block && x.lineStart():
		x.text("\n" + x.d.Stash.Store(s) + "\n\n")
	case x.state() == asHTML:
		x.text(x.d.Stash.Store(s))
	default:
		x.text(s)
	}
}

// markdownBlock reads the Markdown within elements.
type markdownBlock struct{}

func (markdownBlock) Test(_ *Document, _ *Element, block string) bool {
	return strings.HasPrefix(block, htmlPrefix)
}

func (markdownBlock) Run(d *Document, parent *Element, blocks *Blocks) bool {
	n, start, end, ok := FindPlaceholder(blocks.At(0), 0)
	if !ok || start != 0 || n >= d.Stash.Len() || d.Stash.At(n).Element == nil {
		return false
	}
	block := blocks.Pop()
	e := d.Stash.At(n).Element
	d.Stash.At(n).Element = nil
	parent.Append(e)
	d.markdownWithin(e)
	if rest := block[end:]; rest != "" {
		blocks.Push(rest)
	}
	return true
}

func (d *Document) markdownWithin(e *Element) {
	state := e.Attr(markdownAttr)
	e.Unset(markdownAttr)
	switch state {
	case asBlocks:
		if text := e.Lead; text != "" {
			e.Lead = ""
			d.ParseChunk(e, strings.TrimRight(text, "\n"))
		}
	case asSpan:
		d.markdownSpan(e)
	default:
		e.LeadAtomic = true
		for _, c := range e.Children() {
			d.markdownWithin(c)
			c.TailAtomic = c.Tail != ""
		}
	}
}

// markdownSpan puts stashed elements back into one whose content is inline.
func (d *Document) markdownSpan(e *Element) {
	text := e.Lead
	e.Lead = ""
	var last *Element
	say := func(s string) {
		if last == nil {
			e.Lead += s
		} else {
			last.Tail += s
		}
	}
	at := 0
	for from := 0; ; {
		n, start, end, ok := FindPlaceholder(text, from)
		if !ok {
			say(text[at:])
			return
		}
		from = end
		say(text[at:start])
		at = start
		if n >= d.Stash.Len() || d.Stash.At(n).Element == nil {
			continue
		}
		c := d.Stash.At(n).Element
		d.Stash.At(n).Element = nil
		e.Append(c)
		d.markdownWithin(c)
		last = c
	}
}
