package docs

import (
	"net/url"
	"path"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/urlpath"
)

// editLink is what mkdocs.yml says about where pages are edited.
type editLink struct {
	repo     string // repo_url
	uri      string // edit_uri: what comes before a page's path
	template string // edit_uri_template: what a page's path is put into
	off      bool   // edit_uri is empty: pages have no such link
}

func (r *mkdocsReader) edit() {
	e := &r.m.edit
	r.text("repo_url", &e.repo)
	r.text("edit_uri", &e.uri)
	r.text("edit_uri_template", &e.template)
	if v, _ := r.get("edit_uri"); v == "" && e.template == "" {
		e.off = true
	}
	if e.template != "" && e.of("x.md") == "" {
		_, d := r.get("edit_uri_template")
		r.report(d.Pos("edit_uri_template"), diag.Warning, CodeConfig, "edit_uri_template makes no address that may be linked", "it may hold {path} and {path_noext}")
	}
}

// of is the address at which a page is edited, joined as MkDocs does, or "".
func (e editLink) of(rel string) string {
	var ref string
	switch {
	case e.template != "":
		ref = fill(e.template, rel)
	case e.uri != "":
		ref = strings.TrimSuffix(e.uri, "/") + "/" + escapePath(rel)
	default:
		return ""
	}
	base, err := url.Parse(strings.TrimSuffix(e.repo, "/") + "/")
	if err != nil {
		return ""
	}
	u, err := base.Parse(ref)
	if err != nil {
		return ""
	}
	href, _ := urlpath.SafeLink(u.String())
	return href
}

// fill puts a page's path into an edit_uri_template. "!q" asks for an escaped
// path, and as a path that is not escaped could say anything, all are.
func fill(template, rel string) string {
	whole, noext := escapePath(rel), escapePath(strings.TrimSuffix(rel, path.Ext(rel)))
	return strings.NewReplacer("{path}", whole, "{path!q}", url.PathEscape(rel), "{path_noext}", noext, "{path_noext!q}", url.PathEscape(strings.TrimSuffix(rel, path.Ext(rel)))).Replace(template)
}

func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// editURL is where a page is edited: where mkdocs.yml says, if it says so, else
// at the code host of the repository, if it is known.
func (p *Plan) editURL(s source) string {
	if p.conf.edit.off {
		return ""
	}
	m := p.mountOf(s.rel)
	edit := p.conf.edit
	if m.alias != "" {
		edit = p.editOf(m)
	}
	if isBelow(m.dir, s.repo) {
		if href := edit.of(below(m.dir, s.repo)); href != "" {
			return href
		}
	}
	if links := catalog.LinksOf(p.Snap.WebURL, p.Snap.Branch, s.repo); links.Edit != "" {
		href, _ := urlpath.SafeLink(links.Edit)
		return href
	}
	if m.alias != "" {
		return ""
	}
	return p.conf.edit.byHost(s.rel)
}

// viewURL is where the file of a page is shown by the code host, if it is known.
func (p *Plan) viewURL(s source) string {
	href, _ := urlpath.SafeLink(catalog.LinksOf(p.Snap.WebURL, p.Snap.Branch, s.repo).View)
	return href
}

// editOf is where the pages of an included set are edited: where its own
// mkdocs.yml says. edit_uri may be the including set's, with docs_dir replaced.
func (p *Plan) editOf(m mount) editLink {
	e := m.edit
	if e.repo == "" {
		return editLink{}
	}
	if e.uri == "" && p.docsDir != "." {
		e.uri = strings.ReplaceAll(p.conf.edit.uri, below(p.Dir, p.docsDir), below(p.Dir, m.dir))
	}
	return e
}

// byHost is what MkDocs takes for edit_uri when only repo_url is known. It is a
// guess of the branch, and docs_dir is not asked.
func (e editLink) byHost(rel string) string {
	u, err := url.Parse(e.repo)
	if err != nil {
		return ""
	}
	switch u.Host {
	case "github.com", "gitlab.com":
		e.uri = "edit/master/docs/"
	case "bitbucket.org":
		e.uri = "src/default/docs/"
	}
	return e.of(rel)
}
