package jq

import "strings"

// CompileText compiles a text in which \(expression) stands for what an
// expression gives, as in jq's own strings. Everything else in it stands for
// itself. Places of errors are those of the text.
func CompileText(text string, variables ...string) (*Program, error) {
	var b strings.Builder
	b.WriteByte('"')
	origin := []int{0} // by byte of the expression: the byte of the text
	emit := func(s string, at int) {
		b.WriteString(s)
		for range len(s) {
			origin = append(origin, at)
		}
	}
	for i := 0; i < len(text); {
		if strings.HasPrefix(text[i:], `\(`) {
			n := interpolation(text[i:])
			for j := range n {
				emit(text[i+j:i+j+1], i+j)
			}
			i += n
			continue
		}
		emit(escaped(text[i]), i)
		i++
	}
	emit(`"`, len(text))
	p, err := Compile(b.String(), variables...)
	if e, ok := err.(*Error); ok {
		e.Offset = origin[min(e.Offset, len(origin)-1)]
	}
	return p, err
}

// interpolation is the length of "\(…)" at the start of s, or of all of s when
// it is not closed, which the parser then says.
func interpolation(s string) int {
	depth := 0
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			i += quoted(s[i:]) - 1
		}
	}
	return len(s)
}

// quoted is the length of a string of jq, with what stands in it for others.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return i + 1
		case strings.HasPrefix(s[i:], `\(`):
			i += interpolation(s[i:]) - 1
		case s[i] == '\\':
			i++
		}
	}
	return len(s)
}

func escaped(c byte) string {
	switch c {
	case '"', '\\':
		return `\` + string(rune(c))
	case '\n':
		return `\n`
	case '\t':
		return `\t`
	case '\r':
		return `\r`
	}
	return string([]byte{c})
}
