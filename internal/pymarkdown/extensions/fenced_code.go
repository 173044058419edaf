package extensions

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// fencedCode finds fences that begin a line, before anything else is read.
type fencedCode struct {
	prefix   string // of the language's class
	hilite   *codehilite
	attrList bool
}

func setupFencedCode(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	f := &fencedCode{prefix: o.String("lang_prefix", "language-")}
	d.Pre.Register("fenced_code_block", 25, f.run)
	delete(d.Shared, "fenced_code_block") // superfences', if it was there
	d.Finals = append(d.Finals, func(d *pymarkdown.Dialect) {
		f.hilite, _ = d.Shared["codehilite"].(*codehilite)
		f.attrList = d.Tree.Has("attr_list")
	})
	return nil
}

func (f *fencedCode) run(d *pymarkdown.Document, lines []string) []string {
	var out []string // made when there is a fence
	// unclosed are fences that no line from some number on closes.
	unclosed := map[string]bool{}
	for i := 0; i < len(lines); i++ {
		if !strings.HasPrefix(lines[i], "```") && !strings.HasPrefix(lines[i], "~~~") {
			if out != nil {
				out = append(out, lines[i])
			}
			continue
		}
		html, end := f.fence(d, lines, i, unclosed)
		switch {
		case end > 0:
			if out == nil {
				out = append(make([]string, 0, len(lines)), lines[:i]...)
			}
			out = append(out, "", d.Stash.Add(html), "")
			i = end
		case out != nil:
			out = append(out, lines[i])
		}
	}
	if out == nil {
		return lines
	}
	return out
}

// fence reads the fence that begins at line i: its HTML and the line that closes
// it; end is 0 if it is none.
func (f *fencedCode) fence(d *pymarkdown.Document, lines []string, i int, unclosed map[string]bool) (x pymarkdown.Stashed, end int) {
	mark, head := cutFence(lines[i])
	h, ok := parseFenceHead(head)
	if !ok || unclosed[mark] {
		return x, 0
	}
	for end = i + 1; end < len(lines); end++ {
		if line := lines[end]; strings.HasPrefix(line, mark) && strings.TrimLeft(line[len(mark):], " ") == "" {
			break
		}
	}
	if end == len(lines) {
		unclosed[mark] = true
		return x, 0
	}
	if h.braces {
		attrs, rest := Attributes(h.attrs)
		if rest != "" {
			return x, 0
		}
		h.take(attrs)
	}
	code := strings.Join(lines[i+1:end], "\n")
	if end > i+1 {
		code += "\n"
	}
	return f.write(d, &h, code), end
}

func cutFence(line string) (mark, rest string) {
	rest = strings.TrimLeft(line, line[:1])
	return line[:len(line)-len(rest)], rest
}

// fenceHead is what stands behind the mark that opens a fence.
type fenceHead struct {
	lang    string
	attrs   string
	braces  bool // attrs were given
	id      string
	classes []string
	options []pymarkdown.Attr
}

// parseFenceHead reads "{attrs}", or a language and hl_lines.
func parseFenceHead(s string) (h fenceHead, ok bool) {
	s = strings.TrimLeft(s, " ")
	if strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") {
		h.attrs, h.braces = s[1:len(s)-1], true
		return h, true
	}
	h.lang, s = cutLang(s)
	s = strings.TrimLeft(s, " ")
	rest, ok := strings.CutPrefix(s, "hl_lines=")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return h, s == ""
	}
	rest = strings.TrimRight(rest, " ")
	if len(rest) < 2 || rest[len(rest)-1] != rest[0] {
		return h, false
	}
	h.options = append(h.options, pymarkdown.Attr{Key: "hl_lines", Val: rest[1 : len(rest)-1]})
	return h, true
}

// cutLang takes a language from the front; one point before it is left out. Where
// "hl_lines=" follows, that is none.
func cutLang(s string) (lang, rest string) {
	from := 0
	if strings.HasPrefix(s, ".") {
		from = 1
	}
	n := langLen(s[from:])
	lang, rest = s[from:from+n], s[from+n:]
	if before, ok := strings.CutSuffix(lang, "hl_lines"); ok && strings.HasPrefix(rest, "=") {
		return before, "hl_lines" + rest
	}
	return lang, rest
}

// take reads attributes: the first class is the language.
func (h *fenceHead) take(attrs []pymarkdown.Attr) {
	for _, a := range attrs {
		switch a.Key {
		case "id":
			h.id = a.Val
		case ".":
			h.classes = append(h.classes, a.Val)
		default:
			h.options = append(h.options, a)
		}
	}
	if len(h.classes) > 0 {
		h.lang, h.classes = h.classes[0], h.classes[1:]
	}
}

func (h *fenceHead) option(key string) (string, bool) {
	for _, a := range h.options {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func (f *fencedCode) write(d *pymarkdown.Document, h *fenceHead, code string) pymarkdown.Stashed {
	if x, ok := Drawn(d, h.lang, code); ok {
		return x
	}
	usePygments, given := h.option("use_pygments")
	if f.hilite != nil && !f.hilite.plain && !(given && isFalse(usePygments)) {
		return f.highlighted(d, h, code)
	}
	var b strings.Builder
	b.WriteString("<pre")
	writeAttr(&b, "id", h.id)
	writeAttr(&b, "class", strings.Join(h.classes, " "))
	b.WriteString("><code")
	if h.lang != "" {
		writeAttr(&b, "class", f.prefix+h.lang)
	}
	safe := h.id == "" && len(h.classes) == 0 && !strings.Contains(code, pymarkdown.STX)
	if f.attrList && !(given && isTrue(usePygments)) {
		for _, a := range h.options {
			if a.Key != "use_pygments" {
				b.WriteString(" " + a.Key + `="` + attrEscaper.Replace(optionValue(a)) + `"`)
				safe = false
			}
		}
	}
	b.WriteString(">" + EscapeFence(code) + "</code></pre>")
	return pymarkdown.Stashed{HTML: b.String(), Safe: safe, Plain: code}
}

func writeAttr(b *strings.Builder, key, val string) {
	if val != "" {
		b.WriteString(" " + key + `="` + attrEscaper.Replace(val) + `"`)
	}
}

var attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// optionValue writes an option as Python prints what it was read as.
func optionValue(a pymarkdown.Attr) string {
	switch a.Key {
	case "hl_lines":
		var numbers []string
		for f := range strings.FieldsSeq(a.Val) {
			if _, err := strconv.Atoi(f); err != nil {
				return "[]"
			}
			numbers = append(numbers, f)
		}
		return "[" + strings.Join(numbers, ", ") + "]"
	case "linenums", "guess_lang", "noclasses":
		switch {
		case isTrue(a.Val):
			return "True"
		case isFalse(a.Val):
			return "False"
		}
		return "None"
	}
	return a.Val
}

func isTrue(s string) bool { return pymarkdown.Options{"": s}.Bool("", false) }

func isFalse(s string) bool { return !pymarkdown.Options{"": s}.Bool("", true) }

// highlighted writes a fence as codehilite does, with the options of the fence.
func (f *fencedCode) highlighted(d *pymarkdown.Document, h *fenceHead, code string) pymarkdown.Stashed {
	c := *f.hilite
	o := pymarkdown.Options{}
	for k, v := range c.formatters {
		o[k] = v
	}
	for _, a := range h.options {
		o[a.Key] = a.Val
		if a.Key == "linenums" && !isTrue(a.Val) && !isFalse(a.Val) {
			o[a.Key] = nil
		}
	}
	c.formatters = o
	c.number(o)
	c.class = o.String("css_class", c.class)
	if len(h.classes) > 0 {
		c.class = strings.Join(h.classes, " ") + " " + c.class
	}
	x := c.stashed(d, code, h.lang, nil)
	x.Safe = x.Safe && len(h.classes) == 0 && len(h.options) == 0
	return x
}

// Drawn asks for a diagram or formula of a fence in a language, such as "mermaid"
// or "dot".
func Drawn(d *pymarkdown.Document, lang, source string) (x pymarkdown.Stashed, ok bool) {
	if lang == "" {
		return x, false
	}
	return Draw(d, lang, source)
}

// Draw asks for a diagram or formula of some kind, as a block.
func Draw(d *pymarkdown.Document, kind, source string) (x pymarkdown.Stashed, ok bool) {
	if d.Env.Fence == nil {
		return x, false
	}
	html, ok := d.Env.Fence(kind, source)
	if !ok {
		return x, false
	}
	if strings.HasPrefix(html, "<svg") { // which could stand within text, too
		html = "<figure>" + html + "</figure>"
	}
	return pymarkdown.Stashed{HTML: html, Safe: true, Plain: source}, true
}
