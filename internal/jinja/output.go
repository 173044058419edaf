package jinja

import (
	"fmt"
	"slices"
)

// output is what was written.
type output struct {
	text  []byte
	lines []int // of the template, for each line of text; nil where nobody asks
	begun bool  // the last line has been begun
	last  int   // the line of the page's tag that is being written
}

func (o *output) mark() output { return *o }

func (o *output) reset(to output) {
	o.text, o.begun, o.last = o.text[:len(to.text)], to.begun, to.last
	if o.lines != nil {
		o.lines = o.lines[:len(to.lines)]
	}
}

// write puts out a text that is made by what stands at a place of the template.
func (r *run) write(s string, from int) {
	if s == "" {
		return
	}
	o := r.out
	if o == r.main {
		r.lines(s, from)
	}
	if len(o.text)+len(s) > r.env.Limits.Output {
		r.limit(fmt.Sprintf("more than %d bytes come out of the template", r.env.Limits.Output))
	}
	r.made(len(s))
	o.text = append(o.text, s...)
}

// lines keeps where each line of what is written comes from.
func (r *run) lines(s string, from int) {
	line := r.line
	if line == 0 {
		line = r.unit.line(from)
	}
	verbatim := r.line == 0 && len(r.unit.src) >= from+len(s) && r.unit.src[from:from+len(s)] == s
	for i := range len(s) {
		if !r.out.begun {
			r.out.lines = append(r.out.lines, line)
			r.out.begun = true
		}
		if s[i] == '\n' {
			r.out.begun = false
			if verbatim {
				line++
			}
		}
	}
}

// reversed is a copy of a list from its end.
func reversed(items []any) []any {
	out := clone(items)
	slices.Reverse(out)
	return out
}
