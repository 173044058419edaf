package graph

import (
	"cmp"
	"slices"
)

// Sizes in CSS pixels.
const (
	nodeW, nodeH = 188, 44
	margin       = 20 // round the drawing
	gapX         = 84 // between ranks
	gapY         = 16 // between nodes of a rank
	gapBend      = 14 // between a bend and what is above or below it
)

// wire is an edge between vertices of a sheet, in the direction of use.
type wire struct {
	from, to int
	style    Style
	back     bool  // leads left: it is drawn along the bottom
	tight    bool  // leads to a wrapped leaf, between others
	bends    []int // vertices in the ranks between, from left to right
}

// head and tail are the ends as they stand in the layout, from left to right.
func (w *wire) tail() int {
	if w.back {
		return w.to
	}
	return w.from
}

func (w *wire) head() int {
	if w.back {
		return w.from
	}
	return w.to
}

// picture is a diagram in order: nodes without repeats, edges by index.
type picture struct {
	nodes []Node
	wires []wire // ends are indices of nodes; loops are not among them
	loops []int  // nodes with an edge to themselves
}

// newPicture puts nodes in the order of compareNodes, so that the result does
// not depend on the order in which they came. Of nodes with one ID the first in
// that order is kept. Edges whose ends are not nodes, and edges between nodes
// outside a boundary, are not drawn.
func newPicture(d *Diagram) *picture {
	p := &picture{nodes: slices.Clone(d.Nodes)}
	slices.SortStableFunc(p.nodes, compareNodes)
	index := make(map[string]int, len(p.nodes))
	p.nodes = slices.DeleteFunc(p.nodes, func(n Node) bool {
		_, again := index[n.ID]
		if !again {
			index[n.ID] = len(index)
		}
		return again
	})
	outside := func(i int) bool { return d.Boundary != nil && p.nodes[i].Group != d.Boundary.ID }
	for _, e := range d.Edges {
		from, ok := index[e.From]
		to, ok2 := index[e.To]
		switch {
		case !ok || !ok2 || outside(from) && outside(to):
		case from == to:
			p.loops = append(p.loops, from)
		default:
			p.wires = append(p.wires, wire{from: from, to: to, style: e.Style})
		}
	}
	slices.SortFunc(p.wires, func(a, b wire) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.style, b.style))
	})
	p.wires = slices.CompactFunc(p.wires, func(a, b wire) bool { return a.from == b.from && a.to == b.to })
	slices.Sort(p.loops)
	p.loops = slices.Compact(p.loops)
	return p
}

// parts are the sets of nodes that edges join, each in order, by their first
// nodes.
func (p *picture) parts() [][]int {
	root := make([]int, len(p.nodes))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, w := range p.wires {
		a, b := find(w.from), find(w.to)
		root[max(a, b)] = min(a, b)
	}
	var parts [][]int
	at := make(map[int]int)
	for i := range p.nodes {
		r := find(i)
		if _, ok := at[r]; !ok {
			at[r] = len(parts)
			parts = append(parts, nil)
		}
		parts[at[r]] = append(parts[at[r]], i)
	}
	return parts
}
