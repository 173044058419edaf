package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// setupEscapeAll is pymdownx.escapeall: a backslash makes every character
// literal.
func setupEscapeAll(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	e := escapeAll{hardBreak: o.Bool("hardbreak", false), nbsp: o.Bool("nbsp", false)}
	d.Inline.Register("escape", 180, &pymarkdown.Pattern{Triggers: `\`, Find: e.find})
	if e.hardBreak {
		d.Inline.Register("hardbreak", 5.1, &pymarkdown.Pattern{Triggers: "\n", Find: findHardBreak})
	}
	return nil
}

type escapeAll struct{ hardBreak, nbsp bool }

func (e escapeAll) find(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '\\')
		if i < 0 {
			break
		}
		at += i
		r, ok := pymarkdown.RuneAt(text, at+1)
		if !ok {
			break
		}
		if e.hardBreak && r == '\n' {
			continue
		}
		return pymarkdown.Match{Start: at, End: at + 1 + len(string(r)), Text: e.escape(d, r)}, true
	}
	return pymarkdown.Match{}, false
}

func (e escapeAll) escape(d *pymarkdown.Document, r rune) string {
	html := ""
	switch {
	case r == '<':
		html = "&lt;"
	case r == '>':
		html = "&gt;"
	case r == '&':
		html = "&amp;"
	case r == ' ' && e.nbsp:
		html = "&nbsp;"
	case r == '\x02' || r == '\x03':
		return string(r)
	default:
		return pymarkdown.Escaped(r)
	}
	return d.Stash.Add(pymarkdown.Stashed{HTML: html, Safe: true})
}

// findHardBreak finds a backslash at the end of a line.
func findHardBreak(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	i := strings.Index(text[from:], "\\\n")
	if i < 0 {
		return pymarkdown.Match{}, false
	}
	return pymarkdown.Match{Start: from + i, End: from + i + 2, Node: pymarkdown.NewElement("br")}, true
}
