package extensions_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/pymarkdown"
)

// TestCode converts the texts of archives as TestInline does; they are about code.
func TestCode(t *testing.T) {
	names, err := filepath.Glob("testdata/code/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no archives", err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d := dialect(t, string(a.Comment))
		for i := 0; i+1 < len(a.Files); i += 2 {
			in, want := a.Files[i], strings.TrimSpace(string(a.Files[i+1].Data))
			t.Run(filepath.Base(name)+"/"+in.Name, func(t *testing.T) {
				if got := d.Convert(string(in.Data), pymarkdown.Env{}); got != want {
					t.Errorf("%s\ngot\n%s\nwant\n%s", in.Data, got, want)
				}
			})
		}
	}
}

// TestDiagramBlocks draws the blocks of plantuml_markdown and
// markdown_inline_graphviz, or shows their source.
func TestDiagramBlocks(t *testing.T) {
	d := dialect(t, "Diagrams.\n"+`[{"name": "fenced_code"}, {"name": "plantuml_markdown"}, {"name": "markdown_inline_graphviz"}]`)
	draw := func(kind, source string) (string, bool) {
		return "<svg>" + kind + "</svg>", kind != "text" && !strings.Contains(source, "<")
	}
	for in, want := range map[string]string{
		"::uml:: format=\"svg\"\nA -> B\n::end-uml::": "<figure><svg>plantuml</svg></figure>",
		"```uml\nA -> B\n```":                         "<figure><svg>plantuml</svg></figure>",
		"{% dot a.svg\ndigraph G {}\n%}\n\nafter":     "<figure><svg>graphviz</svg></figure>\n<p>after</p>",
		"```graphviz dot a.svg\ndigraph G {}\n```":    "<figure><svg>graphviz</svg></figure>",
		"::uml::\nA <- B\n::end-uml::":                "<pre><code>A &lt;- B\n</code></pre>",
		"{% include x\ny %}":                          "<p>{% include x\ny %}</p>",
		"````text\n```uml\nA\n```\n````":              "<pre><code class=\"language-text\">```uml\nA\n```\n</code></pre>",
		"::uml::\nnever closed":                       "<p>::uml::\nnever closed</p>",
	} {
		if got := d.Convert(in, pymarkdown.Env{Fence: draw}); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}
