package search

import (
	"slices"
	"testing"
)

// writtenTogether are pages that write as one what others write as two.
func writtenTogether() []Doc {
	page := func(url, title, text string) Doc {
		return Doc{URL: url, Kind: "docs", Title: title, Lang: "en", Sections: []Section{{Text: text}}}
	}
	return []Doc{
		page("balancer/", "In front", "Behind the freight sorter a timeout is longer than usual."),
		page("apart/", "Others", "The sorter of letters has no timeout. Freight goes elsewhere."),
		page("freight/", "Freight", "All freight goes by night, as a sorter of it says."),
		page("gate/", "When to use the Pushgateway", "It keeps what short jobs tell of themselves."),
		page("push/", "Pushing", "Somebody may push a gateway open, and push on."),
		page("pull/", "Pulling", "What pulls and does not push needs no door; the rest is full."),
		page("nothing/", "Nothing", "There is no restful answer."),
	}
}

// TestWordOfTwo: a word that nobody writes is taken for the two that it is made of,
// those that stand together first, also while it is being typed and beside others.
func TestWordOfTwo(t *testing.T) {
	r := build(t, writtenTogether()).open(t)
	for q, want := range map[string][]string{
		"freightsorter":         {"balancer/", "freight/", "apart/"},
		"freightsorter timeout": {"balancer/", "apart/"},
	} {
		res := find(t, r, q)
		if got := urls(res); len(got) < len(want) || got[0] != want[0] || res.Loose || len(res.Missing) > 0 {
			t.Errorf("%q finds %q, want %q; loose %v, missing %q", q, got, want, res.Loose, res.Missing)
		}
	}
	// What holds questions together is no half of a word, nor is what nobody writes.
	for _, q := range []string{"thefreight", "freightqqqq"} {
		if got := urls(find(t, r, q)); len(got) > 0 {
			t.Errorf("%q finds %q", q, got)
		}
	}
	// One letter that is wrong is an error, whatever else the word may be made of.
	if got := urls(find(t, r, "restfull")); len(got) != 1 || got[0] != "nothing/" {
		t.Errorf("found %q", got)
	}
}

// TestErrorAcrossAJoint: of two words of which one has an error, what is written as
// one of both as they were meant is found.
func TestErrorAcrossAJoint(t *testing.T) {
	r := build(t, writtenTogether()).open(t)
	for _, q := range []string{"push gatway", "psuh gateway", "push gatway "} {
		if got := urls(find(t, r, q)); len(got) == 0 || !slices.Contains(got[:min(len(got), 2)], "gate/") {
			t.Errorf("%q finds %q", q, got)
		}
	}
}
