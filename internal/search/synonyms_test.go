package search

import (
	"strings"
	"testing"
)

// TestWordsOfAPortal: what is the same thing to the readers of a portal is found
// in texts of any language, and words that are not are not.
func TestWordsOfAPortal(t *testing.T) {
	page := func(url, title, text string) Doc { return pageDoc("x", url, title, title+"|"+text) }
	german := page("de/", "Anlegen", "Das Schiff ist da.")
	german.Lang = "de"
	docs := []Doc{
		page("vessel/", "Berths", "Where a vessel lies."),
		page("boat/", "Paint", "Of a boat."),
		page("arrival/", "The estimated time of arrival", "When it is there."),
		page("other/", "Fees", "What it costs."),
		german,
	}
	words := NewWords([]string{"vessel, Boats,Schiff", "ETA, time of arrival", "one two three four, never"})
	if words.Key() == NewWords(nil).Key() {
		t.Error("the words' key is that of none")
	}
	r := buildWith(t, words, docs).open(t)
	for q, want := range map[string]string{
		"boat": "boat/ vessel/ de/", "schiff": "de/ boat/ vessel/", "vessels": "vessel/ boat/ de/", "eta": "arrival/", "how do I see the eta?": "arrival/", "never": "",
	} {
		got := strings.Join(urls(find(t, r, q)), " ")
		if got = strings.ReplaceAll(got, "docs/default/component/x/", ""); !sameWords(got, want) {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

// sameWords compares the first word, and the rest in any order.
func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) || len(x) > 0 && x[0] != y[0] {
		return false
	}
	for _, w := range x {
		if !strings.Contains(" "+b+" ", " "+w+" ") {
			return false
		}
	}
	return true
}
