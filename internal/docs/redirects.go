package docs

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/urlpath"
)

// Redirect is an address below the set's own that leads somewhere else: a page
// has moved.
type Redirect struct {
	// Path is the file that is served there, such as "old/index.html".
	Path string
	// Page is an index into the set's Pages, -1 for an address elsewhere.
	Page int
	// Fragment is the heading of the page, unescaped, or "".
	Fragment string `json:",omitempty"`
	// URL is the address elsewhere, safe to link.
	URL string `json:",omitempty"`
}

// maxRedirects is how many addresses of a set may lead somewhere else.
const maxRedirects = 10_000

// redirects makes the set's redirects of the plugin redirects: redirect_maps maps
// a Markdown file that was there to one that is, with a heading maybe, or to an
// address (mkdocs-redirects).
func (p *Plan) redirects(place []int, sink diag.Sink) {
	if i, ok := p.byRel[p.landing]; ok {
		if _, free := p.claims.take(pageFile(""), p.landing); free {
			p.set.Redirects = append(p.set.Redirects, Redirect{Path: pageFile(""), Page: place[i]})
		}
	}
	plugin, _ := p.conf.plugin("redirects")
	held := &few{to: sink}
	maps := plugin.Options.Map("redirect_maps")
	for _, old := range sortedKeys(maps) {
		at := p.optionPos(plugin, "redirect_maps", old)
		to, _ := maps[old].(string)
		r, why := p.redirect(old, to, place)
		if why == "" && len(p.set.Redirects) >= maxRedirects {
			why = fmt.Sprintf("is left out, because there may be %d", maxRedirects)
		}
		if why != "" {
			held.Report(p.diag(at, diag.Warning, CodeNav, fmt.Sprintf("the redirect from %q %s", oneLine(old, maxTitle), why), "redirect_maps maps a page that was there to one that is, or to an address"))
			continue
		}
		p.set.Redirects = append(p.set.Redirects, r)
	}
	held.done()
}

// redirect is where a page that was there leads, or why it does not.
func (p *Plan) redirect(old, to string, place []int) (r Redirect, why string) {
	rel := path.Clean(strings.TrimPrefix(old, "/"))
	r.Path, r.Page = pageFile(address(rel, p.conf.directoryURLs)), -1
	if !isMarkdown(rel) || !inside(rel) {
		return r, "is not from a Markdown file"
	}
	file, fragment, _ := strings.Cut(to, "#")
	i, ok := p.byRel[path.Clean(file)]
	switch {
	case ok:
		r.Page, r.Fragment = place[i], fragment
	case isWeb(strings.ToLower(to)):
		if r.URL, ok = urlpath.SafeLink(to); !ok {
			return r, "leads to an address that may not be linked"
		}
	default:
		return r, fmt.Sprintf("leads to %q, which is not a page of this documentation", oneLine(to, maxTitle))
	}
	if _, err := p.path(r.Path); err != nil {
		return r, "cannot have an address: " + err.Error()
	}
	if other, ok := p.claims.take(r.Path, "redirect_maps "+old); !ok {
		return r, fmt.Sprintf("is left out, because %s has its address", other)
	}
	return r, ""
}

// optionPos is the place of an option of a plugin.
func (p *Plan) optionPos(plugin Plugin, key ...any) diag.Pos {
	if plugin.doc == nil {
		return p.configPos()
	}
	return plugin.doc.KeyPos(append(plugin.at[:len(plugin.at):len(plugin.at)], key...)...)
}
