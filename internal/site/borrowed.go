package site

import (
	"net/url"
	"path"
	"strings"

	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/urlpath"
)

// An entity may show another's documentation, or a part of it, in the place of its
// own: backstage.io/techdocs-entity names the entity, techdocs-entity-path a page.
// Where both are written, Backstage prefers this to what techdocs-ref says
// (buildTechDocsURL in plugins/techdocs-common).

// docs is the entity's documentation: that of the entity it points to, or its own.
func (p *planned) docs() *DocSet {
	if d := p.borrowed(); d != nil {
		return d
	}
	return p.s.set(p.e.Ref)
}

// borrowed is the documentation of the entity that this one points to, nil if it
// points to none that has any.
func (p *planned) borrowed() *DocSet {
	to := p.e.Metadata.Annotations[docs.AnnotationEntity]
	if to == "" {
		return nil
	}
	ref, err := entity.ParseRef(to, "component", p.e.Namespace)
	if err != nil {
		return nil
	}
	return p.s.set(ref)
}

// contents is the table of contents of the entity's documentation.
func (p *planned) contents(d *DocSet) *docs.Set {
	if p.toc == nil {
		p.toc = d.Load()
	}
	return p.toc
}

// part is the page of borrowed documentation that the entity points to, below the
// set's address, and a heading of it; "" for the set's first page.
func (p *planned) part() (page, fragment string) {
	at := p.e.Metadata.Annotations[docs.AnnotationEntityPath]
	if at == "" || p.borrowed() == nil {
		return "", ""
	}
	at, fragment, _ = strings.Cut(at, "#")
	at, _, _ = strings.Cut(at, "?")
	if plain, err := url.PathUnescape(at); err == nil {
		at = plain
	}
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	at = strings.TrimSuffix(path.Clean("/"+at), "/index.html")
	return strings.Trim(at, "/"), fragment
}

// docPages are the pages of the documentation that the entity shows: those of the
// part it points to, or all of them if there is no such part.
func (p *planned) docPages(d *DocSet) []docs.Page {
	all := p.contents(d).Pages
	at, _ := p.part()
	if at == "" {
		return all
	}
	var out []docs.Page
	for _, pg := range all {
		if isPage(&pg, at) || strings.HasPrefix(pg.Path, at+"/") {
			out = append(out, pg)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// isPage tells whether an address without a slash at its end is that of a page.
func isPage(pg *docs.Page, at string) bool {
	return pg.Path == at || pg.Path == at+"/" || pg.Path == at+".html"
}

// docsAddress is where the documentation that the entity shows begins. A part that
// is not there is not led to: the documentation's first page is.
func (p *planned) docsAddress(d *DocSet) string {
	at, fragment := p.part()
	if at == "" && fragment == "" {
		return p.s.docsURL(d.Of, "")
	}
	for _, pg := range p.docPages(d) {
		if isPage(&pg, at) {
			to := p.s.docsURL(d.Of, pg.Path)
			if fragment != "" {
				to += "#" + url.PathEscape(fragment)
			}
			return to
		}
	}
	return p.s.docsURL(d.Of, "")
}

// docsElsewhere is the page at the address that the entity's own documentation
// would have, which leads to that which it borrows. Its path is zero if it has its
// own, or borrows none.
func (p *planned) docsElsewhere() Page {
	d := p.borrowed()
	if d == nil || p.s.set(p.e.Ref) != nil {
		return Page{}
	}
	at, err := urlpath.Docs(p.e.Ref.Namespace, p.e.Ref.Kind, p.e.Ref.Name, "index.html")
	if err != nil {
		return Page{}
	}
	v := Redirect{Chrome: p.s.head("Moved", "", ""), To: p.docsAddress(d)}
	v.Chrome.Canonical = ""
	return Page{Path: at, View: v, From: []entity.Ref{p.e.Ref}}
}
