package site

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"

	"callboard/internal/apidoc"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/search"
	"callboard/internal/urlpath"
)

// tabs of an entity, in order.
const (
	tabOverview = ""
	tabDocs     = "docs"
	tabAPIs     = "apis"
	tabDeps     = "dependencies"
	tabDef      = "definition"
	tabParts    = "parts"
	tabOwns     = "owns"
	tabEntry    = "source"
)

// EntityPlan is all that a portal has of one entity.
type EntityPlan struct {
	Pages []Page
	// Markdown is the path of all pages together as Markdown, zero if there is
	// none.
	Markdown urlpath.Path
	Files    []File
	// Export is the entity as it stands in catalog.json.
	Export []byte
	// Search is the entity for the search index, nil if it is left out.
	Search *search.Doc
	// Looks is what was looked at to plan this: while its state is as it was, so
	// is the plan.
	Looks Trace
}

// Plan plans what there is of an entity: its pages, an overview and a tab for
// each thing it has; the entity as JSON; an API's definition.
func (s *Site) Plan(ref entity.Ref) (EntityPlan, error) {
	own := s.traced()
	p := EntityPlan{Pages: slices.Collect(own.PagesOf(ref)), Looks: own.trace}
	e := own.whole(ref)
	if e == nil {
		return p, nil
	}
	var err error
	if p.Export, err = own.Export(e); err != nil {
		return EntityPlan{}, err
	}
	if !own.face(ref).NoPage {
		p.Files = own.filesOf(e, p.Export)
		p.Markdown = own.twinOf(ref)
	}
	if own.Searched(e) {
		d := own.SearchDoc(e)
		p.Search = &d
	}
	return p, nil
}

// PagesOf yields the pages of one entity.
func (s *Site) PagesOf(ref entity.Ref) iter.Seq[Page] {
	return func(yield func(Page) bool) {
		e, f := s.whole(ref), s.face(ref)
		if e == nil || f.NoPage {
			return
		}
		p := &planned{s: s, e: e}
		for _, t := range p.tabs() {
			if !yield(p.page(t)) {
				return
			}
		}
		if r := p.docsElsewhere(); !r.Path.IsZero() {
			yield(r)
		}
	}
}

// planned is an entity whose pages are being planned.
type planned struct {
	s    *Site
	e    *entity.Entity
	read bool // the outline
	ref  *apidoc.Reference
	toc  *docs.Set // of its documentation, once that is loaded
}

// reference is the outline of an API's definition, nil if it has none.
func (p *planned) reference() *apidoc.Reference {
	if !p.read {
		p.read, p.ref = true, p.s.in.Outline(p.e.Type(), p.e.SpecString("definition"))
	}
	return p.ref
}

// tabSpec is a tab that the entity has.
type tabSpec struct {
	name, text string
	count      int
	blocks     func() (main, side []Block)
}

func (p *planned) tabs() []tabSpec {
	out := []tabSpec{{tabOverview, "Overview", 0, p.overview}}
	add := func(name, text string, n int, f func() ([]Block, []Block)) {
		if n > 0 {
			out = append(out, tabSpec{name, text, n, f})
		}
	}
	if d := p.docs(); d != nil {
		add(tabDocs, "Docs", len(p.docPages(d)), p.docsTab)
	}
	c, ref := p.s, p.e.Ref
	switch p.e.Kind {
	case entity.KindAPI:
		if p.e.SpecLen("definition") > 0 {
			out = append(out, tabSpec{tabDef, "Definition", 0, p.definition})
		}
	case entity.KindComponent:
		add(tabAPIs, "APIs", len(c.targets(ref, entity.ProvidesAPI))+len(c.targets(ref, entity.ConsumesAPI)), p.apisTab)
	case entity.KindSystem, entity.KindDomain:
		add(tabParts, "Parts", len(c.targets(ref, entity.HasPart)), p.partsTab)
	case entity.KindGroup, entity.KindUser:
		add(tabOwns, "Owns", len(c.targets(ref, entity.OwnerOf)), p.ownsTab)
	}
	if in, out2 := p.uses(); p.e.Kind != entity.KindGroup && p.e.Kind != entity.KindUser {
		add(tabDeps, "Dependencies", len(in)+len(out2), p.depsTab)
	}
	return append(out, tabSpec{tabEntry, "Entry", 0, p.entryTab})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *planned) page(t tabSpec) Page {
	title := p.e.Title()
	if t.name != "" {
		title += " · " + t.text
	}
	file := "index.html"
	if t.name != "" {
		file = t.name + "/index.html"
	}
	path, err := urlpath.Entity(p.e.Ref.Namespace, p.e.Ref.Kind, p.e.Ref.Name, file)
	if err != nil {
		return Page{}
	}
	v := Entity{Chrome: p.s.head(title, strings.TrimPrefix(path.URL(""), "/"), section(p.e.Kind)), Head: p.head(t.name), Heading: t.text}
	v.Chrome.Ref = p.e.Ref.String()
	if p.s.twins {
		v.Chrome.Markdown = p.s.entityURL(p.e.Ref, "") + twinFile
	}
	for _, a := range p.follow() {
		v.Chrome.Feed = a.URL
	}
	v.Chrome.Summary = short(fmt.Sprintf("%s %s. %s", p.s.kindWord(p.e.Ref.Kind), p.e.Title(), p.e.Metadata.Description), 160)
	v.Main, v.Side = t.blocks()
	if hasDiagram(v.Main) {
		v.Chrome.Scripts = append(v.Chrome.Scripts, p.s.scripts("graph")...)
	}
	return Page{Path: path, View: v, From: []entity.Ref{p.e.Ref}}
}

func (s *Site) scripts(names ...string) []string {
	var out []string
	for _, m := range names {
		if f := s.in.Assets.Modules[m]; f != "" {
			out = append(out, s.base+f)
		}
	}
	return out
}

func hasDiagram(bs []Block) bool {
	return slices.ContainsFunc(bs, func(b Block) bool { return b.Diagram != nil })
}

// section is the navigation's entry under which a kind stands.
func section(kind string) string {
	switch kind {
	case entity.KindAPI:
		return "apis/"
	case entity.KindSystem, entity.KindDomain:
		return "systems/"
	case entity.KindGroup, entity.KindUser:
		return "teams/"
	case entity.KindTemplate:
		return "templates/"
	}
	return "catalog/"
}

func (p *planned) link(r entity.Ref) EntityLink { return p.s.link(r, p.e.Ref) }

func (p *planned) links(relation string) []EntityLink {
	var out []EntityLink
	for _, r := range p.s.targets(p.e.Ref, relation) {
		out = append(out, p.link(r.Target))
	}
	return out
}

func (p *planned) head(current string) Head {
	h := Head{Kind: p.s.kindClass(p.e.Ref.Kind), KindWord: p.s.kindWord(p.e.Ref.Kind), Title: p.e.Title(), Ref: p.e.Ref.String(), Lead: p.e.Metadata.Description, IsTeam: p.e.Kind == entity.KindGroup}
	if !unknownKind(p.e.Kind) && p.e.Kind != p.s.kindWord(p.e.Ref.Kind) && p.e.Kind != "API" && p.e.Kind != "Group" && p.e.Kind != "User" {
		h.KindWord = p.e.Kind
	}
	if h.Title != p.e.Name {
		h.Name = p.e.Name
	}
	h.Crumbs, h.Facts, h.Actions, h.Notes = p.crumbs(), p.facts(), p.actions(), p.notes()
	for _, t := range p.tabs() {
		h.Tabs = append(h.Tabs, Tab{Text: t.text, URL: p.s.entityURL(p.e.Ref, t.name), Count: t.count, Current: t.name == current})
	}
	return h
}

func unknownKind(kind string) bool { return kindRank(strings.ToLower(kind)) == len(kinds) }

func (p *planned) crumbs() []Crumb {
	out := []Crumb{{Link: &Link{"Catalog", p.s.url("catalog/")}}}
	var ups []entity.Ref
	seen := map[entity.Ref]bool{p.e.Ref: true}
	for at := p.e.Ref; len(ups) < 6; {
		up, ok := p.above(at)
		if !ok || seen[up] {
			break
		}
		seen[up] = true
		ups, at = append(ups, up), up
	}
	for _, r := range slices.Backward(ups) {
		l := p.link(r)
		out = append(out, Crumb{Entity: &l})
	}
	return append(out, Crumb{Text: p.s.kindWord(p.e.Ref.Kind)})
}

// above is what an entity is part of: its system, domain or parent team.
func (p *planned) above(r entity.Ref) (entity.Ref, bool) {
	relation := entity.PartOf
	if r.Kind == "group" {
		relation = entity.ChildOf
	}
	for _, t := range p.s.targets(r, relation) {
		if !t.Dangling {
			return t.Target, true
		}
	}
	return entity.Ref{}, false
}

// facts of the strip: the order is fixed, and what is unknown is left out,
// except an owner.
func (p *planned) facts() []Fact {
	var out []Fact
	add := func(label string, es []EntityLink) {
		if len(es) > 0 {
			out = append(out, Fact{Label: label, Entities: es})
		}
	}
	text := func(label, v, tone string) {
		if v != "" {
			out = append(out, Fact{Label: label, Text: short(v, 60), Tone: tone})
		}
	}
	owners := p.links(entity.OwnedBy)
	switch p.e.Kind {
	case entity.KindGroup, entity.KindUser, entity.KindLocation:
	default:
		if add("Owner", owners); len(owners) == 0 && !p.s.in.Partial {
			out = append(out, Fact{Label: "Owner", Text: "no owner", Tone: "warn", URL: p.s.url("health/")})
		}
	}
	text("Lifecycle", p.e.Lifecycle(), tone(p.e.Lifecycle()))
	text("Type", p.e.Type(), "")
	add("Part of", p.links(entity.PartOf))
	add("Provided by", first(p.links(entity.APIProvidedBy), 3))
	add("Parent", p.links(entity.ChildOf))
	add("Member of", first(p.links(entity.MemberOf), 4))
	if prof, ok := p.e.Spec["profile"].(map[string]any); ok {
		if mail, _ := prof["email"].(string); mail != "" {
			href, _ := urlpath.SafeLink("mailto:" + mail)
			out = append(out, Fact{Label: "E-mail", Text: short(mail, 60), URL: href})
		}
	}
	if p.e.Namespace != entity.DefaultNamespace {
		text("Namespace", p.e.Namespace, "")
	}
	return out
}

func first[T any](xs []T, n int) []T { return xs[:min(len(xs), n)] }

// linkRank orders links by what people look for at three in the morning.
var linkRank = []string{"runbook", "dashboard", "logs", "alerts", "source", "chat", "ticket", "docs"}

// actions are the entity's links, its documentation and its source.
func (p *planned) actions() []Action {
	type ranked struct {
		Action
		rank int
	}
	var all []ranked
	for _, l := range p.e.Metadata.Links {
		href, ok := urlpath.SafeLink(l.URL)
		if !ok {
			continue
		}
		typ, icon := linkKind(l)
		r := slices.Index(linkRank, typ)
		if r < 0 {
			r = len(linkRank)
		}
		all = append(all, ranked{Action{Text: short(cmp.Or(l.Title, l.URL), 40), URL: href, Icon: icon, Primary: typ == "runbook"}, r})
	}
	src := p.sourceURL()
	if src != "" && !slices.ContainsFunc(all, func(a ranked) bool { return samePlace(a.URL, src) || a.Text == "Source" }) {
		all = append(all, ranked{Action{Text: "Source", URL: src, Icon: "code"}, slices.Index(linkRank, "source")})
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	var out []Action
	for i, a := range all {
		a.Primary = a.Primary && i == 0
		out = append(out, a.Action)
	}
	if d := p.docs(); d != nil {
		out = append(out, Action{Text: "Documentation", URL: p.docsAddress(d), Icon: "book"})
	}
	out = append(out, p.follow()...)
	if edit := p.editURL(); edit != "" {
		out = append(out, Action{Text: "Edit entry", URL: edit, Icon: "pencil"})
	}
	return out
}

// linkKind is the sort of a link, by its type, else by its icon or title, and
// the icon for it.
func linkKind(l entity.Link) (typ, icon string) {
	words := strings.FieldsFunc(strings.ToLower(l.Type+" "+l.Icon+" "+l.Title), func(r rune) bool { return !unicode.IsLetter(r) })
	is := func(word string) bool {
		return slices.Contains(words, word) || slices.Contains(words, word+"s")
	}
	for _, c := range []struct{ word, typ, icon string }{
		{"runbook", "runbook", "book"}, {"playbook", "runbook", "book"}, {"dashboard", "dashboard", "pulse"}, {"grafana", "dashboard", "pulse"}, {"log", "logs", "terminal"}, {"alert", "alerts", "alert"},
		{"github", "source", "code"}, {"gitlab", "source", "code"}, {"source", "source", "code"}, {"repo", "source", "code"}, {"chat", "chat", "chat"}, {"slack", "chat", "chat"}, {"teams", "chat", "chat"},
		{"ticket", "ticket", "list"}, {"doc", "docs", "book"}, {"email", "mail", "mail"}, {"help", "help", "question"}, {"web", "", "link-external"},
	} {
		if is(c.word) {
			return c.typ, c.icon
		}
	}
	return "", "link-external"
}

// notes stand right under the head.
func (p *planned) notes() []Note {
	var out []Note
	if strings.EqualFold(p.e.Lifecycle(), "deprecated") {
		out = append(out, Note{Tone: "warn", Title: "Deprecated", Text: "Nothing new should use this."})
	}
	if n := len(p.s.findingsOf(p.e.Ref)); n > 0 && p.worst() >= diag.Warning {
		word := "finding"
		if n > 1 {
			word = "findings"
		}
		out = append(out, Note{Tone: "warn", Title: fmt.Sprintf("%d %s", n, word), Text: "What is wrong with this entry stands under", Link: &Link{"Entry", p.s.entityURL(p.e.Ref, tabEntry)}})
	}
	return append(out, p.repoNotes()...)
}

func (p *planned) worst() diag.Severity {
	w := diag.Info
	for _, d := range p.s.findingsOf(p.e.Ref) {
		w = max(w, d.Severity)
	}
	return w
}

// samePlace tells whether two addresses lead to one repository: people write that of
// theirs with http, with .git or with a slash at its end.
func samePlace(a, b string) bool {
	plain := func(u string) string {
		_, rest, _ := strings.Cut(u, "://")
		return strings.TrimSuffix(strings.TrimSuffix(rest, "/"), ".git")
	}
	return a == b || plain(a) != "" && strings.EqualFold(plain(a), plain(b))
}

func (p *planned) sourceURL() string {
	src := p.s.sourceOf(p.e.Origin.Repo)
	if src.WebURL == "" {
		return ""
	}
	return ifSafe(urlpath.SafeLink(src.WebURL))
}

func (p *planned) editURL() string {
	src := p.s.sourceOf(p.e.Origin.Repo)
	if src.WebURL == "" || src.Branch == "" {
		return ""
	}
	form := "/edit/"
	if strings.Contains(src.WebURL, "gitlab") {
		form = "/-/edit/"
	}
	return ifSafe(urlpath.SafeLink(src.WebURL + form + src.Branch + "/" + p.e.Origin.File))
}

// ifSafe is the address if it is safe.
func ifSafe(href string, ok bool) string {
	if !ok {
		return ""
	}
	return href
}
