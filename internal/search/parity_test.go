package search

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// fromBrowser is what testdata/run.mjs writes.
type fromBrowser struct {
	Tokens, Places, Stems [][]string
	Folded                []string
	Parsed                []struct {
		Words, Not []struct {
			Term   string
			Parts  []string
			Prefix bool
		}
		Phrases []struct {
			Words []string
			Not   bool
		}
		Filters []struct {
			Key, Value string
			Not        bool
		}
		Whole string
	}
	Results []struct {
		Hits []struct {
			URL     string
			Score   float64
			Excerpt struct {
				Text  string
				Marks [][2]int
			}
			Sections []struct{ ID string }
		}
		Total          int
		Partial, Loose bool
		Kinds          map[string]int
		Terms, Missing []string
		Corrected      []Correction
	}
}

// runBrowser runs the browser's reader over an index.
func runBrowser(t *testing.T, s *site, texts, queries []string) *fromBrowser {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node: the browser's reader is not compared with the one in Go")
	}
	dir := t.TempDir()
	for name, f := range s.files {
		writeFile(t, dir, name, f.Data)
	}
	writeFile(t, dir, "reader.mjs", bundleReader(t))
	script, err := os.ReadFile("testdata/run.mjs")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, "run.mjs", script)
	job, err := json.Marshal(map[string]any{"data": dir, "meta": s.meta, "texts": append([]string{}, texts...), "queries": append([]string{}, queries...)})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join(dir, "run.mjs"))
	cmd.Stdin = bytes.NewReader(job)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var out fromBrowser
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

// oddQueries are queries with all of the syntax, and some that only look so.
var oddQueries = []string{
	"", " ", "pay", "pay ", "payments-service", "paymentsService", "payments service", "payments serv",
	"kind:api orders", "kind:team", "kind:people -kind:docs", "kind:pages refund", "-kind:components pay", "kind:API kind:component", "-kind:docs pay", `owner:team-payments`, "owner:group:default/team-payments",
	`tag:"go" type:service`, "lifecycle:DEPRECATED", "in:payments-service refund", "in:component:default/payments-service",
	`"refund window"`, `"window refund"`, `refund -window`, `-"refund window" refund`, `"unclosed phrase`, "“refund window”",
	"--flag", "-", "a:b", "kind:", `kind:"`, "owner: pay", "-5", "refunds", "refunding", "deploy", "deployed zzz",
	"qqqq", "qqqq wwww", "refund qqqq", "naive", "NAÏVE", "strasse", "検索", "検", "v1 payments", "/v1/payments/{id}", "ERR_1234", "err",
	"p", "pa", "the", "the refund", "s", "rotate signing keys", "Rotate sign", "getUserById", "user by", "checkout",
	"paymnets-servce", "chekcout deplyo", "the refnud windwo", "ayments", "refund of", `"of the"`, `"checkout is" -"is fast"`,
	"Häuser", "haus", "pubblicazioni", "servicios", "checkout workers restart", "in:nothing", "not:a filter", "x\u00a0y", "\ufeffpay", "pay\u0085ments", "runbook payments", "payments runbook",
	"which page covers the refund window?", "has anybody written down how refunds are made", "who maintains payments-service?", "what is the checkout", "GET /v1/payments/{id}/capture",
	"what does /v1/payments answer?", "how do i refnud paymnets", "commerce", "grpc",
	"refundwindow", "how long is the refundwindow", "refund windwo of", "paymentsservice restart", "pushgateway", "push gatway", "the freightsorter timeout", "freightsorter", "thefreight",
	"is there anything about the refund window?", "how do i rotate the keys", "what is in the checkout for", "payments-service ", "orders_db", "user-directory of",
}

// TestBothReadersAgree compares the two readers over the same index.
func TestBothReadersAgree(t *testing.T) {
	groups := append(append(generate(30, 9), company()...), otherwise(), writtenTogether())
	foreign := pageDoc("x", "de/", "Das Haus", "Das Haus|Zwei Häuser, drei Bestellungen; checkout of all.")
	foreign.Lang = "de-CH"
	italian := pageDoc("x", "it/", "Servizi", "Servizi|La pubblicazione dei servizi si pubblica.")
	italian.Lang = "it"
	for i := range groups {
		for j := range groups[i] {
			groups[i][j].Description += " of all of it" // words of every document
		}
	}
	s := build(t, append(groups, []Doc{foreign, italian})...)
	r := s.open(t)
	if r.fragTree.depth == 0 {
		t.Error("no names of files are in pages: that is not compared")
	}
	vocab := generate(1, 9)[0]
	queries := append([]string{}, oddQueries...)
	for _, d := range vocab {
		queries = append(queries, d.Title, d.Title[:len(d.Title)-2], d.Sections[3].Text[100:130], `"`+d.Sections[2].Text[100:118]+`"`)
		// Errors of typing: a letter left out, two swapped, one changed.
		b := []byte(d.Title)
		n := len(b)
		queries = append(queries, string(b[:n-4])+string(b[n-3:]), string(b[:n-3])+string([]byte{b[n-2], b[n-3], b[n-1]}), string(b[:5])+"x"+string(b[6:]))
	}
	queries = slices.AppendSeq(queries, maps.Keys(otherwiseAsked))
	got := runBrowser(t, s, nil, queries)
	for i, q := range queries {
		compareParsed(t, q, got, i)
		want, err := r.Find(q, Options{Limit: 30})
		if err != nil {
			t.Fatal(err)
		}
		compareResults(t, q, want, got, i)
	}
}

func compareParsed(t *testing.T, text string, got *fromBrowser, i int) {
	t.Helper()
	q, p := parseQuery(text), got.Parsed[i]
	same := q.whole == p.Whole && len(q.words) == len(p.Words) && len(q.not) == len(p.Not) &&
		len(q.filters) == len(p.Filters) && len(q.phrases) == len(p.Phrases)
	for j := 0; same && j < len(q.words); j++ {
		w := p.Words[j]
		same = w.Term == q.words[j].term && w.Prefix == q.words[j].prefix && len(w.Parts) == len(q.words[j].parts)
	}
	for j := 0; same && j < len(q.filters); j++ {
		f := p.Filters[j]
		same = filter{f.Key, f.Value, f.Not} == q.filters[j]
	}
	for j := 0; same && j < len(q.phrases); j++ {
		x := p.Phrases[j]
		same = reflect.DeepEqual(phrase{x.Words, x.Not}, q.phrases[j])
	}
	if !same {
		t.Errorf("%q is read as\n%+v in Go,\n%+v in the browser", text, q, p)
	}
}

func compareResults(t *testing.T, q string, want *Result, all *fromBrowser, i int) {
	t.Helper()
	got := all.Results[i]
	if got.Total != want.Total || got.Loose != want.Loose || got.Partial != want.Partial || len(got.Missing) != len(want.Missing) ||
		!reflect.DeepEqual(got.Kinds, want.Kinds) || len(got.Hits) != len(want.Hits) {
		t.Errorf("%q: total %d, loose %v, partial %v, missing %q, kinds %v in Go, %d, %v, %v, %q, %v in the browser", q,
			want.Total, want.Loose, want.Partial, want.Missing, want.Kinds, got.Total, got.Loose, got.Partial, got.Missing, got.Kinds)
		return
	}
	if len(got.Corrected) != len(want.Corrected) || len(want.Corrected) > 0 && !reflect.DeepEqual(got.Corrected, want.Corrected) {
		t.Errorf("%q: corrected to %v in Go, %v in the browser", q, want.Corrected, got.Corrected)
	}
	for j, h := range want.Hits {
		g := got.Hits[j]
		if g.URL != h.URL || g.Score != h.Score {
			t.Errorf("%q: hit %d is %s (%v) in Go, %s (%v) in the browser", q, j, h.URL, h.Score, g.URL, g.Score)
			return
		}
		if isASCII(h.Excerpt.Text) && g.Excerpt.Text != h.Excerpt.Text {
			t.Errorf("%q: excerpt of %s\n%s\n%s", q, h.URL, h.Excerpt.Text, g.Excerpt.Text)
		}
		for k, s := range h.Sections {
			if k >= len(g.Sections) || g.Sections[k].ID != s.ID {
				t.Errorf("%q: section %d of %s is %q in Go", q, k, h.URL, s.ID)
			}
		}
	}
}

func isASCII(s string) bool {
	for _, r := range s {
		if r > 0x7f && r != '…' {
			return false
		}
	}
	return true
}

// vector is a text with the tokens that are indexed of it.
type vector struct {
	Text   string   `json:"text"`
	Tokens []string `json:"tokens"`
}

func readVectors(t *testing.T) (out []vector) {
	t.Helper()
	data, err := os.ReadFile("testdata/tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func tokensOf(text string) []string {
	var scan scanner
	out := []string{}
	for scan.reset(text); scan.next(); {
		all := append([]span{{0, len(scan.word)}}, append(scan.parts, scan.humps...)...)
		for _, x := range all {
			if b := cut(scan.word[x.start:x.end]); len(b) > 0 {
				out = append(out, string(b))
			}
		}
	}
	return out
}

func TestTokens(t *testing.T) {
	for _, v := range readVectors(t) {
		if got := tokensOf(v.Text); !reflect.DeepEqual(got, v.Tokens) {
			t.Errorf("%q: %q, want %q", v.Text, got, v.Tokens)
		}
	}
}

// stemsOf are the stems of a word in all languages.
func stemsOf(word string) string {
	var out []string
	for _, lang := range []string{"en", "de", "es", "fr", "it", "pt", ""} {
		out = append(out, stem(lang, word))
	}
	return strings.Join(out, " ")
}

// TestBrowserTokens holds the browser's scanner to the same list.
func TestBrowserTokens(t *testing.T) {
	vectors := readVectors(t)
	var texts []string
	for _, v := range vectors {
		texts = append(texts, v.Text)
	}
	got := runBrowser(t, build(t), texts, nil)
	for i, v := range vectors {
		if !reflect.DeepEqual(append([]string{}, got.Tokens[i]...), v.Tokens) {
			t.Errorf("%q: %q in the browser, want %q", v.Text, got.Tokens[i], v.Tokens)
		}
		if f := fold(v.Text); got.Folded[i] != f {
			t.Errorf("%q folds to %q in Go, %q in the browser", v.Text, f, got.Folded[i])
		}
		var scan scanner
		j := 0
		for scan.reset(v.Text); scan.next(); j++ {
			if place := v.Text[scan.start:scan.end]; got.Places[i][j] != place {
				t.Errorf("%q: word %d is at %q in Go, %q in the browser", v.Text, j, place, got.Places[i][j])
			}
			if s := stemsOf(string(scan.word)); got.Stems[i][j] != s {
				t.Errorf("%q has the stems %q in Go, %q in the browser", scan.word, s, got.Stems[i][j])
			}
		}
	}
}
