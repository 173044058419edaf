package markdown_test

import (
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

// TestDrawnInGFM holds that diagrams are drawn in GitHub's dialect as in others, also
// where HTML of the author's stands beside them, and that descriptions have none.
func TestDrawnInGFM(t *testing.T) {
	r := markdown.New(highlight.New())
	const src = "```mermaid\ngraph LR\n  A-->B\n```\n"
	for name, c := range map[string]struct {
		in    string
		opt   markdown.Options
		drawn int
	}{
		"alone":               {in: src, drawn: 1},
		"beside HTML":         {in: "<b onclick=x>y</b>\n\n" + src, drawn: 1},
		"with its stand-in":   {in: src + "\n<cb-slot n=0>\n", drawn: 1},
		"stand-in before":     {in: "<div><cb-slot n=0></div>\n\n" + src, drawn: 1},
		"of a description":    {in: src, opt: markdown.Options{NoRawHTML: true}},
		"what does not parse": {in: "```mermaid\npie\n```\n"},
	} {
		doc := r.Render([]byte(c.in), c.opt)
		if got := strings.Count(doc.Body, `<div class="drawing"`); got != c.drawn || strings.Contains(doc.Body, "onclick") {
			t.Errorf("%s: %d drawings in %s", name, got, doc.Body)
		}
		if len(doc.Sections) == 0 || c.drawn > 0 && !strings.Contains(doc.Sections[0].Text, "A-->B") {
			t.Errorf("%s: the source cannot be found: %+v", name, doc.Sections)
		}
	}
}
