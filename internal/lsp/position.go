package lsp

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// encoding is how a client counts the characters of a line (LSP 3.17,
// PositionEncodingKind).
type encoding string

const (
	utf8Bytes  = encoding("utf-8")
	utf16Units = encoding("utf-16")
	utf32Runes = encoding("utf-32")
)

// negotiate takes the first encoding that the client offers and we know. Without
// any, the specification says UTF-16.
func negotiate(offered []string) encoding {
	for _, o := range offered {
		if e := encoding(o); slices.Contains([]encoding{utf8Bytes, utf16Units, utf32Runes}, e) {
			return e
		}
	}
	return utf16Units
}

// width is how many characters a code point counts. A byte that is not UTF-8
// came as a replacement character, and counts as one.
func (e encoding) width(r rune, size int) int {
	switch {
	case e == utf8Bytes:
		return size
	case e == utf16Units && r > 0xffff:
		return 2
	}
	return 1
}

// offset is the byte in a line at which a character begins. One beyond the end
// is the end; one within a code point is its beginning.
func (e encoding) offset(line string, character int) int {
	at := 0
	for at < len(line) {
		r, size := utf8.DecodeRuneInString(line[at:])
		w := e.width(r, size)
		if character < w {
			break
		}
		character -= w
		at += size
	}
	return at
}

// character is the number of the character that begins at a byte of a line.
func (e encoding) character(line string, offset int) int {
	n := 0
	for at, r := range line {
		if at >= offset {
			break
		}
		n += e.width(r, runeSize(line, at, r))
	}
	return n
}

func runeSize(s string, at int, r rune) int {
	if r != utf8.RuneError {
		return utf8.RuneLen(r)
	}
	_, size := utf8.DecodeRuneInString(s[at:])
	return size
}

// text is a document as the client has it. It does not change.
type text struct {
	all   string
	lines []int // offset of each line
}

func newText(s string) *text {
	t := &text{all: s, lines: []int{0}}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\n', s[i] == '\r' && (i+1 == len(s) || s[i+1] != '\n'):
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// line is a line without its end; lines that are not there are empty.
func (t *text) line(n int) string {
	if n < 0 || n >= len(t.lines) {
		return ""
	}
	end := len(t.all)
	if n+1 < len(t.lines) {
		end = t.lines[n+1]
	}
	return strings.TrimRight(t.all[t.lines[n]:end], "\r\n")
}

// offset is the byte of a position. One behind the last line is the end.
func (t *text) offset(p position, e encoding) int {
	switch {
	case p.Line < 0:
		return 0
	case p.Line >= len(t.lines):
		return len(t.all)
	}
	return t.lines[p.Line] + e.offset(t.line(p.Line), p.Character)
}

// at is the position of a byte of a line.
func (t *text) at(line, offset int, e encoding) position {
	return position{line, e.character(t.line(line), offset)}
}

// between is the range of bytes of a line.
func (t *text) between(line, from, to int, e encoding) span {
	return span{t.at(line, from, e), t.at(line, to, e)}
}

// place is the byte of a line at which a finding's place is: lines and columns
// from one, in code points. The byte order mark before the first line, which
// findings do not count, is passed over.
func (t *text) place(line, col int) (n, offset int) {
	n = min(max(line-1, 0), len(t.lines)-1)
	s := t.line(n)
	if n == 0 && strings.HasPrefix(s, "\ufeff") {
		offset = len("\ufeff")
	}
	return n, offset + utf32Runes.offset(s[offset:], max(col-1, 0))
}

// change makes one change of a text.
func (t *text) change(c contentChange, e encoding) *text {
	if c.Range == nil {
		return newText(c.Text)
	}
	from, to := t.offset(c.Range.Start, e), t.offset(c.Range.End, e)
	if to < from {
		from, to = to, from
	}
	return newText(t.all[:from] + c.Text + t.all[to:])
}
