package graph

import "slices"

// place gives every vertex its height. Sweeps move each rank as near to the
// medians of its neighbours as its order allows; then edges are made straight
// where there is room.
func (s *sheet) place() {
	p := &placing{sheet: s}
	for _, vs := range s.ranks {
		y := 0
		for i, v := range vs {
			if i > 0 {
				y += s.apart(vs[i-1], v)
			}
			s.v[v].y = y
		}
	}
	n := len(s.ranks)
	for range 3 {
		for r := 1; r < n; r++ {
			p.pull(r, true, false)
		}
		for r := n - 2; r >= 0; r-- {
			p.pull(r, false, true)
		}
	}
	for range 2 {
		for r := range n {
			p.pull(r, true, true)
		}
		for r := n - 1; r >= 0; r-- {
			p.pull(r, true, true)
		}
	}
	p.alignFans()
	p.straighten()
	s.toTop()
}

// toTop moves everything so that the topmost node begins at zero.
func (s *sheet) toTop() {
	top, set := 0, false
	for _, vs := range s.ranks {
		if len(vs) > 0 {
			if t := s.v[vs[0]].y - s.half(vs[0]); !set || t < top {
				top, set = t, true
			}
		}
	}
	for i := range s.v {
		s.v[i].y -= top
	}
}

// placing holds what the moves use again and again.
type placing struct {
	*sheet
	ys     []int
	offset []int
	blocks []block
	still  []bool // vertices that an edge is in line with
}

// block is a run of vertices that touch and move as one; sum and weight make
// the mean of where they want to be.
type block struct{ last, sum, weight int }

func (b block) y() int { return floorDiv(b.sum, b.weight) }

// pull moves the vertices of a rank to where they want to be, or exactly as
// near as their order and distances allow, in the sense of least squares:
// vertices that would overlap become a block (pool adjacent violators).
func (p *placing) pull(r int, up, down bool) {
	vs := p.ranks[r]
	p.offset, p.blocks = p.offset[:0], p.blocks[:0]
	at := 0
	for i, v := range vs {
		if i > 0 {
			at += p.apart(vs[i-1], v)
		}
		p.offset = append(p.offset, at) // where it stands in a rank without gaps
		want, weight := p.want(v, up, down)
		b := block{i, (want - at) * weight, weight}
		for n := len(p.blocks); n > 0 && p.blocks[n-1].y() > b.y(); n-- {
			a := p.blocks[n-1]
			b.sum, b.weight = a.sum+b.sum, a.weight+b.weight
			p.blocks = p.blocks[:n-1]
		}
		p.blocks = append(p.blocks, b)
	}
	i := 0
	for _, b := range p.blocks {
		for y := b.y(); i <= b.last; i++ {
			p.v[vs[i]].y = y + p.offset[i]
		}
	}
}

// want is the median height of the neighbours on the sides asked for, the mean
// of both if there are both, and how much it counts. Bends between bends count
// most, so that long edges are straight.
func (p *placing) want(v int, up, down bool) (y, weight int) {
	sum, sides := 0, 0
	bends := v >= p.nodes
	if up && len(p.v[v].up) > 0 {
		sum, sides = sum+p.median(p.v[v].up), sides+1
		bends = bends && p.v[v].up[0] >= p.nodes
	}
	if down && len(p.v[v].down) > 0 {
		sum, sides = sum+p.median(p.v[v].down), sides+1
		bends = bends && p.v[v].down[0] >= p.nodes
	}
	switch {
	case sides == 0:
		return p.v[v].y, 1
	case bends:
		return floorDiv(sum, sides), 16
	}
	return floorDiv(sum, sides), 4
}

func (p *placing) median(near []int) int {
	p.ys = p.ys[:0]
	for _, v := range near {
		p.ys = append(p.ys, p.v[v].y)
	}
	slices.Sort(p.ys)
	n := len(p.ys)
	return floorDiv(p.ys[(n-1)/2]+p.ys[n/2], 2)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// free is how far up and down a vertex may move without its neighbours.
func (p *placing) free(v int) (low, high int) {
	const far = 1 << 30
	low, high = -far, far
	vs, i := p.ranks[p.v[v].rank], p.v[v].pos
	if i > 0 {
		low = p.v[vs[i-1]].y + p.apart(vs[i-1], v)
	}
	if i+1 < len(vs) {
		high = p.v[vs[i+1]].y - p.apart(v, vs[i+1])
	}
	return low, high
}

// straighten gives all bends of an edge one height where there is room, best
// that of one of its ends; and takes small steps out of short edges.
func (p *placing) straighten() {
	for i := range p.wires {
		if w := &p.wires[i]; len(w.bends) > 0 && !w.tight {
			p.level(w)
		}
	}
	p.still = make([]bool, len(p.v))
	for i := range p.wires {
		if w := &p.wires[i]; !w.back && len(w.bends) == 0 {
			p.snap(w)
		}
	}
}

func (p *placing) level(w *wire) {
	low, high := p.free(w.bends[0])
	for _, b := range w.bends[1:] {
		l, h := p.free(b)
		low, high = max(low, l), min(high, h)
	}
	if low > high {
		return
	}
	y := p.median(w.bends)
	for _, end := range [...]int{w.from, w.to} {
		if e := p.v[end].y; low <= e && e <= high && abs(e-y) <= nodeH+gapY {
			y = e
			break
		}
	}
	for _, b := range w.bends {
		p.v[b].y = min(max(y, low), high)
	}
}

// small is the height of a step that looks like a mistake.
const small = 14

// snap brings both ends to one height, by moving the one with fewer edges if
// there is room, else the other. What was brought in line stays.
func (p *placing) snap(w *wire) {
	a, b := w.from, w.to
	switch d := abs(p.v[a].y - p.v[b].y); {
	case d > small:
	case d == 0 || p.align(a, b):
		p.still[a], p.still[b] = true, true
	}
}

// align moves one of two vertices to the height of the other, if it can.
func (p *placing) align(a, b int) bool {
	edges := func(v int) int { return len(p.v[v].up) + len(p.v[v].down) }
	if edges(a) > edges(b) {
		a, b = b, a
	}
	for range 2 {
		low, high := p.free(a)
		if y := p.v[b].y; !p.still[a] && low <= y && y <= high {
			p.v[a].y = y
			return true
		}
		a, b = b, a
	}
	return false
}

func abs(a int) int {
	if a < 0 {
		return -a
	}
	return a
}
