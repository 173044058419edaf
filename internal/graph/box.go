package graph

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
	label, cut := fit(clean(n.Label), room, labelSize)
	second := clean(n.Sub)
	if n.Missing {
		second = "missing"
	}
	sub, cutSub := fit(second, room, subSize)

	word := clean(k.word)
	full := ""
	if cut || cutSub {
		full = clean(n.Label)
		if second != "" {
			full += " · " + second
		}
	}
	tip, name := clean(n.Title), ""
	if tip == "" {
		tip = full
	}
	if tip != "" { // else the name would be the tooltip
		name = word + " " + clean(n.Label) + " " + second
	}
	closing := p.begin(classes(n, k), safeHref(n.Href), n.Self, name)
	p.nums(` data-n="`, v.node, `"`)
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
		p.raw(" ")
		p.line(sub, ` class="st"`, x+textX, y+subY)
	}
	p.raw(closing)
}

func (p *pen) line(s, class string, x, y int) {
	p.nums("<text", class, ` x="`, x, `" y="`, y, `">`)
	p.text(s)
	p.raw("</text>")
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
		p.nums(`<path class="bk" d="M`, x+5, " ", y+nodeH, "v4h", nodeW, "v-", nodeH, `h-5"/>`)
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
	p.nums(`<rect x="`, x, `" y="`, y, `" width="`, nodeW, `" height="`, nodeH, `" rx="`, radius)
	if dash != "" {
		p.nums(`" stroke-dasharray="`, dash)
	}
	p.raw(`"/>`)
	switch n.Kind {
	case "resource":
		p.nums(`<path class="sh" d="M`, x+5, " ", y, "v", nodeH, "M", x+nodeW-5, " ", y, "v", nodeH, `"/>`)
	case "group":
		p.nums(`<path class="br" d="M`, x+4, " ", y+1, "v", nodeH-2, `"/>`)
	case "system", "domain":
		p.nums(`<path class="sh" d="M`, x+4, " ", y+4, "h", nodeW-8, "v", nodeH-8, "h-", nodeW-8, `z"/>`)
	}
}
