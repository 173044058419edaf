package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// urlParser links bare addresses: https://…, www.… and name@host, as GitHub and
// pymdown-extensions' magiclink do. It is asked at the sign in the middle and
// looks back into the text before it, because asking at every space is what
// made goldmark's own cost a tenth of the whole.
type urlParser struct{}

func (urlParser) Trigger() []byte { return []byte{':', '.', '@'} }

func (urlParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, seg := block.PeekLine()
	if len(line) < 3 || line[0] == ':' && (line[1] != '/' || line[2] != '/') || seg.Padding != 0 {
		return nil
	}
	before, ok := parent.LastChild().(*ast.Text)
	if !ok || before.Segment.Stop != seg.Start || before.SoftLineBreak() || pc.IsInLinkLabel() {
		return nil
	}
	src := block.Source()
	back := leadOf(line[0], before.Segment.Value(src))
	if back == 0 {
		return nil
	}
	ahead := aheadOf(line)
	if ahead < 4 {
		return nil
	}
	start := seg.Start - back
	if before.Segment.Len() == back {
		parent.RemoveChild(parent, before)
	} else {
		before.Segment = before.Segment.WithStop(start)
	}
	block.Advance(ahead)
	return newAutoLink(line[0], text.NewSegment(start, seg.Start+ahead))
}

// aheadOf is how many bytes from the sign on belong to an address, or 0.
func aheadOf(line []byte) int {
	host := 1
	if line[0] == ':' {
		host = 3
	}
	switch {
	case len(line) <= host || !is(line[host]):
		return 0
	case line[0] == '@':
		return hostEnd(line)
	}
	return addressEnd(line)
}

func newAutoLink(sign byte, seg text.Segment) ast.Node {
	typ := ast.AutoLinkType(ast.AutoLinkURL)
	if sign == '@' {
		typ = ast.AutoLinkEmail
	}
	n := ast.NewAutoLink(typ, ast.NewTextSegment(seg))
	if sign == '.' {
		n.Protocol = []byte("http")
	}
	n.SetPos(seg.Start)
	return n
}

var schemes = [...]string{"https", "http", "ftp"}

// leadOf is how many of the bytes before a sign belong to an address.
func leadOf(sign byte, before []byte) int {
	n := 0
	switch sign {
	case ':':
		for _, s := range schemes {
			if bytes.HasSuffix(before, []byte(s)) {
				n = len(s)
				break
			}
		}
	case '.':
		if bytes.HasSuffix(before, []byte("www")) {
			n = 3
		}
	case '@':
		for n < len(before) && n < 64 && (is(before[len(before)-1-n]) || bytes.IndexByte([]byte(".-_+"), before[len(before)-1-n]) >= 0) {
			n++
		}
		for n > 0 && !is(before[len(before)-n]) {
			n--
		}
	}
	if n < len(before) && (is(before[len(before)-n-1]) || before[len(before)-n-1] == '/') {
		return 0
	}
	return n
}

// is tells whether a byte is an ASCII letter or a digit.
func is(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

// addressEnd is where an address ends: before a space or "<", and without the
// punctuation of the sentence around it (GFM 6.9).
func addressEnd(line []byte) int {
	end, open, shut := 0, 0, 0
	for end < len(line) && line[end] > ' ' && line[end] != '<' && line[end] != '"' && line[end] != 0x7f {
		switch line[end] {
		case '(':
			open++
		case ')':
			shut++
		}
		end++
	}
	for end > 0 {
		switch c := line[end-1]; {
		case bytes.IndexByte([]byte("?!.,:*_~'`]}|\\"), c) >= 0:
		case c == ')' && shut > open:
			shut--
		case c == ';':
			amp := bytes.LastIndexByte(line[:end], '&')
			if amp < 0 || end-amp > 32 {
				return end - 1
			}
			end = amp + 1
		default:
			return end
		}
		end--
	}
	return end
}

// hostEnd is where the host of a mail address ends, or 0 if it has no dot.
func hostEnd(line []byte) int {
	end, dot := 1, false
	for end < len(line) && (is(line[end]) || line[end] == '-' || line[end] == '.' && line[end-1] != '.') {
		dot = dot || line[end] == '.' && end+1 < len(line) && is(line[end+1])
		end++
	}
	for end > 1 && !is(line[end-1]) {
		end--
	}
	if !dot {
		return 0
	}
	return end
}
