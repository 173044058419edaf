package sanitize

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestDrawing(t *testing.T) {
	const head = `<svg xmlns="http://www.w3.org/2000/svg"`
	for _, c := range []struct{ name, in, want string }{
		{"ids", `<svg id="a"><g id="b"/><use href="#b"/><path marker-end="url(#m)" fill="url('#f')"/></svg>`,
			head + ` id="p-a"><g id="p-b"></g><use href="#p-b"></use><path marker-end="url(#p-m)" fill="url(#p-f)"></path></svg>`},
		{"style", `<svg><rect style="fill:red; STROKE : #000 ;stroke-width:1.5px;position:fixed;fill-opacity:url(x)" fill="blue"/></svg>`,
			head + `><rect fill="red" stroke="#000" stroke-width="1.5"></rect></svg>`},
		{"sheet", `<svg><style>/* x */ .a .b, .c { fill: red } rect { fill: blue } @media print { .b { fill: green } } .d:hover{fill:blue}</style><rect class="b d" fill="white"/><g class="c"/></svg>`,
			head + `><rect fill="red"></rect><g fill="red"></g></svg>`},
		{"own style before classes", `<svg><style>.b{fill:red}</style><rect class="b" style="fill:blue"/></svg>`, head + `><rect fill="blue"></rect></svg>`},
		{"links", `<svg xmlns:xlink="x"><a xlink:href="https://x.example/?a&amp;b" onclick="x" target="_top"><text>x</text></a><a href="#b"/></svg>`,
			head + `><a href="https://x.example/?a&amp;b"><text>x</text></a><a href="#p-b"></a></svg>`},
		{"no link", `<svg><a href="javascript:x"><text>x</text></a><a href="rel"><a href="https://y.example"><g/></a></a></svg>`,
			head + `><g><text>x</text></g><g><g><g></g></g></g></svg>`},
		{"script", `<svg onload="x"><script>x</script><style><x/>.b{fill:red}</style><foreignObject><b/></foreignObject><rect class="b"/></svg>`, head + `><rect fill="red"></rect></svg>`},
		{"outside", `<svg><style>@import url(x); .b{fill:url(https://x)}</style><rect class="b" style="fill:url(//x)"/><image href="https://x"/></svg>`, head + `><rect></rect></svg>`},
	} {
		if got := string(Drawing([]byte(c.in), "p-")); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	once := string(Drawing([]byte(`<svg id="a"><a href="https://x.example"><g style="fill:url(#a)"/></a></svg>`), ""))
	if got, want := string(Drawing([]byte(once), "q-")), head+` id="q-a"><a href="https://x.example"><g fill="url(#q-a)"></g></a></svg>`; got != want {
		t.Errorf("again:\n got %s\nwant %s", got, want)
	}
}

// FuzzDrawing holds that nothing that runs, loads or leaves a drawing comes through,
// and that what came through stays as it is.
func FuzzDrawing(f *testing.F) {
	for _, s := range []string{`<svg><style>.a{fill:red}</style><g class="a" style="stroke:url(#b)"/></svg>`, `<svg><a xlink:href="https://x"><style/></a></svg>`, `<svg><a><a href="#x"/></a><use href="#y"/></svg>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := string(Drawing([]byte(s), "p-"))
		if again := string(Drawing([]byte(out), "")); again != out && out != emptySVG {
			t.Fatalf("%q became %q, then %q", s, out, again)
		}
		d := xml.NewDecoder(strings.NewReader(out))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q became %q: %v", s, out, err)
			}
			e, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			if !svgElements[e.Name.Local] && e.Name.Local != "a" {
				t.Fatalf("%q became %q", s, out)
			}
			for _, a := range e.Attr {
				val := strings.ToLower(strings.TrimSpace(a.Value))
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || strings.HasPrefix(val, "javascript:") && a.Name.Local == "href" || strings.Contains(val, "url(") && !strings.HasPrefix(val, "url(#") || a.Name.Local == "id" && !strings.HasPrefix(a.Value, "p-") {
					t.Fatalf("%q became %q", s, out)
				}
			}
		}
	})
}
