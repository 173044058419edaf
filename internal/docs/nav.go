package docs

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/markdown"
	"callboard/internal/urlpath"
)

// navNode is an entry of a navigation that is being made. A page that is listed
// twice is one node, as it is one object in MkDocs.
type navNode struct {
	title    string // "" for a page that is called by its own
	page     int    // source, or -1
	url      string // of a link
	section  bool   // children are its own; a page may be one, too
	children []*navNode
	written  bool // a section that mkdocs.yml writes, and no directory
}

// navBuilder turns the written or the implied navigation into a tree of pages.
type navBuilder struct {
	p     *Plan
	docs  []*markdown.Doc // by source
	nodes map[int]*navNode
	items int
	quiet *ignorer // not_in_nav
	sink  diag.Sink

	order []int // pages in reading order
	seen  map[int]bool
	trail map[int][]string
	title map[int]string
}

func (p *Plan) buildNav(docs []*markdown.Doc, sink diag.Sink) *navBuilder {
	held := &few{to: sink}
	b := &navBuilder{p: p, docs: docs, nodes: map[int]*navNode{}, seen: map[int]bool{}, trail: map[int][]string{}, title: map[int]string{}, quiet: p.conf.notInNav.ignorer(), sink: held}
	nodes := b.first()
	for _, plugin := range p.conf.plugins {
		switch plugin.Name {
		case "awesome-pages":
			nodes = b.awesomePages(nodes, plugin)
		case "section-index":
			b.sectionIndexes(nodes)
		}
	}
	p.set.Nav = b.finish(nodes, nil, 0)
	held.done()
	b.orphans(sink)
	return b
}

// first is the navigation before plugins change it.
func (b *navBuilder) first() []*navNode {
	if plugin, ok := b.p.conf.plugin("awesome-nav"); ok {
		return b.written(b.awesomeNav(plugin))
	}
	if b.p.nav != nil {
		return b.written(b.p.nav)
	}
	return b.implied(span{0, len(b.p.sources)}, "", 0)
}

func (b *navBuilder) written(raw []rawNav) []*navNode {
	var out []*navNode
	for _, r := range raw {
		if n := b.item(r); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// item is the entry of a written navigation, or nil for one that is nothing. One
// that leads nowhere stays, as text, because MkDocs shows it, unless it may be
// that the page is there for other readers.
func (b *navBuilder) item(r rawNav) *navNode {
	if r.target == "" {
		n := &navNode{title: r.title, page: -1, section: true, written: true, children: b.written(r.children)}
		if len(n.children) == 0 && !r.rest {
			return nil
		}
		return n
	}
	if _, ok := parseRest(r.target); ok && r.title == "" {
		return b.others(r)
	}
	if href, ok := external(r.target); ok {
		return b.linkOut(r, href)
	}
	if i, ok := b.page(r); ok {
		return b.node(i, r.title)
	}
	if dir := strings.TrimSuffix(path.Clean(r.target), "/"); b.p.dirs[dir].to > 0 {
		n := &navNode{title: cmp.Or(r.title, titleOfName(path.Base(dir))), page: -1, section: true}
		n.children = b.implied(b.p.dirs[dir], dir+"/", 0)
		return n
	}
	return b.deadEnd(r)
}

// node is the node of a page. The first title that it gets holds.
func (b *navBuilder) node(i int, title string) *navNode {
	n := b.nodes[i]
	if n == nil {
		n = &navNode{title: title, page: i}
		b.nodes[i] = n
	}
	return n
}

// external tells whether a target is an address with a scheme or a host.
func external(target string) (string, bool) {
	if strings.HasPrefix(target, "//") {
		return "https:" + target, true
	}
	u, err := url.Parse(target)
	return target, err == nil && u.Scheme != ""
}

func (b *navBuilder) linkOut(r rawNav, href string) *navNode {
	safe, ok := urlpath.SafeLink(href)
	if !ok {
		b.missing(r, diag.Warning, "is an address that may not be linked")
		return nil
	}
	return &navNode{title: cmp.Or(r.title, oneLine(r.target, maxTitle)), page: -1, url: safe}
}

// page finds the page of an entry. An entry names a file; one that names a
// heading in it leads to the file.
func (b *navBuilder) page(r rawNav) (int, bool) {
	if i, ok := b.p.byRel[inSet(r.target)]; ok {
		return i, true
	}
	file, _, found := strings.Cut(r.target, "#")
	i, ok := b.p.byRel[inSet(file)]
	if found && ok {
		b.sink.Report(b.p.diag(r.pos, diag.Info, CodeUnsupported, fmt.Sprintf("the navigation's %q leads to the page, and not to the heading", r.target), "an entry of the navigation is a file"))
	}
	return i, found && ok
}

// inSet is the path in the set that an entry of the navigation names.
func inSet(target string) string { return strings.TrimPrefix(path.Clean(target), "/") }

// deadEnd is an entry without a page or a file.
func (b *navBuilder) deadEnd(r rawNav) *navNode {
	l := b.p.conf.check.navNotFound
	if strings.HasPrefix(r.target, "/") && !b.p.conf.check.navRelative {
		l = b.p.conf.check.navAbsolute
	}
	if !l.ignored {
		b.missing(r, l.severity, b.p.whyNot(r.target))
	}
	title := cmp.Or(r.title, oneLine(r.target, maxTitle))
	if b.p.Snap.Partial() || title == "" || !inside(path.Join(b.p.docsDir, r.target)) {
		return nil
	}
	n := &navNode{title: title, page: -1}
	if p := b.p; p.Alone && !strings.HasPrefix(r.target, "/") {
		n.url = "./" + path.Clean(r.target) // as MkDocs' sites have it
	}
	return n
}

func (b *navBuilder) missing(r rawNav, sev diag.Severity, what string) {
	hint := "paths are relative to docs_dir"
	if s, ok := b.p.suggest(r.target); ok {
		hint = fmt.Sprintf("did you mean %s?", s.rel)
	}
	b.sink.Report(b.p.diag(r.pos, sev, CodeNav, fmt.Sprintf("the navigation's %q %s", oneLine(r.target, maxTitle), what), hint))
}

// whyNot says why a path below docs_dir is no page.
func (p *Plan) whyNot(target string) string {
	file := path.Join(p.docsDir, target)
	switch {
	case !inside(file):
		return "leads out of the repository"
	case has(p.Snap, file) && !isMarkdown(file):
		return "is not Markdown"
	case has(p.Snap, file) && !isBelow(p.docsDir, file):
		return "is outside docs_dir"
	case has(p.Snap, file):
		return "is left out of the documentation"
	}
	return "is not a page of this documentation"
}

// span is a run of sources: the files of a directory and of all below it.
type span struct{ from, to int }

// implied is the navigation of a set that writes none: the pages of a
// directory, then its subdirectories as sections named after them. What lies
// deeper than a navigation may be stands in the deepest section.
func (b *navBuilder) implied(s span, dir string, depth int) []*navNode {
	var out []*navNode
	for i := s.from; i < s.to && b.items < maxNavItems; {
		rel := b.p.sources[i].rel
		sub, _, deeper := strings.Cut(strings.TrimPrefix(rel, dir), "/")
		if deeper && depth < maxNavDepth {
			inner := b.p.dirs[dir+sub]
			if children := b.implied(inner, dir+sub+"/", depth+1); len(children) > 0 {
				out = append(out, &navNode{title: oneLine(titleOfName(sub), maxTitle), page: -1, section: true, children: children})
			}
			i = inner.to
			continue
		}
		if !b.quiet.match(rel) && !b.p.unlisted[rel] {
			b.items++
			out = append(out, b.node(i, ""))
		}
		i++
	}
	return out
}
