package pymdownx_test

import (
	"strings"
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/pymarkdowntest"
)

// TestCode converts what the extensions make of code.
func TestCode(t *testing.T) { pymarkdowntest.Convert(t, "testdata/code/*.txtar", setupOf) }

func convert(t *testing.T, env pymarkdown.Env, source string, ext ...pymarkdown.Extension) string {
	t.Helper()
	d, problems := pymarkdown.New(ext, 0, setupOf)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d.Convert(source, env)
}

// TestSnippets includes files, parts of them and files in files, and refuses what
// lies elsewhere.
func TestSnippets(t *testing.T) {
	files := map[string]string{
		"docs/a.md":    "one\ntwo\nthree\nfour\n",
		"docs/b.md":    "before\n--8<-- \"a.md:2:3\"\nafter",
		"docs/loop.md": "x\n--8<-- \"loop.md\"\ny\n",
		"docs/s.py":    "# --8<-- [start:part]\n  in\n  # ;--8<-- [start:no]\n# --8<-- [end:part]\nout\n",
		"secret.md":    "secret\n",
	}
	var reports []string
	env := pymarkdown.Env{
		Read: func(name string) (string, bool) { text, ok := files[name]; return text, ok },
		Report: func(_ int, code, message, _ string) {
			reports = append(reports, code+": "+message)
		},
	}
	for in, want := range map[string]string{
		"--8<-- \"a.md:1:2\"":                         "<p>one\ntwo</p>",
		"--8<-- \"a.md:-3\"":                          "<p>three\nfour</p>",
		"--8<-- \"a.md:1:1,4:4\"":                     "<p>one\nfour</p>",
		"--8<-- \"b.md\"":                             "<p>before\ntwo\nthree\nafter</p>",
		"--8<--\na.md:1:1\n\nb.md\n; gone.md\n--8<--": "<p>one</p>\n<p>before\ntwo\nthree\nafter</p>",
		"--8<-- \"loop.md\"":                          "<p>x\ny</p>",
		"- i\n\n    --8<-- \"a.md::1\"":               "<ul>\n<li>\n<p>i</p>\n<p>one</p>\n</li>\n</ul>",
		"--8<-- \"s.py:part\"":                        "<p>in\n  # --8&lt;-- [start:no]</p>",
		";--8<-- \"a.md\"":                            "<p>--8&lt;-- \"a.md\"</p>",
		"a\n--8<-- \"../secret.md\"\nb":               "<p>a\nb</p>",
		"a\n--8<-- \"https://x.org/y.md\"\nb":         "<p>a\nb</p>",
		"a\n--8<-- \"gone.md\"\nb":                    "<p>a\nb</p>",
	} {
		got := convert(t, env, in, pymarkdown.Extension{Name: "pymdownx.snippets", Options: map[string]any{"base_path": []any{"docs"}}})
		if got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
	if len(reports) != 3 {
		t.Errorf("%d reports, want those of three files that were not included: %q", len(reports), reports)
	}
}

// TestSnippetsAreBounded holds that files which include each other many times end.
func TestSnippetsAreBounded(t *testing.T) {
	var reports int
	env := pymarkdown.Env{
		Read: func(name string) (string, bool) {
			n := name[0]
			if n == 'z' {
				return strings.Repeat("text ", 1000), true
			}
			next := string(n + 1)
			return strings.Repeat("--8<-- \""+next+"\"\n", 50), true
		},
		Report: func(int, string, string, string) { reports++ },
	}
	got := convert(t, env, "--8<-- \"m\"", pymarkdown.Extension{Name: "pymdownx.snippets"})
	if len(got) > 20<<20 || reports != 1 {
		t.Errorf("%d bytes and %d reports", len(got), reports)
	}
	// Each colon of a name may begin a list of lines.
	got = convert(t, env, "--8<-- \"z"+strings.Repeat(":1", 10_000)+"\"", pymarkdown.Extension{Name: "pymdownx.snippets"})
	if got != "" || reports != 2 {
		t.Errorf("a long name: %d bytes and %d reports", len(got), reports)
	}
}

// TestFenceIsDrawn asks whoever draws for fences that are no code, and keeps their
// source where nobody can.
func TestFenceIsDrawn(t *testing.T) {
	env := pymarkdown.Env{Fence: func(kind, source string) (string, bool) {
		return "<svg>" + kind + ":" + source + "</svg>", kind != "d2"
	}}
	ext := []pymarkdown.Extension{{Name: "pymdownx.superfences", Options: map[string]any{"custom_fences": []any{
		map[string]any{"name": "maths", "class": "arithmatex", "format": pymarkdown.Py{Name: "pymdownx.arithmatex.fence_generic_format"}},
	}}}, {Name: "pymdownx.arithmatex"}, {Name: "pymdownx.inlinehilite"}}
	for in, want := range map[string]string{
		"```mermaid\na\n```": "<figure><svg>mermaid:a</svg></figure>",
		"```maths\nx\n```":   "<figure><svg>math-block:x</svg></figure>",
		"a $x$":              "<p>a <svg>math:x</svg></p>",
		"$$\nx\n$$":          "<figure><svg>math-block:\nx\n</svg></figure>",
		"```d2\na\n```":      `<div class="highlight"><pre><span></span><code>a` + "\n</code></pre></div>",
	} {
		if got := convert(t, env, in, ext...); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

// TestColours puts the colours of lines into what stands around them.
func TestColours(t *testing.T) {
	env := pymarkdown.Env{Highlight: func(lang, code string) ([]string, bool) {
		lines := strings.Split(code, "\n")
		for i := range lines {
			lines[i] = "<i>" + lang + "</i>"
		}
		return lines, lang == "py"
	}}
	ext := []pymarkdown.Extension{{Name: "pymdownx.superfences"}, {Name: "pymdownx.inlinehilite"}}
	for in, want := range map[string]string{
		"```py\na\nb\n```": `<div class="highlight"><pre><span></span><code><i>py</i>` + "\n<i>py</i>\n</code></pre></div>",
		"```go\na\n```":    `<div class="highlight"><pre><span></span><code>a` + "\n</code></pre></div>",
		"`#!py a`":         `<p><code class="highlight"><i>py</i></code></p>`,
	} {
		if got := convert(t, env, in, ext...); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

// TestImagesInPage writes images of the base directory into the page.
func TestImagesInPage(t *testing.T) {
	env := pymarkdown.Env{Read: func(name string) (string, bool) { return "x", name == "docs/a.png" }}
	ext := pymarkdown.Extension{Name: "pymdownx.b64", Options: map[string]any{"base_path": "docs"}}
	got := convert(t, env, "![a](a.png) ![b](../docs2/a.png) ![c](a.txt)", ext)
	want := `<p><img alt="a" src="data:image/png;base64,eA==" /> <img alt="b" src="../docs2/a.png" /> <img alt="c" src="a.txt" /></p>`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// FuzzCode holds that code never panics, and that a page's HTML is bounded.
func FuzzCode(f *testing.F) {
	for _, s := range []string{"> ```text title=\"a\" b\"\n> x\n> ```", "$$a$$ \\(b\\) `#!py x`", "{++a++}{~~b~>c~~}", "<a href='x y'><!-- -->", "    ```\n    x\n    ```", "--8<-- \"x:1:2\""} {
		f.Add(s)
	}
	ext := []pymarkdown.Extension{{Name: "attr_list"}, {Name: "pymdownx.superfences", Options: map[string]any{"preserve_tabs": true, "relaxed_headers": true}},
		{Name: "pymdownx.highlight", Options: map[string]any{"linenums": true, "anchor_linenums": true}}, {Name: "pymdownx.inlinehilite"},
		{Name: "pymdownx.arithmatex"}, {Name: "pymdownx.critic"}, {Name: "pymdownx.snippets"}, {Name: "pymdownx.striphtml"},
		{Name: "pymdownx.pathconverter", Options: map[string]any{"base_path": "/a", "absolute": true}}}
	d, problems := pymarkdown.New(ext, 0, setupOf)
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 10_000 {
			return
		}
		if got := d.Convert(source, pymarkdown.Env{}); len(got) > 400*len(source)+1000 {
			t.Errorf("%d bytes of %d", len(got), len(source))
		}
	})
}
