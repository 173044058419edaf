package markdown

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// slugger gives headings ids as Python-Markdown's toc does: reduced to ASCII,
// lower case, words joined by hyphens; a second one of a kind gets "_1". It
// remembers a counter for each slug, since trying numbers one by one is
// quadratic in the number of equal headings.
type slugger struct {
	used map[string]bool
	next map[string]int
}

func newSlugger() *slugger { return &slugger{used: map[string]bool{}, next: map[string]int{}} }

// take reserves an id that the author wrote.
func (s *slugger) take(id string) { s.used[id] = true }

func (s *slugger) id(text string) string {
	slug := slugify(text)
	if slug != "" && !s.used[slug] {
		s.used[slug] = true
		return slug
	}
	base, n := slug, s.next[slug]
	for {
		n++
		if id := base + "_" + strconv.Itoa(n); !s.used[id] {
			s.used[id] = true
			s.next[slug] = n
			return id
		}
	}
}

func slugify(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(text) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_'):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		case r == '-' || unicode.IsSpace(r):
			gap = true
		}
	}
	if gap && b.Len() > 0 && strings.HasSuffix(strings.TrimSpace(text), "-") {
		b.WriteByte('-')
	}
	return b.String()
}
