package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	tEnd kind = iota // of the source
	tData
	tVarStart
	tVarEnd
	tBlockStart
	tBlockEnd
	tName
	tString
	tInt
	tFloat
	tOp
)

// token is a piece of a template. For data and names, text is what stands
// there; for strings it is what they mean.
type token struct {
	kind     kind
	text     string
	from, to int
}

// lexer cuts a template into tokens. Its work is linear in the source: where
// the next mark of each kind is, is looked for once.
type lexer struct {
	u      *unit
	syn    Syntax
	src    string
	pos    int
	next   [3]int // of the three opening marks, where they come next; -1 for nowhere
	out    []token
	opened []byte // brackets within a tag
}

// lex cuts the whole template.
func (u *unit) lex(syn Syntax) []token {
	l := &lexer{u: u, syn: syn, src: u.src, next: [3]int{-2, -2, -2}}
	for l.pos < len(l.src) {
		l.outside()
	}
	return append(l.out, token{kind: tEnd, from: len(l.src), to: len(l.src)})
}

func (l *lexer) add(k kind, text string, from, to int) {
	l.out = append(l.out, token{k, text, from, to})
}

func (l *lexer) marks() [3]string {
	return [3]string{l.syn.VarStart, l.syn.BlockStart, l.syn.CommentStart}
}

// upcoming is the next opening mark: of those at the same place the longest.
func (l *lexer) upcoming() (at, which int) {
	at, which = -1, -1
	marks := l.marks()
	for i, m := range marks {
		if l.next[i] != -1 && l.next[i] < l.pos {
			l.next[i] = strings.Index(l.src[l.pos:], m)
			if l.next[i] >= 0 {
				l.next[i] += l.pos
			}
		}
		n := l.next[i]
		if n >= 0 && (at < 0 || n < at || n == at && len(m) > len(marks[which])) {
			at, which = n, i
		}
	}
	return at, which
}

// outside reads the text up to the next tag, and that tag.
func (l *lexer) outside() {
	at, which := l.upcoming()
	if at < 0 {
		l.data(l.pos, len(l.src))
		l.pos = len(l.src)
		return
	}
	start := at + len(l.marks()[which])
	sign := l.sign(start)
	l.data(l.pos, l.before(at, which, sign))
	if sign != 0 {
		start++
	}
	switch which {
	case 0:
		l.tag(tVarStart, tVarEnd, at, start, l.syn.VarEnd)
	case 1:
		if body, ok := l.raw(start); ok {
			l.rawBlock(at, body)
			return
		}
		l.tag(tBlockStart, tBlockEnd, at, start, l.syn.BlockEnd)
	default:
		l.comment(at, start)
	}
}

func (l *lexer) data(from, to int) {
	if from < to {
		l.add(tData, l.src[from:to], from, to)
	}
}

// sign is the - or + behind an opening mark.
func (l *lexer) sign(at int) byte {
	if at < len(l.src) && (l.src[at] == '-' || l.src[at] == '+') {
		return l.src[at]
	}
	return 0
}

// before is where the text before a tag ends, without the blanks that the tag
// takes away.
func (l *lexer) before(at, which int, sign byte) int {
	if sign == '-' {
		return l.pos + len(strings.TrimRightFunc(l.src[l.pos:at], unicode.IsSpace))
	}
	if !l.syn.LstripBlocks || sign == '+' || which == 0 {
		return at
	}
	end := l.pos + len(strings.TrimRight(l.src[l.pos:at], " \t"))
	if end > l.pos && l.src[end-1] != '\n' || end == l.pos && end > 0 && l.src[end-1] != '\n' {
		return at
	}
	return end
}

// closing tells whether a tag ends here, and where what follows begins.
func (l *lexer) closing(at int, mark string, block bool) (end, follow int, ok bool) {
	rest := l.src[at:]
	switch {
	case strings.HasPrefix(rest, "-"+mark):
		end = at + 1 + len(mark)
		return end, len(l.src) - len(strings.TrimLeftFunc(l.src[end:], unicode.IsSpace)), true
	case block && strings.HasPrefix(rest, "+"+mark):
		end = at + 1 + len(mark)
		return end, end, true
	case !strings.HasPrefix(rest, mark):
		return 0, 0, false
	}
	end = at + len(mark)
	follow = end
	if block && l.syn.TrimBlocks && strings.HasPrefix(l.src[end:], "\n") {
		follow++
	}
	return end, follow, true
}

func (l *lexer) comment(at, start int) {
	n := strings.Index(l.src[start:], l.syn.CommentEnd)
	if n < 0 {
		l.u.fail(at, "the comment is not closed")
	}
	end := start + n
	if n > 0 && (l.src[end-1] == '-' || l.src[end-1] == '+') {
		end--
	}
	_, l.pos, _ = l.closing(end, l.syn.CommentEnd, true)
}

// raw tells whether a block tag is {% raw %}, and where its body begins.
func (l *lexer) raw(start int) (body int, ok bool) { return l.word(start, "raw") }

// word tells whether a block tag holds one word and nothing else.
func (l *lexer) word(start int, word string) (follow int, ok bool) {
	rest := strings.TrimLeftFunc(l.src[start:], unicode.IsSpace)
	if !strings.HasPrefix(rest, word) {
		return 0, false
	}
	rest = strings.TrimLeftFunc(rest[len(word):], unicode.IsSpace)
	_, follow, ok = l.closing(len(l.src)-len(rest), l.syn.BlockEnd, true)
	return follow, ok
}

func (l *lexer) rawBlock(at, body int) {
	for from := body; ; {
		n := strings.Index(l.src[from:], l.syn.BlockStart)
		if n < 0 {
			l.u.fail(at, `the tag "raw" is not closed`)
		}
		tag := from + n
		start := tag + len(l.syn.BlockStart)
		sign := l.sign(start)
		if sign != 0 {
			start++
		}
		if follow, ok := l.word(start, "endraw"); ok {
			l.pos = body
			l.data(body, max(body, l.before(tag, 1, sign)))
			l.pos = follow
			return
		}
		from = tag + len(l.syn.BlockStart)
	}
}

// tag reads the inside of {{ }} or {% %}.
func (l *lexer) tag(open, closed kind, at, start int, mark string) {
	first := len(l.out)
	l.add(open, "", at, start)
	l.opened = l.opened[:0]
	for l.pos = start; ; {
		l.blanks()
		if l.pos >= len(l.src) {
			l.u.fail(at, "the tag is not closed")
		}
		if len(l.opened) == 0 {
			if end, follow, ok := l.closing(l.pos, mark, closed == tBlockEnd); ok {
				l.add(closed, mark, l.pos, end)
				l.pos = follow
				return
			}
		}
		if len(l.out)-first > maxTag {
			l.u.fail(at, "the tag has more than %d parts", maxTag)
		}
		l.piece()
	}
}

// maxTag is how many tokens a tag may have, which bounds how deep the tree of
// its expression can be.
const maxTag = 10_000

func (l *lexer) blanks() {
	l.pos = len(l.src) - len(strings.TrimLeftFunc(l.src[l.pos:], unicode.IsSpace))
}

// piece reads one token of an expression.
func (l *lexer) piece() {
	c, size := utf8.DecodeRuneInString(l.src[l.pos:])
	switch {
	case c == '_' || unicode.IsLetter(c):
		end := l.pos + size
		for end < len(l.src) {
			c, size := utf8.DecodeRuneInString(l.src[end:])
			if c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
				break
			}
			end += size
		}
		l.add(tName, l.src[l.pos:end], l.pos, end)
		l.pos = end
	case c >= '0' && c <= '9':
		l.number()
	case c == '"' || c == '\'':
		l.quoted(byte(c))
	default:
		l.operator()
	}
}

// quoted reads a string.
func (l *lexer) quoted(q byte) {
	for at := l.pos + 1; at < len(l.src); at++ {
		switch l.src[at] {
		case '\\':
			at++
		case q:
			l.add(tString, Unescape(l.src[l.pos+1:at]), l.pos, at+1)
			l.pos = at + 1
			return
		}
	}
	l.u.fail(l.pos, "the string is not closed")
}

var operators = [...]string{"**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"}

func (l *lexer) operator() {
	for _, op := range operators {
		if strings.HasPrefix(l.src[l.pos:], op) {
			l.balance(op[0])
			l.add(tOp, op, l.pos, l.pos+len(op))
			l.pos += len(op)
			return
		}
	}
	c, _ := utf8.DecodeRuneInString(l.src[l.pos:])
	l.u.fail(l.pos, "unexpected %q", string(c))
}

// balance counts brackets: the end of a tag is none within them.
func (l *lexer) balance(c byte) {
	switch c {
	case '(', '[', '{':
		l.opened = append(l.opened, c)
	case ')', ']', '}':
		want := map[byte]byte{')': '(', ']': '[', '}': '{'}[c]
		if len(l.opened) == 0 || l.opened[len(l.opened)-1] != want {
			l.u.fail(l.pos, "unexpected %q", string(c))
		}
		l.opened = l.opened[:len(l.opened)-1]
	}
}
