package graph

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// gallery is a page of diagrams, by name.
func gallery() (names []string, diagrams []Diagram) {
	add := func(name string, d Diagram) {
		d.ID = fmt.Sprintf("g%d", len(names))
		names, diagrams = append(names, name), append(diagrams, d)
	}
	add("payments", payments())
	add("kinds", kindsShown())
	add("system", system())
	add("circles", rings())
	add("islands", islands())
	for _, n := range []int{5, 24, 60} {
		d, shown, total, groups := star(n, LimitTab)
		add(fmt.Sprintf("%d neighbours: %d of %d, %d groups", n, shown, total, groups), d)
	}
	d, shown, total, groups := star(500, LimitOverview)
	add(fmt.Sprintf("500 neighbours: %d of %d, %d groups", shown, total, groups), d)
	add("20 nodes, 28 edges", random(3, 20, 28, 2))
	add("40 nodes, 55 edges", random(4, 40, 55, 3))
	return names, diagrams
}

// TestGallery writes the page to the file that GRAPH_GALLERY names, for eyes:
// GRAPH_ICONS is the address of the icon sprite, GRAPH_CSS that of the style.
func TestGallery(t *testing.T) {
	names, diagrams := gallery()
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html><meta charset=utf-8><link rel=stylesheet href=%q><link rel=stylesheet href=%q><body>\n", os.Getenv("GRAPH_CSS"), os.Getenv("GRAPH_CSS2"))
	for i, d := range diagrams {
		svg := Draw(d, os.Getenv("GRAPH_ICONS"))
		if !strings.HasPrefix(svg, "<svg ") || !strings.HasSuffix(svg, "</svg>") {
			t.Errorf("%s: not an svg element", names[i])
		}
		fmt.Fprintf(&b, "<h2>%s</h2><div class=graph style='max-block-size:none'>%s</div>\n", names[i], svg)
	}
	if out := os.Getenv("GRAPH_GALLERY"); out != "" {
		if err := os.WriteFile(out, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
