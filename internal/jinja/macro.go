package jinja

import "slices"

// macro is one that a template defines, with the names it can see.
type macro struct {
	s     *macroStmt
	scope *scope
	unit  *unit
}

// macro calls a macro; what it writes is the value.
func (r *run) macro(m *macro, c called) any {
	scope := &scope{up: m.scope}
	if len(c.args) > len(m.s.params) {
		scope.set("varargs", &List{Items: c.args[len(m.s.params):], Tuple: true})
	} else {
		scope.set("varargs", &List{Tuple: true})
	}
	was, unit := r.scope, r.unit
	r.scope, r.unit = scope, m.unit
	r.parameters(m, c)
	var out string
	line := r.line
	if r.line == 0 {
		r.line = max(1, r.main.last)
	}
	out = r.captured(func() { r.all(m.s.body) })
	r.scope, r.unit, r.line = was, unit, line
	return out
}

// parameters sets the parameters of a macro, in whose scope it is.
func (r *run) parameters(m *macro, c called) {
	kwargs := NewDict()
	for _, k := range c.names {
		kwargs.put(k.name, k.value)
	}
	for i, p := range m.s.params {
		v, named := kwargs.Get(p.name)
		switch {
		case i < len(c.args):
			v = c.args[i]
		case named:
			kwargs.remove(p.name)
		case p.def != nil:
			v = r.value(p.def)
		default:
			v = &undefined{name: p.name}
		}
		r.scope.set(p.name, v)
	}
	if v, ok := kwargs.Get("caller"); ok {
		r.scope.set("caller", v)
		kwargs.remove("caller")
	}
	r.scope.set("kwargs", kwargs)
}

func (d *Dict) remove(key any) {
	if _, ok := d.values[key]; ok {
		delete(d.values, key)
		d.keys = slices.DeleteFunc(d.keys, func(k any) bool { return k == key })
	}
}

// exported are the names a template gives to those who import it.
func exported(s *scope) *Dict {
	d := NewDict()
	for name, v := range s.vars {
		if name[0] != '_' {
			d.values[name] = v
			d.keys = append(d.keys, name)
		}
	}
	slices.SortFunc(d.keys, func(a, b any) int { return compareText(a, b) })
	return d
}

func compareText(a, b any) int {
	x, y := text(a), text(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// inherited is super(), the block below the one that is written, or self.
func (r *run) inherited(name string) any {
	if name == "self" {
		return r.self()
	}
	if len(r.super) == 0 {
		return &undefined{name: name}
	}
	chain := r.super
	return builtin{call: func(r *run, _ *bound) any { return r.block(chain) }}
}

// self are the template's blocks, each to be called.
func (r *run) self() *Dict {
	d := NewDict()
	for name, chain := range r.blocks {
		d.values[name] = builtin{call: func(r *run, _ *bound) any { return r.block(chain) }}
		d.keys = append(d.keys, name)
	}
	slices.SortFunc(d.keys, compareText)
	return d
}

// block is what the first of a chain of blocks writes.
func (r *run) block(chain []*blockStmt) (out string) {
	super := r.super
	r.super = chain[1:]
	r.nested(func() {
		r.inner(r.scope, func() {
			r.in(chain[0].u, func() { out = r.captured(func() { r.all(chain[0].body) }) })
		})
	})
	r.super = super
	return out
}
