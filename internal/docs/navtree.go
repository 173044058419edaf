package docs

import (
	"fmt"

	"callboard/internal/diag"
)

// finish makes the tree that readers see, and with it the reading order, the
// titles that the navigation gives and the sections above each page. A page
// listed twice is one page: it stands where it is listed first.
func (b *navBuilder) finish(nodes []*navNode, trail []string, depth int) []NavItem {
	var out []NavItem
	for _, n := range nodes {
		it := NavItem{Title: label(n.title), Page: n.page, URL: n.url}
		if n.page >= 0 {
			b.place(n, trail)
		}
		if n.section && depth <= maxNavDepth {
			it.Children = b.finish(n.children, under(trail, label(n.title)), depth+1)
		}
		out = append(out, it)
	}
	return out
}

func under(trail []string, title string) []string {
	return append(trail[:len(trail):len(trail)], title)
}

func (b *navBuilder) place(n *navNode, trail []string) {
	if b.seen[n.page] {
		return
	}
	b.seen[n.page] = true
	b.order = append(b.order, n.page)
	b.trail[n.page] = trail
	b.title[n.page] = label(n.title)
}

// orphans reports the pages that no entry of the navigation leads to, but for
// those that not_in_nav expects.
func (b *navBuilder) orphans(sink diag.Sink) {
	l := b.p.conf.check.navOmitted
	if l.ignored {
		return
	}
	held := &few{to: sink}
	for i, s := range b.p.sources {
		if b.seen[i] || b.quiet.match(s.rel) || b.p.unlisted[s.rel] {
			continue
		}
		held.Report(b.p.diag(diag.Pos{Repo: b.p.Snap.Repo, File: s.repo, Line: 1, Col: 1}, l.severity, CodeOrphan, fmt.Sprintf("the page %s is not in the navigation", s.rel), "list it under nav, or under not_in_nav if that is meant"))
	}
	held.done()
}

// sectionIndexes makes one entry of a section and its first page, if that page has
// no title in the navigation and is not the set's first (mkdocs-section-index).
func (b *navBuilder) sectionIndexes(nodes []*navNode) {
	for _, n := range nodes {
		if !n.section || len(n.children) == 0 {
			continue
		}
		b.sectionIndexes(n.children)
		first := n.children[0]
		if n.page >= 0 || first.page < 0 || first.section || first.title != "" || b.p.sources[first.page].at == "" {
			continue
		}
		first.title = n.title
		n.page, n.children = first.page, n.children[1:]
	}
}
