package lsp

import "strings"

// entry is one thing that begins on a line of block YAML: the dash of a list
// item, a key, or a scalar without a key.
type entry struct {
	col  int // byte in the line
	dash bool
	key  string // "" for a scalar
	// keyEnd is the byte behind the key, colon that of its colon.
	keyEnd, colon int
	// value is what follows on the line, without spaces around it and without a
	// comment; from is where it begins.
	value string
	from  int
}

// maxDashes is how many list items may begin on one line.
const maxDashes = 64

// entries takes a line apart, without knowing what stands around it.
func entries(line string) []entry {
	at := indentOf(line)
	var out []entry
	for at < len(line) && line[at] == '-' && (at+1 == len(line) || line[at+1] == ' ') && len(out) < maxDashes {
		out = append(out, entry{col: at, dash: true})
		at += 1 + indentOf(line[at+1:])
	}
	if at >= len(line) || line[at] == '#' || strings.TrimSpace(line[at:]) == "" {
		return out
	}
	e := entryAt(line, at)
	e.value = withoutComment(line[e.from:])
	return append(out, e)
}

// entryAt is the key that begins at a byte of a line, or the scalar without one; where
// its value ends is for others to tell.
func entryAt(line string, at int) entry {
	e := entry{col: at, from: at}
	if end := keyEnd(line, at); end > at {
		e.key, e.keyEnd = unquote(line[at:end]), end
		e.colon = end + strings.IndexByte(line[end:], ':')
		e.from = e.colon + 1
		e.from += indentOf(line[e.from:])
	}
	return e
}

// inBraces are the keys with their values of a mapping in braces that begins at a
// byte of a line, as far as it goes on that line. What is in its values is not taken
// apart.
func inBraces(line string, at int) (out []entry) {
	for at < len(line) && (line[at] == '{' || line[at] == ',') && len(out) < maxDashes {
		at++
		at += indentOf(line[at:])
		if at == len(line) {
			break
		}
		e := entryAt(line, at)
		at = flowEnd(line, e.from)
		e.value = strings.TrimRight(line[e.from:at], " \t")
		out = append(out, e)
	}
	return out
}

// flowEnd is the byte behind a value in braces, that of the comma or brace that ends
// it, or the end of the line.
func flowEnd(line string, at int) int {
	depth := 0
	for ; at < len(line); at++ {
		switch c := line[at]; {
		case (c == '"' || c == '\'') && strings.IndexByte(" [{,:", line[at-1]) >= 0:
			at = quoteEnd(line, at) - 1
		case c == '[' || c == '{':
			depth++
		case depth == 0 && (c == ',' || c == ']' || c == '}'):
			return at
		case c == ']' || c == '}':
			depth--
		}
	}
	return len(line)
}

func indentOf(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// keyEnd is the byte behind the key that begins at a byte of a line, or at if
// none does.
func keyEnd(line string, at int) int {
	switch line[at] {
	case '"', '\'':
		end := quoteEnd(line, at)
		if rest := strings.TrimLeft(line[end:], " "); end > at+1 && isColon(rest) {
			return end
		}
		return at
	case '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '@', '`', '%', ',':
		return at
	}
	for i := at; i < len(line); i++ {
		switch {
		case line[i] == ':' && isColon(line[i:]):
			return at + len(strings.TrimRight(line[at:i], " "))
		case line[i] == '#' && i > at && line[i-1] == ' ':
			return at
		}
	}
	return at
}

func isColon(s string) bool {
	return strings.HasPrefix(s, ":") && (len(s) == 1 || s[1] == ' ' || s[1] == '\t')
}

// quoteEnd is the byte behind the text in quotes that begins at a byte, or the
// end of the line if it goes on.
func quoteEnd(line string, at int) int {
	quote := line[at]
	for i := at + 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
		case line[i] == quote && quote == '\'' && i+1 < len(line) && line[i+1] == '\'':
			i++
		case line[i] == quote:
			return i + 1
		}
	}
	return len(line)
}

// withoutComment is the text of a value that begins at the beginning of s.
func withoutComment(s string) string {
	if s == "" {
		return ""
	}
	if s[0] == '#' {
		return ""
	}
	from := 0
	if s[0] == '"' || s[0] == '\'' {
		from = quoteEnd(s, 0)
	}
	for i := from; i < len(s); i++ {
		if s[i] == '#' && i > 0 && (s[i-1] == ' ' || s[i-1] == '\t') {
			s = s[:i]
			break
		}
	}
	return strings.TrimRight(s, " \t")
}

// inComment tells whether a byte of a line is in a comment, or behind its mark.
func inComment(line string, at int) bool {
	quote := byte(0)
	for i := 0; i < at && i < len(line); i++ {
		before := byte(' ')
		if i > 0 {
			before = line[i-1]
		}
		switch c := line[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && strings.IndexByte(" [{,:-\t", before) >= 0:
			quote = c
		case c == '#' && (before == ' ' || before == '\t'):
			return true
		}
	}
	return false
}

// unquote is the text of a scalar of one line.
func unquote(s string) string {
	if len(s) < 2 || s[0] != s[len(s)-1] {
		return s
	}
	switch s[0] {
	case '\'':
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	case '"':
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\/`, "/").Replace(s[1 : len(s)-1])
	}
	return s
}

// opensBlock tells whether a value is the head of a block scalar.
func opensBlock(value string) bool {
	return value != "" && (value[0] == '|' || value[0] == '>')
}

// isOpen tells whether what belongs to a key is on the lines below it.
func isOpen(value string) bool {
	if value == "" {
		return true
	}
	head, rest, _ := strings.Cut(value, " ")
	return (head[0] == '&' || head[0] == '!') && isOpen(strings.TrimLeft(rest, " "))
}
