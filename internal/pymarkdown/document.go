package pymarkdown

import "strings"

// Document is one page while it is read.
type Document struct {
	*Dialect
	// Env is what the page may ask for.
	Env Env
	// References are the page's link references, by lower-case name.
	References map[string]Reference
	Stash      Stash
	// Root is the tree, once blocks are read.
	Root *Element
	// Full says that there was more HTML than Env.Limit.
	Full bool

	state  []string
	inline inliner
	values map[any]any
	depth  int
	code   codeText
	seen   int // bytes shown to block processors, see maxSeen
	// complex and deep say that it was reported that there is too much of it, and
	// that blocks are nested too deep.
	complex, deep bool
}

// Env is what a page can see of the world around it. Everything may be left out.
type Env struct {
	// Read gives the text of a file of the site, by a path as the page names it,
	// for includes; nil refuses all. It reports whether there is such a file.
	Read func(name string) (text string, ok bool)
	// Highlight gives a block of code as HTML with classes, line by line without
	// their ends; nil leaves code plain. ok is false if it knows no such language.
	Highlight func(language, code string) (lines []string, ok bool)
	// Output decides what is written for readers; nil writes everything as
	// Python-Markdown does.
	Output Output
	// Fence draws a diagram or formula of this kind ("mermaid", "math" …); it
	// reports whether it could.
	Fence func(kind, source string) (html string, ok bool)
	// Report says what is wrong with a page; line is 1-based, or 0.
	Report func(line int, code, message, hint string)
	// Limit is how many bytes of HTML are written, about; 0 is no limit. Beyond it
	// the rest is left out and the Document is Full.
	Limit int
	// Page is the page's path below docs_dir, such as "a/b.md".
	Page string
}

// Reference is the target of a link by name.
type Reference struct{ Link, Title string }

// maxDepth is how deep blocks may stand in each other. What is deeper stays
// text, as with Python-Markdown near its recursion limit.
const maxDepth = 100

// Parse reads a page into a tree, with inline markup, ready to be written.
func (d *Dialect) Parse(source string, env Env) *Document {
	doc := &Document{Dialect: d, Env: env, References: map[string]Reference{}}
	doc.Root = NewElement("div")
	if strings.TrimSpace(source) == "" {
		return doc
	}
	source = strings.ToValidUTF8(source, "\uFFFD")
	for _, reset := range d.Resets {
		reset(doc)
	}
	lines := strings.Split(validText(source), "\n")
	for _, pre := range d.Pre.All() {
		lines = pre(doc, lines)
	}
	// Preprocessors may have included other files.
	doc.ParseChunk(doc.Root, validText(strings.Join(lines, "\n")))
	for _, t := range d.Tree.All() {
		t(doc, doc.Root)
	}
	return doc
}

// validText puts the replacement character for bytes that are no UTF-8, so that
// nothing behind it need expect them.
func validText(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// Convert reads a page and writes it as HTML, as Python-Markdown's function
// markdown does.
func (d *Dialect) Convert(source string, env Env) string {
	doc := d.Parse(source, env)
	out := doc.HTML()
	for _, post := range d.Post.All() {
		if post != nil {
			out = post(doc, out)
		}
	}
	return strings.TrimSpace(out)
}

// Value is what an extension keeps for the page under a key of its own type,
// made when first asked for.
func Value[T any](d *Document, key any) *T {
	if v, ok := d.values[key].(*T); ok {
		return v
	}
	v := new(T)
	if d.values == nil {
		d.values = map[any]any{}
	}
	d.values[key] = v
	return v
}

// Report says what is wrong with the page.
func (d *Document) Report(line int, code, message, hint string) {
	if d.Env.Report != nil {
		d.Env.Report(line, code, message, hint)
	}
}

// noMarks takes the marks of placeholders out of a page's own text.
var noMarks = strings.NewReplacer("\x02", "", "\x03", "")

// normalizeWhitespace is the first preprocessor.
func normalizeWhitespace(d *Document, lines []string) []string {
	for i, line := range lines {
		if strings.ContainsAny(line, "\x02\x03\r\t") {
			if strings.ContainsAny(line, "\x02\x03") {
				line = noMarks.Replace(line)
			}
			if strings.Contains(line, "\r") {
				whole := strings.Join(lines[i:], "\n")
				whole = strings.ReplaceAll(strings.ReplaceAll(whole, "\r\n", "\n"), "\r", "\n")
				return append(lines[:i:i], normalizeWhitespace(d, strings.Split(whole, "\n"))...)
			}
			line = ExpandTabs(line, d.TabLength)
		}
		if i > 0 && strings.TrimLeft(line, " ") == "" {
			line = ""
		}
		lines[i] = line
	}
	return append(lines, "", "")
}

// ExpandTabs is Python's str.expandtabs.
func ExpandTabs(line string, width int) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var b strings.Builder
	col := 0
	for _, r := range line {
		if r == '\t' {
			n := width - col%width
			for range n {
				b.WriteByte(' ')
			}
			col += n
			continue
		}
		b.WriteRune(r)
		if col++; r == '\n' || r == '\r' {
			col = 0
		}
	}
	return b.String()
}
