package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TextOptions say how findings are written for people.
type TextOptions struct {
	// Color adds the colours of ANSI terminals.
	Color bool
	// Path is how the file of a place is named, without line and column. Nil
	// means Pos.Path.
	Path func(Pos) string
	// Line gives the line of source that a place is on. Nil, or a false result,
	// means that none is shown.
	Line func(Pos) (string, bool)
	// Least is the severity below which findings are not written.
	Least Severity
}

// WriteText writes findings for people: place, severity, message and code on
// one line, then the line of source with a caret, the hint, and other places
// that belong to it. Text of authors cannot reach the terminal's controls.
func WriteText(w io.Writer, ds []Diagnostic, o TextOptions) error {
	if o.Path == nil {
		o.Path = Pos.Path
	}
	t := textWriter{Writer: bufio.NewWriter(w), o: o}
	for _, d := range ds {
		if d.Severity >= o.Least {
			t.finding(d)
		}
	}
	return t.Flush()
}

type textWriter struct {
	*bufio.Writer
	o TextOptions
}

// The parameters of "select graphic rendition" in ECMA-48.
const (
	sgrBold   = "1"
	sgrDim    = "2"
	sgrRed    = "31;1"
	sgrYellow = "33;1"
	sgrBlue   = "34;1"
	sgrCyan   = "36"
)

func (t textWriter) paint(sgr, s string) string {
	if !t.o.Color || s == "" {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

func (t textWriter) finding(d Diagnostic) {
	if p := t.place(d.Pos); p != "" {
		fmt.Fprintf(t, "%s: ", t.paint(sgrBold, p))
	}
	fmt.Fprintf(t, "%s: %s %s\n", t.paint(sgr(d.Severity), d.Severity.String()), Printable(d.Message), t.paint(sgrDim, "["+string(d.Code)+"]"))
	t.excerpt(d)
	if d.Hint != "" {
		fmt.Fprintf(t, "  %s %s\n", t.paint(sgrCyan, "hint:"), Printable(d.Hint))
	}
	for _, r := range d.Related {
		fmt.Fprintf(t, "  %s %s\n", t.paint(sgrDim, t.place(r.Pos)+":"), Printable(r.Message))
	}
}

func (t textWriter) place(p Pos) string {
	file := Printable(t.o.Path(p))
	return Pos{File: file, Line: p.Line, Col: p.Col}.String()
}

// maxExcerpt is how many characters of a line of source are shown.
const maxExcerpt = 110

func (t textWriter) excerpt(d Diagnostic) {
	if t.o.Line == nil || d.Pos.Line < 1 || d.Pos.Col < 1 {
		return
	}
	line, ok := t.o.Line(d.Pos)
	if !ok {
		return
	}
	shown, caret := cut([]rune(strings.ToValidUTF8(line, "\uFFFD")), d.Pos.Col-1)
	if strings.TrimSpace(string(shown)) == "" {
		return
	}
	gutter := fmt.Sprintf("%5d | ", d.Pos.Line)
	blank := strings.Repeat(" ", len(gutter)-2) + "| "
	fmt.Fprintf(t, "%s%s\n", t.paint(sgrDim, gutter), string(shown))
	fmt.Fprintf(t, "%s%s%s\n", t.paint(sgrDim, blank), strings.Repeat(" ", caret), t.paint(sgr(d.Severity), "^"))
}

func sgr(s Severity) string {
	switch s {
	case Error:
		return sgrRed
	case Warning:
		return sgrYellow
	}
	return sgrBlue
}

// cut takes the part of a line around the character at, made safe to print, and
// tells in which column of it that character stands.
func cut(line []rune, at int) (shown []rune, caret int) {
	at = min(at, len(line))
	from := max(0, at-maxExcerpt*2/3)
	if len(line) <= maxExcerpt {
		from = 0
	}
	to := min(len(line), from+maxExcerpt)
	for i := from; i < to; i++ {
		if i == at {
			caret = len(shown)
		}
		shown = append(shown, visible(line[i])...)
	}
	if at >= to {
		caret = len(shown)
	}
	if from > 0 {
		shown, caret = append([]rune{'…'}, shown...), caret+1
	}
	if to < len(line) {
		shown = append(shown, '…')
	}
	return shown, caret
}

// visible is r as it may be sent to a terminal: tabs as two spaces, controls
// and marks that turn the direction of text as their code points.
func visible(r rune) []rune {
	switch {
	case r == '\t':
		return []rune("  ")
	case obeyed(r):
		return []rune(fmt.Sprintf("<U+%04X>", r))
	}
	return []rune{r}
}

// obeyed tells whether a terminal acts on r rather than show it.
func obeyed(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// Printable is s with nothing in it that a terminal obeys.
func Printable(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, obeyed) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		b.WriteString(string(visible(r)))
	}
	return b.String()
}
