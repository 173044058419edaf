package graph

import "slices"

// flowLevel is a line across the diagram on which things stand. A rank has one
// for boxes, before it one for the begins of groups of each depth, and after it
// one for their ends.
type flowLevel struct {
	base, sub int
	thick     int // along
}

// flowKind is what a vertex of the layout stands for.
type flowKind uint8

const (
	flowBox flowKind = iota
	flowBend
	flowLabel
	flowBegin // the middle of the first border of a group, where its title is
	flowEnd
	flowLeft // the border of a group, on each level between begin and end
	flowRight
)

// flowVertex is something that stands on a level.
type flowVertex struct {
	kind          flowKind
	of            int // index of the box, edge or group
	group         int // the innermost it is in, -1 for none
	level, pos    int
	before, after int // room it takes across, from its place
	x             int // place across
	up, down      []int
}

// How much the length of things counts in the search for ranks.
const (
	weightEdge  = 2
	weightGroup = 1
)

// rank gives boxes, and begins and ends of groups, their ranks: what is in a
// group stands between its begin and its end, and groups are short.
func (l *flowing) rank() error {
	n := len(l.f.Boxes) + 2*len(l.f.Groups)
	r := &ranking{n: n + 1, rank: make([]int, n+1)}
	add := func(a, b, weight, least int) { r.edges = append(r.edges, span{a, b, weight, least}) }
	for e := range l.f.Edges {
		if !l.loop(e) {
			add(l.tail(e), l.head(e), weightEdge, l.scale*max(1, l.f.Edges[e].Length))
		}
	}
	for g := range l.f.Groups {
		add(l.begin(g), l.end(g), weightGroup, 0)
		if p := l.f.Groups[g].Parent; p >= 0 {
			add(l.begin(p), l.begin(g), weightGroup, 0)
			add(l.end(g), l.end(p), weightGroup, 0)
		}
	}
	for i := range l.f.Boxes {
		if g := l.f.Boxes[i].Group; g >= 0 {
			add(l.begin(g), i, weightGroup, 0)
			add(i, l.end(g), weightGroup, 0)
		}
	}
	for i := range n {
		add(n, i, 0, 0) // holds parts together that nothing joins
	}
	r.simplex(min(4*n+16, maxFlowWork/(n+len(r.edges)+1)))
	l.base = r.rank[:n]
	low := slices.Min(append(slices.Clone(l.base), r.rank[n]))
	for i := range l.base {
		l.base[i] -= low
	}
	return nil
}

// middle is the rank of an edge's label.
func (l *flowing) middle(e int) int { return (l.base[l.tail(e)] + l.base[l.head(e)]) / 2 }

// maxFlowWork bounds a search by simplex, in steps of its pivots.
const maxFlowWork = 15_000_000

// bend puts everything on levels and gives every edge a vertex on each level it
// passes.
func (l *flowing) bend() error {
	l.makeLevels()
	find := func(base, sub int) int {
		i, _ := slices.BinarySearchFunc(l.levels, flowLevel{base: base, sub: sub}, compareLevels)
		return i
	}
	deepest := l.deepest()
	for i := range l.f.Boxes {
		l.addBox(i, find(l.base[i], deepest))
	}
	for g := range l.f.Groups {
		l.addEnd(g, flowBegin, find(l.base[l.begin(g)], l.depths[g]-1))
	}
	for g := range l.f.Groups {
		l.addEnd(g, flowEnd, find(l.base[l.end(g)], 2*deepest+1-l.depths[g]))
	}
	l.chains, l.labels = make([][]int, len(l.f.Edges)), make([]int, len(l.f.Edges))
	for e := range l.f.Edges {
		l.labels[e] = -1
		if l.loop(e) {
			continue
		}
		if err := l.chain(e, find(l.middle(e), deepest)); err != nil {
			return err
		}
	}
	return l.borders()
}

func (l *flowing) deepest() int {
	d := 0
	for _, x := range l.depths {
		d = max(d, x)
	}
	return d
}

func compareLevels(a, b flowLevel) int {
	if a.base != b.base {
		return a.base - b.base
	}
	return a.sub - b.sub
}

// makeLevels makes the levels that something stands on.
func (l *flowing) makeLevels() {
	deepest := l.deepest()
	for i := range l.f.Boxes {
		l.levels = append(l.levels, flowLevel{base: l.base[i], sub: deepest})
	}
	for g := range l.f.Groups {
		l.levels = append(l.levels, flowLevel{base: l.base[l.begin(g)], sub: l.depths[g] - 1},
			flowLevel{base: l.base[l.end(g)], sub: 2*deepest + 1 - l.depths[g]})
	}
	for e := range l.f.Edges {
		if l.scale > 1 && !l.loop(e) {
			l.levels = append(l.levels, flowLevel{base: l.middle(e), sub: deepest})
		}
	}
	slices.SortFunc(l.levels, compareLevels)
	l.levels = slices.Compact(l.levels)
}

// sideways gives the sizes of a thing along and across the way.
func (l *flowing) sizes(w, h int) (along, across int) {
	if l.f.Way.Sideways() {
		return w, h
	}
	return h, w
}

func (l *flowing) addBox(i, level int) {
	b := &l.f.Boxes[i]
	along, across := l.sizes(b.W, b.H)
	v := flowVertex{kind: flowBox, of: i, group: b.Group, level: level, before: across / 2, after: across - across/2}
	for e := range l.f.Edges {
		if l.loop(e) && l.f.Edges[e].From == i {
			_, label := l.sizes(l.f.Edges[e].W, l.f.Edges[e].H)
			v.after = max(v.after, across-across/2+flowLoop+label)
		}
	}
	l.levels[level].thick = max(l.levels[level].thick, along)
	l.v = append(l.v, v)
}

// titled tells whether the title of groups stands at their begin or at their
// end; sideways, it is beside their border.
func (l *flowing) titled(k flowKind) bool {
	return l.f.Way == Down && k == flowBegin || l.f.Way == Up && k == flowEnd
}

// title is the vertex where the title of a group is, unless it is sideways.
func (l *flowing) title(g int) int {
	if l.f.Way == Up {
		return l.end(g)
	}
	return l.begin(g)
}

func (l *flowing) addEnd(g int, k flowKind, level int) {
	v := flowVertex{kind: k, of: g, group: g, level: level}
	if t := &l.f.Groups[g]; l.titled(k) && t.W > 0 {
		v.before, v.after = t.W/2, t.W-t.W/2
		l.levels[level].thick = max(l.levels[level].thick, t.H+flowTitlePad)
	}
	l.v = append(l.v, v)
}

// chain makes the vertices of an edge between its ends.
func (l *flowing) chain(e, middle int) error {
	tail, head := l.tail(e), l.head(e)
	c := []int{tail}
	for level := l.v[tail].level + 1; level < l.v[head].level; level++ {
		v := flowVertex{kind: flowBend, of: e, level: level, group: l.around(tail, head, level)}
		if edge := &l.f.Edges[e]; level == middle && edge.W > 0 {
			along, across := l.sizes(edge.W, edge.H)
			v.kind, v.before, v.after = flowLabel, across/2, across-across/2
			l.levels[level].thick = max(l.levels[level].thick, along)
			l.labels[e] = len(l.v)
		}
		c = append(c, len(l.v))
		l.v = append(l.v, v)
		if len(l.v) > maxFlowVertices {
			return ErrFlowTooLarge
		}
	}
	c = append(c, head)
	for i := 0; i+1 < len(c); i++ {
		l.join(c[i], c[i+1])
	}
	l.chains[e] = c
	return nil
}

// around is the group that an edge is in at a level: one of its head that has
// begun, else one of its tail that has not ended yet, else what is round both. It
// changes sides before the begin of a group, where there is room to go across.
func (l *flowing) around(tail, head, level int) int {
	common := l.common(tail, head)
	for g := l.outside(head); g != common; g = l.f.Groups[g].Parent {
		if l.v[l.begin(g)].level <= level {
			return g
		}
	}
	for g := l.outside(tail); g != common; g = l.f.Groups[g].Parent {
		if l.v[l.end(g)].level >= level {
			return g
		}
	}
	return common
}

// outside is the group that an edge leaves a vertex into: the begin and the end
// of a group are met from outside.
func (l *flowing) outside(v int) int {
	if l.v[v].kind == flowBox {
		return l.v[v].group
	}
	return l.f.Groups[l.v[v].of].Parent
}

func (l *flowing) common(a, b int) int {
	for g := l.outside(a); g >= 0; g = l.f.Groups[g].Parent {
		for h := l.outside(b); h >= 0; h = l.f.Groups[h].Parent {
			if g == h {
				return g
			}
		}
	}
	return -1
}

func (l *flowing) join(a, b int) {
	l.v[a].down = append(l.v[a].down, b)
	l.v[b].up = append(l.v[b].up, a)
}

// borders puts the two borders of every group on all levels that it covers, so
// that an edge that crosses a group is seen to cross something.
func (l *flowing) borders() error {
	for g := range l.f.Groups {
		for _, k := range [...]flowKind{flowLeft, flowRight} {
			prev := -1
			for level := l.v[l.begin(g)].level; level <= l.v[l.end(g)].level; level++ {
				v := flowVertex{kind: k, of: g, group: g, level: level}
				if k == flowLeft && l.f.Way.Sideways() && l.f.Groups[g].H > 0 {
					v.after = l.f.Groups[g].H + 2*flowTitlePad - flowPad
				}
				l.v = append(l.v, v)
				if prev >= 0 {
					l.join(prev, len(l.v)-1)
				}
				prev = len(l.v) - 1
			}
		}
		if len(l.v) > maxFlowVertices {
			return ErrFlowTooLarge
		}
	}
	return nil
}
