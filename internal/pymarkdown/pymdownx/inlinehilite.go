package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

// inlineHilite highlights code within text: `#!python code` or `:::python code`.
type inlineHilite struct {
	hl         *highlighter
	class      string
	plainText  bool   // style_plain_text: code without a language has classes too
	plainLang  string // and is of this language
	kinds      []inlineKind
	classGiven string
}

// inlineKind is what custom_inline makes of a language.
type inlineKind struct {
	name, class string
	form        mathForm
	math        bool
}

func setupInlineHilite(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	h := &inlineHilite{classGiven: o.String("css_class", "")}
	switch v := o["style_plain_text"].(type) {
	case string:
		h.plainText, h.plainLang = v != "", v
	default:
		h.plainText = o.Bool("style_plain_text", false)
	}
	for _, x := range o.List("custom_inline") {
		h.addKind(pymarkdown.Options{"": x}.Map(""))
	}
	d.Inline.Register("backtick", 190, &pymarkdown.Pattern{Triggers: "`", Find: h.find})
	d.Finals = append(d.Finals, func(d *pymarkdown.Dialect) {
		h.hl = highlighterOf(d)
		if h.class = h.classGiven; h.class == "" {
			h.class = h.hl.class
		}
	})
	return nil
}

func (h *inlineHilite) addKind(o pymarkdown.Options) {
	if o == nil || !o.Has("name") || !o.Has("class") {
		return
	}
	k := inlineKind{name: o.String("name", ""), class: o.String("class", "")}
	if py, ok := o.Py("format"); ok {
		module, name := splitPy(py.Name)
		k.form, k.math = mathFormat(module, name, py.Kwargs, "span")
	}
	h.kinds = append(h.kinds, k)
}

func (h *inlineHilite) find(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	t, ok := pymarkdown.FindTicks(text, from)
	m := t.Match()
	if !ok || t.Escapes {
		return m, ok
	}
	lang, code := "", text[t.Code:t.Close]
	if open := text[t.Start:t.Code]; text[t.Code] == ':' || text[t.Code] == '#' {
		if l, c, end, ok := languageOf(text, t.Code, len(open)); ok {
			lang, code, m.End = l, c, end
		}
	}
	code = strings.TrimFunc(code, pymarkdown.IsBlank)
	h.write(d, &m, lang, code)
	return m, true
}

// languageOf reads a language in front of code that begins at byte at and is
// closed by n backticks.
func languageOf(text string, at, n int) (lang, code string, end int, ok bool) {
	s := text[at:]
	rest, ok := strings.CutPrefix(s, "#!")
	if !ok {
		if rest = strings.TrimLeft(s, ":"); len(s)-len(rest) < 3 {
			return "", "", 0, false
		}
	}
	k := languageLen(rest)
	after := strings.TrimLeftFunc(rest[k:], pymarkdown.IsBlank)
	space := len(rest) - k - len(after)
	if space == 0 {
		return "", "", 0, false
	}
	begin := len(text) - len(after)
	search := begin // a backtick that begins the code belongs to it
	for search < len(text) && text[search] == '`' {
		search++
	}
	if got, from, to := pymarkdown.ClosingTicks(text, search, n); got == n {
		return rest[:k], text[begin:from], to, true
	}
	if got, from, to := pymarkdown.ClosingTicks(text[:search], begin, n); got == n && from == begin && space > 1 {
		return rest[:k], "", to, true
	}
	return "", "", 0, false
}

// languageLen is the length of the name of a language at the front of s.
func languageLen(s string) int {
	for i, r := range s {
		if !pymarkdown.IsWord(r) && !strings.ContainsRune("#.+-", r) {
			return i
		}
	}
	return len(s)
}

// write makes the node of a piece of code.
func (h *inlineHilite) write(d *pymarkdown.Document, m *pymarkdown.Match, lang, code string) {
	for i := len(h.kinds) - 1; i >= 0; i-- {
		if k := h.kinds[i]; k.math && (k.name == lang || k.name == "*") {
			h.formula(d, m, k, code)
			return
		}
	}
	m.Node = pymarkdown.NewElement("code")
	if !h.plainText && lang == "" && !h.guesses() {
		m.Node.SetAtomic(d.Stash.Add(codeText(code, pymarkdown.CodeEscape(code))))
		return
	}
	if lang == "" {
		lang = h.plainLang
	}
	class, html := h.class, ""
	if h.hl.usePygments {
		alias, named := h.alias(lang)
		if h.hl.langClass {
			class = strings.TrimSpace(h.hl.prefix + named + " " + class)
		}
		html = inlineLines(extensions.CodeLines(d, alias, code, true))
	} else {
		if lang != "" {
			class = strings.TrimSpace(h.hl.prefix + lang + " " + class)
		}
		html = pymarkdown.CodeEscape(code)
	}
	if class != "" {
		m.Node.Set("class", class)
	}
	m.Node.SetAtomic(d.Stash.Add(codeText(code, html)))
}

// guesses tells whether the original would guess the language: here that means no
// more than that code has its classes.
func (h *inlineHilite) guesses() bool {
	s, text := h.hl.guess.(string)
	return text && s != "" && s != "false" || pymarkdown.Options{"": h.hl.guess}.Bool("", false)
}

// alias is the language that code is highlighted as and what its class says.
func (h *inlineHilite) alias(lang string) (alias, class string) {
	hl := *h.hl
	hl.defaultLang = h.plainLang
	alias, class, _ = hl.lexer(lang)
	return alias, class
}

// inlineLines joins lines as pymdownx.inlinehilite does: each without the white
// space around it.
func inlineLines(lines []string) string {
	for i, line := range lines {
		lines[i] = strings.TrimFunc(line, pymarkdown.IsBlank)
	}
	return strings.Join(lines, "")
}

func codeText(code, html string) pymarkdown.Stashed {
	return pymarkdown.Stashed{HTML: html, Safe: !strings.Contains(code, pymarkdown.STX), Plain: code}
}

// formula writes code that is a formula.
func (h *inlineHilite) formula(d *pymarkdown.Document, m *pymarkdown.Match, k inlineKind, code string) {
	if html, ok := drawnFormula(d, code); ok {
		m.Text = html
		return
	}
	m.Node = k.form.element(code, k.class, `\(`, `\)`)
}

// drawnFormula asks for a formula within text, and gives the placeholder of its
// HTML.
func drawnFormula(d *pymarkdown.Document, math string) (placeholder string, ok bool) {
	if d.Env.Fence == nil {
		return "", false
	}
	html, ok := d.Env.Fence("math", math)
	if !ok {
		return "", false
	}
	return d.Stash.Add(pymarkdown.Stashed{HTML: html, Safe: true, Plain: math}), true
}
