package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// setupCallouts is markdown-callouts: paragraphs and quotes that begin with
// "NOTE:" are admonitions, quotes with ">? TIP:" are folded.
func setupCallouts(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	d.Blocks.Register("callouts", 21, callouts{})
	strip := o.Bool("strip_period", true)
	d.Tree.Register("callouts", 19, func(_ *pymarkdown.Document, root *pymarkdown.Element) {
		for _, e := range root.IterTag("details") {
			titleCallout(e, strip)
		}
	})
	return nil
}

// callouts reads them as details, which titleCallout makes what they are.
type callouts struct{}

// callout is where one begins, and its first line taken apart.
type callout struct {
	start, text int // of the line, and of what stands behind its kind
	kind        string
	quoted      bool
	fold        byte // '?' or '!' for details, closed or open
	onOwnLine   bool // the kind stands on a line of its own
}

func findCallout(block string) (callout, bool) {
	for at := 0; ; {
		if c, ok := calloutAt(block, at); ok {
			return c, true
		}
		i := strings.IndexByte(block[at:], '\n')
		if i < 0 {
			return callout{}, false
		}
		at += i + 1
	}
}

func calloutAt(block string, at int) (c callout, ok bool) {
	c.start = at
	p := at
	for p < len(block) && p < at+3 && block[p] == ' ' {
		p++
	}
	if p < len(block) && block[p] == '>' {
		c.quoted = true
		if p++; p < len(block) && (block[p] == '!' || block[p] == '?') {
			c.fold = block[p]
			p++
		}
		if p < len(block) && block[p] == ' ' {
			p++
		}
	} else if p = at; at > 0 {
		return c, false // without a quote, only at the beginning of a block
	}
	from := p
	for p < len(block) && block[p] >= 'A' && block[p] <= 'Z' {
		p++
	}
	if p-from < 2 || p+1 >= len(block) || block[p] != ':' || block[p+1] != ' ' && block[p+1] != '\n' {
		return c, false
	}
	c.kind, c.onOwnLine, c.text = block[from:p], block[p+1] == '\n', p+2
	return c, true
}

// Test implements pymarkdown.BlockProcessor.
func (callouts) Test(d *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	if !strings.Contains(block, ":") || d.TooDeep() {
		return false
	}
	c, ok := findCallout(block)
	return ok && (c.quoted || !d.IsState("blockquote"))
}

// Run implements pymarkdown.BlockProcessor.
func (callouts) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.Pop()
	c, _ := findCallout(block)
	d.ParseBlock(parent, block[:c.start])
	block = block[c.text:]
	if c.quoted {
		block = unquoteLines(block)
	}
	e := parent.Sub("details")
	switch c.fold {
	case 0:
		e.Set("class", "admonition "+strings.ToLower(c.kind))
	case '!':
		e.Set("open", "open")
		fallthrough
	default:
		e.Set("class", strings.ToLower(c.kind))
	}
	title := e.Sub("summary")
	title.Set("class", "admonition-title")
	title.SetText(pymarkdown.Title(c.kind))
	d.PushState("blockquote")
	d.ParseChunk(e, block)
	d.PopState()
	if first := title.Next(); c.onOwnLine && first != nil {
		first.Lead = "\n" + first.Lead
	}
	return true
}

func unquoteLines(block string) string {
	lines := strings.Split(block, "\n")
	for i, line := range lines {
		lines[i] = pymarkdown.Unquote(line)
	}
	return strings.Join(lines, "\n")
}

// titleCallout makes an admonition of what is not folded, and the title of what
// is bold at the beginning.
func titleCallout(e *pymarkdown.Element, strip bool) {
	title := e.First()
	if e.Attr("class") == "" || title == nil || title.Tag != "summary" || title.Attr("class") != "admonition-title" {
		return
	}
	if strings.HasPrefix(e.Attr("class"), "admonition ") {
		e.Tag, title.Tag = "div", "p"
	} else {
		title.Unset("class")
	}
	p := title.Next()
	if p == nil || p.Tag != "p" || strings.TrimSpace(p.Lead) != "" || p.Lead == "\n" {
		return
	}
	strong := p.First()
	if strong == nil || strong.Tag != "strong" {
		return
	}
	takeTitle(title, strong, strip)
	p.Lead += strong.Tail
	p.Remove(strong)
	if br := p.First(); br != nil && p.Lead == "" && br.Tag == "br" {
		p.Lead = br.Tail
		p.Remove(br)
	}
	if p.First() == nil && p.Lead == "" && p.Tail == "" {
		e.Remove(p)
	}
}

// takeTitle moves what is bold into the title, without the full stop behind it.
func takeTitle(title, strong *pymarkdown.Element, strip bool) {
	title.SetText(strings.TrimLeft(strong.Lead, pymarkdown.Space))
	for _, c := range strong.Children() {
		title.Append(c)
	}
	end := &title.Lead
	if last := title.Last(); last != nil {
		end = &last.Tail
	}
	*end = strings.TrimRight(*end, pymarkdown.Space)
	if strip {
		*end = strings.TrimSuffix(*end, ".")
	}
}

// setupGitHubCallouts is the other extension of markdown-callouts: quotes that
// begin with [!NOTE] as on GitHub.
func setupGitHubCallouts(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Blocks.Register("github-callouts", 21.1, gitHubCallouts{})
	return nil
}

type gitHubCallouts struct{}

// find finds the line, which begins the block or follows one that is not
// quoted; something must be quoted below it.
func (gitHubCallouts) find(block string) (before, after int, kind string, ok bool) {
	free := true // the line before is not quoted
	for at := 0; at < len(block); {
		line, rest, more := strings.Cut(block[at:], "\n")
		if k, is := alertLine(line); is && free && more && quotesMore(rest) {
			return at, at + len(line) + 1, k, true
		}
		free = !strings.HasPrefix(strings.TrimLeft(line, " "), ">")
		at += len(line) + 1
	}
	return 0, 0, "", false
}

func alertLine(line string) (kind string, ok bool) {
	line = strings.TrimRight(line, " ")
	n := indentation(line)
	if n > 3 || n >= len(line) || line[n] != '>' {
		return "", false
	}
	line = strings.ToLower(strings.TrimLeft(line[n+1:], " "))
	for _, k := range [...]string{"note", "tip", "important", "warning", "caution"} {
		if line == "[!"+k+"]" {
			return k, true
		}
	}
	return "", false
}

// quotesMore tells whether a line with something on it follows empty quoted ones.
func quotesMore(rest string) bool {
	for line := range strings.Lines(rest) {
		s := strings.Trim(line, " \n")
		if s != ">" {
			return s != ""
		}
	}
	return false
}

// Test implements pymarkdown.BlockProcessor.
func (g gitHubCallouts) Test(d *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	if !strings.Contains(block, "[!") || d.IsState("blockquote") || d.TooDeep() {
		return false
	}
	_, _, _, ok := g.find(block)
	return ok
}

// Run implements pymarkdown.BlockProcessor.
func (g gitHubCallouts) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.Pop()
	before, after, kind, _ := g.find(block)
	d.ParseBlock(parent, block[:before])
	class := kind
	if kind == "caution" {
		class = "danger"
	}
	e := parent.Sub("div")
	e.Set("class", "admonition "+class)
	title := e.Sub("p")
	title.Set("class", "admonition-title")
	title.SetText(pymarkdown.Title(kind))
	d.PushState("blockquote")
	d.ParseChunk(e, strings.TrimLeft(unquoteLines(block[after:]), "\n"))
	d.PopState()
	return true
}
