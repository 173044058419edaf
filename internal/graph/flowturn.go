package graph

// flowing is the layout of a Flow in one piece. It knows two directions: along
// the way of the edges, in which ranks follow one another, and across.
type flowing struct {
	f    *Flow
	back []bool // edges that lead against the way

	base   []int // rank of boxes, and then of the begins and the ends of groups
	scale  int   // ranks that an edge spans: two if some edge has a label or a twin
	levels []flowLevel
	depths []int // of groups

	v      []flowVertex
	ranks  [][]int
	chains [][]int // of each edge, the vertices from its tail to its head
	labels []int   // of each edge, the vertex of its label, -1 for none
	left   []int   // of each group, its border before, in the places across
	right  []int
	at     []int // places along where levels begin
}

func newFlowing(f *Flow) *flowing {
	l := &flowing{f: f, scale: 1, back: make([]bool, len(f.Edges)), depths: make([]int, len(f.Groups))}
	twins := map[[2]int]bool{}
	for _, e := range f.Edges {
		pair := [2]int{min(e.From, e.To), max(e.From, e.To)}
		if e.From != e.To && (e.W > 0 || twins[pair]) {
			l.scale = 2
		}
		twins[pair] = true
	}
	for g := range f.Groups {
		l.depths[g] = f.depth(g)
	}
	return l
}

// begin and end of a group are numbered after the boxes.
func (l *flowing) begin(g int) int { return len(l.f.Boxes) + g }
func (l *flowing) end(g int) int   { return len(l.f.Boxes) + len(l.f.Groups) + g }

// tail and head are where an edge leaves and arrives, with the edge turned
// round if it leads back. An edge to a group meets its begin, one from a group
// its end.
func (l *flowing) tail(e int) int {
	from := l.f.Edges[e].From
	if l.back[e] {
		from = l.f.Edges[e].To
	}
	if from < 0 {
		return l.end(-1 - from)
	}
	return from
}

func (l *flowing) head(e int) int {
	to := l.f.Edges[e].To
	if l.back[e] {
		to = l.f.Edges[e].From
	}
	if to < 0 {
		return l.begin(-1 - to)
	}
	return to
}

// loop tells whether an edge leads to where it came from, or to a group that it
// came out of, and is not part of the layers.
func (l *flowing) loop(e int) bool { return l.f.Edges[e].From == l.f.Edges[e].To }

// turn decides which edges lead back, so that the others make no circle: those
// that close one when the boxes are walked through in the order in which they
// were written.
func (l *flowing) turn() error {
	for range len(l.f.Edges) + 1 {
		w := &flowWalk{flowing: l, state: make([]uint8, len(l.f.Boxes)+2*len(l.f.Groups))}
		w.collect()
		if w.all() {
			return nil
		}
	}
	return ErrFlowTooLarge // a group inside itself, which callers do not give
}

// flowWalk is a search for circles.
type flowWalk struct {
	*flowing
	out   [][]flowStep
	state []uint8 // 0 not seen, 1 on the way, 2 done
}

// flowStep leads to a vertex by an edge, or by -1 into or out of a group.
type flowStep struct{ to, edge int }

func (w *flowWalk) collect() {
	w.out = make([][]flowStep, len(w.state))
	add := func(from, to, edge int) { w.out[from] = append(w.out[from], flowStep{to, edge}) }
	for i := range w.f.Groups {
		if p := w.f.Groups[i].Parent; p >= 0 {
			add(w.begin(p), w.begin(i), -1)
			add(w.end(i), w.end(p), -1)
		}
		add(w.begin(i), w.end(i), -1)
	}
	for i := range w.f.Boxes {
		if g := w.f.Boxes[i].Group; g >= 0 {
			add(w.begin(g), i, -1)
			add(i, w.end(g), -1)
		}
	}
	for e := range w.f.Edges {
		if !w.loop(e) {
			add(w.tail(e), w.head(e), e)
		}
	}
}

// all walks from every box, from outside in, and reports false if an edge was
// turned in a way that needs another walk.
func (w *flowWalk) all() bool {
	for i := range w.f.Boxes {
		top := i
		for g := w.f.Boxes[i].Group; g >= 0; g = w.f.Groups[g].Parent {
			top = w.begin(g)
		}
		if w.state[top] == 0 && !w.from(top) || w.state[i] == 0 && !w.from(i) {
			return false
		}
	}
	for i := range w.state {
		if w.state[i] == 0 && !w.from(i) {
			return false
		}
	}
	return true
}

// from walks in depth, without recursion.
func (w *flowWalk) from(v int) bool {
	type place struct{ v, next, edge int }
	way := []place{{v, 0, -1}}
	w.state[v] = 1
	for len(way) > 0 {
		top := &way[len(way)-1]
		if top.next == len(w.out[top.v]) {
			w.state[top.v] = 2
			way = way[:len(way)-1]
			continue
		}
		s := w.out[top.v][top.next]
		top.next++
		switch {
		case w.state[s.to] == 0:
			w.state[s.to] = 1
			way = append(way, place{s.to, 0, s.edge})
		case w.state[s.to] == 1 && s.edge >= 0:
			w.back[s.edge] = !w.back[s.edge]
			if w.f.Edges[s.edge].From < 0 || w.f.Edges[s.edge].To < 0 {
				return false // it has other ends now
			}
		case w.state[s.to] == 1: // the circle is closed by a group: turn the last edge before
			i := len(way) - 1
			for i > 0 && way[i].edge < 0 {
				i--
			}
			if i == 0 {
				continue
			}
			w.back[way[i].edge] = !w.back[way[i].edge]
			return false
		}
	}
	return true
}
