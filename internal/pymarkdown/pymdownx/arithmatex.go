package pymdownx

import (
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

// arithmatex finds formulas: $…$ and \(…\) within text, and blocks $$…$$, \[…\]
// and \begin{…}…\end{…}.
type arithmatex struct {
	generic     bool
	preview     bool
	inline      mathForm
	blockTag    string
	inlineWrap  [2]string
	blockWrap   [2]string
	dollar      bool
	smart       bool // a dollar beside a space inside is none
	round       bool
	blockDollar bool
	square      bool
	begin       bool
}

func setupArithmatex(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	inline, block := []string{"dollar", "round"}, []string{"dollar", "square", "begin"}
	if o.Has("inline_syntax") {
		inline = o.Strings("inline_syntax")
	}
	if o.Has("block_syntax") {
		block = o.Strings("block_syntax")
	}
	a := &arithmatex{
		generic: o.Bool("generic", false), preview: o.Bool("preview", true), smart: o.Bool("smart_dollar", true),
		blockTag: o.String("block_tag", "div"), inlineWrap: mathWrap(o, "tex_inline_wrap", `\(`, `\)`),
		blockWrap: mathWrap(o, "tex_block_wrap", `\[`, `\]`),
		dollar:    slices.Contains(inline, "dollar"), round: slices.Contains(inline, "round"),
		blockDollar: slices.Contains(block, "dollar"), square: slices.Contains(block, "square"), begin: slices.Contains(block, "begin"),
	}
	a.inline = mathForm{mathJax: !a.generic, preview: a.preview, tag: o.String("inline_tag", "span")}
	if !strings.Contains(d.EscapedChars, "$") {
		d.EscapedChars += "$"
	}
	if a.dollar || a.round {
		d.Inline.Register("arithmatex-inline", 189.9, &pymarkdown.Pattern{Triggers: a.triggers(), Find: a.find})
	}
	if a.blockDollar || a.square || a.begin {
		d.Blocks.Register("arithmatex-block", 79.9, a)
	}
	return nil
}

// mathWrap reads what stands around a formula. A bracket comes out doubled or
// single as it does in the original, which takes it for its own.
func mathWrap(o pymarkdown.Options, key, before, after string) [2]string {
	w := o.Strings(key)
	if len(w) < 2 {
		return [2]string{before, after}
	}
	return [2]string{strings.ReplaceAll(w[0], "{", "}}"), strings.ReplaceAll(w[1], "{", "}}")}
}

func (a *arithmatex) triggers() string {
	if !a.round {
		return "$"
	}
	if !a.dollar {
		return `\`
	}
	return `$\`
}

// find finds the first formula within text, or backslashes before one.
func (a *arithmatex) find(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	closed := true // whether "\(" may still be closed
	for at := from; at < len(text); {
		i := strings.IndexAny(text[at:], `$\`)
		if i < 0 {
			break
		}
		at += i
		if at > 0 && text[at-1] == '\\' {
			at++
			continue
		}
		if m, ok := a.escapes(text, at); ok {
			return m, true
		}
		open, end := 0, -1
		switch {
		case text[at] == '$' && a.dollar:
			open, end = 1, a.dollarEnd(text, at+1)
		case a.round && closed && strings.HasPrefix(text[at:], `\(`):
			open, end = 2, roundEnd(text, at+2)
			closed = end >= 0 || end == endedEarly
		}
		if end < 0 {
			at++
			continue
		}
		m := pymarkdown.Match{Start: at, End: end + open}
		math := text[at+open : end]
		if placeholder, ok := drawnFormula(d, math); ok {
			m.Text = placeholder
		} else {
			m.Node = a.inline.element(math, "arithmatex", a.inlineWrap[0], a.inlineWrap[1])
		}
		return m, true
	}
	return pymarkdown.Match{}, false
}

// escapes finds backslashes in front of a dollar or "\(", which stand for half
// as many.
func (a *arithmatex) escapes(text string, at int) (m pymarkdown.Match, ok bool) {
	n := 0
	for at+n < len(text) && text[at+n] == '\\' {
		n++
	}
	next := byte(0)
	if at+n < len(text) {
		next = text[at+n]
	}
	switch {
	case n >= 2 && n%2 == 0 && next == '$' && a.dollar:
	case n >= 3 && n%2 == 1 && next == '(' && a.round:
		n--
	default:
		return m, false
	}
	return pymarkdown.Match{Start: at, End: at + n, Text: strings.Repeat(pymarkdown.Escaped('\\'), n/2)}, true
}

// dollarEnd is where the dollar stands that closes a formula, or -1.
func (a *arithmatex) dollarEnd(text string, from int) int {
	if a.smart && pymarkdown.BlankAt(text, from) {
		return -1
	}
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '$':
			if i == from || a.smart && pymarkdown.BlankBefore(text, i) {
				return -1
			}
			return i
		case '\\':
			i++
		case pymarkdown.STX[0], pymarkdown.ETX[0]:
			return -1
		}
	}
	return -1
}

// endedEarly says that a formula is not closed here, but that one behind may be.
const endedEarly = -2

// roundEnd is where the "\)" stands that closes a formula, or negative.
func roundEnd(text string, from int) int {
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '\\':
			if i+1 < len(text) && text[i+1] == ')' {
				if i == from {
					return endedEarly
				}
				return i
			}
			i++
		case pymarkdown.STX[0], pymarkdown.ETX[0]:
			return endedEarly
		}
	}
	return -1
}

// Test implements pymarkdown.BlockProcessor.
func (a *arithmatex) Test(_ *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	_, ok := a.block(block)
	return ok
}

// Run implements pymarkdown.BlockProcessor.
func (a *arithmatex) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	math, _ := a.block(blocks.Pop())
	if x, ok := extensions.Draw(d, "math-block", math); ok {
		parent.Sub("p").SetAtomic(d.Stash.Add(x))
		return true
	}
	e := parent.Sub(a.blockTag)
	e.Set("class", "arithmatex")
	if a.generic {
		e.SetAtomic(a.blockWrap[0] + math + a.blockWrap[1])
		return true
	}
	addMathJax(e, math, "div", "math/tex; mode=display", a.preview)
	return true
}

// block gives the formula that a block consists of.
func (a *arithmatex) block(block string) (math string, ok bool) {
	if block == "" || block[0] != '$' && block[0] != '\\' {
		return "", false
	}
	s := strings.TrimRight(strings.TrimSuffix(block, "\n"), " ")
	switch {
	case a.blockDollar && strings.HasPrefix(s, "$$"):
		math, ok = enclosed(s, "$$", "$$", "")
	case a.square && strings.HasPrefix(s, `\[`):
		math, ok = enclosed(s, `\[`, `\]`, `]`)
	case a.begin && strings.HasPrefix(s, `\begin{`):
		env, _, _ := strings.Cut(s[len(`\begin{`):], "}")
		if name := strings.TrimSuffix(env, "*"); name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == "" {
			_, ok = enclosed(s, `\begin{`+env+"}", `\end{`+env+"}", "")
			math = s
		}
	}
	return math, ok
}

// enclosed gives what stands between open and end, if end is the end of s and not
// half of an escaped pair. A backslash before a byte of stop does not begin a pair.
func enclosed(s, open, end, stop string) (string, bool) {
	if len(s) <= len(open)+len(end) || !strings.HasPrefix(s, open) || !strings.HasSuffix(s, end) {
		return "", false
	}
	last := len(s) - len(end)
	i := len(open)
	for i < last {
		if s[i] != '\\' {
			i++
			continue
		}
		if stop != "" && s[i+1] == stop[0] {
			return "", false
		}
		i += 2
	}
	return s[len(open):last], i == last
}
