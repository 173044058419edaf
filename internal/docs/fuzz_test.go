package docs_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/markdown"
	"callboard/internal/timetest"
	"callboard/internal/urlpath"
)

func catalogOf(es ...*entity.Entity) *catalog.Catalog {
	return catalog.Link(slices.Values(es), diag.Discard)
}

// FuzzMkdocs reads any text as mkdocs.yml. Whatever it says, there is a set all
// of whose parts fit together.
func FuzzMkdocs(f *testing.F) {
	for _, s := range []string{
		"site_name: x\nnav:\n  - a.md\n  - G:\n      - b: sub/b.md\n      - https://example.com\n",
		"INHERIT: base.yml\ndocs_dir: .\nuse_directory_urls: false\n",
		"nav: [{a: {b: c}}, [x], !ENV [A, a.md], !include x, 'sub/', 'a.md#x', ../../x]\n",
		"exclude_docs: |\n  *\n  !a.md\n  [\n  {a,b}\nnot_in_nav: '**'\ndraft_docs: sub/\n",
		"repo_url: https://x.example\nedit_uri: '?q='\nedit_uri_template: '{path}{path_noext!q}'\n",
		"plugins: {search: , x: }\nmarkdown_extensions:\n  - e: {f: !!python/name:os.system }\n",
		"docs_dir: ../..\n", "docs_dir: \"a\\u0000b\"\n", "&a [*a]\n", "- 1\n", "site_name: !ENV X\n---\nb: 1\n", "nav:\n- \xfc",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		timetest.Fuzz.Within(t, len(src), func() {
			var found diag.List
			p := open(map[string]string{"mkdocs.yml": src, "base.yml": "site_name: base\nnav: [a.md]\n", "README.md": "", "docs/a.md": "", "docs/sub/b.md": "", "docs/sub/index.md": "", "docs/sub.md": ""}, &found)
			set, order := p.Finish(blank(p), &found)
			if len(order) != len(set.Pages) || len(order) != len(p.Sources()) {
				t.Fatalf("%d sources, %d pages, order %v", len(p.Sources()), len(set.Pages), order)
			}
			if set.Title == "" || strings.ContainsAny(set.Title, "\n\x00") {
				t.Errorf("title %q", set.Title)
			}
			paths := map[string]bool{}
			for i, pg := range set.Pages {
				if fold := strings.ToLower(pg.Path); paths[fold] {
					t.Errorf("two pages at %q", pg.Path)
				} else {
					paths[fold] = true
				}
				if pg.Title == "" || pg.Prev >= i || pg.Next >= len(set.Pages) || pg.Next == i {
					t.Errorf("page %d: %+v", i, pg)
				}
				if pg.EditURL != "" {
					safe(t, pg.EditURL)
				}
			}
			if len(set.Pages) > 0 && !paths[""] {
				t.Error("no page has the set's address")
			}
			checkNav(t, set, set.Nav)
			for _, d := range found.All() {
				if d.Pos.File == "" || d.Message == "" || d.Entity == "" && strings.HasPrefix(string(d.Code), "docs") {
					t.Errorf("%+v", d)
				}
			}
		})
	})
}

func checkNav(t *testing.T, set *docs.Set, items []docs.NavItem) {
	for _, it := range items {
		if it.Title == "" && len(it.Children) == 0 || it.Page >= len(set.Pages) || it.Page >= 0 && !set.Pages[it.Page].InNav || !utf8.ValidString(it.Title) {
			t.Errorf("entry %+v", it)
		}
		if it.URL != "" {
			safe(t, it.URL)
		}
		checkNav(t, set, it.Children)
	}
}

func safe(t *testing.T, href string) {
	t.Helper()
	if _, ok := urlpath.SafeLink(href); !ok {
		t.Errorf("%q is not safe", href)
	}
}

// FuzzLinks resolves any address from any page. What comes out stays in the
// portal or is an address that may be linked, and the same every time.
func FuzzLinks(f *testing.F) {
	for _, s := range []string{"a.md", "../a.md#x", "/docs/", "//example.com", "/\\example.com", "javascript:alert(1)", "%2e%2e/%2e%2e/x", "?q#f", "#", "\x00", "a.md?<>\"'", "/../../x?y", "100%.md#a b", "///x", "sub/../sub/./", "data:text/html,x", " https://x ", "..\\..", "https://exa mple", "logo.svg#<script>", "/%2f%2fevil.example", "mailto:x"} {
		f.Add(s, false, uint8(0))
		f.Add(s, true, uint8(2))
	}
	files := map[string]string{"README.md": "", "docs/a.md": "", "docs/100%.md": "", "docs/sub/index.md": "", "docs/sub/deep/c.md": "", "docs/logo.svg": "", "docs/x.html": "", "main.go": ""}
	f.Fuzz(func(t *testing.T, dest string, image bool, page uint8) {
		timetest.Fuzz.Within(t, len(dest), func() {
			p := open(files, diag.Discard)
			p.Snap.WebURL, p.Snap.Branch = "https://github.com/acme/pay", "main"
			rendered := blank(p)
			i := int(page) % len(rendered)
			l := markdown.Link{Dest: dest, Image: image, Line: 1, Col: 1}
			rendered[i].Headings = []markdown.Heading{{Level: 2, ID: "x", Text: "X"}}
			rendered[i].Links = []markdown.Link{l}
			var found diag.List
			p.Finish(rendered, &found)
			got := p.Address("/portal/", i)(0, l)
			if again := p.Address("/portal/", i)(0, l); again != got {
				t.Errorf("%q, then %q", got, again)
			}
			if got == "" && len(found.All()) == 0 {
				t.Errorf("%q leads nowhere, and nothing says so", dest)
			}
			checkHref(t, got)
		})
	})
}

func checkHref(t *testing.T, got string) {
	t.Helper()
	u, err := url.Parse(got)
	switch {
	case err != nil:
		t.Errorf("%q: %v", got, err)
	case u.Scheme != "":
		safe(t, got)
	case got == "" || got[0] == '#':
	case !strings.HasPrefix(got, "/portal/") || u.Host != "":
		t.Errorf("%q leads out of the portal", got)
	case strings.Contains("/"+u.Path+"/", "/../"):
		t.Errorf("%q climbs", got)
	}
}
