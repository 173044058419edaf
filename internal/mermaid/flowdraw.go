package mermaid

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/graph"
	"callboard/internal/svg"
)

// flowchart reads and draws a flowchart.
func flowchart(s *source, opt *Options) ([]byte, error) {
	c, err := parseFlow(s)
	if err != nil {
		return nil, err
	}
	if len(c.nodes)+len(c.groups) == 0 {
		return nil, s.fail("the diagram is empty")
	}
	d := &flowDrawing{chart: c, pen: pen{opt: opt}}
	d.measure()
	if err := d.flow.Layout(); err != nil {
		return nil, ErrTooLarge
	}
	return d.draw(), nil
}

// flowDrawing is a flowchart with its layout.
type flowDrawing struct {
	*chart
	pen
	flow   graph.Flow
	shapes []shape
	texts  []label // of nodes
	words  []label // of links
	titles []label // of groups
	boxOf  map[string]int
	stands []int // of each group: the box that it is if it holds nothing, else -1
}

// measure makes boxes, edges and groups of a chart.
func (d *flowDrawing) measure() {
	d.flow.Way = d.way
	d.boxOf = map[string]int{}
	for i, n := range d.nodes {
		d.boxOf[n.id] = i
		d.box(n.text, n.shape, n.group)
	}
	d.stands = make([]int, len(d.groups))
	for i, g := range d.groups {
		title := newLabel(g.title, textSize, 2*wrapAt)
		d.titles = append(d.titles, title)
		d.flow.Groups = append(d.flow.Groups, graph.FlowGroup{Parent: g.parent, W: title.w, H: title.h, Way: g.way})
		if d.stands[i] = -1; !d.filled(i) {
			d.stands[i] = len(d.flow.Boxes)
			d.box(g.title, "rect", g.parent)
		}
	}
	for _, l := range d.links {
		text := newLabel(l.text, smallSize, wrapAt)
		e := graph.FlowEdge{From: d.endOf(l.from), To: d.endOf(l.to), Length: l.length}
		if !text.empty() {
			e.W, e.H = text.w+10, text.h+4
		}
		d.words = append(d.words, text)
		d.flow.Edges = append(d.flow.Edges, e)
	}
	d.flatten()
}

func (d *flowDrawing) box(text, name string, group int) {
	s := shape{name: name}
	l := newLabel(text, textSize, wrapAt)
	if s.textless() {
		l = label{}
	}
	s.measure(l.w, l.h)
	if name == "fork" && d.way.Sideways() {
		s.w, s.h = s.h, s.w // it lies across the way
	}
	b := graph.FlowBox{W: s.w, H: s.h, Group: group}
	b.SpreadX, b.SpreadY = s.spread()
	d.shapes, d.texts, d.flow.Boxes = append(d.shapes, s), append(d.texts, l), append(d.flow.Boxes, b)
}

// filled tells whether a group holds a node, be it in another group.
func (d *flowDrawing) filled(g int) bool {
	for _, n := range d.nodes {
		if n.group >= 0 && d.inGroup(n.group, g) {
			return true
		}
	}
	return false
}

func (d *flowDrawing) endOf(id string) int {
	if g := d.groupOf(id); g >= 0 {
		if d.stands[g] >= 0 {
			return d.stands[g]
		}
		return graph.GroupEnd(g)
	}
	return d.boxOf[id]
}

// flatten takes groups out of the layout that hold nothing and are boxes.
func (d *flowDrawing) flatten() {
	at := make([]int, len(d.groups))
	kept := d.flow.Groups[:0]
	for i, g := range d.flow.Groups {
		if at[i] = -1; d.stands[i] < 0 {
			at[i] = len(kept)
			kept = append(kept, g)
		}
	}
	d.flow.Groups = kept
	name := func(g *int) {
		for *g >= 0 && at[*g] < 0 {
			*g = d.groups[*g].parent
		}
		if *g >= 0 {
			*g = at[*g]
		}
	}
	for i := range d.flow.Boxes {
		name(&d.flow.Boxes[i].Group)
	}
	for i := range d.flow.Groups {
		name(&d.flow.Groups[i].Parent)
	}
	for i := range d.flow.Edges {
		for _, end := range [...]*int{&d.flow.Edges[i].From, &d.flow.Edges[i].To} {
			if *end < 0 {
				*end = graph.GroupEnd(at[-1-*end])
			}
		}
	}
	for i := len(at) - 1; i >= 0; i-- {
		if at[i] < 0 {
			d.titles = slices.Delete(d.titles, i, i+1)
		}
	}
}

func (d *flowDrawing) draw() []byte {
	d.open("Flowchart", svg.Clean(newPlain(d.title)), d.described(), d.flow.W, d.flow.H)
	d.frames()
	d.Raw(`<g aria-hidden="true">`)
	for i := range d.links {
		if l := &d.links[i]; l.stroke != invisible {
			d.edge(&d.flow.Edges[i], l)
		}
	}
	d.Raw("</g>")
	for i := range d.links {
		if d.links[i].stroke != invisible {
			d.word(&d.flow.Edges[i], &d.words[i])
		}
	}
	for _, i := range d.reading() {
		d.node(i)
	}
	return d.close()
}

func newPlain(s string) string {
	l := newLabel(s, textSize, 1<<20)
	return l.plain()
}

func (d *flowDrawing) described() string {
	if d.desc != "" {
		return d.desc
	}
	return fmt.Sprintf("%d nodes, %d edges", len(d.nodes), len(d.links))
}

// reading is the order of boxes in which they are read: along the way.
func (d *flowDrawing) reading() []int {
	order := make([]int, len(d.flow.Boxes))
	for i := range order {
		order[i] = i
	}
	key := func(i int) (int, int) {
		b := &d.flow.Boxes[i]
		switch d.way {
		case graph.Up:
			return -b.Y, b.X
		case graph.Right:
			return b.X, b.Y
		case graph.Left:
			return -b.X, b.Y
		}
		return b.Y, b.X
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a1, a2 := key(i)
		b1, b2 := key(j)
		return cmp.Or(cmp.Compare(a1, b1), cmp.Compare(a2, b2))
	})
	return order
}

// frames draws the groups, the outer ones first, in whatever order they were
// written.
func (d *flowDrawing) frames() {
	var kept []*group
	for i, g := range d.groups {
		if d.stands[i] < 0 {
			kept = append(kept, g)
		}
	}
	depth := func(i int) (n int) {
		for ; i >= 0; i = d.flow.Groups[i].Parent {
			n++
		}
		return n
	}
	order := make([]int, len(kept))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(depth(a), depth(b)) })
	for _, i := range order {
		d.frame(i, kept[i])
	}
}

func (d *flowDrawing) frame(i int, g *group) {
	f := &d.flow.Groups[i]
	d.Nums(`<g class="gr`, d.look(g.class, g.style), `"><rect class="sh" x="`, f.X0, `" y="`, f.Y0, `" width="`, f.X1-f.X0, `" height="`, f.Y1-f.Y0, `" rx="5"/>`)
	d.lines(&d.titles[i], f.TitleX, f.TitleY, "start")
	d.Raw("</g>")
}

// look is the classes of a node or group: the tone of its colours, and dashed.
func (d *flowDrawing) look(classes []string, style string) string {
	var all strings.Builder
	for _, c := range classes {
		all.WriteString(d.classes[c] + ",")
	}
	all.WriteString(style)
	out := ""
	if t := tone(all.String()); t != "" {
		out = " " + t
	}
	if dashed(all.String()) {
		out += " da"
	}
	return out
}

func (d *flowDrawing) node(i int) {
	b := &d.flow.Boxes[i]
	look, href, tip := "", "", ""
	if i < len(d.nodes) {
		n := d.nodes[i]
		look, tip = d.look(n.class, n.style), n.tip
		if n.href != "" {
			href = d.opt.href(n.href)
		}
	}
	end := d.begin("nd"+look, href, tip)
	d.shape(&d.shapes[i], b.X, b.Y)
	x, y := b.X, b.Y
	switch d.shapes[i].name {
	case "cyl":
		y += capHeight / 2
	case "odd":
		x += notch / 2
	case "doc":
		y -= 5
	case "st-rect":
		x, y = x-5, y+5-10/2
	case "sl-rect":
		y += 5
	case "delay":
		x -= capHeight / 2
	case "tri":
		y += b.H/2 - d.texts[i].h/2 - 6
	case "flip-tri":
		y -= b.H/2 - d.texts[i].h/2 - 6
	}
	d.label(&d.texts[i], x, y)
	d.Raw(end)
}

// word writes the label of an edge on a ground that hides the line.
func (d *flowDrawing) word(e *graph.FlowEdge, l *label) {
	if l.empty() {
		return
	}
	d.Nums(`<g class="el"><rect class="bg" x="`, e.X-e.W/2, `" y="`, e.Y-e.H/2, `" width="`, e.W, `" height="`, e.H, `" rx="3"/>`)
	d.label(l, e.X, e.Y)
	d.Raw("</g>")
}
