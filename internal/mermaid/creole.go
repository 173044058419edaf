package mermaid

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"callboard/internal/lazyregexp"
)

// creole reads the text of a PlantUML label: \n ends a line, pairs of marks and a
// few elements set the face, [[…]] is a link, <U+…> a character:
// https://plantuml.com/creole. What sets colours, sizes and fonts, and pictures,
// are left out.
func creole(s string, size, wrap int) label {
	if s = strings.TrimSpace(s); len(s) > MaxLabel {
		s = strings.ToValidUTF8(s[:MaxLabel], "")
	}
	r := creoleReader{}
	number := 0
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		if creoleRule.MatchString(line) {
			continue
		}
		line, number = listItem(line, number)
		if m := heading.FindStringSubmatch(line); m != nil {
			r.face = bold
			line = m[1]
		}
		r.readLine(line)
		r.newline()
		r.face, r.on = 0, [3]bool{}
	}
	return layLines(r.lines, size, wrap)
}

var (
	creoleRule = lazyregexp.New(`^(?:-{4,}|={4,}|\.{4,}|_{4,})$`)
	heading    = lazyregexp.New(`^={1,4}[ \t]+([^=|].*)$`)
	bullet     = lazyregexp.New(`^(\*+|#+)[ \t]+(.*)$`)
)

// listItem gives an item of a list its mark; number is that of the last item.
func listItem(line string, number int) (string, int) {
	m := bullet.FindStringSubmatch(line)
	switch {
	case m == nil:
		return line, 0
	case m[1][0] == '*':
		return "• " + m[2], 0
	}
	return strconv.Itoa(number+1) + ". " + m[2], number + 1
}

// creoleReader has the labels' lines in common with Mermaid's; on tells which
// pairs of marks are open that set no face: of strikes, lines below and waves.
type creoleReader struct {
	labelReader
	on [3]bool
}

var (
	creoleTag  = lazyregexp.New(`(?i)^</?(?:color|colour|size|back|background|font|u|s|w|b|i|del|strike|plain|sub|sup|img|code|tt)(?:[:=\s][^<>]*)?/?>`)
	creoleIcon = lazyregexp.New(`^<(?:&[\w-]+|\$\w+|:[\w+-]+:)(?:[,{][^<>]*)?>`)
	codePoint  = lazyregexp.New(`^<[uU]\+([0-9a-fA-F]{1,6})>`)
	creoleLink = lazyregexp.New(`^\[\[[ \t]*([^\[\]\s{}|]+)[ \t]*(?:\{[^{}\[\]]*\})?[ \t|]*([^\[\]]*)\]\]`)
	faceMarks  = map[string]face{"**": bold, "//": italic, `""`: mono}
	otherMarks = map[string]int{"--": 0, "__": 1, "~~": 2}
)

func (r *creoleReader) readLine(s string) {
	for len(s) > 0 {
		n := r.special(s)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
			r.text = append(r.text, s[:n]...)
		}
		s = s[n:]
	}
}

// special reads what is no plain text and returns its length.
func (r *creoleReader) special(s string) int {
	switch s[0] {
	case '\\':
		return r.escape(s)
	case '~':
		if len(s) > 2 && s[1] == s[2] && strings.IndexByte(`*/"_-[`, s[1]) >= 0 {
			r.text = append(r.text, s[1:3]...)
			return 3
		}
	case '<':
		return r.element(s)
	case '[':
		return r.link(s)
	}
	return r.pair(s)
}

func (r *creoleReader) escape(s string) int {
	switch {
	case strings.HasPrefix(s, `\n`):
		r.newline()
		return 2
	case strings.HasPrefix(s, `\t`):
		r.text = append(r.text, ' ')
		return 2
	case strings.HasPrefix(s, `\\`):
		r.text = append(r.text, '\\')
		return 2
	}
	return 0
}

func (r *creoleReader) element(s string) int {
	if m := codePoint.FindStringSubmatch(s); m != nil {
		n, _ := strconv.ParseUint(m[1], 16, 32)
		r.text = utf8.AppendRune(r.text, rune(n))
		return len(m[0])
	}
	if m := creoleIcon.FindString(s); m != "" {
		return len(m)
	}
	if m := htmlTag.FindStringSubmatch(s); m != nil {
		if name := strings.ToLower(m[1]); name == "br" || faces[name] != 0 && creoleTag.MatchString(s) {
			r.tag(name, s[1] == '/')
			return len(m[0])
		}
	}
	return len(creoleTag.FindString(s))
}

// link reads [[address{tip} text]], a link in the text.
func (r *creoleReader) link(s string) int {
	m := creoleLink.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	text := strings.TrimSpace(m[2])
	if text == "" {
		text = m[1]
	}
	r.flush()
	r.href = m[1]
	r.text = append(r.text, text...)
	r.flush()
	r.href = ""
	return len(m[0])
}

// pair reads a mark that begins or ends something, if its other one is there. The
// slashes of an address are none.
func (r *creoleReader) pair(s string) int {
	if len(s) < 2 || s[0] != s[1] {
		return 0
	}
	before := byte(0)
	if n := len(r.text); n > 0 {
		before = r.text[n-1]
	}
	if f := faceMarks[s[:2]]; f != 0 {
		if r.face&f == 0 && (before == ':' || !closes(s, f == bold)) {
			return 0
		}
		r.flush()
		r.face ^= f
		return 2
	}
	i, ok := otherMarks[s[:2]]
	if !ok || !r.on[i] && !closes(s, false) {
		return 0
	}
	r.on[i] = !r.on[i]
	return 2
}

// closes tells whether the mark that a text begins with has its other one in it:
// next to what is between them, unless loose.
func closes(s string, loose bool) bool {
	if len(s) < 5 || s[2] == s[0] || s[2] == ' ' && !loose {
		return false
	}
	for at := 3; ; at++ {
		i := strings.Index(s[at:], s[:2])
		if i < 0 {
			return false
		}
		if at += i; loose || s[at-1] != ' ' {
			return true
		}
	}
}
