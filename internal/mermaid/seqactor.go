package mermaid

// stackStep is how far the second sheet of collections lies off the first.
const stackStep = 5

// actor draws who takes part: a shape with the name in it, or a figure above it.
func (d *seqDrawing) actor(i, y int) {
	a, x := d.actors[i], d.x[i]
	end := d.begin("nd", d.opt.href(a.href), "")
	if a.kind.figure() {
		d.figure(a.kind, x, y+d.tall-a.name.h-figure-2)
		d.label(&a.name, x, y+d.tall-a.name.h/2-1)
	} else {
		d.box(a, x-d.w[i]/2, y, d.w[i])
	}
	d.Raw(end)
}

// box draws a shape so wide, with its upper left corner at a place, and a name in it.
func (d *seqDrawing) box(a *actor, x, y, w int) {
	mid, half := x+w/2, y+d.tall/2
	switch a.kind {
	case database:
		d.cylinder(x, y, w, d.tall)
		half += capHeight / 2
	case queue:
		d.lyingCylinder(x, y, w, d.tall)
		mid -= capHeight
	case collections:
		d.rect(x+stackStep, y, w-stackStep, d.tall-stackStep, 3)
		d.rect(x, y+stackStep, w-stackStep, d.tall-stackStep, 3)
		mid, half = mid-stackStep/2, half+stackStep/2
	default:
		d.rect(x, y, w, d.tall, 3)
	}
	d.label(&a.name, mid, half)
}

// figure draws a person, or what UML's analysis has for the parts of a system: a
// circle with a line beside it, an arrow on it or a line below it.
func (d *seqDrawing) figure(k actorKind, x, top int) {
	if k == person {
		d.Nums(`<circle class="sh" cx="`, x, `" cy="`, top+9, `" r="8"/>`)
		d.line("M", x, " ", top+17, "v13M", x-12, " ", top+22, "h24M", x-10, " ", top+42, "l10-12l10 12")
		return
	}
	d.Nums(`<circle class="sh" cx="`, x, `" cy="`, top+25, `" r="15"/>`)
	switch k {
	case boundary:
		d.line("M", x-28, " ", top+11, "v28m0-14h13")
	case control:
		d.line("M", x+5, " ", top+4, "l-6 6 6 6")
	case entity:
		d.line("M", x-15, " ", top+41, "h30")
	}
}
