package jinja

import "slices"

// own makes a method that changes a list; one that was given to the template
// cannot be changed, as other pages have it too.
func own(params []string, f func(r *run, l *List, b *bound) any) builtin {
	return builtin{params: params, call: func(r *run, b *bound) any {
		l := b.of.(*List)
		if l.frozen || l.Tuple {
			r.fail("the list cannot be changed; it is not the template's own")
		}
		v := f(r, l, b)
		r.elements(1)
		return v
	}}
}

func listMethods() map[string]builtin {
	return map[string]builtin{
		"append": own([]string{"x"}, func(r *run, l *List, b *bound) any {
			l.Items = append(l.Items, b.need(r, 0))
			return nil
		}),
		"extend": own([]string{"items"}, func(r *run, l *List, b *bound) any {
			more := r.items(b.need(r, 0))
			r.elements(len(more))
			l.Items = append(l.Items, more...)
			return nil
		}),
		"insert": own([]string{"at", "x"}, func(r *run, l *List, b *bound) any {
			i := b.int(r, 0, 0)
			if i < 0 {
				i += len(l.Items)
			}
			r.step(len(l.Items) / 16)
			l.Items = slices.Insert(l.Items, min(max(i, 0), len(l.Items)), b.need(r, 1))
			return nil
		}),
		"pop": own([]string{"at"}, func(r *run, l *List, b *bound) any {
			i, ok := index(int64(b.int(r, 0, -1)), len(l.Items))
			if !ok {
				r.fail("there is no such element in the list")
			}
			r.step(len(l.Items) / 16)
			v := l.Items[i]
			l.Items = slices.Delete(l.Items, i, i+1)
			return v
		}),
		"remove": own([]string{"x"}, func(r *run, l *List, b *bound) any {
			i := slices.IndexFunc(l.Items, func(v any) bool { return r.equal(v, b.need(r, 0), 0) })
			if i < 0 {
				r.fail("the value is not in the list")
			}
			l.Items = slices.Delete(l.Items, i, i+1)
			return nil
		}),
		"reverse": own(nil, func(r *run, l *List, _ *bound) any {
			r.step(len(l.Items))
			slices.Reverse(l.Items)
			return nil
		}),
		"sort": own(nil, func(r *run, l *List, _ *bound) any {
			l.Items = r.sorted(clone(l.Items), func(v any) any { return v }, false)
			return nil
		}),
		"clear": own(nil, func(_ *run, l *List, _ *bound) any {
			l.Items = nil
			return nil
		}),
		"copy": {call: func(r *run, b *bound) any {
			items := b.of.(*List).Items
			r.elements(len(items))
			return &List{Items: clone(items)}
		}},
		"index": {params: []string{"x"}, call: func(r *run, b *bound) any {
			i := slices.IndexFunc(b.of.(*List).Items, func(v any) bool { return r.equal(v, b.need(r, 0), 0) })
			if i < 0 {
				r.fail("the value is not in the list")
			}
			return int64(i)
		}},
		"count": {params: []string{"x"}, call: func(r *run, b *bound) any {
			n := int64(0)
			for _, v := range b.of.(*List).Items {
				if r.equal(v, b.need(r, 0), 0) {
					n++
				}
			}
			return n
		}},
	}
}

// ownDict is own for a dict.
func ownDict(params []string, rest bool, f func(r *run, d *Dict, b *bound) any) builtin {
	return builtin{params: params, rest: rest, call: func(r *run, b *bound) any {
		d := b.of.(*Dict)
		if d.frozen {
			r.fail("the dict cannot be changed; it is not the template's own")
		}
		r.elements(4)
		return f(r, d, b)
	}}
}

func dictMethods() map[string]builtin {
	return map[string]builtin{
		"items": {call: func(r *run, b *bound) any { return r.pairs(b.of.(*Dict)) }},
		"keys": {call: func(r *run, b *bound) any {
			r.elements(len(b.of.(*Dict).keys))
			return &List{Items: clone(b.of.(*Dict).keys)}
		}},
		"values": {call: func(r *run, b *bound) any {
			d := b.of.(*Dict)
			r.elements(len(d.keys))
			l := &List{}
			for _, k := range d.keys {
				l.Items = append(l.Items, d.values[k])
			}
			return l
		}},
		"get": {params: []string{"key", "default"}, call: func(r *run, b *bound) any {
			if v, ok := b.of.(*Dict).values[r.key(b.need(r, 0))]; ok {
				return v
			}
			if b.has(1) {
				return b.args[1]
			}
			return nil
		}},
		"copy": {call: func(r *run, b *bound) any {
			d := NewDict()
			r.update(d, b.of)
			return d
		}},
		"update": ownDict(nil, true, func(r *run, d *Dict, b *bound) any {
			for _, v := range b.rest {
				r.update(d, v)
			}
			for _, k := range b.names {
				d.put(k.name, k.value)
			}
			return nil
		}),
		"setdefault": ownDict([]string{"key", "default"}, false, func(r *run, d *Dict, b *bound) any {
			k := r.key(b.need(r, 0))
			if _, ok := d.values[k]; !ok {
				var v any
				if b.has(1) {
					v = b.args[1]
				}
				d.put(k, v)
			}
			return d.values[k]
		}),
		"pop": ownDict([]string{"key", "default"}, false, func(r *run, d *Dict, b *bound) any {
			k := r.key(b.need(r, 0))
			v, ok := d.values[k]
			if !ok && !b.has(1) {
				r.fail("there is no such key in the dict")
			}
			if !ok {
				return b.args[1]
			}
			r.step(len(d.keys))
			d.remove(k)
			return v
		}),
	}
}

// pairs are a dict's keys with their values.
func (r *run) pairs(d *Dict) *List {
	r.elements(3 * len(d.keys))
	l := &List{Items: make([]any, len(d.keys))}
	for i, k := range d.keys {
		l.Items[i] = &List{Items: []any{k, d.values[k]}, Tuple: true}
	}
	return l
}
