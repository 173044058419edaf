package pymarkdown

import (
	"strconv"
	"strings"
)

// Marks of placeholders in text. They are removed from a page's own text.
const (
	STX = "\x02"
	ETX = "\x03"
	// AmpSubstitute stands for "&" where it must not be escaped.
	AmpSubstitute = STX + "amp" + ETX

	htmlPrefix   = STX + "wzxhzdk:"
	inlinePrefix = STX + "klzzwxh:"
)

// Stash holds HTML that is put back when the page is written.
type Stash struct {
	entries []Stashed
}

// Stashed is a piece of HTML.
type Stashed struct {
	HTML string
	// Safe says that the HTML was made here, with everything of the author's
	// escaped, and need not be sanitised.
	Safe bool
	// Element, if it is not nil, is written in the place of HTML.
	Element *Element
	// Plain is the piece's text for the search index.
	Plain string
}

// Store keeps HTML of the page's author, and gives its placeholder.
func (s *Stash) Store(html string) string { return s.Add(Stashed{HTML: html}) }

// Add keeps a piece, and gives its placeholder.
func (s *Stash) Add(x Stashed) string {
	s.entries = append(s.entries, x)
	return Placeholder(len(s.entries) - 1)
}

// Len is the number of pieces.
func (s *Stash) Len() int { return len(s.entries) }

// At is the piece of a number; it may be changed.
func (s *Stash) At(n int) *Stashed { return &s.entries[n] }

// Placeholder is the placeholder of a number.
func Placeholder(n int) string { return htmlPrefix + strconv.Itoa(n) + ETX }

// FindPlaceholder finds the first placeholder of stashed HTML in s at or after
// from: its number and where it stands. ok is false if there is none.
func FindPlaceholder(s string, from int) (n, start, end int, ok bool) {
	return findMark(s, htmlPrefix, from)
}

// findMark finds a mark with a number.
func findMark(s, prefix string, from int) (n, start, end int, ok bool) {
	for from < len(s) {
		i := strings.Index(s[from:], prefix)
		if i < 0 {
			return 0, 0, 0, false
		}
		start = from + i
		j := start + len(prefix)
		for n = 0; j < len(s) && s[j] >= '0' && s[j] <= '9' && n < 1<<40; j++ {
			n = n*10 + int(s[j]-'0')
		}
		if j > start+len(prefix) && strings.HasPrefix(s[j:], ETX) {
			return n, start, j + len(ETX), true
		}
		from = start + len(prefix)
	}
	return 0, 0, 0, false
}

// replaceMarks gives text with what say makes of the number of each mark, and the
// marks that say does not know as they are.
func replaceMarks(text, prefix string, say func(n int) (string, bool)) string {
	if !strings.Contains(text, prefix) {
		return text
	}
	var b strings.Builder
	at := 0
	for {
		n, start, end, ok := findMark(text, prefix, at)
		if !ok {
			b.WriteString(text[at:])
			return b.String()
		}
		b.WriteString(text[at:start])
		if said, known := say(n); known {
			b.WriteString(said)
		} else {
			b.WriteString(text[start:end])
		}
		at = end
	}
}

// IsPlaceholder tells whether s is a placeholder and nothing else.
func IsPlaceholder(s string) (n int, ok bool) {
	n, start, end, ok := FindPlaceholder(s, 0)
	return n, ok && start == 0 && end == len(s)
}
