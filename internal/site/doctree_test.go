package site

import (
	"fmt"
	"testing"

	"callboard/internal/docs"
)

func bigSet(sections, pages int) *docs.Set {
	set := &docs.Set{Title: "big"}
	for s := range sections {
		it := docs.NavItem{Title: fmt.Sprint("section ", s), Page: -1}
		for p := range pages {
			it.Children = append(it.Children, docs.NavItem{Title: fmt.Sprint("page ", p), Page: len(set.Pages)})
			set.Pages = append(set.Pages, docs.Page{Path: fmt.Sprintf("s%d/p%d/", s, p)})
		}
		set.Nav = append(set.Nav, it)
	}
	return set
}

func TestDocNavOfASmallSetIsWhole(t *testing.T) {
	n := DocNavOf(bigSet(3, 4), "../../", 5)
	if !n.Whole || n.Len() != 15 {
		t.Fatalf("%d entries, whole %v; want all 15", n.Len(), n.Whole)
	}
	var open []int
	for _, k := range n.Level(0, n.Len()) {
		if !n.Shows(k) {
			t.Errorf("section %d is not shown", k)
		}
		if n.Opens(k) {
			open = append(open, k)
		}
	}
	if len(open) != 1 || n.Node(open[0]).Title != "section 1" {
		t.Errorf("open are %v; want the section of the page", open)
	}
	if got, want := n.Address(n.Node(n.At).Page), "../../s1/p1/"; got != want {
		t.Errorf("the page is at %q, want %q", got, want)
	}
}

// TestDocNavOfALargeSet holds that pages of a large set show what leads to them
// and a bounded number of others, and the first page everything.
func TestDocNavOfALargeSet(t *testing.T) {
	set := bigSet(200, 5)
	n := DocNavOf(set, "../../", 777)
	if n.Whole {
		t.Fatal("all of 1,200 entries are on every page")
	}
	level := n.Level(0, n.Len())
	if len(level) != maxSiblings {
		t.Errorf("%d sections are shown, want %d", len(level), maxSiblings)
	}
	shown := 0
	for _, k := range level {
		if n.Shows(k) {
			shown++
			if !n.Opens(k) {
				t.Errorf("section %d is shown and does not lead to the page", k)
			}
		}
	}
	if shown != 1 {
		t.Errorf("%d sections are shown, want that of the page", shown)
	}
	if first := DocNavOf(set, "./", 0); !first.Whole {
		t.Error("the first page does not have the whole navigation")
	}
}

// TestDocTreeTellsNavigationsApart: the digest stands for the entries in the key
// of every page.
func TestDocTreeTellsNavigationsApart(t *testing.T) {
	a, b, c := bigSet(2, 2), bigSet(2, 2), bigSet(2, 2)
	b.Nav[0].Children[1].Title = "other"
	c.Pages[3].Path = "elsewhere/"
	sums := map[string]bool{}
	for _, set := range []*docs.Set{a, b, c} {
		sums[docTree(set).Sum.String()] = true
	}
	if len(sums) != 3 || docTree(bigSet(2, 2)).Sum != docTree(a).Sum {
		t.Errorf("%d digests of three navigations", len(sums))
	}
}

// TestDocNavIndexes: a section's index is its own page, if the set asks for that.
func TestDocNavIndexes(t *testing.T) {
	set := &docs.Set{Pages: []docs.Page{{Source: "docs/a/b.md", Path: "a/b/"}, {Source: "docs/a/index.md", Path: "a/"}}}
	set.Nav = []docs.NavItem{{Title: "A", Page: -1, Children: []docs.NavItem{{Title: "B", Page: 0}, {Title: "Index", Page: 1}}}}
	if n := DocNavOf(set, "./", 0); n.Len() != 3 || n.Node(0).Page != -1 {
		t.Errorf("without being asked: %d entries, the section has page %d", n.Len(), n.Node(0).Page)
	}
	set.Features = []string{"navigation.indexes"}
	if n := DocNavOf(set, "./", 1); n.Len() != 2 || n.Node(0).Page != 1 || n.At != 0 {
		t.Errorf("%d entries, the section has page %d, the page is at %d", n.Len(), n.Node(0).Page, n.At)
	}
}
