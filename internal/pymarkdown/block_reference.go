package pymarkdown

import (
	"strings"
	"unicode"
)

// reference reads the targets of links by name.
type reference struct{}

func (reference) Test(*Document, *Element, string) bool { return true }

func (reference) Run(d *Document, _ *Element, blocks *Blocks) bool {
	block := blocks.At(0)
	if !strings.Contains(block, "]:") {
		return false
	}
	r, ok := findReference(block)
	if !ok {
		return false
	}
	blocks.Pop()
	before := block[:r.start]
	for {
		d.refer(r)
		// A list of references is read at once, so that the parser need not show
		// what is left of it to all processors for each of them. A line that
		// another one may take ends it.
		block = strings.TrimPrefix(block[r.end:], "\n")
		next, ok := referenceAt(block, 0)
		if !ok || !startsReference(block) || next.end < len(block) && !startsReference(block[next.end+1:]) {
			break
		}
		r = next
	}
	if strings.TrimSpace(block) != "" {
		blocks.Push(strings.TrimLeft(block, "\n"))
	}
	if strings.TrimSpace(before) != "" {
		blocks.Push(strings.TrimRight(before, "\n"))
	}
	return true
}

func (d *Document) refer(r referenceMatch) {
	name := strings.ToLower(strings.TrimSpace(r.id))
	d.References[name] = Reference{strings.TrimRight(strings.TrimLeft(r.link, "<"), ">"), r.title}
}

// startsReference tells whether a line looks like a reference, and not like a
// footnote.
func startsReference(line string) bool {
	line = strings.TrimLeft(line, " ")
	return strings.HasPrefix(line, "[") && !strings.HasPrefix(line, "[^")
}

type referenceMatch struct {
	start, end      int
	id, link, title string
}

// findReference finds the first line of a block with a target.
func findReference(block string) (referenceMatch, bool) {
	for at := 0; at < len(block); {
		if r, ok := referenceAt(block, at); ok {
			return r, true
		}
		i := strings.IndexByte(block[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return referenceMatch{}, false
}

// referenceAt reads `[id]: link "title"` at the beginning of a line; link and
// title may stand on the next lines.
func referenceAt(s string, at int) (r referenceMatch, ok bool) {
	r.start = at
	p := skipSpaces(s, at, 3)
	if p >= len(s) || s[p] != '[' {
		return r, false
	}
	n := strings.IndexAny(s[p+1:], "[]")
	if n < 0 || !strings.HasPrefix(s[p+1+n:], "]:") {
		return r, false
	}
	r.id = s[p+1 : p+1+n]
	p = skipSpaces(s, p+n+3, len(s))
	if p < len(s) && s[p] == '\n' {
		p = skipSpaces(s, p+1, len(s))
	}
	from := p
	if i := strings.IndexFunc(s[p:], isSpaceRune); i >= 0 {
		p += i
	} else {
		p = len(s)
	}
	if p == from {
		return r, false
	}
	r.link = s[from:p]
	if whole, ok := r.titled(s, p); ok {
		return whole, true
	}
	return r.joined(s, from, p)
}

// joined reads a title that no space separates from the link, such as that of
// `[id]: a("b c")`.
func (r referenceMatch) joined(s string, from, to int) (referenceMatch, bool) {
	line := s[from:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	text := strings.TrimRight(line, " ")
	opening := text[len(text)-1]
	switch opening {
	case '"', '\'':
	case ')':
		opening = '('
	default:
		return r, false
	}
	last := min(to-from, len(text)-1)
	i := strings.LastIndexByte(text[1:last], opening)
	if i < 0 {
		return r, false
	}
	r.link, r.title, r.end = text[:1+i], text[2+i:len(text)-1], from+len(line)
	return r, true
}

// titled reads the title, if there is one, and the end of the line. What looks
// like a title and is none stays text if it stands on a line of its own.
func (r referenceMatch) titled(s string, p int) (referenceMatch, bool) {
	q := skipSpaces(s, p, len(s))
	try := q
	if q < len(s) && s[q] == '\n' {
		try = skipSpaces(s, q+1, len(s))
	}
	if try < len(s) && strings.IndexByte("\"'(", s[try]) >= 0 {
		line := s[try:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		closing := line[0]
		if closing == '(' {
			closing = ')'
		}
		text := strings.TrimRight(line, " ")
		if len(text) >= 2 && text[len(text)-1] == closing {
			r.title = text[1 : len(text)-1]
			r.end = try + len(line)
			return r, true
		}
	}
	if q < len(s) && s[q] != '\n' {
		return r, false
	}
	r.end = q
	return r, true
}

func skipSpaces(s string, at, most int) int {
	for n := 0; at < len(s) && n < most && s[at] == ' '; n++ {
		at++
	}
	return at
}

// isSpaceRune is \s of Python's regular expressions.
func isSpaceRune(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
