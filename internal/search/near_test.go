package search

import (
	"fmt"
	"strings"
	"testing"
)

// scattered are so many short pages that have both words, apart.
func scattered(n int, a, b string) (docs []Doc) {
	for i := range n {
		text := fmt.Sprintf("The %s of it %s, while whatever else there is stays as it was when the %s came. %s.", b, strings.Repeat("goes on and ", i%3), a, a)
		docs = append(docs, Doc{URL: fmt.Sprintf("%d/", i), Kind: "docs", Title: fmt.Sprintf("Page %d", i), Sections: []Section{{Text: text}}})
	}
	return docs
}

// TestPhraseBehindManyPages: words that follow each other in the middle of one long
// page come before more than a thousand short ones that have them apart.
func TestPhraseBehindManyPages(t *testing.T) {
	docs := append(scattered(maxNearDocs+200, "amber", "lantern"), scattered(4*maxNearDocs, "copper", "kettle")...)
	long := strings.Repeat("Filler that says nothing of it. ", 300)
	docs = append(docs, Doc{URL: "right/", Kind: "docs", Title: "Long", Sections: []Section{{Text: long + "Here an amber lantern hangs. " + long}}})
	r := build(t, docs).open(t)
	if got := urls(find(t, r, "amber lantern")); got[0] != "right/" {
		t.Errorf("found %q first", got[0])
	}
}

// TestWordsAsTheyWereAskedFor: the words as they are and in their order come before
// another form of them in a page of which the title has but one.
func TestWordsAsTheyWereAskedFor(t *testing.T) {
	docs := append(scattered(40, "amber", "lantern"), scattered(200, "copper", "kettle")...)
	docs = append(docs,
		Doc{URL: "form/", Kind: "docs", Title: "Lanterns and more of it", Sections: []Section{{Text: "An amber lantern is one of the lanterns."}}},
		Doc{URL: "right/", Kind: "docs", Title: "Long", Sections: []Section{{Text: strings.Repeat("Filler that says nothing of it. ", 60) + "Here amber lanterns hang."}}},
	)
	if got := urls(find(t, build(t, docs).open(t), "amber lanterns")); got[0] != "right/" || got[1] != "form/" {
		t.Errorf("found %q", got[:3])
	}
}
