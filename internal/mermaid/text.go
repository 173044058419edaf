package mermaid

import (
	"html"
	"strings"
	"unicode/utf8"

	"callboard/internal/lazyregexp"
	"callboard/internal/svg"
)

// Sizes of text in pixels.
const (
	textSize   = 14
	smallSize  = 12
	lineHeight = 19
	wrapAt     = 210 // a line of a label is broken here
	hardWrapAt = 420 // and a word here
)

// face is how a piece of text is set.
type face uint8

const (
	bold face = 1 << iota
	italic
	mono
)

// piece is text of one face.
type piece struct {
	text string
	face face
	href string // not yet checked
}

// label is text that has been read, in lines, with its size.
type label struct {
	lines [][]piece
	size  int
	w, h  int
}

// plain is the text as one line.
func (l *label) plain() string {
	var b strings.Builder
	for i, line := range l.lines {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, p := range line {
			b.WriteString(p.text)
		}
	}
	return strings.TrimSpace(b.String())
}

func (l *label) empty() bool { return l.w == 0 }

// newLabel reads the text of a label: <br> ends a line, a few more elements set
// the face and the other ones are left out, #name; and &name; are characters. In
// quotes and backticks it is Markdown, where * and _ set the face.
func newLabel(s string, size, wrap int) label {
	s = strings.TrimSpace(s)
	md := len(s) >= 2 && strings.HasPrefix(s, "`") && strings.HasSuffix(s, "`")
	if md {
		s = s[1 : len(s)-1]
	}
	if len(s) > MaxLabel {
		s = s[:MaxLabel]
		for !utf8.ValidString(s) && len(s) > MaxLabel-utf8.UTFMax {
			s = s[:len(s)-1]
		}
	}
	r := labelReader{md: md}
	r.read(icons.ReplaceAllString(s, ""))
	return layLines(r.lines, size, wrap)
}

// layLines breaks lines that are too wide, and measures.
func layLines(lines [][]piece, size, wrap int) label {
	l := label{size: size}
	for _, line := range lines {
		l.lines = append(l.lines, wrapLine(line, size, wrap)...)
		if len(l.lines) > MaxLines {
			l.lines = l.lines[:MaxLines]
			break
		}
	}
	for len(l.lines) > 0 && len(l.lines[len(l.lines)-1]) == 0 {
		l.lines = l.lines[:len(l.lines)-1]
	}
	for _, line := range l.lines {
		l.w = max(l.w, lineWidth(line, size))
	}
	l.h = len(l.lines) * l.lead()
	return l
}

// lead is the height of a line.
func (l *label) lead() int { return lineHeight - (textSize - l.size) }

// icons are names of Font Awesome's icons, which we have not.
var icons = lazyregexp.New(`\bfa[a-z]{0,2}:fa-[\w-]+\s*`)

type labelReader struct {
	md    bool
	lines [][]piece
	line  []piece
	text  []byte
	face  face
	href  string
}

var faces = map[string]face{"b": bold, "strong": bold, "i": italic, "em": italic, "code": mono, "kbd": mono, "tt": mono, "samp": mono}

var (
	htmlTag  = lazyregexp.New(`^</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>`)
	hashCode = lazyregexp.New(`^#([a-zA-Z][a-zA-Z0-9]{1,20}|[0-9]{1,7});`)
)

func (r *labelReader) read(s string) {
	for len(s) > 0 {
		switch {
		case s[0] == '<':
			if m := htmlTag.FindStringSubmatch(s); m != nil {
				r.tag(strings.ToLower(m[1]), s[1] == '/')
				s = s[len(m[0]):]
				continue
			}
		case s[0] == '\n':
			r.newline()
			s = s[1:]
			continue
		case strings.HasPrefix(s, `\n`):
			r.newline()
			s = s[2:]
			continue
		case s[0] == '#':
			if m := hashCode.FindStringSubmatch(s); m != nil {
				name := "&" + m[1] + ";"
				if m[1][0] <= '9' {
					name = "&#" + m[1] + ";"
				}
				r.text = append(r.text, name...)
				s = s[len(m[0]):]
				continue
			}
		case r.md && (s[0] == '*' || s[0] == '_'):
			if n := r.mark(s); n > 0 {
				s = s[n:]
				continue
			}
		}
		r.text = append(r.text, s[0])
		s = s[1:]
	}
	r.newline()
}

// mark reads stars or underscores of Markdown and returns how many.
func (r *labelReader) mark(s string) int {
	n, f := 1, italic
	if len(s) > 1 && s[1] == s[0] {
		n, f = 2, bold
	}
	inWord := s[0] == '_' && len(r.text) > 0 && r.text[len(r.text)-1] > ' ' && len(s) > n && s[n] > ' ' && r.face&f == 0
	if inWord || r.face&f == 0 && !strings.Contains(s[n:], s[:n]) {
		return 0
	}
	r.flush()
	r.face ^= f
	return n
}

func (r *labelReader) tag(name string, closing bool) {
	switch f := faces[name]; {
	case name == "br" || (name == "p" || name == "div" || name == "li") && (closing || len(r.line)+len(r.text) > 0):
		r.newline()
	case f != 0 && closing:
		r.flush()
		r.face &^= f
	case f != 0:
		r.flush()
		r.face |= f
	}
}

func (r *labelReader) flush() {
	if len(r.text) == 0 {
		return
	}
	text := strings.TrimSuffix(svg.Clean(html.UnescapeString(string(r.text))+"|"), "|") // keeps a space at its end
	if len(r.line) > 0 && r.text[0] == ' ' {
		text = " " + text
	}
	if text != "" {
		r.line = append(r.line, piece{text, r.face, r.href})
	}
	r.text = r.text[:0]
}

func (r *labelReader) newline() {
	r.flush()
	if n := len(r.line); n > 0 {
		r.line[n-1].text = strings.TrimRight(r.line[n-1].text, " ")
		r.line[0].text = strings.TrimLeft(r.line[0].text, " ")
	}
	r.lines = append(r.lines, r.line)
	r.line = nil
}

// pieceWidth is the width of a text in a face.
func pieceWidth(s string, f face, size int) int {
	switch {
	case f&mono != 0:
		return utf8.RuneCountInString(s) * size * 62 / 100
	case f&bold != 0:
		return svg.Width(s, size) * 108 / 100
	}
	return svg.Width(s, size)
}

func lineWidth(line []piece, size int) int {
	n := 0
	for _, p := range line {
		n += pieceWidth(p.text, p.face, size)
	}
	return n
}

// wrapLine breaks a line at spaces so that it is no wider than a width, and
// breaks words that are much wider.
func wrapLine(line []piece, size, width int) [][]piece {
	if lineWidth(line, size) <= width {
		return [][]piece{line}
	}
	var out [][]piece
	var now []piece
	used := 0
	put := func(word string, p piece) {
		if n := len(now); n > 0 && now[n-1].face == p.face && now[n-1].href == p.href {
			now[n-1].text += word
		} else {
			now = append(now, piece{word, p.face, p.href})
		}
		used += pieceWidth(word, p.face, size)
	}
	for _, p := range line {
		for _, word := range wordsOf(p.text) {
			w := pieceWidth(strings.TrimRight(word, " "), p.face, size)
			if used > 0 && used+w > width {
				out, now, used = append(out, now), nil, 0
			}
			for _, part := range chop(word, p.face, size, hardWrapAt) {
				if used > 0 && used+pieceWidth(part, p.face, size) > max(width, hardWrapAt) {
					out, now, used = append(out, now), nil, 0
				}
				put(part, p)
			}
		}
	}
	if used > 0 {
		out = append(out, now)
	}
	for _, line := range out {
		last := &line[len(line)-1]
		last.text = strings.TrimRight(last.text, " ")
	}
	return out
}

// wordsOf cuts a text after each run of spaces, and before and after characters
// of scripts that have none.
func wordsOf(s string) (words []string) {
	from := 0
	for i, r := range s {
		if i > from && (s[i-1] == ' ' && r != ' ' || r >= 0x2e80) {
			words, from = append(words, s[from:i]), i
		}
	}
	return append(words, s[from:])
}

// chop cuts a word into parts no wider than a width.
func chop(word string, f face, size, width int) (parts []string) {
	for pieceWidth(word, f, size) > width {
		used := 0
		for i, r := range word {
			if used += pieceWidth(string(r), f, size); used > width && i > 0 {
				parts, word = append(parts, word[:i]), word[i:]
				break
			}
		}
		if used <= width {
			break
		}
	}
	return append(parts, word)
}
