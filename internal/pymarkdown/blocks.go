package pymarkdown

import "strings"

// Blocks are the blocks that are still to be read, separated in the page by
// blank lines.
type Blocks struct {
	stack []string // the next one is the last
}

// NewBlocks makes Blocks of a list in order.
func NewBlocks(list ...string) *Blocks {
	b := &Blocks{stack: make([]string, len(list))}
	for i, s := range list {
		b.stack[len(list)-1-i] = s
	}
	return b
}

// Len is the number of blocks.
func (b *Blocks) Len() int { return len(b.stack) }

// At is the block of index i, 0 being the next one.
func (b *Blocks) At(i int) string { return b.stack[len(b.stack)-1-i] }

// SetAt replaces the block of index i.
func (b *Blocks) SetAt(i int, s string) { b.stack[len(b.stack)-1-i] = s }

// Pop takes the next block.
func (b *Blocks) Pop() string {
	s := b.stack[len(b.stack)-1]
	b.stack = b.stack[:len(b.stack)-1]
	return s
}

// Push puts a block before the others.
func (b *Blocks) Push(s string) { b.stack = append(b.stack, s) }

// InsertAt puts a block before the one of index i.
func (b *Blocks) InsertAt(i int, s string) {
	at := len(b.stack) - i
	b.stack = append(b.stack, "")
	copy(b.stack[at+1:], b.stack[at:])
	b.stack[at] = s
}

// ParseChunk splits text into blocks and reads them below parent.
func (d *Document) ParseChunk(parent *Element, text string) {
	d.ParseBlocks(parent, NewBlocks(strings.Split(text, "\n\n")...))
}

// ParseBlock reads one block below parent.
func (d *Document) ParseBlock(parent *Element, block string) {
	d.ParseBlocks(parent, NewBlocks(block))
}

// CodeTooComplex is the code of what is reported about a page that takes too
// long to read.
const CodeTooComplex = "markdown-too-complex"

// CodeTooDeep is the code of what is reported about blocks in too many others,
// CodeTableTooLarge that of a table with too many empty cells.
const (
	CodeTooDeep       = "markdown-too-deep"
	CodeTableTooLarge = "table-too-large"
)

// maxSeen is how many bytes of blocks are shown to the processors altogether. A
// block of thousands of lines, each of which a processor takes by itself, is
// shown to all of them again for every line; what is left of it when the limit
// is reached stays text.
const maxSeen = 64 << 20

// ParseBlocks reads blocks below parent. Each is given to the block processors
// in their order until one takes it.
func (d *Document) ParseBlocks(parent *Element, blocks *Blocks) {
	if d.depth >= maxDepth+maxDepth {
		for blocks.Len() > 0 { // no processor nests that deep; see TooDeep
			parent.Sub("p").SetText(blocks.Pop())
		}
		return
	}
	d.depth++
	defer func() { d.depth-- }()
	for blocks.Len() > 0 {
		block := blocks.At(0)
		if d.seen += len(block); d.seen > maxSeen {
			d.tooComplex()
			parent.Sub("p").SetText(blocks.Pop())
			continue
		}
		for _, p := range d.Blocks.All() {
			if p.Test(d, parent, block) && p.Run(d, parent, blocks) {
				break
			}
		}
	}
}

func (d *Document) tooComplex() {
	if !d.complex {
		d.complex = true
		d.Report(1, CodeTooComplex, "the page has thousands of lines without blank ones between them, and part of it is shown as text", "put blank lines between definitions, headings and lists")
	}
}

// tooLong reports a text that patterns see in parts.
func (d *Document) tooLong() {
	if !d.complex {
		d.complex = true
		d.Report(1, CodeTooComplex, "a paragraph is longer than "+itoa(longText>>10)+" KB, and its markup is read in parts", "split it into several paragraphs")
	}
}

// TooDeep tells whether no more blocks should be nested here.
func (d *Document) TooDeep() bool {
	if d.depth < maxDepth {
		return false
	}
	if !d.deep {
		d.deep = true
		d.Report(1, CodeTooDeep, "quotes and lists are nested more than "+itoa(maxDepth)+" deep; the rest is shown as text", "")
	}
	return true
}

// PushState notes what is being read, until PopState.
func (d *Document) PushState(s string) { d.state = append(d.state, s) }

// PopState forgets the last PushState.
func (d *Document) PopState() { d.state = d.state[:len(d.state)-1] }

// IsState tells whether s is what was noted last.
func (d *Document) IsState(s string) bool {
	return len(d.state) > 0 && d.state[len(d.state)-1] == s
}

// Detab takes an indentation of width from the lines at the beginning of text
// that have it (or are blank), and gives them and the rest.
func Detab(text string, width int) (inside, rest string) {
	indent := spaces(width)
	var lines []string
	for rest, more := text, true; more; {
		var line string
		at := len(text) - len(rest)
		line, rest, more = strings.Cut(rest, "\n")
		after, ok := strings.CutPrefix(line, indent)
		if !ok && strings.TrimSpace(line) != "" {
			return strings.Join(lines, "\n"), text[at:]
		}
		if !ok {
			after = ""
		}
		lines = append(lines, after)
	}
	return strings.Join(lines, "\n"), ""
}

// LooseDetab takes an indentation of width from every line that has it.
func LooseDetab(text string, width int) string {
	indent := spaces(width)
	if !strings.Contains(text, indent) {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, indent)
	}
	return strings.Join(lines, "\n")
}

func spaces(n int) string {
	const many = "                                                                "
	if n <= len(many) {
		return many[:n]
	}
	return strings.Repeat(" ", n)
}

// Space is what Python's str.strip takes for white space in Latin text.
const Space = " \t\n\v\f\r\x1c\x1d\x1e\x1f\u0085\u00a0"

func indentOf(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }
