package jinja

import "fmt"

func (x *filterExpr) eval(r *run) any {
	of := r.input
	if x.of != nil {
		of = r.value(x.of)
	}
	args := r.arguments(x.args)
	r.at = x.pos()
	return r.filter(x.name, of, args)
}

// filter gives a value to a filter by its name.
func (r *run) filter(name string, of any, c called) any {
	if f := r.env.Filters[name]; f != nil {
		if len(c.names) > 0 {
			r.fail("the filter %q takes no arguments with names", name)
		}
		return r.given(given(f), append([]any{of}, c.args...))
	}
	f, ok := r.lib.filters[name]
	if !ok {
		r.fail("there is no filter %q", name)
	}
	if u, is := of.(*undefined); is && r.env.Undefined == Strict && name != "default" && name != "d" {
		r.missing(u)
	}
	return f.call(r, r.bind(f, of, c))
}

// pickingFilters are those that use other filters and tests by their names.
func pickingFilters() map[string]builtin {
	return map[string]builtin{
		"map":        {rest: true, call: mapped},
		"select":     {rest: true, call: picked(true, false)},
		"reject":     {rest: true, call: picked(false, false)},
		"selectattr": {rest: true, call: picked(true, true)},
		"rejectattr": {rest: true, call: picked(false, true)},
	}
}

// mapped is map: a filter, or an attribute, of every element.
func mapped(r *run, b *bound) any {
	out := &List{}
	var attr func(any) any
	c := called{}
	name := ""
	if len(b.rest) == 0 {
		attr = r.mapAttribute(b)
	} else {
		name = r.text(b.rest[0])
		c = called{args: b.rest[1:], names: b.names}
	}
	for _, v := range r.items(b.of) {
		r.elements(1)
		if attr != nil {
			v = attr(v)
		} else {
			v = r.filter(name, v, c)
		}
		out.Items = append(out.Items, v)
	}
	return out
}

// mapAttribute reads map(attribute=…, default=…).
func (r *run) mapAttribute(b *bound) func(any) any {
	var get func(any) any
	var def any = unset{}
	for _, k := range b.names {
		switch k.name {
		case "attribute":
			get = r.getter(k.value)
		case "default":
			def = k.value
		default:
			r.fail("there is no argument %q", k.name)
		}
	}
	if get == nil {
		r.fail("map needs the name of a filter, or an attribute")
	}
	return func(v any) any {
		got := get(v)
		if _, missing := got.(*undefined); missing && def != (unset{}) {
			return def
		}
		return got
	}
}

// picked is select and its kin: the elements for which a test holds, or does
// not; of themselves or of an attribute.
func picked(want, attr bool) func(r *run, b *bound) any {
	return func(r *run, b *bound) any {
		get, args := func(v any) any { return v }, b.rest
		if attr {
			if len(args) == 0 {
				r.fail("the name of an attribute is missing")
			}
			get, args = r.getter(args[0]), args[1:]
		}
		out := &List{}
		for _, v := range r.items(b.of) {
			r.elements(1)
			x := get(v)
			holds := false
			if len(args) == 0 {
				holds = r.truth(x)
			} else {
				holds = r.test(r.text(args[0]), x, called{args: args[1:], names: b.names})
			}
			if holds == want {
				out.Items = append(out.Items, v)
			}
		}
		return out
	}
}

// getter takes an attribute of a value by a path such as "a.b.0", or by a number.
func (r *run) getter(attr any) func(any) any {
	if attr == nil {
		return func(v any) any { return v }
	}
	if n, ok := attr.(int64); ok {
		return func(v any) any { return r.item(v, n) }
	}
	var path []any
	name := r.text(attr)
	r.step(len(name) / 16)
	for part := range splitDots(name) {
		var n int64
		if _, err := fmt.Sscanf(part, "%d", &n); err == nil && fmt.Sprint(n) == part {
			path = append(path, n)
			continue
		}
		path = append(path, part)
	}
	return func(v any) any {
		for _, p := range path {
			r.step(1)
			v = r.item(v, p)
		}
		return v
	}
}
