package search

import (
	"fmt"
	"os"
	"slices"
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

// TestPhraseBeyondTheKeptText: positions know phrases of which no text is kept.
func TestPhraseBeyondTheKeptText(t *testing.T) {
	long := strings.Repeat("filler ", 2*maxDocText/7) + "blue moon"
	docs := []Doc{
		{URL: "long/", Kind: "docs", Title: "Moon blue", Sections: []Section{{Text: long}}},
		{URL: "short/", Kind: "docs", Title: "Short", Sections: []Section{{Text: "a blue moon"}}},
		{URL: "wrong/", Kind: "docs", Title: "Wrong", Sections: []Section{{Text: "the moon is blue"}}},
	}
	r := build(t, docs).open(t)
	for q, want := range map[string]string{`"blue moon"`: "long/ short/", `moon -"blue moon"`: "wrong/", `"moon is blue"`: "wrong/", `"blue moon" "is blue"`: ""} {
		if got := strings.Join(urls(find(t, r, q)), " "); got != want {
			t.Errorf("%s finds %q, want %q", q, got, want)
		}
	}
}

// TestPhraseOfCommonWords: a word that nearly all documents have has no
// positions, so that the text tells; where the index has only part of that, the
// document comes last.
func TestPhraseOfCommonWords(t *testing.T) {
	docs := make([]Doc, bitmapLeast+10)
	for i := range docs {
		docs[i] = Doc{URL: fmt.Sprintf("%d/", i), Kind: "docs", Title: "Page", Sections: []Section{{Text: "some of it is blue"}}}
	}
	docs[7].Sections[0].Text = "of all it is blue"
	docs[9].Sections[0].Text = strings.Repeat("filler ", 2*maxDocText/7) + "of all"
	docs[11].Sections[0].Text = "of nothing and all"
	r := build(t, docs).open(t)
	if c, err := r.find("of", 1); err != nil || c[0].shard.heads[c[0].at].lists >= 0 {
		t.Fatal("a word of every document has positions", err)
	}
	if got := urls(find(t, r, `"of all"`)); strings.Join(got, " ") != "7/ 9/" {
		t.Errorf("found %q", got)
	}
}

// TestErrorsOfTyping: a word that no document has is taken for those that it may
// have been meant for, and the result says so.
func TestErrorsOfTyping(t *testing.T) {
	r := build(t, company()...).open(t)
	for q, want := range map[string]string{
		"paymnets-service": "payments-service", // swapped
		"ayments-service":  "payments-service", // the first letter left out
		"payment-servixe":  "payments-service", // one changed, and a form
		"chekcout":         "checkout",
		"commrece":         "commerce",
		"runbok":           "Runbook",
		"Idenpotncy-Key":   "HTTP interface", // two
		"directry user":    "user-directory",
		"rotatte signign":  "Runbook",
		"checout deplyo":   "How to deploy the site",
	} {
		res := find(t, r, q)
		if len(res.Hits) == 0 || res.Hits[0].Name != want && res.Hits[0].Title != want {
			t.Errorf("%q finds %q, want %s", q, urls(res), want)
		} else if len(res.Corrected) == 0 || len(res.Missing) > 0 || res.Loose {
			t.Errorf("%q: corrected %v, missing %q, loose %v", q, res.Corrected, res.Missing, res.Loose)
		}
	}
	for _, q := range []string{"xyz", "npn", "zzzzzzzz", "ERR_1235", "日本誤"} {
		if res := find(t, r, q); len(res.Corrected) > 0 {
			t.Errorf("%q is taken for %v", q, res.Corrected)
		}
	}
	if res := find(t, r, "checkout"); len(res.Corrected) > 0 {
		t.Errorf("a word that is there is taken for %v", res.Corrected)
	}
}

// TestOwnTeam: of two that are as good, the asker's own comes first.
func TestOwnTeam(t *testing.T) {
	docs := []Doc{
		entityDoc("component", "billing-a", "Billing A", "team-x", "service", "production", ""),
		entityDoc("component", "billing-b", "Billing B", "group:default/team-y", "service", "production", ""),
	}
	r := build(t, docs).open(t)
	for owner, want := range map[string]string{"": "billing-a", "team-x": "billing-a", "team-y": "billing-b", "group:default/team-y": "billing-b"} {
		res, err := r.Find("billing", Options{Owners: []string{owner}})
		if err != nil || res.Hits[0].Name != want {
			t.Errorf("%q: %s first, want %s; %v", owner, res.Hits[0].Name, want, err)
		}
	}
}

// TestMuchUsedFirst: of two that are as good, the one that more depends on comes
// first, but not before one that fits better.
func TestMuchUsedFirst(t *testing.T) {
	few, many := entityDoc("component", "queue-a", "", "", "library", "", ""), entityDoc("component", "queue-b", "", "", "library", "", "")
	many.Links = 40
	exact := entityDoc("component", "queue", "", "", "library", "", "")
	got := urls(find(t, build(t, []Doc{few, many, exact}).open(t), "queue"))
	if want := []string{exact.URL, many.URL, few.URL}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestAliases: what a document is also called finds it before what only speaks
// of that.
func TestAliases(t *testing.T) {
	api := entityDoc("api", "orders", "Orders", "", "openapi", "", "")
	api.Aliases = []string{"cancelOrder", "acme/orders-service"}
	page := pageDoc("x", "", "Calls", "Calls|acme/orders-service calls cancelOrder, cancel order, cancelOrder.")
	r := build(t, []Doc{page, api}).open(t)
	for _, q := range []string{"cancelOrder", "cancelorder", "acme/orders-service", "orders-service"} {
		if got := urls(find(t, r, q)); len(got) < 1 || got[0] != api.URL {
			t.Errorf("%q finds %q", q, got)
		}
	}
}

// TestWordsOfOneTitle: words that a title has are as near as words that follow
// each other in a text, the last of them half typed, too.
func TestWordsOfOneTitle(t *testing.T) {
	title := pageDoc("x", "title/", "Group metrics and vectors", "Group metrics and vectors|What is counted.")
	docs := []Doc{title}
	for i := range 9 {
		docs = append(docs, pageDoc("x", fmt.Sprintf("text/%d/", i), "Overview", "Overview|"+strings.Repeat("The group vectors of it. ", 5)))
	}
	r := build(t, docs).open(t)
	for _, q := range []string{"group vectors", "group vect", "vectors group "} {
		if got := urls(find(t, r, q)); len(got) == 0 || got[0] != title.URL {
			t.Errorf("%q finds %q", q, got[:min(len(got), 3)])
		}
	}
}

// TestTheOperationItself: of the operations of an API that have the words asked for,
// the one that is called so comes first, and not one that is called so in part.
func TestTheOperationItself(t *testing.T) {
	op := func(id, title, text string) Section { return Section{ID: "op-" + id, Title: title, Text: text} }
	r := build(t, []Doc{{URL: "api/", Kind: "api", Ref: "api:default/booking-api", Name: "booking-api", Title: "Booking API", Sections: []Section{
		op("getSailing", "GET /sailings/{sailingId}", "Get a sailing getSailing"),
		op("searchBookings", "POST /bookings/search", "Search bookings by name searchBookings"),
		op("listBookings", "GET /bookings", "List bookings listBookings"),
		op("createBooking", "POST /bookings", "Take places createBooking"),
		op("getBooking", "GET /bookings/{reference}", "Get a booking getBooking"),
	}}}).open(t)
	for query, want := range map[string]string{
		"getBooking": "op-getBooking", "POST /bookings": "op-createBooking", "/bookings": "op-listBookings", "searchBookings": "op-searchBookings", "/bookings/{reference}": "op-getBooking",
	} {
		res := find(t, r, query)
		if len(res.Hits) != 1 || len(res.Hits[0].Sections) == 0 || res.Hits[0].Sections[0].ID != want {
			t.Errorf("%s finds %+v, want %s first", query, res.Hits, want)
		}
	}
}
