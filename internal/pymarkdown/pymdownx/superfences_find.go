package pymdownx

import (
	"strings"
	"unicode/utf8"

	"callboard/internal/pymarkdown"
)

// fenceFinder goes through the lines of a page once. It is within a fence while
// mark is not empty.
type fenceFinder struct {
	s   *superfences
	d   *pymarkdown.Document
	raw bool // fences are only hidden

	prefix []fencePiece // fences found so far
	mark   string
	ws     string // what stands before the fence: spaces and signs of quotes
	wsLen  int    // its bytes on the line, in which a tab is one
	quotes int    // its signs of quotes
	blank  int    // empty lines at the end of the code so far
	first  string // the line that opened it
	code   []string
	start  int
	fence  openFence
}

// fencePiece is what takes the place of some lines.
type fencePiece struct {
	text       string
	start, end int
}

func (f *fenceFinder) find(lines []string) []string {
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		if f.mark == "" {
			f.open(line, i)
		} else {
			f.inside(line, i)
		}
	}
	if len(f.prefix) == 0 {
		return lines
	}
	return f.reassemble(lines)
}

func (f *fenceFinder) reassemble(lines []string) []string {
	out := make([]string, 0, len(lines))
	at := 0
	for _, p := range f.prefix {
		out = append(append(out, lines[at:p.start]...), p.text)
		at = p.end
	}
	return append(out, lines[at:]...)
}

// open looks whether a line opens a fence.
func (f *fenceFinder) open(line string, number int) {
	n := len(line) - len(strings.TrimLeft(line, "> \t"))
	if n+3 > len(line) || line[n] != '`' && line[n] != '~' {
		return
	}
	h, ok := parseHead(line[n:])
	if !ok {
		return
	}
	fence, ok := f.s.openFence(&h, f.d.TabLength)
	if !ok {
		return
	}
	f.fence, f.mark, f.start = fence, h.mark, number
	f.ws, f.wsLen = f.tabless(line[:n]), n
	f.quotes = strings.Count(f.ws, ">")
	f.first = f.ws + f.tabless(line[n:])
	f.blank, f.code = 0, nil
}

func (f *fenceFinder) tabless(s string) string { return pymarkdown.ExpandTabs(s, f.d.TabLength) }

// inside looks at a line within a fence.
func (f *fenceFinder) inside(line string, number int) {
	ws, content := f.split(line)
	quotes := strings.Count(ws, ">")
	ends := false
	switch {
	case f.quotes > 0:
		ends = f.quoted(ws, content, quotes)
	case quotes > 0:
		f.mark = ""
	default:
		ends = f.plain(ws, content)
	}
	if ends {
		f.close(ws, content, number+1)
	}
}

// split takes from the front of a line what may be the fence's own indentation.
func (f *fenceFinder) split(line string) (ws, content string) {
	column, n := 0, 0
	for n < len(line) && column < len(f.ws) && strings.IndexByte("> \t", line[n]) >= 0 {
		if line[n] == '\t' {
			column += f.d.TabLength - column%f.d.TabLength
		} else {
			column++
		}
		n++
	}
	return f.tabless(line[:n]), line[n:]
}

// plain takes a line of a fence that stands in no quote, and tells whether it is
// its end.
func (f *fenceFinder) plain(ws, content string) (ends bool) {
	switch {
	case strings.TrimSpace(ws+content) == "":
		f.blank++
		f.code = append(f.code, ws+content)
	case len(ws) != len(f.ws):
		f.mark = ""
	case f.isEnd(content):
		return true
	default:
		f.blank = 0
		f.code = append(f.code, ws+content)
	}
	return false
}

// quoted takes a line of a fence in a quote.
func (f *fenceFinder) quoted(ws, content string, quotes int) (ends bool) {
	switch {
	case quotes > f.quotes, f.s.quotes && quotes != f.quotes:
		f.mark = ""
	case content == "":
		f.blank++
		f.code = append(f.code, ws+content)
	case len(ws) < f.wsLen, f.blank > 0 && quotes < f.quotes:
		f.mark = ""
	case f.isEnd(content):
		return true
	default:
		f.blank = 0
		f.code = append(f.code, ws+content)
	}
	return false
}

func (f *fenceFinder) isEnd(content string) bool {
	rest, ok := strings.CutPrefix(content, f.mark)
	return ok && strings.TrimLeft(rest, " \t") == ""
}

// close ends a fence at the line before end.
func (f *fenceFinder) close(ws, content string, end int) {
	f.mark = ""
	last := ws + f.tabless(content)
	source := strings.Join(f.code, "\n")
	placeholder := ""
	if f.raw {
		placeholder = f.d.Stash.Add(pymarkdown.Stashed{Safe: true})
	} else {
		for i, line := range f.code {
			f.code[i] = cutColumns(line, len(f.ws))
		}
		x := f.fence.write(f.d, strings.Join(f.code, "\n"), end-f.start-2)
		placeholder = f.d.Stash.Add(x)
		source = f.tabless(source)
	}
	text := placeholder
	if f.raw {
		text = soh + strings.TrimSuffix(strings.TrimPrefix(placeholder, pymarkdown.STX), pymarkdown.ETX) + eot
	}
	f.prefix = append(f.prefix, fencePiece{f.ws + text, f.start, end})
	if f.raw || !f.s.noIndented {
		found(f.d).byNumber[f.d.Stash.Len()-1] = foundFence{f.first + "\n" + source + "\n" + last, utf8.RuneCountInString(f.ws)}
	}
}
