package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

func setupTabbed(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	t, err := newTabs(d, o)
	if err != nil {
		return err
	}
	d.Blocks.Register("tabbed", 105, tabbed{t})
	return nil
}

// tabbed reads `=== "title"` and what is indented below it.
type tabbed struct{ *tabs }

// tabHead is the first line of a tab.
type tabHead struct {
	title             string
	separate, checked bool
}

func readTabHead(line string) (h tabHead, ok bool) {
	line = line[len("==="):]
	for range 2 {
		if rest, ok := strings.CutPrefix(line, "!"); ok && !h.separate {
			line, h.separate = rest, true
		} else if rest, ok := strings.CutPrefix(line, "+"); ok && !h.checked {
			line, h.checked = rest, true
		}
	}
	h.title, ok = extensions.Quoted(line)
	return h, ok
}

func findTab(block string) (h tabHead, start, rest int, ok bool) {
	return extensions.Heads(block, "===", readTabHead)
}

// continued finds what an indented block goes on with: the set of tabs before
// it, or an item of the lists that its last tab ends with.
func (x tabbed) continued(d *pymarkdown.Document, parent *pymarkdown.Element, block string) (*pymarkdown.Element, int) {
	if !strings.HasPrefix(block, " ") {
		return nil, 0
	}
	set := parent.Last()
	if !x.isSet(set) || x.content(set) == nil {
		return nil, 0
	}
	return extensions.Continuation(d, set, block, func(e *pymarkdown.Element) *pymarkdown.Element {
		last := e.Last()
		if e == set {
			last = x.content(set)
		}
		if last == nil || extensions.IsList(last) {
			return last
		}
		if last.Tag == "div" && last.Attr("class") == x.contentClass() {
			return extensions.LastList(last)
		}
		return nil
	})
}

// Test implements pymarkdown.BlockProcessor.
func (x tabbed) Test(d *pymarkdown.Document, parent *pymarkdown.Element, block string) bool {
	if strings.Contains(block, "===") && !d.TooDeep() {
		if _, _, _, ok := findTab(block); ok {
			return true
		}
	}
	target, _ := x.continued(d, parent, block)
	return target != nil
}

// Run implements pymarkdown.BlockProcessor.
func (x tabbed) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.Pop()
	var e *pymarkdown.Element
	var rest string
	if h, start, end, ok := findTab(block); ok && !d.TooDeep() {
		if start > 0 {
			d.ParseBlock(parent, block[:start])
		}
		block, rest = pymarkdown.Detab(block[end:], d.TabLength)
		_, e = x.add(pymarkdown.Value[tabSets](d, tabbedKey{}), parent, h)
	} else {
		var indent int
		e, indent = x.continued(d, parent, block)
		block, rest = pymarkdown.Detab(block, indent)
		if x.isSet(e) {
			e = x.content(e)
		} else {
			extensions.LoosenItem(e)
		}
	}
	d.ParseChunk(e, block)
	if rest != "" {
		blocks.Push(rest)
	}
	return true
}

type tabbedKey struct{}
