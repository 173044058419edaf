package mermaid

import (
	"slices"
	"strings"

	"callboard/internal/graph"
	"callboard/internal/lazyregexp"
)

// node is a node of a flowchart.
type node struct {
	id, text string
	shape    string
	class    []string
	style    string
	href     string
	tip      string
	group    int
}

// link is an edge of a flowchart.
type link struct {
	from, to   string
	text       string
	stroke     stroke
	head, tail head
	length     int
	style      string
}

type stroke uint8

const (
	solid stroke = iota
	dotted
	thick
	invisible
)

type head uint8

const (
	noHead head = iota
	arrow
	cross
	circle
	openArrow // of sequence diagrams
)

// group is a subgraph.
type group struct {
	id, title string
	parent    int
	way       *graph.Way
	class     []string
	style     string
	ids       []string // of nodes named in it, in order
}

// chart is a flowchart that has been read.
type chart struct {
	way     graph.Way
	nodes   []*node
	byID    map[string]*node
	links   []link
	groups  []*group
	classes map[string]string
	title   string
	desc    string
}

// flowParser reads a flowchart.
type flowParser struct {
	*source
	*chart
	open    []int           // groups that have not ended
	edgeIDs map[string]bool // names of edges, which are no nodes
}

var ways = map[string]graph.Way{"TB": graph.Down, "TD": graph.Down, "v": graph.Down, "BT": graph.Up, "^": graph.Up, "LR": graph.Right, ">": graph.Right, "RL": graph.Left, "<": graph.Left}

func parseFlow(s *source) (*chart, error) {
	p := &flowParser{source: s, chart: &chart{byID: map[string]*node{}, classes: map[string]string{}, title: s.heading}, edgeIDs: map[string]bool{}}
	p.spaces()
	if way, ok := ways[p.header()]; ok {
		p.way = way
	} else {
		return nil, p.fail("unknown direction")
	}
	for {
		p.skip(" \t\n;")
		if p.end() {
			break
		}
		if err := p.statement(); err != nil {
			return nil, err
		}
		if len(p.nodes) > graph.MaxFlowBoxes || len(p.links) > graph.MaxFlowEdges || len(p.groups) > graph.MaxFlowBoxes {
			return nil, ErrTooLarge
		}
	}
	if len(p.open) > 0 {
		return nil, p.fail("a subgraph has no end")
	}
	return p.chart, p.settle()
}

// header is the direction behind the word that begins a flowchart; none is TB.
func (p *flowParser) header() string {
	from := p.at
	for !p.end() && strings.IndexByte(" \t\n;", p.text[p.at]) < 0 {
		p.at++
	}
	if from == p.at {
		return "TB"
	}
	return p.text[from:p.at]
}

// keyword tells whether a statement begins with a word, and passes it.
func (p *flowParser) keyword(word string) bool {
	if !p.has(word) {
		return false
	}
	if c := p.peek(len(word)); c != 0 && strings.IndexByte(" \t\n;", c) < 0 {
		return false
	}
	p.at += len(word)
	p.spaces()
	return true
}

func (p *flowParser) statement() error {
	switch {
	case p.keyword("subgraph"):
		return p.subgraph()
	case p.keyword("end"):
		return p.endGroup()
	case p.keyword("direction"):
		return p.direction()
	case p.keyword("classDef"):
		names, props, _ := strings.Cut(p.clause(), " ")
		for name := range strings.SplitSeq(names, ",") {
			p.classes[name] = props
		}
	case p.keyword("class"):
		p.assign(func(class *[]string, _ *string, value string) {
			*class = append(*class, strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })...)
		})
	case p.keyword("style"):
		p.assign(func(_ *[]string, style *string, value string) { *style += "," + value })
	case p.keyword("linkStyle"):
		p.linkStyle()
	case p.keyword("click"):
		return p.click()
	case p.has("accTitle") || p.has("accDescr"):
		return p.accessible()
	default:
		return p.chain()
	}
	return nil
}

// clause takes the rest of a statement.
func (p *flowParser) clause() string {
	rest := p.rest()
	if i := strings.IndexAny(rest, "\n;"); i >= 0 {
		rest = rest[:i]
	}
	p.at += len(rest)
	return strings.TrimSpace(rest)
}

func (p *flowParser) direction() error {
	way, ok := ways[p.clause()]
	switch {
	case !ok:
		return p.fail("unknown direction")
	case len(p.open) == 0:
		p.way = way
	default:
		p.groups[p.open[len(p.open)-1]].way = &way
	}
	return nil
}

// assign gives nodes and groups of a statement "a,b value" a class or a style.
func (p *flowParser) assign(set func(class *[]string, style *string, value string)) {
	ids, value, _ := strings.Cut(p.clause(), " ")
	for id := range strings.SplitSeq(ids, ",") {
		if i := p.groupOf(id); i >= 0 {
			set(&p.groups[i].class, &p.groups[i].style, value)
		} else {
			n := p.node(id)
			set(&n.class, &n.style, value)
		}
	}
}

func (p *chart) groupOf(id string) int {
	return slices.IndexFunc(p.groups, func(g *group) bool { return g.id == id })
}

// node is the node of an id, which is made where it is named first.
func (p *chart) node(id string) *node {
	n := p.byID[id]
	if n == nil {
		n = &node{id: id, text: id, shape: "rect", group: -1}
		p.byID[id] = n
		p.nodes = append(p.nodes, n)
	}
	return n
}

func (p *flowParser) linkStyle() {
	which, style, _ := strings.Cut(p.clause(), " ")
	if strings.HasPrefix(style, "interpolate ") {
		return
	}
	for s := range strings.SplitSeq(which, ",") {
		n, digits := 0, s != "" && len(s) < 5
		for _, c := range []byte(s) {
			digits = digits && '0' <= c && c <= '9'
			n = n*10 + int(c-'0')
		}
		if digits && n < len(p.links) {
			p.links[n].style = style
		}
	}
}

var quoted = lazyregexp.New(`^"([^"]*)"\s*`)

// click reads what happens when a node is clicked. Only an address means
// something here; a call of a script is passed over.
func (p *flowParser) click() error {
	id, rest, _ := strings.Cut(p.clause(), " ")
	rest = strings.TrimSpace(rest)
	rest = strings.TrimSpace(strings.TrimPrefix(rest, "href "))
	m := quoted.FindStringSubmatch(rest)
	if m == nil {
		return nil
	}
	n := p.byID[id]
	if n == nil {
		return nil
	}
	n.href = m[1]
	if m := quoted.FindStringSubmatch(rest[len(m[0]):]); m != nil {
		n.tip = m[1]
	}
	return nil
}

// accessible reads accTitle: text, accDescr: text and accDescr { text }.
func (p *source) accessible() (name, text string, err error) {
	name = "accTitle"
	if p.has("accDescr") {
		name = "accDescr"
	}
	p.at += len(name)
	p.spaces()
	if p.take("{") {
		inside, ok := p.until("}")
		if !ok {
			return "", "", p.fail("%s has no end", name)
		}
		return name, strings.TrimSpace(inside), nil
	}
	if !p.take(":") {
		return "", "", p.fail("%s needs a colon", name)
	}
	return name, p.line(), nil
}

func (p *flowParser) accessible() error {
	name, text, err := p.source.accessible()
	if name == "accTitle" {
		p.title = text
	} else {
		p.desc = text
	}
	return err
}

// subgraph begins a group: an id, an id with a title in brackets, or a title.
func (p *flowParser) subgraph() error {
	if len(p.open) >= graph.MaxFlowDepth {
		return ErrTooLarge
	}
	g := &group{parent: -1}
	if len(p.open) > 0 {
		g.parent = p.open[len(p.open)-1]
	}
	line := p.groupHead()
	id, title, bracket := strings.Cut(line, "[")
	switch {
	case bracket && strings.HasSuffix(title, "]"):
		g.id, g.title = strings.TrimSpace(id), unquote(strings.TrimSuffix(title, "]"))
	default:
		g.id, g.title = unquote(line), unquote(line)
	}
	if id, class, ok := strings.Cut(g.id, ":::"); ok {
		g.id, g.class = id, []string{class}
	}
	if g.id != "" && p.groupOf(g.id) >= 0 {
		g.id = "" // two of one name: edges go to the first
	}
	p.open = append(p.open, len(p.groups))
	p.groups = append(p.groups, g)
	return nil
}

// groupHead is the rest of the line that begins a group, or of the lines if its
// title is in quotes.
func (p *flowParser) groupHead() string {
	from := p.at
	for inside := false; !p.end(); p.at++ {
		c := p.text[p.at]
		if c == '"' {
			inside = !inside
		} else if !inside && (c == '\n' || c == ';') {
			break
		}
	}
	return strings.TrimSpace(p.text[from:p.at])
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// endGroup ends a group. Nodes belong to the first group that names them; inner
// ones end first.
func (p *flowParser) endGroup() error {
	if len(p.open) == 0 {
		return p.fail("an end without a subgraph")
	}
	i := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	for _, id := range p.groups[i].ids {
		if n := p.byID[id]; n.group < 0 {
			n.group = i
		}
	}
	return nil
}
