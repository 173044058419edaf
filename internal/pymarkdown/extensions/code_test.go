package extensions_test

import (
	"strings"
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/pymarkdowntest"
)

// TestCode converts what extensions make of code.
func TestCode(t *testing.T) { pymarkdowntest.Convert(t, "testdata/code/*.txtar", setupOf) }

// TestDiagramBlocks draws the blocks of plantuml_markdown and
// markdown_inline_graphviz, or shows their source.
func TestDiagramBlocks(t *testing.T) {
	d := dialect(t, `[{"name": "fenced_code"}, {"name": "plantuml_markdown"}, {"name": "markdown_inline_graphviz"}]`)
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
