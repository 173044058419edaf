package graph

import (
	"cmp"
	"slices"
)

// order finds an order on each level with few crossings, in which groups stand
// together and keep their order on all levels.
func (l *flowing) order() error {
	o := &flowOrder{l: l, layers: newLayers(len(l.v)), seq: make([]int, len(l.f.Groups))}
	o.sort, o.swept, o.mayPass = o.nestLevel, o.tidy, o.sameGroup
	for i := range l.v {
		o.up[i], o.down[i] = l.v[i].up, l.v[i].down
	}
	o.first()
	o.tidy()
	o.swapGroups(o.search())
	l.ranks = o.ranks
	for i, pos := range o.pos {
		l.v[i].pos = pos
	}
	return nil
}

// flowOrder is the search for the order of a Flow.
type flowOrder struct {
	*layers
	l   *flowing
	seq []int // place of each group among all
}

// first puts everything in the order in which a walk along the edges meets it.
func (o *flowOrder) first() {
	o.ranks = make([][]int, len(o.l.levels))
	order := make([]int, len(o.l.v))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(o.l.v[a].level, o.l.v[b].level) })
	seen := make([]bool, len(o.l.v))
	for _, v := range order {
		stack := []int{v}
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[v] {
				continue
			}
			seen[v] = true
			level := o.l.v[v].level
			o.pos[v] = len(o.ranks[level])
			o.ranks[level] = append(o.ranks[level], v)
			for _, d := range slices.Backward(o.down[v]) {
				stack = append(stack, d)
			}
		}
	}
}

// tidy gives groups their order by where they stand on the whole, and brings
// every level into it.
func (o *flowOrder) tidy() {
	sum, count := make([]int, len(o.seq)), make([]int, len(o.seq))
	for i := range o.l.v {
		v := &o.l.v[i]
		for g := v.group; g >= 0; g = o.l.f.Groups[g].Parent {
			sum[g] += (2*o.pos[i] + 1) * 1024 / len(o.ranks[v.level])
			count[g]++
		}
	}
	groups := make([]int, len(o.seq))
	for g := range groups {
		groups[g] = g
		sum[g] /= max(1, count[g])
	}
	slices.SortStableFunc(groups, func(a, b int) int { return cmp.Compare(sum[a], sum[b]) })
	for i, g := range groups {
		o.seq[g] = i
	}
	o.nestAll()
}

// nestAll sorts every level again by its present order and that of the groups.
func (o *flowOrder) nestAll() {
	for r, vs := range o.ranks {
		for i, v := range vs {
			o.keys[v] = i
		}
		o.nestLevel(r)
	}
}

func (o *flowOrder) nestLevel(r int) {
	o.ranks[r] = o.nest(slices.Clone(o.ranks[r]), -1, o.ranks[r][:0])
	for i, v := range o.ranks[r] {
		o.pos[v] = i
	}
}

// flowItem is a vertex, or all of a group that stands on a level.
type flowItem struct {
	group, key int
	vs         []int
}

// nest sorts by keys what stands on a level in a group, and each group in it.
// Borders stand outermost, a title in its corner. Vertices without a key stay
// where they are and the others are sorted around them.
func (o *flowOrder) nest(vs []int, parent int, out []int) []int {
	var items []flowItem
	left, title, right := -1, -1, -1
	at := map[int]int{}
	for _, v := range vs {
		g := o.childOf(o.l.v[v].group, parent)
		switch {
		case g < 0 && o.l.v[v].kind == flowLeft:
			left = v
		case g < 0 && o.l.v[v].kind == flowRight:
			right = v
		case g < 0 && o.l.titled(o.l.v[v].kind):
			title = v
		case g < 0:
			items = append(items, flowItem{-1, o.keys[v], []int{v}})
		default:
			i, ok := at[g]
			if !ok {
				i, at[g] = len(items), len(items)
				items = append(items, flowItem{group: g})
			}
			items[i].vs = append(items[i].vs, v)
		}
	}
	o.sortItems(items)
	for _, v := range [...]int{left, title} {
		if v >= 0 {
			out = append(out, v)
		}
	}
	for _, it := range items {
		if it.group < 0 {
			out = append(out, it.vs...)
		} else {
			out = o.nest(it.vs, it.group, out)
		}
	}
	if right >= 0 {
		out = append(out, right)
	}
	return out
}

// childOf is the group directly in parent that a group is, or is in; -1 if it is
// parent itself.
func (o *flowOrder) childOf(g, parent int) int {
	if g == parent {
		return -1
	}
	for o.l.f.Groups[g].Parent != parent {
		g = o.l.f.Groups[g].Parent
	}
	return g
}

func (o *flowOrder) sortItems(items []flowItem) {
	for i := range items {
		if it := &items[i]; it.group >= 0 {
			it.key = o.meanKey(it.vs)
		}
	}
	var keyed, groups []flowItem
	for _, it := range items {
		if it.key >= 0 {
			keyed = append(keyed, it)
		}
	}
	slices.SortStableFunc(keyed, func(a, b flowItem) int { return cmp.Compare(a.key, b.key) })
	next := 0
	for i := range items {
		if items[i].key >= 0 {
			items[i] = keyed[next]
			next++
		}
		if items[i].group >= 0 {
			groups = append(groups, items[i])
		}
	}
	slices.SortFunc(groups, func(a, b flowItem) int { return cmp.Compare(o.seq[a.group], o.seq[b.group]) })
	next = 0
	for i := range items {
		if items[i].group >= 0 {
			items[i] = groups[next]
			next++
		}
	}
}

func (o *flowOrder) meanKey(vs []int) int {
	sum, n := 0, 0
	for _, v := range vs {
		if k := o.keys[v]; k >= 0 {
			sum, n = sum+k, n+1
		}
	}
	if n == 0 {
		return -1
	}
	return sum / n
}
