package jinja

func (s *dataStmt) exec(r *run) flow {
	r.write(s.text, s.from)
	return goOn
}

func (s *outputStmt) exec(r *run) flow {
	v := r.value(s.of)
	if u, ok := v.(*undefined); ok && r.env.Undefined == Keep {
		e := &Error{Message: u.String(), Undefined: u.name, Kept: true, at: s.of.pos(), unit: r.unit}
		r.note(e.place())
		if u.of != "" && r.unit == r.page_ {
			r.write(r.unit.src[s.from:s.to], s.from)
			return goOn
		}
	}
	r.write(r.text(v), s.from)
	return goOn
}

func (s *ifStmt) exec(r *run) flow {
	for i, t := range s.tests {
		if r.truth(r.value(t)) {
			return r.all(s.bodies[i])
		}
	}
	if len(s.bodies) > len(s.tests) {
		return r.all(s.bodies[len(s.tests)])
	}
	return goOn
}

func (s *forStmt) exec(r *run) flow {
	r.loop(s, r.items(r.value(s.in)), nil)
	return goOn
}

// loop runs a loop over items; of are the loops it is called from, if it is
// recursive.
func (r *run) loop(s *forStmt, items []any, of *loop) {
	scope := r.scope
	if s.test != nil {
		items = r.filtered(s, items)
	}
	l := &loop{s: s, items: items, scope: scope, unit: r.unit}
	if of != nil {
		l.depth = of.depth + 1
	}
	if len(items) == 0 {
		r.inner(scope, func() { r.all(s.other) })
		return
	}
	for i, v := range items {
		r.step(1)
		l.i = i
		f := goOn
		r.inner(scope, func() {
			r.assign(s.target, v)
			r.scope.set("loop", l)
			f = r.all(s.body)
		})
		if f == breakLoop {
			break
		}
	}
}

// filtered are the items for which the loop's condition holds.
func (r *run) filtered(s *forStmt, items []any) (out []any) {
	for _, v := range items {
		r.step(1)
		r.inner(r.scope, func() {
			r.assign(s.target, v)
			if r.truth(r.value(s.test)) {
				out = append(out, v)
			}
		})
	}
	r.elements(len(out))
	return out
}

// assign gives a value to a target.
func (r *run) assign(t target, v any) {
	switch {
	case t.attr != "":
		ns, _ := r.scope.find(t.name)
		d, ok := ns.(*Dict)
		if !ok || !d.open {
			r.failAt(t.at, "%q is no namespace, whose attributes could be set", t.name)
		}
		r.made(16 + len(t.attr))
		d.put(t.attr, v)
	case t.parts != nil:
		items := r.items(v)
		if len(items) != len(t.parts) {
			r.failAt(t.at, "%d values are given to %d names", len(items), len(t.parts))
		}
		for i, p := range t.parts {
			r.assign(p, items[i])
		}
	default:
		r.scope.set(t.name, v)
	}
}

func (s *setStmt) exec(r *run) flow {
	if s.value != nil {
		r.assign(s.target, r.value(s.value))
		return goOn
	}
	body := ""
	r.inner(r.scope, func() { body = r.captured(func() { r.all(s.body) }) })
	r.assign(s.target, r.through(s.filter, body))
	return goOn
}

// through gives a text to a chain of filters.
func (r *run) through(chain expr, body string) any {
	if chain == nil {
		return body
	}
	was := r.input
	r.input = body
	v := r.value(chain)
	r.input = was
	return v
}

func (s *filterStmt) exec(r *run) flow {
	body := ""
	r.inner(r.scope, func() { body = r.captured(func() { r.all(s.body) }) })
	r.write(r.text(r.through(s.filter, body)), s.from)
	return goOn
}

func (s *macroStmt) exec(r *run) flow {
	r.scope.set(s.name, &macro{s, r.scope, r.unit})
	return goOn
}

func (s *callStmt) exec(r *run) flow {
	caller := &macro{s.inner, r.scope, r.unit}
	f := r.value(s.call.of)
	args := r.arguments(s.call.args)
	args.names = append(args.names, keyword{"caller", caller})
	r.write(r.text(r.call(f, args, s.call.pos())), s.from)
	return goOn
}

func (s *withStmt) exec(r *run) flow {
	f := goOn
	values := make([]any, len(s.values))
	for i, x := range s.values {
		values[i] = r.value(x)
	}
	r.inner(r.scope, func() {
		for i, t := range s.targets {
			r.assign(t, values[i])
		}
		f = r.all(s.body)
	})
	return f
}

func (s *includeStmt) exec(r *run) flow {
	name := r.value(s.of)
	u := r.template(name)
	if u == nil {
		if !s.missing {
			r.failAt(s.of.pos(), "there is no template %q", r.text(name))
		}
		return goOn
	}
	up := r.scope
	if !s.context {
		up = nil
	}
	blocks, super, parent := r.blocks, r.super, r.parent
	r.nested(func() {
		r.inner(up, func() {
			r.scope.set("loop", &undefined{name: "loop"}) // it is not handed on
			r.in(u, func() { r.whole(u) })
		})
	})
	r.blocks, r.super, r.parent = blocks, super, parent
	return goOn
}

func (s *importStmt) exec(r *run) flow {
	name := r.value(s.of)
	u := r.template(name)
	if u == nil {
		r.failAt(s.of.pos(), "there is no template %q", r.text(name))
	}
	up := r.scope
	if !s.context {
		up = nil
	}
	module := NewDict()
	r.nested(func() {
		r.inner(up, func() {
			r.in(u, func() { r.captured(func() { r.all(u.body) }) })
			module = exported(r.scope)
		})
	})
	if s.as != "" {
		r.scope.set(s.as, module)
	}
	for _, n := range s.names {
		v, ok := module.Get(n[0])
		if !ok {
			v = &undefined{name: n[0], of: "template"}
		}
		r.scope.set(n[1], v)
	}
	return goOn
}

func (s *blockStmt) exec(r *run) flow {
	if r.parent != "" {
		return goOn // the template that is extended says where it comes
	}
	chain := r.blocks[s.name]
	if len(chain) == 0 {
		chain = []*blockStmt{s}
	}
	super := r.super
	r.super = chain[1:]
	r.nested(func() {
		r.inner(r.scope, func() {
			if chain[0].u == r.unit {
				r.all(chain[0].body)
				return
			}
			r.in(chain[0].u, func() { r.all(chain[0].body) })
		})
	})
	r.super = super
	return goOn
}

func (s *extendsStmt) exec(r *run) flow {
	name := r.value(s.of)
	u := r.template(name)
	if u == nil {
		r.failAt(s.of.pos(), "there is no template %q", r.text(name))
	}
	r.parent = u.name
	return goOn
}

func (s *scopeStmt) exec(r *run) flow { return r.all(s.body) }

func (s *doStmt) exec(r *run) flow {
	r.value(s.of)
	return goOn
}

func (s *flowStmt) exec(*run) flow { return s.flow }
