package sanitize

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

const emptySVG = `<svg xmlns="http://www.w3.org/2000/svg"/>`

func TestSVG(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", `<?xml version="1.0"?><svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"></path></svg>`},
		{"script", `<svg><script>alert(1)</script><g>x</g></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"><g>x</g></svg>`},
		{"handler", `<svg onload="alert(1)"><rect onclick="x" width="1"/></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"><rect width="1"></rect></svg>`},
		{"foreign", `<svg><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x"/></body></foreignObject></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"></svg>`},
		{"link", `<svg><a href="javascript:alert(1)"><text>x</text></a></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"></svg>`},
		{"use outside", `<svg><use href="https://evil.example/x.svg#a"/><use href="#a"/></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"><use></use><use href="#a"></use></svg>`},
		{"fill outside", `<svg><rect fill="url(https://evil.example/x)"/><rect fill="url(#g)"/></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"><rect></rect><rect fill="url(#g)"></rect></svg>`},
		{"style", `<svg><style>@import url(x)</style><rect style="fill:url(x)"/></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"><rect></rect></svg>`},
		{"animate", `<svg><a><animate attributeName="href" to="javascript:x"/></a></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"></svg>`},
		{"prefix", `<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:script>x</svg:script></svg:svg>`, emptySVG},
		{"entity", `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>`, emptySVG},
		{"html", `<html><script>alert(1)</script></html>`, emptySVG},
		{"broken", `<svg><g></svg>`, emptySVG},
		{"nothing", ``, emptySVG},
		{"deep", strings.Repeat("<svg>", 200), emptySVG},
		{"text", `<svg><text>&lt;script&gt; &amp;</text></svg>`, `<svg xmlns="http://www.w3.org/2000/svg"><text>&lt;script&gt; &amp;</text></svg>`},
	} {
		if got := string(SVG([]byte(c.in))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func FuzzSVG(f *testing.F) {
	for _, s := range []string{emptySVG, `<svg onload="x"><script/></svg>`, `<svg><use href="#a"/><![CDATA[<script>]]></svg>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := string(SVG([]byte(s)))
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
			if e.Name.Local == "script" || e.Name.Local == "foreignObject" || e.Name.Local == "a" || e.Name.Local == "style" {
				t.Fatalf("%q became %q", s, out)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(strings.ToLower(a.Value), "javascript:") && a.Name.Local == "href" {
					t.Fatalf("%q became %q", s, out)
				}
			}
		}
	})
}
