package extensions

import (
	"strings"
	"unicode"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/pygments"
)

// codehilite is the extension's options, and those of single blocks.
type codehilite struct {
	numbered   string // "", "table" or "inline"
	undecided  bool   // a line "#!lang" turns numbers on
	class      string
	prefix     string
	plain      bool // no Pygments: a class for a script
	formatters pymarkdown.Options
}

func setupCodehilite(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	c := &codehilite{
		class:      o.String("css_class", "codehilite"),
		prefix:     o.String("lang_prefix", "language-"),
		plain:      !o.Bool("use_pygments", true),
		formatters: o,
	}
	c.number(o)
	d.Shared["codehilite"] = c
	d.Tree.Register("hilite", 30, c.tree)
	return nil
}

// number reads whether lines are numbered: "linenos" wins over "linenums".
func (c *codehilite) number(o pymarkdown.Options) {
	key := "linenos"
	if !o.Has(key) {
		key = "linenums"
	}
	v := o[key]
	c.numbered = ""
	if !o.Has(key) || v == nil || o.String(key, "") == "None" {
		c.undecided = key == "linenums"
		return
	}
	c.undecided = false
	switch {
	case v == "inline":
		c.numbered = "inline"
	case v == "table" || o.Bool(key, false):
		c.numbered = "table"
	}
}

// tree highlights the blocks of code in the tree.
func (c *codehilite) tree(d *pymarkdown.Document, root *pymarkdown.Element) {
	for _, pre := range root.IterTag("pre") {
		code := pre.First()
		if pre.Len() != 1 || code.Tag != "code" || code.Lead == "" {
			continue
		}
		source := strings.Trim(UnescapeCode(code.Lead), "\n")
		block := *c
		lang, source, marked := block.header(source)
		PutCode(pre, d.Stash.Add(block.stashed(d, source, lang, marked)))
	}
}

// UnescapeCode takes the escapes from the text of a block of code.
func UnescapeCode(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "&lt;", "<"), "&gt;", ">")
	return strings.ReplaceAll(s, "&amp;", "&")
}

// PutCode makes a block of code a paragraph of stashed HTML, which takes its
// place when the page is written.
func PutCode(pre *pymarkdown.Element, placeholder string) {
	for _, c := range pre.Children() {
		pre.Remove(c)
	}
	pre.Tag, pre.Attrs, pre.Tail = "p", nil, ""
	pre.SetAtomic(placeholder)
}

// header reads a first line that names the language: ":::lang" or "#!lang", which
// is taken away, or "#!/path/lang", which stays.
func (c *codehilite) header(source string) (lang, rest string, marked map[int]bool) {
	line, after, _ := strings.Cut(source, "\n")
	h, ok := parseHeader(line)
	if !ok {
		return "", source, nil
	}
	if h.shebang && c.undecided {
		c.numbered = "table"
	}
	if h.path {
		after = source
	}
	return h.lang, strings.Trim(after, "\n"), h.marked
}

type codeHeader struct {
	lang          string
	shebang, path bool
	marked        map[int]bool
}

func parseHeader(line string) (h codeHeader, ok bool) {
	s, shebang := strings.CutPrefix(line, "#!")
	if !shebang {
		if s = strings.TrimLeft(line, ":"); len(line)-len(s) < 2 {
			return h, false
		}
	}
	h.shebang = shebang
	s, h.path = cutPath(s)
	n := langLen(s)
	h.lang = strings.ToLower(s[:n])
	s = strings.TrimLeftFunc(s[n:], unicode.IsSpace)
	if s, ok := strings.CutPrefix(s, "hl_lines="); ok && s != "" && (s[0] == '"' || s[0] == '\'') {
		if end := strings.IndexByte(s[1:], s[0]); end >= 0 {
			h.marked = parseMarked(s[1 : 1+end])
		}
	}
	return h, true
}

// cutPath takes a path such as "/usr/bin/", or one space, from the front.
func cutPath(s string) (rest string, ok bool) {
	at, last := 0, -1
	for at < len(s) && s[at] == '/' {
		n := wordLen(s[at+1:])
		if n == 0 {
			break
		}
		last, at = at, at+1+n
	}
	switch {
	case at < len(s) && (s[at] == '/' || s[at] == ' '):
		return s[at+1:], true
	case last >= 0:
		return s[last+1:], true // the last part is the language
	}
	return s, false
}

func wordLen(s string) int {
	for i, r := range s {
		if !pymarkdown.IsWord(r) {
			return i
		}
	}
	return len(s)
}

// langLen is the length of a language's name at the front of s.
func langLen(s string) int {
	for i, r := range s {
		if !pymarkdown.IsWord(r) && !strings.ContainsRune("#.+-", r) {
			return i
		}
	}
	return len(s)
}

// stashed is a block of code as HTML.
func (c *codehilite) stashed(d *pymarkdown.Document, source, lang string, marked map[int]bool) pymarkdown.Stashed {
	source = strings.Trim(source, "\n")
	x := pymarkdown.Stashed{Plain: source, Safe: !strings.Contains(source, pymarkdown.STX)}
	if c.plain {
		class := ""
		if lang != "" {
			class = c.prefix + lang
		}
		if c.numbered != "" {
			class = strings.TrimSpace(class + " linenums")
		}
		if class != "" {
			class = ` class="` + class + `"`
		}
		x.HTML = `<pre class="` + c.class + `"><code` + class + ">" + EscapeFence(source) + "\n</code></pre>\n"
		return x
	}
	f := c.format(marked)
	x.HTML = f.Block(CodeLines(d, lang, source, true)) + "\n"
	return x
}

// format is the formatter's options; those that this extension does not have
// itself it hands on.
func (c *codehilite) format(marked map[int]bool) *pygments.Format {
	o := c.formatters
	f := &pygments.Format{
		Class: c.class, Marked: marked,
		Start: abs(o.Int("linenostart", 1)), Step: abs(o.Int("linenostep", 1)), Special: abs(o.Int("linenospecial", 0)),
		Title: o.String("filename", ""), Spans: o.String("linespans", ""), Anchors: o.String("lineanchors", ""),
		LinkNumbers: o.Bool("anchorlinenos", false),
	}
	switch c.numbered {
	case "table":
		f.Numbers = pygments.Table
	case "inline":
		f.Numbers = pygments.Inline
	}
	if f.Marked == nil {
		f.Marked = parseMarked(o.String("hl_lines", ""))
	}
	return f
}

func abs(n int) int { return min(max(n, -n), maxLineNumber) }

// maxLineNumber bounds numbers of lines that pages give.
const maxLineNumber = 1 << 30

// CodeLines gives code as lines of HTML, each with its line feed, coloured if
// Pygments has the language and the page's surroundings know it. Placeholders in
// it would be cut in pieces, so code with them is plain.
func CodeLines(d *pymarkdown.Document, lang, source string, strip bool) []string {
	var highlight pygments.Highlight
	if _, known := pygments.Lexer(lang); known && !strings.Contains(source, pymarkdown.STX) {
		highlight = d.Env.Highlight
	}
	lines, _ := pygments.Lines(lang, source, strip, highlight)
	return lines
}

// EscapeFence escapes code as the extension fenced_code does.
func EscapeFence(s string) string { return fenceEscaper.Replace(s) }

var fenceEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
