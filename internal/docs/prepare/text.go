package prepare

import (
	"strings"
	"unicode/utf8"

	"callboard/internal/diag"
)

// text is a page on its way: what it has become, and where its lines are from.
type text struct {
	s     string
	lines []int // of the page's file, for each line of s
}

// newText is a text whose lines are those of the file from a line on.
func newText(s string, first int) text {
	var w writer
	w.verbatim(s, first)
	return text{s, w.lines}
}

// line is the line of the file that an offset is in.
func (t text) line(at int) int {
	n := strings.Count(t.s[:at], "\n")
	if n < len(t.lines) {
		return t.lines[n]
	}
	if len(t.lines) > 0 {
		return t.lines[len(t.lines)-1]
	}
	return 1
}

// pos is the place of an offset. The column is that of what the line has become.
func (t text) pos(at int) diag.Pos {
	from := strings.LastIndexByte(t.s[:at], '\n') + 1
	return diag.Pos{Line: t.line(at), Col: utf8.RuneCountInString(t.s[from:at]) + 1}
}

// writer puts a text together and remembers where its lines are from.
type writer struct {
	b     strings.Builder
	lines []int
	begun bool // the last line has been begun
}

// put adds what comes from one line.
func (w *writer) put(s string, line int) { w.add(s, line, 0) }

// verbatim adds lines that stand so in the file, from a line on.
func (w *writer) verbatim(s string, line int) { w.add(s, line, 1) }

func (w *writer) add(s string, line, step int) {
	for rest := s; rest != ""; {
		if !w.begun {
			w.lines = append(w.lines, line)
			w.begun = true
		}
		i := strings.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		w.begun = false
		line += step
		rest = rest[i+1:]
	}
	w.b.WriteString(s)
}

// keep adds a part of another text with its lines.
func (w *writer) keep(t text, from, to int) {
	n := strings.Count(t.s[:from], "\n")
	for from < to {
		end := to
		if i := strings.IndexByte(t.s[from:to], '\n'); i >= 0 {
			end = from + i + 1
		}
		line := 1
		if n < len(t.lines) {
			line = t.lines[n]
		}
		w.put(t.s[from:end], line)
		from = end
		n++
	}
}

func (w *writer) text() text { return text{w.b.String(), w.lines} }

// unix has the line ends of Unix, which Python's files have when they are read.
func unix(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

const maxMeta = 64 << 10 // bytes of front matter, as for package markdown

// frontMatter parts the lines between two of three hyphens at the beginning of
// a page from the rest. meta is what stands between them; head is all that
// comes before body.
func frontMatter(s string) (head, meta, body string) {
	start := strings.TrimPrefix(s, "\ufeff")
	first, rest, ok := strings.Cut(start, "\n")
	if !ok || strings.TrimRight(first, " \r\t") != "---" {
		return "", "", s
	}
	at := 0
	for line := range strings.Lines(rest) {
		if mark := strings.TrimRight(line, " \r\t\n"); mark == "---" || mark == "..." {
			end := len(s) - len(rest) + at + len(line)
			return s[:end], rest[:at], s[end:]
		}
		if at += len(line); at >= maxMeta {
			break
		}
	}
	return "", "", s
}
