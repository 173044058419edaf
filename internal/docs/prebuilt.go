package docs

import (
	"encoding/json"
	"net/url"
	"path"
	"strings"

	"callboard/internal/markdown"
	"callboard/internal/repofs"
)

// A directory may hold a finished site, which MkDocs or another generator has
// written. Its pages are HTML: their text is shown in the portal's frame, by the
// navigation that the site's first page has; scripts and styles stay behind.

// isPrebuilt tells whether a directory is a finished site and nothing that a site
// could be made of.
func isPrebuilt(snap *repofs.Snapshot, dir string) bool {
	_, ok := Prebuilt(snap, dir)
	return ok && !hasDir(snap, path.Join(dir, "docs")) && readmeIn(snap, dir) == ""
}

// prebuilt is what stands in for the mkdocs.yml of a finished site.
func (p *Plan) prebuilt() {
	p.conf.docsDir, p.conf.directoryURLs, p.conf.edit.off = ".", false, true
	p.conf.exclude = parseIgnore(".*") // templates/ is a page's directory like others
	var meta struct {
		Name        string `json:"site_name"`
		Description string `json:"site_description"`
	}
	if raw, err := p.Snap.Read(path.Join(p.Dir, "techdocs_metadata.json")); err == nil && json.Unmarshal(raw, &meta) == nil {
		if name := oneLine(meta.Name, maxTitle); name != "" {
			p.conf.siteName = name
		}
		if meta.Description != "None" { // as Python writes what is not there
			p.conf.siteDescription = oneLine(meta.Description, maxDescription)
		}
	}
	if raw, err := p.Snap.Read(path.Join(p.Dir, "index.html")); err == nil {
		p.conf.nav = p.navOf(markdown.FinishedNav(raw))
	}
}

// navOf is the navigation of a finished site's first page.
func (p *Plan) navOf(in []markdown.Entry) []rawNav {
	var out []rawNav
	for _, e := range in {
		r := rawNav{title: oneLine(e.Title, maxTitle), children: p.navOf(e.Children)}
		r.target = p.finishedPage(e.Target)
		if len(r.children) > 0 && r.target != "" { // a section that is a page
			r.children = append([]rawNav{{title: r.title, target: r.target}}, r.children...)
			r.target = ""
		}
		if r.target != "" || len(r.children) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// finishedPage is the file that an address on the first page leads to, or an
// address elsewhere; "" for what is neither.
func (p *Plan) finishedPage(target string) string {
	if href, ok := external(target); ok {
		return href
	}
	u, err := url.Parse(target)
	if err != nil || target == "" || u.Host != "" {
		return ""
	}
	rel := strings.TrimPrefix(path.Clean("/"+u.Path), "/")
	for _, file := range []string{rel, path.Join(rel, "index.html"), rel + ".html"} {
		if strings.HasSuffix(file, ".html") && has(p.Snap, path.Join(p.Dir, file)) && p.isSource(path.Join(p.Dir, file)) {
			return file
		}
	}
	return ""
}

// isSource tells whether a file is one that pages are made of.
func (p *Plan) isSource(file string) bool {
	if !p.Prebuilt {
		return isMarkdown(file)
	}
	if strings.ToLower(path.Ext(file)) != ".html" {
		return false
	}
	switch below(p.Dir, file) {
	case "404.html", "search.html", "genindex.html", "py-modindex.html": // the site's own, and of no use here
		return false
	}
	return true
}
