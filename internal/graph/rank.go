package graph

// rank gives every node its column, so that all edges together are as short as
// they can be: the network simplex method of Gansner, Koutsofios, North and Vo,
// "A technique for drawing directed graphs" (1993), section 2. With a boundary,
// all callers are one vertex in front of everything inside, and all that is
// relied on is one behind.
func (s *sheet) rank() {
	n, of := s.nodes, make([]int, s.nodes)
	for i := range of {
		of[i] = i
		if s.zones != nil && s.zones[i] != inside {
			of[i] = s.nodes + int(s.zones[i]-callers)
		}
	}
	if s.zones != nil {
		n += 2
	}
	r := &ranking{n: n, rank: make([]int, n)}
	for i := range s.wires {
		r.edges = append(r.edges, span{of[s.wires[i].tail()], of[s.wires[i].head()], 1, 1})
	}
	for i := range s.zones {
		if s.zones[i] == inside {
			r.edges = append(r.edges, span{s.nodes, i, 0, 1}, span{i, s.nodes + 1, 0, 1})
		} else { // not a vertex of its own: hung up where it stands in the way of none
			r.edges = append(r.edges, span{s.nodes, i, 0, 1})
		}
	}
	if s.zones != nil {
		r.edges = append(r.edges, span{s.nodes, s.nodes + 1, 0, 1})
	}
	r.solve()
	for i := range of {
		s.v[i].rank = r.rank[of[i]]
	}
	s.pack()
}

// pack takes empty columns out and begins with column zero. What is set out in a
// grid stands in no column of its own.
func (s *sheet) pack() {
	if len(s.loose) > 0 {
		home := 1
		for _, w := range s.wires {
			for _, v := range [...]int{w.from, w.to} {
				if s.zones[v] == inside {
					home = s.v[v].rank
				}
			}
		}
		for _, l := range s.loose {
			s.v[l].rank = home
		}
	}
	last := 0
	for i := range s.nodes {
		last = max(last, s.v[i].rank)
	}
	used := make([]int, last+1)
	for i := range s.nodes {
		used[s.v[i].rank] = 1
	}
	next := 0
	for r := range used {
		used[r], next = next, next+used[r]
	}
	for i := range s.nodes {
		s.v[i].rank = used[s.v[i].rank]
	}
}

// span is an edge of a ranking: b stands at least so many columns right of a, and
// every column costs its weight.
type span struct{ a, b, weight, least int }

type ranking struct {
	n     int
	edges []span
	rank  []int

	// The spanning tree of tight edges.
	inTree   []bool // by edge
	near     [][]int
	parent   []int // edge towards the root, -1 at the root
	first    []int // preorder number
	last     []int // greatest preorder number below
	preorder []int
}

func (r *ranking) slack(e span) int { return r.rank[e.b] - r.rank[e.a] - e.least }

// solve finds ranks of least total length. The graph must be connected and
// without circles. Pivots are bounded; the ranks are valid after each.
func (r *ranking) solve() {
	if r.n == 0 || len(r.edges) == 0 {
		return
	}
	r.simplex(4*r.n + 16)
	r.balance()
}

// simplex is solve without the last step, in so many pivots at most.
func (r *ranking) simplex(pivots int) {
	r.longest()
	r.near = make([][]int, r.n)
	for i, e := range r.edges {
		r.near[e.a] = append(r.near[e.a], i)
		r.near[e.b] = append(r.near[e.b], i)
	}
	r.tight()
	for range pivots {
		leave := r.worst()
		if leave < 0 || !r.pivot(leave) {
			break
		}
	}
	low := r.rank[0]
	for _, k := range r.rank {
		low = min(low, k)
	}
	for i := range r.rank {
		r.rank[i] -= low
	}
}

// longest puts every vertex as far left as its edges allow.
func (r *ranking) longest() {
	incoming, out := make([]int, r.n), make([][]int, r.n)
	for i, e := range r.edges {
		incoming[e.b]++
		out[e.a] = append(out[e.a], i)
	}
	queue := make([]int, 0, r.n)
	for v := range r.n {
		if incoming[v] == 0 {
			queue = append(queue, v)
		}
	}
	for i := 0; i < len(queue); i++ {
		v := queue[i]
		for _, k := range out[v] {
			e := r.edges[k]
			r.rank[e.b] = max(r.rank[e.b], r.rank[v]+e.least)
			if incoming[e.b]--; incoming[e.b] == 0 {
				queue = append(queue, e.b)
			}
		}
	}
}

// tight moves vertices until a tree of edges of length one spans all.
func (r *ranking) tight() {
	r.inTree = make([]bool, len(r.edges))
	in := make([]bool, r.n)
	members := make([]int, 0, r.n)
	grow := func(v int) {
		in[v] = true
		members = append(members, v)
		for i := len(members) - 1; i < len(members); i++ {
			u := members[i]
			for _, k := range r.near[u] {
				e := r.edges[k]
				other := e.a + e.b - u
				if !in[other] && r.slack(e) == 0 {
					in[other], r.inTree[k] = true, true
					members = append(members, other)
				}
			}
		}
	}
	grow(0)
	for len(members) < r.n {
		best, least := -1, 0
		for k, e := range r.edges {
			if in[e.a] != in[e.b] && (best < 0 || r.slack(e) < least) {
				best, least = k, r.slack(e)
			}
		}
		if best < 0 {
			return // not connected
		}
		e := r.edges[best]
		move, next := least, e.b
		if in[e.b] {
			move, next = -least, e.a
		}
		for _, v := range members {
			r.rank[v] += move
		}
		r.inTree[best] = true
		grow(next)
	}
}

// walk numbers the tree from vertex 0.
func (r *ranking) walk() {
	if r.parent == nil {
		r.parent, r.first, r.last = make([]int, r.n), make([]int, r.n), make([]int, r.n)
	}
	r.preorder = r.preorder[:0]
	type step struct{ v, next int }
	r.parent[0], r.first[0] = -1, 0
	r.preorder = append(r.preorder, 0)
	way := []step{{0, 0}}
	for len(way) > 0 {
		top := &way[len(way)-1]
		if top.next == len(r.near[top.v]) {
			r.last[top.v] = len(r.preorder) - 1
			way = way[:len(way)-1]
			continue
		}
		k := r.near[top.v][top.next]
		top.next++
		if e := r.edges[k]; r.inTree[k] && k != r.parent[top.v] {
			child := e.a + e.b - top.v
			r.parent[child], r.first[child] = k, len(r.preorder)
			r.preorder = append(r.preorder, child)
			way = append(way, step{child, 0})
		}
	}
}

// worst is the vertex whose edge to its parent has the most negative cut value,
// -1 if there is none and the ranks are best. The cut value of a tree edge is
// the weight of all edges that cross in its direction, less that of those that
// cross against it. Summed over a subtree, weights out less weights in are just
// that, since edges within it cancel.
func (r *ranking) worst() int {
	r.walk()
	net := make([]int, r.n)
	for _, e := range r.edges {
		net[e.a] += e.weight
		net[e.b] -= e.weight
	}
	worst, least := -1, 0
	for i := len(r.preorder) - 1; i > 0; i-- {
		v := r.preorder[i]
		e := r.edges[r.parent[v]]
		net[e.a+e.b-v] += net[v]
		cut := net[v]
		if e.b == v {
			cut = -cut
		}
		if cut < least {
			worst, least = v, cut
		}
	}
	return worst
}

// pivot takes the edge above v out of the tree and puts the shortest one in
// that leads the other way between the two halves.
func (r *ranking) pivot(v int) bool {
	below := func(u int) bool { return r.first[v] <= r.first[u] && r.first[u] <= r.last[v] }
	leave := r.parent[v]
	tailBelow := r.edges[leave].a == v
	enter, least := -1, 0
	for k, e := range r.edges {
		if below(e.a) != below(e.b) && below(e.b) == tailBelow && (enter < 0 || r.slack(e) < least) {
			enter, least = k, r.slack(e)
		}
	}
	if enter < 0 {
		return false
	}
	move := least
	if tailBelow {
		move = -least
	}
	for _, u := range r.preorder[r.first[v] : r.last[v]+1] {
		r.rank[u] += move
	}
	r.inTree[leave], r.inTree[enter] = false, true
	return true
}

// balance moves vertices that may stand in several columns at the same cost to
// the emptiest one.
func (r *ranking) balance() {
	top := 0
	for _, k := range r.rank {
		top = max(top, k)
	}
	crowd := make([]int, top+1)
	for _, k := range r.rank {
		crowd[k]++
	}
	for v := range r.n {
		low, high, weight, joined := 0, top, 0, 0
		for _, k := range r.near[v] {
			if e := r.edges[k]; e.a == v {
				high, weight, joined = min(high, r.rank[e.b]-e.least), weight-e.weight, joined|e.weight
			} else {
				low, weight, joined = max(low, r.rank[e.a]+e.least), weight+e.weight, joined|e.weight
			}
		}
		if weight != 0 || joined == 0 {
			continue
		}
		crowd[r.rank[v]]--
		for k := low; k <= high; k++ {
			if crowd[k] < crowd[r.rank[v]] {
				r.rank[v] = k
			}
		}
		crowd[r.rank[v]]++
	}
}
