package yamldoc

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"callboard/internal/diag"
)

// decodeText makes text that yaml.v3 reads of a file: UTF-8 without a byte order
// mark. Bytes that are not UTF-8, and control characters, become U+FFFD with a
// warning; npm's yaml reads both.
func decodeText(src []byte, at diag.Pos, sink diag.Sink) (text []byte, strange, ok bool) {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		reportAt(sink, at, 1, CodeEncoding, "the file is UTF-16", "save it as UTF-8")
		return nil, false, false
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if i := bytes.IndexByte(src, '\r'); i >= 0 && bytes.IndexByte(src, '\n') < 0 && i < len(src)-1 {
		reportAt(sink, at, 1, CodeEncoding, "the lines end with a carriage return alone, which YAML does not take for the end of a line", "save the file with LF or CRLF line ends")
		return nil, false, false
	}
	if i := firstOdd(src); i >= 0 {
		warnOdd(src, i, at, sink)
		src = bytes.Map(func(r rune) rune {
			if isOdd(r) && r != byteOrderMark {
				return utf8.RuneError
			}
			return r
		}, src)
	}
	src = endLine(src)
	if hasOldBreaks(src) {
		return []byte(hide.Replace(string(src))), true, true
	}
	return src, false, true
}

// endLine makes the last line end as the others do: npm's yaml reads a block
// scalar at the end of a file without a line end as if it had one, and a last
// line of tabs as an empty one.
func endLine(src []byte) []byte {
	if t := bytes.TrimRight(src, " \t"); len(t) == 0 || t[len(t)-1] == '\n' {
		return t
	}
	return append(src[:len(src):len(src)], '\n')
}

// hasOldBreaks tells whether a text has characters that end a line for yaml.v3,
// which reads YAML 1.1, and not for npm's yaml, or that it does not read at all.
func hasOldBreaks(src []byte) bool {
	return bytes.Count(src, []byte("\r")) != bytes.Count(src, []byte("\r\n")) ||
		bytes.Contains(src, []byte("\ufeff")) || bytes.Contains(src, []byte("\u0085")) || bytes.Contains(src, []byte("\u2028")) || bytes.Contains(src, []byte("\u2029"))
}

// byteOrderMark is a mark at the beginning of a file, and elsewhere a character
// that nobody sees.
const byteOrderMark = '\ufeff'

// hide and show exchange these characters for ones that stand in no text
// (Unicode's noncharacters).
var (
	hide = strings.NewReplacer("\r\n", "\r\n", "\r", "\U0004fffe", "\u0085", "\U0001fffe", "\u2028", "\U0002fffe", "\u2029", "\U0003fffe", "\ufeff", "\U0005fffe")
	show = strings.NewReplacer("\U0004fffe", "\r", "\U0001fffe", "\u0085", "\U0002fffe", "\u2028", "\U0003fffe", "\u2029", "\U0005fffe", "\ufeff")
)

// isOdd tells whether yaml.v3 refuses a character (YAML 1.1, c-printable).
func isOdd(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == 0x85:
		return false
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return true
	}
	return r == 0xfeff || r == 0xfffe || r == 0xffff
}

// firstOdd is the offset of the first character that cannot stay, or -1.
func firstOdd(src []byte) int {
	for i := 0; i < len(src); {
		if b := src[i]; b >= 0x20 && b < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 || isOdd(r) {
			return i
		}
		i += n
	}
	return -1
}

func warnOdd(src []byte, i int, at diag.Pos, sink diag.Sink) {
	before := src[:i]
	at.Line = 1 + bytes.Count(before, []byte("\n"))
	at.Col = 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	msg, hint := fmt.Sprintf("the control character U+%04X is shown as \ufffd", firstRune(src[i:])), "remove it"
	if firstRune(src[i:]) == byteOrderMark {
		msg = "the invisible character U+FEFF is part of the text"
	}
	if r, n := utf8.DecodeRune(src[i:]); r == utf8.RuneError && n == 1 {
		msg, hint = fmt.Sprintf("the byte 0x%02x is not UTF-8 and is shown as \ufffd", src[i]), "save the file as UTF-8"
	}
	sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: CodeEncoding, Message: msg, Hint: hint})
}

func firstRune(b []byte) rune { r, _ := utf8.DecodeRune(b); return r }

// chunk is the text of one document; line is the number of lines before it.
type chunk struct {
	text    []byte
	line    int
	strange bool // characters are hidden in it
}

// split cuts a file at the markers between documents. Directives before a marker
// are passed over: yaml.v3 refuses %YAML 1.2 and those it does not know.
func split(src []byte, strange bool) []chunk {
	s := splitter{strange: strange}
	for i := 0; i < len(src); {
		end := len(src)
		if n := bytes.IndexByte(src[i:], '\n'); n >= 0 {
			end = i + n + 1
		}
		s.take(src, i, end)
		i = end
	}
	s.flush(src, len(src))
	return s.out
}

type splitter struct {
	out              []chunk
	strange          bool
	start, startLine int
	line             int
	content          bool // the chunk has more than comments and directives
	ended            bool // "..." was read
	bare             bool // and nothing before it
}

func (s *splitter) take(src []byte, i, end int) {
	l := src[i:end]
	begins := marked(l)
	switch {
	case begins && s.content, s.ended:
		s.flush(src, i)
	case begins:
		s.start, s.startLine = i, s.line
	}
	switch {
	case begins:
		s.content = true
	case isEnd(l):
		s.ended, s.bare, s.content = true, !s.content, true
	case !s.content:
		s.content = !blank(l)
	}
	s.line++
}

func (s *splitter) flush(src []byte, end int) {
	text := src[s.start:end]
	if s.bare {
		text = nil // npm's yaml has an empty document there, yaml.v3 an error
	}
	if s.content {
		s.out = append(s.out, chunk{text, s.startLine, s.strange})
	}
	s.start, s.startLine, s.content, s.ended, s.bare = end, s.line, false, false, false
}

// space is what YAML takes for space.
const space = " \t\r\n"

// marked tells whether a line is the marker that begins a document.
func marked(l []byte) bool {
	return bytes.HasPrefix(l, []byte("---")) && (len(l) == 3 || bytes.IndexByte([]byte(" \n\r\t"), l[3]) >= 0)
}

func isEnd(l []byte) bool {
	return bytes.HasPrefix(l, []byte("...")) && len(bytes.Trim(l[3:], space)) == 0
}

// blank tells whether a line holds only a comment, a directive or space, and so
// begins no document.
func blank(l []byte) bool {
	if len(l) > 0 && l[0] == '%' {
		return true
	}
	l = bytes.Trim(l, space)
	return len(l) == 0 || l[0] == '#'
}
