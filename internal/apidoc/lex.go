package apidoc

import (
	"strings"
	"unicode/utf8"
)

// tokenKind is what a token of a definition in text is.
type tokenKind uint8

const (
	end    tokenKind = iota // of the text
	name                    // a word, dots included in Protocol Buffers; or a number
	quoted                  // a string; its text is without quotes
	mark                    // one character, or "..."
)

type token struct {
	kind tokenKind
	text string
	line int
	// doc is the comment right above the token, and tail that behind it on its
	// line, for languages whose comments are their documentation.
	doc string
}

// is tells whether the token is the mark or word s.
func (t token) is(s string) bool { return t.kind != quoted && t.text == s }

// dialect is how the languages differ.
type dialect struct {
	hash   bool // comments begin with #
	slash  bool // comments are // and /* */, and are documentation
	block  bool // """ begins a string of several lines
	single bool // strings may have single quotes
	dots   bool // words may hold dots
}

// lexer cuts a text into tokens. It never fails: what it does not know is a
// mark, and what is not closed ends with the text.
type lexer struct {
	dialect
	src  string
	at   int
	line int
	doc  []string // comments since the last token
	last int      // line on which the last comment ended
}

func newLexer(src string, d dialect) *lexer {
	return &lexer{dialect: d, src: strings.TrimPrefix(src, "\ufeff"), line: 1}
}

func (l *lexer) next() token {
	l.doc = l.doc[:0]
	l.skip()
	t := token{line: l.line}
	if len(l.doc) > 0 && l.last >= l.line-1 {
		t.doc = strings.Join(l.doc, "\n")
	}
	if l.at >= len(l.src) {
		return t
	}
	switch c := l.src[l.at]; {
	case l.block && strings.HasPrefix(l.src[l.at:], `"""`):
		t.kind, t.text = quoted, l.blockString()
	case c == '"' || c == '\'' && l.single:
		t.kind, t.text = quoted, l.str(c)
	case l.isName(c):
		t.kind, t.text = name, l.word()
	case strings.HasPrefix(l.src[l.at:], "..."):
		t.kind, t.text = mark, "..."
		l.at += 3
	default:
		_, n := utf8.DecodeRuneInString(l.src[l.at:])
		t.kind, t.text = mark, l.src[l.at:l.at+n]
		l.at += n
	}
	return t
}

func (l *lexer) isName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' && l.dots
}

func (l *lexer) word() string {
	start := l.at
	for l.at < len(l.src) && l.isName(l.src[l.at]) {
		l.at++
	}
	return l.src[start:l.at]
}

// skip passes space and comments.
func (l *lexer) skip() {
	for l.at < len(l.src) {
		rest := l.src[l.at:]
		switch c := rest[0]; {
		case c == '\n':
			l.line++
			l.at++
		case c == ' ' || c == '\t' || c == '\r':
			l.at++
		case c == ',' && l.hash: // commas are space in GraphQL
			l.at++
		case c == '#' && l.hash:
			l.comment(rest, "\n", 1)
		case l.slash && strings.HasPrefix(rest, "//"):
			l.comment(rest, "\n", 2)
		case l.slash && strings.HasPrefix(rest, "/*"):
			l.comment(rest, "*/", 2)
		default:
			return
		}
	}
}

// comment passes a comment that begins with n characters and goes on to stop.
// One that does not follow the line before it begins a new documentation.
func (l *lexer) comment(rest, stop string, n int) {
	length := strings.Index(rest[n:], stop)
	body := rest[n:]
	if length >= 0 {
		body = rest[n : n+length]
	}
	if len(l.doc) > 0 && l.last < l.line-1 {
		l.doc = l.doc[:0]
	}
	l.at += n + len(body)
	l.line += strings.Count(body, "\n")
	if stop != "\n" {
		l.at = min(l.at+len(stop), len(l.src))
	}
	l.last = l.line
	if l.slash {
		l.doc = append(l.doc, uncomment(body))
	}
}

// uncomment takes the stars and indentation from the lines of a comment.
func uncomment(body string) string {
	if !strings.Contains(body, "\n") {
		return strings.TrimSpace(strings.Trim(body, "*/"))
	}
	lines := strings.Split(body, "\n")
	for i, s := range lines {
		s = strings.TrimSpace(s)
		lines[i] = strings.TrimPrefix(strings.TrimPrefix(s, "*"), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// str reads a string in quotes; it ends with its line at the latest.
func (l *lexer) str(quote byte) string {
	var b strings.Builder
	for l.at++; l.at < len(l.src) && l.src[l.at] != '\n'; l.at++ {
		switch c := l.src[l.at]; {
		case c == quote:
			l.at++
			return b.String()
		case c == '\\' && l.at+1 < len(l.src) && l.src[l.at+1] != '\n':
			l.at++
			b.WriteByte(unescape(l.src[l.at]))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescape is what a character after a backslash stands for; escapes by number
// keep their letter, which is enough for a text that is read by people.
func unescape(c byte) byte {
	switch c {
	case 'n', 'r':
		return '\n'
	case 't':
		return ' '
	}
	return c
}

// blockString reads a string of several lines and takes the common indentation
// from them.
func (l *lexer) blockString() string {
	body := l.src[l.at+3:]
	stop := closing(body)
	l.at = min(l.at+3+stop+3, len(l.src))
	body = body[:stop]
	l.line += strings.Count(body, "\n")
	return dedent(strings.ReplaceAll(body, `\"""`, `"""`))
}

// closing is where the three quotes that are not escaped begin.
func closing(body string) int {
	for at := 0; ; {
		i := strings.Index(body[at:], `"""`)
		if i < 0 {
			return len(body)
		}
		if at += i; at == 0 || body[at-1] != '\\' {
			return at
		}
		at += 3
	}
}

func dedent(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r", ""), "\n")
	common := -1
	for _, l := range lines[1:] {
		if n := len(l) - len(strings.TrimLeft(l, " \t")); n < len(l) && (common < 0 || n < common) {
			common = n
		}
	}
	for i := 1; i < len(lines) && common > 0; i++ {
		lines[i] = lines[i][min(common, len(lines[i])):]
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
