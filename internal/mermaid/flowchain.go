package mermaid

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// chain reads nodes and the edges between them: A & B --> C --text--> D.
func (p *flowParser) chain() error {
	from, err := p.several()
	if err != nil {
		return err
	}
	for {
		p.spaces()
		if p.end() || p.peek(0) == '\n' || p.peek(0) == ';' {
			return nil
		}
		name := p.edgeName()
		l, ok, err := p.link()
		if err != nil {
			return err
		}
		if !ok {
			return p.fail("expected an edge")
		}
		if name != "" {
			p.edgeIDs[name] = true
		}
		p.skip(" \t\n")
		to, err := p.several()
		if err != nil {
			return err
		}
		for _, a := range from {
			for _, b := range to {
				l.from, l.to = a, b
				p.links = append(p.links, l)
			}
		}
		if len(p.links) > MaxEvents {
			return ErrTooLarge
		}
		from = to
	}
}

// several reads nodes joined by "&" and returns their ids.
func (p *flowParser) several() (ids []string, err error) {
	for {
		id, err := p.oneNode()
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
		from := p.at
		p.skip(" \t\n")
		if !p.take("&") {
			p.at = from
			return ids, nil
		}
		p.skip(" \t\n")
	}
}

// edgeName reads the name that an edge may have: name@-->.
func (p *flowParser) edgeName() string {
	from := p.at
	name := p.id()
	if name != "" && p.take("@") && p.peek(0) != '{' {
		return name
	}
	p.at = from
	return ""
}

// id reads a node's id. A hyphen, a dot or an equals sign that may begin an edge
// ends it.
func (p *flowParser) id() string {
	from := p.at
	for !p.end() {
		r, n := utf8.DecodeRuneInString(p.rest())
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), strings.ContainsRune("_!#$%'*+.`?\\/", r):
		case r == ':' && p.peek(1) != ':' && p.peek(1) > ' ':
		case r == '-' && !strings.ContainsRune("->.", rune(p.peek(1))) && p.peek(1) > ' ':
		case r == '=' && p.peek(1) != '=' && p.peek(1) > ' ':
		case r >= 0x2000: // symbols and emoji
		default:
			return p.text[from:p.at]
		}
		p.at += n
	}
	return p.text[from:p.at]
}

// oneNode reads a node with what may follow its id: a shape with its text, data
// in braces, and a class.
func (p *flowParser) oneNode() (string, error) {
	id := p.id()
	if id == "" {
		return "", p.fail("expected the name of a node")
	}
	if p.has("@{") {
		return id, p.data(id)
	}
	n := p.node(id)
	if len(p.open) > 0 {
		g := p.groups[p.open[len(p.open)-1]]
		g.ids = append(g.ids, id)
	}
	if err := p.shape(n); err != nil {
		return "", err
	}
	if p.has("@{") {
		if err := p.data(id); err != nil {
			return "", err
		}
	}
	if p.take(":::") {
		n.class = append(n.class, p.id())
	}
	return id, nil
}

// bracket is how the text of a node is enclosed, which is its shape.
type bracket struct{ open, close, shape string }

// brackets are in an order in which none hides another: of those that open alike,
// the first whose end comes first is meant.
var brackets = []bracket{
	{"(((", ")))", "dbl-circ"},
	{"((", "))", "circle"},
	{"([", "])", "stadium"},
	{"(-", "-)", "ellipse"},
	{"(", ")", "rounded"},
	{"[[", "]]", "fr-rect"},
	{"[(", ")]", "cyl"},
	{"[/", "/]", "lean-r"},
	{"[/", "\\]", "trap-b"},
	{"[\\", "\\]", "lean-l"},
	{"[\\", "/]", "trap-t"},
	{"[", "]", "rect"},
	{"{{", "}}", "hex"},
	{"{", "}", "diam"},
	{">", "]", "odd"},
}

// shape reads the text of a node, if there is one.
func (p *flowParser) shape(n *node) error {
	p.spacesBefore("[({")
	var open string
	for _, b := range brackets {
		if p.has(b.open) {
			open = b.open
			break
		}
	}
	if open == "" {
		return nil
	}
	from := p.at
	p.at += len(open)
	text, err := p.inside(open)
	if err != nil {
		p.at = from
		return err
	}
	for _, b := range brackets {
		if b.open == open && p.take(b.close) {
			n.text, n.shape = text, b.shape
			return nil
		}
	}
	p.at = from
	return p.fail("the text of the node %q has no end", n.id)
}

// spacesBefore passes spaces if one of a set of bytes follows them.
func (p *flowParser) spacesBefore(set string) {
	from := p.at
	p.spaces()
	if p.end() || strings.IndexByte(set, p.text[p.at]) < 0 {
		p.at = from
	}
}

// inside reads the text of a node up to what closes it, which is not passed. In
// quotes it may hold anything but quotes.
func (p *flowParser) inside(open string) (string, error) {
	from := p.at
	p.skip(" \t\n")
	if p.take(`"`) {
		text, ok := p.until(`"`)
		if !ok {
			return "", p.fail("a quote has no end")
		}
		p.skip(" \t\n")
		return text, nil
	}
	p.at = from
	best := -1
	for _, b := range brackets {
		if b.open != open {
			continue
		}
		if i := strings.Index(p.rest(), b.close); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	if best < 0 {
		return "", p.fail("a bracket has no end")
	}
	text := p.rest()[:best]
	if strings.Contains(text, "\n\n") {
		return "", p.fail("a bracket has no end")
	}
	p.at += best
	return text, nil
}

// data reads "@{ shape: cyl, label: "text" }" of a node. Of an edge it is passed
// over: it says how that moves.
func (p *flowParser) data(id string) error {
	p.at += len("@{")
	fields := map[string]string{}
	for {
		p.skip(" \t\n,")
		if p.take("}") {
			break
		}
		key, ok := p.until(":")
		if !ok || strings.ContainsAny(key, "}\n") {
			return p.fail("the data of %q has no end", id)
		}
		value, err := p.value()
		if err != nil {
			return err
		}
		fields[strings.TrimSpace(key)] = value
	}
	if p.edgeIDs[id] {
		return nil
	}
	n := p.node(id)
	if len(p.open) > 0 {
		g := p.groups[p.open[len(p.open)-1]]
		g.ids = append(g.ids, id)
	}
	if s := fields["shape"]; s != "" {
		if n.shape = shapeNames()[s]; n.shape == "" {
			n.shape = "rect"
		}
	}
	if text, ok := fields["label"]; ok {
		n.text = text
	}
	if p.take(":::") {
		n.class = append(n.class, p.id())
	}
	return nil
}

func (p *flowParser) value() (string, error) {
	p.spaces()
	for _, q := range [...]string{`"`, `'`} {
		if p.take(q) {
			v, ok := p.until(q)
			if !ok {
				return "", p.fail("a quote has no end")
			}
			return v, nil
		}
	}
	from := p.at
	for !p.end() && strings.IndexByte(",}\n", p.text[p.at]) < 0 {
		p.at++
	}
	return strings.TrimSpace(p.text[from:p.at]), nil
}

// settle makes groups of the nodes that are named like them, and takes out what
// cannot be drawn: a group that holds nothing is a node.
func (p *flowParser) settle() error {
	nodes := p.nodes[:0]
	for _, n := range p.nodes {
		g := p.groupOf(n.id)
		if g < 0 {
			nodes = append(nodes, n)
			continue
		}
		p.groups[g].class = append(p.groups[g].class, n.class...)
		p.groups[g].style += "," + n.style
		if n.group >= 0 && p.groups[g].parent < 0 && !p.inGroup(n.group, g) {
			p.groups[g].parent = n.group
		}
	}
	p.nodes = nodes
	for _, l := range p.links {
		a, b := p.groupOf(l.from), p.groupOf(l.to)
		if a >= 0 && p.holds(a, l.to) || b >= 0 && p.holds(b, l.from) || a >= 0 && a == b {
			return p.fail("an edge leads from a subgraph to what is in it")
		}
	}
	return nil
}

// inGroup tells whether a group is another one, or in it.
func (p *chart) inGroup(g, other int) bool {
	for g >= 0 && g != other {
		g = p.groups[g].parent
	}
	return g == other
}

// holds tells whether a group holds a node or a group of an id.
func (p *chart) holds(g int, id string) bool {
	if i := p.groupOf(id); i >= 0 {
		return i != g && p.inGroup(i, g)
	}
	at := p.byID[id].group
	return at >= 0 && p.inGroup(at, g)
}
