package jinja

import (
	"fmt"
	"slices"
	"strings"
)

// value evaluates an expression. What goes wrong has its place there.
func (r *run) value(x expr) any {
	r.step(1)
	r.at = x.pos()
	return x.eval(r)
}

func (x *constExpr) eval(*run) any { return x.value }

func (x *nameExpr) eval(r *run) any {
	if v, ok := r.scope.find(x.name); ok {
		return v
	}
	if f := r.env.Functions[x.name]; f != nil {
		return given(f)
	}
	if f, ok := globals[x.name]; ok {
		return f
	}
	if x.name == "super" || x.name == "self" {
		return r.inherited(x.name)
	}
	return &undefined{name: x.name}
}

func (x *listExpr) eval(r *run) any {
	l := &List{Tuple: x.tuple}
	for _, i := range x.items {
		l.Items = append(l.Items, r.value(i))
	}
	r.made(16 * len(l.Items))
	return l
}

func (x *dictExpr) eval(r *run) any {
	d := NewDict()
	for i, k := range x.keys {
		d.put(r.key(r.value(k)), r.value(x.values[i]))
	}
	r.made(64 * len(d.keys))
	return d
}

func (r *run) key(v any) any {
	k, ok := key(v)
	if !ok {
		r.fail("%s cannot be the key of a dict", r.name(v))
	}
	return k
}

func (x *attrExpr) eval(r *run) any {
	of := r.value(x.of)
	r.at = x.pos()
	return r.attribute(of, x.name)
}

// attribute is a.name: a method, or the element of that name.
func (r *run) attribute(of any, name string) any {
	switch of := of.(type) {
	case *undefined:
		return r.undefinedOf(of, name)
	case *loop:
		return of.attribute(r, name)
	case *joiner, *cycler:
		if v, ok := state(of, name); ok {
			return v
		}
	case *macro:
		if name == "name" {
			return of.s.name
		}
	}
	if l, ok := of.(*List); ok && l.names != nil {
		if i := slices.Index(l.names, name); i >= 0 {
			return l.Items[i]
		}
	}
	if m, ok := r.lib.methodOf(of, name); ok {
		return m
	}
	if d, ok := of.(*Dict); ok {
		if v, ok := d.values[name]; ok {
			return v
		}
	}
	return &undefined{name: name, of: typeName(of)}
}

// undefinedOf is something of what is not there: a mistake, unless Lax.
func (r *run) undefinedOf(u *undefined, name string) any {
	if r.env.Undefined != Lax {
		r.missing(u)
	}
	return &undefined{name: name}
}

func (x *itemExpr) eval(r *run) any {
	of, k := r.value(x.of), r.value(x.key)
	r.at = x.pos()
	return r.item(of, k)
}

// item is a[k]: an element, or the method of that name.
func (r *run) item(of, k any) any {
	switch of := of.(type) {
	case *undefined:
		return r.undefinedOf(of, r.bounded(k))
	case *Dict:
		if kk, ok := key(k); ok {
			if v, ok := of.values[kk]; ok {
				return v
			}
		}
	case *List:
		if i, ok := k.(int64); ok {
			if n, ok := index(i, len(of.Items)); ok {
				return of.Items[n]
			}
		}
	case string, safe:
		if i, ok := k.(int64); ok {
			rs := []rune(text(of))
			r.step(len(rs) / 64)
			if n, ok := index(i, len(rs)); ok {
				return string(rs[n])
			}
		}
	}
	if name, ok := str(k); ok {
		return r.attribute(of, name)
	}
	if u, ok := k.(*undefined); ok && r.env.Undefined == Strict {
		r.missing(u)
	}
	_, index := k.(int64)
	return &undefined{name: r.bounded(k), of: typeName(of), index: index}
}

// index is a place in a list of n; negative ones count from the end.
func index(i int64, n int) (int, bool) {
	if i < 0 {
		i += int64(n)
	}
	return int(i), i >= 0 && i < int64(n)
}

func (x *condExpr) eval(r *run) any {
	if r.truth(r.value(x.test)) {
		return r.value(x.then)
	}
	if x.other == nil {
		return ""
	}
	return r.value(x.other)
}

func (x *logicExpr) eval(r *run) any {
	a := r.value(x.a)
	if r.truth(a) == x.or {
		return a
	}
	return r.value(x.b)
}

func (r *run) truth(v any) bool {
	if u, ok := v.(*undefined); ok && r.env.Undefined == Strict {
		r.missing(u)
	}
	return truth(v)
}

func (x *compareExpr) eval(r *run) any {
	a := r.value(x.first)
	for i, op := range x.ops {
		b := r.value(x.rest[i])
		r.at = x.pos()
		if !r.compare(op, a, b) {
			return false
		}
		a = b
	}
	return true
}

func (r *run) compare(op string, a, b any) bool {
	switch op {
	case "==":
		return r.equal(a, b, 0)
	case "!=":
		return !r.equal(a, b, 0)
	case "in":
		return r.contains(b, a)
	case "not in":
		return !r.contains(b, a)
	case "<":
		return r.order(a, b, 0) < 0
	case ">":
		return r.order(a, b, 0) > 0
	case "<=":
		return r.order(a, b, 0) <= 0
	}
	return r.order(a, b, 0) >= 0
}

func (x *concatExpr) eval(r *run) any {
	var out strings.Builder
	for _, p := range x.parts {
		out.WriteString(r.string(r.text(r.value(p))))
	}
	return out.String()
}

// text writes a value as it comes out.
func (r *run) text(v any) string {
	u, ok := v.(*undefined)
	switch {
	case !ok:
		return r.bounded(v)
	case r.env.Undefined == Strict:
		r.missing(u)
	case r.env.Undefined == Keep && u.of != "":
		name := quoted(u.name)
		if u.index {
			name = u.name
		}
		return fmt.Sprintf("{{ no such element: %s object[%s] }}", u.of, name)
	case r.env.Undefined == Keep:
		return "{{ " + u.name + " }}"
	}
	return ""
}

// bounded writes a value and counts what that makes. A list that holds another
// twice, which holds another twice, is written out in full, so the size is
// looked at first.
func (r *run) bounded(v any) string {
	switch v.(type) {
	case *List, *Dict:
		r.measure(v, 0)
	}
	return text(v)
}

// measure counts what a value is made of, at every place where it stands.
func (r *run) measure(v any, depth int) {
	r.step(1)
	if depth > maxRepr {
		return
	}
	switch v := v.(type) {
	case string:
		r.made(len(v))
	case safe:
		r.made(len(v))
	case *List:
		for _, x := range v.Items {
			r.measure(x, depth+1)
		}
	case *Dict:
		for _, k := range v.keys {
			r.measure(k, depth+1)
			r.measure(v.values[k], depth+1)
		}
	}
}

func quoted(s string) string {
	var b strings.Builder
	quote(&b, s)
	return b.String()
}
