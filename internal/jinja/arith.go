package jinja

import (
	"math"
	"strings"
)

func (x *unaryExpr) eval(r *run) any {
	v := r.value(x.of)
	r.at = x.pos()
	if x.op == "not" {
		return !r.truth(v)
	}
	i, f, isInt, ok := number(v)
	switch {
	case !ok:
		if u, is := v.(*undefined); is && r.env.Undefined == Lax {
			return u
		}
		r.fail("%q cannot be put before %s", x.op, r.name(v))
	case x.op == "+" && isInt:
		return i
	case x.op == "+":
		return f
	case isInt && i != math.MinInt64:
		return -i
	}
	return -f
}

func (x *binaryExpr) eval(r *run) any {
	a, b := r.value(x.a), r.value(x.b)
	r.at = x.pos()
	return r.arith(x.op, a, b)
}

// arith is a binary operator between any two values.
func (r *run) arith(op string, a, b any) any {
	if r.env.Undefined == Lax {
		_, ua := a.(*undefined)
		_, ub := b.(*undefined)
		if ua || ub {
			return ""
		}
	}
	_, _, _, na := number(a)
	_, _, _, nb := number(b)
	if na && nb {
		return r.numbers(op, a, b)
	}
	switch op {
	case "+":
		if v, ok := r.joined(a, b); ok {
			return v
		}
	case "*":
		if n, ok := a.(int64); ok {
			return r.repeat(b, n)
		}
		if n, ok := b.(int64); ok {
			return r.repeat(a, n)
		}
	case "%":
		if s, ok := str(a); ok {
			return r.printf(s, b)
		}
	}
	r.fail("%q is not defined for %s and %s", op, r.name(a), r.name(b))
	return nil
}

// joined is a + b for texts and lists.
func (r *run) joined(a, b any) (any, bool) {
	la, ok := a.(*List)
	lb, both := b.(*List)
	if ok && both && la.Tuple == lb.Tuple {
		r.elements(len(la.Items) + len(lb.Items))
		return &List{Items: append(clone(la.Items), lb.Items...), Tuple: la.Tuple}, true
	}
	sa, ok := str(a)
	sb, both := str(b)
	if !ok || !both {
		return nil, false
	}
	_, ha := a.(safe)
	_, hb := b.(safe)
	switch {
	case ha && !hb:
		sb = escapeHTML(sb)
	case hb && !ha:
		sa = escapeHTML(sa)
	}
	s := r.string(sa + sb)
	if ha || hb {
		return safe(s), true
	}
	return s, true
}

func (r *run) repeat(v any, n int64) any {
	n = max(n, 0)
	count := int(min(n, math.MaxInt32))
	switch v := v.(type) {
	case *List:
		l := &List{Tuple: v.Tuple}
		if len(v.Items) == 0 {
			return l
		}
		r.elements(count * len(v.Items))
		for range count {
			l.Items = append(l.Items, v.Items...)
		}
		return l
	case string, safe:
		s := text(v)
		r.made(count * len(s))
		return strings.Repeat(s, count)
	}
	r.fail("%s cannot be repeated", r.name(v))
	return nil
}

// numbers is an operator between two numbers.
func (r *run) numbers(op string, a, b any) any {
	ia, fa, intA, _ := number(a)
	ib, fb, intB, _ := number(b)
	ints := intA && intB
	switch op {
	case "/":
		r.divisor(fb)
		return fa / fb
	case "//", "%":
		r.divisor(fb)
		if ints {
			return r.divided(op, ia, ib)
		}
		q := math.Floor(fa / fb)
		if op == "//" {
			return q
		}
		return fa - q*fb
	case "**":
		return r.power(ia, ib, fa, fb, ints)
	}
	if !ints {
		return map[string]float64{"+": fa + fb, "-": fa - fb, "*": fa * fb}[op]
	}
	n, ok := whole(op, ia, ib)
	if !ok {
		r.fail("the result is too large a number")
	}
	return n
}

func (r *run) divisor(f float64) {
	if f == 0 {
		r.fail("division by zero")
	}
}

// divided rounds down, as Python does.
func (r *run) divided(op string, a, b int64) int64 {
	if a == math.MinInt64 && b == -1 {
		r.fail("the result is too large a number")
	}
	q, m := a/b, a%b
	if m != 0 && (m < 0) != (b < 0) {
		q, m = q-1, m+b
	}
	if op == "//" {
		return q
	}
	return m
}

// whole is +, - or * of whole numbers, and false if the result is too large.
func whole(op string, a, b int64) (int64, bool) {
	switch op {
	case "+":
		n := a + b
		return n, (n > a) == (b > 0)
	case "-":
		n := a - b
		return n, (n < a) == (b > 0)
	}
	if a == 0 || b == 0 {
		return 0, true
	}
	n := a * b
	return n, n/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64)
}

func (r *run) power(a, b int64, fa, fb float64, ints bool) any {
	if !ints || b < 0 {
		f := math.Pow(fa, fb)
		if math.IsInf(f, 0) || math.IsNaN(f) {
			r.fail("the result is no number that can be worked with")
		}
		return f
	}
	n := int64(1)
	for ; b > 0; b >>= 1 {
		ok := true
		if b&1 == 1 {
			n, ok = whole("*", n, a)
		}
		if ok && b > 1 {
			a, ok = whole("*", a, a)
		}
		if !ok {
			r.fail("the result is too large a number")
		}
	}
	return n
}
