package audit

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// words are the words of a text, in lower case and without what stands between.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func hash(run []string) uint64 {
	h := fnv.New64a()
	for _, w := range run {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// tokens calls each with what may be a name: letters, digits, and dots, hyphens
// and underscores in between; of one with dots, also its parts from or up to each.
// The text must be in lower case for names to be found.
func tokens(text string, each func(token string, from, to int)) {
	text = strings.ToLower(text)
	for from := 0; from < len(text); {
		r, size := utf8.DecodeRuneInString(text[from:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			from += size
			continue
		}
		to := from
		for to < len(text) {
			r, size := utf8.DecodeRuneInString(text[to:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' && r != '.' {
				break
			}
			to += size
		}
		token(text, from, to, each)
		from = to
	}
}

func token(text string, from, to int, each func(string, int, int)) {
	whole := strings.TrimRight(text[from:to], "-_.")
	each(whole, from, from+len(whole))
	for i := range len(whole) {
		if whole[i] != '.' {
			continue
		}
		each(whole[:i], from, from+i)
		each(whole[i+1:], from+i+1, from+len(whole))
	}
}

// hit is a needle in a text.
type hit struct {
	*needle
	at int // byte of the text
}

// search finds the needles of a text, each once.
func (n *Needles) search(text string, found func(hit)) {
	text = strings.ToLower(text)
	seen := map[*needle]bool{}
	say := func(x *needle, at int) {
		if !seen[x] {
			seen[x] = true
			found(hit{x, at})
		}
	}
	tokens(text, func(token string, from, _ int) {
		if x := n.tokens[token]; x != nil && (x.code != "" || x.referred(text[:from])) {
			say(x, from)
		}
	})
	ws := words(text)
	for k, by := range n.grams {
		if len(by) == 0 {
			continue
		}
		for i := 0; i+k <= len(ws); i++ {
			if x := by[hash(ws[i:i+k])]; x != nil {
				say(x, -1)
			}
		}
	}
}

// referred tells whether a name stands behind its kind or in an address.
func (x *needle) referred(before string) bool {
	for _, s := range []string{x.of.Kind + ":", x.of.Kind + ":" + x.of.Namespace + "/", x.of.Namespace + "/" + x.of.Kind + "/"} {
		if strings.HasSuffix(before, s) {
			return true
		}
	}
	return false
}
