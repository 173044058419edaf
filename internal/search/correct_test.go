package search

import (
	"slices"
	"strings"
	"testing"
)

// oneEdit are all words that are one edit away from a word, with letters of
// which some are in it.
func oneEdit(word string) (out []string) {
	for i := range len(word) + 1 {
		for _, c := range "aexz" {
			out = append(out, word[:i]+string(c)+word[i:])
		}
		if i == len(word) {
			break
		}
		out = append(out, word[:i]+word[i+1:])
		for _, c := range "aexz" {
			out = append(out, word[:i]+string(c)+word[i+1:])
		}
		if i+1 < len(word) {
			out = append(out, word[:i]+word[i+1:i+2]+word[i:i+1]+word[i+2:])
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == word })
}

// TestEveryErrorIsFound: wherever one error is made in a word of any length, the
// word is among those that were meant, though only words that begin or end as
// what was typed are looked at.
func TestEveryErrorIsFound(t *testing.T) {
	words := []string{"grid", "queue", "ledger", "billing", "payments", "scheduler", "deployment", "certificate", "configuration", "interoperability"}
	var docs []Doc
	for _, w := range words {
		docs = append(docs, Doc{URL: w + "/", Kind: "component", Name: w})
	}
	r := build(t, docs).open(t)
	tried := 0
	for _, w := range words {
		for _, wrong := range oneEdit(w) {
			typed := []rune(wrong)
			if !correctable(typed) {
				continue
			}
			tried++
			near, err := r.near(typed)
			if err != nil || !slices.ContainsFunc(near, func(n nearWord) bool { return n.word == w && n.edits == 1 }) {
				t.Errorf("%s is taken for %+v, want %s; %v", wrong, near, w, err)
			}
		}
	}
	if tried < 800 {
		t.Errorf("only %d errors", tried)
	}
}

// TestTwoErrors: two are found wherever they are, if the first letter is right or
// both are in the first half.
func TestTwoErrors(t *testing.T) {
	r := build(t, []Doc{{URL: "a/", Kind: "component", Name: "configuration"}}).open(t)
	for _, wrong := range []string{"conifguratoin", "cofniguraiton", "ocnfgiuration", "confgurtion"} {
		res := find(t, r, wrong)
		if len(res.Hits) != 1 || len(res.Corrected) != 1 {
			t.Errorf("%s finds %d, corrected %v", wrong, len(res.Hits), res.Corrected)
		}
	}
}

// TestFewWordsAreCorrected: of a query with many errors, some words are looked
// for as they may have been meant, so that it loads no more than one with few.
func TestFewWordsAreCorrected(t *testing.T) {
	r := build(t, company()...).open(t)
	res := find(t, r, strings.Repeat("chekcout refnud runbok commrece directry paymnets ", 2))
	if n := len(res.Corrected); n == 0 || n > maxCorrected {
		t.Errorf("%d words are corrected, at most %d should be: %v", n, maxCorrected, res.Corrected)
	}
}

// TestUnfinishedWordWithAnError: a word that is still being typed is taken for
// the beginning of one, if no whole word is near.
func TestUnfinishedWordWithAnError(t *testing.T) {
	r := build(t, company()...).open(t)
	for typed, want := range map[string]string{"chekco": "checkout", "dircto": "directory", "commre": "commerce"} {
		res := find(t, r, typed)
		var as []string
		for _, c := range res.Corrected {
			as = append(as, c.As...)
		}
		if !slices.Contains(as, want) {
			t.Errorf("%s is taken for %q, want %s", typed, as, want)
		}
	}
}

// TestErrorInAWordThatAsks: a word that was meant to hold a question together is
// done without, as it would be without the error; alone, it is what is asked for.
func TestErrorInAWordThatAsks(t *testing.T) {
	r := build(t, company()...).open(t)
	for q, corrected := range map[string]int{"waht is the checkout site": 0, "runbok waht signing keys": 1, "waht": 1} {
		res := find(t, r, q)
		if len(res.Corrected) != corrected || len(res.Hits) == 0 || res.Loose || len(res.Missing) > 0 {
			t.Errorf("%q: %d hits, corrected %v, missing %q", q, len(res.Hits), res.Corrected, res.Missing)
		}
	}
}

// TestAffordable: of what words may have been meant for, the best known is taken
// whatever it loads, and others, the rarest first, as long as all are not much.
func TestAffordable(t *testing.T) {
	word := func(name string, rank byte) nearWord {
		return nearWord{spelledWord{word: name, rank: rank | 128}, 1}
	}
	common, much, less, rare := word("common", 18), word("much", 16), word("less", 15), word("rare", 9)
	one, two := &sought{near: []nearWord{common, less}}, &sought{near: []nearWord{less}}
	if affordable([]*sought{one, two}); len(one.near) != 2 || len(two.near) != 1 {
		t.Errorf("kept %v and %v", one.near, two.near)
	}
	one.near, two.near = []nearWord{common, much, rare}, []nearWord{common, much, rare}
	affordable([]*sought{one, two})
	for _, x := range []*sought{one, two} {
		if len(x.near) != 2 || x.near[0].word != "common" || x.near[1].word != "rare" {
			t.Errorf("kept %v", x.near)
		}
	}
}
