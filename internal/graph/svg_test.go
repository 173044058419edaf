package graph

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// element is a start tag with its attributes.
type element struct {
	name  string
	attrs map[string]string
}

// read parses an SVG strictly and returns its elements.
func read(t *testing.T, svg string) (out []element) {
	t.Helper()
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := tok.(xml.StartElement); ok {
			attrs := map[string]string{}
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			out = append(out, element{e.Name.Local, attrs})
		}
	}
}

var allowed = []string{"svg", "title", "desc", "g", "path", "rect", "a", "text", "use"}

func TestOnlyWhatThePolicyAllows(t *testing.T) {
	for name, d := range samples() {
		for _, e := range read(t, Draw(d, "/assets/icons.svg")) {
			if !slices.Contains(allowed, e.name) {
				t.Errorf("%s: element %s", name, e.name)
			}
			for a := range e.attrs {
				if a == "style" || strings.HasPrefix(a, "on") {
					t.Errorf("%s: attribute %s of %s", name, a, e.name)
				}
			}
		}
	}
}

func TestHostileText(t *testing.T) {
	for _, evil := range []string{
		`"><script>alert(1)</script>`, `' onload='x`, "]]>", "<!--", "a\x00b\x1b[31m", "\u202egnp.exe", "\xff\xfe", "&lt;b&gt;",
		strings.Repeat("w", 100_000), "</text></a></svg><img src=x onerror=y>",
	} {
		d := Diagram{ID: evil, Title: evil, Desc: evil, Boundary: &Boundary{ID: "b", Label: evil, Href: evil, Kind: evil}}
		d.Nodes = []Node{
			{ID: evil, Kind: evil, Label: evil, Sub: evil, Href: "/x?" + evil, Title: evil, Group: "b"},
			{ID: "2", Kind: "component", Label: evil, Sub: evil, Href: evil, Group: "b"},
			{ID: "3", Label: evil, Missing: true},
		}
		d.Edges = []Edge{{evil, "2", 9}, {"2", "3", Thin}}
		svg := Draw(d, evil)
		for _, e := range read(t, svg) {
			if !slices.Contains(allowed, e.name) {
				t.Errorf("%.40q became the element %s", evil, e.name)
			}
			for _, a := range []string{"onload", "onerror", "style"} {
				if _, ok := e.attrs[a]; ok {
					t.Errorf("%.40q became the attribute %s", evil, a)
				}
			}
		}
		if strings.ContainsAny(svg, "\x00\x1b\u202e") || len(svg) > 20_000 {
			t.Errorf("%.40q: control characters, or %d bytes", evil, len(svg))
		}
	}
}

func TestNodesAreLinksInReadingOrder(t *testing.T) {
	var names []string
	for _, e := range read(t, Draw(payments(), "i")) {
		if e.name == "a" {
			names = append(names, strings.Trim(e.attrs["href"][strings.LastIndex(strings.TrimSuffix(e.attrs["href"], "/"), "/"):], "/"))
		}
	}
	want := []string{"mobile-bff", "refund-worker", "storefront-web", "payments-api", "payments-service",
		"fraud-score", "ledger-service", "payment-events", "payments-db"}
	if !slices.Equal(names, want) {
		t.Errorf("links are %q, want %q", names, want)
	}
}

func TestNamesAndStates(t *testing.T) {
	d := kindsShown()
	svg := Draw(d, "/i.svg")
	for _, want := range []string{
		`role="group" aria-labelledby="kinds-t"`,
		`<title id="kinds-t">Kinds</title>`,
		`<g class="nd k-component missing"`, // no link to what does not exist
		`stroke-dasharray="2 3"`,
		`>missing</text>`,
		`href="/i.svg#alert"`,
		`class="nd k-system many"`,
		`aria-label="Component a-service-with-a-name-longer-than-its-box documentation · team-with-a-very-long-name"`,
		`<title>a-service-with-a-name-longer-than-its-box · documentation · team-with-a-very-long-name</title>`,
		`<title>API </title><use href="/i.svg#api"/>`,
		`<title>Widget </title><use href="/i.svg#tag"/>`,
		`>Team <`, `>Person <`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in %s", want, svg)
		}
	}
	if svg := Draw(payments(), "i"); strings.Count(svg, `aria-current="true"`) != 1 || strings.Contains(svg, `role="img" aria-label`) {
		t.Errorf("the subject is not marked once: %s", svg)
	}
}

func TestStyles(t *testing.T) {
	d := edges("ab", "bc", "cd", "da", "ee")
	d.Edges[1].Style, d.Edges[2].Style = Dashed, Thin
	d.Edges = append(d.Edges, Edge{"a", "b", Thin}, Edge{"b", "c", Thin})
	svg := Draw(d, "i")
	for class, want := range map[string]int{`"ed"`: 2, `"ed d"`: 1, `"ed t"`: 1, `"ed b"`: 1, `"ah"`: 5} {
		if n := strings.Count(svg, "class="+class); n != want {
			t.Errorf("%d × %s, want %d", n, class, want)
		}
	}
}

func TestBoundary(t *testing.T) {
	d := system()
	svg := Draw(d, "i")
	if n := strings.Count(svg, "<g data-f="); n != len(d.Edges)-1 {
		t.Errorf("%d edges are drawn; all but the one between outside nodes were wanted, %d", n, len(d.Edges)-1)
	}
	label, caller, part := strings.Index(svg, `class="bl k-system"`), strings.Index(svg, "storefront-web/"), strings.Index(svg, "cart-service/")
	if !(caller < label && label < part) {
		t.Errorf("the boundary's label is not between callers and parts: %d %d %d", caller, label, part)
	}
}
