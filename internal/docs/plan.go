package docs

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
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
	mounts   []mount           // directories of pages, docs_dir first
	nav      []rawNav          // as written, with what it includes; nil for none
	unlisted map[string]bool   // paths in the set that need not be in the navigation
	bySource map[string]int    // path in the repository -> page
	byRel    map[string]int    // path in the set -> page
	byPath   map[string]int    // address below the set's -> page
	byName   map[string]int    // name without extension, in lower case -> first page
	dirs     map[string]span   // directory below docs_dir -> its pages
	landing  string            // path in the set of the page that the root leads to; "" if a page is there
	assets   map[string]string // path in the repository -> address; "" if refused
	claims   claims
	preparer *prepare.Preparer
	undated  []*regexp.Regexp     // pages whose dates are not shown
	headings [][]markdown.Heading // by source
	anchors  []anchors            // by source, of those that links ask for
	set      *Set
}

// Open reads mkdocs.yml and lists the files of a set.
func Open(spec Spec, sink diag.Sink) *Plan {
	p := &Plan{Spec: spec, bySource: map[string]int{}, byRel: map[string]int{}, unlisted: map[string]bool{}, byPath: map[string]int{}, byName: map[string]int{}, dirs: map[string]span{}, assets: map[string]string{}, claims: newClaims()}
	p.conf = readMkdocs(spec, sink)
	if p.Prebuilt {
		p.prebuilt()
	}
	sink = p.conf.strictly(sink)
	p.docsDir = path.Join(spec.Dir, p.conf.docsDir)
	if path.IsAbs(p.conf.docsDir) || !inside(p.docsDir) {
		sink.Report(p.diag(p.configPos(), diag.Error, CodeConfig, fmt.Sprintf("docs_dir %q leads out of the repository", p.conf.docsDir), "it is relative to mkdocs.yml"))
		p.docsDir = path.Join(spec.Dir, "docs")
	}
	p.include(sink)
	p.list(sink)
	p.readLiterateNav(sink)
	p.readPreparer(sink)
	p.conf.layers = nil
	p.undated = p.conf.undatedPages()
	return p
}

func (p *Plan) path(file string) (urlpath.Path, error) {
	if p.Alone {
		return urlpath.New(file)
	}
	return urlpath.Docs(p.Of.Namespace, p.Of.Kind, p.Of.Name, file)
}

// Output is the path in the output of a file of the set, by its address below
// the set's own.
func (p *Plan) Output(file string) (urlpath.Path, error) { return p.path(file) }

// Sources are the paths in the repository of the set's pages. Finish wants what
// was rendered of them in this order.
func (p *Plan) Sources() []string {
	out := make([]string, len(p.sources))
	for i, s := range p.sources {
		out[i] = s.repo
	}
	return out
}

// Profile is the Markdown dialect the set is written in: ProfileTechDocs,
// ProfileMkDocs, or "gfm". The extensions of Python-Markdown are in Extensions.
func (p *Plan) Profile() string { return p.conf.profile }

// Finish makes the set: titles, navigation, reading order, and the check of
// every link. docs are what was rendered of Sources; only Title, Meta, Headings
// and Links are looked at. The pages of the set are in reading order; order
// tells which source each is.
func (p *Plan) Finish(docs []*markdown.Doc, sink diag.Sink) (set *Set, order []int) {
	sink = p.conf.strictly(sink)
	p.set = &Set{Of: p.Of, Title: p.conf.siteName, Description: p.conf.siteDescription, Repo: p.Snap.Repo, Dir: p.Dir, Look: p.conf.look}
	p.set.Styles = slices.Clone(p.set.Styles)
	for i, s := range p.set.Styles {
		p.set.Styles[i] = path.Join(p.docsDir, s)
	}
	p.anchors = make([]anchors, len(docs))
	p.headings = make([][]markdown.Heading, len(docs))
	for i, d := range docs {
		p.headings[i] = d.Headings
	}
	nav := p.buildNav(docs, sink)
	order = nav.order
	for i := range p.sources {
		if !nav.seen[i] {
			order = append(order, i)
		}
	}
	place := make([]int, len(p.sources)) // source -> page
	p.set.Pages = make([]Page, 0, len(order))
	for at, i := range order {
		place[i] = at
		p.set.Pages = append(p.set.Pages, p.page(i, docs[i], nav, at))
	}
	p.renumber(p.set.Nav, place)
	p.redirects(place, sink)
	p.tags(docs, place)
	p.set.Versions = Versions(p.Snap, p.Dir)
	p.check(docs, sink)
	return p.set, order
}

func (p *Plan) page(i int, d *markdown.Doc, nav *navBuilder, at int) Page {
	s := p.sources[i]
	pg := Page{Source: s.repo, Path: s.at, Markdown: s.rel, Title: p.title(i, d, nav), InNav: nav.seen[i], Prev: -1, Next: -1, Trail: nav.trail[i], EditURL: p.editURL(s), ViewURL: p.viewURL(s)}
	pg.Description, _ = d.Meta["description"].(string)
	pg.Description = oneLine(pg.Description, maxDescription)
	pg.Hide = texts(d.Meta["hide"], maxHidden)
	p.more(&pg, i, d)
	pg.HasH1 = d.HasH1
	for _, h := range d.Headings {
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

// renumber makes the tree speak of pages instead of sources, and gives the
// entries of pages their pages' titles.
func (p *Plan) renumber(items []NavItem, place []int) {
	for n := range items {
		it := &items[n]
		if it.Page >= 0 {
			it.Page = place[it.Page]
			it.Title = p.set.Pages[it.Page].Title
		}
		p.renumber(it.Children, place)
	}
}

// maxHidden is how many parts of a page its front matter may hide.
const maxHidden = 10

// diag is a finding about this set.
func (p *Plan) diag(pos diag.Pos, sev diag.Severity, code diag.Code, msg, hint string) diag.Diagnostic {
	return diag.Diagnostic{Pos: pos, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: p.Of.String()}
}

// suggest finds the page that a broken link most likely means: one with the
// same file name.
func (p *Plan) suggest(dest string) (source, bool) {
	dest, _, _ = strings.Cut(dest, "#")
	i, ok := p.byName[stem(strings.TrimSuffix(dest, "/"))]
	if !ok {
		return source{}, false
	}
	return p.sources[i], true
}
