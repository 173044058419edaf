package searchtest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// portal is a data directory with a document in each fragment.
func portal(t *testing.T) fstest.MapFS {
	t.Helper()
	filler := strings.Repeat("nothing that matters ", 20)
	docs := []Doc{
		{URL: "a/", Kind: "component", Name: "Harbour-Master", Title: "Harbour master", Tags: []string{"go", "sea"}},
		{URL: "b/", Kind: "api", Name: "tides", Sections: [][3]string{{"op-listTides", "GET /v1/tides", ""}}},
		{URL: "c/", Kind: "user", Name: "ada.lovelace", Title: "Ada Lovelace"},
		{URL: "d/", Kind: "docs", Title: "How to moor a ferry", Sections: [][3]string{{"", "", filler + "purple lantern " + filler}}},
		{URL: "e/", Kind: "docs", Title: "Overview", Sections: [][3]string{{"", "", filler}}},
	}
	files := fstest.MapFS{}
	for i, d := range docs {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if err := json.NewEncoder(z).Encode([]Doc{d}); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		files[fmt.Sprintf("s/f/%d.bin", 9-i)] = &fstest.MapFile{Data: b.Bytes()}
	}
	return files
}

func TestQueries(t *testing.T) {
	docs, err := Docs(portal(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, q := range Queries(docs, 1, 8) {
		if q.Class == "typo" && (q.Text == "harbour-master" || q.Text == "tides" || q.Text == "moor ferry") {
			t.Errorf("%q has no error", q.Text)
		}
		got = append(got, q.Class+": "+q.Text+": "+strings.Join(q.Want, " "))
	}
	for _, want := range []string{
		"entity: harbour-master: a/", "entity: tides: b/", "prefix: harbour-m: a/", "question: tell me what harbour master does: a/", "title: moor ferry: d/", "api path: /v1/tides: b/", "api path: listTides: b/", "person: Ada Lovelace: c/", "tag: tag:sea: a/", "tag: go: a/",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not asked: %q", want, got)
		}
	}
	if !slices.ContainsFunc(got, func(q string) bool {
		return strings.HasPrefix(q, "question: ") && strings.Contains(q, "moor a ferry") && strings.HasSuffix(q, ": d/")
	}) {
		t.Errorf("nothing asks how to moor a ferry: %q", got)
	}
	for _, q := range got {
		if strings.Contains(q, "overview") || strings.Contains(q, "nothing that") {
			t.Errorf("%q has no one answer", q)
		}
	}
}

// TestAFurtherPage: what has been asked for before is asked for still.
func TestAFurtherPage(t *testing.T) {
	docs, err := Docs(portal(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	before := Queries(docs, 1, 20)
	after := Queries(append(docs, Doc{URL: "z/", Kind: "docs", Title: "Lamps of buoys"}), 1, 20)
	for _, q := range before {
		if !slices.ContainsFunc(after, func(x Query) bool { return x.Class == q.Class && x.Text == q.Text }) {
			t.Errorf("%q is not asked any more", q.Text)
		}
	}
	if len(after) <= len(before) {
		t.Errorf("%d queries, of one page less %d", len(after), len(before))
	}
}

func TestSomeOfTheDocuments(t *testing.T) {
	docs, err := Docs(portal(t), 2)
	if err != nil || len(docs) != 2 {
		t.Errorf("%d documents, %v", len(docs), err)
	}
	if _, err := Docs(fstest.MapFS{}, 0); err == nil {
		t.Error("a directory without an index has documents")
	}
}

func TestReport(t *testing.T) {
	queries := []Query{{"entity", "a", []string{"a/"}}, {"entity", "b", []string{"b/", "c/"}}, {"tag", "tag:x", []string{"z/"}}}
	r, err := Ask(queries, func(string) ([]string, error) { return []string{"a/", "b/"}, nil })
	if err != nil {
		t.Fatal(err)
	}
	text := r.String()
	for _, want := range []string{"# all             3 0.500 0.333\n", "# entity          2 0.750 0.500\n", "2\tentity\tb\tb/ c/\n", "0\ttag\ttag:x\tz/\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if below := r.Below(); len(below) != 3 {
		t.Errorf("below what must be reached: %q", below)
	}
	again, err := Parse(text)
	if err != nil || len(again) != 3 || again[2].Text != "a" {
		t.Errorf("read %v, %v", again, err)
	}
	if got := Differences("a\nb\n", "b\nc\n"); got != "-a\n+c\n" {
		t.Errorf("differences %q", got)
	}
	if _, err := Parse("1\tentity\n"); err == nil {
		t.Error("half a line is a query")
	}
}
