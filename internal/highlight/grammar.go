package highlight

import "strings"

// grammar describes a language of the large family with words, strings and
// comments, well enough for colours.
type grammar struct {
	quotes  string // characters that begin a string with escapes, on one line
	multi   string // characters that begin a string with escapes, over lines
	raw     string // characters that begin a string without escapes, over lines
	triple  bool   // three of a quote begin a string over lines
	doubled bool   // a quote within a string is written twice, and \ means nothing
	line    []string
	block   [2]string
	nested  bool // block comments can hold block comments
	words   wordList
	fold    bool   // words are compared without case
	calls   bool   // a name before "(" is a function
	keys    bool   // a string before ":" is a key
	at      bool   // @name is a decorator, a directive or an attribute
	vars    bool   // $name is a variable
	hash    bool   // a line that begins with # is for the preprocessor
	chars   bool   // 'x' is a character and 'x without an end a name (Rust)
	regexps bool   // a / where a value can stand begins a regular expression
	prefix  string // letters that may stand right before a string's quote
	marks   string // characters that make a name of a letter before them, as "foo?" in Ruby

	starts [256]lead // what a byte may begin; made by ready
}

// lead says what a byte may begin besides itself.
type lead uint8

const (
	leadOther lead = iota
	leadBlank
	leadWord
	leadDigit
	leadQuote
	leadComment
	leadSign
)

// ready makes the table of leads.
func (g *grammar) ready() *grammar {
	for c := range g.starts {
		switch {
		case is(byte(c), blank):
			g.starts[c] = leadBlank
		case is(byte(c), letter):
			g.starts[c] = leadWord
		case is(byte(c), digit):
			g.starts[c] = leadDigit
		}
	}
	for _, c := range []byte("@$#'/.") {
		g.starts[c] = leadSign
	}
	for _, c := range []byte(g.quotes + g.multi + g.raw) {
		g.starts[c] = leadQuote
	}
	for _, p := range append([]string{g.block[0]}, g.line...) {
		if p != "" && (g.starts[p[0]] == leadOther || g.starts[p[0]] == leadSign) {
			g.starts[p[0]] = leadComment
		}
	}
	return g
}

func (g *grammar) lex(w *out, s string) {
	value := true // a value can stand here, so a slash may begin an expression
	for i := 0; i < len(s); {
		lead := g.starts[s[i]]
		if lead == leadBlank {
			n := run(s, i, blank)
			w.put(space, n)
			i += n
			continue
		}
		n, c := g.token(s, i, lead, value)
		w.put(c, n)
		i += n
		if g.regexps && c != com {
			value = endsOpen(s[i-1], c)
		}
	}
}

// endsOpen tells whether a value can follow a token with this last byte.
func endsOpen(last byte, c class) bool {
	return c == kw || c == plain && !is(last, letter|digit) && last != ')' && last != ']' && last != '}'
}

// token is the length, at least 1, and the class of what stands at i.
func (g *grammar) token(s string, i int, lead lead, value bool) (int, class) {
	switch lead {
	case leadWord:
		return g.word(s, i)
	case leadDigit:
		return number(s, i), nu
	case leadQuote:
		return g.quote(s, i)
	case leadComment:
		if n := g.comment(s, i); n > 0 {
			return n, com
		}
	case leadOther:
		return 1, plain
	}
	return g.sign(s, i, value)
}

// sign reads what a sign begins in some languages.
func (g *grammar) sign(s string, i int, value bool) (int, class) {
	next := byte(0)
	if i+1 < len(s) {
		next = s[i+1]
	}
	switch c := s[i]; {
	case c == '.' && is(next, digit):
		return number(s, i), nu
	case c == '@' && g.at && is(next, letter):
		return 1 + word(s, i+1), fn
	case c == '$' && g.vars:
		return variable(s, i), nu
	case c == '#' && g.hash && lineStart(s, i):
		return 1 + word(s, i+1), kw
	case c == '#' && g.chars && next == '[':
		return min(through(s, i, 2, "]"), restOfLine(s, i)), fn
	case c == '\'' && g.chars:
		return character(s, i)
	case c == '/' && g.regexps && value:
		if n := expression(s, i); n > 0 {
			return n, str
		}
	}
	return 1, plain
}

// lineStart tells whether only blanks stand before i on its line.
func lineStart(s string, i int) bool {
	for i > 0 && is(s[i-1], blank) {
		i--
	}
	return i == 0 || s[i-1] == '\n'
}

// comment is the length of a comment at i, or 0. Block comments come first:
// Lua's begin as its line comments do.
func (g *grammar) comment(s string, i int) int {
	if b := g.block; b[0] != "" && strings.HasPrefix(s[i:], b[0]) {
		if g.nested {
			return nestedComment(s, i)
		}
		return through(s, i, len(b[0]), b[1])
	}
	for _, p := range g.line {
		if strings.HasPrefix(s[i:], p) {
			return restOfLine(s, i)
		}
	}
	return 0
}

func nestedComment(s string, i int) int {
	depth := 0
	for j := i; j+1 < len(s); j++ {
		switch s[j : j+2] {
		case "/*":
			depth++
			j++
		case "*/":
			j++
			if depth--; depth == 0 {
				return j + 1 - i
			}
		}
	}
	return len(s) - i
}

func (g *grammar) quote(s string, i int) (int, class) {
	q := s[i]
	switch {
	case g.triple && i+2 < len(s) && s[i+1] == q && s[i+2] == q:
		return tripled(s, i), str
	case strings.IndexByte(g.raw, q) >= 0:
		return through(s, i, 1, s[i:i+1]), str
	case g.doubled:
		return through(s, i, 1, s[i:i+1]), str
	case strings.IndexByte(g.multi, q) >= 0:
		return quoted(s, i, true), str
	}
	n := quoted(s, i, false)
	if g.keys {
		if j := i + n + run(s, i+n, blank); j < len(s) && s[j] == ':' {
			return n, kw
		}
	}
	return n, str
}

// longestWord is the length of the longest word of a language; longer names
// are not looked up.
const longestWord = 24

func (g *grammar) word(s string, i int) (int, class) {
	n := word(s, i)
	if j := i + n; j < len(s) && g.marks != "" && strings.IndexByte(g.marks, s[j]) >= 0 && (j+1 == len(s) || s[j+1] != '=') {
		n++
	}
	name := s[i : i+n]
	if j := i + n; n <= 2 && j < len(s) && g.prefix != "" && g.starts[s[j]] == leadQuote && strings.Trim(name, g.prefix) == "" {
		m, c := g.quote(s, j)
		return n + m, c
	}
	if c := g.lookup(name); c != plain {
		return n, c
	}
	if g.calls && i+n < len(s) && (s[i+n] == '(' || s[i+n] == '!' && g.chars) {
		return n, fn
	}
	return n, plain
}

func (g *grammar) lookup(name string) class {
	if len(name) > longestWord {
		return plain
	}
	if !g.fold {
		return g.words()[name]
	}
	var low [longestWord]byte
	for i := range len(name) {
		low[i] = name[i]
		if c := name[i]; c >= 'A' && c <= 'Z' {
			low[i] = c | 0x20
		}
	}
	return g.words()[string(low[:len(name)])]
}

// character reads a character of Rust, or the name of a lifetime.
func character(s string, i int) (int, class) {
	if i+2 < len(s) && s[i+1] != '\\' && is(s[i+1], letter) && s[i+2] != '\'' && s[i+1] < 0x80 {
		return 1 + word(s, i+1), nu
	}
	if n := quoted(s, i, false); n <= 12 && s[i+n-1] == '\'' && n > 1 {
		return n, str
	}
	return 1, plain
}

// maxExpression bounds how far a regular expression's end is looked for, so
// that many slashes on one line do not take quadratic time.
const maxExpression = 300

// expression is the length of a regular expression between slashes with its
// flags, or 0.
func expression(s string, i int) int {
	set := false
	for j := i + 1; j < min(len(s), i+maxExpression); j++ {
		switch s[j] {
		case '\n':
			return 0
		case '\\':
			j++
		case '[':
			set = true
		case ']':
			set = false
		case '/':
			if !set && j > i+1 {
				return j + 1 - i + run(s, j+1, letter)
			}
		}
	}
	return 0
}
