package search

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"callboard/internal/search/searchtest"
)

var update = flag.Bool("update", false, "write the scores of the ranking anew")

// organisation is a made-up one, of which it is known what must be found: parts
// are entities, then the pages of each component.
type organisation struct {
	parts   [][]Doc
	queries []searchtest.Query
}

const (
	orgSubjects = "payments orders checkout catalogue identity shipping invoices loyalty search pricing notifications warehouse settlement fleet tax reviews audit content"
	orgRoles    = "gateway ledger worker scheduler console importer tracker router splitter vault balancer scanner"
	orgNouns    = "cache token request webhook queue tenant snapshot certificate secret index replica backup quota session partition digest cursor window batch schema migration dashboard alert replay lease shard"
	orgVerbs    = "rotate restore throttle publish replicate verify drain compact reindex approve revoke resize archive import export rename"
	orgFirst    = "Ada Bruno Carla Dmitri Elena Farid Greta Hugo Ines Jonas Kaori Luca Maya Nils Olga Pablo"
	orgLast     = "Andersen Bianchi Castillo Dubois Eriksson Fischer Garcia Hoffmann Ivanova Jansen Kovacs Lindqvist"
	orgTags     = "go kotlin python postgres kafka grpc critical pci frontend legacy"
)

// newOrganisation makes the organisation of 40 components, 400 pages.
func newOrganisation() *organisation {
	r := rand.New(rand.NewPCG(11, 5))
	o := &organisation{}
	words := vocabulary(r, 6000)
	zipf := rand.NewZipf(r, 1.1, 6, uint64(len(words)-1))
	pick := func(list string) string { f := strings.Fields(list); return f[r.IntN(len(f))] }
	ask := func(class, text string, want ...string) {
		o.queries = append(o.queries, searchtest.Query{Class: class, Text: text, Want: want})
	}
	text := func(topic string, n int) string {
		var b strings.Builder
		for b.Len() < n {
			switch r.IntN(12) {
			case 0:
				b.WriteString("the " + topic + " of the " + pick(orgNouns))
			case 1:
				b.WriteString("must " + pick(orgVerbs) + " a " + pick(orgNouns) + " before")
			default:
				b.WriteString(words[zipf.Uint64()])
			}
			b.WriteString([]string{" ", " ", " ", ", ", ". "}[r.IntN(5)])
		}
		return b.String()
	}
	var entities []Doc
	tagged := map[string][]string{}
	names := map[string]bool{}
	titles := map[string]bool{}
	for len(names) < 40 {
		name := pick(orgSubjects) + "-" + pick(orgRoles)
		if names[name] {
			continue
		}
		names[name] = true
		n := len(names)
		team := "team-" + pick(orgSubjects)
		c := entityDoc("component", name, "", team, "service", "production", text(name, 90), pick(orgTags), pick(orgTags))
		c.Tags = slices.Compact(c.Tags)
		c.Aliases, c.Links = []string{"acme/" + name}, r.IntN(30)
		for _, tag := range c.Tags {
			tagged[tag] = append(tagged[tag], c.URL)
		}
		entities = append(entities, c)
		ask("entity", name, c.URL)
		ask("typo", misspelt(r, name), c.URL)
		noun := pick(orgNouns)
		path, op := fmt.Sprintf("/v%d/%s/%ss/{id}", n, strings.Split(name, "-")[0], noun), "get"+strings.ToUpper(noun[:1])+noun[1:]+fmt.Sprint(n)
		api := entityDoc("api", name+"-api", "", team, "openapi", "production", text(noun, 60))
		api.Aliases = []string{path, op}
		api.Sections = []Section{{ID: "op", Title: "GET " + path, Text: "Gives one " + noun + ".\n" + op}}
		entities = append(entities, api)
		if n%2 == 0 {
			ask("api path", path, api.URL)
		} else {
			ask("api path", op, api.URL)
		}
		var pages []Doc
		for p := range 10 {
			verb, a, b := pick(orgVerbs), pick(orgNouns), words[200+r.IntN(3000)]
			title := fmt.Sprintf([]string{"How to %s the %s of a %s", "Runbook: %s %s %s", "About %s and the %s %s", "%s reference: %s %s"}[p%4], verb, a, b)
			if titles[title] {
				continue
			}
			titles[title] = true
			rare := fmt.Sprintf("quux%d zorble%d", n*10+p, r.IntN(50))
			body := text(a, 900)
			at := strings.LastIndexByte(body[:500], ' ')
			d := pageDoc(name, fmt.Sprintf("p%d/", p), title, title+"|"+text(b, 300), "Details|"+body[:at]+" "+rare+body[at:], "Limits|"+text(verb, 300))
			pages = append(pages, d)
			switch {
			case p == 0:
				ask("question", fmt.Sprintf("how do i %s the %s of a %s?", verb, a, b), d.URL)
			case p == 1:
				ask("title", strings.Join([]string{verb, a, b}, " "), d.URL)
			case p == 2:
				ask("prefix", strings.Join([]string{verb, a, b[:max(len(b)*6/10, 3)]}, " "), d.URL)
			case p == 3:
				ask("rare phrase", "zorble"+strings.Split(rare, "zorble")[1]+" "+firstWord(body[at:]), d.URL)
			}
		}
		o.parts = append(o.parts, pages)
	}
	for i := range 40 {
		first, last := strings.Fields(orgFirst)[i%16], strings.Fields(orgLast)[i%11]
		name := strings.ToLower(first + "." + last)
		u := entityDoc("user", name, first+" "+last, "", "", "", "")
		u.Aliases = []string{name + "@acme.example"}
		entities = append(entities, u)
		ask("person", []string{first + " " + last, name, last + " " + first, name + "@acme.example"}[i%4], u.URL)
	}
	for _, tag := range strings.Fields(orgTags) {
		ask("tag", "tag:"+tag, tagged[tag]...)
		ask("tag", tag, tagged[tag]...)
	}
	for _, s := range strings.Fields(orgSubjects) {
		entities = append(entities, entityDoc("group", "team-"+s, "", "", "team", "", text(s, 60)))
	}
	o.parts = append([][]Doc{entities}, o.parts...)
	return o
}

func firstWord(s string) string {
	return strings.FieldsFunc(s, func(c rune) bool { return c < 'a' || c > 'z' })[0]
}

// misspelt is a name with an error in its longest word.
func misspelt(r *rand.Rand, name string) string {
	long := slices.MaxFunc(strings.Split(name, "-"), func(a, b string) int { return len(a) - len(b) })
	return strings.Replace(name, long, searchtest.Misspelt(r, long), 1)
}

const orgScores = "testdata/ranking-scores.txt"

// TestRankingOfAnOrganisation asks for what is known to be there, in nine
// classes. The score of each stands in testdata/ranking-scores.txt, so that a
// change of the ranking shows it; go test -run Organisation -update writes it.
func TestRankingOfAnOrganisation(t *testing.T) {
	o := newOrganisation()
	if len(o.queries) < 200 {
		t.Fatalf("only %d queries", len(o.queries))
	}
	reader := build(t, o.parts...).open(t)
	report, err := searchtest.Ask(o.queries, func(query string) ([]string, error) {
		res, err := reader.Find(query, Options{Limit: 10})
		if err != nil {
			return nil, err
		}
		return urls(res), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, below := range report.Below() {
		t.Error(below)
	}
	if *update {
		if err := os.WriteFile(orgScores, []byte(report.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(orgScores)
	if err != nil {
		t.Fatal(err)
	}
	if changed := searchtest.Differences(string(want), report.String()); changed != "" {
		t.Errorf("the ranking has changed. If it is better so, run go test ./internal/search -run Organisation -update\n%s", changed)
	}
}
