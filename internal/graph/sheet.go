package graph

// vertex is a node, or a bend of a long edge.
type vertex struct {
	node      int // index into the picture's nodes, -1 for a bend
	rank, pos int // column, and place in it from the top
	x, y      int // left edge, and centre
	up, down  []int
	fan, hint int // of wrapped leaves and the bends to them, see wrap
}

// zone is where a node stands about a boundary.
type zone uint8

const (
	inside  zone = iota // of the boundary, or everywhere if there is none
	callers             // outside, uses something inside
	relied              // outside, used from inside
)

// sheet is the layout of one connected part of a picture, or of the whole
// picture if it has a boundary.
type sheet struct {
	v       []vertex // nodes, then bends
	nodes   int      // how many of v are nodes
	wires   []wire   // ends are vertices
	loops   []int    // vertices
	ranks   [][]int  // from left to right, each from top to bottom
	zones   []zone   // of nodes; nil without a boundary
	loose   []int    // nodes inside that no edge reaches, set out in a grid
	columns []int    // left edges of the ranks
	detours []detour // of wires that lead back
	frame   *frame   // of the boundary
	w, h    int
}

// newSheet lays out the nodes given, with the wires among them.
func newSheet(p *picture, nodes []int, b *Boundary) *sheet {
	s := &sheet{nodes: len(nodes)}
	at := make(map[int]int, len(nodes))
	for i, n := range nodes {
		at[n] = i
		s.v = append(s.v, vertex{node: n})
	}
	for _, w := range p.wires {
		from, ok := at[w.from]
		to, ok2 := at[w.to]
		if ok && ok2 {
			w.from, w.to = from, to
			s.wires = append(s.wires, w)
		}
	}
	for _, n := range p.loops {
		if i, ok := at[n]; ok {
			s.loops = append(s.loops, i)
		}
	}
	if b != nil {
		s.enclose(p, b)
	}
	s.breakCircles()
	s.rank()
	s.wrap()
	s.bend()
	s.order()
	s.place()
	s.across()
	s.toOrigin()
	return s
}

// enclose finds the zones, and the nodes inside that nothing joins.
func (s *sheet) enclose(p *picture, b *Boundary) {
	s.zones = make([]zone, s.nodes)
	joined := make([]bool, s.nodes)
	for i := range s.zones {
		if p.nodes[s.v[i].node].Group != b.ID {
			s.zones[i] = relied
		}
	}
	for _, w := range s.wires {
		joined[w.from], joined[w.to] = true, true
		if s.zones[w.from] != inside {
			s.zones[w.from] = callers
		}
	}
	for i, z := range s.zones {
		if z == inside && !joined[i] {
			s.loose = append(s.loose, i)
		}
	}
}

// bend gives every edge that passes ranks a vertex in each of them, and fills
// the ranks.
func (s *sheet) bend() {
	for i := range s.wires {
		w := &s.wires[i]
		if w.back {
			continue
		}
		prev := w.from
		for r := s.v[w.from].rank + 1; r < s.v[w.to].rank; r++ {
			b := len(s.v)
			s.v = append(s.v, vertex{node: -1, rank: r})
			if w.tight {
				leaf := s.leafOf(w)
				s.v[b].fan, s.v[b].hint = leaf.fan, leaf.hint
			}
			w.bends = append(w.bends, b)
			s.join(prev, b)
			prev = b
		}
		s.join(prev, w.to)
	}
	last := 0
	for i := range s.v {
		last = max(last, s.v[i].rank)
	}
	apart := make([]bool, len(s.v))
	for _, i := range s.loose {
		apart[i] = true
	}
	s.ranks = make([][]int, last+1)
	for i := range s.v {
		if !apart[i] {
			r := s.v[i].rank
			s.ranks[r] = append(s.ranks[r], i)
		}
	}
	s.interleave()
}

// leafOf is the end of a wire that was wrapped.
func (s *sheet) leafOf(w *wire) *vertex {
	if v := &s.v[w.to]; v.fan > 0 && len(v.down) == 0 {
		return v
	}
	return &s.v[w.from]
}

func (s *sheet) join(a, b int) {
	s.v[a].down = append(s.v[a].down, b)
	s.v[b].up = append(s.v[b].up, a)
}

// half is the room a vertex takes above its centre, and below.
func (s *sheet) half(v int) int {
	if v < s.nodes {
		return nodeH / 2
	}
	return 0
}

// apart is the least distance between the centres of two vertices of a rank
// that stand on one another.
func (s *sheet) apart(a, b int) int {
	if a < s.nodes && b < s.nodes {
		return nodeH + gapY
	}
	if f := s.v[a].fan; f > 0 && f == s.v[b].fan {
		return s.half(a) + s.half(b) + tightGap
	}
	return s.half(a) + s.half(b) + gapBend
}
