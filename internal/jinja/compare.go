package jinja

import (
	"cmp"
	"strings"
)

// equal compares as Python's == does.
func (r *run) equal(a, b any, depth int) bool {
	r.step(1)
	if depth > maxRepr {
		r.fail("the values are too deep to compare")
	}
	if _, _, _, ok := number(a); ok {
		_, _, _, ok := number(b)
		return ok && compareNumbers(a, b) == 0
	}
	if sa, ok := str(a); ok {
		sb, ok := str(b)
		return ok && sa == sb
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case *undefined:
		_, ok := b.(*undefined)
		return ok
	case *List:
		b, ok := b.(*List)
		return ok && r.equalLists(a, b, depth)
	case *Dict:
		b, ok := b.(*Dict)
		return ok && r.equalDicts(a, b, depth)
	}
	return false
}

func (r *run) equalLists(a, b *List, depth int) bool {
	if len(a.Items) != len(b.Items) || a.Tuple != b.Tuple {
		return false
	}
	for i := range a.Items {
		if !r.equal(a.Items[i], b.Items[i], depth+1) {
			return false
		}
	}
	return true
}

func (r *run) equalDicts(a, b *Dict, depth int) bool {
	if len(a.keys) != len(b.keys) {
		return false
	}
	for _, k := range a.keys {
		v, ok := b.values[k]
		if !ok || !r.equal(a.values[k], v, depth+1) {
			return false
		}
	}
	return true
}

// order compares as Python's < and > do: numbers with numbers, texts with
// texts, lists with lists, and nothing else.
func (r *run) order(a, b any, depth int) int {
	r.step(1)
	if _, _, _, ok := number(a); ok {
		if _, _, _, ok := number(b); ok {
			return compareNumbers(a, b)
		}
	}
	if sa, ok := str(a); ok {
		if sb, ok := str(b); ok {
			return strings.Compare(sa, sb)
		}
	}
	la, ok := a.(*List)
	lb, both := b.(*List)
	if !ok || !both || la.Tuple != lb.Tuple || depth > maxRepr {
		r.fail("%s and %s cannot be ordered", r.name(a), r.name(b))
	}
	for i := range min(len(la.Items), len(lb.Items)) {
		if !r.equal(la.Items[i], lb.Items[i], depth+1) {
			return r.order(la.Items[i], lb.Items[i], depth+1)
		}
	}
	return cmp.Compare(len(la.Items), len(lb.Items))
}

// name is the type of a value, for messages; a variable that is not there is
// the mistake itself.
func (r *run) name(v any) string {
	if u, ok := v.(*undefined); ok {
		r.missing(u)
	}
	return typeName(v)
}

// contains is Python's "in".
func (r *run) contains(in, v any) bool {
	switch in := in.(type) {
	case *List:
		for _, x := range in.Items {
			if r.equal(x, v, 0) {
				return true
			}
		}
		return false
	case *Dict:
		k, ok := key(v)
		if ok {
			_, ok = in.values[k]
		}
		return ok
	case *undefined:
		if r.env.Undefined == Strict {
			r.missing(in)
		}
		return false
	}
	s, ok := str(in)
	sub, both := str(v)
	if !ok || !both {
		r.fail("%s cannot be looked for in %s", r.name(v), r.name(in))
	}
	r.step(len(s) / 64)
	return strings.Contains(s, sub)
}

// compareNumbers compares whole numbers exactly.
func compareNumbers(a, b any) int {
	ia, fa, intA, _ := number(a)
	ib, fb, intB, _ := number(b)
	if intA && intB {
		return cmp.Compare(ia, ib)
	}
	return cmp.Compare(fa, fb)
}
