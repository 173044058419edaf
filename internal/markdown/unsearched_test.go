package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

// TestUnsearched: what authors keep from the search is on the page and in its
// contents, and not in the text for the search: the section of a heading up to the
// next one, a paragraph, a part of one, an element of HTML, and one with headings.
func TestUnsearched(t *testing.T) {
	src := `# Top

One.

## Left { data-search-exclude }

Gone a.

### Below

Two.

Gone b.
{ data-search-exclude }

Three **gone c**{ data-search-exclude } four.

<div data-search-exclude>
<div>gone d</div>
gone e
</div>

<p>five <span data-search-exclude="">gone f</span> six</p>

<div markdown data-search-exclude>

## Inside

Gone g.

</div>

Seven.

## Last

Eight.
`
	doc := markdown.New(highlight.New()).Render([]byte(src), markdown.Options{Dialect: dialect(t, "toc", "attr_list", "md_in_html")})
	want := "top|Top|One.\nbelow|Below|Two. Three four. five six Seven.\nlast|Last|Eight.\n"
	got := ""
	for _, s := range doc.Sections {
		got += fmt.Sprintf("%s|%s|%s\n", s.ID, s.Title, s.Text)
	}
	if got != want {
		t.Errorf("the text is\n%s, want\n%s", got, want)
	}
	if n := strings.Count(strings.ToLower(doc.Body), "gone"); n != 7 || len(doc.Headings) != 5 || strings.Contains(doc.Body, "data-search") {
		t.Errorf("%d of 7 texts and %d of 5 headings are on the page:\n%s", n, len(doc.Headings), doc.Body)
	}
}
