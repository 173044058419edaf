package graph

import (
	"cmp"
	"slices"
)

// along gives levels their places along the way.
func (l *flowing) along() {
	l.at = make([]int, len(l.levels))
	l.stack()
	if !l.f.Way.Sideways() {
		return
	}
	groups := make([]int, len(l.f.Groups))
	for g := range groups {
		groups[g] = g
	}
	slices.SortStableFunc(groups, func(a, b int) int { return cmp.Compare(l.depths[b], l.depths[a]) })
	for _, g := range groups { // as long as their titles
		first, last := l.v[l.begin(g)].level, l.v[l.end(g)].level
		if short := l.f.Groups[g].W + 2*flowPad - (l.at[last] + l.levels[last].thick - l.at[first]); short > 0 {
			l.levels[last].thick += short
			l.stack()
		}
	}
}

func (l *flowing) stack() {
	at := 0
	for i := range l.levels {
		if i > 0 {
			at += l.gap(i-1, i)
		}
		l.at[i] = at
		at += l.levels[i].thick
	}
}

// gap is the room between levels, wider where edges go far across.
func (l *flowing) gap(a, b int) int {
	switch l.levels[b].base - l.levels[a].base {
	case 0:
		return flowPad - 4
	case 1:
		if l.scale > 1 {
			return flowGapRank / 2
		}
	}
	far := 0
	for _, v := range l.ranks[a] {
		for _, d := range l.v[v].down {
			far = max(far, abs(l.v[v].x-l.v[d].x))
		}
	}
	return flowGapRank + min(max(0, far-240)/8, 60)
}

// route makes the points of the edges.
func (l *flowing) route() {
	p := l.ports()
	for e := range l.f.Edges {
		l.f.Edges[e].Way = l.f.Way
		if l.loop(e) {
			l.routeLoop(e)
			continue
		}
		points := l.leg(e, p)
		edge := &l.f.Edges[e]
		if v := l.labels[e]; v >= 0 {
			edge.X, edge.Y = l.mid(v), l.v[v].x
		}
		if l.back[e] {
			slices.Reverse(points)
		}
		edge.Points = points
	}
}

// mid is the place along of what stands in the middle of its level.
func (l *flowing) mid(v int) int {
	level := l.v[v].level
	return l.at[level] + l.levels[level].thick/2
}

// face is where edges leave a vertex, or arrive.
func (l *flowing) face(v int, leaving bool) int {
	x := &l.v[v]
	switch x.kind {
	case flowBegin:
		return l.at[x.level]
	case flowEnd:
		return l.at[x.level] + l.levels[x.level].thick
	case flowBox:
		along, _ := l.sizes(l.f.Boxes[x.of].W, l.f.Boxes[x.of].H)
		first := l.mid(v) - along/2
		if leaving {
			return first + along
		}
		return first
	}
	return l.mid(v)
}

// leg makes the points of an edge in the order of the layers; X is along and Y
// across.
func (l *flowing) leg(e int, p *flowPorts) []Point {
	c := l.chains[e]
	tail, head := c[0], c[len(c)-1]
	y := l.v[tail].x + p.leave[e]
	points := []Point{{l.face(tail, true), y}}
	if out := l.at[l.v[tail].level] + l.levels[l.v[tail].level].thick; l.v[tail].kind == flowBox && out > points[0].X {
		points = append(points, Point{out, y})
	}
	last := l.v[head].x + p.arrive[e]
	for i := 1; i+1 < len(c); i++ {
		v := &l.v[c[i]]
		next := last
		if i+2 < len(c) {
			next = l.v[c[i+1]].x
		}
		first, thick := l.at[v.level], l.levels[v.level].thick
		prev := points[len(points)-1].Y
		if thick == 0 && (prev <= v.x && v.x <= next || next <= v.x && v.x <= prev) && i+1 < len(c)-1 && !(prev == v.x) {
			continue // on the way anyhow
		}
		points = append(points, Point{first, v.x})
		if thick > 0 {
			points = append(points, Point{first + thick, v.x})
		}
	}
	if in := l.at[l.v[head].level]; l.v[head].kind == flowBox && in < l.face(head, false) {
		points = append(points, Point{in, last})
	}
	return append(points, Point{l.face(head, false), last})
}

// flowPorts are how far from the middle of its side an edge leaves and arrives.
type flowPorts struct{ leave, arrive []int }

// ports spreads the edges on each side of a box, in the order of where they lead.
func (l *flowing) ports() *flowPorts {
	p := &flowPorts{leave: make([]int, len(l.f.Edges)), arrive: make([]int, len(l.f.Edges))}
	out, in := make([][]int, len(l.v)), make([][]int, len(l.v))
	for e, c := range l.chains {
		if len(c) > 0 {
			out[c[0]] = append(out[c[0]], e)
			in[c[len(c)-1]] = append(in[c[len(c)-1]], e)
		}
	}
	for v := range l.v {
		l.spread(v, out[v], p.leave, func(c []int) int { return c[1] })
		l.spread(v, in[v], p.arrive, func(c []int) int { return c[len(c)-2] })
	}
	return p
}

func (l *flowing) spread(v int, edges, into []int, next func([]int) int) {
	if len(edges) < 2 {
		return
	}
	room := 4 * flowPort
	if l.v[v].kind == flowBox {
		b := &l.f.Boxes[l.v[v].of]
		if room = b.SpreadX; l.f.Way.Sideways() {
			room = b.SpreadY
		}
	}
	far := func(e int) int { return l.v[next(l.chains[e])].x - l.v[v].x }
	slices.SortStableFunc(edges, func(a, b int) int { return cmp.Compare(far(a), far(b)) })
	n := len(edges)
	step, limit := min(flowPort, room/(n-1)), room/2
	if step < 3 {
		return // too many to tell apart
	}
	limit = min(limit, max(step*(n-1), 3*flowPort/2))
	for i, e := range edges {
		at := min(max(far(e)/4, -limit), limit)
		if i > 0 {
			at = max(at, into[edges[i-1]]+step)
		}
		into[e] = at
	}
	for i, bound := n-1, limit; i >= 0; i-- {
		into[edges[i]] = min(into[edges[i]], bound)
		bound = into[edges[i]] - step
	}
	if over := -limit - into[edges[0]]; over > 0 {
		for _, e := range edges {
			into[e] += over
		}
	}
}

// routeLoop draws an edge of a box to itself beside it.
func (l *flowing) routeLoop(e int) {
	edge := &l.f.Edges[e]
	if edge.From < 0 {
		return // of a group to itself; callers do not give those
	}
	along, across := l.sizes(l.f.Boxes[edge.From].W, l.f.Boxes[edge.From].H)
	_, label := l.sizes(edge.W, edge.H)
	x, y := l.mid(edge.From), l.v[edge.From].x+across-across/2
	d := min(12, along/4)
	edge.Points = []Point{{x - d, y}, {x + d, y}}
	edge.X, edge.Y = x, y+flowLoop-6+label/2
}

// finish turns places along and across into places of the drawing, which begins
// at zero.
func (l *flowing) finish() {
	f := l.f
	for i := range f.Boxes {
		f.Boxes[i].X, f.Boxes[i].Y = l.turned(l.mid(i), l.v[i].x)
	}
	for e := range f.Edges {
		edge := &f.Edges[e]
		edge.X, edge.Y = l.turned(edge.X, edge.Y)
		for i, p := range edge.Points {
			edge.Points[i].X, edge.Points[i].Y = l.turned(p.X, p.Y)
		}
	}
	for g := range f.Groups {
		l.frame(g)
	}
	box := f.extent()
	f.move(-box.x0, -box.y0)
	f.W, f.H = box.x1-box.x0, box.y1-box.y0
}

func (l *flowing) turned(along, across int) (x, y int) {
	switch l.f.Way {
	case Up:
		return across, -along
	case Right:
		return along, across
	case Left:
		return -along, across
	}
	return across, along
}

// frame is the rectangle of a group, and where its title is.
func (l *flowing) frame(g int) {
	group := &l.f.Groups[g]
	first, last := l.v[l.begin(g)].level, l.v[l.end(g)].level
	ax, ay := l.turned(l.at[first], l.left[g])
	bx, by := l.turned(l.at[last]+l.levels[last].thick, l.right[g])
	group.X0, group.Y0, group.X1, group.Y1 = min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
	group.TitleX, group.TitleY = group.X0+flowPad, group.Y0+flowTitlePad+group.H/2
	if !l.f.Way.Sideways() {
		group.TitleX = l.v[l.title(g)].x - group.W/2
	}
}

// extent is the smallest rectangle with everything in it.
func (f *Flow) extent() frame {
	var box frame
	set := false
	add := func(x0, y0, x1, y1 int) {
		if !set {
			box, set = frame{x0, y0, x1, y1}, true
		}
		box.add(x0, y0, x1, y1)
	}
	for _, b := range f.Boxes {
		add(b.X-b.W/2, b.Y-b.H/2, b.X-b.W/2+b.W, b.Y-b.H/2+b.H)
	}
	for _, g := range f.Groups {
		add(g.X0, g.Y0, g.X1, g.Y1)
	}
	for _, e := range f.Edges {
		if e.W > 0 {
			add(e.X-e.W/2, e.Y-e.H/2, e.X+e.W/2, e.Y+e.H/2)
		}
		loop := 0
		if e.From == e.To {
			loop = flowLoop
		}
		for _, p := range e.Points {
			add(p.X, p.Y, p.X, p.Y)
			if e.Way.Sideways() {
				add(p.X, p.Y, p.X, p.Y+loop)
			} else {
				add(p.X, p.Y, p.X+loop, p.Y)
			}
		}
	}
	return box
}
