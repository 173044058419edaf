package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/entity"
	"callboard/internal/graph"
)

// use is a relation of use between an entity and a neighbour.
type use struct {
	rel   catalog.Relation
	style graph.Style
	word  string
}

// usesOut are the relations by which an entity uses its target, with the word
// for them; usesIn those by which the target uses the entity.
var usesOut = map[string]use{
	entity.DependsOn: {word: "depends on"}, entity.ConsumesAPI: {word: "consumes"}, entity.APIProvidedBy: {word: "provided by"}, entity.HasPart: {word: "has part", style: graph.Thin}, entity.ParentOf: {word: "has subteam"},
}

var usesIn = map[string]use{
	entity.DependencyOf: {word: "depends on this"}, entity.APIConsumedBy: {word: "consumes this"}, entity.ProvidesAPI: {word: "provided by this"}, entity.ChildOf: {word: "parent of this"},
}

// uses are the neighbours that use the entity, and those that it uses.
func (s *Site) uses(r entity.Ref) (in, out []use) {
	for _, rel := range s.relations(r) {
		if u, ok := usesOut[rel.Type]; ok && (rel.Type != entity.HasPart || r.Kind == "component") {
			u.rel = rel
			out = append(out, u)
		}
		if u, ok := usesIn[rel.Type]; ok {
			u.rel = rel
			in = append(in, u)
		}
	}
	return in, out
}

// usersOf is what uses an entity directly.
func (s *Site) usersOf(r entity.Ref) []entity.Ref {
	s.note(r, LookEdges)
	if users, ok := s.users[r]; ok {
		return users
	}
	in, _ := s.uses(r)
	users := make([]entity.Ref, len(in))
	for i, u := range in {
		users[i] = u.rel.Target
	}
	s.users[r] = users
	return users
}

func (p *planned) uses() (in, out []use) { return p.s.uses(p.e.Ref) }

// node is an entity in a diagram.
func (s *Site) node(r entity.Ref, own entity.Ref) graph.Node {
	l := s.link(r, own)
	n := graph.Node{ID: r.String(), Kind: r.Kind, Label: l.Name, Href: l.URL, Title: l.Title, Missing: l.Missing}
	e := s.face(r)
	if e == nil {
		n.Sub = "missing"
		return n
	}
	if l.Self {
		n.Href = s.entityURL(r, "")
	}
	var sub []string
	if t := e.Type; t != "" {
		sub = append(sub, short(t, 30))
	}
	if o, ok := s.owner(r); ok {
		sub = append(sub, s.link(o.Target, own).Name)
	}
	n.Sub = strings.Join(sub, " · ")
	return n
}

func (s *Site) neighbour(u use, own entity.Ref) graph.Neighbour {
	r := u.rel.Target
	n := graph.Neighbour{Node: s.node(r, own), Style: u.style}
	if sys, ok := s.system(r); ok {
		n.System, n.SystemHref = sys.Short(own.Namespace), s.link(sys, own).URL
	}
	if o, ok := s.owner(r); ok {
		n.Owner, n.OwnerHref = o.Target.Short(own.Namespace), s.link(o.Target, own).URL
	}
	return n
}

// around draws one step around an entity.
func (p *planned) around(id string, limit int) *Diagram {
	in, out := p.uses()
	if len(in)+len(out) == 0 {
		return nil
	}
	byID := map[entity.Ref]int{}
	var ns []graph.Neighbour
	add := func(us []use, in bool) {
		for _, u := range us {
			i, ok := byID[u.rel.Target]
			if !ok {
				i = len(ns)
				byID[u.rel.Target] = i
				ns = append(ns, p.s.neighbour(u, p.e.Ref))
			}
			ns[i].In = ns[i].In || in
			ns[i].Out = ns[i].Out || !in
		}
	}
	add(in, true)
	add(out, false)
	g, shown, total, groups := graph.Around(p.s.node(p.e.Ref, p.e.Ref), ns, p.between(byID), limit)
	g.ID = id
	g.Title = "One step around " + p.e.Title()
	g.LinkGroups(p.s.entityURL(p.e.Ref, tabDeps))
	caption := ""
	if groups > 0 {
		caption = fmt.Sprintf("Showing %d of %s, the others in %s.", shown, plural(total, "neighbour"), plural(groups, "group"))
	} else if total > 0 {
		caption = fmt.Sprintf("%s: those to the left use this, those to the right are used.", plural(total, "neighbour"))
	}
	if p.e.Kind == entity.KindGroup && groups == 0 {
		caption = "Its parent to the left, its teams to the right."
	}
	return &Diagram{g, caption}
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// between are the uses among the neighbours themselves, if they are few.
func (p *planned) between(of map[entity.Ref]int) []graph.Edge {
	if len(of) > graph.LimitTab {
		return nil
	}
	var out []graph.Edge
	for r := range of {
		_, uses := p.s.uses(r)
		for _, u := range uses {
			if _, ok := of[u.rel.Target]; ok && u.rel.Target != r {
				out = append(out, graph.Edge{From: r.String(), To: u.rel.Target.String(), Style: u.style})
			}
		}
	}
	slices.SortFunc(out, func(a, b graph.Edge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return out
}

func (p *planned) aroundBlock() *Block {
	switch p.e.Kind {
	case entity.KindSystem:
		return p.systemBlock()
	case entity.KindDomain:
		return p.domainBlock()
	case entity.KindUser, entity.KindLocation, entity.KindTemplate:
		return nil
	}
	d := p.around("around", graph.LimitOverview)
	if d == nil {
		return nil
	}
	b := &Block{Title: "Around this " + strings.ToLower(p.s.kindWord(p.e.Ref.Kind)), Diagram: d}
	if p.e.Kind == entity.KindAPI {
		b.Title = "Around this API"
	}
	if p.e.Kind != entity.KindGroup {
		b.More = &Link{"All relations", p.s.entityURL(p.e.Ref, tabDeps)}
	}
	return b
}

// depsTab is the larger diagram with both tables and the reach of a change.
func (p *planned) depsTab() (main, side []Block) {
	if d := p.around("deps", graph.LimitTab); d != nil && p.e.Kind != entity.KindSystem && p.e.Kind != entity.KindDomain {
		main = append(main, Block{Title: "Diagram", Diagram: d})
	}
	in, out := p.uses()
	if len(out) > 0 {
		main = append(main, Block{Title: "Uses", Count: len(out), Table: p.useTable("Uses", out)})
	}
	if len(in) > 0 {
		main = append(main, Block{Title: "Used by", Count: len(in), Table: p.useTable("Used by", in)})
	}
	if b := p.impact(); b != nil {
		main = append(main, *b)
	}
	return main, nil
}

// maxRows is how many rows a table of relations shows. What is beyond is
// counted.
const maxRows = 300

func (p *planned) useTable(caption string, us []use) *Table {
	t := &Table{Caption: caption, Columns: []Column{{"Name", "c1"}, {"Relation", ""}, {"Owner", ""}, {"Declared in", "opt"}}}
	for _, u := range first(us, maxRows) {
		row := []Cell{{Entities: []EntityLink{p.link(u.rel.Target)}}, {Text: u.word}, {}, {Text: u.rel.Pos.Path(), Class: "opt"}}
		if o, ok := p.s.owner(u.rel.Target); ok {
			row[2].Entities = []EntityLink{p.link(o.Target)}
			row[0].Meta = u.word
		}
		if href := p.s.fileURL(u.rel.Pos.Repo, u.rel.Pos.File, u.rel.Pos.Line); href != "" {
			row[3].Link, row[3].Text = &Link{u.rel.Pos.Path(), href}, ""
		}
		t.Rows = append(t.Rows, row)
	}
	if n := len(us) - maxRows; n > 0 {
		t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprintf("%d more are in catalog.json", n)}, {}, {}, {}})
	}
	return t
}

const (
	maxImpact = 100  // entities listed
	maxReach  = 5000 // entities counted
)

// impact lists what uses the entity through others.
func (p *planned) impact() *Block {
	type step struct{ ref, through entity.Ref }
	seen := map[entity.Ref]bool{p.e.Ref: true}
	in, _ := p.uses()
	var direct []entity.Ref
	for _, u := range in {
		if u.rel.Type != entity.ProvidesAPI && !seen[u.rel.Target] {
			direct = append(direct, u.rel.Target)
			seen[u.rel.Target] = true
		} else if u.rel.Type == entity.ProvidesAPI {
			direct = append(direct, u.rel.Target) // what consumes the API uses this
			seen[u.rel.Target] = true
		}
	}
	var queue, far []step
	for _, r := range direct {
		queue = append(queue, step{r, r})
	}
	for len(queue) > 0 && len(seen) < maxReach {
		at := queue[0]
		queue = queue[1:]
		for _, user := range p.s.usersOf(at.ref) {
			if !seen[user] {
				seen[user] = true
				far = append(far, step{user, at.through})
				queue = append(queue, step{user, at.through})
			}
		}
	}
	if len(far) == 0 {
		return nil
	}
	b := &Block{Title: "Reach of a change", Count: len(far), Intro: "What uses this through something else."}
	for _, f := range first(far, maxImpact) {
		l, through := p.link(f.ref), p.link(f.through)
		b.Rows = append(b.Rows, Row{Entity: &l, Sub: "through " + through.Name})
	}
	if n := len(far) - maxImpact; n > 0 {
		b.Rows = append(b.Rows, Row{Text: fmt.Sprintf("and %d more", n)})
	}
	return b
}
