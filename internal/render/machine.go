package render

import (
	"reflect"
	"slices"
)

// value is what an expression of a template came to: a Go value or, with args, a
// record of several. Which of them it is, and of what type, is known when the
// template is compiled.
type value struct {
	v   reflect.Value
	rec []value
}

// frame is a template that is being run: its dot and its variables, of which the
// first is what it was called with.
type frame struct {
	m    *machine
	dot  value
	vars []value
}

// step is a compiled part of a template. What cannot go on panics; run then tells
// that there is no page.
type step func(*frame)

// program is a template compiled for a dot of one shape.
type program struct {
	body step
	vars int
}

// machine holds the memory that running a page takes, to be used for the next.
type machine struct {
	out    []byte
	frames []*frame
	depth  int
	arena  []value
	taken  int
}

// maxCalls is how deep templates may call each other before html/template has to
// run them; trees of terms nest.
const maxCalls = 1000

// maxKept is the largest page, in bytes, whose memory is used for the next.
const maxKept = 1 << 20

// run runs a program with a dot, to m.out. If it tells false, out is of no use,
// and html/template is to say what is wrong.
func (m *machine) run(p *program, dot value) (ok bool) {
	if cap(m.out) > maxKept {
		m.out = nil
	}
	m.out = m.out[:0]
	defer func() {
		if recover() != nil {
			ok = false
		}
		m.reset()
	}()
	m.call(p, dot)
	return true
}

// reset lets go of all values. The page is still to be written.
func (m *machine) reset() {
	clear(m.arena[:m.taken])
	m.depth, m.taken = 0, 0
	for _, f := range m.frames {
		f.dot = value{}
		clear(f.vars[:cap(f.vars)])
	}
}

func (m *machine) call(p *program, dot value) {
	if m.depth == maxCalls {
		panic("templates call each other too deeply")
	}
	if m.depth == len(m.frames) {
		m.frames = append(m.frames, &frame{m: m})
	}
	f := m.frames[m.depth]
	m.depth++
	f.vars = slices.Grow(f.vars[:0], p.vars)[:p.vars]
	f.dot, f.vars[0] = dot, dot
	p.body(f)
	m.depth--
}

// record is memory for n values, until the page is done.
func (m *machine) record(n int) []value {
	if len(m.arena)-m.taken < n {
		m.arena, m.taken = make([]value, max(n, 512)), 0
	}
	m.taken += n
	return m.arena[m.taken-n : m.taken : m.taken]
}
