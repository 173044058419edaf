package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a query; what is beyond is ignored.
const (
	maxQueryRunes = 512
	maxQueryWords = 16
	maxFilters    = 16
)

// query is what somebody asks for.
type query struct {
	words   []queryWord
	phrases []phrase
	filters []filter
	not     []queryWord // documents with one of these are left out
	whole   string      // whole key of the plain words, or of a path among them; empty with phrases
}

// queryWord is a word as the scanner cuts it.
type queryWord struct {
	term   string
	parts  []string // all of them stand for the word, too
	prefix bool     // still being typed
}

// phrase is words that must follow each other; not turns it round.
type phrase struct {
	words []string
	not   bool
}

// filter is a key with a value; not turns it round.
type filter struct {
	key, value string
	not        bool
}

// filterKeys are the keys that are filters; other text with a colon is text.
var filterKeys = [...]string{"kind", "owner", "tag", "type", "lifecycle", "in"}

// parseQuery reads a query. Every text is a query: what has no meaning as
// syntax is words. The browser's reader does the same.
func parseQuery(text string) query {
	p := queryParser{rest: clipRunes(text, maxQueryRunes)}
	p.rest = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`).Replace(p.rest)
	for p.item() {
	}
	if len(p.q.phrases) == 0 {
		whole := strings.Join(p.plain, " ")
		if i := slices.IndexFunc(p.plain, isPath); i >= 0 {
			whole = p.plain[i]
		}
		p.q.whole = string(cut(wholeKey(nil, &p.scan, whole)))
	}
	return p.q
}

type queryParser struct {
	rest  string
	scan  scanner
	q     query
	plain []string
}

// item reads one item and tells whether there may be more.
func (p *queryParser) item() bool {
	p.rest = strings.TrimLeft(p.rest, querySpaces)
	if p.rest == "" {
		return false
	}
	not := p.negation()
	if value, ok := p.quoted(); ok {
		p.phrase(value, not)
		return true
	}
	for _, key := range filterKeys {
		if len(p.rest) > len(key) && p.rest[len(key)] == ':' && strings.EqualFold(p.rest[:len(key)], key) {
			p.rest = p.rest[len(key)+1:]
			p.filter(key, not)
			return true
		}
	}
	p.text(p.bare(), not)
	return true
}

// querySpaces are what separates items.
const querySpaces = " \t\n\r\u00a0\u3000"

// negation takes a hyphen before something that can be left out; "--flag" and a
// hyphen alone are text.
func (p *queryParser) negation() bool {
	after := strings.TrimPrefix(p.rest, "-")
	if len(after) == len(p.rest) || after == "" || strings.ContainsAny(after[:1], "-"+querySpaces) {
		return false
	}
	p.rest = after
	return true
}

// quoted takes a text in quotation marks, to the end if they are not closed.
func (p *queryParser) quoted() (string, bool) {
	text, ok := strings.CutPrefix(p.rest, `"`)
	if !ok {
		return "", false
	}
	value, rest, _ := strings.Cut(text, `"`)
	p.rest = rest
	return value, true
}

// bare takes what stands before the next space.
func (p *queryParser) bare() string {
	i := strings.IndexAny(p.rest, querySpaces)
	if i < 0 {
		i = len(p.rest)
	}
	word := p.rest[:i]
	p.rest = p.rest[i:]
	return word
}

func (p *queryParser) filter(key string, not bool) {
	value, ok := p.quoted()
	if !ok {
		value = p.bare()
	}
	if value = fold(strings.TrimSpace(value)); value != "" && len(p.q.filters) < maxFilters {
		p.q.filters = append(p.q.filters, filter{key, value, not})
	}
}

func (p *queryParser) phrase(text string, not bool) {
	words := phraseWords(&p.scan, text)
	if len(words) == 0 || len(p.q.phrases) >= maxFilters {
		return
	}
	p.q.phrases = append(p.q.phrases, phrase{words, not})
	if !not {
		p.words(text, func(w queryWord) { p.q.words = p.limited(p.q.words, w) })
	}
}

func (p *queryParser) text(text string, not bool) {
	if not {
		p.words(text, func(w queryWord) { p.q.not = p.limited(p.q.not, w) })
		return
	}
	before := len(p.q.words)
	p.words(text, func(w queryWord) { p.q.words = p.limited(p.q.words, w) })
	p.plain = append(p.plain, text)
	if n := len(p.q.words); p.rest == "" && n > before && !strings.HasSuffix(text, "?") {
		p.q.words[n-1].prefix = true
	}
}

func (p *queryParser) limited(words []queryWord, w queryWord) []queryWord {
	if len(words) >= maxQueryWords {
		return words
	}
	return append(words, w)
}

func (p *queryParser) words(text string, add func(queryWord)) {
	for p.scan.reset(text); p.scan.next(); {
		w := queryWord{term: string(cut(p.scan.word))}
		parts := p.scan.parts
		if len(parts) == 0 {
			parts = p.scan.humps
		}
		for _, part := range parts {
			if b := cut(p.scan.word[part.start:part.end]); len(b) > 0 {
				w.parts = append(w.parts, string(b))
			}
		}
		add(w)
	}
}

// phraseWords is a text as the smallest words, for comparing phrases: parts
// count as words, so that "sign in" finds sign-in.
func phraseWords(scan *scanner, text string) []string {
	var out []string
	for scan.reset(text); scan.next(); {
		if len(scan.parts) == 0 {
			out = append(out, string(scan.word))
		}
		for _, part := range scan.parts {
			if part.end > part.start {
				out = append(out, string(scan.word[part.start:part.end]))
			}
		}
	}
	return out
}

// hasPhrase tells whether words follow each other in the text.
func hasPhrase(text, words []string) bool {
	for i := 0; i+len(words) <= len(text); i++ {
		if slices.Equal(text[i:i+len(words)], words) {
			return true
		}
	}
	return false
}

func clipRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return strings.ToValidUTF8(s, string(utf8.RuneError))
}
