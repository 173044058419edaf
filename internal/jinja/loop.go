package jinja

// loop is the variable of that name within {% for %}.
type loop struct {
	s       *forStmt
	items   []any
	i       int
	depth   int
	scope   *scope // around the loop
	unit    *unit
	changed any // what loop.changed was last given; nil before
}

func (l *loop) attribute(r *run, name string) any {
	n := len(l.items)
	switch name {
	case "index":
		return int64(l.i + 1)
	case "index0":
		return int64(l.i)
	case "revindex":
		return int64(n - l.i)
	case "revindex0":
		return int64(n - l.i - 1)
	case "first":
		return l.i == 0
	case "last":
		return l.i == n-1
	case "length":
		return int64(n)
	case "depth":
		return int64(l.depth + 1)
	case "depth0":
		return int64(l.depth)
	case "previtem":
		return l.beside(l.i-1, name)
	case "nextitem":
		return l.beside(l.i+1, name)
	case "cycle":
		return builtin{rest: true, call: l.cycle}
	case "changed":
		return builtin{rest: true, call: l.change}
	}
	return &undefined{name: name, of: "loop"}
}

func (l *loop) beside(i int, name string) any {
	if i < 0 || i >= len(l.items) {
		return &undefined{name: name, of: "loop"}
	}
	return l.items[i]
}

func (l *loop) cycle(r *run, b *bound) any {
	if len(b.rest) == 0 {
		r.fail("there is nothing to cycle through")
	}
	return b.rest[l.i%len(b.rest)]
}

func (l *loop) change(r *run, b *bound) any {
	v := &List{Items: b.rest, Tuple: true}
	if l.changed != nil && r.equal(l.changed, v, 0) {
		return false
	}
	l.changed = v
	return true
}

// again runs a recursive loop over other items; what it writes is the value.
func (r *run) again(l *loop, items any) any {
	was, unit := r.scope, r.unit
	r.scope, r.unit = l.scope, l.unit
	line := r.line
	if r.line == 0 {
		r.line = max(1, r.main.last)
	}
	out := r.captured(func() { r.loop(l.s, r.items(items), l) })
	r.scope, r.unit, r.line = was, unit, line
	return out
}

// items are what a loop over a value goes through.
func (r *run) items(v any) []any {
	switch v := v.(type) {
	case *List:
		r.step(len(v.Items))
		return v.Items
	case *Dict:
		r.step(len(v.keys))
		return v.keys
	case *undefined:
		if r.env.Undefined == Strict {
			r.missing(v)
		}
		return nil
	case string, safe:
		s := text(v)
		r.elements(len(s))
		var out []any
		for _, c := range s {
			out = append(out, string(c))
		}
		return out
	}
	r.fail("%s cannot be looped over", r.name(v))
	return nil
}

// cycler is what cycler() makes.
type cycler struct {
	items []any
	i     int
}

// joiner is what joiner() makes: nothing at first, then its text.
type joiner struct {
	sep  string
	used bool
}

func (j *joiner) call() any {
	if j.used {
		return j.sep
	}
	j.used = true
	return ""
}

// state is an attribute of a cycler.
func state(v any, name string) (any, bool) {
	c, ok := v.(*cycler)
	if !ok {
		return nil, false
	}
	switch name {
	case "current":
		return c.items[c.i], true
	case "next":
		return builtin{call: func(*run, *bound) any {
			v := c.items[c.i]
			c.i = (c.i + 1) % len(c.items)
			return v
		}}, true
	case "reset":
		return builtin{call: func(*run, *bound) any {
			c.i = 0
			return nil
		}}, true
	}
	return nil, false
}

// globals are Jinja's own functions, but for lipsum, which is made of chance.
var globals = map[string]builtin{
	"range":     {params: []string{"start", "stop", "step"}, call: rangeOf},
	"dict":      {rest: true, call: dictOf},
	"namespace": {rest: true, call: namespaceOf},
	"cycler":    {rest: true, call: cyclerOf},
	"joiner":    {params: []string{"sep"}, call: func(r *run, b *bound) any { return &joiner{sep: b.str(r, 0, ", ")} }},
}

func rangeOf(r *run, b *bound) any {
	b.need(r, 0)
	from, to, by := 0, b.int(r, 0, 0), b.int(r, 2, 1)
	if b.has(1) {
		from, to = b.int(r, 0, 0), b.int(r, 1, 0)
	}
	if by == 0 {
		r.fail("the step of a range is 0")
	}
	n := 0
	if by > 0 && to > from {
		n = (to - from + by - 1) / by
	} else if by < 0 && to < from {
		n = (from - to - by - 1) / -by
	}
	r.elements(n)
	out := make([]any, n)
	for i := range out {
		out[i] = int64(from + i*by)
	}
	return &List{Items: out}
}

func dictOf(r *run, b *bound) any {
	d := NewDict()
	for _, v := range b.rest {
		r.update(d, v)
	}
	for _, k := range b.names {
		d.put(k.name, k.value)
	}
	r.elements(len(d.keys))
	return d
}

// update takes over the pairs of a dictionary or of a list of pairs.
func (r *run) update(d *Dict, from any) {
	if src, ok := from.(*Dict); ok {
		r.elements(len(src.keys))
		for _, k := range src.keys {
			d.put(k, src.values[k])
		}
		return
	}
	for _, pair := range r.items(from) {
		kv := r.items(pair)
		if len(kv) != 2 {
			r.fail("a pair of key and value was expected")
		}
		r.elements(1)
		d.put(r.key(kv[0]), kv[1])
	}
}

func namespaceOf(r *run, b *bound) any {
	d := dictOf(r, b).(*Dict)
	d.open = true
	return d
}

func cyclerOf(r *run, b *bound) any {
	if len(b.rest) == 0 {
		r.fail("there is nothing to cycle through")
	}
	return &cycler{items: b.rest}
}
