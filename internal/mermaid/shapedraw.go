package mermaid

import "callboard/internal/graph"

// shape draws an outline round a place.
func (p *pen) shape(s *shape, cx, cy int) {
	x, y := cx-s.w/2, cy-s.h/2
	switch s.name {
	case "text":
	case "rounded":
		p.rect(x, y, s.w, s.h, 8)
	case "stadium":
		p.rect(x, y, s.w, s.h, s.h/2)
	case "fr-rect":
		p.rect(x, y, s.w, s.h, 0)
		p.line(`M`, x+capHeight, " ", y, "v", s.h, "M", x+s.w-capHeight, " ", y, "v", s.h)
	case "cyl":
		p.cylinder(x, y, s.w, s.h)
	case "h-cyl":
		p.lyingCylinder(x, y, s.w, s.h)
	case "circle", "ellipse", "sm-circ":
		p.ellipse("sh", cx, cy, s.w/2, s.h/2)
	case "f-circ":
		p.ellipse("sh full", cx, cy, s.w/2, s.h/2)
	case "dbl-circ":
		p.ellipse("sh", cx, cy, s.w/2, s.h/2)
		p.ellipse("ln", cx, cy, s.w/2-5, s.h/2-5)
	case "fr-circ":
		p.ellipse("sh", cx, cy, s.w/2, s.h/2)
		p.ellipse("sh full", cx, cy, s.w/2-5, s.h/2-5)
	case "cross-circ":
		p.ellipse("sh", cx, cy, s.w/2, s.h/2)
		p.line("M", cx-10, " ", cy-10, "l20 20M", cx-10, " ", cy+10, "l20-20")
	case "fork":
		p.Nums(`<rect class="sh full" x="`, x, `" y="`, y, `" width="`, s.w, `" height="`, s.h, `"/>`)
	case "doc":
		p.document(x, y, s.w, s.h-5)
	case "st-rect":
		p.rect(x+5, y, s.w-10, s.h-10, 0)
		p.rect(x, y+5, s.w-10, s.h-10, 0)
	case "delay":
		r := s.h / 2
		p.area("M", x, " ", y, "h", s.w-r, "a", r, " ", r, " 0 0 1 0 ", s.h, "h", -(s.w - r), "z")
	case "curv-trap":
		p.area("M", x+notch, " ", y, "h", s.w-2*notch, "q", notch, " 0 ", notch, " ", s.h/2, "q0 ", s.h-s.h/2, " ", -notch, " ", s.h-s.h/2, "h", -(s.w - 2*notch), "L", x, " ", cy, "z")
	default:
		if c := s.corners(); c != nil {
			p.polygon(c, cx, cy)
		} else {
			p.rect(x, y, s.w, s.h, 3)
		}
	}
}

func (p *pen) rect(x, y, w, h, radius int) {
	p.Nums(`<rect class="sh" x="`, x, `" y="`, y, `" width="`, w, `" height="`, h, `"`)
	if radius > 0 {
		p.Nums(` rx="`, radius, `"`)
	}
	p.Raw("/>")
}

// area and line draw a path with and without a ground.
func (p *pen) area(d ...any) {
	p.Raw(`<path class="sh" d="`)
	p.Nums(d...)
	p.Raw(`"/>`)
}

func (p *pen) line(d ...any) {
	p.Raw(`<path class="ln" d="`)
	p.Nums(d...)
	p.Raw(`"/>`)
}

func (p *pen) ellipse(class string, x, y, rx, ry int) {
	p.Nums(`<ellipse class="`, class, `" cx="`, x, `" cy="`, y, `" rx="`, rx, `" ry="`, ry, `"/>`)
}

func (p *pen) polygon(c []graph.Point, x, y int) {
	p.Raw(`<path class="sh" d="M`)
	for i, at := range c {
		if i > 0 {
			p.Raw("L")
		}
		p.Nums(x+at.X, " ", y+at.Y)
	}
	p.Raw(`z"/>`)
}

func (p *pen) cylinder(x, y, w, h int) {
	arc := func(sweep string, dx int) {
		p.Nums("a", w/2, " ", capHeight, " 0 0 ", sweep, " ", dx, " 0")
	}
	p.Nums(`<path class="sh" d="M`, x, " ", y+capHeight)
	arc("1", w)
	p.Nums("v", h-2*capHeight)
	arc("1", -w)
	p.Nums(`z"/><path class="ln" d="M`, x, " ", y+capHeight)
	arc("0", w)
	p.Raw(`"/>`)
}

func (p *pen) lyingCylinder(x, y, w, h int) {
	arc := func(sweep string, dy int) {
		p.Nums("a", capHeight, " ", h/2, " 0 0 ", sweep, " 0 ", dy)
	}
	p.Nums(`<path class="sh" d="M`, x+w-capHeight, " ", y)
	arc("1", h)
	p.Nums("h", -(w - 2*capHeight))
	arc("1", -h)
	p.Nums(`z"/><path class="ln" d="M`, x+w-capHeight, " ", y)
	arc("0", h)
	p.Raw(`"/>`)
}

// document is a sheet whose lower edge is a wave.
func (p *pen) document(x, y, w, h int) {
	half := w / 2
	p.area("M", x, " ", y, "h", w, "v", h, "q", -half/2, " -10 ", -half, " 0", "q", -(w-half)/2, " 10 ", -(w - half), " 0z")
}
