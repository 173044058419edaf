package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ReportOptions are what the reports for other programs need beside the
// findings. Its zero value is usable.
type ReportOptions struct {
	// Version is that of callboard.
	Version string
	// Path names the file of a place, slash-separated and relative to the root
	// that the reading program knows. Nil means Pos.Path.
	Path func(Pos) string
	// Line gives the line of source that a place is on, for reports that count
	// columns otherwise than in code points. Nil means that it is not known.
	Line func(Pos) (string, bool)
	// Rule is what is known of a code; nil or a false result means nothing.
	Rule func(Code) (Rule, bool)
	// Changed tells whether a place is on a line that was changed by what is
	// reviewed. Nil means that none is.
	Changed func(Pos) bool
}

// Rule explains a code to the reader of a report.
type Rule struct {
	Severity Severity
	// Title is what is wrong, Why the reason to mind, Help all that is known of it,
	// with examples, in Markdown, and Page the address of that in the web; all but
	// the title may be empty.
	Title, Why, Help, Page string
}

func (o ReportOptions) path(p Pos) string {
	if o.Path == nil {
		return p.Path()
	}
	return o.Path(p)
}

func (o ReportOptions) rule(c Code) (Rule, bool) {
	if o.Rule == nil {
		return Rule{}, false
	}
	return o.Rule(c)
}

func (o ReportOptions) changed(p Pos) bool { return o.Changed != nil && o.Changed(p) }

// byteColumn is the column of a place counted in bytes of UTF-8, from 1, or 0
// where the line is not known: a column that is off is worse than none.
func (o ReportOptions) byteColumn(p Pos) int {
	if o.Line == nil || p.Col < 1 {
		return 0
	}
	line, ok := o.Line(p)
	if !ok {
		return 0
	}
	at := 0
	for range p.Col - 1 {
		_, n := utf8.DecodeRuneInString(line[at:])
		if n == 0 {
			break
		}
		at += n
	}
	return at + 1
}

// full is all that a finding says, in one or two lines.
func full(d Diagnostic) string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + "\n" + d.Hint
}

// clip cuts a text to a number of bytes at the boundary of a character.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}

// plain is the text of an author as any program takes it, with nothing in it
// that a terminal, or an eye, is led astray by; lines and tabs stay.
func plain(s string, limit int) string {
	s = clip(s, limit)
	if utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return obeyed(r) && r != '\n' && r != '\t' }) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Printable(l)
	}
	return strings.Join(lines, "\n")
}

// valid is the name of a file as XML and JSON can hold it; it is the same name
// wherever that is possible.
func valid(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// writeJSON writes v with a newline at its end, indented if pretty.
func writeJSON(w io.Writer, what string, v any, pretty bool) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if pretty {
		e.SetIndent("", "  ")
	}
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}
