package mathml

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a command with its backslash, or a character.
type token struct {
	text string
	at   int
}

func (t token) command() bool { return len(t.text) > 1 && t.text[0] == '\\' }

// next takes a token, "" at the end. Spaces mean nothing, and a percent sign
// begins a comment.
func (p *parser) next() token {
	t := p.peek()
	p.at = t.at + len(t.text)
	return t
}

func (p *parser) peek() token {
	at := p.at
	for at < len(p.src) {
		if c := p.src[at]; c == '%' {
			end := strings.IndexByte(p.src[at:], '\n')
			if end < 0 {
				return token{"", len(p.src)}
			}
			at += end
		} else if c > ' ' {
			break
		} else {
			at++
		}
	}
	if at == len(p.src) {
		return token{"", at}
	}
	r, n := utf8.DecodeRuneInString(p.src[at:])
	if r != '\\' {
		return token{p.src[at : at+n], at}
	}
	end := at + 1
	for end < len(p.src) && isLetter(p.src[end]) {
		end++
	}
	if end == at+1 && end < len(p.src) {
		_, n := utf8.DecodeRuneInString(p.src[end:])
		end += n
	}
	return token{p.src[at:end], at}
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// braces takes the source between two braces as it stands.
func (p *parser) braces() (string, error) {
	if t := p.next(); t.text != "{" {
		return "", p.fail(t, "expected {")
	}
	from, depth := p.at, 1
	for i := from; i < len(p.src); i++ {
		switch p.src[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				p.at = i + 1
				return p.src[from:i], nil
			}
		}
	}
	return "", p.fail(token{"", from}, "a brace has no end")
}

// brackets takes the source between two square brackets, if they follow.
func (p *parser) brackets() (string, bool) {
	if p.peek().text != "[" {
		return "", false
	}
	at := p.peek().at + 1
	depth := 0
	for i := at; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == ']' && depth == 0:
			p.at = i + 1
			return p.src[at:i], true
		}
	}
	return "", false
}

// number takes the rest of a number whose first digit was taken.
func (p *parser) number(first string) string {
	from := p.at
	for p.at < len(p.src) {
		c := p.src[p.at]
		if !isDigit(c) && !((c == '.' || c == ',') && p.at+1 < len(p.src) && isDigit(p.src[p.at+1]) && c == '.') {
			break
		}
		p.at++
	}
	return first + p.src[from:p.at]
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }
