package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

func setupDetails(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Blocks.Register("details", 105, details{})
	return nil
}

// details reads `??? class "title"` and what is indented below it.
type details struct{}

// detailsHead is the first line of details.
type detailsHead struct {
	class, title string
	open         bool
}

func readDetailsHead(line string) (h detailsHead, ok bool) {
	line, h.open = strings.CutPrefix(line[len("???"):], "+")
	if title, ok := extensions.Quoted(line); ok {
		h.title = title
		return h, true
	}
	h.class, line = extensions.Words(strings.TrimPrefix(line, " "))
	if h.class == "" {
		return h, false
	}
	h.class = extensions.OneSpace(strings.ToLower(h.class))
	if strings.Trim(line, " ") == "" {
		first, _, _ := strings.Cut(h.class, " ")
		h.title = pymarkdown.Capitalize(first)
		return h, true
	}
	h.title, ok = extensions.Quoted(line)
	return h, ok
}

func findDetails(block string) (h detailsHead, start, rest int, ok bool) {
	return extensions.Heads(block, "???", readDetailsHead)
}

// continued finds what an indented block goes on with.
func (details) continued(d *pymarkdown.Document, parent *pymarkdown.Element, block string) (*pymarkdown.Element, int) {
	if !strings.HasPrefix(block, " ") {
		return nil, 0
	}
	last := parent.Last()
	if last == nil || !strings.EqualFold(last.Tag, "details") {
		return nil, 0
	}
	return extensions.Continuation(d, last, block, extensions.LastList)
}

// Test implements pymarkdown.BlockProcessor.
func (x details) Test(d *pymarkdown.Document, parent *pymarkdown.Element, block string) bool {
	if strings.Contains(block, "???") && !d.TooDeep() {
		if _, _, _, ok := findDetails(block); ok {
			return true
		}
	}
	target, _ := x.continued(d, parent, block)
	return target != nil
}

// Run implements pymarkdown.BlockProcessor.
func (x details) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.Pop()
	var e *pymarkdown.Element
	var rest string
	if h, start, end, ok := findDetails(block); ok && !d.TooDeep() {
		if start > 0 {
			d.ParseBlock(parent, block[:start])
		}
		block, rest = pymarkdown.Detab(block[end:], d.TabLength)
		e = parent.Sub("details")
		if h.open {
			e.Set("open", "open")
		}
		if h.class != "" {
			e.Set("class", h.class)
		}
		e.Sub("summary").SetText(h.title)
	} else {
		var indent int
		e, indent = x.continued(d, parent, block)
		block, rest = pymarkdown.Detab(block, indent)
		extensions.LoosenItem(e)
	}
	d.ParseChunk(e, block)
	if rest != "" {
		blocks.Push(rest)
	}
	return true
}
