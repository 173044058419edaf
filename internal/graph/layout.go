package graph

import (
	"cmp"
	"slices"
)

// Sizes in CSS pixels.
const (
	nodeW, nodeH = 188, 44
	gapX, gapY   = 72, 16
	margin       = 20
	bendH        = 12 // room that a passing edge takes in a rank
)

// vertex is a node, or a bend of a long edge.
type vertex struct {
	node     int // index into the diagram's nodes, -1 for a bend
	rank     int
	order    int // in its rank
	y        int // centre
	up, down []int
}

func (v *vertex) height() int {
	if v.node < 0 {
		return bendH
	}
	return nodeH
}

// link is an edge of the diagram with its way through the ranks.
type link struct {
	from, to int // vertices, left to right
	style    Style
	turned   bool  // drawn against its direction
	bends    []int // vertices between from and to
}

// layout is a diagram with places.
type layout struct {
	d     Diagram
	v     []vertex
	links []link
	loops []int // nodes with an edge to themselves
	ranks [][]int
}

// arrange lays a diagram out. The result does not depend on the order of its
// nodes and edges.
func arrange(d Diagram) *layout {
	l := &layout{d: d}
	l.d.Nodes = slices.Clone(d.Nodes)
	slices.SortFunc(l.d.Nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	l.d.Nodes = slices.CompactFunc(l.d.Nodes, func(a, b Node) bool { return a.ID == b.ID })
	index := make(map[string]int, len(l.d.Nodes))
	for i, n := range l.d.Nodes {
		index[n.ID] = i
		l.v = append(l.v, vertex{node: i})
	}
	l.connect(index)
	l.turn()
	l.rank()
	l.bend()
	l.order()
	l.place()
	return l
}

// connect takes one edge per pair and direction; the strongest style wins.
func (l *layout) connect(index map[string]int) {
	es := slices.Clone(l.d.Edges)
	slices.SortFunc(es, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Style, b.Style))
	})
	es = slices.CompactFunc(es, func(a, b Edge) bool { return a.From == b.From && a.To == b.To })
	for _, e := range es {
		from, ok1 := index[e.From]
		to, ok2 := index[e.To]
		switch {
		case !ok1 || !ok2:
		case from == to:
			l.loops = append(l.loops, from)
		default:
			l.links = append(l.links, link{from: from, to: to, style: e.Style})
		}
	}
}

// turn breaks circles: edges that lead back on a depth-first walk are turned
// round. The walk begins at nodes that nothing uses.
func (l *layout) turn() {
	out := make([][]int, len(l.v))
	incoming := make([]int, len(l.v))
	for i, k := range l.links {
		out[k.from] = append(out[k.from], i)
		incoming[k.to]++
	}
	starts := make([]int, len(l.v))
	for i := range starts {
		starts[i] = i
	}
	slices.SortStableFunc(starts, func(a, b int) int { return cmp.Compare(incoming[a], incoming[b]) })
	state := make([]uint8, len(l.v)) // 0 new, 1 on the way, 2 done
	type step struct{ v, next int }
	for _, s := range starts {
		if state[s] != 0 {
			continue
		}
		way := []step{{s, 0}}
		state[s] = 1
		for len(way) > 0 {
			top := &way[len(way)-1]
			if top.next == len(out[top.v]) {
				state[top.v] = 2
				way = way[:len(way)-1]
				continue
			}
			k := &l.links[out[top.v][top.next]]
			top.next++
			switch state[k.to] {
			case 0:
				state[k.to] = 1
				way = append(way, step{k.to, 0})
			case 1:
				k.turned = true
			}
		}
	}
	for i := range l.links {
		if k := &l.links[i]; k.turned {
			k.from, k.to = k.to, k.from
		}
	}
}

// outside tells whether a vertex stands outside the boundary, if there is one.
func (l *layout) outside(v int) bool {
	return l.d.Boundary != nil && l.d.Nodes[l.v[v].node].Group != l.d.Boundary.ID
}

// rank puts every vertex as far left as its edges allow, then pulls it right
// until an edge is short. With a boundary, what is outside stands left of all
// that is inside if it uses it, else right.
func (l *layout) rank() {
	l.longestPath(func(link) bool { return true })
	if l.d.Boundary == nil {
		l.tighten()
		return
	}
	inside := func(k link) bool { return !l.outside(k.from) && !l.outside(k.to) }
	for i := range l.v {
		l.v[i].rank = 0
	}
	l.longestPath(inside)
	last := 0
	for i := range l.v {
		last = max(last, l.v[i].rank)
	}
	uses := make([]bool, len(l.v))
	for _, k := range l.links {
		from, to := k.from, k.to
		if k.turned {
			from, to = to, from
		}
		if l.outside(from) && !l.outside(to) {
			uses[from] = true
		}
	}
	for i := range l.v {
		switch {
		case !l.outside(i):
			l.v[i].rank++
		case uses[i]:
			l.v[i].rank = 0
		default:
			l.v[i].rank = last + 2
		}
	}
	l.straighten()
}

// straighten turns the links round that lead left after a boundary decided the
// ranks; links within one rank are dropped from the layout of ranks and drawn
// as arcs.
func (l *layout) straighten() {
	for i := range l.links {
		if k := &l.links[i]; l.v[k.from].rank > l.v[k.to].rank {
			k.from, k.to, k.turned = k.to, k.from, !k.turned
		}
	}
}

func (l *layout) longestPath(use func(link) bool) {
	indeg := make([]int, len(l.v))
	out := make([][]int, len(l.v))
	for _, k := range l.links {
		if use(k) {
			indeg[k.to]++
			out[k.from] = append(out[k.from], k.to)
		}
	}
	var queue []int
	for i := range l.v {
		if indeg[i] == 0 {
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, to := range out[v] {
			l.v[to].rank = max(l.v[to].rank, l.v[v].rank+1)
			if indeg[to]--; indeg[to] == 0 {
				queue = append(queue, to)
			}
		}
	}
}

// tighten pulls what nothing uses towards what it uses.
func (l *layout) tighten() {
	incoming, nearest := make([]int, len(l.v)), make([]int, len(l.v))
	for _, k := range l.links {
		incoming[k.to]++
		if r := l.v[k.to].rank; nearest[k.from] == 0 || r < nearest[k.from] {
			nearest[k.from] = r
		}
	}
	for i := range l.v {
		if incoming[i] == 0 && nearest[i] > 0 {
			l.v[i].rank = nearest[i] - 1
		}
	}
}

// bend gives every edge that crosses ranks a vertex in each of them.
func (l *layout) bend() {
	for i := range l.links {
		k := &l.links[i]
		prev := k.from
		for r := l.v[k.from].rank + 1; r < l.v[k.to].rank; r++ {
			b := len(l.v)
			l.v = append(l.v, vertex{node: -1, rank: r})
			k.bends = append(k.bends, b)
			l.join(prev, b)
			prev = b
		}
		if l.v[k.from].rank < l.v[k.to].rank {
			l.join(prev, k.to)
		}
	}
	for i := range l.v {
		for len(l.ranks) <= l.v[i].rank {
			l.ranks = append(l.ranks, nil)
		}
		l.ranks[l.v[i].rank] = append(l.ranks[l.v[i].rank], i)
	}
	l.ranks = slices.DeleteFunc(l.ranks, func(r []int) bool { return len(r) == 0 })
	for r, vs := range l.ranks {
		for _, v := range vs {
			l.v[v].rank = r
		}
	}
}

func (l *layout) join(a, b int) {
	l.v[a].down = append(l.v[a].down, b)
	l.v[b].up = append(l.v[b].up, a)
}
