package jinja

import "slices"

// keyword is an argument with a name.
type keyword struct {
	name  string
	value any
}

// called are the arguments of a call.
type called struct {
	args  []any
	names []keyword
}

// unset is an argument that was not given.
type unset struct{}

// builtin is a function, filter or test of this package.
type builtin struct {
	// params are the names of its parameters, without what a filter or method
	// is of.
	params []string
	// rest takes any number of further arguments.
	rest bool
	call func(r *run, a *bound) any
}

// bound are the arguments of a builtin by the places of its parameters.
type bound struct {
	of    any // what a filter, test or method is of
	args  []any
	rest  []any
	names []keyword // beside the parameters, if rest
}

// method is one of a value.
type method struct {
	of any
	builtin
}

type given Func

func (x *callExpr) eval(r *run) any {
	f := r.value(x.of)
	args := r.arguments(x.args)
	return r.call(f, args, x.pos())
}

// arguments evaluates what is written between the brackets of a call.
func (r *run) arguments(a arguments) (c called) {
	plain := len(a.args) - len(a.names)
	for i, x := range a.args {
		if i < plain {
			c.args = append(c.args, r.value(x))
		} else {
			c.names = append(c.names, keyword{a.names[i-plain], r.value(x)})
		}
	}
	if a.star != nil {
		c.args = append(c.args, r.items(r.value(a.star))...)
	}
	if a.starstar != nil {
		d, ok := r.value(a.starstar).(*Dict)
		if !ok {
			r.fail("what stands behind ** must be a dict")
		}
		for _, k := range d.keys {
			c.names = append(c.names, keyword{text(k), d.values[k]})
		}
	}
	return c
}

// call calls a value, if it can be called.
func (r *run) call(f any, c called, at int) (v any) {
	r.at = at
	switch f := f.(type) {
	case *undefined:
		return r.undefinedOf(f, f.name)
	case given:
		if len(c.names) > 0 {
			r.fail("the function takes no arguments with names")
		}
		return r.given(f, c.args)
	case builtin:
		return f.call(r, r.bind(f, nil, c))
	case method:
		return f.call(r, r.bind(f.builtin, f.of, c))
	case *macro:
		r.nested(func() { v = r.macro(f, c) })
		return v
	case *loop:
		if !f.s.recursive || len(c.args) != 1 {
			r.fail("the loop is not recursive, or is not called with one list")
		}
		r.nested(func() { v = r.again(f, c.args[0]) })
		return v
	case *joiner:
		return f.call()
	case *Dict:
		if f.open {
			r.fail("a namespace cannot be called")
		}
	}
	r.fail("a value of type %s cannot be called", r.name(f))
	return nil
}

func (r *run) given(f given, args []any) any {
	v, err := f(args)
	if err != nil {
		r.fail("%s", err.Error())
	}
	r.measure(v, 0)
	return v
}

// bind puts arguments to the places of a builtin's parameters.
func (r *run) bind(f builtin, of any, c called) *bound {
	b := &bound{of: of, args: make([]any, len(f.params))}
	for i := range b.args {
		b.args[i] = unset{}
	}
	for i, v := range c.args {
		switch {
		case i < len(b.args):
			b.args[i] = v
		case f.rest:
			b.rest = append(b.rest, v)
		default:
			r.fail("there are %d arguments where %d are taken", len(c.args), len(f.params))
		}
	}
	for _, k := range c.names {
		i := slices.Index(f.params, k.name)
		switch {
		case i >= 0:
			b.args[i] = k.value
		case f.rest:
			b.names = append(b.names, k)
		default:
			r.fail("there is no argument %q", k.name)
		}
	}
	return b
}

// has tells whether an argument was given.
func (b *bound) has(i int) bool {
	_, missing := b.args[i].(unset)
	return !missing
}

// need is an argument that must be given.
func (b *bound) need(r *run, i int) any {
	if !b.has(i) {
		r.fail("an argument is missing")
	}
	return b.args[i]
}

// str is an argument as text.
func (b *bound) str(r *run, i int, def string) string {
	if !b.has(i) {
		return def
	}
	return r.text(b.args[i])
}

// int is an argument as whole number.
func (b *bound) int(r *run, i int, def int) int {
	if !b.has(i) {
		return def
	}
	n, _, isInt, ok := number(b.args[i])
	if !ok || !isInt || n > 1<<40 || n < -1<<40 {
		r.fail("a whole number was expected, and there is %s", r.name(b.args[i]))
	}
	return int(n)
}

// bool is an argument as truth.
func (b *bound) bool(i int, def bool) bool {
	if !b.has(i) {
		return def
	}
	return truth(b.args[i])
}

// text is what a filter is of, as text.
func (b *bound) text(r *run) string { return r.text(b.of) }
