package jinja

import (
	"iter"
	"slices"
	"strings"
)

func splitDots(s string) iter.Seq[string] { return strings.SplitSeq(s, ".") }

func listFilters() map[string]builtin {
	return map[string]builtin{
		"default":  {params: []string{"value", "boolean"}, call: orDefault},
		"d":        {params: []string{"value", "boolean"}, call: orDefault},
		"length":   {call: length},
		"count":    {call: length},
		"first":    {call: func(r *run, b *bound) any { return end(r.items(b.of), 0) }},
		"last":     {call: func(r *run, b *bound) any { items := r.items(b.of); return end(items, len(items)-1) }},
		"join":     {params: []string{"d", "attribute"}, call: joinAll},
		"list":     {call: func(r *run, b *bound) any { return r.list(clone(r.items(b.of))) }},
		"reverse":  {call: reverse},
		"sort":     {params: []string{"reverse", "case_sensitive", "attribute"}, call: sortAll},
		"unique":   {params: []string{"case_sensitive", "attribute"}, call: unique},
		"dictsort": {params: []string{"case_sensitive", "by", "reverse"}, call: dictSort},
		"items": {call: func(r *run, b *bound) any {
			switch d := b.of.(type) {
			case *Dict:
				return r.pairs(d)
			case *undefined:
				return &List{}
			}
			r.fail("only a dict has pairs, not %s", r.name(b.of))
			return nil
		}},
		"groupby": {params: []string{"attribute", "default", "case_sensitive"}, call: groupBy},
		"batch":   {params: []string{"linecount", "fill_with"}, call: batch},
		"slice":   {params: []string{"slices", "fill_with"}, call: columns},
		"attr":    {params: []string{"name"}, call: func(r *run, b *bound) any { return r.attribute(b.of, b.str(r, 0, "")) }},
	}
}

// list is a list that was made.
func (r *run) list(items []any) *List {
	r.elements(len(items))
	return &List{Items: items}
}

func orDefault(r *run, b *bound) any {
	_, missing := b.of.(*undefined)
	if missing || b.bool(1, false) && !truth(b.of) {
		if b.has(0) {
			return b.args[0]
		}
		return ""
	}
	return b.of
}

func length(r *run, b *bound) any {
	switch v := b.of.(type) {
	case *List:
		return int64(len(v.Items))
	case *Dict:
		return int64(len(v.keys))
	case *undefined:
		return int64(0)
	case string, safe:
		r.step(len(text(v)) / 64)
		return int64(runeLen(text(v)))
	}
	r.fail("%s has no length", r.name(b.of))
	return nil
}

func end(items []any, i int) any {
	if i < 0 || i >= len(items) {
		return &undefined{name: "element", of: "list that is empty"}
	}
	return items[i]
}

func joinAll(r *run, b *bound) any {
	sep, get := b.str(r, 0, ""), r.getter(nil)
	if b.has(1) {
		get = r.getter(b.args[1])
	}
	items := r.items(b.of)
	parts := make([]string, len(items))
	for i, v := range items {
		parts[i] = r.text(get(v))
		r.made(len(parts[i]) + len(sep))
	}
	return strings.Join(parts, sep)
}

func reverse(r *run, b *bound) any {
	if s, ok := str(b.of); ok {
		rs := []rune(s)
		slices.Reverse(rs)
		return r.string(string(rs))
	}
	return r.list(reversed(r.items(b.of)))
}

// sorted orders a list in place.
func (r *run) sorted(items []any, by func(any) any, reverse bool) []any {
	r.elements(len(items))
	slices.SortStableFunc(items, func(a, b any) int {
		if reverse {
			a, b = b, a
		}
		return r.order(by(a), by(b), 0)
	})
	return items
}

// keyOf is by what elements are ordered or compared: one attribute or several,
// without regard to case unless it is asked for.
func (r *run) keyOf(attr any, exact bool) func(any) any {
	fold := lowered
	if exact {
		fold = func(v any) any { return v }
	}
	names, ok := str(attr)
	if !ok || !strings.Contains(names, ",") {
		get := r.getter(attr)
		return func(v any) any { return fold(get(v)) }
	}
	var gets []func(any) any
	for n := range strings.SplitSeq(names, ",") {
		gets = append(gets, r.getter(n))
	}
	return func(v any) any {
		l := &List{}
		for _, get := range gets {
			l.Items = append(l.Items, fold(get(v)))
		}
		return l
	}
}

func (b *bound) or(i int, def any) any {
	if b.has(i) {
		return b.args[i]
	}
	return def
}

func sortAll(r *run, b *bound) any {
	return &List{Items: r.sorted(clone(r.items(b.of)), r.keyOf(b.or(2, nil), b.bool(1, false)), b.bool(0, false))}
}

func unique(r *run, b *bound) any {
	by := r.keyOf(b.or(1, nil), b.bool(0, false))
	seen := map[any]bool{}
	var out, odd []any // odd are keys that can be no key of a map
	for _, v := range r.items(b.of) {
		k := by(v)
		plain, ok := key(k)
		if ok && seen[plain] || !ok && slices.ContainsFunc(odd, func(o any) bool { return r.equal(o, k, 0) }) {
			continue
		}
		if ok {
			seen[plain] = true
		} else {
			odd = append(odd, k)
		}
		out = append(out, v)
	}
	return r.list(out)
}

func dictSort(r *run, b *bound) any {
	d, ok := b.of.(*Dict)
	if !ok {
		r.fail("only a dict can be ordered so, not %s", r.name(b.of))
	}
	n := int64(0)
	if b.str(r, 1, "key") == "value" {
		n = 1
	}
	return &List{Items: r.sorted(r.pairs(d).Items, r.keyOf(n, b.bool(0, false)), b.bool(2, false))}
}

// groupBy makes groups of the elements with the same value of an attribute, in
// the order of these values.
func groupBy(r *run, b *bound) any {
	exact := b.bool(2, false)
	raw := r.getter(b.need(r, 0))
	get := func(v any) any {
		x := raw(v)
		if _, missing := x.(*undefined); missing && b.has(1) {
			return b.args[1]
		}
		return x
	}
	by := func(v any) any {
		if exact {
			return get(v)
		}
		return lowered(get(v))
	}
	out := &List{}
	var last *List
	var lastKey any
	for _, v := range r.sorted(clone(r.items(b.of)), by, false) {
		if last == nil || !r.equal(by(v), lastKey, 0) {
			last, lastKey = &List{}, by(v)
			out.Items = append(out.Items, &List{Items: []any{get(v), last}, Tuple: true, names: []string{"grouper", "list"}})
		}
		last.Items = append(last.Items, v)
	}
	return out
}

func batch(r *run, b *bound) any {
	n := b.int(r, 0, 0)
	if n <= 0 {
		r.fail("the number of elements is not more than 0")
	}
	items, out := r.items(b.of), &List{}
	r.elements(len(items))
	for len(items) > 0 {
		row := clone(items[:min(n, len(items))])
		items = items[len(row):]
		if b.has(1) && b.args[1] != nil {
			r.elements(n - len(row))
			for len(row) < n {
				row = append(row, b.args[1])
			}
		}
		out.Items = append(out.Items, &List{Items: row})
	}
	return out
}

// columns cuts a list into n lists whose lengths differ by one at most.
func columns(r *run, b *bound) any {
	n := b.int(r, 0, 0)
	if n <= 0 {
		r.fail("the number of lists is not more than 0")
	}
	r.elements(n)
	items, out := r.items(b.of), &List{}
	each, more := len(items)/n, len(items)%n
	at := 0
	for i := range n {
		size := each
		if i < more {
			size++
		}
		col := clone(items[at : at+size])
		at += size
		if i >= more && b.has(1) && b.args[1] != nil {
			col = append(col, b.args[1])
		}
		out.Items = append(out.Items, &List{Items: col})
	}
	return out
}
