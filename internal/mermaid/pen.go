package mermaid

import (
	"callboard/internal/svg"
)

// margin is the room round a drawing.
const margin = 8

// pen writes the SVG.
type pen struct {
	svg.Pen
	opt *Options
}

// open begins a drawing of a size; what follows is moved into its margin, and
// below a title that is shown.
func (p *pen) open(kind, title, desc string, w, h int) {
	id := svg.IDPrefix(p.opt.ID)
	name := title
	if name == "" {
		name = kind
	}
	top := margin
	if title != "" {
		top += 30
		w = max(w, svg.Width(title, textSize)*108/100)
	}
	w, h = w+2*margin, h+top+margin
	p.Nums(`<svg class="mm" viewBox="0 0 `, w, " ", h, `" width="`, w, `" height="`, h, `" direction="ltr" role="group" aria-labelledby="`, id, "-t ", id, `-d"><title id="`, id, `-t">`)
	p.Text(name)
	p.Nums(`</title><desc id="`, id, `-d">`)
	p.Text(svg.Clean(desc))
	p.Raw("</desc>")
	if title != "" {
		p.Nums(`<text class="tt" aria-hidden="true" text-anchor="middle" x="`, w/2, `" y="`, margin+14, `">`)
		p.Text(title)
		p.Raw("</text>")
	}
	p.Nums(`<g transform="translate(`, margin, " ", top, `)">`)
}

func (p *pen) close() []byte {
	p.Raw("</g></svg>")
	return p.B
}

// label writes a text whose lines are centred at x; y is the middle of it all.
func (p *pen) label(l *label, x, y int) { p.lines(l, x, y, "middle") }

// lines writes a text beside a place: anchor is where x is in its lines.
func (p *pen) lines(l *label, x, y int, anchor string) {
	if l.empty() {
		return
	}
	p.Raw("<text")
	if anchor != "start" {
		p.Nums(` text-anchor="`, anchor, `"`)
	}
	base := y - l.h/2 + l.lead()/2 + l.size*35/100
	if len(l.lines) == 1 {
		p.Nums(` x="`, x, `" y="`, base, `">`)
		p.pieces(l.lines[0])
		p.Raw("</text>")
		return
	}
	p.Raw(">")
	for i, line := range l.lines {
		if len(line) == 0 {
			continue
		}
		p.Nums(`<tspan x="`, x, `" y="`, base+i*l.lead(), `">`)
		p.pieces(line)
		if i+1 < len(l.lines) {
			p.Raw(" ") // between the words of two lines, for those who hear them
		}
		p.Raw("</tspan>")
	}
	p.Raw("</text>")
}

func (p *pen) pieces(line []piece) {
	for _, part := range line {
		href := ""
		if part.href != "" {
			href = p.opt.href(part.href)
		}
		if href != "" {
			p.Raw(`<a href="`)
			p.Text(href)
			p.Raw(`">`)
		}
		p.piece(part)
		if href != "" {
			p.Raw("</a>")
		}
	}
}

func (p *pen) piece(part piece) {
	if part.face == 0 {
		p.Text(part.text)
		return
	}
	p.Raw(`<tspan class="`)
	for i, class := range [...]string{"b", "i", "m"} {
		if part.face&(1<<i) != 0 {
			p.Raw(" " + class)
		}
	}
	p.Raw(`">`)
	p.Text(part.text)
	p.Raw("</tspan>")
}

// begin opens a group, or a link if there is an address, and returns its end.
func (p *pen) begin(class, href, tip string) (end string) {
	end = "</g>"
	if href == "" {
		p.Raw("<g")
	} else {
		end = "</a>"
		p.Raw(`<a href="`)
		p.Text(href)
		p.Raw(`"`)
	}
	p.Nums(` class="`, class, `">`)
	if tip = svg.Clean(tip); tip != "" {
		p.Raw("<title>")
		p.Text(tip)
		p.Raw("</title>")
	}
	return end
}
