package graph

import (
	"cmp"
	"fmt"
	"slices"
)

// Neighbour is an entity next to the subject of a diagram.
type Neighbour struct {
	Node Node
	// In tells that the neighbour uses the subject, Out that the subject uses
	// it. Both may be; with neither, only edges given as "between" join it.
	In, Out bool
	Style   Style
	// System and Owner are what neighbours are rolled up by when there are too
	// many, with the addresses of the boxes that then stand for them. Any may
	// be empty.
	System, SystemHref string
	Owner, OwnerHref   string
}

// How many boxes beside the subject a diagram may have, by where it stands.
const (
	LimitOverview = 24
	LimitTab      = 60
	LimitSystem   = 80
)

// minLimit is the least limit that can be kept: one "+n more" for each side.
const minLimit = 3

// Around makes the diagram of a subject and its neighbours, with the edges
// between the neighbours, and at most limit boxes beside the subject. When there
// are more, neighbours of one system that stand on one side become one box, the
// most numerous first, then those of one owner, then the rest of a side becomes
// "+14 more"; edges then lead to the box, and those within it are not drawn. No
// neighbour is left out: of total neighbours, shown have a box of their own and
// total-shown are in groups boxes. A box that stands for several has the address
// of its system or owner, and none if it is the rest of a side (see
// Diagram.LinkGroups).
func Around(subject Node, ns []Neighbour, between []Edge, limit int) (d Diagram, shown, total, groups int) {
	subject.Self = true
	r := newRollup(distinct(subject.ID, ns))
	r.fit(max(limit, minLimit))

	d.Title = "One step around " + subject.Label
	d.Nodes = append(d.Nodes, subject)
	boxOf := map[string]string{subject.ID: subject.ID}
	for _, b := range r.boxes {
		d.Nodes = append(d.Nodes, b.node)
		if b.node.Count > 0 {
			groups++
		} else {
			shown++
		}
		for _, n := range b.of {
			boxOf[n.Node.ID] = b.node.ID
			total++
			if n.In {
				d.Edges = append(d.Edges, Edge{b.node.ID, subject.ID, n.Style})
			}
			if n.Out {
				d.Edges = append(d.Edges, Edge{subject.ID, b.node.ID, n.Style})
			}
		}
	}
	d.Desc = describe(r.boxes)
	for _, e := range between {
		from, to := boxOf[e.From], boxOf[e.To]
		if single := from == e.From; from != "" && to != "" && (from != to || single && e.From == e.To) {
			d.Edges = append(d.Edges, Edge{from, to, e.Style})
		}
	}
	d.Edges = merge(d.Edges)
	return d, shown, total, groups
}

// distinct sorts neighbours by ID and joins those with the same.
func distinct(subject string, ns []Neighbour) []Neighbour {
	ns = slices.Clone(ns)
	slices.SortStableFunc(ns, func(a, b Neighbour) int {
		return cmp.Or(cmp.Compare(a.Node.ID, b.Node.ID), compareNodes(a.Node, b.Node), cmp.Compare(a.Style, b.Style),
			cmp.Compare(a.System, b.System), cmp.Compare(a.Owner, b.Owner))
	})
	out := ns[:0]
	for _, n := range ns {
		if n.Node.ID == subject {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].Node.ID == n.Node.ID {
			out[last].In, out[last].Out = out[last].In || n.In, out[last].Out || n.Out
			out[last].Style = min(out[last].Style, n.Style)
			continue
		}
		n.Node.Self = false
		out = append(out, n)
	}
	return out
}

// merge sorts edges and keeps one of each pair and direction, of the lowest
// style.
func merge(es []Edge) []Edge {
	slices.SortFunc(es, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Style, b.Style))
	})
	return slices.CompactFunc(es, func(a, b Edge) bool { return a.From == b.From && a.To == b.To })
}

// describe says in a sentence who stands where.
func describe(bs []box) string {
	var in, out, both int
	for _, b := range bs {
		for _, n := range b.of {
			switch sideOf(n) {
			case left:
				in++
			case right:
				out++
			case bothSides:
				both++
			}
		}
	}
	s := fmt.Sprintf("Used by %d, uses %d", in+both, out+both)
	if both > 0 {
		s += fmt.Sprintf(" (%d of them both)", both)
	}
	return s + "."
}
