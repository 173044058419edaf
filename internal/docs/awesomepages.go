package docs

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

// awesome rearranges a navigation by the files .pages in the directories of a set
// (mkdocs-awesome-pages-plugin 2.10).
type awesome struct {
	b    *navBuilder
	opt  pymarkdown.Options
	file string // name of the files
	// metas are what is said of sections: of those that are a directory, by its
	// file, of others nothing.
	metas map[*navNode]*pagesFile
	read  map[string]*pagesFile // by directory
	steps int                   // how often entries may still be tried on patterns
}

// awesomePages rearranges a navigation.
func (b *navBuilder) awesomePages(nodes []*navNode, plugin Plugin) []*navNode {
	a := &awesome{b: b, opt: plugin.Options, metas: map[*navNode]*pagesFile{}, read: map[string]*pagesFile{}, steps: maxNavSteps}
	a.file = plugin.Options.String("filename", ".pages")
	if path.Base(a.file) != a.file {
		a.file = ".pages"
	}
	nodes = a.insertRest(nodes)
	root := a.gather(nodes)
	return a.children(nodes, a.opt.Bool("collapse_single_pages", false), root)
}

// gather finds the file that speaks of each section: that of the directory which
// all of its pages lie in. It returns that of the entries themselves.
func (a *awesome) gather(nodes []*navNode) *pagesFile {
	dir, same := "", true
	first := true
	for _, n := range nodes {
		at := ""
		switch {
		case n.section:
			m := a.gather(n.children)
			if n.written {
				a.metas[n] = &pagesFile{}
				continue
			}
			a.metas[n] = m
			if m.dir == "" {
				continue
			}
			at = path.Dir(m.dir)
		case n.page >= 0:
			at = path.Dir(a.b.p.sources[n.page].rel)
		default:
			continue
		}
		same = same && (first || at == dir)
		dir, first = at, false
	}
	if first || !same {
		return &pagesFile{}
	}
	return a.pages(dir)
}

// pages is the file of a directory.
func (a *awesome) pages(dir string) *pagesFile {
	if m := a.read[dir]; m != nil {
		return m
	}
	m := a.b.readPages(path.Join(dir, a.file))
	m.dir = dir
	a.read[dir] = m
	return m
}

func (a *awesome) children(nodes []*navNode, collapse bool, m *pagesFile) []*navNode {
	nodes = a.order(slices.Clone(nodes), m)
	return a.sections(a.arrange(nodes, m), collapse)
}

// sections goes on with what the entries hold. Sections that are hidden, and those
// of a directory that hold nothing, are left out.
func (a *awesome) sections(nodes []*navNode, collapse bool) []*navNode {
	var out []*navNode
	for _, n := range nodes {
		m := a.metas[n]
		switch {
		case n.section && m == nil: // made by a file
			n.children = a.sections(n.children, collapse)
		case n.section:
			if n = a.section(n, m, collapse); n == nil {
				continue
			}
		}
		out = append(out, n)
	}
	return out
}

func (a *awesome) section(n *navNode, m *pagesFile, collapse bool) *navNode {
	if m.hide {
		return nil
	}
	if m.collapseSingle != nil {
		collapse = *m.collapseSingle
	}
	if m.title != "" {
		n.title = m.title
	}
	n.children = a.children(n.children, collapse, m)
	if n.written {
		return n
	}
	if len(n.children) == 0 {
		return nil
	}
	if m.collapse != nil {
		collapse = *m.collapse
	}
	if collapse && len(n.children) == 1 {
		return n.children[0]
	}
	return n
}

// arrange puts entries in the order that a file writes.
func (a *awesome) arrange(nodes []*navNode, m *pagesFile) []*navNode {
	if m.nav == nil {
		return nodes
	}
	names := make(map[string]*navNode, len(nodes))
	for _, n := range nodes {
		names[path.Base(a.path(n))] = n
	}
	used := map[*navNode]bool{}
	rests := map[*navNode]rest{}
	out := a.listed(m.nav, names, used, rests)
	if len(rests) > 0 {
		a.fill(out, a.share(nodes, used, rests, func(n *navNode) string { return path.Base(a.path(n)) }))
		out = spread(out, rests)
	}
	return out
}

// listed are the entries of a file. What is left over stands in for "..." until it
// is known.
func (a *awesome) listed(items []pagesItem, names map[string]*navNode, used map[*navNode]bool, rests map[*navNode]rest) []*navNode {
	var out []*navNode
	for _, it := range items {
		n := names[it.value]
		switch {
		case it.rest != nil:
			n = &navNode{page: -1, section: true}
			rests[n] = *it.rest
		case it.list != nil:
			n = &navNode{title: it.title, page: -1, section: true, children: a.listed(it.list, names, used, rests)}
		case n != nil:
			if it.title != "" {
				n.title = it.title
			}
			used[n] = true
		case it.title != "":
			n = a.b.item(rawNav{title: it.title, target: it.value, pos: it.pos})
		default:
			a.b.missing(rawNav{target: it.value, pos: it.pos}, diag.Warning, "is neither a page nor a directory beside this file")
		}
		if n != nil {
			out = append(out, n)
		}
	}
	return out
}

// share gives what is not listed to the first pattern that matches it; "..." alone
// takes what no pattern does.
func (a *awesome) share(nodes []*navNode, used map[*navNode]bool, rests map[*navNode]rest, name func(*navNode) string) map[*navNode][]*navNode {
	var order []*navNode
	for n := range rests {
		order = append(order, n)
	}
	slices.SortFunc(order, func(x, y *navNode) int { return rests[x].compare(rests[y]) })
	out := map[*navNode][]*navNode{}
	for _, n := range nodes {
		if used[n] {
			continue
		}
		for _, r := range order {
			if a.steps--; a.steps >= 0 && rests[r].matches(name(n)) {
				out[r] = append(out[r], n)
				break
			}
		}
	}
	return out
}

func (a *awesome) fill(nodes []*navNode, by map[*navNode][]*navNode) {
	for _, n := range nodes {
		if found, ok := by[n]; ok {
			n.children = found
			continue
		}
		if a.metas[n] == nil && n.section {
			a.fill(n.children, by)
		}
	}
}

// spread puts what stands in for "..." into the places around it.
func spread(nodes []*navNode, rests map[*navNode]rest) []*navNode {
	var out []*navNode
	for _, n := range nodes {
		if _, ok := rests[n]; ok {
			out = append(out, n.children...)
			continue
		}
		if n.section {
			n.children = spread(n.children, rests)
		}
		out = append(out, n)
	}
	return out
}

// path is the path in the set of a page, or of the directory of a section.
func (a *awesome) path(n *navNode) string {
	switch {
	case n.page >= 0:
		return a.b.p.sources[n.page].rel
	case a.metas[n] != nil && a.metas[n].dir != "":
		return a.metas[n].dir
	}
	return ""
}

// titleOf is what an entry is called as far as it is known before pages are
// written.
func (a *awesome) titleOf(n *navNode) string {
	if m := a.metas[n]; m != nil && m.title != "" {
		return m.title
	}
	if n.title != "" || n.page < 0 {
		return n.title
	}
	return a.b.p.title(n.page, a.b.doc(n.page), a.b)
}

// doc is what was rendered of a source.
func (b *navBuilder) doc(i int) *markdown.Doc {
	if i < len(b.docs) && b.docs[i] != nil {
		return b.docs[i]
	}
	return &markdown.Doc{}
}

// order sorts entries, if a file or the plugin's options say how.
func (a *awesome) order(nodes []*navNode, m *pagesFile) []*navNode {
	by := func(own, option string) string {
		if own != "" {
			return own
		}
		return a.opt.String(option, "")
	}
	order, kind, orderBy := by(m.order, "order"), by(m.sortType, "sort_type"), by(m.orderBy, "order_by")
	if order == "" && kind == "" && orderBy == "" {
		return nodes
	}
	key := func(n *navNode) string { return path.Base(a.path(n)) }
	if orderBy == "title" {
		key = a.titleOf
	}
	sortNodes(nodes, key, kind == "natural", m.ignoreCase || a.opt.Bool("ignore_case", false), order == "desc")
	return nodes
}

// sortNodes sorts by a key; equal ones stay as they are.
func sortNodes(nodes []*navNode, key func(*navNode) string, natural, fold, down bool) {
	keys := make(map[*navNode]string, len(nodes))
	for _, n := range nodes {
		k := key(n)
		if fold {
			k = strings.ToLower(k)
		}
		keys[n] = k
	}
	slices.SortStableFunc(nodes, func(x, y *navNode) int {
		c := 0
		if natural {
			c = compareNatural(keys[x], keys[y])
		} else {
			c = strings.Compare(keys[x], keys[y])
		}
		if down {
			return -c
		}
		return c
	})
}

// insertRest puts what mkdocs.yml's navigation does not list in the places of its
// "..." entries, in sections as its directories are.
func (a *awesome) insertRest(nodes []*navNode) []*navNode {
	rests := map[*navNode]rest{}
	listed := map[*navNode]bool{}
	a.findRest(nodes, rests, listed)
	if len(rests) == 0 {
		return nodes
	}
	all := a.b.implied(span{0, len(a.b.p.sources)}, "", 0)
	for r, n := range a.shareDeep(all, listed, rests) {
		r.children = n
	}
	return spread(nodes, rests)
}

// findRest finds the entries that are "..." and the pages that are listed.
func (a *awesome) findRest(nodes []*navNode, rests map[*navNode]rest, listed map[*navNode]bool) {
	for _, n := range nodes {
		switch r, ok := parseRest(n.title); {
		case n.page < 0 && !n.section && n.url == "" && ok:
			r.line = len(rests)
			rests[n] = r
		case n.page >= 0:
			listed[n] = true
		}
		a.findRest(n.children, rests, listed)
	}
}

// shareDeep is share for the pages of a tree: what a pattern takes of a directory
// stands in a section of its own there, unless the pattern is flat.
func (a *awesome) shareDeep(nodes []*navNode, listed map[*navNode]bool, rests map[*navNode]rest) map[*navNode][]*navNode {
	out := map[*navNode][]*navNode{}
	for _, n := range nodes {
		if n.section {
			for r, found := range a.shareDeep(n.children, listed, rests) {
				if !rests[r].flat {
					found = []*navNode{{title: n.title, page: -1, section: true, children: found}}
				}
				out[r] = append(out[r], found...)
			}
			continue
		}
		for r, found := range a.share([]*navNode{n}, listed, rests, a.path) {
			out[r] = append(out[r], found...)
		}
	}
	return out
}

// others is an entry "...", which awesomePages finds by its title. Only the plugin
// knows it.
func (b *navBuilder) others(r rawNav) *navNode {
	if b.p.conf.lists("awesome-pages") {
		return &navNode{title: r.target, page: -1}
	}
	b.sink.Report(b.p.diag(r.pos, diag.Warning, CodeNav, fmt.Sprintf("the navigation's %q stands for nothing", oneLine(r.target, maxTitle)), "name the plugin awesome-pages, which puts the other pages there"))
	return nil
}
