package jinja

func (x *sliceExpr) eval(r *run) any {
	of := r.value(x.of)
	bound := func(b expr) *int {
		if b == nil {
			return nil
		}
		switch n := r.value(b).(type) {
		case nil:
			return nil
		case int64:
			i := int(n)
			return &i
		default:
			r.fail("the bound of a slice is %s", r.name(n))
			return nil
		}
	}
	from, to, step := bound(x.from), bound(x.to), bound(x.step)
	r.at = x.pos()
	if step != nil && *step == 0 {
		r.fail("the step of a slice is 0")
	}
	return r.slice(of, from, to, step)
}

func (r *run) slice(of any, from, to, step *int) any {
	switch of := of.(type) {
	case *List:
		var out []any
		for _, i := range places(len(of.Items), from, to, step) {
			out = append(out, of.Items[i])
		}
		r.elements(len(out))
		return &List{Items: out, Tuple: of.Tuple}
	case string, safe:
		rs := []rune(text(of))
		r.step(len(rs) / 16)
		var out []rune
		for _, i := range places(len(rs), from, to, step) {
			out = append(out, rs[i])
		}
		return r.string(string(out))
	}
	r.fail("nothing can be cut out of %s", r.name(of))
	return nil
}

// places are those that a slice takes of a list of n, as in Python.
func places(n int, from, to, step *int) (out []int) {
	by := 1
	if step != nil {
		by = *step
	}
	first, last := 0, n
	if by < 0 {
		first, last = n-1, -1
	}
	clip := func(p *int, unset int) int {
		if p == nil {
			return unset
		}
		i := *p
		if i < 0 {
			i += n
		}
		if by < 0 {
			return min(max(i, -1), n-1)
		}
		return min(max(i, 0), n)
	}
	first, last = clip(from, first), clip(to, last)
	for i := first; by > 0 && i < last || by < 0 && i > last; {
		out = append(out, i)
		if by > n || by < -n {
			break
		}
		i += by
	}
	return out
}
