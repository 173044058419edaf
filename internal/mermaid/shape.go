package mermaid

import (
	"sync"

	"callboard/internal/graph"
)

// shapeNames are the names that "@{ shape: … }" may have, and what is drawn:
// https://mermaid.js.org/syntax/flowchart.html#complete-list-of-new-shapes.
// Those that are drawn as another shape have a meaning that the text tells, too.
var shapeNames = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for shape, names := range map[string][]string{
		"rect":       {"rect", "proc", "process", "rectangle", "tag-rect", "tag-proc", "tagged-process", "tagged-rectangle"},
		"rounded":    {"rounded", "event"},
		"stadium":    {"stadium", "pill", "terminal"},
		"fr-rect":    {"fr-rect", "framed-rectangle", "subproc", "subprocess", "subroutine", "lin-rect", "lin-proc", "lined-process", "lined-rectangle", "shaded-process", "div-rect", "div-proc", "divided-process", "divided-rectangle", "win-pane", "internal-storage", "window-pane"},
		"cyl":        {"cyl", "cylinder", "database", "db", "lin-cyl", "disk", "lined-cylinder"},
		"h-cyl":      {"h-cyl", "das", "horizontal-cylinder", "bow-rect", "bow-tie-rectangle", "stored-data"},
		"circle":     {"circle", "circ"},
		"sm-circ":    {"sm-circ", "small-circle", "start"},
		"f-circ":     {"f-circ", "filled-circle", "junction"},
		"dbl-circ":   {"dbl-circ", "double-circle"},
		"fr-circ":    {"fr-circ", "framed-circle", "stop"},
		"cross-circ": {"cross-circ", "crossed-circle", "summary"},
		"diam":       {"diam", "decision", "diamond", "question"},
		"hex":        {"hex", "hexagon", "prepare"},
		"lean-r":     {"lean-r", "lean-right", "in-out"},
		"lean-l":     {"lean-l", "lean-left", "out-in"},
		"trap-b":     {"trap-b", "priority", "trapezoid", "trapezoid-bottom"},
		"trap-t":     {"trap-t", "inv-trapezoid", "manual", "trapezoid-top"},
		"odd":        {"odd"},
		"ellipse":    {"ellipse"},
		"text":       {"text", "brace", "brace-l", "comment", "brace-r", "braces"},
		"notch-rect": {"notch-rect", "card", "notched-rectangle"},
		"doc":        {"doc", "document", "lin-doc", "lined-document", "tag-doc", "tagged-document", "flag", "paper-tape"},
		"st-rect":    {"st-rect", "processes", "procs", "stacked-rectangle", "docs", "documents", "st-doc", "stacked-document"},
		"delay":      {"delay", "half-rounded-rectangle"},
		"curv-trap":  {"curv-trap", "curved-trapezoid", "display"},
		"tri":        {"tri", "extract", "triangle"},
		"flip-tri":   {"flip-tri", "flipped-triangle", "manual-file"},
		"sl-rect":    {"sl-rect", "manual-input", "sloped-rectangle"},
		"notch-pent": {"notch-pent", "loop-limit", "notched-pentagon"},
		"hourglass":  {"hourglass", "collate"},
		"fork":       {"fork", "join"},
	} {
		for _, n := range names {
			m[n] = shape
		}
	}
	return m
})

// Room round the text of a node.
const (
	padX, padY = 15, 11
	minWidth   = 44
	notch      = 14 // of slanted and cut shapes
	capHeight  = 7  // of the round ends of a cylinder
)

// size is that of a shape round a text.
func (s *shape) measure(tw, th int) {
	w, h := max(tw+2*padX, minWidth), th+2*padY
	switch s.name {
	case "sm-circ", "f-circ":
		w, h = 16, 16
	case "fr-circ", "hourglass", "cross-circ":
		w, h = 28, 28
	case "fork":
		w, h = 70, 8
	case "circle", "dbl-circ":
		d := root(tw*tw+th*th) + 18
		if s.name == "dbl-circ" {
			d += 10
		}
		w, h = d, d
	case "ellipse":
		w, h = tw*3/2+12, th*3/2+16
	case "diam":
		w, h = tw*8/5+24, th*5/2+16
	case "cyl":
		h += 2 * capHeight
	case "h-cyl", "fr-rect", "delay":
		w += 2 * capHeight
	case "hex", "lean-r", "lean-l", "trap-b", "trap-t", "curv-trap":
		w += 2 * notch
	case "odd", "notch-pent":
		w += notch
	case "doc", "st-rect", "sl-rect":
		h += 10
	case "tri", "flip-tri":
		w, h = tw*2+40, th*2+20
	case "text":
		w, h = tw+8, th+6
	}
	s.w, s.h = w, h
}

// textless tells whether a shape has no room for text.
func (s *shape) textless() bool {
	switch s.name {
	case "sm-circ", "f-circ", "fr-circ", "hourglass", "cross-circ", "fork":
		return true
	}
	return false
}

// shape is an outline of a size.
type shape struct {
	name string
	w, h int
}

// corners are those of shapes with straight sides that are no rectangles, seen
// from the centre.
func (s *shape) corners() []graph.Point {
	x, y, n := s.w/2, s.h/2, notch
	switch s.name {
	case "diam":
		return []graph.Point{{X: 0, Y: -y}, {X: x, Y: 0}, {X: 0, Y: y}, {X: -x, Y: 0}}
	case "hex":
		return []graph.Point{{X: -x + n, Y: -y}, {X: x - n, Y: -y}, {X: x, Y: 0}, {X: x - n, Y: y}, {X: -x + n, Y: y}, {X: -x, Y: 0}}
	case "lean-r":
		return []graph.Point{{X: -x + n, Y: -y}, {X: x, Y: -y}, {X: x - n, Y: y}, {X: -x, Y: y}}
	case "lean-l":
		return []graph.Point{{X: -x, Y: -y}, {X: x - n, Y: -y}, {X: x, Y: y}, {X: -x + n, Y: y}}
	case "trap-b":
		return []graph.Point{{X: -x + n, Y: -y}, {X: x - n, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}}
	case "trap-t":
		return []graph.Point{{X: -x, Y: -y}, {X: x, Y: -y}, {X: x - n, Y: y}, {X: -x + n, Y: y}}
	case "odd":
		return []graph.Point{{X: -x, Y: -y}, {X: x, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}, {X: -x + n, Y: 0}}
	case "tri":
		return []graph.Point{{X: 0, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}}
	case "flip-tri":
		return []graph.Point{{X: -x, Y: -y}, {X: x, Y: -y}, {X: 0, Y: y}}
	case "notch-rect":
		return []graph.Point{{X: -x + n, Y: -y}, {X: x, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}, {X: -x, Y: -y + n}}
	case "sl-rect":
		return []graph.Point{{X: -x, Y: -y + 10}, {X: x, Y: -y}, {X: x, Y: y}, {X: -x, Y: y}}
	case "notch-pent":
		return []graph.Point{{X: -x + n, Y: -y}, {X: x - n, Y: -y}, {X: x, Y: -y + n}, {X: x, Y: y}, {X: -x, Y: y}, {X: -x, Y: -y + n}}
	case "hourglass":
		return []graph.Point{{X: -x, Y: -y}, {X: x, Y: -y}, {X: -x, Y: y}, {X: x, Y: y}}
	}
	return nil
}

// spread is how far apart edges may be that meet the shape from above or below,
// and from its sides.
func (s *shape) spread() (x, y int) {
	switch s.name {
	case "diam", "tri", "flip-tri", "circle", "dbl-circ", "ellipse":
		return s.w / 3, s.h / 3
	case "sm-circ", "f-circ", "fr-circ", "hourglass", "cross-circ":
		return 4, 4
	case "fork":
		return max(4, s.w-8), max(4, s.h-8)
	case "stadium":
		return s.w - s.h, s.h / 2
	}
	return max(8, s.w-2*padX), max(4, s.h-16)
}

// side is where an edge meets a shape.
type side uint8

const (
	above side = iota
	below
	before
	behind
)

// inset is how far the outline is behind the rectangle round the shape, on one
// side, so far from the middle of that.
func (s *shape) inset(at side, off int) int {
	x, y := s.w/2, s.h/2
	upright := at <= below
	switch s.name {
	case "circle", "dbl-circ", "ellipse", "sm-circ", "f-circ", "fr-circ", "cross-circ":
		if upright {
			return arc(x, y, off)
		}
		return arc(y, x, off)
	case "cyl":
		if upright {
			return arc(x, capHeight, off)
		}
	case "h-cyl":
		if !upright {
			return arc(y, capHeight, off)
		}
	case "stadium":
		if !upright {
			return arc(y, y, off)
		}
	case "delay":
		if at == behind {
			return arc(y, y, off)
		}
	case "doc":
		if at == below {
			return 5
		}
	}
	if c := s.corners(); c != nil {
		return max(0, hit(c, at, off, x, y))
	}
	return 0
}

// arc is how far a half ellipse, so wide to one side and so high, is below its
// top at a place.
func arc(wide, high, off int) int {
	if wide == 0 {
		return 0
	}
	if off = min(max(off, -wide), wide); off == 0 {
		return 0
	}
	return high - high*root(wide*wide-off*off)/wide
}

// root is the square root, rounded down.
func root(n int) int {
	r := 0
	for bit := 1 << 15; bit > 0; bit >>= 1 {
		if (r+bit)*(r+bit) <= n {
			r += bit
		}
	}
	return r
}

// hit is how far behind one side of the rectangle a line meets the corners'
// outline, -1 if it does not.
func hit(c []graph.Point, at side, off, x, y int) int {
	best := -1
	for i := range c {
		a, b := c[i], c[(i+1)%len(c)]
		if at >= before { // turn it, so that the line is upright
			a, b = graph.Point{X: a.Y, Y: a.X}, graph.Point{X: b.Y, Y: b.X}
		}
		if a.X > b.X {
			a, b = b, a
		}
		if off < a.X || off > b.X || a.X == b.X {
			continue
		}
		far := a.Y + (b.Y-a.Y)*(off-a.X)/(b.X-a.X)
		edge := y
		if at >= before {
			edge = x
		}
		if at == above || at == before {
			far += edge
		} else {
			far = edge - far
		}
		if best < 0 || far < best {
			best = far
		}
	}
	return best
}
