// Package graph draws dependency diagrams as static SVG whose nodes are links
// in reading order: left to right, then top to bottom.
//
// The layout is Sugiyama's, in integers, so that a diagram gives the same bytes
// on every machine and in whatever order its nodes and edges were given:
// circles are broken by turning few edges round, ranks are made as short as they
// can be (network simplex), a long edge gets a bend in every rank it passes, so
// that it never runs through a node, ranks are ordered by medians and
// transposition, and nodes are moved as near to their neighbours as their order
// allows. Everything here is a pure function of its arguments.
//
// The SVG holds classes and presentation attributes only: no style attribute and
// no script. The classes are the theme's to draw: nd (a node) with k-KIND and
// me, missing or many; sh (lines of its shape, which is a rect), br (the bar of
// a team), bk (the sheet behind a group); ic, st (icon and second line); ed (an
// edge) with d (dashed), t (thin) or b (leads back); ah (arrow head); bd with
// bd-KIND, and bl (boundary and its label). Nodes carry data-n and edges data-f
// and data-t, the numbers of their ends, for scripts that highlight;
// testdata/graph.css is a style for all of them.
package graph

// Node is a box of a diagram.
type Node struct {
	// ID tells nodes of one diagram apart, such as an entity's reference. It is
	// not written anywhere.
	ID string
	// Kind is the entity's kind in lower case; it decides shape and icon.
	Kind string
	// Label is the first line, Sub the second, usually "type · owner". Both are
	// cut to fit and complete in the node's name.
	Label, Sub string
	// Href is where the node leads. Addresses of other schemes than http and
	// https are dropped; without one, a node is not a link.
	Href string
	// Title is a tooltip, such as the full reference; without one, a node whose
	// text was cut has its whole text.
	Title string
	// Self marks the subject of the diagram.
	Self bool
	// Missing marks a reference to something that does not exist.
	Missing bool
	// Count, if positive, says that the node stands for so many entities.
	Count int
	// Group is the ID of the boundary the node is inside, "" outside.
	Group string
}

// Style is how an edge is drawn. When several relations join a pair, the lowest
// wins.
type Style uint8

// The styles of edges.
const (
	Solid  Style = iota // depends on, consumes, provides
	Dashed              // publishes, owns
	Thin                // part of
)

// Edge says that From uses To. It is drawn left to right where no circle
// forbids it.
type Edge struct {
	From, To string
	Style    Style
}

// Boundary is a box drawn round the nodes whose Group is its ID. Nodes outside
// stand left of it if they use something inside, else right of it; edges
// between nodes outside are not drawn.
type Boundary struct {
	ID, Label, Href string
	Kind            string // "system" or "domain"
}

// Diagram is what is to be drawn.
type Diagram struct {
	// ID begins the ids of elements, so that two diagrams may stand on one page.
	ID          string
	Title, Desc string // name and description for those who do not see it
	Nodes       []Node
	Edges       []Edge
	Boundary    *Boundary `json:",omitempty"`
}

// LinkGroups gives nodes that stand for several entities and lead nowhere an
// address, such as that of the complete list.
func (d *Diagram) LinkGroups(href string) {
	for i := range d.Nodes {
		if n := &d.Nodes[i]; n.Count > 0 && n.Href == "" {
			n.Href = href
		}
	}
}
