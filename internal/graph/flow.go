package graph

import "errors"

// Flow is a directed graph of boxes of any size, in nested groups, with labels
// on its edges: what somebody drew in words, such as a Mermaid flowchart. Layout
// gives everything its place; drawing is the caller's. The order in which boxes
// and edges are given is meant by somebody, and is kept where nothing speaks
// against it.
//
// The method is that of Gansner, Koutsofios, North and Vo ("A technique for
// drawing directed graphs", 1993) in integers: ranks by network simplex, order
// by medians, and places across by network simplex again, where groups are two
// more variables each, their borders, so that nothing ever stands in a group
// that does not belong to it.
type Flow struct {
	Way    Way
	Boxes  []FlowBox
	Edges  []FlowEdge
	Groups []FlowGroup
	W, H   int // size of the drawing, set by Layout
}

// Way is where edges lead.
type Way uint8

// The ways of a Flow.
const (
	Down Way = iota
	Up
	Right
	Left
)

// Sideways tells whether edges lead right or left.
func (w Way) Sideways() bool { return w >= Right }

// FlowBox is a box of a Flow.
type FlowBox struct {
	W, H  int // size, in pixels
	Group int // index of the innermost group it is in, -1 for none
	// SpreadX is how far apart the first and the last edge may be that meet it from
	// above or from below, SpreadY those from its sides.
	SpreadX, SpreadY int
	X, Y             int // centre, set by Layout
}

// FlowEdge is an edge of a Flow. Both ends may be the same box.
type FlowEdge struct {
	From, To int // index of a box, or of a group: see GroupEnd
	Length   int // how many ranks it spans at least; 0 counts as 1
	W, H     int // size of its label, 0 for none
	X, Y     int // centre of the label, set by Layout
	// Points are where the edge leads, set by Layout. It leaves every point, and
	// arrives at the next, along the way of the diagram (see Way), so that what is
	// between them is a straight line or a curve. An edge of a box to itself has
	// two: where it leaves, and where it comes back, on the side that no other
	// edge uses.
	Points []Point
	// Way is that of the part of the diagram in which the edge is drawn, set by
	// Layout.
	Way Way
}

// FlowGroup is a box drawn round others.
type FlowGroup struct {
	Parent int // index of the group it is in, -1 for none
	W, H   int // size of its title, 0 for none
	// Way is where edges lead inside; it counts only where no edge joins a box in
	// the group to one outside. Such a group without a way of its own lies across
	// the way of what is around it, as Mermaid draws it.
	Way            *Way
	X0, Y0, X1, Y1 int // set by Layout
	TitleX, TitleY int // where the title begins, and the middle of its height, set by Layout
}

// Point is a place of a drawing.
type Point struct{ X, Y int }

// GroupEnd is the end of an edge that is a group and not a box.
func GroupEnd(group int) int { return -1 - group }

// ErrFlowTooLarge is returned for a graph with more in it than can be laid out
// in reasonable time.
var ErrFlowTooLarge = errors.New("the diagram has too many nodes and edges to be drawn")

// Limits of a Flow. The last is of what edges pass, which grows with their
// length.
const (
	MaxFlowBoxes    = 500
	MaxFlowEdges    = 800
	MaxFlowDepth    = 8 // of groups
	maxFlowVertices = 2_500
)

// Distances in pixels.
const (
	flowGapRank  = 54 // between ranks
	flowGapBox   = 28 // between boxes of a rank
	flowGapBend  = 16 // between an edge and what it passes
	flowGapLabel = 10 // between a label and what stands beside it
	flowPad      = 16 // inside a group
	flowTitlePad = 8  // above and below a title
	flowGapGroup = 20 // between a group and what stands beside it
	flowLoop     = 34 // depth of an edge of a box to itself
	flowPort     = 16 // between edges on one side of a box, at most
)

// Layout places boxes, groups and edges. Groups that no edge joins to what is
// outside are laid out each on their own first.
func (f *Flow) Layout() error {
	if len(f.Boxes) > MaxFlowBoxes || len(f.Edges) > MaxFlowEdges || len(f.Groups) > MaxFlowBoxes {
		return ErrFlowTooLarge
	}
	for g := range f.Groups {
		if f.depth(g) > MaxFlowDepth {
			return ErrFlowTooLarge
		}
	}
	return f.layout()
}

func (f *Flow) layout() error {
	for g := range f.Groups {
		if f.alone(g) {
			return f.split(g)
		}
	}
	l := newFlowing(f)
	for _, step := range []func() error{l.turn, l.rank, l.bend, l.order, l.place} {
		if err := step(); err != nil {
			return err
		}
	}
	l.along()
	l.route()
	l.finish()
	return nil
}

// depth is how many groups a group is in, itself among them; more than
// MaxFlowDepth if it is in itself.
func (f *Flow) depth(g int) int {
	n := 0
	for g >= 0 && n <= MaxFlowDepth {
		n, g = n+1, f.Groups[g].Parent
	}
	return n
}

// within tells whether an end of an edge, or a group, is inside a group.
func (f *Flow) within(end, g int) bool {
	at := 0
	if end >= 0 {
		at = f.Boxes[end].Group
	} else {
		at = f.Groups[-1-end].Parent
	}
	for at >= 0 && at != g {
		at = f.Groups[at].Parent
	}
	return at == g
}

// alone tells whether a group holds something and no edge joins that to what is
// outside. An edge to the group itself does not count.
func (f *Flow) alone(g int) bool {
	for i := range f.Edges {
		if e := &f.Edges[i]; f.within(e.From, g) != f.within(e.To, g) {
			return false
		}
	}
	for i := range f.Boxes {
		if f.within(i, g) {
			return true
		}
	}
	return false
}
