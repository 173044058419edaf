package site

import (
	"strings"

	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/search"
	"callboard/internal/urlpath"
)

// DocContext is what the pages of an entity's documentation show of the
// catalog.
type DocContext struct {
	Of        EntityLink  `json:"of"`
	Owner     *EntityLink `json:"owner,omitempty"`
	OwnerRef  string      `json:"ownerRef,omitempty"`
	Lifecycle string      `json:"lifecycle,omitempty"`
	// Notes stand above each page.
	Notes []Note `json:"notes,omitempty"`
}

// DocContext is that of an entity.
func (s *Site) DocContext(of entity.Ref) DocContext {
	c := DocContext{Of: s.link(of, entity.Ref{})}
	if o, ok := s.owner(of); ok {
		c.Owner, c.OwnerRef = s.linkp(o.Target, of), o.Target.Short("")
	}
	if f := s.face(of); f != nil {
		c.Lifecycle = f.Lifecycle
	}
	return c
}

// DocPage is page i of a documentation set. It needs nothing of the catalog but
// the context. Its body is given to the renderer apart. The path is zero for a
// page that cannot have an address.
func (s *Site) DocPage(set *docs.Set, i int, c DocContext) Page {
	pg := set.Pages[i]
	path, err := urlpath.Docs(set.Of.Namespace, set.Of.Kind, set.Of.Name, pageFile(pg.Path))
	if err != nil {
		return Page{}
	}
	v := Doc{Chrome: s.head(pg.Title+" · "+set.Title, strings.TrimPrefix(path.URL(""), "/"), "docs/"), Of: c.Of, SetTitle: set.Title, SetURL: s.docsURL(set.Of, ""), Trail: pg.Trail, Title: pg.Title, HasH1: pg.HasH1, TOC: pg.Headings, EditURL: pg.EditURL, Owner: c.Owner, Notes: c.Notes}
	v.Chrome.Ref = set.Of.String()
	v.Chrome.Summary = short(set.Title+": "+pg.Title, 160)
	v.Nav = s.docNav(set, set.Nav, i)
	v.Prev, v.Next = s.docLink(set, pg.Prev), s.docLink(set, pg.Next)
	return Page{Path: path, View: v, From: []entity.Ref{set.Of}}
}

// DocFrame is all that the pages of an entity's documentation show and the
// search index holds that is not of the documentation itself: pages are as they
// were if it and the documentation are.
func (s *Site) DocFrame(of entity.Ref, c DocContext) any {
	set := &docs.Set{Of: of, Pages: make([]docs.Page, 1)}
	return struct {
		Base string
		Page View
		Doc  search.Doc
	}{s.base, s.DocPage(set, 0, c).View, s.DocSearch(set, 0, c)}
}

func pageFile(at string) string {
	if at == "" || strings.HasSuffix(at, "/") {
		return at + "index.html"
	}
	return at
}

func (s *Site) docLink(set *docs.Set, i int) *Link {
	if i < 0 || i >= len(set.Pages) {
		return nil
	}
	return &Link{set.Pages[i].Title, s.docsURL(set.Of, set.Pages[i].Path)}
}

// maxSiblings is how many entries of one level a navigation shows; around the
// current one when there are more. A set of a thousand pages would otherwise
// write a million links.
const maxSiblings = 120

// docNav is the navigation as page i shows it: sections that lead to the page
// are open, others lead to their first page.
func (s *Site) docNav(set *docs.Set, items []docs.NavItem, i int) []DocNav {
	var out []DocNav
	for _, it := range window(items, i) {
		n := DocNav{Title: it.Title, URL: it.URL}
		switch {
		case it.Page >= 0:
			n.URL, n.Current = s.docsURL(set.Of, set.Pages[it.Page].Path), it.Page == i
		case holds(it, i):
			n.Open = true
			n.Children = s.docNav(set, it.Children, i)
		case len(it.Children) > 0:
			if p := firstPage(it); p >= 0 {
				n.URL = s.docsURL(set.Of, set.Pages[p].Path)
			}
		}
		out = append(out, n)
	}
	return out
}

func window(items []docs.NavItem, i int) []docs.NavItem {
	if len(items) <= maxSiblings {
		return items
	}
	at := 0
	for n, it := range items {
		if it.Page == i || holds(it, i) {
			at = n
		}
	}
	from := min(max(at-maxSiblings/2, 0), len(items)-maxSiblings)
	return items[from : from+maxSiblings]
}

func holds(it docs.NavItem, i int) bool {
	if it.Page == i {
		return true
	}
	for _, c := range it.Children {
		if holds(c, i) {
			return true
		}
	}
	return false
}

func firstPage(it docs.NavItem) int {
	if it.Page >= 0 {
		return it.Page
	}
	for _, c := range it.Children {
		if p := firstPage(c); p >= 0 {
			return p
		}
	}
	return -1
}

// DocSearch is page i of a documentation set for the search index, without its
// text.
func (s *Site) DocSearch(set *docs.Set, i int, c DocContext) search.Doc {
	pg := set.Pages[i]
	return search.Doc{URL: strings.TrimPrefix(s.docsURL(set.Of, pg.Path), s.base), Kind: "docs", Ref: set.Of.String(), Title: pg.Title,
		Crumb: strings.Join(append([]string{set.Title}, pg.Trail...), " / "), Owner: c.OwnerRef, Lifecycle: c.Lifecycle}
}
