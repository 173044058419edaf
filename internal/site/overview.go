package site

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"callboard/internal/apidoc"
	"callboard/internal/catalog"
	"callboard/internal/entity"
)

// cardRows is how many rows a card shows; the rest is in a tab.
const cardRows = 6

// relationCards are the relations an overview shows, by the words for them.
var relationCards = []relationCard{
	{entity.ProvidesAPI, "Provides", tabAPIs}, {entity.ConsumesAPI, "Consumes", tabAPIs}, {entity.DependsOn, "Depends on", tabDeps}, {entity.APIProvidedBy, "Provided by", tabDeps},
	{entity.APIConsumedBy, "Consumed by", tabDeps}, {entity.DependencyOf, "Used by", tabDeps}, {entity.HasPart, "Has parts", tabParts}, {entity.ParentOf, "Subteams", ""}, {entity.HasMember, "People", ""}, {entity.MemberOf, "Member of", ""},
}

const relationsTitle = "Relations"

func (p *planned) overview() (main, side []Block) {
	if cards := p.cards(); len(cards) > 0 {
		main = append(main, Block{Title: relationsTitle, Cards: cards})
	}
	if b := p.aroundBlock(); b != nil {
		// Of a system or a domain the drawing comes first.
		if p.e.Kind == entity.KindSystem || p.e.Kind == entity.KindDomain {
			main = append([]Block{*b}, main...)
		} else {
			main = append(main, *b)
		}
	}
	switch p.e.Kind {
	case entity.KindGroup, entity.KindUser:
		owns := p.ownsBlocks(20)
		for i := range owns {
			owns[i].Tabbed = true
		}
		main = append(owns, main...)
	case entity.KindAPI:
		main = append(main, p.outline()...)
	case entity.KindTemplate:
		main = append(main, p.template()...)
	}
	if unknownKind(p.e.Kind) || p.e.Kind == entity.KindLocation {
		main = append(main, p.specBlock()...)
	}
	if t := p.undeclared(); t != nil {
		main = append(main, Block{Title: "Not declared", Undeclared: t})
	}
	return main, p.side()
}

// relationCard is a relation that has a card on the overview.
type relationCard struct{ relation, title, tab string }

// ownCards are those of relations that the configuration has made.
func (p *planned) ownCards() []relationCard {
	var out []relationCard
	for _, r := range p.s.relations(p.e.Ref) {
		if entity.Inverse(r.Type) == "" && (len(out) == 0 || out[len(out)-1].relation != r.Type) {
			out = append(out, relationCard{relation: r.Type, title: words(r.Type)})
		}
	}
	return out
}

// words are those of a relation's type: "Sold in" of soldIn.
func words(relation string) string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(relation, "_", " ") {
		switch {
		case i == 0:
			r = unicode.ToUpper(r)
		case unicode.IsUpper(r):
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (p *planned) cards() []Card {
	var out []Card
	for _, c := range slices.Concat(relationCards, p.ownCards()) {
		rs := p.s.targets(p.e.Ref, c.relation)
		if len(rs) == 0 {
			continue
		}
		card := Card{Title: c.title, Count: len(rs), Tabbed: c.tab != ""}
		limit := cardRows
		if c.tab == "" {
			limit = 60
		}
		for _, r := range first(rs, limit) {
			card.Rows = append(card.Rows, p.row(r.Target))
		}
		if len(rs) > limit && c.tab != "" {
			card.More = &Link{fmt.Sprintf("All %d", len(rs)), p.s.entityURL(p.e.Ref, c.tab)}
		}
		out = append(out, card)
	}
	return out
}

// row is a neighbour with the one fact that tells most about it.
func (p *planned) row(r entity.Ref) Row {
	l := p.link(r)
	row := Row{Entity: &l}
	e := p.s.face(r)
	if e == nil {
		return row
	}
	switch {
	case e.Kind == entity.KindUser:
		row.Sub = e.Name
	case e.Lifecycle != "" && e.Kind == entity.KindComponent:
		row.Sub, row.Tone = e.Lifecycle, tone(e.Lifecycle)
	default:
		row.Sub = e.Type
	}
	row.Sub = short(row.Sub, 40)
	return row
}

func (p *planned) side() []Block {
	var out []Block
	if d := p.docs(); d != nil {
		pages := p.docPages(d)
		b := Block{Title: "Docs", Count: len(pages), Tabbed: true}
		for _, pg := range first(pages, 5) {
			b.Rows = append(b.Rows, Row{Link: &Link{pg.Title, p.s.docsURL(d.Of, pg.Path)}})
		}
		if len(pages) > 5 {
			b.More = &Link{fmt.Sprintf("All %d pages", len(pages)), p.s.entityURL(p.e.Ref, tabDocs)}
		}
		out = append(out, b)
	}
	if len(p.e.Metadata.Tags) > 0 {
		b := Block{Title: "Tags"}
		for _, t := range p.e.Metadata.Tags {
			b.Tags = append(b.Tags, Link{t, p.s.url("catalog/-/tag/" + tagSegment(t) + "/")})
		}
		out = append(out, b)
	}
	out = append(out, p.repository()...)
	return append(out, p.about())
}

func (p *planned) about() Block {
	b := Block{Title: "About"}
	b.Terms = append(b.Terms, Term{Name: "Reference", Text: p.e.Ref.String()})
	file := p.e.Origin.Pos().String()
	b.Terms = append(b.Terms, Term{Name: "Declared in", Text: file, URL: p.fileURL(p.e.Origin.File, p.e.Origin.Line)})
	for _, k := range slices.Sorted(maps.Keys(p.e.Metadata.Labels)) {
		b.Terms = append(b.Terms, Term{Name: k, Text: p.e.Metadata.Labels[k]})
	}
	return b
}

// fileURL is the address at the host of a line of a file of the entity's
// repository.
func (p *planned) fileURL(file string, line int) string {
	return p.s.fileURL(p.e.Origin.Repo, file, line)
}

func (s *Site) fileURL(repo, file string, line int) string {
	src := s.sourceOf(repo)
	l := catalog.LinksOf(src.WebURL, src.Branch, file)
	if l.View == "" {
		return ""
	}
	if line > 0 {
		return fmt.Sprintf("%s#L%d", l.View, line)
	}
	return l.View
}

// undeclared names what entities of this kind usually declare and this one does
// not. Only the description is always shown to whom the entity is.
func (p *planned) undeclared() *Undeclared {
	var missing []string
	if p.e.Metadata.Description == "" {
		missing = append(missing, "description")
	}
	if !p.s.in.Partial {
		missing = append(missing, p.unrelated()...)
	}
	if len(missing) == 0 {
		return nil
	}
	return &Undeclared{missing, Link{"Add to " + lastSegment(p.e.Origin.File), p.s.entityURL(p.e.Ref, tabEntry) + "#missing"}}
}

// unrelated names what the entity usually leads to and does not.
func (p *planned) unrelated() (missing []string) {
	add := func(is bool, what string) {
		if is {
			missing = append(missing, what)
		}
	}
	switch p.e.Kind {
	case entity.KindComponent:
		add(len(p.s.targets(p.e.Ref, entity.PartOf)) == 0, "system")
		add(p.docs() == nil, "documentation")
		add(!slices.ContainsFunc(p.e.Metadata.Links, func(l entity.Link) bool { t, _ := linkKind(l); return t == "runbook" }), "runbook")
	case entity.KindAPI, entity.KindResource:
		add(len(p.s.targets(p.e.Ref, entity.PartOf)) == 0, "system")
	case entity.KindSystem:
		add(len(p.s.targets(p.e.Ref, entity.PartOf)) == 0, "domain")
	}
	return missing
}

func lastSegment(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// outline shows what an API offers.
func (p *planned) outline() []Block {
	ref := p.reference()
	if ref == nil || ref.Count() == 0 && len(ref.Schemas) == 0 {
		return nil
	}
	more := &Link{"Definition", p.s.entityURL(p.e.Ref, tabDef)}
	return []Block{{Title: "What it offers", Count: ref.Count(), More: more, Outline: trim(ref, 40), Tabbed: true}}
}

// trim keeps the first items of an outline, without their long texts.
func trim(r *apidoc.Reference, items int) *apidoc.Reference {
	out := *r
	out.Description, out.Groups = "", nil
	for _, g := range r.Groups {
		if items <= 0 {
			break
		}
		g.Description = ""
		g.Items = slices.Clone(first(g.Items, items))
		for i := range g.Items {
			g.Items[i].Description = ""
		}
		items -= len(g.Items)
		out.Groups = append(out.Groups, g)
	}
	out.Schemas = nil
	for _, x := range first(r.Schemas, 60) {
		x.Description = ""
		out.Schemas = append(out.Schemas, x)
	}
	return &out
}

// specBlock shows a spec that no card explains, as a definition list.
func (p *planned) specBlock() []Block {
	ts := terms(p.e.Spec, 0)
	if len(ts) == 0 {
		return nil
	}
	return []Block{{Title: "Spec", Terms: ts}}
}

const (
	maxTerms     = 200
	maxTermDepth = 6
)

func terms(m map[string]any, depth int) []Term {
	var out []Term
	for _, k := range first(slices.Sorted(maps.Keys(m)), maxTerms) {
		t := Term{Name: k}
		switch v := m[k].(type) {
		case map[string]any:
			if depth < maxTermDepth {
				t.Terms = terms(v, depth+1)
			}
		case []any:
			if depth < maxTermDepth {
				t.Text, t.Terms = listTerms(v, depth)
			}
		case nil:
			t.Text = "none"
		default:
			t.Text = short(fmt.Sprint(v), 300)
		}
		out = append(out, t)
	}
	return out
}

// listTerms shows a list of plain values in one line, and others one by one.
func listTerms(l []any, depth int) (string, []Term) {
	var plain []string
	var nested []Term
	for i, v := range first(l, maxTerms) {
		if m, ok := v.(map[string]any); ok {
			nested = append(nested, Term{Name: fmt.Sprint(i + 1), Terms: terms(m, depth+1)})
		} else {
			plain = append(plain, fmt.Sprint(v))
		}
	}
	return short(strings.Join(plain, ", "), 600), nested
}

// template describes a software template: what it asks and what it does.
func (p *planned) template() []Block {
	var out []Block
	t := &Table{Caption: "What it asks", Columns: []Column{{"Name", "c1"}, {"Type", ""}, {"Required", ""}, {"Default", ""}}}
	pages, ok := p.e.Spec["parameters"].([]any)
	if m, single := p.e.Spec["parameters"].(map[string]any); single && !ok {
		pages = []any{m}
	}
	for _, pg := range first(pages, 50) {
		t.Rows = append(t.Rows, parameters(pg)...)
	}
	if len(t.Rows) > 0 {
		out = append(out, Block{Title: "What it asks", Count: len(t.Rows), Table: t})
	}
	steps, _ := p.e.Spec["steps"].([]any)
	b := Block{Title: "What it does", Count: len(steps)}
	for _, st := range first(steps, 100) {
		m, _ := st.(map[string]any)
		name, _ := m["name"].(string)
		action, _ := m["action"].(string)
		if name == "" {
			name = action
		}
		b.Rows = append(b.Rows, Row{Text: short(name, 120), Sub: short(action, 60)})
	}
	if len(b.Rows) > 0 {
		out = append(out, b)
	}
	return out
}

func parameters(page any) [][]Cell {
	m, _ := page.(map[string]any)
	props, _ := m["properties"].(map[string]any)
	required := map[string]bool{}
	list, _ := m["required"].([]any)
	for _, r := range list {
		if s, ok := r.(string); ok {
			required[s] = true
		}
	}
	var out [][]Cell
	for _, k := range first(slices.Sorted(maps.Keys(props)), 100) {
		f, _ := props[k].(map[string]any)
		title, _ := f["title"].(string)
		typ, _ := f["type"].(string)
		def := ""
		if v, ok := f["default"]; ok {
			def = short(fmt.Sprint(v), 40)
		}
		need := "no"
		if required[k] {
			need = "yes"
		}
		out = append(out, []Cell{{Text: k, Sub: short(title, 80)}, {Text: typ}, {Text: need}, {Text: def}})
	}
	return out
}
