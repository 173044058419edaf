package yamldoc

import (
	"bytes"
	"strings"

	"callboard/internal/lazyregexp"
)

// maxOpenLines is how many lines a bracket is looked for above the line at which
// the parser gave up.
const maxOpenLines = 200

// unclosed is where the bracket or the quote begins that has no end, if that is
// what the message is about: its line, from 1, and its byte in it. The line is 0
// where it cannot be told.
func unclosed(msg string, text []byte, line int) (opened, at int) {
	quote := strings.Contains(msg, "unexpected end of stream")
	if !quote && !strings.Contains(msg, "did not find expected ',' or") {
		return 0, 0
	}
	lines := bytes.Split(text, []byte("\n"))
	line = min(line, len(lines))
	for first := line; first > max(0, line-maxOpenLines); first-- {
		l := lines[first-1]
		start := flowStart(l)
		if start < 0 {
			continue
		}
		var f flow
		f.read(lines[first-1:line], start)
		switch {
		case quote && f.quote != 0:
			return first + f.quoted.line, f.quoted.at
		case !quote && len(f.open) > 0:
			last := f.open[len(f.open)-1]
			return first + last.line, last.at
		case !quote:
			return 0, 0 // the nearest one is closed: another is meant
		}
	}
	return 0, 0
}

// flowStart is where a value in brackets or quotes begins in a line, or -1.
func flowStart(l []byte) int {
	at := entryStart.Get().FindIndex(l)[1]
	if at < len(l) && (l[at] == '[' || l[at] == '{') {
		return at
	}
	if m := valueStart.Get().FindIndex(l); m != nil {
		at = m[1]
	}
	if at < len(l) && bytes.IndexByte([]byte("[{\"'"), l[at]) >= 0 {
		return at
	}
	return -1
}

// entryStart is what stands before the first word of a line, be it a list's.
var entryStart = lazyregexp.New(`^ *(?:- +)*`)

// spot is a byte of a line, both from 0.
type spot struct{ line, at int }

// flow is what is open at some point of a value in brackets or quotes.
type flow struct {
	open   []spot // brackets
	quote  byte   // that is open, or 0
	quoted spot   // where it began
}

// read goes on over lines, in the first of them from a byte. It stops at a bracket
// that closes another than the last one.
func (f *flow) read(lines [][]byte, from int) {
	for n, l := range lines {
		for i := from; i < len(l); i++ {
			c := l[i]
			switch {
			case f.quote == '"' && c == '\\':
				i++
			case f.quote != 0:
				if c == f.quote {
					f.quote = 0
				}
			case c == '#' && (i == 0 || l[i-1] == ' '):
				i = len(l)
			case (c == '"' || c == '\'') && beginsWord(l, i):
				f.quote, f.quoted = c, spot{n, i}
			case c == '[' || c == '{':
				f.open = append(f.open, spot{n, i})
			case (c == ']' || c == '}') && len(f.open) > 0:
				last := f.open[len(f.open)-1]
				if lines[last.line][last.at] != c-2 { // ] and } come two after [ and {
					return
				}
				f.open = f.open[:len(f.open)-1]
			}
		}
		from = 0
	}
}

// beginsWord tells whether a quote is not in the middle of a word, such as in
// it's.
func beginsWord(l []byte, i int) bool {
	return i == 0 || bytes.IndexByte([]byte(" \t[{,:"), l[i-1]) >= 0
}
