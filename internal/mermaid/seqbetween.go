package mermaid

import "callboard/internal/svg"

// maxBreaks is how many parts all lifelines may have together, so that a drawing
// is not much larger than its source; beyond it, delays do not break them.
const maxBreaks = 2_000

// findEdges finds where the messages come from and go to that have no actor at one
// end: outside of all actors, with room for the text.
func (s *stage) findEdges() {
	last := len(s.x) - 1
	s.edges = [2]int{s.x[0] - s.w[0]/2 - edgeRoom, s.x[last] + s.w[last]/2 + edgeRoom}
	for i := range s.events {
		e := &s.events[i]
		if e.what != message || e.from >= 0 && e.to >= 0 {
			continue
		}
		if at, left := e.atEdge(); left {
			s.edges[0] = min(s.edges[0], s.x[at]-e.reach())
		} else {
			s.edges[1] = max(s.edges[1], s.x[at]+e.reach())
		}
	}
}

// atEdge is the actor of a message from or to an edge, and whether that is the
// left one.
func (e *event) atEdge() (actor int, left bool) {
	return max(e.from, e.to), min(e.from, e.to) == leftEdge
}

// reach is how long such a message is at least.
func (e *event) reach() int {
	room := e.text.w + shortReach
	if e.number > 0 {
		room += 2 * numberR
	}
	return room
}

// ends are where a message between two actors, or one and an edge, begins and ends.
func (s *stage) ends(e *event) (x0, x1 int) {
	if e.from >= 0 && e.to >= 0 {
		x0, x1 = s.edge(e.from, s.x[e.to]), s.edge(e.to, s.x[e.from])
	} else {
		at, left := e.atEdge()
		towards, far := s.x[at]+1, s.edges[1]
		if left {
			towards, far = s.x[at]-1, s.edges[0]
		}
		near := s.edge(at, towards)
		switch {
		case e.short && left:
			far = near - e.reach()
		case e.short:
			far = near + e.reach()
		}
		if x0, x1 = far, near; e.from >= 0 {
			x0, x1 = near, far
		}
	}
	back := 1
	if x0 < x1 {
		back = -1
	}
	if e.fromO {
		x0 -= back * 2 * endCircle
	}
	if e.toO {
		x1 += back * 2 * endCircle
	}
	return x0, x1
}

// endCircle is the radius of a circle behind the head of a message.
const endCircle = 4

// back is the direction from the head of a message to where it comes from.
func (r *row) back() direction {
	if r.x1 < r.x0 || r.from == r.to {
		return direction{1, 0}
	}
	return direction{-1, 0}
}

func (d *seqDrawing) circles(r *row) {
	at := func(x, y int) {
		d.Nums(`<circle class="ao" cx="`, x, `" cy="`, y, `" r="`, endCircle, `"/>`)
	}
	back, down := r.back(), 0
	from := direction{-back.dx, 0}
	if r.from == r.to {
		from, down = back, selfHeight
	}
	if r.fromO {
		at(r.x0-from.dx*endCircle, r.y)
	}
	if r.toO {
		at(r.x1-back.dx*endCircle, r.y+down)
	}
}

// between places what stands between messages.
func (s *stage) between(e *event, y int) int {
	h := e.height()
	r := row{event: e, y: y + rowGap + h/2}
	if e.what == caption {
		r.x0, r.x1 = s.x[e.from]-30, s.x[e.to]+30
		if more := e.text.w - (r.x1 - r.x0); more > 0 {
			r.x0, r.x1 = r.x0-more/2, r.x1+more-more/2
		}
		s.cover(r.x0, r.x1)
	}
	s.rows = append(s.rows, r)
	return y + rowGap + h
}

func (e *event) height() int {
	switch e.what {
	case delay:
		return e.text.h + 28
	case divider:
		return e.text.h + 10
	}
	return e.text.h
}

// between draws what stands between messages.
func (d *seqDrawing) between(r *row) {
	h := r.height()
	x, w := (d.x[0]+d.x[len(d.x)-1])/2, r.text.w*108/100+20
	switch r.what {
	case divider:
		d.Nums(`<g class="wd sm"><path class="fr" d="M`, d.left, " ", r.y-2, "H", d.right, "M", d.left, " ", r.y+2, "H", d.right, `"/>`)
		if !r.text.empty() {
			d.Nums(`<rect class="bg" x="`, x-w/2, `" y="`, r.y-h/2, `" width="`, w, `" height="`, h, `"/><rect class="tb" x="`, x-w/2, `" y="`, r.y-h/2, `" width="`, w, `" height="`, h, `"/>`)
		}
	case delay:
		d.Raw(`<g class="sm">`)
		if !r.text.empty() {
			d.Nums(`<rect class="bg" x="`, x-w/2, `" y="`, r.y-r.text.h/2, `" width="`, w, `" height="`, r.text.h, `"/>`)
		}
	default:
		d.Raw(`<g class="sm">`)
		x = (r.x0 + r.x1) / 2
	}
	d.label(&r.text, x, r.y)
	d.Raw("</g>")
}

// lifeline draws the line of an actor, dotted where there is a delay.
func (d *seqDrawing) lifeline(i int) {
	d.Nums(`<path class="ll" d="M`, d.x[i], " ", d.from[i])
	var dotted svg.Pen
	if delays := d.count(delay); delays > 0 && delays*len(d.actors) <= maxBreaks {
		for j := range d.rows {
			r := &d.rows[j]
			y0, y1 := r.y-r.height()/2, r.y+r.height()/2
			if r.what == delay && d.from[i] <= y0 && y1 <= d.to[i] {
				d.Nums("V", y0, "m0 ", y1-y0)
				dotted.Nums("M", d.x[i], " ", y0, "V", y1)
			}
		}
	}
	d.Nums("V", d.to[i], `"/>`)
	if len(dotted.B) > 0 {
		d.Raw(`<path class="ll" stroke-dasharray="1 5" d="` + string(dotted.B) + `"/>`)
	}
}

// wordLabel is the word that begins a block, which is no markup.
func wordLabel(word string) label {
	return layLines([][]piece{{{text: word}}}, smallSize, 1<<20)
}

// tab is the width of the corner of a block in which its word stands.
func (f *blockFrame) tab() int { l := wordLabel(f.word); return l.w*108/100 + 16 }
