package prepare_test

import (
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
	"callboard/internal/repofs"
	"callboard/internal/yamldoc"
)

// siteOf reads a site whose configuration is mkdocs.yml among its files; its
// plugins are in the key "plugins", each with its options.
func siteOf(t *testing.T, files map[string]string) prepare.Site {
	t.Helper()
	d := yamldoc.One([]byte(files["mkdocs.yml"]), diag.Pos{File: "mkdocs.yml"}, diag.Discard)
	if d == nil || d.Invalid {
		t.Fatal("the configuration cannot be read")
	}
	site := prepare.Site{Snap: repofs.Memory("r", nil, files), Dir: ".", DocsDir: "docs", Config: d.Value.(map[string]any), Keys: d.Keys,
		Ignore: func(patterns string) func(string) bool {
			return func(rel string) bool { return strings.HasPrefix(rel, strings.TrimSpace(patterns)) }
		}}
	site.Snap.Revision = "0123456789abcdef"
	for _, key := range []string{"plugins", "markdown_extensions"} {
		m, _ := site.Config[key].(map[string]any)
		for _, name := range d.Keys(key) {
			o, _ := m[name].(map[string]any)
			p := prepare.Plugin{Name: name, Options: o, Pos: d.KeyPos(key, name)}
			if key == "plugins" {
				site.Plugins = append(site.Plugins, p)
			} else {
				site.Extensions = append(site.Extensions, p)
			}
		}
	}
	return site
}

// TestMacros renders pages as mkdocs-macros does.
func TestMacros(t *testing.T) {
	const conf = "site_name: Shop\nsite_url: https://shop.example/\nextra:\n  price: 3\n  zoo: {z: 1, a: 2}\n  site_name: mine\nplugins:\n  macros:\n    include_yaml: [vars.yml, {own: own.yml}, gone.yml]\n    include_dir: parts\n"
	files := map[string]string{"mkdocs.yml": conf, "vars.yml": "price: 4\nlist: [b, a]\nzoo: {m: 3}\n", "own.yml": "x: y\n", "parts/p.md": "part {{ price }} {{ word }}", "docs/secret.md": "secret", "main.py": "boom"}
	var found diag.List
	site := siteOf(t, files)
	p := prepare.New(site, &found)
	if got, want := messages(found.All()), `mkdocs.yml8:3 docs-macro macros that are written in Python are not run; what calls them is left as it is written
mkdocs.yml8:3 docs-macro there is no file "gone.yml" of variables in the repository`; got != want {
		t.Errorf("the site says\n%s\nwant\n%s", got, want)
	}
	for _, c := range []struct{ in, want, said string }{
		{"{{ price }} {{ extra.price }} {{ config.site_name }} {{ site_name }} {{ own.x }}", "3 3 Shop mine y", ""},
		{"{% for k, v in zoo.items() %}{{ k }}{{ v }} {% endfor %}{{ list|sort|join }}", "m3 z1 a2 ab", ""},
		{"---\nword: w\ntitle: T\n---\n{{ word }} {{ page.title }} {{ page.meta.word }}\n", "---\nword: w\ntitle: T\n---\nw T w\n", ""},
		{"---\nword: w\n---\n\n{% include 'p.md' %}\n", "---\nword: w\n---\n\npart 3 w\n", ""},
		{"---\nrender_macros: false\n---\n{{ price }}\n", "---\nrender_macros: false\n---\n{{ price }}\n", ""},
		{"{% include '../docs/secret.md' %}{% include 'docs/secret.md' %}", "{% include '../docs/secret.md' %}{% include 'docs/secret.md' %}",
			"1:12 docs-macro there is no template \"../docs/secret.md\"\n1:45 docs-macro there is no template \"docs/secret.md\""},
		{"---\na: b\n---\n\n{{ foo }}\n{{ 1/0 }}\n", "---\na: b\n---\n\n{{ foo }}\n{{ 1/0 }}\n", "5:4 docs-macro the variable \"foo\" is not defined\n6:5 docs-macro division by zero"},
		{"{{ button('x') }}", "{{ button('x') }}", `1:10 docs-macro the variable "button" is not defined`},
		{"a\n{{ b", "a\n{{ b", "2:1 docs-macro the tag is not closed"},
		{"{{ fix_url('a.png') }} {{ fix_url('https://x.example') }} {{ 'a/b/' | relative_url }} {{ page.url }} {{ page.canonical_url }} {{ page.file.src_path }}", "../a.png https://x.example ../../a/b/ guides/start/ https://shop.example/guides/start/ guides/start.md", ""},
		{"{{ git.short_commit }} {{ git.commit }}", "0123456 0123456789abcdef", ""},
		{"{{ page.__class__ }} {{ config.__init__ }}", "{{ page.__class__ }} {{ config.__init__ }}", "1:8 docs-macro there is no \"__class__\" in a value of type dict\n1:31 docs-macro there is no \"__init__\" in a value of type dict"},
		{"no tags\r\nat all\r\n", "no tags\nat all\n", ""},
	} {
		got := p.Page(prepare.Page{Source: "docs/guides/start.md", URL: "guides/start/"}, []byte(c.in), prepare.NewFiles(site.Snap))
		if string(got.Text) != c.want || messages(got.Diagnostics) != c.said {
			t.Errorf("%q\ngot  %q %s\nwant %q %s", c.in, got.Text, messages(got.Diagnostics), c.want, c.said)
		}
	}
}

// TestMacrosOptIn renders only the pages that ask for it.
func TestMacrosOptIn(t *testing.T) {
	files := map[string]string{"mkdocs.yml": "extra: {x: 1}\nplugins:\n  macros:\n    render_by_default: false\n    force_render_paths: forced/\n    on_undefined: silent\n    j2_variable_start_string: '[['\n    j2_variable_end_string: ']]'\n"}
	site := siteOf(t, files)
	p := prepare.New(site, diag.Discard)
	for _, c := range []struct{ source, in, want string }{
		{"docs/a.md", "[[ x ]]", "[[ x ]]"},
		{"docs/a.md", "---\nrender_macros: true\n---\n[[ x ]][[ y ]] {{ x }}", "---\nrender_macros: true\n---\n1 {{ x }}"},
		{"docs/forced/a.md", "[[ x ]]", "1"},
		{"docs/forced/a.md", "---\nrender_macros: false\n---\n[[ x ]]", "---\nrender_macros: false\n---\n[[ x ]]"},
	} {
		if got := p.Page(prepare.Page{Source: c.source}, []byte(c.in), prepare.NewFiles(site.Snap)); string(got.Text) != c.want {
			t.Errorf("%s: %q becomes %q, want %q", c.source, c.in, got.Text, c.want)
		}
	}
}

// TestExtraData renders pages over the configuration and files of data.
func TestExtraData(t *testing.T) {
	files := map[string]string{"mkdocs.yml": "site_name: Shop\nextra: {x: 1}\nplugins:\n  markdownextradata: {}\n", "_data/price.yml": "card: 7\n", "docs/_data/a/b.json": `{"c": [1, 2]}`, "_data/no.txt": "x"}
	site := siteOf(t, files)
	p := prepare.New(site, diag.Discard)
	got := p.Page(prepare.Page{Source: "docs/a.md"}, []byte("{{ site_name }} {{ x }} {{ extra.x }} {{ price.card }} {{ a.b.c[1] }} {{ nope }}"), prepare.NewFiles(site.Snap))
	if want := "Shop 1 1 7 2 {{ nope }}"; string(got.Text) != want {
		t.Errorf("got %q, want %q", got.Text, want)
	}
}

// TestOrder holds that include-markdown comes before macros, wherever it stands,
// and extensions come last.
func TestOrder(t *testing.T) {
	files := map[string]string{"mkdocs.yml": "extra: {x: 1, file: 'docs/two.txt'}\nplugins:\n  macros: {}\n  include-markdown: {}\nmarkdown_extensions:\n  markdown_include.include: {}\n",
		"docs/one.md": "one {{ x }}\n", "docs/two.txt": "two {{ x }}"}
	site := siteOf(t, files)
	p := prepare.New(site, diag.Discard)
	got := p.Page(prepare.Page{Source: "docs/a.md"}, []byte("a\n{% include-markdown \"one.md\" %}\nb\n{!{{ file }}!}\nend\n"), prepare.NewFiles(site.Snap))
	if want := "a\none 1\n\nb\ntwo {{ x }}\nend\n"; string(got.Text) != want {
		t.Errorf("got %q, want %q", got.Text, want)
	}
	if want := []int{1, 2, 2, 3, 4, 5}; len(got.Lines) != len(want) {
		t.Errorf("the lines come from %v, want %v", got.Lines, want)
	} else {
		for i := range want {
			if got.Line(i+1) != want[i] {
				t.Errorf("line %d comes from %d, want %d", i+1, got.Line(i+1), want[i])
			}
		}
	}
	if prepare.New(siteOf(t, map[string]string{"mkdocs.yml": "plugins: {search: {}}\n"}), diag.Discard) != nil {
		t.Error("there is a preparer for a site without plugins that need one")
	}
}
