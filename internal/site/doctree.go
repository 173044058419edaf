package site

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/docs"
)

// How much of a navigation a page shows. A set of a thousand pages would
// otherwise write a million links.
const (
	// maxWhole is how many entries a navigation may have that every page shows as
	// a whole; of larger ones, pages show the sections that lead to them.
	maxWhole = 300
	// maxFirst is how many the set's first page shows as a whole.
	maxFirst = 5000
	// maxSiblings is how many entries of one level are shown otherwise; those
	// around the page's own when there are more.
	maxSiblings = 120
)

// DocTree is the navigation of a documentation set. It is made once for all
// pages of a set, so that the view of a page holds its digest and not a list of
// a thousand titles.
type DocTree struct {
	// Sum is the digest of all entries.
	Sum   digest.Sum
	nodes []DocNode
	pages []string // their addresses as they stand in links, below the set's
	first []int    // page -> its first entry, -1 for none
}

// DocNode is an entry of a navigation: a page, a section, both, or a link out.
// Entries stand in the order in which they are read, each section before what it
// holds.
type DocNode struct {
	Title string
	// URL is the address of a link out.
	URL string
	// Page is the entry's own page, Lead the first page that it is or holds; -1
	// for none.
	Page, Lead int
	// End is the first entry after it that it does not hold.
	End int
}

// DocNav is the navigation as one page shows it.
type DocNav struct {
	Tree *DocTree `json:"tree"`
	// Base is put before the addresses of the set's own pages.
	Base string `json:"base"`
	// At is the page's entry, -1 for none.
	At int `json:"at"`
	// Whole tells that all entries are there; otherwise it is the sections that
	// lead to the page.
	Whole bool `json:"whole"`
	// Expanded opens all sections.
	Expanded bool `json:"expanded,omitempty"`
}

// docTree makes the navigation of a set.
func docTree(set *docs.Set) *DocTree {
	t := &DocTree{pages: make([]string, len(set.Pages)), first: make([]int, len(set.Pages))}
	for i, p := range set.Pages {
		t.pages[i], t.first[i] = (&url.URL{Path: "./" + p.Path}).EscapedPath()[len("./"):], -1
	}
	t.add(set, set.Nav)
	t.Sum = digest.New("doctree/1").JSON(t.nodes).JSON(t.pages).Sum()
	return t
}

func (t *DocTree) add(set *docs.Set, items []docs.NavItem) {
	for _, it := range items {
		at := len(t.nodes)
		if set.Has("navigation.indexes") {
			it = withIndex(set, it)
		}
		t.nodes = append(t.nodes, DocNode{Title: it.Title, URL: it.URL, Page: it.Page, Lead: it.Page})
		if it.Page >= 0 && t.first[it.Page] < 0 {
			t.first[it.Page] = at
		}
		t.add(set, it.Children)
		n := &t.nodes[at]
		n.End = len(t.nodes)
		for k := at + 1; k < n.End && n.Lead < 0; k++ {
			n.Lead = t.nodes[k].Page
		}
	}
}

// withIndex makes the index among a section's pages the section's own page
// (Material's navigation.indexes).
func withIndex(set *docs.Set, it docs.NavItem) docs.NavItem {
	if it.Page >= 0 {
		return it
	}
	for n, c := range it.Children {
		if c.Page < 0 || len(c.Children) > 0 {
			continue
		}
		if name := path.Base(set.Pages[c.Page].Source); strings.HasPrefix(name, "index.") || strings.HasPrefix(name, "README.") {
			it.Page, it.Children = c.Page, slices.Concat(it.Children[:n], it.Children[n+1:])
			return it
		}
	}
	return it
}

// DocNavOf is the navigation of a set as page i shows it, -1 for none of its own.
// base, which is never empty, is put before the addresses of pages.
func DocNavOf(set *docs.Set, base string, i int) DocNav { return docTree(set).nav(base, i) }

// nav is the navigation as page i shows it.
func (t *DocTree) nav(base string, i int) DocNav {
	n := DocNav{Tree: t, Base: base, At: -1, Whole: len(t.nodes) <= maxWhole || i == 0 && len(t.nodes) <= maxFirst}
	if i >= 0 && i < len(t.first) {
		n.At = t.first[i]
	}
	return n
}

// Len is the number of entries.
func (n DocNav) Len() int {
	if n.Tree == nil {
		return 0
	}
	return len(n.Tree.nodes)
}

// Node is entry k.
func (n DocNav) Node(k int) DocNode { return n.Tree.nodes[k] }

// Opens tells whether entry k is the page, or a section that leads to it.
func (n DocNav) Opens(k int) bool { return n.At >= k && n.At < n.Tree.nodes[k].End }

// Shows tells whether what entry k holds is on the page.
func (n DocNav) Shows(k int) bool {
	return n.Tree.nodes[k].End > k+1 && (n.Whole || n.Opens(k))
}

// Level are the entries of one level from k to end: all, or those around the
// page's own if there are many.
func (n DocNav) Level(k, end int) []int {
	var out []int
	at := 0
	for ; k < end; k = n.Tree.nodes[k].End {
		if n.Opens(k) {
			at = len(out)
		}
		out = append(out, k)
	}
	if n.Whole || len(out) <= maxSiblings {
		return out
	}
	from := min(max(at-maxSiblings/2, 0), len(out)-maxSiblings)
	return out[from : from+maxSiblings]
}

// tabs are the entries of the first level.
func (n DocNav) tabs() []NavLink {
	var out []NavLink
	for _, k := range n.Level(0, n.Len()) {
		switch x := n.Node(k); {
		case x.URL != "":
			out = append(out, NavLink{Title: x.Title, URL: x.URL, External: true})
		case x.Lead >= 0:
			out = append(out, NavLink{Title: x.Title, URL: n.Address(x.Lead), Current: n.Opens(k)})
		}
	}
	return out
}

// Address is that of a page as it stands in a link: of the entry's own, or of
// the first that it holds.
func (n DocNav) Address(page int) string { return n.Base + n.Tree.pages[page] }
