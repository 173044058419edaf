package docs

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/urlpath"
)

// navBuilder turns the written or the implied navigation into a tree of pages.
type navBuilder struct {
	p     *Plan
	order []int // pages in reading order
	items int
	seen  map[int]bool
	trail map[int][]string
	title map[int]string
	quiet *ignorer // not_in_nav
	sink  diag.Sink
}

func (p *Plan) buildNav(sink diag.Sink) *navBuilder {
	held := &few{to: sink}
	b := &navBuilder{p: p, seen: map[int]bool{}, trail: map[int][]string{}, title: map[int]string{}, quiet: p.conf.notInNav.ignorer(), sink: held}
	if p.conf.nav != nil {
		p.set.Nav = b.written(p.conf.nav, nil)
	} else {
		p.set.Nav = b.implied(span{0, len(p.sources)}, "", nil, 0)
	}
	held.done()
	return b
}

func (b *navBuilder) written(raw []rawNav, trail []string) []NavItem {
	var out []NavItem
	for _, r := range raw {
		if item, ok := b.item(r, trail); ok {
			out = append(out, item)
		}
	}
	return out
}

func (b *navBuilder) item(r rawNav, trail []string) (NavItem, bool) {
	if r.target == "" {
		item := NavItem{Title: r.title, Page: -1, Children: b.written(r.children, under(trail, r.title))}
		return item, len(item.Children) > 0
	}
	if href, ok := external(r.target); ok {
		return b.linkOut(r, href)
	}
	if i, ok := b.page(r); ok {
		b.place(i, r.title, trail)
		return NavItem{Page: i}, true
	}
	if dir := strings.TrimSuffix(r.target, "/"); b.p.dirs[dir].to > 0 {
		title := cmp.Or(r.title, titleOfName(path.Base(dir)))
		item := NavItem{Title: title, Page: -1, Children: b.implied(b.p.dirs[dir], dir+"/", under(trail, title), 0)}
		return item, len(item.Children) > 0
	}
	b.missing(r, b.p.whyNot(r.target))
	return NavItem{}, false
}

func under(trail []string, title string) []string {
	return append(trail[:len(trail):len(trail)], title)
}

// external tells whether a target is an address with a scheme or a host.
func external(target string) (string, bool) {
	if strings.HasPrefix(target, "//") {
		return "https:" + target, true
	}
	u, err := url.Parse(target)
	return target, err == nil && u.Scheme != ""
}

func (b *navBuilder) linkOut(r rawNav, href string) (NavItem, bool) {
	safe, ok := urlpath.SafeLink(href)
	if !ok {
		b.missing(r, "is an address that may not be linked")
	}
	return NavItem{Title: cmp.Or(r.title, oneLine(r.target, maxTitle)), Page: -1, URL: safe}, ok
}

// page finds the page of an entry. An entry names a file; one that names a
// heading in it leads to the file.
func (b *navBuilder) page(r rawNav) (int, bool) {
	if i, ok := b.p.bySource[path.Join(b.p.docsDir, r.target)]; ok {
		return i, true
	}
	file, _, found := strings.Cut(r.target, "#")
	i, ok := b.p.bySource[path.Join(b.p.docsDir, file)]
	if found && ok {
		b.sink.Report(b.p.diag(r.pos, diag.Info, CodeUnsupported, fmt.Sprintf("the navigation's %q leads to the page, and not to the heading", r.target), "an entry of the navigation is a file"))
	}
	return i, found && ok
}

func (b *navBuilder) missing(r rawNav, what string) {
	hint := "paths are relative to docs_dir"
	if s, ok := b.p.suggest(r.target); ok {
		hint = fmt.Sprintf("did you mean %s?", s.rel)
	}
	b.sink.Report(b.p.diag(r.pos, diag.Warning, CodeNav, fmt.Sprintf("the navigation's %q %s", oneLine(r.target, maxTitle), what), hint))
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

// place puts a page into the reading order. A page listed twice is one page
// with the first title, as in MkDocs.
func (b *navBuilder) place(i int, title string, trail []string) {
	if b.seen[i] {
		return
	}
	b.seen[i] = true
	b.order = append(b.order, i)
	b.trail[i] = trail
	b.title[i] = title
}

// span is a run of sources: the files of a directory and of all below it.
type span struct{ from, to int }

// implied is the navigation of a set that writes none: the pages of a
// directory, then its subdirectories as sections named after them. What lies
// deeper than a navigation may be stands in the deepest section.
func (b *navBuilder) implied(s span, dir string, trail []string, depth int) []NavItem {
	var out []NavItem
	for i := s.from; i < s.to && b.items < maxNavItems; {
		rel := b.p.sources[i].rel
		sub, _, deeper := strings.Cut(strings.TrimPrefix(rel, dir), "/")
		if deeper && depth < maxNavDepth {
			title := oneLine(titleOfName(sub), maxTitle)
			inner := b.p.dirs[dir+sub]
			if children := b.implied(inner, dir+sub+"/", under(trail, title), depth+1); len(children) > 0 {
				out = append(out, NavItem{Title: title, Page: -1, Children: children})
			}
			i = inner.to
			continue
		}
		if !b.quiet.match(rel) {
			b.items++
			b.place(i, "", trail)
			out = append(out, NavItem{Page: i})
		}
		i++
	}
	return out
}
