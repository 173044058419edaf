package site

import (
	"iter"

	"callboard/internal/entity"
	"callboard/internal/urlpath"
)

// otherPages are search, keys, about, the page for addresses that lead nowhere,
// and redirects from addresses that only Backstage had.
func (s *Site) otherPages() iter.Seq[Page] {
	return func(yield func(Page) bool) {
		search := Search{Chrome: s.head("Search", "search/", "", "search"), Lists: s.places(), Code: s.in.Config.Search.Code.Enabled}
		notFound := NotFound{Chrome: s.head("No page at this address", "404.html", "", "notfound"), Lists: s.places()}
		pages := []Page{s.page("search", search), s.page("404.html", notFound), s.shortcuts(), s.about(),
			s.redirect("api-docs", "apis/"), s.redirect("create", "templates/"), s.redirect("catalog-graph", "graph/"), s.redirect("settings", "about/")}
		for _, e := range s.in.Catalog.ByKind(entity.KindTemplate) {
			pages = append(pages, s.redirect("create/templates/"+urlpath.Segment(e.Ref.Namespace)+"/"+urlpath.Segment(e.Ref.Name), s.entityURL(e.Ref, "")[len(s.base):]))
		}
		for _, p := range pages {
			if !p.Path.IsZero() && !yield(p) {
				return
			}
		}
	}
}

// places are where one looks without a script.
func (s *Site) places() []Link {
	return []Link{{"Catalog", s.url("catalog/")}, {"A to Z", s.url("catalog/-/index/")}, {"Documentation", s.url("docs/")}, {"APIs", s.url("apis/")}, {"Teams", s.url("teams/")}, {"People", s.url("people/")}, {"Systems", s.url("systems/")}}
}

func (s *Site) redirect(from, to string) Page {
	return s.page(from, Redirect{Chrome: s.head("Moved", to, ""), To: s.url(to)})
}

func (s *Site) shortcuts() Page {
	t := &Table{Caption: "Keys", Columns: []Column{{"Key", ""}, {"Does", "c1"}, {"Where", ""}}}
	for _, k := range [][3]string{
		{"Ctrl K, ⌘ K", "search or jump to", "everywhere"}, {"/", "search box of the page, else search", "outside fields"},
		{"g then h c a d s t g", "home, catalog, APIs, docs, systems, teams, graph", "outside fields"}, {"j k, ↑ ↓", "next, previous row or result", "lists"},
		{"Enter, Ctrl Enter", "open, open in a tab", "lists, search"}, {"s", "star", "pages of entities"}, {"e, o, r", "edit entry, open source, open runbook", "pages of entities"},
		{"[ ]", "previous, next page", "documentation"}, {"f", "jump to a heading", "pages"}, {"y, Y", "copy link, copy reference", "everywhere"}, {"?", "this list", "everywhere"}, {"Esc", "close", ""},
		{">", "commands", "search box, as its first character"}, {"#", "headings of this page", "search box, as its first character"}, {"→", "what can be done with the chosen row", "search box"}, {"Tab", "only things of the chosen row's kind", "search box"},
	} {
		t.Rows = append(t.Rows, []Cell{{Text: k[0]}, {Text: k[1]}, {Text: k[2]}})
	}
	return s.plain("shortcuts", "Keyboard shortcuts", "", nil, Block{Title: "Keys", Table: t})
}

func (s *Site) about() Page {
	b := Block{Title: "This portal", Intro: s.in.Config.Description, Terms: []Term{{Name: "Made by", Text: "callboard " + s.in.Version}}}
	data := Block{Title: "For programs", Links: []Link{{"catalog.json: every entity with its relations", s.url("catalog.json")}, {"manifest.json: every file with its digest", s.url("manifest.json")}, {"status.json: when this portal was built, when it is built next, and whether all of it is up to date", s.url("status.json")}, {"health.json: what could not be read, since when and why", s.url("health.json")}}}
	if s.twins {
		data.Links = append(data.Links, Link{"llms.txt: what there is and where, for agents; every page is there in Markdown, too", s.url(llmsFile)})
	}
	icons := Block{Title: "Icons", Intro: "Octicons by GitHub, MIT licence."}
	return s.plain("about", "About", "", nil, b, data, icons)
}
