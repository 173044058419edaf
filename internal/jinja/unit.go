package jinja

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// unit is one template that has been read.
type unit struct {
	name   string
	src    string
	body   []stmt
	blocks map[string]*blockStmt // by name
	starts []int                 // of lines
}

// mistake is what a panic carries within this package; try turns it into an
// Error. No other panic is caught.
type mistake struct{ err *Error }

func (u *unit) fail(at int, format string, args ...any) {
	panic(mistake{&Error{Message: fmt.Sprintf(format, args...), at: at, unit: u}})
}

// place completes an error with its line and column.
func (e *Error) place() *Error {
	if e.unit != nil {
		e.Template = e.unit.name
		e.Line = e.unit.line(e.at)
		e.Col = utf8.RuneCountInString(e.unit.src[e.unit.starts[e.Line-1]:min(e.at, len(e.unit.src))]) + 1
	}
	return e
}

// line is the line an offset is in, 1-based.
func (u *unit) line(at int) int {
	return sort.Search(len(u.starts), func(i int) bool { return u.starts[i] > at })
}

func newUnit(name, src string) *unit {
	u := &unit{name: name, src: src, starts: []int{0}, blocks: map[string]*blockStmt{}}
	for i := range len(src) {
		if src[i] == '\n' {
			u.starts = append(u.starts, i+1)
		}
	}
	return u
}

// parse reads a template. Line ends are those of Unix, and one at the end is
// dropped, as Jinja does.
func parse(name, src string, env *Env) (u *unit, err *Error) {
	src = strings.ReplaceAll(src, "\r\n", "\n")
	u = newUnit(name, strings.TrimSuffix(src, "\n"))
	err = try(func() {
		p := &parser{u: u, toks: u.lex(env.Syntax), depthLeft: env.Limits.Depth}
		u.body = p.body("", 0)
	})
	return u, err
}

// try runs f and returns the mistake that ended it.
func try(f func()) (err *Error) {
	defer func() {
		switch m := recover().(type) {
		case nil:
		case mistake:
			err = m.err.place()
		default:
			panic(m)
		}
	}()
	f()
	return nil
}

// sameMistake tells whether it was met before, in another round of a loop.
func sameMistake(known []*Error, e *Error) bool {
	return slices.ContainsFunc(known, func(k *Error) bool {
		return k.Template == e.Template && k.Line == e.Line && k.Col == e.Col && k.Message == e.Message
	})
}
