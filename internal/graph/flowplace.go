package graph

// How much it counts that the parts of an edge are straight: between boxes, at a
// box, and between bends; and that groups are narrow and have their titles in
// the corner. Between levels of one rank there is little room to go across.
const (
	straightBoxes  = 2
	straightEnd    = 4
	straightBends  = 12
	narrowGroup    = 3
	titleAtLeft    = 3
	maxPlacePivots = 6_000
)

// place gives everything its place across, so that edges are straight and
// groups narrow, in the sense of least sums. Of all such places it takes the
// middle between two far ones: those found from before and from after.
func (l *flowing) place() error {
	forth, back := l.solve(false), l.solve(true)
	high := 0
	for _, x := range back {
		high = max(high, x)
	}
	c := &flowCentre{flowing: l, x: make([]int, len(forth))}
	for i := range c.x {
		c.x[i] = floorDiv(forth[i]+high-back[i], 2)
	}
	c.centre()
	for i := range l.v {
		l.v[i].x = c.x[l.variable(i)]
	}
	l.left, l.right = make([]int, len(l.f.Groups)), make([]int, len(l.f.Groups))
	for g := range l.f.Groups {
		l.left[g], l.right[g] = c.x[l.border(g, flowLeft)], c.x[l.border(g, flowRight)]
	}
	return nil
}

// variable is that of a vertex; all vertices of a border share one.
func (l *flowing) variable(v int) int {
	if k := l.v[v].kind; k >= flowLeft {
		return l.border(l.v[v].of, k)
	}
	return v
}

func (l *flowing) border(g int, k flowKind) int { return len(l.v) + 2*g + int(k-flowLeft) }

// solve finds places by simplex; mirrored, those of the diagram seen from
// behind.
func (l *flowing) solve(mirrored bool) []int {
	n := len(l.v) + 2*len(l.f.Groups)
	r := &ranking{}
	less := func(a, b, least, weight int) {
		if mirrored {
			a, b = b, a
		}
		r.edges = append(r.edges, span{a, b, weight, least})
	}
	l.separate(less)
	for v := range l.v {
		if l.v[v].kind >= flowLeft {
			continue
		}
		for _, d := range l.v[v].down { // as far apart as a third one is from both
			r.edges = append(r.edges, span{n, v, l.weight(v, d), 0}, span{n, d, l.weight(v, d), 0})
			n++
		}
	}
	for i := range n {
		r.edges = append(r.edges, span{n, i, 0, 0})
	}
	r.n = n + 1
	r.rank = make([]int, r.n)
	r.simplex(min(maxPlacePivots, maxFlowWork/(r.n+len(r.edges))))
	return r.rank[:len(l.v)+2*len(l.f.Groups)]
}

// separate calls less for all that must stand apart: neighbours on a level, and
// the borders of groups.
func (l *flowing) separate(less func(a, b, least, weight int)) {
	for _, vs := range l.ranks {
		for i := 1; i < len(vs); i++ {
			less(l.variable(vs[i-1]), l.variable(vs[i]), l.apart(vs[i-1], vs[i]), 0)
		}
	}
	for g := range l.f.Groups {
		width := 2 * flowPad
		if t := &l.f.Groups[g]; !l.f.Way.Sideways() {
			width += t.W
		} else {
			width += t.H
		}
		less(l.border(g, flowLeft), l.border(g, flowRight), width, narrowGroup)
		if title := l.title(g); l.f.Groups[g].W > 0 && !l.f.Way.Sideways() {
			less(l.border(g, flowLeft), title, 0, titleAtLeft)
		}
	}
}

// apart is the least distance of two neighbours on a level.
func (l *flowing) apart(a, b int) int {
	va, vb := &l.v[a], &l.v[b]
	return va.after + vb.before + flowGap(va, vb)
}

func flowGap(a, b *flowVertex) int {
	switch {
	case a.kind == flowRight || b.kind == flowLeft: // outside a group
		if a.kind == flowLeft || b.kind == flowRight {
			return flowPad // a group in a group
		}
		return flowGapGroup
	case a.kind == flowLeft || b.kind == flowRight:
		return flowPad
	case a.kind == flowLabel || b.kind == flowLabel:
		return flowGapLabel
	case a.kind == flowBox && b.kind == flowBox:
		return flowGapBox
	}
	return flowGapBend
}

func (l *flowing) weight(a, b int) int {
	bends := 0
	for _, v := range [...]int{a, b} {
		if k := l.v[v].kind; k == flowBend || k == flowLabel {
			bends++
		}
	}
	w := [...]int{straightBoxes, straightEnd, straightBends}[bends]
	if l.levels[l.v[a].level].base == l.levels[l.v[b].level].base {
		w *= 4
	}
	return w
}

// flowCentre moves what may stand in several places at the same cost into the
// middle of them.
type flowCentre struct {
	*flowing
	x []int // by variable
}

// centre moves boxes, together with what is in one line with them on the other
// side, between their neighbours.
func (c *flowCentre) centre() {
	for round := range 6 {
		for i := range c.ranks {
			r := i
			if round%2 == 1 {
				r = len(c.ranks) - 1 - i
			}
			for _, v := range c.ranks[r] {
				if c.v[v].kind < flowLeft {
					c.settle(v, round%2 == 0)
				}
			}
		}
	}
}

// settle moves a vertex, and the straight line of vertices that leads away from
// it, to the middle of its neighbours on one side. It stays if the line is not
// free, or if that would bend more edges than it makes straight.
func (c *flowCentre) settle(v int, down bool) {
	near := c.v[v].up
	if down {
		near = c.v[v].down
	}
	if len(near) < 2 {
		return
	}
	lo, hi := c.x[near[0]], c.x[near[0]]
	for _, n := range near {
		lo, hi = min(lo, c.x[n]), max(hi, c.x[n])
	}
	if len(near)%2 == 1 && len(near) > 1 {
		return // the median is one of them, and edges to it are straight
	}
	line := c.line(v, down)
	dx := floorDiv(lo+hi, 2) - c.x[v]
	for _, u := range line {
		low, high := c.free(u)
		dx = min(max(dx, low-c.x[u]), high-c.x[u])
	}
	for _, u := range line {
		c.x[u] += dx
	}
}

// line is a vertex and what is above it, or below it, in a straight line and
// joined to nothing else.
func (c *flowCentre) line(v int, down bool) []int {
	line := []int{v}
	for {
		near := c.v[v].down
		if down {
			near = c.v[v].up
		}
		if len(near) != 1 || c.x[near[0]] != c.x[v] {
			return line
		}
		v = near[0]
		other := c.v[v].up
		if !down {
			other = c.v[v].down
		}
		if back := c.v[v].down; down && len(back) != 1 {
			return line
		}
		if back := c.v[v].up; !down && len(back) != 1 {
			return line
		}
		line = append(line, v)
		if len(other) == 0 {
			return line
		}
	}
}

// free is how far before and after a vertex may move without its neighbours.
func (c *flowCentre) free(v int) (low, high int) {
	const far = 1 << 30
	low, high = -far, far
	vs, i := c.ranks[c.v[v].level], c.v[v].pos
	if i > 0 {
		low = c.x[c.variable(vs[i-1])] + c.apart(vs[i-1], v)
	}
	if i+1 < len(vs) {
		high = c.x[c.variable(vs[i+1])] - c.apart(v, vs[i+1])
	}
	return low, high
}
