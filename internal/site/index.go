package site

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/graph"
)

func (s *Site) homePages() iter.Seq[Page] {
	return func(yield func(Page) bool) {
		v := Home{Chrome: s.head("Home", "", ""), Description: s.in.Config.Description}
		v.Chrome.Title, v.Chrome.Home = s.in.Config.Title, true
		if s.twins {
			v.Chrome.Markdown = s.url(llmsFile)
		}
		v.Tries = s.tries()
		v.Kinds = s.kindTabs("", false)[1:]
		v.Teams = len(s.in.Catalog.ByKind(entity.KindGroup))
		for _, e := range first(s.in.Catalog.ByKind(entity.KindTemplate), 5) {
			l := s.link(e.Ref, entity.Ref{})
			v.Templates = append(v.Templates, Row{Entity: &l, Sub: short(e.Type(), 30)})
		}
		v.Health, v.NoFindings = s.healthSummary(), s.noFindings()
		yield(s.page("", v))
	}
}

// tries are searches that are known to find something.
func (s *Site) tries() []Link {
	var out []Link
	add := func(q string) { out = append(out, Link{q, s.url("search/") + "?q=" + queryEscape(q)}) }
	for _, e := range s.in.Catalog.ByKind(entity.KindComponent) {
		if _, ok := s.owner(e.Ref); ok && e.Type() == "service" {
			add("owner of " + e.Name)
			break
		}
	}
	for _, e := range first(s.in.Catalog.ByKind(entity.KindAPI), 1) {
		add(e.Type() + " kind:api")
	}
	if len(out) > 0 {
		add("lifecycle:deprecated")
	}
	return out
}

func (s *Site) healthSummary() []Row {
	var out []Row
	errors, warnings, infos := diag.Count(s.in.Diagnostics)
	for _, c := range []struct {
		n          int
		word, tone string
	}{{errors, "error", "bad"}, {warnings, "warning", "warn"}, {infos, "note", ""}} {
		if c.n > 0 {
			out = append(out, Row{Link: &Link{plural(c.n, c.word), s.url("health/")}, Sub: ""})
		}
	}
	if n := s.failedSources(); n > 0 {
		out = append([]Row{{Link: &Link{plural(n, "source") + " not readable", s.url("health/")}}}, out...)
	}
	return out
}

// indexPages are the indexes with a form of their own.
func (s *Site) indexPages() iter.Seq[Page] {
	return func(yield func(Page) bool) {
		for _, f := range []func() Page{s.apisIndex, s.systemsIndex, s.teamsIndex, s.peopleIndex, s.templatesIndex, s.docsIndex, s.graphPage} {
			if !yield(f()) {
				return
			}
		}
	}
}

// maxIndex is how many rows an index shows; the static lists have all.
const maxIndex = 1000

// indexTable lists entities; empty is what the page says if there are none.
func (s *Site) indexTable(es []*entity.Entity, caption, empty string) []Block {
	t := &Table{Caption: caption, Columns: []Column{{"Name", "c1"}, {"Type", ""}, {"Owner", "opt"}, {"Lifecycle", ""}}}
	for _, e := range first(es, maxIndex) {
		t.Rows = append(t.Rows, s.entityRow(e.Ref, entity.Ref{}))
	}
	b := Block{Title: caption, Count: len(es), Table: t}
	if len(es) > maxIndex {
		b.Intro = fmt.Sprintf("The first %d; the catalog has all of them.", maxIndex)
	}
	if len(es) == 0 {
		return []Block{s.nothing(empty)}
	}
	return []Block{b}
}

func (s *Site) apisIndex() Page {
	return s.plain("apis", "APIs", "apis/", nil, s.indexTable(s.in.Catalog.ByKind(entity.KindAPI), "All APIs", "No catalog file describes an API: an entity of the kind API, with its definition in OpenAPI, AsyncAPI, GraphQL or Protobuf.")...)
}

func (s *Site) templatesIndex() Page {
	return s.plain("templates", "Templates", "templates/", nil, s.indexTable(s.in.Catalog.ByKind(entity.KindTemplate), "All templates", "No catalog file describes a software template: an entity of the kind Template.")...)
}

func (s *Site) peopleIndex() Page {
	t := &Table{Caption: "All people", Columns: []Column{{"Name", "c1"}, {"Teams", ""}}}
	es := s.in.Catalog.ByKind(entity.KindUser)
	for _, e := range first(es, maxIndex) {
		row := []Cell{{Entities: []EntityLink{s.link(e.Ref, entity.Ref{})}}, {}}
		for _, r := range first(s.targets(e.Ref, entity.MemberOf), 4) {
			row[1].Entities = append(row[1].Entities, s.link(r.Target, e.Ref))
		}
		t.Rows = append(t.Rows, row)
	}
	var blocks []Block
	if len(es) > 0 {
		blocks = []Block{{Title: "All people", Count: len(es), Table: t}}
	}
	return s.plain("people", "People", "teams/", nil, s.orNothing(blocks, "No catalog file describes a person: an entity of the kind User, which says in spec.memberOf what teams they are in.")...)
}

// systemsIndex lists domains with their systems, then systems without one.
func (s *Site) systemsIndex() Page {
	var blocks []Block
	inDomain := map[entity.Ref]bool{}
	for _, d := range s.in.Catalog.ByKind(entity.KindDomain) {
		b := Block{Title: d.Title(), More: &Link{"Domain", s.entityURL(d.Ref, "")}}
		for _, r := range s.targets(d.Ref, entity.HasPart) {
			if r.Target.Kind == "system" {
				inDomain[r.Target] = true
			}
			b.Rows = append(b.Rows, s.systemRow(r.Target))
		}
		if b.Count = len(b.Rows); b.Count > 0 {
			blocks = append(blocks, b)
		}
	}
	rest := Block{Title: s.wording("In no domain", "Other systems")}
	for _, e := range s.in.Catalog.ByKind(entity.KindSystem) {
		if !inDomain[e.Ref] {
			rest.Rows = append(rest.Rows, s.systemRow(e.Ref))
		}
	}
	if rest.Count = len(rest.Rows); rest.Count > 0 {
		blocks = append(blocks, rest)
	}
	blocks = append(blocks, s.undeclaredSystems()...)
	return s.plain("systems", "Systems", "systems/", nil, s.orNothing(blocks, "No catalog file describes a system: an entity of the kind System, which components and APIs name as spec.system.")...)
}

func (s *Site) systemRow(r entity.Ref) Row {
	l := s.link(r, entity.Ref{})
	row := Row{Entity: &l, Sub: plural(len(s.targets(r, entity.HasPart)), "part")}
	if o, ok := s.owner(r); ok {
		row.Sub = s.link(o.Target, r).Name + " · " + row.Sub
	}
	return row
}

func (s *Site) orNothing(bs []Block, empty string) []Block {
	if len(bs) == 0 {
		return []Block{s.nothing(empty)}
	}
	return bs
}

// teamsIndex is the organisation as a tree.
func (s *Site) teamsIndex() Page {
	var tops []TreeItem
	seen := map[entity.Ref]bool{}
	groups := s.in.Catalog.ByKind(entity.KindGroup)
	for _, e := range groups {
		if !s.hasParent(e.Ref) {
			tops = append(tops, s.team(e.Ref, seen, 0))
		}
	}
	for _, e := range groups { // what is left stands in a circle
		if !seen[e.Ref] {
			tops = append(tops, s.team(e.Ref, seen, 0))
		}
	}
	var blocks []Block
	if len(tops) > 0 {
		blocks = []Block{{Title: "Organisation", Count: len(groups), Tree: tops, More: &Link{"People", s.url("people/")}}}
	}
	blocks = append(blocks, s.undeclaredOwners()...)
	return s.plain("teams", "Teams", "teams/", nil, s.orNothing(blocks, "No catalog file describes a team: an entity of the kind Group, which others name as spec.owner.")...)
}

func (s *Site) hasParent(r entity.Ref) bool {
	return slices.ContainsFunc(s.targets(r, entity.ChildOf), func(x catalog.Relation) bool { return !x.Dangling })
}

func (s *Site) team(r entity.Ref, seen map[entity.Ref]bool, depth int) TreeItem {
	seen[r] = true
	it := TreeItem{Entity: s.link(r, entity.Ref{}), Sub: fmt.Sprintf("%s · owns %d", people(len(s.targets(r, entity.HasMember))), len(s.targets(r, entity.OwnerOf)))}
	for _, c := range s.targets(r, entity.ParentOf) {
		if !seen[c.Target] && !c.Dangling && depth < 12 {
			it.Children = append(it.Children, s.team(c.Target, seen, depth+1))
		}
	}
	return it
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// docsIndex lists documentation by system.
func (s *Site) docsIndex() Page {
	by := map[entity.Ref]*Block{}
	var order []entity.Ref
	for _, d := range s.in.Docs {
		sys, _ := s.system(d.Of)
		b := by[sys]
		if b == nil {
			b = &Block{Title: s.wording("In no system", "Other documentation")}
			if !sys.IsZero() {
				l := s.link(sys, entity.Ref{})
				b.Title, b.More = l.Name, &Link{"System", l.URL}
			}
			by[sys] = b
			order = append(order, sys)
		}
		l := s.link(d.Of, entity.Ref{})
		l.URL = s.docsURL(d.Of, "")
		b.Rows = append(b.Rows, Row{Entity: &l, Sub: plural(d.Pages, "page")})
		b.Count++
	}
	slices.SortFunc(order, func(a, b entity.Ref) int {
		return cmp.Or(cmp.Compare(b2i(a.IsZero()), b2i(b.IsZero())), a.Compare(b))
	})
	var blocks []Block
	for _, sys := range order {
		blocks = append(blocks, *by[sys])
	}
	return s.plain("docs", "Documentation", "docs/", nil, s.orNothing(blocks, "No entity has documentation: a mkdocs.yml beside its catalog file, and Markdown in docs.")...)
}

// graphPage is the landscape: systems and what they use of each other, drawn
// while that can be read, and as a list in any case.
func (s *Site) graphPage() Page {
	systems := s.in.Catalog.ByKind(entity.KindSystem)
	pairs := s.pairs()
	var blocks []Block
	if len(systems) > 0 && len(systems) <= graph.LimitTab {
		g := graph.Diagram{ID: "landscape", Title: "Systems and what they use of each other", Desc: "The same is listed below."}
		for _, e := range systems {
			g.Nodes = append(g.Nodes, s.systemNode(e.Ref, entity.Ref{}))
		}
		for _, p := range pairs {
			g.Edges = append(g.Edges, graph.Edge{From: p.from.String(), To: p.to.String()})
		}
		blocks = append(blocks, Block{Title: "Landscape", Diagram: &Diagram{g, fmt.Sprintf("%s, %s between them.", plural(len(systems), "system"), plural(len(pairs), "relation"))}})
	}
	t := &Table{Caption: "Uses between systems", Columns: []Column{{"System", "c1"}, {"Uses", ""}, {"Relations", "num"}}}
	top := slices.Clone(pairs)
	slices.SortStableFunc(top, func(a, b pair) int { return cmp.Compare(b.n, a.n) })
	for _, p := range first(top, maxIndex) {
		t.Rows = append(t.Rows, []Cell{{Entities: []EntityLink{s.link(p.from, entity.Ref{})}}, {Entities: []EntityLink{s.link(p.to, entity.Ref{})}}, {Text: fmt.Sprint(p.n), Class: "num"}})
	}
	if len(pairs) > 0 {
		blocks = append(blocks, Block{Title: "Uses between systems", Count: len(pairs), Table: t})
	}
	return s.plain("graph", "Graph", "graph/", nil, s.orNothing(blocks, "Systems and what they use of each other are drawn here, and the catalog has no systems. The page of each entity shows what is around it.")...)
}
