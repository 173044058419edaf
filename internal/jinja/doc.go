// Package jinja renders the templates that pages of documentation are written
// with, as Jinja2 3.1 renders them. A template gets data, and only data: there
// is no attribute of a Go value, no code, no file but those that Env.Load
// gives, no clock and no chance. Methods are those of Python's str, list and
// dict that neither look outside nor change what they were not given.
//
// Templates are written by strangers. What one may cost is counted: steps,
// bytes made and depth, see Limits. A mistake costs no more than the tag it
// stands in, which is left as it was written; the mistake is an Error with its
// place.
//
// Sources of the rules: Jinja2's template designer documentation, and its
// output for the inputs in testdata.
package jinja

import (
	"fmt"
	"strings"
)

// Env is what templates have in common. It may be used from several goroutines.
type Env struct {
	Syntax Syntax
	// Undefined says what becomes of a variable that is not there.
	Undefined Undefined
	// Load gives the text of another template, by the name a template gives it,
	// and reports whether there is such a one; nil for none.
	Load func(name string) (text string, ok bool)
	// Functions are called by name, where no variable has that name.
	Functions map[string]Func
	// Filters are those beside Jinja's own.
	Filters map[string]Func
	// Limits bound one rendering; zero fields take DefaultLimits'.
	Limits Limits
}

// Func is a function of data. It must not keep or change its arguments, and its
// error becomes one of the template.
type Func func(args []any) (any, error)

// Syntax are the marks of tags; an empty one is Jinja's own.
type Syntax struct {
	BlockStart, BlockEnd     string // {% %}
	VarStart, VarEnd         string // {{ }}
	CommentStart, CommentEnd string // {# #}
	// TrimBlocks removes the line break behind a block tag, LstripBlocks the
	// blanks before one that begins its line.
	TrimBlocks, LstripBlocks bool
}

func (s Syntax) complete() Syntax {
	for _, d := range []struct {
		to   *string
		mark string
	}{{&s.BlockStart, "{%"}, {&s.BlockEnd, "%}"}, {&s.VarStart, "{{"}, {&s.VarEnd, "}}"}, {&s.CommentStart, "{#"}, {&s.CommentEnd, "#}"}} {
		if *d.to == "" {
			*d.to = d.mark
		}
	}
	return s
}

// In tells whether a text has any tag of this syntax.
func (s Syntax) In(text string) bool {
	s = s.complete()
	return strings.Contains(text, s.VarStart) || strings.Contains(text, s.BlockStart) || strings.Contains(text, s.CommentStart)
}

// Undefined is what becomes of a variable that is not there.
type Undefined uint8

const (
	// Keep leaves it as it was written.
	Keep Undefined = iota
	// Silent writes nothing. Whatever else than writing, testing and looping is
	// done with it is a mistake.
	Silent
	// Strict makes any use of it a mistake.
	Strict
	// Lax writes nothing and takes whatever is done with it for nothing.
	Lax
)

// Limits bound what rendering one template may cost, with all it includes.
type Limits struct {
	// Steps are expressions evaluated, rounds of loops and elements looked at.
	Steps int
	// Bytes are those of all texts and lists made on the way, and of the output.
	Bytes int
	// Depth is how deep tags, brackets and calls may stand in each other.
	Depth int
	// Output is how many bytes may come out.
	Output int
}

// DefaultLimits are far beyond what pages of documentation need: a page of
// 10,000 table rows made by a loop takes 200,000 steps.
var DefaultLimits = Limits{Steps: 2_000_000, Bytes: 32 << 20, Depth: 60, Output: 4 << 20}

func (l Limits) complete() Limits {
	for _, d := range []struct {
		to *int
		by int
	}{{&l.Steps, DefaultLimits.Steps}, {&l.Bytes, DefaultLimits.Bytes}, {&l.Depth, DefaultLimits.Depth}, {&l.Output, DefaultLimits.Output}} {
		if *d.to == 0 {
			*d.to = d.by
		}
	}
	return l
}

// Error is a mistake in a template.
type Error struct {
	Template  string // its name
	Line, Col int    // 1-based, in code points
	Message   string // one clause in lower case
	// Undefined names the variable that is not there, if that is the mistake.
	Undefined string
	// Kept tells that the variable was written as it stands, as Keep asks.
	Kept bool
	// Limit tells that a limit was reached; the whole text is as it was written.
	Limit bool

	at   int // offset in the source
	unit *unit
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Template, e.Line, e.Col, e.Message)
}

// Result is what became of a template.
type Result struct {
	Text string
	// Lines are the lines of the template from which the lines of Text came,
	// 1-based; what came from another template has the line of the tag that
	// brought it.
	Lines []int
	// Errors are the mistakes, in the order in which they were met.
	Errors []*Error
	// Steps are those that were needed, of Limits.Steps.
	Steps int
}

// Render renders one template with variables. If it cannot be read at all, or a
// limit is reached, Text is the source and Errors says why.
func (e *Env) Render(name, source string, vars *Dict) Result {
	env := *e
	env.Syntax, env.Limits = e.Syntax.complete(), e.Limits.complete()
	r := &run{env: &env, lib: builtins(), left: env.Limits, units: map[string]*unit{}}
	return r.page(name, source, vars)
}
