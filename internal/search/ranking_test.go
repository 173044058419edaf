package search

import (
	"os"
	"strings"
	"testing"
)

// shorten is an address as testdata/ranking.txt writes it.
func shorten(url string) string {
	url = strings.TrimPrefix(url, "catalog/default/")
	if rest, ok := strings.CutPrefix(url, "docs/default/component/"); ok {
		component, page, _ := strings.Cut(rest, "/")
		return component + ":" + page
	}
	return strings.TrimSuffix(url, "/")
}

// TestRanking holds the order of hits to testdata/ranking.txt: a query, two
// spaces or more, and what must come first.
func TestRanking(t *testing.T) {
	r := build(t, company()...).open(t)
	data, err := os.ReadFile("testdata/ranking.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		q, rest, ok := strings.Cut(line, "  ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		cases++
		want := strings.Fields(rest)
		res := find(t, r, q)
		var got []string
		for _, u := range urls(res)[:min(len(res.Hits), 5)] {
			got = append(got, shorten(u))
		}
		if want[0] == "-" {
			want = nil
			if res.Total > 0 {
				t.Errorf("%q finds %q, want nothing", q, got)
			}
		}
		for i, w := range want {
			if i >= len(got) || got[i] != w {
				t.Errorf("%q: %q, want %q first", q, got, want)
				break
			}
		}
	}
	if cases < 60 {
		t.Errorf("only %d cases", cases)
	}
}

func TestSectionsOfAHit(t *testing.T) {
	r := build(t, company()...).open(t)
	h := find(t, r, "signing keys").Hits[0]
	if len(h.Sections) == 0 || h.Sections[0].ID != "rotate-signing-keys" || h.Sections[0].Title != "Rotate signing keys" {
		t.Fatalf("sections %+v", h.Sections)
	}
	e := find(t, r, "idempotency header").Hits[0].Excerpt
	var marked []string
	for _, m := range e.Marks {
		marked = append(marked, e.Text[m[0]:m[1]])
	}
	if strings.Join(marked, "|") != "Idempotency-Key|header" {
		t.Errorf("marked %q in %q", marked, e.Text)
	}
}

func TestExcerptOfALongText(t *testing.T) {
	text := strings.Repeat("filler words here\n", 60) + "the needle in the hay" + strings.Repeat(" and more of it", 60)
	docs := []Doc{{URL: "a/", Kind: "docs", Title: "A", Sections: []Section{{Text: text}}}}
	e := find(t, build(t, docs).open(t), "needle hay").Hits[0].Excerpt
	if !strings.HasPrefix(e.Text, "… ") || !strings.HasSuffix(e.Text, " …") || len(e.Text) > excerptLen+10 {
		t.Errorf("excerpt %q", e.Text)
	}
	if len(e.Marks) != 2 || e.Text[e.Marks[0][0]:e.Marks[0][1]] != "needle" {
		t.Errorf("marks %v of %q", e.Marks, e.Text)
	}
	if strings.Contains(e.Text, "\n") {
		t.Errorf("%q has lines", e.Text)
	}
}

// TestPhraseBeyondTheKeptText: what cannot be checked is shown after what can,
// never left out.
func TestPhraseBeyondTheKeptText(t *testing.T) {
	long := strings.Repeat("filler ", 2*maxDocText/7) + "blue moon"
	docs := []Doc{
		{URL: "long/", Kind: "docs", Title: "Moon blue", Sections: []Section{{Text: long}}},
		{URL: "short/", Kind: "docs", Title: "Short", Sections: []Section{{Text: "a blue moon"}}},
		{URL: "wrong/", Kind: "docs", Title: "Wrong", Sections: []Section{{Text: "the moon is blue"}}},
	}
	got := urls(find(t, build(t, docs).open(t), `"blue moon"`))
	if strings.Join(got, " ") != "short/ long/" {
		t.Errorf("found %q", got)
	}
}
