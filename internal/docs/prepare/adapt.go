package prepare

import (
	"strings"
	"unicode"
)

// dedent takes away the blanks that all lines begin with, as Python's
// textwrap.dedent: lines of blanks alone become empty and do not count.
func dedent(s string) string {
	lines := strings.Split(s, "\n")
	margin, found := "", false
	for i, l := range lines {
		rest := strings.TrimLeft(l, " \t")
		if strings.TrimSpace(l) == "" {
			lines[i] = ""
			continue
		}
		indent := l[:len(l)-len(rest)]
		if !found {
			margin, found = indent, true
		}
		for !strings.HasPrefix(indent, margin) {
			margin = margin[:len(margin)-1]
		}
	}
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, margin)
	}
	return strings.Join(lines, "\n")
}

// eachLine puts a text before every line, and before the first if first is set.
func eachLine(s, indent string, first bool) string {
	if s == "" && first {
		return indent
	}
	var b strings.Builder
	for l := range strings.Lines(s) {
		if first {
			b.WriteString(indent)
		}
		first = true
		b.WriteString(l)
	}
	return b.String()
}

// shiftHeadings makes the headings of a text deeper, or less deep but not less
// than 1. What looks like a heading in a fence is none.
func shiftHeadings(s string, by int) string {
	const deepest = 10 // marks that are put before; with more it is no heading anyway
	by = min(by, deepest)
	var b strings.Builder
	fence := ""
	for l := range strings.Lines(s) {
		stripped := strings.TrimLeftFunc(l, unicode.IsSpace)
		switch {
		case fence != "":
			if strings.HasPrefix(stripped, fence) {
				fence = ""
			}
		case strings.HasPrefix(stripped, "```"), strings.HasPrefix(stripped, "~~~"):
			fence = stripped[:3]
		case l[0] == '#':
			rest := strings.TrimLeft(l, "#")
			l = strings.Repeat("#", max(len(l)-len(rest)+by, 1)) + rest
		}
		b.WriteString(l)
	}
	return b.String()
}

// between takes of a text what stands behind start and before end, each time
// they come; ok tells which of them were found.
func between(s string, start, end *string) (out string, startOK, endOK bool) {
	startOK, endOK = start == nil || strings.Contains(s, *start), end == nil || strings.Contains(s, *end)
	switch {
	case start == nil && end == nil:
		return s, true, true
	case end == nil:
		_, out, _ = strings.Cut(s, *start)
		return out, startOK, endOK
	case start == nil:
		out, _, _ = strings.Cut(s, *end)
		return out, startOK, endOK
	}
	parts := strings.Split(s, *start)
	if len(parts) > 1 {
		parts = parts[1:]
	}
	var b strings.Builder
	for _, p := range parts {
		for i, piece := range strings.Split(p, *end) {
			if i%2 == 0 {
				b.WriteString(piece)
			}
		}
	}
	return b.String(), startOK, endOK
}
