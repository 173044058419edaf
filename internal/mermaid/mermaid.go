// Package mermaid draws flowcharts and sequence diagrams, written in Mermaid's
// language, as SVG: https://mermaid.js.org/syntax/flowchart.html and
// https://mermaid.js.org/syntax/sequenceDiagram.html. What it reads is what
// Mermaid reads in them; the look is that of the portal's own diagrams. PlantUML
// draws the sequence diagrams of that language in the same way.
//
// The SVG holds classes and presentation attributes only: no style attribute, no
// script, no address but those of links that the caller has let pass. It is a pure
// function of its arguments, in integers. All that the source says goes through
// svg.Pen.Text.
//
// Whatever is no diagram of these kinds, or has a mistake, or is larger than the
// limits below, gives an error, and the caller shows the source.
//
// The classes are the theme's to draw, all below .mm: nd (a node), gr (a group)
// and their shapes sh and, without an area, ln; ed (an edge) with d (dotted) or w
// (thick); ah (a head that is filled) and ao (one that is not); el (the label of
// an edge) with its ground bg; tt (a title). Colours that the source gives are
// rounded to those of the theme: t-bad, t-warn, t-ok, t-info, t-accent, t-mute.
package mermaid

import (
	"errors"
	"fmt"
	"strings"

	"callboard/internal/svg"
)

// Limits of what is drawn. The first is Mermaid's own maxTextSize.
const (
	MaxSource  = 50_000 // bytes
	MaxLabel   = 2_000  // bytes of one label
	MaxLines   = 60     // of one label
	MaxActors  = 80     // of a sequence diagram
	MaxEvents  = 2_000  // of a sequence diagram
	MaxNesting = 20     // of blocks in one another
)

// ErrOther is returned for a diagram of a kind that is not drawn.
var ErrOther = errors.New("not a flowchart or a sequence diagram")

// ErrTooLarge is returned for a diagram beyond the limits.
var ErrTooLarge = errors.New("the diagram is too large to be drawn")

// SyntaxError is what could not be read, and where.
type SyntaxError struct {
	Line int // of the source, from 1
	Msg  string
}

// Error says both.
func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// Options say what surrounds the drawing.
type Options struct {
	// ID begins the ids of elements, so that two diagrams may stand on one page.
	ID string
	// Link is given the address of a node that can be clicked and returns the
	// address to link to, or false for no link. Without it, addresses of this site,
	// and those of http and https, are links.
	Link func(href string) (string, bool)
}

func (o *Options) href(s string) string {
	if o.Link != nil {
		to, ok := o.Link(s)
		if !ok {
			return ""
		}
		s = to
	}
	return svg.SafeHref(s)
}

// Render draws a diagram. Errors are ErrOther, ErrTooLarge or a *SyntaxError.
func Render(src string, opt Options) ([]byte, error) {
	if len(src) > MaxSource {
		return nil, ErrTooLarge
	}
	s := newSource(src)
	word := s.word()
	switch {
	case word == "graph" || word == "flowchart" || word == "flowchart-elk":
		return flowchart(s, &opt)
	case word == "sequenceDiagram":
		return sequence(s, &opt)
	}
	return nil, ErrOther
}

// source is a diagram without what says only how it should look: front matter,
// directives and comments.
type source struct {
	text    string
	at      int
	first   int    // the line of the given text that begins text
	heading string // title of the front matter
}

func newSource(src string) *source {
	src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	src = strings.TrimPrefix(src, "\ufeff")
	s := &source{first: 1}
	src = s.frontMatter(src)
	s.text = blankComments(src)
	return s
}

// frontMatter takes the YAML between two lines of dashes off and keeps its title.
func (s *source) frontMatter(src string) string {
	body := strings.TrimLeft(src, " \t\n")
	if !strings.HasPrefix(body, "---\n") {
		return src
	}
	lines := strings.SplitAfter(body, "\n")
	for i, line := range lines[1:] {
		line = strings.TrimSpace(line)
		if line == "---" {
			rest := strings.Join(lines[i+2:], "")
			s.first = 1 + strings.Count(src[:len(src)-len(rest)], "\n")
			return rest
		}
		if title, ok := strings.CutPrefix(line, "title:"); ok {
			s.heading = strings.Trim(strings.TrimSpace(title), `"'`)
		}
	}
	return src
}

// blankComments puts spaces in the place of directives, %%{ … }%%, and of
// comments, which are whole lines.
func blankComments(src string) string {
	if !strings.Contains(src, "%%") {
		return src
	}
	b := []byte(src)
	for at := 0; ; {
		i := strings.Index(src[at:], "%%{")
		if i < 0 {
			break
		}
		j := strings.Index(src[at+i:], "}%%")
		if j < 0 {
			break
		}
		blank(b[at+i : at+i+j+3])
		at += i + j + 3
	}
	lines := strings.SplitAfter(string(b), "\n")
	at := 0
	for _, line := range lines {
		if strings.HasPrefix(strings.TrimLeft(line, " \t"), "%%") {
			blank(b[at : at+len(line)])
		}
		at += len(line)
	}
	return string(b)
}

func blank(b []byte) {
	for i := range b {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
}

// fail makes the error of what stands at the present place.
func (s *source) fail(format string, args ...any) error {
	at := min(s.at, len(s.text))
	return &SyntaxError{s.first + strings.Count(s.text[:at], "\n"), fmt.Sprintf(format, args...)}
}

func (s *source) end() bool { return s.at >= len(s.text) }

func (s *source) rest() string { return s.text[s.at:] }

// peek is the byte at a distance, 0 beyond the end.
func (s *source) peek(n int) byte {
	if s.at+n < len(s.text) {
		return s.text[s.at+n]
	}
	return 0
}

func (s *source) has(prefix string) bool { return strings.HasPrefix(s.rest(), prefix) }

// take passes a prefix, if it is there.
func (s *source) take(prefix string) bool {
	if s.has(prefix) {
		s.at += len(prefix)
		return true
	}
	return false
}

// skip passes bytes of a set.
func (s *source) skip(set string) {
	for !s.end() && strings.IndexByte(set, s.text[s.at]) >= 0 {
		s.at++
	}
}

func (s *source) spaces() { s.skip(" \t") }

// word passes spaces and lines and takes what stands before the next space.
func (s *source) word() string {
	s.skip(" \t\n;")
	from := s.at
	for !s.end() && strings.IndexByte(" \t\n;", s.text[s.at]) < 0 {
		s.at++
	}
	return s.text[from:s.at]
}

// line takes the rest of the line, without spaces around it.
func (s *source) line() string {
	rest, _, _ := strings.Cut(s.rest(), "\n")
	s.at += len(rest)
	return strings.TrimSpace(rest)
}

// until takes what stands before a text and passes both, or reports false.
func (s *source) until(end string) (string, bool) {
	before, _, found := strings.Cut(s.rest(), end)
	if !found {
		return "", false
	}
	s.at += len(before) + len(end)
	return before, true
}
