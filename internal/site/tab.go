package site

import (
	"fmt"
	"slices"

	"callboard/internal/apidoc"
	"callboard/internal/catalog"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

func (p *planned) docsTab() (main, side []Block) {
	d := p.docs()
	pages := p.docPages(d)
	b := Block{Title: d.Title, Count: len(pages), More: &Link{"Open", p.docsAddress(d)}}
	for _, pg := range pages {
		row := Row{Link: &Link{pg.Title, p.s.docsURL(d.Of, pg.Path)}}
		if len(pg.Trail) > 0 {
			row.Sub = pg.Trail[len(pg.Trail)-1]
		}
		b.Rows = append(b.Rows, row)
	}
	return []Block{b}, nil
}

func (p *planned) apisTab() (main, side []Block) {
	for _, c := range []struct{ relation, title string }{{entity.ProvidesAPI, "Provides"}, {entity.ConsumesAPI, "Consumes"}} {
		rs := p.s.targets(p.e.Ref, c.relation)
		if len(rs) == 0 {
			continue
		}
		t := &Table{Caption: c.title, Columns: []Column{{"API", "c1"}, {"Type", ""}, {"Owner", "opt"}, {"Lifecycle", ""}}}
		for _, r := range rs {
			t.Rows = append(t.Rows, p.s.entityRow(r.Target, p.e.Ref))
		}
		main = append(main, Block{Title: c.title, Count: len(rs), Table: t})
	}
	return main, nil
}

// entityRow is an entity in a table of name, type, owner and lifecycle.
func (s *Site) entityRow(r, own entity.Ref) []Cell {
	row := []Cell{{Entities: []EntityLink{s.link(r, own)}}, {}, {Class: "opt"}, {}}
	e := s.face(r)
	if e == nil {
		return row
	}
	row[0].Sub = short(e.Description, 80)
	row[1].Text = short(e.Type, 40)
	if o, ok := s.owner(r); ok {
		row[2].Entities = []EntityLink{s.link(o.Target, own)}
		row[0].Meta = row[2].Entities[0].Name
	}
	row[3].Text, row[3].Tone = short(e.Lifecycle, 40), tone(e.Lifecycle)
	return row
}

// maxInline is how much of a definition stands on its page, in bytes; the file
// beside it is whole.
const maxInline = 400 << 10

func (p *planned) definition() (main, side []Block) {
	text := p.e.SpecString("definition")
	raw := &Link{"Raw file", p.s.base + p.rawPath()}
	ref := p.reference()
	if ref != nil && (ref.Count() > 0 || len(ref.Schemas) > 0) {
		main = append(main, Block{Title: "Outline", Count: ref.Count(), Outline: trim(ref, 400)})
	}
	c := &Code{Lang: apidoc.Lang(p.e.Type(), text), Title: p.rawName(), Text: text, Numbers: true, Raw: raw}
	b := Block{Title: "Source", Code: c, More: raw}
	if len(text) > maxInline {
		c.Text = cutLines(text, maxInline)
		b.Intro = fmt.Sprintf("The first %d KB; the raw file is whole.", maxInline>>10)
	}
	return append(main, b), nil
}

func cutLines(s string, n int) string {
	for n > 0 && s[n-1] != '\n' {
		n--
	}
	return s[:n]
}

// rawName is the name of the file that holds an API's definition.
func (p *planned) rawName() string {
	switch apidoc.Lang(p.e.Type(), p.e.SpecString("definition")) {
	case "json":
		return "definition.json"
	case "yaml":
		return "definition.yaml"
	case "graphql":
		return "schema.graphql"
	case "protobuf":
		return "service.proto"
	}
	return "definition.txt"
}

func (p *planned) rawPath() string {
	base := p.s.entityURL(p.e.Ref, "")
	return base[len(p.s.base):] + p.rawName()
}

func (p *planned) partsTab() (main, side []Block) {
	rs := p.s.targets(p.e.Ref, entity.HasPart)
	return p.s.byKind(rs, p.e.Ref, 1000, "Owner"), nil
}

// byKind are tables of entities, one for each kind. Their third column is what the
// page does not say already: the owner, or the system.
func (s *Site) byKind(rs []catalog.Relation, own entity.Ref, limit int, third string) []Block {
	groups := map[string][]entity.Ref{}
	var order []string
	for _, r := range rs {
		k := r.Target.Kind
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], r.Target)
	}
	slices.SortFunc(order, compareKinds)
	var out []Block
	for _, k := range order {
		t := &Table{Caption: s.pluralWord(k), Columns: []Column{{"Name", "c1"}, {"Type", ""}, {third, "opt"}, {"Lifecycle", ""}}}
		for _, r := range first(groups[k], limit) {
			row := s.entityRow(r, own)
			if third == "System" {
				s.showSystem(row, r, own)
			}
			t.Rows = append(t.Rows, row)
		}
		b := Block{Title: s.pluralWord(k), Count: len(groups[k]), Table: t}
		if n := len(groups[k]) - limit; n > 0 {
			b.Intro = fmt.Sprintf("The first %d of %d.", limit, len(groups[k]))
		}
		out = append(out, b)
	}
	return out
}

// showSystem puts the system of an entity in the place of its owner.
func (s *Site) showSystem(row []Cell, r, own entity.Ref) {
	row[2].Entities, row[0].Meta = nil, ""
	if sys, ok := s.system(r); ok {
		row[2].Entities = []EntityLink{s.link(sys, own)}
		row[0].Meta = row[2].Entities[0].Name
	}
}

func (p *planned) ownsTab() (main, side []Block) { return p.ownsBlocks(1000), nil }

func (p *planned) ownsBlocks(limit int) []Block {
	rs := p.s.targets(p.e.Ref, entity.OwnerOf)
	out := p.s.byKind(rs, p.e.Ref, limit, "System")
	for i := range out {
		if out[i].Count > limit {
			out[i].More = &Link{"All", p.s.entityURL(p.e.Ref, tabOwns)}
		}
	}
	if len(out) > 0 {
		out[0].Title = "Owns: " + out[0].Title
	}
	return out
}

// entryTab is the entity as it is in the catalog, with what is wrong with it.
func (p *planned) entryTab() (main, side []Block) {
	if ds := p.s.findingsOf(p.e.Ref); len(ds) > 0 {
		b := Block{Title: "Findings", Count: len(ds)}
		for _, d := range first(ds, 200) {
			b.Finds = append(b.Finds, p.s.finding(d, false))
		}
		main = append(main, b)
	}
	code := &Code{Lang: "yaml", Title: p.e.Origin.File, Text: p.yaml(), Numbers: true}
	b := Block{Title: "Entry", Code: code, Intro: "As it is in the catalog: defaults filled in, placeholders resolved."}
	b.More = &Link{"JSON", p.s.entityURL(p.e.Ref, "") + "entity.json"}
	main = append(main, b)
	if t := p.undeclared(); t != nil {
		main = append(main, Block{Title: "Missing", ID: "missing", Intro: "Put what applies into " + p.e.Origin.File + ".", Code: &Code{Lang: "yaml", Text: snippet(t.Missing)}})
	}
	return main, []Block{p.about()}
}

// yaml is the entity as a file. A long definition is cut: it has a page.
func (p *planned) yaml() string {
	spec := map[string]any{}
	for k, v := range p.e.Spec {
		if t, ok := v.(*entity.Text); ok {
			v = t.String()
		}
		if s, ok := v.(string); ok && len(s) > 4000 {
			v = cutLines(s, 4000) + fmt.Sprintf("… (%d bytes in all)\n", len(s))
		}
		spec[k] = v
	}
	return string(yamldoc.Marshal(map[string]any{"apiVersion": p.e.APIVersion, "kind": p.e.Kind, "metadata": catalog.FlatMetadata(p.e), "spec": spec}))
}

// snippet is what an author may paste for what is missing.
func snippet(missing []string) string {
	has := func(s string) bool { return slices.Contains(missing, s) }
	out := ""
	if has("description") || has("documentation") || has("runbook") {
		out += "metadata:\n"
	}
	if has("description") {
		out += "  description: What it does, in a sentence or two.\n"
	}
	if has("documentation") {
		out += "  annotations:\n    backstage.io/techdocs-ref: dir:.\n"
	}
	if has("runbook") {
		out += "  links:\n    - url: https://example.com/runbook\n      title: Runbook\n      type: runbook\n"
	}
	if has("system") || has("domain") {
		out += "spec:\n"
	}
	if has("system") {
		out += "  system: name-of-the-system\n"
	}
	if has("domain") {
		out += "  domain: name-of-the-domain\n"
	}
	return out
}
