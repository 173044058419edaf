package docs

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/markdown"
	"callboard/internal/urlpath"
)

// Plan is a documentation set that is being made: its configuration has been
// read and its files are known. Finish needs what was rendered of each file.
type Plan struct {
	Spec
	conf     *mkdocs
	docsDir  string // in the repository
	sources  []source
	bySource map[string]int // path in the repository -> page
	byPath   map[string]int // address below the set's -> page
	ids      []map[string]bool
	set      *Set
}

// Limits of a documentation set.
const (
	MaxPages = 20_000 // pages of one set; the rest is left out with a diagnostic
)

// Open reads mkdocs.yml and lists the files of a set.
func Open(spec Spec, sink diag.Sink) *Plan {
	p := &Plan{Spec: spec, bySource: map[string]int{}, byPath: map[string]int{}}
	p.conf = readMkdocs(spec, sink)
	p.docsDir = path.Join(spec.Dir, p.conf.docsDir)
	if !inside(p.docsDir) {
		sink.Report(p.diag(diag.Pos{Repo: spec.Snap.Repo, File: spec.Config}, diag.Error, CodeConfig, fmt.Sprintf("docs_dir %q leads out of the repository", p.conf.docsDir), ""))
		p.docsDir = path.Join(spec.Dir, "docs")
	}
	p.list(sink)
	return p
}

func (p *Plan) list(sink diag.Sink) {
	files := markdownFiles(p.Snap, p.docsDir, p.conf.exclude)
	if !slices.ContainsFunc(files, func(s source) bool { return isIndex(s.rel) }) {
		if readme, ok := p.readme(); ok {
			files = append([]source{readme}, files...)
		}
	}
	if len(files) > MaxPages {
		sink.Report(p.diag(p.Pos, diag.Warning, CodePath, fmt.Sprintf("the documentation has %d pages; those after the first %d are left out", len(files), MaxPages), "split it into several sets"))
		files = files[:MaxPages]
	}
	for _, s := range files {
		p.addSource(s, sink)
	}
}

// readme is the repository's README as the first page of a set that has none.
func (p *Plan) readme() (source, bool) {
	for _, name := range []string{"README.md", "readme.md"} {
		if f := path.Join(p.Dir, name); has(p.Snap, f) {
			return source{repo: f, rel: "index.md"}, true
		}
	}
	return source{}, false
}

func (p *Plan) addSource(s source, sink diag.Sink) {
	at := address(s.rel, p.conf.directoryURLs)
	if _, err := p.path(pageFile(at)); err != nil {
		sink.Report(p.diag(diag.Pos{Repo: p.Snap.Repo, File: s.repo}, diag.Warning, CodePath, "the page cannot have an address: "+err.Error(), "rename the file"))
		return
	}
	if other, taken := p.byPath[at]; taken {
		sink.Report(p.diag(diag.Pos{Repo: p.Snap.Repo, File: s.repo}, diag.Warning, CodePath, fmt.Sprintf("the page has the same address as %s and is left out", p.sources[other].repo), "rename one of the two"))
		return
	}
	p.bySource[s.repo] = len(p.sources)
	p.byPath[at] = len(p.sources)
	p.sources = append(p.sources, s)
}

func pageFile(at string) string {
	if at == "" || strings.HasSuffix(at, "/") {
		return at + "index.html"
	}
	return at
}

func (p *Plan) path(file string) (urlpath.Path, error) {
	return urlpath.Docs(p.Of.Namespace, p.Of.Kind, p.Of.Name, file)
}

// Sources are the paths in the repository of the set's pages. Finish wants what
// was rendered of them in this order.
func (p *Plan) Sources() []string {
	out := make([]string, len(p.sources))
	for i, s := range p.sources {
		out[i] = s.repo
	}
	return out
}

// Profile is the Markdown dialect the set is written in.
func (p *Plan) Profile() string { return p.conf.profile }

// Finish makes the set: titles, navigation, reading order, and the check of
// every link. docs are what was rendered of Sources; only Title, Meta, Headings
// and Links are looked at. The pages of the set are in reading order; Order
// tells which source each is.
func (p *Plan) Finish(docs []*markdown.Doc, sink diag.Sink) (set *Set, order []int) {
	p.set = &Set{Of: p.Of, Title: p.conf.siteName, Description: p.conf.siteDescription, Repo: p.Snap.Repo, Dir: p.Dir}
	p.anchors(docs)
	nav := p.buildNav(sink)
	order = nav.order
	for i := range p.sources {
		if !nav.seen[i] {
			order = append(order, i)
		}
	}
	place := make([]int, len(p.sources)) // source -> page
	for at, i := range order {
		place[i] = at
	}
	for at, i := range order {
		p.set.Pages = append(p.set.Pages, p.page(i, docs[i], nav, at))
	}
	p.set.Nav = p.renumber(p.set.Nav, place)
	p.check(docs, sink)
	return p.set, order
}

func (p *Plan) anchors(docs []*markdown.Doc) {
	p.ids = make([]map[string]bool, len(docs))
	for i, d := range docs {
		p.ids[i] = make(map[string]bool, len(d.Headings))
		for _, h := range d.Headings {
			p.ids[i][h.ID] = true
		}
	}
}

func (p *Plan) page(i int, d *markdown.Doc, nav *navBuilder, at int) Page {
	s := p.sources[i]
	pg := Page{Source: s.repo, Path: address(s.rel, p.conf.directoryURLs), Title: p.title(i, d, nav), InNav: nav.seen[i], Prev: -1, Next: -1, Trail: nav.trail[i], EditURL: p.editURL(s)}
	for _, h := range d.Headings {
		pg.HasH1 = pg.HasH1 || h.Level == 1
		if h.Level == 2 || h.Level == 3 {
			pg.Headings = append(pg.Headings, h)
		}
	}
	if pg.InNav && at > 0 {
		pg.Prev = at - 1
	}
	if pg.InNav && at+1 < len(nav.order) {
		pg.Next = at + 1
	}
	return pg
}

// title follows MkDocs: the navigation's, else the front matter's, else the
// first heading, else the file's name.
func (p *Plan) title(i int, d *markdown.Doc, nav *navBuilder) string {
	if t := nav.title[i]; t != "" {
		return t
	}
	if t, ok := d.Meta["title"].(string); ok && t != "" {
		return t
	}
	if d.Title != "" {
		return d.Title
	}
	rel := p.sources[i].rel
	if rel == "index.md" || address(rel, true) == "" {
		return orElse(p.conf.siteName, "Home")
	}
	name := strings.TrimSuffix(path.Base(rel), path.Ext(rel))
	if isIndex(path.Base(rel)) {
		name = path.Base(path.Dir(rel))
	}
	return titleOfName(name)
}

// renumber makes the tree speak of pages instead of sources, and gives titles
// to the entries that have none of their own.
func (p *Plan) renumber(items []NavItem, place []int) []NavItem {
	for n := range items {
		it := &items[n]
		if it.Page >= 0 {
			it.Page = place[it.Page]
			it.Title = orElse(it.Title, p.set.Pages[it.Page].Title)
		}
		it.Children = p.renumber(it.Children, place)
	}
	return items
}

func (p *Plan) editURL(s source) string {
	if p.conf.editBase != "" {
		return p.conf.editBase + s.rel
	}
	if p.Snap.WebURL == "" || p.Snap.Branch == "" || p.conf.noEdit {
		return ""
	}
	form := "/edit/"
	if strings.Contains(p.Snap.WebURL, "gitlab") {
		form = "/-/edit/"
	}
	href, _ := urlpath.SafeLink(p.Snap.WebURL + form + p.Snap.Branch + "/" + s.repo)
	return href
}

// diag is a finding about this set.
func (p *Plan) diag(pos diag.Pos, sev diag.Severity, code diag.Code, msg, hint string) diag.Diagnostic {
	return diag.Diagnostic{Pos: pos, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: p.Of.String()}
}
