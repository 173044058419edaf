package jinja

import (
	"fmt"
)

// run is one rendering of a template.
type run struct {
	env   *Env
	lib   *library
	left  Limits
	units map[string]*unit // templates read so far, by name

	unit  *unit
	scope *scope
	out   *output
	main  *output // where the page comes out
	page_ *unit   // the page's template
	at    int     // of the expression that is being evaluated
	input any     // what {% filter %} and {% set %} blocks give to their first filter
	// line is where what comes out has its place, when it is another template's.
	line   int
	blocks map[string][]*blockStmt // overriding ones first
	super  []*blockStmt            // of the block that is being written, those below it
	parent string                  // by {% extends %}
	errors []*Error
}

// scope is a level of names.
type scope struct {
	vars map[string]any
	up   *scope
}

func (s *scope) find(name string) (any, bool) {
	for ; s != nil; s = s.up {
		if v, ok := s.vars[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (s *scope) set(name string, v any) {
	if s.vars == nil {
		s.vars = map[string]any{}
	}
	s.vars[name] = v
}

// inner runs f in a new scope.
func (r *run) inner(up *scope, f func()) {
	was := r.scope
	r.scope = &scope{up: up}
	f()
	r.scope = was
}

const maxErrors = 50 // of one template

// page renders the template that was asked for.
func (r *run) page(name, source string, vars *Dict) Result {
	if len(source) > r.env.Limits.Output {
		return Result{Text: source, Errors: []*Error{{Template: name, Line: 1, Col: 1, Limit: true,
			Message: fmt.Sprintf("the template is larger than %d bytes", r.env.Limits.Output)}}}
	}
	u, err := parse(name, source, r.env)
	if err != nil {
		return Result{Text: source, Errors: []*Error{err}}
	}
	root := &scope{}
	if vars != nil {
		for _, k := range vars.keys {
			root.set(text(k), vars.values[k])
		}
	}
	r.scope, r.unit, r.page_ = &scope{up: root}, u, u
	r.out = &output{lines: []int{}}
	r.main = r.out
	if err := try(func() { r.whole(u) }); err != nil {
		return Result{Text: source, Errors: append(r.errors, err), Steps: r.env.Limits.Steps - r.left.Steps}
	}
	return Result{Text: string(r.out.text), Lines: r.out.lines, Errors: r.errors, Steps: r.env.Limits.Steps - r.left.Steps}
}

// whole writes a template, or the one that it extends.
func (r *run) whole(u *unit) {
	r.blocks, r.parent = map[string][]*blockStmt{}, ""
	r.offer(u)
	mark := r.out.mark()
	r.all(u.body)
	for n := 0; r.parent != ""; n++ {
		if n > r.env.Limits.Depth {
			r.limit("the templates that are extended lead round in a circle")
		}
		r.out.reset(mark)
		u := r.load(r.parent)
		r.parent = ""
		r.offer(u)
		r.in(u, func() { r.all(u.body) })
	}
}

// offer takes a template's blocks, below those there are.
func (r *run) offer(u *unit) {
	for name, b := range u.blocks {
		r.blocks[name] = append(r.blocks[name], b)
	}
}

// in runs f in another template, whose output has its place where the present
// one stands.
func (r *run) in(u *unit, f func()) {
	unit, line := r.unit, r.line
	if r.line == 0 && u != r.page_ {
		r.line = max(1, r.main.last)
	}
	r.unit = u
	f()
	r.unit, r.line = unit, line
}

// all runs a body. What fails is left as it was written, if it is of the page
// itself; within another template or a macro it fails the tag that called it.
func (r *run) all(body []stmt) flow {
	for _, s := range body {
		r.step(1)
		if f := r.one(s); f != goOn {
			return f
		}
	}
	return goOn
}

func (r *run) one(s stmt) (f flow) {
	from, to := s.span()
	if r.out == r.main && r.unit == r.page_ {
		r.out.last = r.unit.line(from)
	}
	if _, plain := s.(*dataStmt); plain || r.out != r.main || r.unit != r.page_ {
		return s.exec(r)
	}
	was, mark := *r, r.out.mark()
	err := try(func() { f = s.exec(r) })
	if err == nil {
		return f
	}
	if err.Limit {
		panic(mistake{err})
	}
	left, errors := r.left, r.errors
	left.Depth = was.left.Depth
	*r = was
	r.left, r.errors = left, errors
	r.out.reset(mark)
	r.note(err)
	r.write(r.unit.src[from:to], from)
	return goOn
}

// note keeps a mistake, once.
func (r *run) note(err *Error) {
	if len(r.errors) < maxErrors && !sameMistake(r.errors, err) {
		r.errors = append(r.errors, err)
	}
}

// step counts n steps.
func (r *run) step(n int) {
	if r.left.Steps -= n; r.left.Steps < 0 {
		r.limit(fmt.Sprintf("the template takes more than %d steps", r.env.Limits.Steps))
	}
}

// made counts n bytes that were made.
func (r *run) made(n int) {
	if r.left.Bytes -= n; n < 0 || r.left.Bytes < 0 {
		r.limit(fmt.Sprintf("the template makes more than %d bytes", r.env.Limits.Bytes))
	}
}

// elements counts n elements of a list that was made.
func (r *run) elements(n int) {
	if n > r.left.Steps {
		n = r.left.Steps + 1
	}
	r.step(n)
	r.made(16 * n)
}

// string counts a text that was made, and returns it.
func (r *run) string(s string) string {
	r.made(len(s))
	return s
}

func (r *run) limit(message string) {
	panic(mistake{&Error{Message: message, Limit: true, unit: r.page_}})
}

// fail is a mistake of the expression that is being evaluated.
func (r *run) fail(format string, args ...any) { r.failAt(r.at, format, args...) }

func (r *run) failAt(at int, format string, args ...any) {
	panic(mistake{&Error{Message: fmt.Sprintf(format, args...), at: at, unit: r.unit}})
}

// missing is the mistake that something is not there.
func (r *run) missing(u *undefined) {
	panic(mistake{&Error{Message: u.String(), Undefined: u.name, at: r.at, unit: r.unit}})
}

// nested bounds how deep templates and macros call each other.
func (r *run) nested(f func()) {
	if r.left.Depth--; r.left.Depth < 0 {
		r.limit(fmt.Sprintf("templates, macros or loops are more than %d deep in each other", r.env.Limits.Depth))
	}
	f()
	r.left.Depth++
}

// captured is what f writes.
func (r *run) captured(f func()) string {
	was := r.out
	r.out = &output{}
	f()
	s := string(r.out.text)
	r.out = was
	return s
}

// load reads another template.
func (r *run) load(name string) *unit {
	if u := r.units[name]; u != nil {
		return u
	}
	var text string
	ok := false
	if r.env.Load != nil {
		text, ok = r.env.Load(name)
	}
	if !ok {
		return nil
	}
	r.step(len(text) / 16)
	r.made(len(text))
	u, err := parse(name, text, r.env)
	if err != nil {
		panic(mistake{err})
	}
	r.units[name] = u
	return u
}

// named is a list of template names, as include takes them: one, or several of
// which the first that is there is taken.
func (r *run) template(v any) *unit {
	names := []any{v}
	if l, ok := v.(*List); ok {
		names = l.Items
	}
	for _, n := range names {
		s, ok := str(n)
		if !ok {
			r.fail("the name of a template is %s", r.name(n))
		}
		if u := r.load(s); u != nil {
			return u
		}
	}
	return nil
}
