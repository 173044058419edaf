package markdown

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"callboard/internal/sanitize"
)

// slugger gives headings ids as Python-Markdown's toc does: reduced to ASCII,
// lower case, words joined by hyphens; a second one of a kind gets "_1", and a
// number that is there already is counted on.
type slugger struct {
	// used holds the ids in use. For one that ends in a number, the value is a
	// number up to which all are known to be in use: trying one by one is
	// quadratic in the number of equal headings.
	used map[string]int
	path []string
	buf  []byte
}

func (s *slugger) reset() {
	if s.used == nil {
		s.used = map[string]int{}
	}
	clear(s.used)
}

// take reserves an id that the author wrote, if it is free.
func (s *slugger) take(id string) bool {
	if _, taken := s.used[id]; taken {
		return false
	}
	s.used[id] = 0
	return true
}

func (s *slugger) id(text string) string {
	slug := s.slugify(text)
	if strings.HasPrefix(slug, sanitize.ReservedID) {
		slug = "_" + slug
	}
	if slug != "" && s.take(slug) {
		return slug
	}
	base, n := numbered(slug)
	return s.next(base, n+1)
}

// numbered splits "x_3" into "x" and 3; what ends in no number has 0.
func numbered(slug string) (base string, n int) {
	i := len(slug)
	for i > 0 && slug[i-1] >= '0' && slug[i-1] <= '9' {
		i--
	}
	if i == 0 || i == len(slug) || slug[i-1] != '_' || len(slug)-i > 9 {
		return slug, 0
	}
	n, _ = strconv.Atoi(slug[i:])
	return slug[:i-1], n
}

// next takes the first id "base_n" that is free, from n on.
func (s *slugger) next(base string, n int) string {
	s.path = s.path[:0]
	for {
		id := base + "_" + strconv.Itoa(n)
		last, taken := s.used[id]
		if !taken {
			s.used[id] = n
			for _, p := range s.path {
				s.used[p] = n
			}
			return id
		}
		s.path = append(s.path, id)
		n = max(n, last) + 1
	}
}

// slugify reduces a text as Python-Markdown does: what is no word, space or
// hyphen goes, outer spaces go, and each run of the latter becomes one hyphen.
func (s *slugger) slugify(text string) string {
	if !isASCII(text) {
		text = norm.NFKD.String(text)
	}
	b := s.buf[:0]
	gap, hyphen := false, false // a run is open; it has a hyphen
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_':
		case c == '-' || isSpace[c]:
			gap, hyphen = true, hyphen || c == '-'
			continue
		default:
			continue
		}
		if gap && (len(b) > 0 || hyphen) {
			b = append(b, '-')
		}
		gap, hyphen = false, false
		b = append(b, c)
	}
	if hyphen {
		b = append(b, '-')
	}
	s.buf = b
	return string(b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
