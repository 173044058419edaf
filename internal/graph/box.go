package graph

import "callboard/internal/svg"

// Places within a node.
const (
	iconX, iconY = 12, 14
	textX        = 36
	labelY, subY = 19, 34
	textRoom     = nodeW - textX - 6
	labelSize    = 13
	subSize      = 12
)

// box writes a node: a link with its shape, icon and two lines.
func (p *pen) box(v *vertex) {
	n := &p.nodes[v.node]
	k := lookup(n.Kind)
	x, y := v.x, v.y-nodeH/2
	room := textRoom
	if n.Kind == "api" || n.Kind == "user" || n.Kind == "resource" {
		room -= 4 // round ends and double edges
	}
	label, cut := svg.Fit(svg.Clean(n.Label), room, labelSize)
	second := svg.Clean(n.Sub)
	if n.Missing {
		second = "missing"
	}
	sub, cutSub := svg.Fit(second, room, subSize)

	word := svg.Clean(k.word)
	full := ""
	if cut || cutSub {
		full = svg.Clean(n.Label)
		if second != "" {
			full += " · " + second
		}
	}
	tip, name := svg.Clean(n.Title), ""
	if tip == "" {
		tip = full
	}
	if tip != "" { // else the name would be the tooltip
		name = word + " " + svg.Clean(n.Label) + " " + second
	}
	closing := p.begin(classes(n, k), svg.SafeHref(n.Href), n.Self, name)
	p.Nums(` data-n="`, v.node, `"`)
	p.tooltip(tip)
	p.shape(n, x, y)
	icon := k.icon
	if n.Missing {
		icon = "alert"
	}
	p.icon(icon, word, x+iconX, y+iconY)
	if sub == "" {
		p.line(label, "", x+textX, y+nodeH/2+5)
	} else {
		p.line(label, "", x+textX, y+labelY)
		p.Raw(" ")
		p.line(sub, ` class="st"`, x+textX, y+subY)
	}
	p.Raw(closing)
}

func (p *pen) line(s, class string, x, y int) {
	p.Nums("<text", class, ` x="`, x, `" y="`, y, `">`)
	p.Text(s)
	p.Raw("</text>")
}

func classes(n *Node, k kind) string {
	c := "nd k-" + k.name
	if n.Self {
		c += " me"
	}
	if n.Missing {
		c += " missing"
	}
	if n.Count > 0 {
		c += " many"
	}
	return c
}

// shape draws the outline that tells the kind, as a rectangle and what stands
// in it.
func (p *pen) shape(n *Node, x, y int) {
	if n.Count > 0 { // a second sheet behind
		p.Nums(`<path class="bk" d="M`, x+5, " ", y+nodeH, "v4h", nodeW, "v-", nodeH, `h-5"/>`)
	}
	radius, dash := 5, ""
	switch n.Kind {
	case "api", "user":
		radius = nodeH / 2
	case "resource", "domain":
		radius = 0
	case "template":
		dash = "6 3"
	}
	if n.Missing {
		dash = "2 3"
	}
	p.Nums(`<rect x="`, x, `" y="`, y, `" width="`, nodeW, `" height="`, nodeH, `" rx="`, radius)
	if dash != "" {
		p.Nums(`" stroke-dasharray="`, dash)
	}
	p.Raw(`"/>`)
	switch n.Kind {
	case "resource":
		p.Nums(`<path class="sh" d="M`, x+5, " ", y, "v", nodeH, "M", x+nodeW-5, " ", y, "v", nodeH, `"/>`)
	case "group":
		p.Nums(`<path class="br" d="M`, x+4, " ", y+1, "v", nodeH-2, `"/>`)
	case "system", "domain":
		p.Nums(`<path class="sh" d="M`, x+4, " ", y+4, "h", nodeW-8, "v", nodeH-8, "h-", nodeW-8, `z"/>`)
	}
}
