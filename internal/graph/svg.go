package graph

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
)

// Draw lays a diagram out and returns it as an SVG element. icons is the
// address of the icon sprite. Text and addresses are escaped; there are classes
// and presentation attributes only, no styles and no script.
func Draw(d Diagram, icons string) string {
	l := arrange(d)
	p := &pen{l: l, icons: icons}
	p.measure()
	p.open()
	p.boundary()
	p.edges()
	p.nodes()
	p.b.WriteString("</svg>")
	return p.b.String()
}

type pen struct {
	l          *layout
	icons      string
	b          strings.Builder
	w, h       int
	bottom     int // where the next edge that leads back runs
	dx, dy     int // shift of everything, to make room for a boundary
	boundaries [4]int
}

func (p *pen) x(v int) int { return margin + p.dx + p.l.v[v].rank*(nodeW+gapX) }
func (p *pen) y(v int) int { return p.l.v[v].y + p.dy }

const (
	boundaryPad  = 14
	boundaryHead = 30
	backGap      = 14 // between edges that lead back
)

func (p *pen) measure() {
	if p.l.d.Boundary != nil {
		p.dx, p.dy = boundaryPad, boundaryHead
	}
	for i, v := range p.l.v {
		if v.node >= 0 {
			p.w = max(p.w, p.x(i)+nodeW+margin)
			p.h = max(p.h, p.y(i)+nodeH/2+margin)
		}
	}
	p.w, p.h = max(p.w, 2*margin), max(p.h, 2*margin)
	if p.l.d.Boundary != nil {
		p.w, p.h = p.w+boundaryPad, p.h+boundaryPad
	}
	p.bottom = p.h - margin/2
	back := len(p.l.loops)
	for _, k := range p.l.links {
		if k.turned {
			back++
		}
	}
	if back > 0 {
		p.h += back*backGap + 4
	}
}

func (p *pen) f(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

func (p *pen) open() {
	id, d := html.EscapeString(p.l.d.ID), p.l.d
	p.f(`<svg viewBox="0 0 %d %d" width="%d" height="%d" role="group" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		p.w, p.h, p.w, p.h, id, id, id, html.EscapeString(d.Title), id, html.EscapeString(d.Desc))
}

func (p *pen) boundary() {
	b := p.l.d.Boundary
	if b == nil {
		return
	}
	x1, y1, x2, y2, any := 0, 0, 0, 0, false
	for i, v := range p.l.v {
		if v.node < 0 || p.l.outside(i) {
			continue
		}
		x, y := p.x(i), p.y(i)-nodeH/2
		if !any {
			x1, y1, x2, y2, any = x, y, x+nodeW, y+nodeH, true
			continue
		}
		x1, y1, x2, y2 = min(x1, x), min(y1, y), max(x2, x+nodeW), max(y2, y+nodeH)
	}
	if !any {
		return
	}
	x1, y1, x2, y2 = x1-boundaryPad, y1-boundaryHead+4, x2+boundaryPad, y2+boundaryPad
	p.f(`<rect class="bd" x="%d" y="%d" width="%d" height="%d" rx="8"/><text class="el" x="%d" y="%d">%s</text>`,
		x1, y1, x2-x1, y2-y1, x1+10, y1+17, html.EscapeString(fit(b.Label, 10*(x2-x1-20), 12)))
}

func (p *pen) edges() {
	p.b.WriteString(`<g aria-hidden="true">`)
	for _, k := range p.l.links {
		p.edge(k)
	}
	for _, v := range p.l.loops {
		p.back(v, v, Solid)
	}
	p.b.WriteString("</g>")
}

func (p *pen) edge(k link) {
	if k.turned {
		p.back(k.to, k.from, k.style)
		return
	}
	var b strings.Builder
	x, y := p.x(k.from)+nodeW, p.y(k.from)
	fmt.Fprintf(&b, "M%d %d", x, y)
	curve := func(tx, ty int) {
		mid := (x + tx) / 2
		if y == ty {
			fmt.Fprintf(&b, "H%d", tx)
		} else {
			fmt.Fprintf(&b, "C%d %d %d %d %d %d", mid, y, mid, ty, tx, ty)
		}
		x, y = tx, ty
	}
	for _, v := range k.bends {
		curve(p.x(v), p.y(v))
		x += nodeW
		fmt.Fprintf(&b, "H%d", x)
	}
	curve(p.x(k.to)-7, p.y(k.to))
	p.path(b.String(), k, x, y)
}

// path writes a line and its arrow head. The names of its ends let a script
// bring it out.
func (p *pen) path(d string, k link, x, y int) {
	class := "ed"
	switch k.style {
	case Dashed:
		class = "ed d"
	case Thin:
		class = "ed t"
	}
	p.f(`<g class="e" data-a="%d" data-b="%d"><path class="%s" d="%s"/><path class="ah" d="M%d %dl7 4l-7 4z"/></g>`, k.from, k.to, class, d, x, y-4)
}

// back draws an edge against the reading direction: out at the right, along the
// bottom and in at the left.
func (p *pen) back(from, to int, style Style) {
	p.bottom += backGap
	x1, y1, x2, y2, h := p.x(from)+nodeW, p.y(from), p.x(to)-7, p.y(to), p.bottom
	const r, out = 8, 16
	d := fmt.Sprintf("M%d %dH%dQ%d %d %d %dV%dQ%d %d %d %dH%dQ%d %d %d %dV%dQ%d %d %d %dH%d",
		x1, y1, x1+out-r, x1+out, y1, x1+out, y1+r, h-r, x1+out, h, x1+out-r, h,
		x2-out+r+7, x2-out+7, h, x2-out+7, h-r, y2+r, x2-out+7, y2, x2-out+7+r, y2, x2)
	p.path(d, link{from: from, to: to, style: style}, x2, y2)
}

// nodes writes the boxes in reading order: by rank, then from the top.
func (p *pen) nodes() {
	var order []int
	for i, v := range p.l.v {
		if v.node >= 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.l.v[a].rank, p.l.v[b].rank), cmp.Compare(p.l.v[a].y, p.l.v[b].y), cmp.Compare(a, b))
	})
	for _, i := range order {
		p.node(i)
	}
}

func (p *pen) node(i int) {
	n := p.l.d.Nodes[p.l.v[i].node]
	x, y := p.x(i), p.y(i)-nodeH/2
	class := "nd k-" + kindClass(n.Kind)
	if n.Self {
		class += " me"
	}
	if n.Missing {
		class += " missing"
	}
	if n.Count > 0 {
		class += " many"
	}
	tag := "a"
	if n.Href == "" {
		tag = "g"
		p.f(`<g class="%s" data-n="%d">`, class, i)
	} else {
		current := ""
		if n.Self {
			current = ` aria-current="true"`
		}
		p.f(`<a class="%s" data-n="%d" href="%s"%s>`, class, i, html.EscapeString(n.Href), current)
	}
	if n.Title != "" {
		p.f("<title>%s</title>", html.EscapeString(n.Title))
	}
	p.shape(n, x, y)
	icon := kindClass(n.Kind)
	if n.Missing {
		icon = "alert"
	}
	p.f(`<svg class="ic" x="%d" y="%d" width="16" height="16" aria-hidden="true"><use href="%s#%s"/></svg>`, x+12, y+14, html.EscapeString(p.icons), icon)
	p.text(n, x, y)
	p.b.WriteString("</" + tag + ">")
}

func (p *pen) text(n Node, x, y int) {
	kind := KindWord(n.Kind)
	if n.Missing {
		kind = "Missing " + strings.ToLower(kind)
	}
	p.f(`<text x="%d" y="%d"><tspan class="vh">%s </tspan>%s</text>`, x+36, y+19, html.EscapeString(kind), html.EscapeString(fit(n.Label, textW, 13)))
	if n.Sub != "" {
		p.f(` <text class="st" x="%d" y="%d">%s</text>`, x+36, y+35, html.EscapeString(fit(n.Sub, textW, 12)))
	}
}

// shape draws the outline that tells the kind: API pill, resource square with
// bars, system double, and so on.
func (p *pen) shape(n Node, x, y int) {
	rect := func(class string, x, y, w, h, r int) {
		p.f(`<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, class, x, y, w, h, r)
	}
	if n.Count > 0 {
		rect("bk", x+4, y+4, nodeW, nodeH, 5)
	}
	switch n.Kind {
	case "api", "user":
		rect("bx", x, y, nodeW, nodeH, nodeH/2)
	case "resource":
		rect("bx", x, y, nodeW, nodeH, 0)
		p.f(`<path class="sh" d="M%d %dv%dM%d %dv%d"/>`, x+5, y, nodeH, x+nodeW-5, y, nodeH)
	case "system":
		rect("bx", x, y, nodeW, nodeH, 5)
		rect("in", x+3, y+3, nodeW-6, nodeH-6, 3)
	case "domain":
		rect("bx", x, y, nodeW, nodeH, 0)
		rect("in", x+3, y+3, nodeW-6, nodeH-6, 0)
	case "group":
		rect("bx", x, y, nodeW, nodeH, 5)
		p.f(`<path class="sh" d="M%d %dv%d"/>`, x+4, y+1, nodeH-2)
	default:
		rect("bx", x, y, nodeW, nodeH, 5)
	}
}

func kindClass(kind string) string { return lookup(kind).name }

// KindWord is the word for a kind of which people read one.
func KindWord(kind string) string { return lookup(kind).word }

const textW = (nodeW - 36 - 12) * 10 // room for text, in tenths of a pixel

// fit cuts text to a width, in tenths of a pixel, at a size in pixels.
func fit(s string, width, size int) string {
	w := 0
	cut := -1 // where the text must end if an ellipsis follows
	for i, r := range s {
		if cut < 0 && w+runeWidth('…')*size/10 > width {
			cut = lastStart(s, i)
		}
		w += runeWidth(r) * size / 10
		if w > width {
			if cut < 0 {
				cut = lastStart(s, i)
			}
			return strings.TrimRight(s[:cut], " -_.") + "…"
		}
	}
	return s
}

func lastStart(s string, i int) int {
	for i > 0 {
		i--
		if s[i]&0xc0 != 0x80 {
			return i
		}
	}
	return 0
}

// runeWidth is the width of a character in hundredths of the text's size,
// rather too wide than too narrow for the usual sans-serif faces.
func runeWidth(r rune) int {
	switch {
	case strings.ContainsRune("iljI.,:;'|!", r):
		return 30
	case strings.ContainsRune("ftr()[]{}- /\\", r):
		return 40
	case strings.ContainsRune("mwMW@%…", r):
		return 90
	case r >= 'A' && r <= 'Z':
		return 70
	case r >= 0x1100:
		return 105
	}
	return 58
}
