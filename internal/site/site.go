// Package site decides which pages a portal has, at which addresses, and what
// is on them. Everything here is data: views for the templates, machine files,
// documents for the search index.
package site

import (
	"iter"
	"net/url"
	"strings"

	"callboard/internal/apidoc"
	"callboard/internal/assets"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/facts"
	"callboard/internal/repofs"
	"callboard/internal/urlpath"
)

// SourceInfo is what is known of a repository.
type SourceInfo struct {
	Repo, Revision, WebURL, Branch string
	Files                          int
	// Facts are what the host told of it, nil if nothing.
	Facts *facts.Repo
	// Stale tells that it is not the present state.
	Stale *repofs.Stale
}

// Input is all that a site is made of.
type Input struct {
	Config  *config.Config
	Catalog *catalog.Catalog
	// Docs are the documentation sets by reference. It may be nil for a site
	// that makes documentation only.
	Docs        []DocSet
	Diagnostics []diag.Diagnostic
	Sources     []SourceInfo
	// Troubles are what could not be had of sources, those of whole ones first.
	Troubles []Trouble
	Assets   assets.Set
	Version  string
	// Partial tells that readers may not see all there is. What such a portal
	// does not show may be there, so it calls nothing missing.
	Partial bool
	// News are what is new; nil if that is not remembered.
	News *News
	// Outline reads an API's definition, from a cache if there is one; nil
	// means apidoc.Outline.
	Outline func(typ, definition string) *apidoc.Reference
	// Sum is a digest of all that is written of an entity; nil means one of its
	// JSON.
	Sum func(*entity.Entity) digest.Sum
}

// DocSet is a documentation set. It is loaded by the pages that list its pages.
type DocSet struct {
	Of    entity.Ref
	Title string
	Pages int
	// Sum is the digest of the set; Load gives it, without headings.
	Sum  digest.Sum
	Load func() *docs.Set
}

// Page is a page to be rendered.
type Page struct {
	Path urlpath.Path
	View View
	// Make, if not nil, makes the View, and State is a digest of all of the
	// catalog that it shows: while that is as it was, so is the View. It may be
	// called from several goroutines.
	Make  func() View
	State digest.Sum
	// From are the entities the page is about.
	From []entity.Ref
	// Markdown is the path of the page as Markdown, zero if there is none.
	Markdown urlpath.Path
}

// File is a machine file.
type File struct {
	Path string
	Data []byte
}

// CodeAddress marks an entity that cannot have a page.
const CodeAddress = diag.Code("entity-address-invalid")

// Site is a plan of all pages.
type Site struct {
	in       Input
	base     string
	origin   string // before base in the portal's public address; "" if it is not known
	chrome   Chrome
	docs     map[entity.Ref]*DocSet
	source   map[string]SourceInfo
	hosted   map[string]string            // repositories by their address
	found    map[string][]diag.Diagnostic // by entity
	faces    map[entity.Ref]*face
	address  map[entity.Ref]string       // of those that have a page
	users    map[entity.Ref][]entity.Ref // what uses each, made when first needed
	problems []diag.Diagnostic
	between  *between
	made     []list // static lists, made when first needed
	trace    Trace  // of what is planned just now, if it is wanted
	alone    bool   // a documentation set without a portal
	twins    bool   // pages are there as Markdown, too
}

// New plans a site.
func New(in Input) *Site {
	if in.Outline == nil {
		in.Outline = func(typ, definition string) *apidoc.Reference {
			r, _ := apidoc.Outline(typ, definition)
			return r
		}
	}
	if in.Sum == nil {
		in.Sum = func(e *entity.Entity) digest.Sum { return digest.New("entity").JSON(e).Sum() }
	}
	s := &Site{in: in, base: BasePath(in.Config.BaseURL), origin: hostOf(in.Config.BaseURL), docs: make(map[entity.Ref]*DocSet, len(in.Docs)), source: map[string]SourceInfo{}, hosted: map[string]string{}, found: map[string][]diag.Diagnostic{}, address: map[entity.Ref]string{}, users: map[entity.Ref][]entity.Ref{}, between: new(between), twins: in.Config.Markdown}
	for i, d := range in.Docs {
		s.docs[d.Of] = &in.Docs[i]
	}
	for _, x := range in.Sources {
		s.source[x.Repo] = x
		s.host(x)
	}
	for _, d := range in.Diagnostics {
		if d.Entity != "" {
			s.found[d.Entity] = append(s.found[d.Entity], d)
		}
	}
	s.faces = faces(in.Catalog)
	s.checkAddresses()
	s.chrome = s.frame()
	return s
}

// BasePath is the path of a portal's public address, with a slash at both ends.
func BasePath(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil {
		return "/"
	}
	p := strings.Trim(u.EscapedPath(), "/")
	if p == "" {
		return "/"
	}
	return "/" + p + "/"
}

// faces are what is shown of each entity on the pages of others.
func faces(c *catalog.Catalog) map[entity.Ref]*face {
	all := make([]face, c.Len())
	out := make(map[entity.Ref]*face, c.Len())
	for i, e := range c.Entities() {
		all[i] = face{Kind: e.Kind, Name: e.Name, Title: e.Title(), Type: e.Type(), Lifecycle: e.Lifecycle(), Description: e.Metadata.Description, System: systemOf(c, e.Ref)}
		out[e.Ref] = &all[i]
	}
	return out
}

// systemOf is the system that an entity is part of, directly or through the
// component it is a part of.
func systemOf(c *catalog.Catalog, at entity.Ref) entity.Ref {
	for range 5 {
		up, system := entity.Ref{}, entity.Ref{}
		for _, r := range c.Targets(at, entity.PartOf) {
			if r.Target.Kind == "system" {
				system = r.Target
			} else {
				up = r.Target
			}
		}
		if !system.IsZero() || up.IsZero() {
			return system
		}
		at = up
	}
	return entity.Ref{}
}

// checkAddresses finds entities that cannot have a page: their names make no
// path, or make the path of another's.
func (s *Site) checkAddresses() {
	taken := map[string]*entity.Entity{}
	for _, e := range s.in.Catalog.Entities() {
		p, err := urlpath.Entity(e.Ref.Namespace, e.Ref.Kind, e.Ref.Name, "index.html")
		msg := ""
		if err != nil {
			msg = "the entity cannot have a page: " + err.Error()
		} else if other := taken[p.Fold()]; other != nil {
			msg = "the entity has the address of " + other.Ref.String() + " and gets no page"
		}
		if msg != "" {
			s.faces[e.Ref].NoPage = true
			s.problems = append(s.problems, diag.Diagnostic{Pos: e.Origin.Pos(), Severity: diag.Error, Code: CodeAddress, Message: msg, Hint: "rename it", Entity: e.Ref.String()})
			continue
		}
		taken[p.Fold()] = e
		s.address[e.Ref] = p.URL(s.base)
	}
}

// Collisions are the entities that cannot have a page of their own.
func (s *Site) Collisions() []diag.Diagnostic { return s.problems }

// Pages yields every page that is neither of an entity nor documentation, one at
// a time, in an order that does not change.
func (s *Site) Pages() iter.Seq[Page] {
	parts := []func() iter.Seq[Page]{s.homePages, s.listPages, s.indexPages, s.healthPages, s.newsPages, s.otherPages}
	return func(yield func(Page) bool) {
		for _, part := range parts {
			for p := range part() {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// page makes a page at a path of the portal's own; "catalog" means
// catalog/index.html.
func (s *Site) page(path string, v View, from ...entity.Ref) Page {
	file := path
	switch {
	case path == "":
		file = "index.html"
	case !strings.HasSuffix(path, ".html"):
		file = path + "/index.html"
	}
	p, err := urlpath.New(file)
	if err != nil {
		return Page{}
	}
	return Page{Path: p, View: v, From: from}
}

// url is the address of a place of the portal, such as "catalog/".
func (s *Site) url(path string) string {
	return s.base + (&url.URL{Path: path}).EscapedPath()
}

// public is the address of a place as others know it: with the host, if the
// configuration tells it.
func (s *Site) public(path string) string { return s.origin + s.url(path) }

// hostOf is the part of an address before its path, "" if it has no host.
func hostOf(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" {
		return ""
	}
	u.Path, u.RawPath = "", ""
	return strings.TrimSuffix(u.String(), "/")
}

// entityURL is the address of an entity's page or one of its tabs.
func (s *Site) entityURL(r entity.Ref, tab string) string {
	file := "index.html"
	if tab != "" {
		file = tab + "/index.html"
	}
	if at, ok := s.address[r]; ok {
		return at + strings.TrimSuffix(file, "index.html")
	}
	p, err := urlpath.Entity(r.Namespace, r.Kind, r.Name, file)
	if err != nil {
		return ""
	}
	return p.URL(s.base)
}

func (s *Site) docsURL(r entity.Ref, page string) string {
	file := page
	if page == "" || strings.HasSuffix(page, "/") {
		file += "index.html"
	}
	p, err := s.docPath(r, file)
	if err != nil {
		return ""
	}
	return p.URL(s.base)
}

// link is a reference as it is shown on a page of the entity own.
func (s *Site) link(r entity.Ref, own entity.Ref) EntityLink {
	l := EntityLink{Kind: s.kindClass(r.Kind), Name: r.Short(own.Namespace), Title: r.String()}
	e := s.face(r)
	switch {
	case e == nil:
		l.Missing = true
		l.URL = s.url("health/rule/ref-dangling/")
	case r == own:
		l.Self = true
		l.Name = e.Title
	default:
		if t := e.Title; t != e.Name || r.Namespace == entity.DefaultNamespace || r.Namespace == own.Namespace {
			l.Name = t
		}
		if !e.NoPage {
			l.URL = s.entityURL(r, "")
		}
	}
	return l
}

func (s *Site) linkp(r, own entity.Ref) *EntityLink {
	l := s.link(r, own)
	return &l
}

// tone is how a lifecycle is drawn.
func tone(lifecycle string) string {
	switch strings.ToLower(lifecycle) {
	case "production":
		return "ok"
	case "experimental":
		return "info"
	case "deprecated":
		return "warn"
	case "":
		return ""
	}
	return "plain"
}

// short cuts text to n characters at a word.
func short(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	cut := string(r[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " .,;:") + "…"
}
