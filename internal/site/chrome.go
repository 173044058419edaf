package site

import (
	"slices"
	"strings"

	"callboard/internal/urlpath"
)

// frame is what the chrome of all pages shares.
func (s *Site) frame() Chrome {
	a := s.in.Assets
	at := func(p string) string { return s.base + p }
	return Chrome{Base: s.base, Site: s.in.Config.Title, CSS: at(a.CSS), Boot: at(a.Boot), App: at(a.App), Icons: at(a.Icons), Favicon: at(a.Favicon), Nav: s.nav(), News: s.in.News != nil, Search: s.base + "search/", OpenSearch: s.openSearchURL()}
}

func (s *Site) nav() []NavLink {
	if len(s.in.Config.Theme.Nav) > 0 {
		return s.ownNav()
	}
	all := []NavLink{{Title: "Catalog", URL: "catalog/"}, {Title: "APIs", URL: "apis/"}, {Title: "Docs", URL: "docs/"}, {Title: "Systems", URL: "systems/"}, {Title: "Teams", URL: "teams/"}, {Title: "Graph", URL: "graph/"}, {Title: "Templates", URL: "templates/"}, {Title: "Health", URL: "health/"}}
	for i := range all {
		all[i].URL = s.url(all[i].URL)
	}
	return all
}

func (s *Site) ownNav() []NavLink {
	var out []NavLink
	for _, n := range s.in.Config.Theme.Nav {
		if href, ok := urlpath.SafeLink(n.URL); ok {
			out = append(out, NavLink{Title: n.Title, URL: href, External: true})
		} else {
			out = append(out, NavLink{Title: n.Title, URL: s.url(strings.TrimLeft(n.URL, "/"))})
		}
	}
	return out
}

// head fills in the chrome of one page. section is the navigation's entry that
// is current, such as "catalog/".
func (s *Site) head(title, path, section string, scripts ...string) Chrome {
	c := s.chrome
	c.Title = title + " · " + s.in.Config.Title
	c.Canonical = s.public(path)
	c.Nav = slices.Clone(c.Nav)
	for i := range c.Nav {
		c.Nav[i].Current = section != "" && c.Nav[i].URL == s.url(section)
	}
	c.Scripts = s.modules(scripts...)
	return c
}

// The names of scripts of the theme that pages of documentation have.
const (
	readerModule = "reader"
	searchModule = "search"
)

// modules are the addresses of scripts of the theme by their names.
func (s *Site) modules(names ...string) (out []string) {
	for _, m := range names {
		if p := s.in.Assets.Modules[m]; p != "" {
			out = append(out, s.base+p)
		}
	}
	return out
}
