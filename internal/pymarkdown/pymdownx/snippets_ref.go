package pymdownx

import (
	"strings"
)

// snippetLine is a line with the mark of snippets: one file, or the beginning or
// end of a list of them if name is empty.
type snippetLine struct {
	space   string
	escaped bool
	name    string
}

func parseSnippetLine(line string) (m snippetLine, ok bool) {
	s := strings.TrimLeft(line, " \t")
	m.space = line[:len(line)-len(s)]
	t := strings.TrimLeft(s, ";")
	m.escaped = len(t) < len(s)
	rest, ok := cutScissors(strings.TrimSuffix(t, "\r"))
	if !ok || rest == "" {
		return m, ok
	}
	name := strings.TrimLeft(rest, " \t")
	if len(name) == len(rest) || len(name) < 3 || !isQuoted(name) {
		return m, false
	}
	m.name = name[1 : len(name)-1]
	if strings.Trim(m.name, " \t") == "" {
		m.name = " " // a file without a name, not a list
	}
	return m, true
}

// cutScissors takes "--8<--", of any number of dashes, from the front.
func cutScissors(s string) (rest string, ok bool) {
	t := strings.TrimLeft(s, "-")
	if len(t) == len(s) || !strings.HasPrefix(t, "8<-") {
		return s, false
	}
	return strings.TrimLeft(t[2:], "-"), true
}

// isQuoted tells whether s is in quotes, which stand within it only behind a
// backslash.
func isQuoted(s string) bool {
	q := s[0]
	if q != '"' && q != '\'' || s[len(s)-1] != q {
		return false
	}
	for i := 1; i < len(s)-1; i++ {
		if s[i] == q && (i == 1 || s[i-1] != '\\') || s[i] == '\r' {
			return false
		}
	}
	return true
}

// sectionMark is a line that begins or ends a section of a file.
type sectionMark struct {
	name      string
	starts    bool
	escaped   bool
	unescaped string // the line, with one escape less
}

// parseSection reads "--8<-- [start:name]" with anything around it.
func parseSection(line string) (m sectionMark, ok bool) {
	for at := 0; ; {
		i := strings.Index(line[at:], "8<-")
		if i < 0 {
			return m, false
		}
		at += i
		before := strings.TrimRight(line[:at], "-")
		if len(before) < at {
			if m, ok = sectionAt(strings.TrimLeft(line[at+2:], "-")); ok {
				pre := strings.TrimRight(before, ";")
				if m.escaped = len(pre) < len(before); m.escaped {
					m.unescaped = pre + line[len(pre)+1:]
				}
				return m, true
			}
		}
		at += len("8<-")
	}
}

func sectionAt(s string) (m sectionMark, ok bool) {
	const blank = " \t"
	t := strings.TrimLeft(s, blank)
	if len(t) == len(s) || !strings.HasPrefix(t, "[") {
		return m, false
	}
	inside, _, ok := strings.Cut(t[1:], "]")
	kind, name, named := strings.Cut(inside, ":")
	if !ok || !named {
		return m, false
	}
	switch strings.ToLower(strings.Trim(kind, blank)) {
	case "start":
		m.starts = true
	case "end":
	default:
		return m, false
	}
	m.name = strings.Trim(name, blank)
	return m, isSectionName(m.name)
}

func isSectionName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !(c >= 'a' && c <= 'z') && (i == 0 || s[i] != '-' && s[i] != '_' && !(s[i] >= '0' && s[i] <= '9')) {
			return false
		}
	}
	return s != ""
}

// sectionOf gives the lines of a section.
func sectionOf(lines []string, name string) (out []string, found bool) {
	for _, line := range lines {
		m, ok := parseSection(line)
		switch {
		case ok && found && m.escaped:
			line = m.unescaped
		case ok && m.name == name && m.starts:
			found = true
			continue
		case ok && m.name == name:
			return out, found
		case ok && found:
			continue
		}
		if found {
			out = append(out, line)
		}
	}
	return out, found
}

// snippetRef is a file and the part of it that is wanted: "file:2:5,7", "file:name".
type snippetRef struct {
	file    string
	section string
	ranges  []lineRange
}

func parseSnippetRef(s string) snippetRef {
	for at := strings.IndexByte(s, ':'); at >= 0; {
		part := s[at+1:]
		if isSectionName(part) {
			return snippetRef{file: strings.TrimSpace(s[:at]), section: part}
		}
		if r, ok := parseRanges(part); ok {
			return snippetRef{file: strings.TrimSpace(s[:at]), ranges: r}
		}
		i := strings.IndexByte(part, ':')
		if i < 0 {
			break
		}
		at += 1 + i
	}
	return snippetRef{file: strings.TrimSpace(s)}
}

// lineRange is from one line to another, as Python slices: without the number, or
// counted from the end if it is negative.
type lineRange struct {
	start, end       int
	hasStart, hasEnd bool
}

// parseRanges reads "2:5,7:8".
func parseRanges(s string) (out []lineRange, ok bool) {
	for i, part := range strings.Split(s, ",") {
		if i > 0 && part == "" {
			return nil, false
		}
		var r lineRange
		from, to, two := strings.Cut(part, ":")
		if r.start, r.hasStart, ok = parseLine(from); !ok {
			return nil, false
		}
		if two {
			if r.end, r.hasEnd, ok = parseLine(to); !ok {
				return nil, false
			}
		}
		out = append(out, r)
	}
	return out, true
}

func parseLine(s string) (n int, given, ok bool) {
	digits := strings.TrimPrefix(s, "-")
	switch {
	case s == "":
		return 0, false, true
	case !isDigits(digits):
		return 0, false, false
	}
	n = boundedInt(digits)
	if digits != s {
		n = -n
	}
	return n, true, true
}

// of gives the lines of the range.
func (r lineRange) of(lines []string) []string {
	total := len(lines)
	from, to := 0, total
	if r.hasStart {
		if from = max(r.start-1, 0); r.start < 0 {
			from = total + r.start
		}
	}
	if r.hasEnd {
		if to = r.end; r.end < 0 {
			to = total + 1 + r.end
		}
	}
	from, to = min(max(from, 0), total), min(max(to, 0), total)
	if from >= to {
		return nil
	}
	return lines[from:to]
}
