package prepare

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// directive is one tag of include-markdown in a page.
type directive struct {
	markdown bool // include-markdown, else include
	from, to int  // of the tag with the words before it on its line
	indent   string
	file     string
	named    bool // it names a file
	args     []argument
}

// argument is name=value of a tag.
type argument struct {
	name, value string
	quoted      bool
}

// syntax are the marks and names of the tags of include-markdown.
type syntax struct {
	open, close, include, markdown string
}

// find is the next tag from an offset on. What stands before it on its line,
// words and blanks, is its indent.
func (x syntax) find(s string, from int) (d directive, ok bool) {
	for at := from; ; {
		i := strings.Index(s[at:], x.open)
		if i < 0 {
			return directive{}, false
		}
		open := at + i
		if d, ok := x.read(s, open); ok {
			d.from = indentBefore(s, from, open)
			d.indent = s[d.from:open]
			return d, true
		}
		at = open + len(x.open)
	}
}

// indentBefore is where the run of words, points and blanks before an offset
// begins.
func indentBefore(s string, from, at int) int {
	for at > from {
		c, size := utf8.DecodeLastRuneInString(s[from:at])
		if c != ' ' && c != '\t' && c != '_' && c != '\\' && c != '.' && !unicode.IsLetter(c) && !unicode.IsNumber(c) {
			break
		}
		at -= size
	}
	return at
}

// read reads the tag that begins at an offset, if it is one.
func (x syntax) read(s string, open int) (d directive, ok bool) {
	rest := trimLeft(s[open+len(x.open):])
	switch {
	case word(rest, x.markdown):
		d.markdown, rest = true, trimLeft(rest[len(x.markdown):])
	case word(rest, x.include):
		rest = trimLeft(rest[len(x.include):])
	default:
		return d, false
	}
	for _, q := range [...]byte{'"', '\''} {
		if v, n, ok := quotedText(rest, q); ok && v != "" {
			if !d.named {
				d.file, d.named = v, true
			}
			rest = rest[n:]
		}
	}
	end := strings.Index(rest, x.close)
	if end < 0 {
		return d, false
	}
	d.args = readArguments(rest[:end])
	d.to = len(s) - len(rest) + end + len(x.close)
	return d, true
}

func trimLeft(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }

// word tells whether a text begins with a word that is followed by blanks.
func word(s, w string) bool {
	if !strings.HasPrefix(s, w) {
		return false
	}
	c, _ := utf8.DecodeRuneInString(s[len(w):])
	return unicode.IsSpace(c)
}

// quotedText is what stands between quotes at the beginning of a text, and how
// long that is. A backslash before a quote makes it one of the text.
func quotedText(s string, q byte) (v string, n int, ok bool) {
	if s == "" || s[0] != q {
		return "", 0, false
	}
	for i := 1; i < len(s); i++ {
		if s[i] == q && s[i-1] != '\\' {
			return strings.ReplaceAll(s[1:i], `\`+string(q), string(q)), i + 1, true
		}
	}
	return "", 0, false
}

// readArguments reads name=value, name="value" and name='value'.
func readArguments(s string) (out []argument) {
	for {
		i := strings.IndexByte(s, '=')
		if i < 0 {
			return out
		}
		a := argument{name: lastWord(s[:i])}
		s = s[i+1:]
		n := 0
		for _, q := range [...]byte{'"', '\''} {
			if v, length, ok := quotedText(s, q); ok {
				a.value, a.quoted, n = v, true, length
			}
		}
		if !a.quoted {
			n = strings.IndexFunc(s, unicode.IsSpace)
			if n < 0 {
				n = len(s)
			}
			a.value = s[:n]
		}
		s = s[n:]
		out = append(out, a)
	}
}

func lastWord(s string) string {
	f := strings.Fields(s)
	if len(f) == 0 {
		return ""
	}
	return f[len(f)-1]
}
