package graph

import (
	"cmp"
	"slices"

	"callboard/internal/svg"
)

// Draw lays a diagram out and returns it as an SVG element. icons is the
// address of the icon sprite, whose symbols are named after kinds, with "tag"
// for other kinds, "alert" for what is missing and "more" for the rest of a
// side. Texts and addresses are escaped here; callers give them as they are.
func Draw(d Diagram, icons string) string {
	p := &pen{drawing: arrange(&d), d: &d, icons: svg.SafeHref(icons)}
	p.open()
	for _, s := range p.sheets {
		s.move(margin, margin)
		p.frame(s)
	}
	p.Raw(`<g aria-hidden="true">`)
	for _, s := range p.sheets {
		p.edges(s)
	}
	p.Raw("</g>")
	for _, s := range p.sheets {
		p.boxes(s)
	}
	p.Raw("</svg>")
	return string(p.B)
}

// pen writes the SVG. What comes from outside goes through Text and nothing
// else.
type pen struct {
	*drawing
	d     *Diagram
	icons string
	svg.Pen
}

func (p *pen) open() {
	id, title, desc := svg.IDPrefix(p.d.ID), svg.Clean(p.d.Title), svg.Clean(p.d.Desc)
	if title == "" {
		title = "Diagram"
	}
	p.B = make([]byte, 0, 1024+640*len(p.nodes)+200*len(p.wires))
	w, h := p.w+2*margin, p.h+2*margin
	p.Nums(`<svg viewBox="0 0 `, w, " ", h, `" width="`, w, `" height="`, h, `" direction="ltr" role="group" aria-labelledby="`, id, "-t")
	if desc != "" {
		p.Nums(" ", id, "-d")
	}
	p.Nums(`"><title id="`, id, `-t">`)
	p.Text(title)
	p.Raw("</title>")
	if desc != "" {
		p.Nums(`<desc id="`, id, `-d">`)
		p.Text(desc)
		p.Raw("</desc>")
	}
}

// frame draws a boundary, under everything else. Its label comes with the
// nodes.
func (p *pen) frame(s *sheet) {
	if s.frame == nil {
		return
	}
	f := s.frame
	p.Nums(`<rect class="bd bd-`, lookup(p.d.Boundary.Kind).name, `" aria-hidden="true" fill="none" x="`, f.x0, `" y="`, f.y0,
		`" width="`, f.x1-f.x0, `" height="`, f.y1-f.y0, `" rx="8"/>`)
}

// boxes writes the nodes of a sheet in reading order: by columns, each from the
// top. The label of a boundary comes before the first node inside.
func (p *pen) boxes(s *sheet) {
	order := make([]int, s.nodes)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.v[a].x, s.v[b].x), cmp.Compare(s.v[a].y, s.v[b].y))
	})
	labelled := s.frame == nil
	for _, v := range order {
		if !labelled && s.zones[v] == inside {
			p.label(s)
			labelled = true
		}
		p.box(&s.v[v])
	}
}

// label writes the name of a boundary in its corner.
func (p *pen) label(s *sheet) {
	b, x, y := p.d.Boundary, s.frame.x0+12, s.frame.y0+8
	word := svg.Clean(lookup(b.Kind).word)
	href := svg.SafeHref(b.Href)
	label, cut := svg.Fit(svg.Clean(b.Label), s.frame.x1-s.frame.x0-120, 13)
	full := ""
	if cut {
		full = word + " " + svg.Clean(b.Label)
	}
	closing := p.begin("bl k-"+lookup(b.Kind).name, href, false, full)
	p.tooltip(full)
	p.icon(lookup(b.Kind).icon, word, x, y)
	p.Nums(`<text x="`, x+22, `" y="`, y+13, `">`)
	p.Text(label)
	p.Raw("</text>")
	p.Raw(closing)
}

// begin opens a link, or a group where there is no address, and returns its
// end.
func (p *pen) begin(class, href string, current bool, name string) string {
	closing := "</a>"
	if href == "" {
		closing = "</g>"
		p.Raw("<g")
	} else {
		p.Raw(`<a href="`)
		p.Text(href)
		p.Raw(`"`)
	}
	p.Nums(` class="`, class, `"`)
	if current {
		p.Raw(` aria-current="true"`)
	}
	if name != "" && href != "" {
		p.Raw(` aria-label="`)
		p.Text(name)
		p.Raw(`"`)
	}
	return closing
}

// tooltip ends the tag that begin left open and writes a title into it.
func (p *pen) tooltip(s string) {
	p.Raw(">")
	if s != "" {
		p.Raw("<title>")
		p.Text(s)
		p.Raw("</title>")
	}
}

func (p *pen) icon(symbol, word string, x, y int) {
	p.Nums(`<svg class="ic" role="img" x="`, x, `" y="`, y, `" width="16" height="16"><title>`)
	p.Text(word)
	p.Raw(` </title><use href="`)
	p.Text(p.icons)
	p.Nums("#", symbol, `"/></svg>`)
}
