package highlight

import (
	"strings"

	"github.com/alecthomas/chroma/v2"

	"callboard/internal/digest"
)

// slow highlights with chroma. What it makes is remembered: a block often
// stands on many pages.
func (h *Highlighter) slow(dst []byte, lang, src string) ([]byte, bool) {
	lexer := h.lexer(lang)
	if lexer == nil {
		return escape(dst, src), false
	}
	if len(src) > MaxSlowBytes || longLine(src) {
		return escape(dst, src), true
	}
	key := digest.New("highlight").String(lang).String(src).Sum()
	h.mu.Lock()
	spans, ok := h.memo[key]
	h.mu.Unlock()
	if !ok {
		spans = string(runChroma(lexer, src))
		h.remember(key, spans)
	}
	return append(dst, spans...), true
}

// remember keeps a result. When there is too much, all is forgotten: what is
// in use comes back soon, and no order of use has to be kept.
func (h *Highlighter) remember(key digest.Sum, spans string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, twice := h.memo[key]; twice {
		return
	}
	if h.size += len(spans); h.size > maxMemo {
		clear(h.memo)
		h.size = len(spans)
	}
	h.memo[key] = spans
}

// all are the lexers that a program shares.
var all registry

// maxNames is how many names of languages are remembered.
const maxNames = 1_000

// lexer finds chroma's lexer for a name. What it finds is remembered.
func (h *Highlighter) lexer(lang string) chroma.Lexer {
	const longest = 40
	if len(lang) > longest || strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz0123456789+-_#") != "" {
		return nil
	}
	h.mu.Lock()
	l, known := h.lexers[lang]
	h.mu.Unlock()
	if known {
		return l
	}
	l = all.get(lang)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.lexers) < maxNames {
		h.lexers[lang] = l
	}
	return l
}

func longLine(src string) bool {
	for line := range strings.Lines(src) {
		if len(line) > MaxSlowLine {
			return true
		}
	}
	return false
}

// runChroma gives the code back uncoloured where the lexer fails or loses
// something of it.
func runChroma(lexer chroma.Lexer, src string) (spans []byte) {
	defer func() {
		if recover() != nil {
			spans = escape(nil, src)
		}
	}()
	it, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root", EnsureLF: false}, src)
	if err != nil {
		return escape(nil, src)
	}
	w, left := out{src: src}, src
	for t := it(); t != chroma.EOF; t = it() {
		var ok bool
		if left, ok = strings.CutPrefix(left, t.Value); !ok {
			return escape(nil, src)
		}
		w.put(classOf(t), len(t.Value))
	}
	return w.finish()
}

func classOf(token chroma.Token) class {
	switch t := token.Type; {
	case t.InCategory(chroma.Comment):
		return com
	case t == chroma.KeywordConstant || t.InSubCategory(chroma.LiteralNumber) || t == chroma.NameConstant || t.InSubCategory(chroma.NameVariable):
		return nu
	case t.InCategory(chroma.Keyword) || t == chroma.NameTag || t == chroma.OperatorWord:
		return kw
	case t.InSubCategory(chroma.LiteralString):
		return str
	case t == chroma.NameFunction || t == chroma.NameAttribute || t == chroma.NameBuiltin || t == chroma.NameClass || t == chroma.NameDecorator:
		return fn
	case t == chroma.GenericInserted:
		return ins
	case t == chroma.GenericDeleted:
		return del
	case strings.Trim(token.Value, " \t\r") == "":
		return space
	}
	return plain
}
