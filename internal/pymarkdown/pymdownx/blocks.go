package pymdownx

import (
	"fmt"
	"strings"

	"callboard/internal/pymarkdown"
)

// slashBlocks reads blocks between lines of slashes (pymdownx.blocks):
//
//	/// name | argument
//	    option: value
//
//	content
//	///
//
// Blocks nest by their numbers of slashes. A block may take many of Python-
// Markdown's blocks; until its end has come it is open and hungry for more of
// them.
type slashBlocks struct{ kinds map[string]slashKind }

// slashKind is a kind of block by its name.
type slashKind struct {
	argument argumentRule
	options  string // the names of its options, separated by spaces
	// begin makes a block of what its head says; false if the head is wrong.
	begin func(h slashHead) (slashBody, bool)
}

// argumentRule tells whether a block has an argument.
type argumentRule int

const (
	noArgument argumentRule = iota
	needsArgument
	mayHaveArgument
)

// slashHead is what a block's head says.
type slashHead struct {
	argument    string
	hasArgument bool // it may be empty
	options     slashOptions
}

// slashBody is a block of one kind.
type slashBody interface {
	// create makes the block's element below parent.
	create(d *pymarkdown.Document, parent *pymarkdown.Element) *pymarkdown.Element
	// content is the element that the block's content goes to.
	content() *pymarkdown.Element
	// mode is what the content is read as: block, inline, raw, or auto, which
	// depends on the element.
	mode() string
	// end is called when the block's end has come.
	end(d *pymarkdown.Document)
}

// plainBody is a block whose content goes to its element.
type plainBody struct{ e *pymarkdown.Element }

func (b *plainBody) content() *pymarkdown.Element { return b.e }
func (b *plainBody) mode() string                 { return "auto" }
func (b *plainBody) end(*pymarkdown.Document)     {}

// registerSlashBlock adds a kind of block, and what reads all of them if this is
// the first one.
func registerSlashBlock(d *pymarkdown.Dialect, name string, k slashKind) error {
	p, _ := d.Blocks.Get("blocks")
	all, ok := p.(*slashBlocks)
	if !ok {
		all = &slashBlocks{map[string]slashKind{}}
		if !strings.Contains(d.EscapedChars, "/") {
			d.EscapedChars += "/"
		}
		d.Blocks.Register("blocks", 89.99, all)
	}
	if _, ok := all.kinds[name]; ok {
		return fmt.Errorf("there is a block %q already", name)
	}
	all.kinds[name] = k
	return nil
}

// openBlock is a block whose end has not come.
type openBlock struct {
	slashes   int
	body      slashBody
	e, parent *pymarkdown.Element
	hungry    bool // more blocks below parent belong to it
}

// slashState is what is kept for a page.
type slashState struct {
	open  []*openBlock
	found *foundBlock
}

// foundBlock is a block whose head Test has read.
type foundBlock struct {
	openBlock
	attrs  []pymarkdown.Attr
	before string // text before the head
	rest   slashRest
}

type slashKey struct{}

func slashStateOf(d *pymarkdown.Document) *slashState {
	return pymarkdown.Value[slashState](d, slashKey{})
}

// hungry finds the place below parent whose blocks belong to the innermost open
// block.
func (s *slashState) hungry(parent *pymarkdown.Element) *pymarkdown.Element {
	if len(s.open) == 0 {
		return nil
	}
	top := s.open[len(s.open)-1]
	if !top.hungry {
		return nil
	}
	for e := parent; e != nil; e = e.Last() {
		if e == top.parent {
			return e
		}
	}
	return nil
}

// Test implements pymarkdown.BlockProcessor.
func (x *slashBlocks) Test(d *pymarkdown.Document, parent *pymarkdown.Element, block string) bool {
	s := slashStateOf(d)
	if s.hungry(parent) != nil {
		return true
	}
	if !strings.Contains(block, "///") || d.TooDeep() {
		return false
	}
	s.found = x.find(block)
	return s.found != nil
}

// find reads the first head in a block.
func (x *slashBlocks) find(block string) *foundBlock {
	head, start, rest, ok := findSlashHead(block)
	if !ok {
		return nil
	}
	k, ok := x.kinds[strings.ToLower(head.name)]
	if !ok || k.argument == noArgument && head.argument != "" || k.argument == needsArgument && head.argument == "" {
		return nil
	}
	text, after := cutSlashOptions(block[rest:], head.slashes)
	options, ok := readSlashOptions(text, k.options)
	if !ok {
		return nil
	}
	h := slashHead{head.argument, head.hasArgument, options}
	body, ok := k.begin(h)
	if !ok {
		return nil
	}
	attrs := options.attrs
	if a, ok := body.(interface{ attrs() []pymarkdown.Attr }); ok {
		attrs = a.attrs()
	}
	return &foundBlock{openBlock{slashes: head.slashes, body: body}, attrs, block[:start], after}
}

// Run implements pymarkdown.BlockProcessor.
func (x *slashBlocks) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	s := slashStateOf(d)
	if f := s.found; f != nil {
		s.found = nil
		blocks.Pop()
		x.begin(d, s, parent, f, blocks)
		return true
	}
	parent = s.hungry(parent)
	for _, b := range s.open {
		if b.hungry && b.parent == parent {
			b.takeLeaked()
			b.hungry = false
			x.parse(d, s, parent, blocks, nil)
			break
		}
	}
	return true
}

// begin opens a block.
func (x *slashBlocks) begin(d *pymarkdown.Document, s *slashState, parent *pymarkdown.Element, f *foundBlock, blocks *pymarkdown.Blocks) {
	if f.before != "" {
		d.ParseBlock(parent, f.before)
	}
	if (parent.Tag == "li" || parent.Tag == "dd") && parent.Lead != "" {
		text := parent.Lead
		parent.SetText("")
		parent.Sub("p").SetText(text)
	}
	b := f.openBlock
	b.parent = parent
	b.e = b.body.create(d, parent)
	for _, a := range f.attrs {
		if old := b.e.Attr("class"); a.Key == "class" && old != "" {
			a.Val = strings.TrimRight(strings.Join(strings.Fields(old), " ")+" "+a.Val, " ")
		}
		b.e.Set(a.Key, a.Val)
	}
	s.open = append(s.open, &b)
	x.parse(d, s, parent, blocks, &f.rest)
}

// takeLeaked takes an element into the block that another extension has put
// behind it, since what was indented belonged to it (admonitions, tabs …).
func (b *openBlock) takeLeaked() {
	last := b.parent.Last()
	if last == nil || last == b.e {
		return
	}
	if target := b.body.content(); target != nil {
		target.Append(last)
	}
}

// parse gives blocks to the innermost open block until there are no more of
// either. first is the rest of the block that the head stood in.
func (x *slashBlocks) parse(d *pymarkdown.Document, s *slashState, within *pymarkdown.Element, blocks *pymarkdown.Blocks, first *slashRest) {
	for (blocks.Len() > 0 || first.has()) && len(s.open) > 0 {
		b := s.open[len(s.open)-1]
		items := 0
		if len(s.open) > 1 {
			items = itemsBetween(b.e, within)
		}
		part := nextPart(d, blocks, first, items*d.TabLength, b.slashes)
		first = nil
		if part.after != "" {
			blocks.Push(part.after)
		}
		if part.has {
			x.add(d, b, part.text)
		}
		if part.ends {
			b.close(d)
			s.open = s.open[:max(len(s.open)-1, 0)]
		}
	}
	if len(s.open) > 0 {
		s.open[len(s.open)-1].hungry = true
	}
}

// itemsBetween counts the list items that e stands in, up to within.
func itemsBetween(e, within *pymarkdown.Element) int {
	n := 0
	for e != within {
		if e = e.Up(); e == nil {
			return 0
		}
		if e.Tag == "li" || e.Tag == "dd" {
			n++
		}
	}
	return n
}

// add reads a piece of a block's content.
func (x *slashBlocks) add(d *pymarkdown.Document, b *openBlock, text string) {
	target := b.body.content()
	if target == nil {
		return
	}
	mode := b.body.mode()
	if mode == "block" || mode == "auto" && isBlockTag(d, target.Tag) {
		d.PushState("blocks")
		d.ParseChunk(target, text)
		d.PopState()
		return
	}
	raw := mode == "raw" || mode == "auto" && rawTags[target.Tag]
	text = strings.Trim(restoreMarkup(d, text, raw), "\n")
	if last := target.Last(); last != nil {
		last.Tail, last.TailAtomic = joinParts(last.Tail, text), raw
		return
	}
	target.Lead, target.LeadAtomic = joinParts(target.Lead, text), raw
}

func joinParts(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}

// close ends a block.
func (b *openBlock) close(d *pymarkdown.Document) {
	target := b.body.content()
	if mode := b.body.mode(); target != nil && (mode == "raw" || mode == "auto" && rawTags[target.Tag]) {
		target.SetAtomic(dedent(target.Lead, d.TabLength))
	}
	b.body.end(d)
}

// Tags of elements whose content is never Markdown, and of those whose content
// is inline.
var (
	rawTags  = tagSet("canvas math option pre script style textarea code")
	spanTags = tagSet("address dd dt h1 h2 h3 h4 h5 h6 legend li p summary td th")
)

func tagSet(list string) map[string]bool {
	m := map[string]bool{}
	for t := range strings.FieldsSeq(list) {
		m[t] = true
	}
	return m
}

func isBlockTag(d *pymarkdown.Document, tag string) bool {
	return d.BlockLevel[tag] && !rawTags[tag] && !spanTags[tag] && tag != "hr"
}
