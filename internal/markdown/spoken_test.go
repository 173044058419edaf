package markdown_test

import (
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

// TestCodeInHTMLIsFound: a fence in an element of the author's is text that can be
// searched for, as it stands.
func TestCodeInHTMLIsFound(t *testing.T) {
	r := markdown.New(highlight.New())
	src := "# T\n\nbefore\n\n<div class=\"termy\">\n\n```console\n$ run --name <zebra> & co\nare you sure\n```\n\n<b>x &lt; y</b>\n\n</div>\n\nafter\n"
	for _, fences := range []string{"fenced_code", "pymdownx.superfences"} {
		doc := r.Render([]byte(src), markdown.Options{Dialect: dialect(t, fences)})
		got := ""
		for _, s := range doc.Sections {
			got += s.Text
		}
		if want := "T before $ run --name <zebra> & co are you sure x < y after"; strings.Join(strings.Fields(got), " ") != want {
			t.Errorf("%s: the text is %q, want %q", fences, got, want)
		}
	}
}
