package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// footnoteBlock reads the definitions of footnotes.
type footnoteBlock struct{}

// Test implements pymarkdown.BlockProcessor.
func (footnoteBlock) Test(_ *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	return strings.Contains(block, "[^")
}

// Run implements pymarkdown.BlockProcessor.
func (footnoteBlock) Run(d *pymarkdown.Document, _ *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.At(0)
	m, ok := findFootnote(block)
	if !ok {
		return false
	}
	blocks.Pop()
	before, f := block[:m.start], footnotesOf(d)
	for {
		rest := strings.TrimLeft(block[m.end:], "\n")
		next, more := findFootnote(rest)
		if !more {
			text := strings.Trim(m.text+"\n"+looseDetab(rest), "\n")
			parts := append([]string{text}, indentedBlocks(blocks)...)
			f.define(m.id, strings.TrimRight(strings.Join(parts, "\n\n"), pymarkdown.Space))
			break
		}
		text := m.text + "\n" + looseDetab(strings.TrimRight(rest[:next.start], "\n"))
		f.define(m.id, strings.TrimRight(strings.TrimLeft(text, "\n"), pymarkdown.Space))
		block, m = rest[next.start:], footnoteMatch{next.id, next.text, 0, next.end - next.start}
		if !footnoteFollows(block[m.end:]) {
			blocks.Push(block)
			break
		}
	}
	if strings.TrimSpace(before) != "" {
		blocks.Push(strings.TrimRight(before, "\n"))
	}
	return true
}

// footnoteFollows tells whether the next line is a definition as well. Then the
// one before it need not be shown to the parser again, which tries all
// processors on all that is left of the block: a line between definitions is of
// interest to none of them.
func footnoteFollows(rest string) bool {
	line, ok := strings.CutPrefix(rest, "\n[^")
	i := strings.IndexByte(line, ']')
	return ok && i >= 0 && strings.HasPrefix(line[i:], "]:")
}

type footnoteMatch struct {
	id, text   string
	start, end int
}

// findFootnote finds the first line `[^id]: text` of a block.
func findFootnote(block string) (footnoteMatch, bool) {
	for at := 0; at < len(block); {
		p := at
		for p < len(block) && p < at+3 && block[p] == ' ' {
			p++
		}
		if strings.HasPrefix(block[p:], "[^") {
			n := strings.IndexByte(block[p:], ']')
			if n < 0 {
				break // nor is there one for what follows
			}
			if end := p + n + 1; end < len(block) && block[end] == ':' {
				text, _, _ := strings.Cut(block[end+1:], "\n")
				return footnoteMatch{block[p+2 : p+n], strings.TrimLeft(text, " "), at, end + 1 + len(text)}, true
			}
			at = p + n // lines before have the same bracket
		}
		i := strings.IndexByte(block[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return footnoteMatch{}, false
}

const footnoteIndent = "    " // whatever the width of tabs is

// indentedBlocks takes the indented blocks that follow, up to another footnote.
func indentedBlocks(blocks *pymarkdown.Blocks) (parts []string) {
	for blocks.Len() > 0 && strings.HasPrefix(blocks.At(0), footnoteIndent) {
		block := blocks.Pop()
		if m, ok := findFootnote(block); ok {
			blocks.Push(block[m.start:])
			return append(parts, looseDetab(strings.TrimRight(block[:m.start], "\n")))
		}
		parts = append(parts, looseDetab(block))
	}
	return parts
}

func looseDetab(text string) string { return pymarkdown.LooseDetab(text, len(footnoteIndent)) }
