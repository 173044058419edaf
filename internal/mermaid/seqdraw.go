package mermaid

import (
	"fmt"

	"callboard/internal/svg"
)

// sequence reads and draws a sequence diagram.
func sequence(s *source, opt *Options) ([]byte, error) {
	t, err := parseTalk(s)
	if err != nil {
		return nil, err
	}
	return t.draw(opt), nil
}

// draw draws what has been read.
func (t *talk) draw(opt *Options) []byte {
	d := &seqDrawing{stage: newStage(t), pen: pen{opt: opt}}
	desc := t.desc
	if desc == "" {
		desc = fmt.Sprintf("%d participants, %d messages and notes", len(t.actors), t.count(message)+t.count(note))
	}
	d.pen.open("Sequence diagram", svg.Clean(t.title), desc, d.right-d.left, d.bottom+d.tall+d.linksHeight()+2)
	d.Nums(`<g transform="translate(`, -d.left, ` 0)">`)
	d.all()
	d.Raw("</g>")
	return d.close()
}

func (t *talk) count(what happening) (n int) {
	for i := range t.events {
		if t.events[i].what == what {
			n++
		}
	}
	return n
}

// seqDrawing is a sequence diagram with the pen that draws it.
type seqDrawing struct {
	*stage
	pen
}

func (d *seqDrawing) all() {
	d.grounds()
	d.Raw(`<g aria-hidden="true">`)
	for i := range d.actors {
		d.lifeline(i)
	}
	for _, b := range d.bars {
		d.Nums(`<rect class="sh" x="`, d.x[b.actor]-barWidth/2+b.depth*barWidth/2, `" y="`, b.y0, `" width="`, barWidth, `" height="`, max(6, b.y1-b.y0), `"/>`)
	}
	for i := range d.actors {
		if d.ended[i] {
			d.Nums(`<path class="ao" d="M`, d.x[i]-destroySize, " ", d.to[i]-destroySize, "l16 16m-16 0l16-16", `"/>`)
		}
	}
	d.Raw("</g>")
	for i := range d.actors {
		y := d.top
		if d.actors[i].made {
			y = d.from[i] - d.tall
		}
		d.actor(i, y)
	}
	for i := range d.frames {
		d.frame(i)
	}
	for i := range d.rows {
		switch r := &d.rows[i]; r.what {
		case note:
			d.note(r)
		case message:
			d.message(r)
		default:
			d.between(r)
		}
	}
	d.Raw(`<g aria-hidden="true">`)
	for i := range d.actors {
		if !d.ended[i] {
			d.actor(i, d.bottom)
		}
	}
	d.Raw("</g>")
	d.links()
}

// grounds draws the boxes round actors, and the blocks that are grounds only.
func (d *seqDrawing) grounds() {
	for b := range d.boxes {
		x0, x1 := 1<<30, -1<<30
		for i, a := range d.actors {
			if a.box == b {
				x0, x1 = min(x0, d.x[i]-d.w[i]/2-blockPad/2), max(x1, d.x[i]+d.w[i]/2+blockPad/2)
			}
		}
		if x0 > x1 {
			continue
		}
		d.Nums(`<g class="gr `, d.boxes[b].tone, `"><rect class="sh" x="`, x0, `" y="0" width="`, x1-x0, `" height="`, d.bottom+d.tall, `" rx="5"/>`)
		d.label(&d.boxes[b].title, (x0+x1)/2, boxHead/2)
		d.Raw("</g>")
	}
	for i := range d.frames {
		if f := &d.frames[i]; d.plain(i) {
			d.Nums(`<rect class="rc `, f.word, `" x="`, f.x0, `" y="`, f.y0, `" width="`, f.x1-f.x0, `" height="`, f.y1-f.y0, `" aria-hidden="true"/>`)
		}
	}
}

// frame draws a block with its word in the corner, its condition and the lines
// that divide it.
func (d *seqDrawing) frame(i int) {
	f := &d.frames[i]
	if d.plain(i) {
		return
	}
	word := wordLabel(f.word)
	tab := f.tab()
	d.Nums(`<g class="bl sm"><rect class="fr" x="`, f.x0, `" y="`, f.y0, `" width="`, f.x1-f.x0, `" height="`, f.y1-f.y0, `"/>`,
		`<path class="tb" d="M`, f.x0, " ", f.y0, "h", tab, "v", tabHeight-8, "l-7 7h", -(tab - 7), `z"/><g class="wd">`)
	d.label(&word, f.x0+tab/2, f.y0+tabHeight/2-1)
	d.Raw("</g>")
	d.label(&f.text, max((f.x0+f.x1)/2, f.x0+tab+10+f.text.w/2), f.y0+3+max(tabHeight-4, f.text.h)/2)
	for j := range f.parts {
		p := &f.parts[j]
		d.Nums(`<path class="fr" d="M`, f.x0, " ", p.y, "H", f.x1, `" stroke-dasharray="4 4"/>`)
		d.label(&p.text, (f.x0+f.x1)/2, p.y+4+p.text.h/2)
	}
	d.Raw("</g>")
}

func (d *seqDrawing) note(r *row) {
	h := r.text.h + 2*notePad
	d.Nums(`<g class="nt sm"><rect class="sh" x="`, r.x0, `" y="`, r.y-h/2, `" width="`, r.x1-r.x0, `" height="`, h, `"/>`)
	d.label(&r.text, (r.x0+r.x1)/2, r.y)
	d.Raw("</g>")
}

func (d *seqDrawing) message(r *row) {
	class := "ed"
	if r.dotted {
		class += " d"
	}
	d.Raw(`<g class="ms sm">`)
	if r.from == r.to {
		d.self(r, class)
	} else {
		d.circles(r)
		f := r.back()
		back := direction{-f.dx, 0}
		a, b := back.from(pointAt(r.x0, r.y), r.tail), f.from(pointAt(r.x1, r.y), r.head)
		d.Nums(`<path class="`, class, `" d="M`, a.X, " ", a.Y, "H", b.X, `"/>`)
		d.head(pointAt(r.x1, r.y), f, r.head)
		d.head(pointAt(r.x0, r.y), back, r.tail)
		x := (r.x0 + r.x1) / 2
		if r.number > 0 {
			x -= f.dx * numberR / 2
		}
		d.label(&r.text, x, r.y-4-r.text.h/2)
	}
	if r.number > 0 {
		d.Nums(`<circle class="no" cx="`, r.x0, `" cy="`, r.y, `" r="`, numberR, `"/>`)
		n := newLabel(fmt.Sprint(r.number), smallSize, wrapAt)
		d.Raw(`<g class="on">`)
		d.label(&n, r.x0, r.y)
		d.Raw("</g>")
	}
	d.Raw("</g>")
}

// self draws a message of an actor to itself, with its text at its right.
func (d *seqDrawing) self(r *row, class string) {
	end := r.x1
	f := direction{1, 0}
	line := f.from(pointAt(end, r.y+selfHeight), r.head)
	d.Nums(`<path class="`, class, `" d="M`, r.x0, " ", r.y, "h", selfReach-9, "q9 0 9 9t-9 9H", line.X, `"/>`)
	d.head(pointAt(end, r.y+selfHeight), f, r.head)
	d.circles(r)
	at := r.x0 + 6
	if r.number > 0 {
		at += numberR
	}
	d.lines(&r.text, at, r.y-4-r.text.h/2, "start")
}

// linksHeight is the room of the actors' links under them.
func (d *seqDrawing) linksHeight() int {
	most := 0
	for _, a := range d.actors {
		most = max(most, len(a.links))
	}
	return most * lineHeight
}

func (d *seqDrawing) links() {
	for i, a := range d.actors {
		for j, l := range a.links {
			href := d.opt.href(l.href)
			if href == "" {
				continue
			}
			text := newLabel(l.text, smallSize, d.w[i])
			end := d.begin("sm", href, "")
			d.label(&text, d.x[i], d.bottom+d.tall+j*lineHeight+lineHeight/2)
			d.Raw(end)
		}
	}
}
