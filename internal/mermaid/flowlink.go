package mermaid

import (
	"strings"

	"callboard/internal/lazyregexp"
)

// The edges of flowcharts, as Mermaid's lexer tells them apart: a whole edge, or
// the begin of one with its text in the middle.
var (
	wholeLink  = lazyregexp.New(`^(?:[xo<]?--+[-xo>]|[xo<]?==+[=xo>]|[xo<]?-?\.+-[xo>]?|~~~+)`)
	beginLink  = lazyregexp.New(`^(?:[xo<]?--|[xo<]?==|[xo<]?-\.)`)
	endOfPlain = lazyregexp.New(`--+[-xo>]`)
	endOfThick = lazyregexp.New(`==+[=xo>]`)
	endOfDots  = lazyregexp.New(`-?\.+-[xo>]?`)
)

// link reads an edge with its text, if there is one.
func (p *flowParser) link() (l link, ok bool, err error) {
	if s := wholeLink.FindString(p.rest()); s != "" {
		p.at += len(s)
		l = linkOf(s, s)
		from := p.at
		p.skip(" \t")
		if !p.take("|") {
			p.at = from
			return l, true, nil
		}
		l.text, ok = p.until("|")
		if !ok {
			return l, false, p.fail("the text of an edge has no end")
		}
		l.text = unquote(l.text)
		return l, true, nil
	}
	begin := beginLink.FindString(p.rest())
	if begin == "" {
		return l, false, nil
	}
	p.at += len(begin)
	return p.linkAround(begin)
}

// linkAround reads the text of an edge and its end.
func (p *flowParser) linkAround(begin string) (l link, ok bool, err error) {
	end := endOfPlain
	switch begin[len(begin)-1] {
	case '=':
		end = endOfThick
	case '.':
		end = endOfDots
	}
	p.spaces()
	skipped := 0
	if p.peek(0) == '"' { // the text may hold anything
		if i := strings.IndexByte(p.rest()[1:], '"'); i >= 0 {
			skipped = i + 2
		}
	}
	at := end.FindStringIndex(p.rest()[skipped:])
	if at == nil {
		return l, false, p.fail("an edge has no end")
	}
	text := p.rest()[:skipped+at[0]]
	if strings.Contains(text, "\n\n") {
		return l, false, p.fail("an edge has no end")
	}
	tail := p.rest()[skipped+at[0] : skipped+at[1]]
	p.at += skipped + at[1]
	l = linkOf(begin, tail)
	l.text = unquote(text)
	return l, true, nil
}

// linkOf is the edge that its two ends say. A longer line is a longer edge.
func linkOf(begin, end string) link {
	l := link{head: headOf(end[len(end)-1]), tail: headOf(begin[0])}
	if l.tail == noHead && begin[0] == '<' {
		l.tail = arrow
	}
	line := strings.TrimRight(strings.TrimLeft(end, "xo<"), "xo>")
	switch {
	case strings.Contains(line, "~"):
		l.stroke, l.length = invisible, len(line)-2
	case strings.Contains(line, "."):
		l.stroke, l.length = dotted, strings.Count(line, ".")
	default:
		if strings.Contains(line, "=") {
			l.stroke = thick
		}
		l.length = len(line) - 1
		if l.head == noHead {
			l.length--
		}
	}
	l.length = max(1, min(l.length, 10))
	return l
}

func headOf(c byte) head {
	switch c {
	case '>':
		return arrow
	case 'x':
		return cross
	case 'o':
		return circle
	}
	return noHead
}
