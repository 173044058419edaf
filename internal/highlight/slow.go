package highlight

import (
	"html"
	"strings"

	"github.com/alecthomas/chroma/v2"
	chromalexers "github.com/alecthomas/chroma/v2/lexers"
)

// slow highlights with chroma. What it makes is remembered: a block often
// stands on many pages.
func (h *Highlighter) slow(lang, src string) (string, bool) {
	lexer := chromaLexer(lang)
	if lexer == nil {
		return html.EscapeString(src), false
	}
	if len(src) > MaxSlowBytes || longLine(src) {
		return html.EscapeString(src), true
	}
	key := slowKey{lang, src}
	h.mu.Lock()
	out, ok := h.memo[key]
	h.mu.Unlock()
	if ok {
		return out, true
	}
	out = runChroma(lexer, src)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.size += len(src) + len(out); h.size > maxMemo {
		clear(h.memo)
		h.size = len(src) + len(out)
	}
	h.memo[key] = out
	return out, true
}

func chromaLexer(lang string) chroma.Lexer {
	if len(lang) > 40 {
		return nil
	}
	return chromalexers.Get(lang)
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
func runChroma(lexer chroma.Lexer, src string) (out string) {
	defer func() {
		if recover() != nil {
			out = html.EscapeString(src)
		}
	}()
	it, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root", EnsureLF: false}, src)
	if err != nil {
		return html.EscapeString(src)
	}
	w, left := writer{}, src
	for t := it(); t != chroma.EOF; t = it() {
		var ok bool
		if left, ok = strings.CutPrefix(left, t.Value); !ok {
			return html.EscapeString(src)
		}
		w.put(classOf(t.Type), t.Value)
	}
	w.put("", left)
	return w.finish()
}

func classOf(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "com"
	case t == chroma.KeywordConstant || t.InSubCategory(chroma.LiteralNumber) || t == chroma.NameConstant || t.InSubCategory(chroma.NameVariable):
		return "nu"
	case t.InCategory(chroma.Keyword) || t == chroma.NameTag || t == chroma.OperatorWord:
		return "kw"
	case t.InSubCategory(chroma.LiteralString):
		return "str"
	case t == chroma.NameFunction || t == chroma.NameAttribute || t == chroma.NameBuiltin || t == chroma.NameClass || t == chroma.NameDecorator:
		return "fn"
	case t == chroma.GenericInserted:
		return "ins"
	case t == chroma.GenericDeleted:
		return "del"
	}
	return ""
}
