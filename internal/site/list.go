package site

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/urlpath"
)

// pageSize is how many entities a static list shows on a page.
const pageSize = 100

// listPages yields the catalog's index and its static lists: everything, by
// kind, namespace, tag, lifecycle, type and owner, and from A to Z. They are
// what facets are without a script.
func (s *Site) listPages() iter.Seq[Page] {
	return func(yield func(Page) bool) {
		seen := &rows{s: s}
		for _, l := range s.lists() {
			for n := 1; n == 1 || (n-1)*pageSize < len(l.entities); n++ {
				if !yield(s.listPage(l, n, seen)) {
					return
				}
			}
		}
		for _, p := range s.overviewLists() {
			if !yield(p) {
				return
			}
		}
	}
}

// list is a set of entities with an address.
type list struct {
	path, title string // path below catalog/, "" for everything
	group       string // what sort of list it is: "kind", "tag" …
	label       string // the value
	kind        string // of a list by kind
	entities    []*entity.Entity
}

// tagSegment is a value of a facet as a segment of a path. A value that makes
// none gets a digest.
func tagSegment(v string) string {
	seg := strings.ToLower(strings.TrimSpace(v))
	seg = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|#% `, r) || r < ' ' {
			return '_'
		}
		return r
	}, seg)
	if _, err := urlpath.New("x/" + seg); err != nil {
		return "_" + digest.Of([]byte(v)).Short()
	}
	return seg
}

func (s *Site) lists() []list {
	if s.made != nil {
		return s.made
	}
	all := s.in.Catalog.Entities()
	by := map[string]*list{}
	add := func(e *entity.Entity, group, value, path string) {
		if value == "" {
			return
		}
		l := by[path]
		if l == nil {
			l = &list{path: path, group: group, label: value, title: value}
			by[path] = l
		}
		l.entities = append(l.entities, e)
	}
	for _, e := range all {
		add(e, "kind", e.Ref.Kind, "-/kind/"+tagSegment(e.Ref.Kind)+"/")
		add(e, "ns", e.Namespace, urlpath.Segment(e.Ref.Namespace)+"/")
		add(e, "nskind", e.Namespace+" "+e.Ref.Kind, urlpath.Segment(e.Ref.Namespace)+"/"+urlpath.Segment(e.Ref.Kind)+"/")
		add(e, "lifecycle", e.Lifecycle(), "-/lifecycle/"+tagSegment(e.Lifecycle())+"/")
		add(e, "type", e.Type(), "-/type/"+tagSegment(e.Type())+"/")
		for _, t := range e.Metadata.Tags {
			add(e, "tag", t, "-/tag/"+tagSegment(t)+"/")
		}
		if o, ok := s.owner(e.Ref); ok {
			add(e, "owner", o.Target.Short(""), "-/owner/"+tagSegment(o.Target.Kind+"-"+o.Target.Namespace+"-"+o.Target.Name)+"/")
		}
	}
	// The index is in the order in which the script shows it.
	byTitle := slices.Clone(all)
	slices.SortStableFunc(byTitle, func(a, b *entity.Entity) int {
		return cmp.Compare(strings.ToLower(a.Title()), strings.ToLower(b.Title()))
	})
	s.made = []list{{title: "Catalog", entities: byTitle}}
	for _, l := range by {
		l.title = s.listTitle(l)
		if l.group == "kind" {
			l.kind = l.label
		}
		s.made = append(s.made, *l)
	}
	slices.SortFunc(s.made, func(a, b list) int { return cmp.Compare(a.path, b.path) })
	return s.made
}

func (s *Site) listTitle(l *list) string {
	switch l.group {
	case "kind":
		return s.pluralWord(l.label)
	case "ns":
		return "Namespace " + l.label
	case "nskind":
		ns, kind, _ := strings.Cut(l.label, " ")
		return s.pluralWord(kind) + " in " + ns
	case "lifecycle":
		return "Lifecycle " + l.label
	case "type":
		return "Type " + l.label
	case "tag":
		return "Tag " + l.label
	case "owner":
		return "Owned by " + l.label
	}
	return l.label
}

// listPage is a page of a list. It is planned when it is wanted: an entity is in
// half a dozen lists, of which a change of it concerns few pages.
func (s *Site) listPage(l list, n int, seen *rows) Page {
	es := l.entities[min((n-1)*pageSize, len(l.entities)):min(n*pageSize, len(l.entities))]
	at := "catalog/" + l.path
	here := at
	if n > 1 {
		here = pagePath(at, l.path == "", n)
	}
	tabs := s.kindTabs(l.kind, l.path == "")
	p := s.page(strings.TrimSuffix(here, "/"), nil)
	p.State = seen.state(digest.New("list/1").String(l.path).String(l.title).Int(n).Int(len(l.entities)).JSON(tabs), es)
	p.Make = func() View { return s.listView(l, n, at, here, es, tabs) }
	p.Markdown = s.twinAt(here)
	return p
}

func (s *Site) listView(l list, n int, at, here string, es []*entity.Entity, tabs []KindCount) View {
	var scripts []string
	if l.path == "" && n == 1 {
		scripts = append(scripts, "catalog")
	}
	title := l.title
	if n > 1 {
		title = fmt.Sprintf("%s, page %d", l.title, n)
	}
	v := Catalog{Chrome: s.head(title, here, "catalog/", scripts...), Title: title, Total: len(l.entities), Table: s.catalogTable(es), Index: l.path == "" && n == 1, Kinds: tabs}
	v.Chrome.Wide, v.Chrome.Markdown = true, s.twinURL(here)
	if l.path != "" {
		v.Crumbs = []Crumb{{Link: &Link{"Catalog", s.url("catalog/")}}, {Text: l.title}}
	}
	v.Pager = s.pager(at, l.path == "", n, (len(l.entities)+pageSize-1)/pageSize)
	v.Lists = s.listLinks()
	return v
}

func pagePath(at string, all bool, n int) string {
	if all {
		return fmt.Sprintf("%s-/page/%d/", at, n)
	}
	return fmt.Sprintf("%spage/%d/", at, n)
}

func (s *Site) pager(at string, all bool, n, last int) []Link {
	var out []Link
	if n == 2 {
		out = append(out, Link{"Previous 100", s.url(at)})
	} else if n > 2 {
		out = append(out, Link{"Previous 100", s.url(pagePath(at, all, n-1))})
	}
	if n < last {
		out = append(out, Link{"Next 100", s.url(pagePath(at, all, n+1))})
	}
	return out
}

// listLinks lead to the overviews of the static lists.
func (s *Site) listLinks() []Link {
	var out []Link
	for _, g := range facetGroups {
		out = append(out, Link{g.title, s.url("catalog/-/" + g.group + "/")})
	}
	return append(out, Link{"A to Z", s.url("catalog/-/index/")})
}

var facetGroups = []struct{ group, title string }{{"owner", "By owner"}, {"lifecycle", "By lifecycle"}, {"type", "By type"}, {"tag", "By tag"}, {"ns", "By namespace"}}

func (s *Site) kindTabs(current string, all bool) []KindCount {
	out := []KindCount{{Word: "All", URL: s.url("catalog/"), Count: s.in.Catalog.Len(), Current: all}}
	for _, l := range s.lists() {
		if l.group == "kind" {
			out = append(out, KindCount{Kind: l.kind, Icon: s.kindClass(l.kind), Word: s.pluralWord(l.kind), URL: s.url("catalog/" + l.path), Count: len(l.entities), Current: l.kind == current})
		}
	}
	slices.SortStableFunc(out[1:], func(a, b KindCount) int { return compareKinds(a.Kind, b.Kind) })
	return out
}

// catalogTable is the table of the catalog: name, owner, system, type and
// lifecycle.
func (s *Site) catalogTable(es []*entity.Entity) Table {
	t := Table{Caption: "Entities", Data: true, Columns: []Column{{"Name", "c1"}, {"Owner", ""}, {"System", "opt"}, {"Type", "opt w-s"}, {"Lifecycle", "w-s"}}}
	for _, e := range es {
		row := []Cell{{Entities: []EntityLink{s.link(e.Ref, entity.Ref{})}, Sub: short(e.Metadata.Description, 80)}, {}, {Class: "opt"}, {Text: short(e.Type(), 40), Class: "opt"}, {Text: short(e.Lifecycle(), 40)}}
		meta := []string{}
		if o, ok := s.owner(e.Ref); ok {
			row[1].Entities = []EntityLink{s.link(o.Target, e.Ref)}
			meta = append(meta, row[1].Entities[0].Name)
		}
		if sys, ok := s.system(e.Ref); ok {
			row[2].Entities = []EntityLink{s.link(sys, e.Ref)}
		}
		for _, x := range []string{e.Type(), e.Lifecycle()} {
			if x != "" {
				meta = append(meta, short(x, 30))
			}
		}
		row[0].Meta = strings.Join(meta, " · ")
		t.Rows = append(t.Rows, row)
	}
	return t
}

// overviewLists are the pages that list the lists of a facet, and all names.
func (s *Site) overviewLists() []Page {
	var out []Page
	for _, g := range facetGroups {
		b := Block{Title: g.title}
		ls := slices.DeleteFunc(slices.Clone(s.lists()), func(l list) bool { return l.group != g.group })
		slices.SortStableFunc(ls, func(a, b list) int {
			return cmp.Or(cmp.Compare(len(b.entities), len(a.entities)), cmp.Compare(a.label, b.label))
		})
		for _, l := range ls {
			b.Rows = append(b.Rows, Row{Link: &Link{l.label, s.url("catalog/" + l.path)}, Sub: fmt.Sprint(len(l.entities))})
		}
		b.Count = len(b.Rows)
		out = append(out, s.plain("catalog/-/"+g.group, "Catalog "+strings.ToLower(g.title), "catalog/", []Crumb{{Link: &Link{"Catalog", s.url("catalog/")}}, {Text: g.title}}, b))
	}
	return append(out, s.aToZ()...)
}

// plain makes a page of blocks.
func (s *Site) plain(path, title, section string, crumbs []Crumb, blocks ...Block) Page {
	v := Plain{Chrome: s.head(title, path+"/", section), Crumbs: crumbs, Title: title, Main: blocks}
	if hasDiagram(blocks) {
		v.Chrome.Scripts = s.scripts("graph")
		v.Chrome.Wide = true
	}
	v.Chrome.Markdown = s.twinURL(path + "/")
	p := s.page(path, v)
	p.Markdown = s.twinAt(path + "/")
	return p
}

// aToZ lists all names, a page for each first letter if they are many.
func (s *Site) aToZ() []Page {
	letters := map[string][]*entity.Entity{}
	for _, e := range s.in.Catalog.Entities() {
		letters[letterOf(e.Ref.Name)] = append(letters[letterOf(e.Ref.Name)], e)
	}
	var order []string
	for l := range letters {
		order = append(order, l)
	}
	slices.Sort(order)
	crumbs := []Crumb{{Link: &Link{"Catalog", s.url("catalog/")}}, {Text: "A to Z"}}
	index := Block{Title: "Letters", Count: s.in.Catalog.Len()}
	var pages []Page
	for _, l := range order {
		index.Rows = append(index.Rows, Row{Link: &Link{strings.ToUpper(l), s.url("catalog/-/index/" + l + "/")}, Sub: fmt.Sprint(len(letters[l]))})
		pages = append(pages, s.plain("catalog/-/index/"+l, "Names with "+strings.ToUpper(l), "catalog/", crumbs, s.names(letters[l])))
	}
	return append(pages, s.plain("catalog/-/index", "A to Z", "catalog/", crumbs, index))
}

func letterOf(name string) string {
	if name == "" || !(name[0] >= 'a' && name[0] <= 'z') {
		return "0-9"
	}
	return name[:1]
}

func (s *Site) names(es []*entity.Entity) Block {
	es = slices.Clone(es)
	slices.SortFunc(es, func(a, b *entity.Entity) int {
		return cmp.Or(cmp.Compare(a.Ref.Name, b.Ref.Name), a.Ref.Compare(b.Ref))
	})
	b := Block{Title: "Names", Count: len(es)}
	for _, e := range es {
		l := s.link(e.Ref, entity.Ref{})
		l.Name = e.Ref.Short("")
		b.Rows = append(b.Rows, Row{Entity: &l, Sub: s.kindWord(e.Ref.Kind)})
	}
	return b
}
