package site

import (
	"strings"

	"callboard/internal/assets"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/urlpath"
	"slices"
)

// A documentation set may stand alone, without a portal around it. Its pages are
// then those of the portal less what leads to the catalog, and every address on
// them is relative, so that the site works below any prefix, and from a disk.

// NewAlone is the Site of a set that stands alone. Its pages need nothing but
// the theme's assets; they may show frames of these hosts.
func NewAlone(a assets.Set, version string, frames []string) *Site {
	none := catalog.Link(slices.Values[[]*entity.Entity](nil), diag.Discard)
	s := New(Input{Config: &config.Config{Markdown: true, Docs: config.Docs{Frames: frames}}, Catalog: none, Assets: a, Version: version})
	s.alone = true
	return s
}

// Root is the way from a page to the root of the output: "" for a portal, whose
// pages name its base; "./" or "../" and so on for a set that stands alone.
func (s *Site) Root(p urlpath.Path) string {
	if !s.alone {
		return ""
	}
	return root(p.String())
}

func root(file string) string {
	if up := strings.Repeat("../", strings.Count(file, "/")); up != "" {
		return up
	}
	return "./"
}

// from is the site as a page at a path sees it: all addresses lead from there.
func (s *Site) from(p urlpath.Path) *Site {
	if !s.alone {
		return s
	}
	return s.at(root(p.String()))
}

// at is the site as a page sees it from which a way leads to its root.
func (s *Site) at(base string) *Site {
	here := *s
	here.base = base
	here.chrome = here.frame()
	here.chrome.Nav, here.chrome.Alone, here.chrome.Search = nil, true, here.base+searchFile
	return &here
}

// AloneModules are the scripts that pages of a set that stands alone load, beside
// that of every page.
func AloneModules() []string { return []string{readerModule, searchModule} }

// searchFile is the page that searches a set that stands alone. It is not
// search/index.html, which is the address of a page called search.md.
const searchFile = "search.html"

// AlonePages are the pages of a set that stands alone beside its own: the page
// that searches it, and the one for addresses that lead nowhere. A page of the
// set that has such an address comes before them.
func (s *Site) AlonePages(set *docs.Set) []Page {
	search, lost := urlpath.Must(searchFile), urlpath.Must("404.html")
	here := s.from(search)
	c := here.docChrome(set, "Search", search)
	c.Scripts = here.modules(searchModule)
	out := []Page{{Path: search, View: Search{Chrome: c, Lists: here.firstPages(set)}}}
	there := s.at(siteBase(set))
	c = there.docChrome(set, "No page at this address", lost)
	c.Scripts, c.Canonical = nil, ""
	return append(out, Page{Path: lost, View: NotFound{Chrome: c, Lists: there.firstPages(set)}})
}

// firstPages are where one looks without a script: the set's first page, and the
// first of each section.
func (s *Site) firstPages(set *docs.Set) []Link {
	n := DocNavOf(set, s.base, -1)
	out := []Link{{set.Title, s.docsURL(set.Of, "")}}
	for _, k := range n.Level(0, n.Len()) {
		if x := n.Node(k); x.Lead >= 0 && x.Page != 0 && len(out) < maxPlaces {
			out = append(out, Link{x.Title, n.Address(x.Lead)})
		}
	}
	return out
}

// maxPlaces is how many places a page without an answer offers.
const maxPlaces = 12

// siteBase is the path that mkdocs.yml says the site will be at. The page for
// addresses that lead nowhere is shown at any address, so that its own cannot be
// relative.
func siteBase(set *docs.Set) string { return BasePath(set.SiteURL) }
