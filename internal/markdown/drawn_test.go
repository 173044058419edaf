package markdown_test

import (
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

// TestDrawn holds that diagrams and formulas are drawn where they can be, and that
// what cannot is there as its source.
func TestDrawn(t *testing.T) {
	d, problems := markdown.NewDialect([]pymarkdown.Extension{
		{Name: "pymdownx.superfences", Options: map[string]any{"custom_fences": []any{map[string]any{"name": "mermaid", "class": "mermaid", "format": map[string]any{"$py": "pymdownx.superfences.fence_code_format"}}}}},
		{Name: "pymdownx.arithmatex", Options: map[string]any{"generic": true}}, {Name: "plantuml_markdown"},
	}, 0)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for in, want := range map[string][]string{
		"```mermaid\ngraph LR\n  a --> b\n```":      {`<svg class="mm`, `<pre class="mermaid" tabindex="0"><code>graph LR`},
		"```mermaid\npie\n  \"<b>\": 3\n```":        {`<pre class="mermaid"><code>pie`, "&lt;b&gt;"},
		"```plantuml\nAna -> Ben: <hello>\n```":     {`<svg class="mm`, "&lt;hello"},
		"Half is $\\frac{1}{2}$.":                   {"<mfrac>", `<span class="arithmatex">`},
		"$$\n\\sum_i x_i\n$$":                       {`<math display="block">`},
		"No formula: $\\nosuchcommand{x}$.":         {`<span class="arithmatex">\(\nosuchcommand{x}\)</span>`},
		"Raw <b>HTML</b> beside $x^2$ and `<svg>`.": {"<msup>", "<b>HTML</b>", "&lt;svg&gt;"},
	} {
		body := markdown.New(highlight.New()).Render([]byte(in), markdown.Options{Dialect: d}).Body
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%q has no %s:\n%s", in, w, body)
			}
		}
	}
}
