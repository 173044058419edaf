package prepare_test

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
)

const allPlugins = "extra: {x: 1}\nplugins:\n  include-markdown: {}\n  macros: {}\nmarkdown_extensions:\n  markdown_include.include: {base_path: docs}\n"

// TestOutside holds that nothing leads out of the repository, and that no
// address is asked.
func TestOutside(t *testing.T) {
	files := map[string]string{"mkdocs.yml": allPlugins, "docs/x.md": "x"}
	for in, said := range map[string]string{
		`{% include-markdown "../../etc/passwd" %}`:     "there is no file",
		`{% include-markdown "/etc/passwd" %}`:          "leads out of the repository",
		`{% include-markdown "../../../**/*" %}`:        "there is no file",
		`{% include-markdown "https://evil.example" %}`: "is an address",
		`{% include "file:///etc/passwd" %}`:            "is an address",
		`{!../../etc/passwd!}`:                          "leads out of the repository",
		`{!/etc/passwd!}`:                               "leads out of the repository",
		`{!https://evil.example!}`:                      "is an address",
	} {
		site := siteOf(t, files)
		p := prepare.New(site, diag.Discard)
		got := p.Page(prepare.Page{Source: "docs/index.md"}, []byte(in), prepare.NewFiles(site.Snap))
		if string(got.Text) != "" || !strings.Contains(messages(got.Diagnostics), said) {
			t.Errorf("%s gives %q %s", in, got.Text, messages(got.Diagnostics))
		}
	}
}

// TestBombs includes what would be far too much.
func TestBombs(t *testing.T) {
	files := map[string]string{"mkdocs.yml": allPlugins, "docs/self.md": `{% include-markdown "self.md" %}{!self.md!}`,
		"docs/big.md": strings.Repeat("# big\n", 50_000), "docs/ping.md": `{% include "pong.md" %}`, "docs/pong.md": `{% include "ping.md" %}`}
	for i := range 30 {
		files[fmt.Sprintf("docs/d%d.md", i)] = fmt.Sprintf("{%% include-markdown \"d%d.md\" %%}\n{%% include-markdown \"d%d.md\" %%}\n", i+1, i+1)
		files[fmt.Sprintf("docs/e%d.txt", i)] = fmt.Sprintf("{!e%d.txt!}{!e%d.txt!}\n", i+1, i+1)
	}
	for in, said := range map[string]string{
		`{% include-markdown "self.md" %}`: "includes itself",
		`{% include "ping.md" %}`:          "includes itself",
		`{!self.md!}`:                      "includes itself",
		`{% include-markdown "d0.md" %}`:   "files are more than 20 deep",
		`{!e0.txt!}`:                       "files are more than 20 deep",
		strings.Repeat("{% include-markdown \"big.md\" heading-offset=5 %}\n", 30):        "bytes",
		strings.Repeat("{!big.md!}\n", 30):                                                "bytes",
		"{!big.md!lines=" + strings.Repeat("1-50000 ", 200) + "}":                         "becomes larger",
		strings.Repeat("w", 1000) + `{% include-markdown "big.md" %}`:                     "",
		strings.Repeat("{% include \"self.md\" recursive=false %}\n", prepare.MaxReads+1): "reads more than 500 files",
		`{% include "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}" %}`:    "there is no file",
	} {
		site := siteOf(t, files)
		p := prepare.New(site, diag.Discard)
		got := p.Page(prepare.Page{Source: "docs/index.md"}, []byte(in), prepare.NewFiles(site.Snap))
		if len(got.Text) > prepare.MaxBytes+len(in) || !strings.Contains(messages(got.Diagnostics), said) || len(got.Diagnostics) > 200 {
			t.Errorf("%.60s gives %d bytes, %.300s", in, len(got.Text), messages(got.Diagnostics))
		}
	}
}

// FuzzPage holds that no page makes a plugin panic, and that every line of what
// comes out has a place.
func FuzzPage(f *testing.F) {
	for _, s := range []string{`{% include-markdown "a.md" start="x" end='y' comments=true %}`, "{!a.md!lines=1-2 3}", "{! a.md [ln:1.2-3.4,5] !}", "---\na: b\n---\n{{ x }}", `  1. {% include "*.md" order="-natural-name" dedent=true %}`, "[a](b.md \"t\") ![c](d)\n\n[e]: f\n<img src='g'>"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, in, part string) {
		files := map[string]string{"mkdocs.yml": allPlugins + "  mdx_include: {base_path: docs}\n", "docs/a.md": part, "docs/sub/b.md": in}
		site := siteOf(t, files)
		p := prepare.New(site, diag.Discard)
		got := p.Page(prepare.Page{Source: "docs/index.md", URL: ""}, []byte(in), prepare.NewFiles(site.Snap))
		n := strings.Count(string(got.Text), "\n")
		if len(got.Lines) < n || len(got.Lines) > n+1 {
			t.Errorf("%d places for %d lines", len(got.Lines), n)
		}
		for _, l := range got.Lines {
			if l < 1 || l > strings.Count(in, "\n")+strings.Count(in, "\r")+1 {
				t.Errorf("a line comes from %d", l)
			}
		}
	})
}
