package mermaid

import (
	"slices"

	"callboard/internal/graph"
)

// headLength is how much of an edge its head takes.
const headLength = 9

// edge draws an edge of a flowchart.
func (d *flowDrawing) edge(e *graph.FlowEdge, l *link) {
	if len(e.Points) < 2 {
		return
	}
	class := [...]string{"ed", "ed d", "ed w", ""}[l.stroke]
	if t := tone(l.style); t != "" {
		class += " " + t
	}
	if e.From == e.To {
		d.loop(e, l, class)
		return
	}
	points := d.meet(e)
	n := len(points)
	out, in := facing(points[0], points[1], e.Way), facing(points[n-1], points[n-2], e.Way)
	tip, root := points[n-1], points[0]
	points[n-1] = in.from(tip, l.head)
	points[0] = out.from(root, l.tail)
	d.Nums(`<path class="`, class, `" d="M`, points[0].X, " ", points[0].Y)
	for i := 1; i < n; i++ {
		d.leg(points[i-1], points[i], e.Way)
	}
	d.Raw(`"/>`)
	d.head(tip, in, l.head)
	d.head(root, out, l.tail)
}

// leg draws a part of an edge, which leaves and arrives along the way.
func (d *flowDrawing) leg(a, b graph.Point, way graph.Way) {
	switch {
	case a.X == b.X:
		d.Nums("V", b.Y)
	case a.Y == b.Y:
		d.Nums("H", b.X)
	case way.Sideways():
		half := (b.X - a.X) / 2
		d.Nums("C", a.X+half, " ", a.Y, " ", b.X-half, " ", b.Y, " ", b.X, " ", b.Y)
	default:
		half := (b.Y - a.Y) / 2
		d.Nums("C", a.X, " ", a.Y+half, " ", b.X, " ", b.Y-half, " ", b.X, " ", b.Y)
	}
}

// meet is the points of an edge with its ends at the outlines of the nodes, and
// without steps that are shorter than a head.
func (d *flowDrawing) meet(e *graph.FlowEdge) []graph.Point {
	points := slices.Clone(e.Points)
	points = d.meetEnd(points, e.From, e.Way)
	slices.Reverse(points)
	points = d.meetEnd(points, e.To, e.Way)
	slices.Reverse(points)
	return points
}

func (d *flowDrawing) meetEnd(points []graph.Point, end int, way graph.Way) []graph.Point {
	if end >= 0 {
		in := facing(points[0], points[1], way)
		b, s := &d.flow.Boxes[end], &d.shapes[end]
		off := points[0].X - b.X
		if way.Sideways() {
			off = points[0].Y - b.Y
		}
		if far := s.inset(in.side(), off); far > 0 {
			at := graph.Point{X: points[0].X - in.dx*far, Y: points[0].Y - in.dy*far}
			points = slices.Insert(points, 0, at)
		}
	}
	if len(points) > 2 {
		if a, b := points[0], points[1]; abs(a.X-b.X)+abs(a.Y-b.Y) < headLength+2 {
			points = slices.Delete(points, 1, 2)
		}
	}
	return points
}

// direction is that in which an edge leads away from one of its ends.
type direction struct{ dx, dy int }

// facing is the direction from a to b, of the two that a way has.
func facing(a, b graph.Point, way graph.Way) direction {
	if way.Sideways() {
		if b.X < a.X {
			return direction{-1, 0}
		}
		return direction{1, 0}
	}
	if b.Y < a.Y {
		return direction{0, -1}
	}
	return direction{0, 1}
}

func (f direction) side() side {
	switch {
	case f.dy < 0:
		return above
	case f.dy > 0:
		return below
	case f.dx < 0:
		return before
	}
	return behind
}

// from is where the line of an edge with a head at a place begins.
func (f direction) from(at graph.Point, h head) graph.Point {
	far := 0
	switch h {
	case arrow:
		far = headLength - 1
	case circle:
		far = headLength + 1
	}
	return graph.Point{X: at.X + f.dx*far, Y: at.Y + f.dy*far}
}

// head draws the head of an edge that comes from a direction to a place.
func (p *pen) head(at graph.Point, f direction, h head) {
	switch h {
	case arrow:
		p.Nums(`<path class="ah" d="M`, at.X, " ", at.Y, "l", f.dx*headLength-f.dy*4, " ", f.dy*headLength+f.dx*4, "l", f.dy*8, " ", -f.dx*8, `z"/>`)
	case openArrow:
		p.Nums(`<path class="ao" d="M`, at.X+f.dx*headLength-f.dy*5, " ", at.Y+f.dy*headLength+f.dx*5, "L", at.X, " ", at.Y, "L", at.X+f.dx*headLength+f.dy*5, " ", at.Y+f.dy*headLength-f.dx*5, `"/>`)
	case circle:
		p.Nums(`<circle class="ao" cx="`, at.X+f.dx*5, `" cy="`, at.Y+f.dy*5, `" r="5"/>`)
	case cross:
		x, y := at.X+f.dx*7, at.Y+f.dy*7
		p.Nums(`<path class="ao" d="M`, x-5, " ", y-5, "l10 10M", x-5, " ", y+5, `l10-10"/>`)
	}
}

// loopReach makes the curve of a loop reach as far as the layout leaves room.
const loopReach = 38

// loop draws an edge of a node to itself.
func (d *flowDrawing) loop(e *graph.FlowEdge, l *link, class string) {
	a, b := e.Points[0], e.Points[1]
	f := direction{1, 0}
	if e.Way.Sideways() {
		f = direction{0, 1}
	}
	line := f.from(b, l.head)
	d.Nums(`<path class="`, class, `" d="M`, a.X, " ", a.Y, "C", a.X+f.dx*loopReach-f.dy*6, " ", a.Y+f.dy*loopReach-f.dx*6, " ",
		b.X+f.dx*loopReach+f.dy*6, " ", b.Y+f.dy*loopReach+f.dx*6, " ", line.X, " ", line.Y, `"/>`)
	d.head(b, f, l.head)
}

func pointAt(x, y int) graph.Point { return graph.Point{X: x, Y: y} }

func abs(n int) int { return max(n, -n) }
