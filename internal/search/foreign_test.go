package search

import (
	"os"
	"slices"
	"strings"
	"testing"

	"callboard/internal/search/searchtest"
)

// foreign reads testdata/languages.txt.
func foreign(t *testing.T) (docs []Doc, queries []searchtest.Query) {
	t.Helper()
	data, err := os.ReadFile("testdata/languages.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || word == "#":
		case word == "page":
			f := strings.SplitN(rest, " ", 3)
			docs = append(docs, Doc{URL: f[1], Kind: "docs", Title: f[2], Lang: f[0]})
		case word == "ask":
			text, want, _ := strings.Cut(rest, "  ")
			queries = append(queries, searchtest.Query{Class: "question in " + want[:2], Text: text, Want: []string{want}})
		default:
			heading, text, _ := strings.Cut(line, "|")
			d := &docs[len(docs)-1]
			d.Sections = append(d.Sections, Section{Title: heading, Text: text})
		}
	}
	return docs, queries
}

// TestQuestionsInOtherLanguages asks pages in five languages, all in one portal
// with English ones.
func TestQuestionsInOtherLanguages(t *testing.T) {
	docs, queries := foreign(t)
	if len(queries) < 40 {
		t.Fatalf("only %d questions", len(queries))
	}
	r := build(t, append(company(), docs)...).open(t)
	report, err := searchtest.Ask(queries, func(q string) ([]string, error) {
		res, err := r.Find(q, Options{Limit: 10})
		if err != nil {
			return nil, err
		}
		got := urls(res)
		if want := queries[slices.IndexFunc(queries, func(x searchtest.Query) bool { return x.Text == q })].Want[0]; len(got) == 0 || got[0] != want {
			t.Logf("%q finds %q, want %s", q, got[:min(len(got), 4)], want)
		}
		return got, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, below := range report.Below() {
		t.Error(below)
	}
}

// TestGermanCompounds: what begins with a word says it, too, in German pages
// only, and less than the word itself.
func TestGermanCompounds(t *testing.T) {
	page := func(url, lang, text string) Doc {
		return Doc{URL: url, Kind: "docs", Title: url, Lang: lang, Sections: []Section{{Text: text}}}
	}
	r := build(t, []Doc{
		page("compound/", "de", "Der Datenbankserver."), page("word/", "de", "Eine Datenbank."),
		page("en/", "en", "A datenbankserver."), page("it/", "it", "Datenbankserver"),
	}).open(t)
	for q, want := range map[string]string{"datenbank ": "word/ compound/", "date ": ""} {
		if got := strings.Join(urls(find(t, r, q)), " "); got != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

// TestCompoundOfTheAsking: words that hold a question together may be joined.
func TestCompoundOfTheAsking(t *testing.T) {
	page := Doc{URL: "fr/", Kind: "docs", Title: "Sauvegardes", Lang: "fr", Sections: []Section{{Text: "La base est gardée trente jours."}}}
	res := find(t, build(t, []Doc{page}, company()[1]).open(t), "y-a-t-il des sauvegardes de la base ?")
	if len(res.Hits) == 0 || res.Hits[0].URL != page.URL || res.Loose || len(res.Missing) > 0 {
		t.Errorf("found %q, missing %q", urls(res), res.Missing)
	}
}
