package pymarkdown

import "strings"

func registerBlocks(d *Dialect) {
	d.Blocks.Register("empty", 100, emptyBlock{})
	d.Blocks.Register("indent", 90, ListIndent{})
	d.Blocks.Register("code", 80, CodeBlock{})
	d.Blocks.Register("hashheader", 70, HashHeader{})
	d.Blocks.Register("setextheader", 60, setextHeader{})
	d.Blocks.Register("hr", 50, horizontalRule{})
	d.Blocks.Register("olist", 40, &List{Tag: "ol", Lazy: true, Siblings: "ol ul"})
	d.Blocks.Register("ulist", 30, &List{Tag: "ul", Lazy: true, Siblings: "ol ul"})
	d.Blocks.Register("quote", 20, BlockQuote{})
	d.Blocks.Register("reference", 15, reference{})
	d.Blocks.Register("paragraph", 10, paragraph{})
}

// emptyBlock reads blocks that are empty or begin with an empty line.
type emptyBlock struct{}

func (emptyBlock) Test(_ *Document, _ *Element, block string) bool {
	return block == "" || block[0] == '\n'
}

func (emptyBlock) Run(d *Document, parent *Element, blocks *Blocks) bool {
	block := blocks.Pop()
	filler := "\n\n"
	if block != "" {
		filler = "\n"
		if len(block) > 1 {
			blocks.Push(block[1:])
		}
	}
	if code := codeOf(parent.Last()); code != nil {
		d.appendCode(code, filler)
	}
	return true
}

// codeOf is the code of a block of code, or nil.
func codeOf(pre *Element) *Element {
	if pre == nil || pre.Tag != "pre" {
		return nil
	}
	if c := pre.First(); c != nil && c.Tag == "code" {
		return c
	}
	return nil
}

// codeText is the text of the block of code that was read last: blank lines
// divide it into many blocks, and its text must not be copied for each.
type codeText struct {
	code *Element
	text *strings.Builder
}

func (d *Document) appendCode(code *Element, text string) {
	c := &d.code
	if c.code != code || c.text.String() != code.Lead {
		*c = codeText{code, new(strings.Builder)}
		c.text.WriteString(code.Lead)
	}
	c.text.WriteString(text)
	code.SetAtomic(c.text.String())
}

// CodeBlock reads indented code.
type CodeBlock struct{}

// Test implements BlockProcessor.
func (CodeBlock) Test(d *Document, _ *Element, block string) bool {
	return strings.HasPrefix(block, d.tab)
}

// Run implements BlockProcessor.
func (CodeBlock) Run(d *Document, parent *Element, blocks *Blocks) bool {
	inside, rest := Detab(blocks.Pop(), d.TabLength)
	text := CodeEscape(strings.TrimRight(inside, Space)) + "\n"
	if code := codeOf(parent.Last()); code != nil {
		d.appendCode(code, "\n"+text)
	} else {
		parent.Sub("pre").Sub("code").SetAtomic(text)
	}
	if rest != "" {
		blocks.Push(rest)
	}
	return true
}

// BlockQuote reads quotes.
type BlockQuote struct{}

// quoteAt finds the first line that is quoted, and gives where it begins.
func quoteAt(block string) (start int, ok bool) {
	for at := 0; ; {
		line := block[at:]
		if _, ok := quoted(line); ok {
			return max(at-1, 0), true // the line feed belongs to the match
		}
		i := strings.IndexByte(line, '\n')
		if i < 0 {
			return 0, false
		}
		at += i + 1
	}
}

// quoted gives what stands behind the sign of a quoted line.
func quoted(line string) (rest string, ok bool) {
	i := 0
	for i < len(line) && i < 3 && line[i] == ' ' {
		i++
	}
	if rest, ok = strings.CutPrefix(line[i:], ">"); ok {
		return strings.TrimPrefix(rest, " "), true
	}
	return "", false
}

// Test implements BlockProcessor.
func (BlockQuote) Test(d *Document, _ *Element, block string) bool {
	if !strings.Contains(block, ">") || d.TooDeep() {
		return false
	}
	_, ok := quoteAt(block)
	return ok
}

// Run implements BlockProcessor.
func (BlockQuote) Run(d *Document, parent *Element, blocks *Blocks) bool {
	before, lines := SplitQuote(blocks.Pop())
	d.ParseBlock(parent, before)
	for i, line := range lines {
		lines[i] = Unquote(line)
	}
	quote := parent.Last()
	if quote == nil || quote.Tag != "blockquote" {
		quote = parent.Sub("blockquote")
	}
	d.PushState("blockquote")
	d.ParseChunk(quote, strings.Join(lines, "\n"))
	d.PopState()
	return true
}

// SplitQuote gives what stands before the first quoted line of a block, and the
// lines from there on. The first of these is empty if there is something before.
func SplitQuote(block string) (before string, lines []string) {
	start, _ := quoteAt(block)
	return block[:start], strings.Split(block[start:], "\n")
}

// Unquote takes the sign off a quoted line. Other lines stay.
func Unquote(line string) string {
	if strings.TrimSpace(line) == ">" {
		return ""
	}
	if rest, ok := quoted(line); ok {
		return rest
	}
	return line
}

// HashHeader reads headings that begin with "#".
type HashHeader struct {
	// Space demands a space behind the signs (pymdownx.saneheaders).
	Space bool
}

// find finds the first heading of a block.
func (h HashHeader) find(block string) (start, end, level int, text string, ok bool) {
	for at := 0; at < len(block); {
		if block[at] == '#' {
			if end, level, text, ok := h.at(block, at); ok {
				return max(at-1, 0), end, level, text, true
			}
		}
		i := strings.IndexByte(block[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return 0, 0, 0, "", false
}

func (h HashHeader) at(block string, at int) (end, level int, text string, ok bool) {
	from := at
	for from < len(block) && level < 6 && block[from] == '#' {
		from++
		level++
	}
	if h.Space && (from >= len(block) || block[from] != ' ') {
		return 0, 0, "", false
	}
	for p := from; ; p++ {
		q := p
		for q < len(block) && block[q] == '#' {
			q++
		}
		if q == len(block) || block[q] == '\n' {
			return min(q+1, len(block)), level, strings.TrimSpace(block[from:p]), true
		}
		if block[p] == '\\' {
			if p++; p >= len(block) || block[p] == '\n' {
				return 0, 0, "", false
			}
		} else if q > p {
			p = q - 1
		}
	}
}

// Test implements BlockProcessor.
func (h HashHeader) Test(_ *Document, _ *Element, block string) bool {
	if !strings.Contains(block, "#") {
		return false
	}
	_, _, _, _, ok := h.find(block)
	return ok
}

// Run implements BlockProcessor.
func (h HashHeader) Run(d *Document, parent *Element, blocks *Blocks) bool {
	block := blocks.Pop()
	start, end, level, text, _ := h.find(block)
	if start > 0 {
		d.ParseBlock(parent, block[:start])
	}
	parent.Sub("h" + itoa(level)).SetText(text)
	if after := block[end:]; after != "" {
		if d.IsState("looselist") {
			after = LooseDetab(after, d.TabLength)
		}
		blocks.Push(after)
	}
	return true
}

// setextHeader reads headings that are underlined.
type setextHeader struct{}

func (setextHeader) Test(_ *Document, _ *Element, block string) bool {
	_, rest, ok := strings.Cut(block, "\n")
	if !ok {
		return false
	}
	line, _, _ := strings.Cut(rest, "\n")
	line = strings.TrimRight(line, " ")
	return line != "" && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "")
}

func (setextHeader) Run(_ *Document, parent *Element, blocks *Blocks) bool {
	text, rest, _ := strings.Cut(blocks.Pop(), "\n")
	tag := "h2"
	if rest[0] == '=' {
		tag = "h1"
	}
	parent.Sub(tag).SetText(strings.TrimSpace(text))
	if _, after, ok := strings.Cut(rest, "\n"); ok {
		blocks.Push(after)
	}
	return true
}

// horizontalRule reads rules.
type horizontalRule struct{}

func (horizontalRule) Test(_ *Document, _ *Element, block string) bool {
	_, _, ok := findRule(block)
	return ok
}

func (horizontalRule) Run(d *Document, parent *Element, blocks *Blocks) bool {
	block := blocks.Pop()
	start, end, _ := findRule(block)
	if before := strings.TrimRight(block[:start], "\n"); before != "" {
		d.ParseBlock(parent, before)
	}
	parent.Sub("hr")
	if after := strings.TrimLeft(block[end:], "\n"); after != "" {
		blocks.Push(after)
	}
	return true
}

func findRule(block string) (start, end int, ok bool) {
	for at := 0; ; {
		line := block[at:]
		i := strings.IndexByte(line, '\n')
		if i >= 0 {
			line = line[:i]
		}
		if isRule(line) {
			return at, at + len(line), true
		}
		if i < 0 {
			return 0, 0, false
		}
		at += i + 1
	}
}

// isRule tells whether a line consists of three or more of one sign, with at
// most two spaces after each.
func isRule(line string) bool {
	i := indentOf(line)
	if i > 3 || i >= len(line) || strings.IndexByte("-_*", line[i]) < 0 {
		return false
	}
	sign, count, gap := line[i], 0, 0
	for ; i < len(line); i++ {
		switch {
		case line[i] == sign && gap <= 2:
			count++
			gap = 0
		case line[i] == ' ':
			gap++
		default:
			return false
		}
	}
	return count >= 3
}

// paragraph reads what nothing else reads.
type paragraph struct{}

func (paragraph) Test(*Document, *Element, string) bool { return true }

func (paragraph) Run(d *Document, parent *Element, blocks *Blocks) bool {
	block := blocks.Pop()
	if strings.TrimSpace(block) == "" {
		return true
	}
	if !d.IsState("list") {
		parent.Sub("p").SetText(strings.TrimLeft(block, Space))
		return true
	}
	// The text of a tight list item has no paragraph of its own.
	last := parent.Last()
	switch {
	case last != nil && last.Tail != "":
		last.Tail += "\n" + block
	case last != nil:
		last.Tail = "\n" + block
	case parent.Lead != "":
		parent.Lead += "\n" + block
	default:
		parent.SetText(strings.TrimLeft(block, Space))
	}
	return true
}
