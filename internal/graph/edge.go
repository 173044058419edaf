package graph

const (
	arrowW = 7  // length of an arrow head
	corner = 8  // radius where an edge that leads back turns
	aside  = 10 // such an edge leaves and arrives so far below a node's centre
)

// edges writes the edges of a sheet.
func (p *pen) edges(s *sheet) {
	for i := range s.wires {
		if w := &s.wires[i]; !w.back {
			p.beginEdge(s, w)
			p.forth(s, w)
		}
	}
	for i := range s.detours {
		d := &s.detours[i]
		p.beginEdge(s, &s.wires[d.wire])
		p.back(s, d)
	}
	for _, v := range s.loops {
		p.beginEdge(s, &wire{from: v, to: v})
		p.loop(&s.v[v])
	}
}

var styleClasses = [...]string{"ed", "ed d", "ed t"}

func (p *pen) beginEdge(s *sheet, w *wire) {
	class := styleClasses[0]
	if int(w.style) < len(styleClasses) {
		class = styleClasses[w.style]
	}
	p.Nums(`<g data-f="`, s.v[w.from].node, `" data-t="`, s.v[w.to].node, `"><path class="`, class)
	if w.back {
		p.Raw(" b")
	}
	p.Raw(`" d="`)
}

// arrow ends an edge with a head whose tip is at (x, y), pointing right.
func (p *pen) arrow(x, y int) {
	p.Nums(`"/><path class="ah" d="M`, x-arrowW, " ", y-4, `l7 4l-7 4z"/></g>`)
}

// forth draws an edge from left to right: a curve in every gap between columns,
// straight past the columns.
func (p *pen) forth(s *sheet, w *wire) {
	a, b := &s.v[w.from], &s.v[w.to]
	x, y := a.x+nodeW, a.y
	p.Nums("M", x, " ", y)
	for _, v := range w.bends {
		to := &s.v[v]
		p.curve(x, y, to.x, to.y)
		p.Nums("H", to.x+nodeW)
		x, y = to.x+nodeW, to.y
	}
	p.curve(x, y, b.x-arrowW, b.y)
	p.arrow(b.x, b.y)
}

func (p *pen) curve(x1, y1, x2, y2 int) {
	if y1 == y2 {
		p.Nums("H", x2)
		return
	}
	half := (x2 - x1) / 2
	p.Nums("C", x1+half, " ", y1, " ", x2-half, " ", y2, " ", x2, " ", y2)
}

// back draws an edge that leads left: out, down, along the bottom, up and in.
func (p *pen) back(s *sheet, d *detour) {
	w := &s.wires[d.wire]
	a, b := &s.v[w.from], &s.v[w.to]
	y1, y2 := a.y+aside, b.y+aside
	p.Nums("M", a.x+nodeW, " ", y1, "H", d.x1-corner, "q", corner, " 0 ", corner, " ", corner,
		"V", d.y-corner, "q0 ", corner, " ", -corner, " ", corner,
		"H", d.x2+corner, "q", -corner, " 0 ", -corner, " ", -corner,
		"V", y2+corner, "q0 ", -corner, " ", corner, " ", -corner, "H", b.x-arrowW)
	p.arrow(b.x, y2)
}

// loop draws an edge of a node to itself, round its right end.
func (p *pen) loop(v *vertex) {
	x := v.x + nodeW
	p.Nums("M", x, " ", v.y-12, "c", loopW, " 0 ", loopW, " 24 ", arrowW, " 24")
	p.Nums(`"/><path class="ah" d="M`, x+arrowW, " ", v.y+8, `l-7 4l7 4z"/></g>`)
}
