package graph

// breakCircles marks edges that lead back, few of them, so that the others make
// no circle.
func (s *sheet) breakCircles() {
	if s.zones != nil { // an edge from inside to a caller always leads back
		for i := range s.wires {
			s.wires[i].back = s.zones[s.wires[i].to] == callers
		}
	}
	for _, c := range s.circles() {
		if len(c) > 1 {
			s.turn(c)
		}
	}
}

// circles are the strongly connected parts (Tarjan's algorithm).
func (s *sheet) circles() (parts [][]int) {
	out := s.outgoing()
	index, low := make([]int, s.nodes), make([]int, s.nodes)
	on := make([]bool, s.nodes)
	var stack []int
	next := 0
	var visit func(v int)
	visit = func(v int) {
		next++
		index[v], low[v] = next, next
		stack, on[v] = append(stack, v), true
		for _, to := range out[v] {
			if index[to] == 0 {
				visit(to)
				low[v] = min(low[v], low[to])
			} else if on[to] {
				low[v] = min(low[v], index[to])
			}
		}
		if low[v] < index[v] {
			return
		}
		i := len(stack) - 1
		for stack[i] != v {
			i--
		}
		part := append([]int(nil), stack[i:]...)
		for _, m := range part {
			on[m] = false
		}
		stack, parts = stack[:i], append(parts, part)
	}
	for v := range s.nodes {
		if index[v] == 0 {
			visit(v)
		}
	}
	return parts
}

func (s *sheet) outgoing() [][]int {
	out := make([][]int, s.nodes)
	for _, w := range s.wires {
		if !w.back {
			out[w.from] = append(out[w.from], w.to)
		}
	}
	return out
}

// turn puts the nodes of a circle into a row and turns the edges round that
// lead back in it. The row comes from the heuristic of Eades, Lin and Smyth ("A
// fast and effective heuristic for the feedback arc set problem", 1993), made
// better by moving single nodes.
func (s *sheet) turn(part []int) {
	c := newCircle(s, part)
	c.greedy()
	for range 4 {
		if !c.sift() {
			break
		}
	}
	place := make(map[int]int, len(part))
	for i, m := range c.row {
		place[c.members[m]] = i
	}
	for i := range s.wires {
		w := &s.wires[i]
		from, ok := place[w.from]
		to, ok2 := place[w.to]
		if ok && ok2 && from > to {
			w.back = true
		}
	}
}

// circle is a strongly connected part while its row is sought.
type circle struct {
	members []int // vertices, in order
	out, in [][]int
	row     []int // members by index
}

func newCircle(s *sheet, part []int) *circle {
	c := &circle{}
	local := make([]int, s.nodes)
	for i := range local {
		local[i] = -1
	}
	for _, v := range part {
		local[v] = 0
	}
	for v := range s.nodes { // in the order of nodes, whatever the search met first
		if local[v] == 0 {
			local[v] = len(c.members)
			c.members = append(c.members, v)
		}
	}
	c.out, c.in = make([][]int, len(part)), make([][]int, len(part))
	for _, w := range s.wires {
		if a, b := local[w.from], local[w.to]; a >= 0 && b >= 0 && !w.back {
			c.out[a] = append(c.out[a], b)
			c.in[b] = append(c.in[b], a)
		}
	}
	return c
}

// greedy takes nodes without outgoing edges to the right end, those without
// incoming ones to the left end, and else the one with the most edges going out
// over coming in to the left end.
func (c *circle) greedy() {
	n := len(c.members)
	out, in, gone := make([]int, n), make([]int, n), make([]bool, n)
	for i := range n {
		out[i], in[i] = len(c.out[i]), len(c.in[i])
	}
	c.row = make([]int, n)
	for l, r := 0, n-1; l <= r; {
		best := -1
		for i := range n {
			switch {
			case gone[i]:
			case best < 0:
				best = i
			case out[best] == 0: // a sink goes before all others
			case out[i] == 0 || in[best] > 0 && (in[i] == 0 || out[i]-in[i] > out[best]-in[best]):
				best = i
			}
		}
		if out[best] == 0 {
			c.row[r] = best
			r--
		} else {
			c.row[l] = best
			l++
		}
		gone[best] = true
		for _, o := range c.out[best] {
			in[o]--
		}
		for _, o := range c.in[best] {
			out[o]--
		}
	}
}

// sift moves every node to the place in the row where the fewest edges lead
// back, and tells whether any moved.
func (c *circle) sift() (moved bool) {
	n := len(c.members)
	weight := make([]int, n)
	for v := range n {
		for _, o := range c.out[v] {
			weight[o]++
		}
		for _, o := range c.in[v] {
			weight[o]--
		}
		from := indexOf(c.row, v)
		to, best := from, 0
		for i, cost := from-1, 0; i >= 0; i-- { // past row[i] to the left: edges to it come right
			if cost -= weight[c.row[i]]; cost < best {
				to, best = i, cost
			}
		}
		for i, cost := from+1, 0; i < n; i++ {
			if cost += weight[c.row[i]]; cost < best {
				to, best = i, cost
			}
		}
		if to != from {
			shift(c.row, from, to)
			moved = true
		}
		for _, o := range c.out[v] {
			weight[o] = 0
		}
		for _, o := range c.in[v] {
			weight[o] = 0
		}
	}
	return moved
}

func indexOf(row []int, v int) int {
	for i, x := range row {
		if x == v {
			return i
		}
	}
	return -1
}

// shift moves the element at from to the index to.
func shift(row []int, from, to int) {
	v := row[from]
	if from < to {
		copy(row[from:to], row[from+1:to+1])
	} else {
		copy(row[to+1:from+1], row[to:from])
	}
	row[to] = v
}
