package search

import (
	"fmt"
	"strings"
	"testing"
)

// asked is an organisation with pages, and many more of which the texts have the
// words that people ask with.
func asked() []Doc {
	docs := []Doc{
		entityDoc("component", "ferry-tracker", "Ferry tracker", "team-harbour", "service", "production", "Where ferries are."),
		entityDoc("component", "berth-planner", "", "team-harbour", "service", "production", "Which ferry lies where."),
		entityDoc("user", "ada.lovelace", "Ada Lovelace", "", "", "", ""),
		pageDoc("ferry-tracker", "keys/", "Rotating signing keys", "Rotating signing keys|Once a year, by two people."),
		pageDoc("ferry-tracker", "token/", "Token configuration", "Token configuration|How long they hold."),
		pageDoc("berth-planner", "full/", "Runbook: harbour is full", "Runbook: harbour is full|Send them on."),
	}
	asking := strings.Fields("has anybody written down page covers documented already described anywhere procedure steps provides maintains depend recommended details pointers")
	about := strings.Fields("ferry keys token harbour planner configuration signing")
	for i := range 60 {
		var text []string
		for j := range 6 {
			text = append(text, asking[(i*3+j*5)%len(asking)])
		}
		text = append(text, about[i%len(about)], strings.Join(asking[i%8:i%8+6], " "))
		title := fmt.Sprintf("Chapter %d", i)
		docs = append(docs, pageDoc("berth-planner", fmt.Sprintf("%d/", i), title, title+"|"+strings.Join(text, " ")))
	}
	return docs
}

// TestQuestionsInOtherWords: a question finds what it is about, though texts have
// more of its words.
func TestQuestionsInOtherWords(t *testing.T) {
	r := build(t, asked()).open(t)
	for q, want := range map[string]string{
		"has anybody written down the token configuration?":       "Token configuration",
		"which page covers token configuration":                   "Token configuration",
		"is token configuration described anywhere?":              "Token configuration",
		"what is the procedure for rotating signing keys":         "Rotating signing keys",
		"which steps do I follow to rotate the signing keys?":     "Rotating signing keys",
		"is it documented already what to do if the harbour full": "Runbook: harbour is full",
		"who maintains the ferry tracker?":                        "Ferry tracker",
		"what does ferry-tracker depend on?":                      "Ferry tracker",
		"pointers to the berth planner":                           "berth-planner",
		"what is the ferry tracker":                               "Ferry tracker",
		"where can I find details of Ada Lovelace":                "Ada Lovelace",
	} {
		res := find(t, r, q)
		if len(res.Hits) == 0 || res.Hits[0].Title != want && res.Hits[0].Name != want {
			t.Errorf("%q finds %q, want %s", q, urls(res)[:min(len(res.Hits), 3)], want)
		}
	}
}

// TestWhatAWordTells: a word that titles have tells more than one that many texts
// and no titles have; what few have may be anything.
func TestWhatAWordTells(t *testing.T) {
	r := build(t, asked()).open(t)
	tells := map[string]float64{}
	for _, word := range []string{"chapter", "covers", "lovelace", "nowhere"} {
		terms, err := r.find(word, 1)
		if err != nil {
			t.Fatal(err)
		}
		if tells[word], err = r.telling(&sought{term: word, terms: terms}); err != nil {
			t.Fatal(err)
		}
	}
	if tells["chapter"] != 1 || tells["lovelace"] != 1 || tells["nowhere"] != 1 || tells["covers"] != tellingLeast {
		t.Errorf("words tell %v", tells)
	}
}

// TestWordsOfTheIndexsLanguages: an index says which words hold questions
// together in its languages, and not in others.
func TestWordsOfTheIndexsLanguages(t *testing.T) {
	german := pageDoc("x", "de/", "Betrieb", "Betrieb|Alles.")
	german.Lang = "de"
	r := build(t, []Doc{german, pageDoc("x", "", "Running", "Running|All of it."), german}).open(t)
	for word, want := range map[string]bool{"where": true, "wie": true, "dove": false, "running": false} {
		if got := strings.Contains(r.meta.Stop, " "+word+" "); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
	if n := strings.Count(r.meta.Stop, " wie "); n != 1 {
		t.Errorf("the words of a language are there %d times", n)
	}
}

// TestPaths: a path is not what is called like it without slashes.
func TestPaths(t *testing.T) {
	api := entityDoc("api", "booking-api", "Booking", "", "openapi", "production", "")
	api.Aliases = []string{"/sailings", "listSailings", "/sailings/{id}"}
	api.Sections = []Section{{ID: "op", Title: "GET /sailings", Text: "All of them."}}
	docs := []Doc{
		api, entityDoc("system", "sailings", "Sailings", "", "", "", "All about sailings."),
		entityDoc("component", "sailings-import", "Import of sailings", "", "service", "", "", "sailings"),
	}
	r := build(t, docs).open(t)
	for q, want := range map[string]string{
		"/sailings": "booking-api", "/sail": "booking-api", "GET /sailings": "booking-api", "which api has /sailings?": "booking-api",
		"/sailings/{id}": "booking-api", "sailings": "sailings", "sail": "sailings",
	} {
		if res := find(t, r, q); len(res.Hits) == 0 || res.Hits[0].Name != want {
			t.Errorf("%q finds %q, want %s", q, urls(res), want)
		}
	}
}

// TestATagIsNoName: who has a tag that is also a word of the name is not called
// by that word alone.
func TestATagIsNoName(t *testing.T) {
	gateway := entityDoc("system", "orders-gateway", "Orders gateway", "", "", "", "", "orders")
	gateway.Links = 40
	docs := []Doc{
		gateway, entityDoc("domain", "orders", "Orders", "", "", "", ""),
		entityDoc("system", "orders-ledger", "Orders ledger", "", "", "", ""),
	}
	r := build(t, docs).open(t)
	for _, q := range []string{"orders", "orders "} {
		if got := urls(find(t, r, q)); len(got) != 3 || got[0] != docs[1].URL || got[1] != gateway.URL {
			t.Errorf("%q finds %q", q, got)
		}
	}
}

// TestStartingWithOne: of pages that every set has, the one of the set that is
// asked for comes first, before the set's own first page.
func TestStartingWithOne(t *testing.T) {
	var docs []Doc
	for _, name := range []string{"Harbour", "Lighthouse", "Pontoon"} {
		for _, title := range []string{name, "Getting started", "Release notes"} {
			d := pageDoc(strings.ToLower(name), strings.ReplaceAll(strings.ToLower(title), " ", "-")+"/", title, title+"|All about "+name+", how it is started and released.")
			d.Crumb = name
			docs = append(docs, d)
		}
	}
	r := build(t, docs).open(t)
	for q, want := range map[string]string{
		"get started with lighthouse": "lighthouse/getting-started/", "getting started with pontoon": "pontoon/getting-started/",
		"release notes of harbour": "harbour/release-notes/", "lighthouse": "lighthouse/lighthouse/",
	} {
		if got := urls(find(t, r, q)); len(got) == 0 || !strings.HasSuffix(got[0], "/"+want) {
			t.Errorf("%q finds %q, want %s", q, got, want)
		}
	}
}

// TestPartsOfOneWord: parts that a document has as one word stand together as
// well as words that follow each other.
func TestPartsOfOneWord(t *testing.T) {
	code := pageDoc("x", "code/", "Settings", "Settings|For several values there is CommaSeparatedStrings.")
	text := pageDoc("x", "text/", "Values", "Values|"+strings.Repeat("Give them as comma separated strings. ", 9))
	r := build(t, []Doc{text, code}).open(t)
	for q, want := range map[string]string{"CommaSeparatedStrings": code.URL, "comma separated strings": text.URL} {
		if got := urls(find(t, r, q)); len(got) != 2 || got[0] != want {
			t.Errorf("%q finds %q, want %s first", q, got, want)
		}
	}
}
