package docs

import (
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode"

	"callboard/internal/diag"
	"callboard/internal/urlpath"
)

// Limits of a navigation.
const (
	maxNavItems = 20_000
	maxNavDepth = 20
)

// rawNav is a navigation as mkdocs.yml writes it, with places.
type rawNav struct {
	title    string
	target   string // path below docs_dir or an address; "" for a section
	children []rawNav
	pos      diag.Pos
}

// navBuilder turns the written or the implied navigation into a tree of pages.
type navBuilder struct {
	p     *Plan
	order []int // pages in reading order
	seen  map[int]bool
	trail map[int][]string
	title map[int]string
	sink  diag.Sink
}

func (p *Plan) buildNav(sink diag.Sink) *navBuilder {
	b := &navBuilder{p: p, seen: map[int]bool{}, trail: map[int][]string{}, title: map[int]string{}, sink: sink}
	if p.conf.nav != nil {
		p.set.Nav = b.written(p.conf.nav, nil, 0)
	} else {
		p.set.Nav = b.implied("", nil, 0)
	}
	return b
}

func (b *navBuilder) written(raw []rawNav, trail []string, depth int) []NavItem {
	var out []NavItem
	if depth > maxNavDepth {
		return nil
	}
	for _, r := range raw {
		if item, ok := b.item(r, trail, depth); ok {
			out = append(out, item)
		}
	}
	return out
}

func (b *navBuilder) item(r rawNav, trail []string, depth int) (NavItem, bool) {
	if r.target == "" {
		item := NavItem{Title: r.title, Page: -1, Children: b.written(r.children, append(trail[:len(trail):len(trail)], r.title), depth+1)}
		return item, len(item.Children) > 0
	}
	if u, err := url.Parse(r.target); err == nil && u.Scheme != "" {
		href, ok := urlpath.SafeLink(r.target)
		if !ok {
			b.missing(r, "is an address that may not be linked")
		}
		return NavItem{Title: orElse(r.title, r.target), Page: -1, URL: href}, ok
	}
	i, ok := b.p.bySource[path.Join(b.p.docsDir, r.target)]
	if !ok {
		b.missing(r, "is not a page of this documentation")
		return NavItem{}, false
	}
	b.place(i, r.title, trail)
	return NavItem{Title: r.title, Page: i}, true
}

func (b *navBuilder) missing(r rawNav, what string) {
	b.sink.Report(diag.Diagnostic{Pos: r.pos, Severity: diag.Warning, Code: CodeNav, Entity: b.p.Of.String(),
		Message: fmt.Sprintf("the navigation's %q %s", r.target, what), Hint: b.p.suggest(r.target)})
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

// implied is the navigation of a set that writes none: the pages of a
// directory, then its subdirectories as sections named after them.
func (b *navBuilder) implied(dir string, trail []string, depth int) []NavItem {
	var out []NavItem
	if depth > maxNavDepth {
		return nil
	}
	subs, done := []string{}, map[string]bool{}
	for i, s := range b.p.sources {
		rest, ok := strings.CutPrefix(s.rel, dir)
		if !ok || b.p.conf.notInNav.match(s.rel) {
			continue
		}
		if sub, _, deeper := strings.Cut(rest, "/"); deeper {
			if !done[sub] {
				done[sub] = true
				subs = append(subs, sub)
			}
			continue
		}
		b.place(i, "", trail)
		out = append(out, NavItem{Page: i})
	}
	for _, sub := range subs {
		title := titleOfName(sub)
		children := b.implied(dir+sub+"/", append(trail[:len(trail):len(trail)], title), depth+1)
		if len(children) > 0 {
			out = append(out, NavItem{Title: title, Page: -1, Children: children})
		}
	}
	return out
}

// titleOfName makes a title of a file's or directory's name as MkDocs does:
// hyphens and underscores become spaces, and a name in lower case gets a
// capital.
func titleOfName(name string) string {
	s := strings.NewReplacer("-", " ", "_", " ").Replace(name)
	if strings.ToLower(s) != s || s == "" {
		return s
	}
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
