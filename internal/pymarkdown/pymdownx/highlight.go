package pymdownx

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/pygments"
)

// highlighter holds the options of pymdownx.highlight. Superfences and
// inlinehilite use those of the extension, or the defaults if it is not there.
type highlighter struct {
	class       string
	usePygments bool
	guess       any  // guess_lang: true, "block" or "inline"
	numbers     bool // linenums: lines are numbered unless a block says 0
	never       bool // linenums was set to false: not even if a block asks for it
	style       pygments.Numbers
	special     int
	extended    map[string]string // names for languages that authors may use
	prefix      string
	onPre       bool // code_attr_on_pre
	autoTitle   bool
	titles      map[string]string
	spans       string
	anchors     string
	linkNumbers bool
	langClass   bool // pygments_lang_class
	strip       bool
	defaultLang string
}

// blockCount is how many blocks of code a page has had; ids of lines are made of it.
type blockCount struct{ n int }

type blockCountKey struct{}

// nextBlock is the number of the next block of code, from 0.
func nextBlock(d *pymarkdown.Document) int {
	c := pymarkdown.Value[blockCount](d, blockCountKey{})
	c.n++
	return c.n - 1
}

func setupHighlight(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	h := newHighlighter(o)
	if _, ok := d.Shared["pymdownx.highlight"]; !ok {
		d.Shared["pymdownx.highlight"] = h
	}
	d.Tree.Register("indent-highlight", 30, h.tree)
	return nil
}

// highlighterOf gives the options of the extension in a dialect.
func highlighterOf(d *pymarkdown.Dialect) *highlighter {
	if h, ok := d.Shared["pymdownx.highlight"].(*highlighter); ok {
		return h
	}
	return newHighlighter(nil)
}

func newHighlighter(o pymarkdown.Options) *highlighter {
	h := &highlighter{
		class:       o.String("css_class", "highlight"),
		usePygments: o.Bool("use_pygments", true),
		guess:       o["guess_lang"],
		special:     o.Int("linenums_special", -1),
		prefix:      o.String("language_prefix", "language-"),
		onPre:       o.Bool("code_attr_on_pre", false),
		autoTitle:   o.Bool("auto_title", false),
		spans:       o.String("line_spans", ""),
		anchors:     o.String("line_anchors", ""),
		linkNumbers: o.Bool("anchor_linenums", false),
		langClass:   o.Bool("pygments_lang_class", false),
		strip:       o.Bool("stripnl", true),
		defaultLang: o.String("default_lang", ""),
		extended:    map[string]string{},
		titles:      map[string]string{},
	}
	if v, ok := o["linenums"]; ok && v != nil && o.String("linenums", "") != "None" {
		h.numbers = o.Bool("linenums", false)
		h.never = !h.numbers
	}
	h.style = numberStyle(o.String("linenums_style", "table"))
	if h.linkNumbers && h.anchors == "" {
		h.anchors = "__codelineno"
	}
	for _, x := range o.List("extend_pygments_lang") {
		if m := (pymarkdown.Options{"": x}).Map(""); m != nil && m.Has("name") {
			name := strings.ToLower(m.String("name", ""))
			if _, ok := h.extended[name]; !ok {
				h.extended[name] = m.String("lang", "")
			}
		}
	}
	for k := range o.Map("auto_title_map") {
		h.titles[k] = o.Map("auto_title_map").String(k, "")
	}
	return h
}

func numberStyle(s string) pygments.Numbers {
	switch s {
	case "inline":
		return pygments.Inline
	case "pymdownx-inline":
		return pygments.Data
	case "":
		return pygments.None
	}
	return pygments.Table
}

// tree highlights indented code.
func (h *highlighter) tree(d *pymarkdown.Document, root *pymarkdown.Element) {
	for _, pre := range root.IterTag("pre") {
		code := pre.First()
		if pre.Len() != 1 || code.Tag != "code" {
			continue
		}
		source := strings.TrimRight(extensions.UnescapeCode(code.Lead), "\n")
		plain := *h
		plain.spans, plain.anchors, plain.linkNumbers = "", "", false
		x := plain.block(d, &codeBlock{source: source, start: -1, step: -1, special: -1, class: h.class, number: nextBlock(d)})
		extensions.PutCode(pre, d.Stash.Add(x))
	}
}

// codeBlock is a block of code with what its author said about it.
type codeBlock struct {
	source, lang         string
	class                string // of the element around it
	classes              []string
	id                   string
	attrs                []pymarkdown.Attr
	title                string
	titled               bool
	marked               map[int]bool
	start, step, special int // -1: not said
	number               int // of the block on the page
}

// block writes a block of code.
func (h *highlighter) block(d *pymarkdown.Document, b *codeBlock) pymarkdown.Stashed {
	if b.lang == "" {
		b.lang = h.defaultLang
	}
	x := pymarkdown.Stashed{Plain: b.source, Safe: b.isSafe(h)}
	if h.usePygments {
		x.HTML = h.formatted(d, b)
	} else {
		x.HTML = h.forScript(b)
	}
	return x
}

// isSafe tells whether nothing but code and title comes from the author, so that
// the block's HTML is ours.
func (b *codeBlock) isSafe(h *highlighter) bool {
	if b.id != "" || len(b.attrs) > 0 || strings.Contains(b.source, pymarkdown.STX) {
		return false
	}
	for _, c := range b.classes {
		if !harmlessClass(c) {
			return false
		}
	}
	return !strings.ContainsAny(b.class+h.prefix+b.lang, `<>&"'`)
}

// harmlessClass tells whether a class may be given to code without a look at the
// policy for HTML: those that Material's manual tells authors of.
func harmlessClass(c string) bool {
	switch c {
	case "annotate", "no-annotate", "copy", "no-copy", "select", "no-select":
		return true
	}
	return false
}

// lexer gives the language that a block is highlighted as, what its class says
// and its name.
func (h *highlighter) lexer(lang string) (alias, class, name string) {
	alias = lang
	if to, ok := h.extended[strings.ToLower(lang)]; ok && lang != "" {
		alias = to
	}
	if name, ok := pygments.Lexer(alias); ok {
		return alias, lang, name
	}
	alias = h.defaultLang
	name, ok := pygments.Lexer(alias)
	if !ok {
		alias, name = "text", "Text only"
	}
	return alias, alias, name
}

func (h *highlighter) formatted(d *pymarkdown.Document, b *codeBlock) string {
	alias, class, name := h.lexer(b.lang)
	if h.langClass {
		b.classes = append([]string{h.prefix + class}, b.classes...)
	}
	f := pygments.Format{
		Class: b.class, Numbers: h.numbering(b), Marked: b.marked, EmptySpans: true, LinkNumbers: h.linkNumbers,
		Start: 1, Step: 1, Classes: strings.Join(b.classes, " "), ID: b.id, Attrs: dataAttrs(b.attrs),
	}
	if f.Numbers != pygments.None {
		f.Start, f.Step = max(b.start, 1), max(b.step, 1)
		if f.Special = b.special; f.Special < 0 {
			f.Special = max(h.special, 0)
		}
	}
	f.Title = strings.TrimSpace(b.title)
	if !b.titled && h.autoTitle {
		f.Title = h.titleOf(name)
	}
	block := b.id
	if block == "" {
		block = strconv.Itoa(b.number)
	}
	if h.spans != "" {
		f.Spans = h.spans + "-" + block
	}
	if h.anchors != "" {
		f.Anchors = h.anchors + "-" + block
	}
	return f.Block(extensions.CodeLines(d, alias, b.source, h.strip))
}

// numbering tells how the lines of a block are numbered.
func (h *highlighter) numbering(b *codeBlock) pygments.Numbers {
	if h.numbers && b.start != 0 || !h.never && b.start > 0 {
		return h.style
	}
	return pygments.None
}

// titleOf is the title made of a lexer's name.
func (h *highlighter) titleOf(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if w == strings.ToLower(w) && w != strings.ToUpper(w) {
			words[i] = pyTitle(w)
		}
	}
	name = strings.Join(words, " ")
	if t, ok := h.titles[name]; ok {
		return strings.TrimSpace(t)
	}
	return name
}

// pyTitle is Python's str.title of a word in lower case: a letter behind what is
// none is a capital.
func pyTitle(w string) string {
	up := true
	return strings.Map(func(r rune) rune {
		letter := r >= 'a' && r <= 'z'
		if letter && up {
			r -= 'a' - 'A'
		}
		up = !letter
		return r
	}, w)
}

func dataAttrs(attrs []pymarkdown.Attr) string {
	var b strings.Builder
	for _, a := range attrs {
		if strings.HasPrefix(a.Key, "data-") {
			b.WriteString(" " + a.Key + `="` + a.Val + `"`)
		}
	}
	return b.String()
}

// forScript writes a block for a highlighter in the browser.
func (h *highlighter) forScript(b *codeBlock) string {
	classes := b.classes
	if h.onPre && b.class != "" {
		classes = append([]string{b.class}, classes...)
	}
	if b.lang != "" {
		classes = append([]string{h.prefix + b.lang}, classes...)
	}
	attrs := attrText("id", b.id) + attrText("class", strings.Join(classes, " "))
	for _, a := range b.attrs {
		attrs += " " + a.Key + `="` + a.Val + `"`
	}
	source := pymarkdown.CodeEscape(b.source)
	if h.onPre {
		return "<pre" + attrs + "><code>" + source + "</code></pre>"
	}
	return "<pre" + attrText("class", b.class) + "><code" + attrs + ">" + source + "</code></pre>"
}

// attrText writes an attribute, or nothing if it has no value. The value is not
// escaped: what may hold signs of HTML is stashed as HTML of the author's.
func attrText(key, val string) string {
	if val == "" {
		return ""
	}
	return " " + key + `="` + val + `"`
}
