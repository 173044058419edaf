package config

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"callboard/internal/diag"
)

// PosIn is the place of a byte of the text at a path: of what is wrong inside an
// expression, say. Where it cannot be told, as in text that YAML folds, it is
// the place of the text.
func (l *Loaded) PosIn(offset int, path ...any) diag.Pos {
	at := l.Pos(path...)
	if l.doc == nil || at.Line == 0 {
		return at
	}
	first, _ := l.doc.Lines()
	lines := bytes.Split(l.doc.Text, []byte("\n"))
	i := at.Line - first
	if i < 0 || i >= len(lines) {
		return at
	}
	src := after(string(lines[i]), at.Col-1)
	switch {
	case src == "":
	case src[0] == '|':
		return inBlock(at, lines[i+1:], offset)
	case src[0] == '>':
	case src[0] == '"' || src[0] == '\'':
		if n, ok := inQuotes(src, offset); ok {
			at.Col += n
		}
	case offset <= len(src):
		at.Col += utf8.RuneCountInString(src[:offset])
	}
	return at
}

// after is a line without its first n characters.
func after(line string, n int) string {
	for ; n > 0 && line != ""; n-- {
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
	}
	return line
}

// inBlock is the place of a byte of a literal block, whose lines follow the line
// of its "|".
func inBlock(at diag.Pos, lines [][]byte, offset int) diag.Pos {
	indent := -1
	for n, raw := range lines {
		line := strings.TrimSuffix(string(raw), "\r")
		if body := strings.TrimLeft(line, " "); indent < 0 && body != "" {
			indent = len(line) - len(body)
		}
		text := line[min(max(indent, 0), len(line)):]
		if offset <= len(text) {
			at.Line, at.Col = at.Line+1+n, 1+max(indent, 0)+utf8.RuneCountInString(text[:offset])
			return at
		}
		offset -= len(text) + 1
	}
	return at
}

// inQuotes counts the characters before a byte of a text that stands in quotes.
// It reports false when the text goes on in another line.
func inQuotes(src string, offset int) (int, bool) {
	quote, n := src[0], 1
	for rest := src[1:]; offset > 0; {
		raw, value := quotedUnit(rest, quote)
		if raw == 0 {
			return 0, false
		}
		n += utf8.RuneCountInString(rest[:raw])
		rest = rest[raw:]
		offset -= value
	}
	return n, true
}

// quotedUnit is the length of the first character of quoted text, in the file
// and as a value.
func quotedUnit(s string, quote byte) (raw, value int) {
	switch {
	case s == "":
		return 0, 0
	case quote == '\'' && strings.HasPrefix(s, "''"):
		return 2, 1
	case quote == '"' && s[0] == '\\' && len(s) > 1:
		switch s[1] {
		case 'x':
			return min(4, len(s)), 1
		case 'u':
			return min(6, len(s)), 2
		case 'U':
			return min(10, len(s)), 4
		}
		return 2, 1
	}
	_, size := utf8.DecodeRuneInString(s)
	return size, size
}
