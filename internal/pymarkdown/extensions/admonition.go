package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupAdmonition(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Blocks.Register("admonition", 105, admonition{})
	return nil
}

// admonition reads `!!! class "title"` and what is indented below it.
type admonition struct{}

// admonitionHead is the first line of an admonition.
type admonitionHead struct{ class, title string }

func readAdmonitionHead(line string) (h admonitionHead, ok bool) {
	h.class, line = Words(strings.TrimPrefix(line[len("!!!"):], " "))
	if h.class == "" {
		return h, false
	}
	h.class = OneSpace(strings.ToLower(h.class))
	if strings.Trim(line, " ") == "" {
		first, _, _ := strings.Cut(h.class, " ")
		h.title = pymarkdown.Capitalize(first)
		return h, true
	}
	h.title, ok = Quoted(line)
	return h, ok
}

func findAdmonition(block string) (h admonitionHead, start, rest int, ok bool) {
	return Heads(block, "!!!", readAdmonitionHead)
}

// continued finds what an indented block goes on with.
func (admonition) continued(d *pymarkdown.Document, parent *pymarkdown.Element, block string) (*pymarkdown.Element, int) {
	if !strings.HasPrefix(block, " ") {
		return nil, 0
	}
	last := parent.Last()
	if last == nil || last.Tag != "div" || !strings.Contains(last.Attr("class"), "admonition") {
		return nil, 0
	}
	return Continuation(d, last, block, LastList)
}

// Test implements pymarkdown.BlockProcessor.
func (a admonition) Test(d *pymarkdown.Document, parent *pymarkdown.Element, block string) bool {
	if strings.Contains(block, "!!!") && !d.TooDeep() {
		if _, _, _, ok := findAdmonition(block); ok {
			return true
		}
	}
	target, _ := a.continued(d, parent, block)
	return target != nil
}

// Run implements pymarkdown.BlockProcessor.
func (a admonition) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.Pop()
	var div *pymarkdown.Element
	var rest string
	if h, start, end, ok := findAdmonition(block); ok && !d.TooDeep() {
		if start > 0 {
			d.ParseBlock(parent, block[:start])
		}
		block, rest = pymarkdown.Detab(block[end:], d.TabLength)
		div = parent.Sub("div")
		div.Set("class", "admonition "+h.class)
		if h.title != "" {
			p := div.Sub("p")
			p.SetText(h.title)
			p.Set("class", "admonition-title")
		}
	} else {
		var indent int
		div, indent = a.continued(d, parent, block)
		block, rest = pymarkdown.Detab(block, indent)
		LoosenItem(div)
	}
	d.ParseChunk(div, block)
	if rest != "" {
		blocks.Push(rest)
	}
	return true
}
