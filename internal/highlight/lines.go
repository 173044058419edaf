package highlight

import (
	"bytes"
	"strconv"
	"strings"
)

// The small languages that are read by lines, and the wrapping of lines.

func lexDiff(w *out, s string) {
	for line := range strings.Lines(s) {
		w.put(diffClass(line), len(line))
	}
}

func diffClass(line string) class {
	switch {
	case strings.HasPrefix(line, "@@"):
		return kw
	case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"), strings.HasPrefix(line, "diff "), strings.HasPrefix(line, "index "):
		return com
	case strings.HasPrefix(line, "+"):
		return ins
	case strings.HasPrefix(line, "-"):
		return del
	}
	return plain
}

var iniValue = (&grammar{quotes: `"'`, triple: true, line: []string{"#"}, words: words("", "true false")}).ready()

// lexINI reads INI files, properties and TOML.
func lexINI(w *out, s string) {
	for i := 0; i < len(s); {
		n := run(s, i, blank)
		w.put(space, n)
		i += n
		i += iniLine(w, s, i)
	}
}

func iniLine(w *out, s string, i int) int {
	n := restOfLine(s, i)
	body, end := s[i:i+n], min(i+n+1, len(s))-i
	key := strings.IndexByte(body, '=')
	switch {
	case body == "":
		w.put(plain, end)
	case body[0] == '#' || body[0] == ';' || body[0] == '!':
		w.put(com, n)
		w.put(plain, end-n)
	case body[0] == '[' && key < 0:
		w.put(fn, n)
		w.put(plain, end-n)
	case key > 0:
		w.put(kw, len(strings.TrimRight(body[:key], " \t")))
		w.put(plain, key+1-len(strings.TrimRight(body[:key], " \t")))
		at := i + key + 1
		blanks := run(s, at, blank)
		if at += blanks; strings.HasPrefix(s[at:], `"""`) || strings.HasPrefix(s[at:], "'''") {
			w.put(space, blanks)
			n := tripled(s, at)
			w.put(str, n)
			return at + n - i
		}
		iniValue.lex(w, s[i+key+1:i+end])
	default:
		iniValue.lex(w, s[i:i+end])
	}
	return end
}

// lexMarkdown colours headings, markers, code and addresses.
func lexMarkdown(w *out, s string) {
	fence := ""
	for line := range strings.Lines(s) {
		body := strings.TrimLeft(line, " \t")
		switch {
		case strings.HasPrefix(body, "```") || strings.HasPrefix(body, "~~~"):
			w.put(fn, len(line))
			if fence == "" {
				fence = body[:3]
			} else if body[:3] == fence {
				fence = ""
			}
		case fence != "":
			w.put(str, len(line))
		case strings.HasPrefix(body, "#"), strings.HasPrefix(body, "==="), strings.HasPrefix(body, "---"):
			w.put(kw, len(line))
		case strings.HasPrefix(body, ">"):
			w.put(com, len(line))
		default:
			marker := len(line) - len(body)
			w.put(space, marker)
			markdownLine(w, body)
		}
	}
}

func markdownLine(w *out, s string) {
	i := 0
	if len(s) > 1 && strings.IndexByte("-*+", s[0]) >= 0 && s[1] == ' ' {
		w.put(kw, 1)
		i = 1
	}
	for i < len(s) {
		n, c := 1, plain
		switch {
		case s[i] == '`':
			n, c = quoted(s, i, false), str
		case s[i] == ']' && i+1 < len(s) && s[i+1] == '(':
			w.put(plain, 1)
			i++
			n, c = min(through(s, i, 1, ")"), restOfLine(s, i)), fn
		case s[i] == '\\' && i+1 < len(s) && s[i+1] != '\n':
			n = 2
		}
		w.put(c, n)
		i += n
	}
}

// Lines says how the lines of a block are wrapped.
type Lines struct {
	// First is the number of the first line; 0 shows no numbers.
	First int
	// Marked tells whether line n, counted from 1, is to be marked; nil marks none.
	Marked func(n int) bool
	// Anchor, if not empty, gives each line an id: this and the line's number.
	// It must not need escaping.
	Anchor string
}

// Append puts each line of highlighted code into a span of class ln, marked
// ones also of class hl, and appends it to dst. A number stands in data-line,
// so that it is shown and not copied.
func (l Lines) Append(dst, spans []byte) []byte {
	for n := 1; len(spans) > 0; n++ {
		line, rest := spans, []byte(nil)
		nl := bytes.IndexByte(spans, '\n')
		if nl >= 0 {
			line, rest = spans[:nl], spans[nl+1:]
		}
		dst = l.open(dst, n)
		dst = append(dst, line...)
		dst = append(dst, "</span>"...)
		if nl >= 0 {
			dst = append(dst, '\n')
		}
		spans = rest
	}
	return dst
}

func (l Lines) open(dst []byte, n int) []byte {
	dst = append(dst, `<span class="ln`...)
	if l.Marked != nil && l.Marked(n) {
		dst = append(dst, " hl"...)
	}
	dst = append(dst, '"')
	number := max(l.First, 1) + n - 1
	if l.Anchor != "" {
		dst = append(dst, ` id="`...)
		dst = append(dst, l.Anchor...)
		dst = strconv.AppendInt(dst, int64(number), 10)
		dst = append(dst, '"')
	}
	if l.First > 0 {
		dst = append(dst, ` data-line="`...)
		dst = strconv.AppendInt(dst, int64(number), 10)
		dst = append(dst, '"')
	}
	return append(dst, '>')
}
