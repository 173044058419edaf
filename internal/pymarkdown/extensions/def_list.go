package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupDefList(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Blocks.Register("defindent", 85, pymarkdown.ListIndent{Definitions: true})
	d.Blocks.Register("deflist", 25, defList{})
	return nil
}

// defList reads terms with their definitions.
type defList struct {
	tab int // columns that definitions are indented by; 0 is the dialect's
}

// findDefinition finds the first line that begins with a colon and a space.
// start is where the terms end, rest where the next line begins.
func findDefinition(block string) (text string, start, rest int, ok bool) {
	for from := 0; from < len(block); {
		end := len(block)
		if i := strings.IndexByte(block[from:], '\n'); i >= 0 {
			end = from + i
		}
		if text, ok := definitionText(block[from:end]); ok {
			return text, max(from-1, 0), min(end+1, len(block)), true
		}
		from = end + 1
	}
	return "", 0, 0, false
}

func definitionText(line string) (string, bool) {
	n := indentation(line)
	if n > 3 || !strings.HasPrefix(line[n:], ": ") {
		return "", false
	}
	line = line[n+1:]
	return line[min(3, indentation(line)):], true
}

// Test implements pymarkdown.BlockProcessor.
func (defList) Test(d *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	if !strings.Contains(block, ": ") || d.TooDeep() {
		return false
	}
	_, _, _, ok := findDefinition(block)
	return ok
}

// Run implements pymarkdown.BlockProcessor.
func (x defList) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.At(0)
	text, start, end, _ := findDefinition(block)
	terms := nonBlankLines(block[:start])
	before := parent.Last()
	if len(terms) == 0 && before == nil {
		return false // a paragraph that begins with a colon
	}
	blocks.Pop()
	body, rest := x.body(d, block[end:])
	if body != "" {
		text += "\n" + body
	}
	state := "list"
	if len(terms) == 0 && before.Tag == "p" {
		state = "looselist"
		terms = strings.Split(before.Lead, "\n")
		parent.Remove(before)
		before = parent.Last()
	}
	dl := before
	if dl == nil || dl.Tag != "dl" {
		dl = parent.Sub("dl")
	} else if dd := dl.Last(); len(terms) == 0 && dd != nil && dd.Tag == "dd" && dd.First() != nil {
		state = "looselist"
	}
	for _, term := range terms {
		dl.Sub("dt").SetText(term)
	}
	d.PushState(state)
	d.ParseBlock(dl.Sub("dd"), text)
	d.PopState()
	if rest != "" {
		blocks.Push(rest)
	}
	return true
}

// body is what belongs to a definition behind its first line, and the rest. A
// definition whose next line is not indented takes all lines.
func (x defList) body(d *pymarkdown.Document, block string) (body, rest string) {
	width, most := d.TabLength, 3
	if x.tab > 0 {
		width, most = x.tab, x.tab-1
	}
	if i := indentation(block); i <= most && i < len(block) && block[i] != ':' {
		return block, ""
	}
	return pymarkdown.Detab(block, width)
}

func nonBlankLines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Trim(line, pymarkdown.Space); line != "" {
			out = append(out, line)
		}
	}
	return out
}
