package graph

import (
	"cmp"
	"slices"
	"strconv"
)

// Draw lays a diagram out and returns it as an SVG element. icons is the
// address of the icon sprite, whose symbols are named after kinds, with "tag"
// for other kinds, "alert" for what is missing and "more" for the rest of a
// side. Texts and addresses are escaped here; callers give them as they are.
func Draw(d Diagram, icons string) string {
	p := &pen{drawing: arrange(&d), d: &d, icons: safeHref(icons)}
	p.open()
	for _, s := range p.sheets {
		s.move(margin, margin)
		p.frame(s)
	}
	p.raw(`<g aria-hidden="true">`)
	for _, s := range p.sheets {
		p.edges(s)
	}
	p.raw("</g>")
	for _, s := range p.sheets {
		p.boxes(s)
	}
	p.raw("</svg>")
	return string(p.b)
}

// pen writes the SVG. What comes from outside goes through text and nothing
// else.
type pen struct {
	*drawing
	d     *Diagram
	icons string
	b     []byte
}

func (p *pen) raw(s string) { p.b = append(p.b, s...) }

func (p *pen) num(n int) { p.b = strconv.AppendInt(p.b, int64(n), 10) }

// nums writes numbers with the texts between them: nums("M", x, " ", y).
func (p *pen) nums(parts ...any) {
	for _, x := range parts {
		switch x := x.(type) {
		case string:
			p.raw(x)
		case int:
			p.num(x)
		}
	}
}

// text writes a stranger's text, for an element or an attribute in quotes.
func (p *pen) text(s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '&':
			p.raw("&amp;")
		case c == '<':
			p.raw("&lt;")
		case c == '>':
			p.raw("&gt;")
		case c == '"':
			p.raw("&#34;")
		case c == '\'':
			p.raw("&#39;")
		case c < ' ':
			p.raw(" ")
		default:
			p.b = append(p.b, c)
		}
	}
}

func (p *pen) open() {
	id, title, desc := idPrefix(p.d.ID), clean(p.d.Title), clean(p.d.Desc)
	if title == "" {
		title = "Diagram"
	}
	p.b = make([]byte, 0, 1024+640*len(p.nodes)+200*len(p.wires))
	w, h := p.w+2*margin, p.h+2*margin
	p.nums(`<svg viewBox="0 0 `, w, " ", h, `" width="`, w, `" height="`, h, `" direction="ltr" role="group" aria-labelledby="`, id, "-t")
	if desc != "" {
		p.nums(" ", id, "-d")
	}
	p.nums(`"><title id="`, id, `-t">`)
	p.text(title)
	p.raw("</title>")
	if desc != "" {
		p.nums(`<desc id="`, id, `-d">`)
		p.text(desc)
		p.raw("</desc>")
	}
}

// frame draws a boundary, under everything else. Its label comes with the
// nodes.
func (p *pen) frame(s *sheet) {
	if s.frame == nil {
		return
	}
	f := s.frame
	p.nums(`<rect class="bd bd-`, lookup(p.d.Boundary.Kind).name, `" aria-hidden="true" fill="none" x="`, f.x0, `" y="`, f.y0,
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
	word := clean(lookup(b.Kind).word)
	href := safeHref(b.Href)
	label, cut := fit(clean(b.Label), s.frame.x1-s.frame.x0-120, 13)
	full := ""
	if cut {
		full = word + " " + clean(b.Label)
	}
	closing := p.begin("bl k-"+lookup(b.Kind).name, href, false, full)
	p.tooltip(full)
	p.icon(lookup(b.Kind).icon, word, x, y)
	p.nums(`<text x="`, x+22, `" y="`, y+13, `">`)
	p.text(label)
	p.raw("</text>")
	p.raw(closing)
}

// begin opens a link, or a group where there is no address, and returns its
// end.
func (p *pen) begin(class, href string, current bool, name string) string {
	closing := "</a>"
	if href == "" {
		closing = "</g>"
		p.raw("<g")
	} else {
		p.raw(`<a href="`)
		p.text(href)
		p.raw(`"`)
	}
	p.nums(` class="`, class, `"`)
	if current {
		p.raw(` aria-current="true"`)
	}
	if name != "" && href != "" {
		p.raw(` aria-label="`)
		p.text(name)
		p.raw(`"`)
	}
	return closing
}

// tooltip ends the tag that begin left open and writes a title into it.
func (p *pen) tooltip(s string) {
	p.raw(">")
	if s != "" {
		p.raw("<title>")
		p.text(s)
		p.raw("</title>")
	}
}

func (p *pen) icon(symbol, word string, x, y int) {
	p.nums(`<svg class="ic" role="img" x="`, x, `" y="`, y, `" width="16" height="16"><title>`)
	p.text(word)
	p.raw(` </title><use href="`)
	p.text(p.icons)
	p.nums("#", symbol, `"/></svg>`)
}
