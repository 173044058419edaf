package site

import (
	"cmp"
	"fmt"
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/entity"
	"callboard/internal/graph"
)

// systemBlock draws a system as a box with its parts inside, what uses them to
// the left and what they rely on to the right, and counts what crosses the
// boundary.
func (p *planned) systemBlock() *Block {
	parts := p.s.targets(p.e.Ref, entity.HasPart)
	if len(parts) == 0 {
		return nil
	}
	in := map[entity.Ref]bool{}
	for _, r := range parts {
		in[r.Target] = true
	}
	d := boundary{s: p.s, own: p.e.Ref, inside: in, roll: len(parts) > graph.LimitSystem/2}
	for _, r := range parts {
		d.addPart(r.Target)
	}
	g := d.diagram("system", p.e.Title())
	g.Boundary = &graph.Boundary{ID: p.e.Ref.String(), Label: p.e.Title() + " (system)", Kind: "system"}
	caption := fmt.Sprintf("%s; %s of use inside, %d across the boundary.", plural(len(parts), "part"), plural(d.within, "relation"), d.across)
	return &Block{Title: "Diagram", Diagram: &Diagram{g, caption}, More: &Link{"All parts", p.s.entityURL(p.e.Ref, tabParts)}}
}

// domainBlock draws the systems of a domain and how they use each other.
func (p *planned) domainBlock() *Block {
	var systems []catalog.Relation
	for _, r := range p.s.targets(p.e.Ref, entity.HasPart) {
		if r.Target.Kind == "system" {
			systems = append(systems, r)
		}
	}
	if len(systems) == 0 {
		return nil
	}
	g := graph.Diagram{ID: "domain", Title: "Systems of " + p.e.Title(), Boundary: &graph.Boundary{ID: p.e.Ref.String(), Label: p.e.Title() + " (domain)", Kind: "domain"}}
	in := map[entity.Ref]bool{}
	for _, r := range first(systems, graph.LimitTab) {
		in[r.Target] = true
		n := p.s.systemNode(r.Target, p.e.Ref)
		n.Group = p.e.Ref.String()
		g.Nodes = append(g.Nodes, n)
	}
	seen := map[entity.Ref]bool{}
	for _, pair := range p.s.pairs() {
		a, b := pair.from, pair.to
		if !in[a] && !in[b] {
			continue
		}
		for _, r := range []entity.Ref{a, b} {
			if !in[r] && !seen[r] && len(g.Nodes) < graph.LimitSystem {
				seen[r] = true
				g.Nodes = append(g.Nodes, p.s.systemNode(r, p.e.Ref))
			}
		}
		g.Edges = append(g.Edges, graph.Edge{From: a.String(), To: b.String()})
	}
	g.Desc = fmt.Sprintf("%s of the domain and their neighbours.", plural(len(systems), "system"))
	caption := fmt.Sprintf("%s; lines are what the parts of one use of another.", plural(len(systems), "system"))
	return &Block{Title: "Diagram", Diagram: &Diagram{g, caption}, More: &Link{"All parts", p.s.entityURL(p.e.Ref, tabParts)}}
}

func (s *Site) systemNode(r, own entity.Ref) graph.Node {
	n := s.node(r, own)
	if k := len(s.targets(r, entity.HasPart)); k > 0 {
		n.Sub = plural(k, "part")
	}
	return n
}

// boundary collects the diagram of a system.
type boundary struct {
	s      *Site
	own    entity.Ref
	inside map[entity.Ref]bool
	roll   bool // parts become one box for each kind and type
	nodes  map[string]*graph.Node
	edges  map[[2]string]graph.Style
	within int
	across int
}

func (b *boundary) addPart(r entity.Ref) {
	if b.nodes == nil {
		b.nodes, b.edges = map[string]*graph.Node{}, map[[2]string]graph.Style{}
	}
	at := b.box(r)
	in, out := b.s.uses(r)
	for _, u := range out {
		other := b.box(u.rel.Target)
		b.edges[[2]string{at, other}] = u.style
		b.count(u.rel.Target, true)
	}
	for _, u := range in {
		if !b.inside[u.rel.Target] {
			b.edges[[2]string{b.box(u.rel.Target), at}] = u.style
			b.count(u.rel.Target, false)
		}
	}
}

func (b *boundary) count(other entity.Ref, _ bool) {
	if b.inside[other] {
		b.within++
	} else {
		b.across++
	}
}

// box is the ID of the box that stands for an entity: its own, that of its
// system if it is outside, or that of its kind and type when there are too many
// parts.
func (b *boundary) box(r entity.Ref) string {
	id, n := r.String(), graph.Node{}
	sys, hasSystem := b.s.system(r)
	switch {
	case b.inside[r] && b.roll:
		typ := ""
		if e := b.s.face(r); e != nil {
			typ = e.Type
		}
		id = "\x7f" + r.Kind + ":" + typ
		n = graph.Node{ID: id, Kind: r.Kind, Label: cmp.Or(short(typ, 30), b.s.kindWord(r.Kind)), Href: b.s.entityURL(b.own, tabParts), Group: b.own.String()}
	case b.inside[r]:
		n = b.s.node(r, b.own)
		n.Group = b.own.String()
	case hasSystem && sys != b.own && len(b.inside) > 8:
		id = sys.String()
		n = b.s.systemNode(sys, b.own)
	default:
		n = b.s.node(r, b.own)
	}
	if have := b.nodes[id]; have != nil {
		if b.inside[r] && b.roll {
			have.Count++
		}
		return id
	}
	n.ID = id
	if b.inside[r] && b.roll {
		n.Count = 1
	}
	b.nodes[id] = &n
	return id
}

// diagram puts the boxes together. Of those outside, the ones with the most
// relations stay when there are too many, and one box stands for the rest.
func (b *boundary) diagram(id, title string) graph.Diagram {
	g := graph.Diagram{ID: id, Title: "Parts of " + title, Desc: "What is inside, what uses it and what it relies on."}
	weight := map[string]int{}
	for e := range b.edges {
		weight[e[0]]++
		weight[e[1]]++
	}
	var outside []string
	for nid, n := range b.nodes {
		if n.Group != "" {
			if b.roll {
				n.Label = fmt.Sprintf("%s (%d)", n.Label, n.Count)
			}
			g.Nodes = append(g.Nodes, *n)
		} else {
			outside = append(outside, nid)
		}
	}
	slices.SortFunc(outside, func(x, y string) int { return cmp.Or(cmp.Compare(weight[y], weight[x]), cmp.Compare(x, y)) })
	room := max(graph.LimitSystem-len(g.Nodes), 12)
	const rest = "\x7frest"
	to := map[string]string{}
	for i, nid := range outside {
		if i < room || len(outside) == room+1 {
			g.Nodes = append(g.Nodes, *b.nodes[nid])
		} else {
			to[nid] = rest
		}
	}
	if n := len(to); n > 0 {
		g.Nodes = append(g.Nodes, graph.Node{ID: rest, Kind: "other", Label: fmt.Sprintf("+%d more", n), Sub: "listed under Dependencies", Count: n})
	}
	for e, style := range b.edges {
		g.Edges = append(g.Edges, graph.Edge{From: cmp.Or(to[e[0]], e[0]), To: cmp.Or(to[e[1]], e[1]), Style: style})
	}
	slices.SortFunc(g.Nodes, func(x, y graph.Node) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortFunc(g.Edges, func(x, y graph.Edge) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Style, y.Style))
	})
	return g
}

// pair is use from system to system.
type pair struct {
	from, to entity.Ref
	n        int
}

// between are the uses between systems, made when they are first needed.
type between struct{ pairs []pair }

// pairs are the uses between systems, rolled up from their parts.
func (s *Site) pairs() []pair {
	if s.trace != nil {
		s.trace[Subject{}] |= LookPairs
	}
	if s.between.pairs == nil {
		whole := *s
		whole.trace = nil
		s.between.pairs = whole.rollUp()
	}
	return s.between.pairs
}

func (s *Site) rollUp() []pair {
	count := map[[2]entity.Ref]int{}
	for _, e := range s.in.Catalog.Entities() {
		from, ok := s.system(e.Ref)
		if !ok {
			continue
		}
		_, out := s.uses(e.Ref)
		for _, u := range out {
			if to, ok := s.system(u.rel.Target); ok && to != from {
				count[[2]entity.Ref{from, to}]++
			}
		}
	}
	sorted := make([]pair, 0, len(count))
	for k, n := range count {
		sorted = append(sorted, pair{k[0], k[1], n})
	}
	slices.SortFunc(sorted, func(a, b pair) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
	return sorted
}
