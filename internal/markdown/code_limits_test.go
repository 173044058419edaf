package markdown_test

import (
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

// TestCostOfCode holds that the blocks of a page together do not cost more than
// the largest one may: lexers of rarer languages can take quadratic time, for
// comments that do not end for example.
func TestCostOfCode(t *testing.T) {
	const blocks = 8
	r := markdown.New(highlight.New())
	block := "```actionscript\nvar a = 1;\n" + strings.Repeat("/*\n", highlight.MaxSlowBytes/8) + "```\n\n"
	page := strings.Repeat(block, blocks) + "```go\nvar a int\n```\n"
	for name, opt := range map[string]markdown.Options{"gfm": {}, "python": {Dialect: profileOf(t, "material")}} {
		d := r.Render([]byte(page), opt)
		side := highlight.MaxSlowBytes / 8 * 3
		want := highlight.MaxCost/(side*side) + 1 // and the block in Go
		if got := strings.Count(d.Body, "<span class=\"kw\">var</span>"); got != want {
			t.Errorf("%s: %d blocks have colours, want %d", name, got, want)
		}
		if got := codes(d); !strings.Contains(got, string(markdown.CodeCodeTooLarge)) || strings.Contains(got, " ") {
			t.Errorf("%s: findings: %s", name, got)
		}
	}
}
