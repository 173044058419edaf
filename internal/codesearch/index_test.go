package codesearch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// source is a repository of a test: contents by path.
type source map[string]string

// made is an index in memory.
type made struct {
	files fstest.MapFS
	root  string
}

func (m made) open(t testing.TB) *Reader {
	t.Helper()
	r, err := Open(m.files, m.root)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// build makes an index of repositories, in order of their names.
func build(t testing.TB, repos map[string]source, held int) made {
	t.Helper()
	m := made{files: fstest.MapFS{}}
	b := NewBuilder([]string{"**/testdata"}, func(name string, data []byte) error {
		if f, ok := m.files[name]; ok && string(f.Data) != string(data) {
			t.Errorf("%s is written twice with different content", name)
		}
		m.files[name] = &fstest.MapFile{Data: data}
		return nil
	})
	defer b.Close()
	b.posts.limit = held
	p := NewPreparer()
	for _, name := range slices.Sorted(maps.Keys(repos)) {
		if err := b.Begin(Repository{Name: name, Revision: "abc", Link: "https://git.example/" + name + "/blob/abc/{path}#L{line}"}); err != nil {
			t.Fatal(err)
		}
		for _, path := range slices.Sorted(maps.Keys(repos[name])) {
			content := []byte(repos[name][path])
			why := ByName(path, int64(len(content)))
			if why == "" {
				why = ByContent(content)
			}
			if why != "" {
				b.Leave(path, why)
				continue
			}
			if err := b.Add(p.Prepare(path, content)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var err error
	if m.root, err = b.Finish(); err != nil {
		t.Fatal(err)
	}
	return m
}

// written are repositories of code that nobody wrote, with words in several
// scripts and cases.
func written(repos, files int) map[string]source {
	rnd := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("func return Invalid Validate timeout retry linter Größe größe naïve KELVIN \u212aelvin ſtop stop semaphore asyncio 日本語 пример Пример x yy err nil if else range string houltchi Zebra quux FooBar foo_bar")
	for range 3000 {
		w := ""
		for range 2 + rnd.IntN(3) {
			w += string("bcdfghklmnprstvz"[rnd.IntN(16)]) + string("aeiou"[rnd.IntN(5)])
		}
		words = append(words, w)
	}
	word := func() string { // the first ones are the most frequent
		return words[min(rnd.IntN(len(words)), rnd.IntN(len(words)), rnd.IntN(len(words)))]
	}
	out := map[string]source{}
	for i := range repos {
		s := source{}
		for j := range files {
			var b strings.Builder
			for range 5 + rnd.IntN(40) {
				for range rnd.IntN(9) {
					b.WriteString(word())
					b.WriteString([]string{" ", ".", "(", ") ", "_", "\t", "", "[0]", " := "}[rnd.IntN(9)])
				}
				b.WriteString([]string{"\n", "\n", "\r\n"}[rnd.IntN(3)])
			}
			fmt.Fprintf(&b, "id%04d", i*files+j) // and no newline at the end
			s[fmt.Sprintf("pkg%d/file_%d%s", j%7, j, []string{".go", ".py", ".ts", ".md", ""}[j%5])] = b.String()
		}
		out[fmt.Sprintf("team-%d/repo-%03d", i%3, i)] = s
	}
	return out
}

// oracle is what a query finds by looking at every line of every file.
func oracle(repos map[string]source, q Query) []string {
	re := regexp.MustCompile(map[bool]string{true: "(?i)"}[q.Fold] + map[bool]string{true: q.Pattern, false: regexp.QuoteMeta(q.Pattern)}[q.Regexp])
	out := []string{}
	for _, repo := range slices.Sorted(maps.Keys(repos)) {
		for _, path := range slices.Sorted(maps.Keys(repos[repo])) {
			for i, line := range strings.Split(strings.TrimSuffix(repos[repo][path], "\n"), "\n") {
				if line = strings.TrimSuffix(line, "\r"); re.MatchString(line) {
					out = append(out, fmt.Sprintf("%s %s:%d:%s", repo, path, i+1, line))
				}
			}
		}
	}
	return out
}

func matching(hits []Hit) []string {
	out := []string{}
	for _, h := range hits {
		for _, l := range h.Lines {
			if l.Match {
				out = append(out, fmt.Sprintf("%s %s:%d:%s", h.Repository.Name, h.Path, l.Number, l.Text))
			}
		}
	}
	return out
}

// expressions are drawn from the lines of the repositories, and turned into
// regular expressions of many forms.
func expressions(repos map[string]source, n int) []Query {
	rnd := rand.New(rand.NewPCG(3, 4))
	var lines []string
	for _, repo := range slices.Sorted(maps.Keys(repos)) {
		for _, path := range slices.Sorted(maps.Keys(repos[repo])) {
			for line := range strings.SplitSeq(repos[repo][path], "\n") {
				if line = strings.TrimRight(line, "\r"); len([]rune(line)) > 12 {
					lines = append(lines, line)
				}
			}
		}
	}
	cut := func() string {
		r := []rune(lines[rnd.IntN(len(lines))])
		at, size := rnd.IntN(len(r)-3), 3+rnd.IntN(9)
		return string(r[at:min(at+size, len(r))])
	}
	quote := func() string { return regexp.QuoteMeta(cut()) }
	var out []Query
	for len(out) < n {
		fold := rnd.IntN(3) == 0
		switch rnd.IntN(10) {
		case 0, 1, 2:
			out = append(out, Query{Pattern: cut(), Fold: fold})
		case 3:
			out = append(out, Query{Pattern: quote() + ".*" + quote(), Regexp: true, Fold: fold})
		case 4:
			out = append(out, Query{Pattern: "(" + quote() + "|" + quote() + "|" + quote() + ")", Regexp: true, Fold: fold})
		case 5:
			out = append(out, Query{Pattern: "^" + quote() + "[a-zA-Z_]+", Regexp: true, Fold: fold})
		case 6:
			out = append(out, Query{Pattern: "[a-cF-K]" + quote() + "?\\b", Regexp: true, Fold: fold})
		case 7:
			out = append(out, Query{Pattern: "(?:" + quote() + ")+(x|y{2,3})?" + quote(), Regexp: true, Fold: fold})
		case 8:
			out = append(out, Query{Pattern: "\\w+" + quote() + "$", Regexp: true, Fold: fold})
		case 9:
			out = append(out, Query{Pattern: "(?i:" + quote() + ")[^a-z]{0,3}(id|err)?", Regexp: true})
		}
	}
	return out
}

// TestAsEveryLine: the index finds the lines that looking at every line does, and
// laying postings aside changes none of its files.
func TestAsEveryLine(t *testing.T) {
	repos := written(6, 30)
	m := build(t, repos, heldPostings)
	if aside := build(t, repos, 20_000); aside.root != m.root || !reflect.DeepEqual(aside.files, m.files) {
		t.Fatal("an index whose postings were laid aside is another")
	}
	qs := append(expressions(repos, 200), Query{Pattern: "kelvin", Fold: true}, Query{Pattern: "STOP", Fold: true}, Query{Pattern: "日本語"}, Query{Pattern: "пРИМЕР", Fold: true},
		Query{Pattern: "Пример"}, Query{Pattern: "k|KEL", Regexp: true, Fold: true}, Query{Pattern: "^$", Regexp: true}, Query{Pattern: "a.b", Regexp: true}, Query{Pattern: "x"},
		Query{Pattern: "[^\\x00-\\x{10FFFF}]", Regexp: true}, Query{Pattern: "zzzznotthere"}, Query{Pattern: "id000[0-9]", Regexp: true}, Query{Pattern: "(?s)Invalid.+Validate|quux{1,2}", Regexp: true})
	r, some := m.open(t), 0
	for _, q := range qs {
		res, err := r.Find(context.Background(), q, Options{})
		if err != nil {
			t.Errorf("%+v: %v", q, err)
			continue
		}
		want := oracle(repos, q)
		if got := matching(res.Hits); !slices.Equal(got, want) {
			t.Errorf("%+v: %d lines, want %d", q, len(got), len(want))
		}
		if len(want) > 0 && res.Candidates < 180 {
			some++
		}
	}
	if some < len(qs)/2 {
		t.Errorf("the index narrows %d of %d queries", some, len(qs))
	}
}

func TestSameBytes(t *testing.T) {
	repos := written(3, 20)
	a, b := build(t, repos, heldPostings), build(t, repos, heldPostings)
	if a.root != b.root || !reflect.DeepEqual(a.files, b.files) {
		t.Error("two indexes of the same are not the same")
	}
}

// changed are the files of an index that another does not have, by directory.
func (m made) changed(from made) map[string]int {
	out := map[string]int{}
	for name := range m.files {
		if _, ok := from.files[name]; !ok {
			out[path.Dir(name)]++
		}
	}
	return out
}

// TestOneFile: what does not depend on a file that changed stays as it is.
func TestOneFile(t *testing.T) {
	repos := written(6, 40)
	before := build(t, repos, heldPostings)
	repo := repos["team-0/repo-003"]
	old := repo["pkg0/file_0.go"]
	repo["pkg0/file_0.go"] = "qzjx" + old // two terms more, of one text
	edited := build(t, repos, heldPostings).changed(before)
	if edited["code/f"] < 1 || edited["code/f"] > 2 || edited["code/s"] > 4 || edited["code/s"] == 0 || edited["code/r"] != 1 {
		t.Errorf("after an edit there are these new files: %v", edited)
	}
	repo["pkg0/file_0.go"] = old
	repo["pkg0/new.go"] = "q7z"
	added := build(t, repos, heldPostings).changed(before)
	if added["code/f"] < 1 || added["code/f"] > 4 {
		t.Errorf("after a file more there are these new files: %v", added)
	}
	delete(repo, "pkg0/new.go")
	repos["aaa"] = source{"x": "q7z"}
	more := build(t, repos, heldPostings).changed(before)
	if more["code/f"] != 1 || more["code/r"] != 1 || more["code/s"] > 6 || more["code/p"] > 0 {
		t.Errorf("after a repository more there are these new files: %v", more)
	}
}

// TestLoadsLittle: a query for something rare reads a few files of the index.
func TestLoadsLittle(t *testing.T) {
	m := build(t, written(12, 120), heldPostings)
	total := 0
	for _, f := range m.files {
		total += len(f.Data)
	}
	r := m.open(t)
	res, err := r.Find(context.Background(), Query{Pattern: "id1234"}, Options{Files: 10})
	if err != nil || len(res.Hits) != 1 {
		t.Fatalf("%v, %v", res, err)
	}
	if r.Loaded > 16 || r.LoadedBytes > 100_000 || r.LoadedBytes > total/4 {
		t.Errorf("%d files with %d bytes of %d files with %d", r.Loaded, r.LoadedBytes, len(m.files), total)
	}
}

func TestFilters(t *testing.T) {
	m := build(t, map[string]source{
		"pay":       {"main.go": "package main\n\nvar Total = 1\n", "web/app.ts": "let Total = 1\n", "README.md": "Total\n", "vendor/x/a.go": "Total", "vendor/x/b.go": "Total", "gen.go": "// Code generated by x. DO NOT EDIT.\n", "go.sum": "Total", "a.bin": "x", "b.dat": "\x00"},
		"acme/ship": {"cmd/ship/main.go": "Total Total\nbefore\nafter\n", "long.txt": strings.Repeat("Total", 1000)},
	}, heldPostings)
	r := m.open(t)
	for query, want := range map[string]string{
		"Total":                               "acme/ship cmd/ship/main.go:1, pay README.md:1, pay main.go:3, pay web/app.ts:1",
		"lang:go Total":                       "acme/ship cmd/ship/main.go:1, pay main.go:3",
		"-lang:go Total":                      "pay README.md:1, pay web/app.ts:1",
		"Total lang:typescript lang:Markdown": "pay README.md:1, pay web/app.ts:1",
		"repo:pay Total":                      "pay README.md:1, pay main.go:3, pay web/app.ts:1",
		"Total -repo:PAY":                     "acme/ship cmd/ship/main.go:1",
		"repo:acme/* Total":                   "acme/ship cmd/ship/main.go:1",
		"file:*.go Total":                     "acme/ship cmd/ship/main.go:1, pay main.go:3",
		"file:cmd/**/main.go Total":           "acme/ship cmd/ship/main.go:1",
		"file:MAIN -file:cmd/ Total":          "pay main.go:3",
		"case:no total -file:main":            "pay README.md:1, pay web/app.ts:1",
		"total":                               "",
		`"Total = 1" file:.go`:                "pay main.go:3",
		"/^total$/i":                          "pay README.md:1",
		"file:app repo:pay":                   "pay web/app.ts",
	} {
		q, err := ParseQuery(query, false)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		res, err := r.Find(context.Background(), q, Options{})
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		var got []string
		for _, h := range res.Hits {
			s := h.Repository.Name + " " + h.Path
			for _, l := range h.Lines {
				s += fmt.Sprintf(":%d", l.Number)
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s\n got %s\nwant %s", query, s, want)
		}
	}
	left, err := r.LeftOut(Query{Filters: []Filter{{Key: "repo", Value: "pay"}}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range left {
		got = append(got, fmt.Sprintf("%s %s %d", l.Path, l.Reason, l.Files))
	}
	if s := strings.Join(got, ", "); s != "a.bin binary 1, b.dat binary 1, gen.go generated 1, go.sum generated 1, vendor/ vendored 2" {
		t.Errorf("left out: %s", s)
	}
	if n, passed := r.Left(); n[ReasonMinified] != 1 || n[ReasonVendored] != 2 || len(passed) != 1 {
		t.Errorf("left out: %v, %v", n, passed)
	}
}

func TestLines(t *testing.T) {
	m := build(t, map[string]source{"a": {"x y.go": "one\ntwo\nthree two\nfour\nfive\nsix\ntwo\n"}}, heldPostings)
	res, err := m.open(t).Find(context.Background(), Query{Pattern: "two"}, Options{Context: 1, Lines: 2})
	if err != nil || len(res.Hits) != 1 {
		t.Fatalf("%v, %v", res, err)
	}
	h := res.Hits[0]
	want := []Line{{1, "one", false, nil}, {2, "two", true, [][2]int{{0, 3}}}, {3, "three two", true, [][2]int{{6, 9}}}, {4, "four", false, nil}}
	if !reflect.DeepEqual(h.Lines, want) || h.Matches != 3 {
		t.Errorf("%d matches, %+v", h.Matches, h.Lines)
	}
	if l := h.Link(3); l != "https://git.example/a/blob/abc/x%20y.go#L3" {
		t.Errorf("link %s", l)
	}
}

func TestQueryMistakes(t *testing.T) {
	for query, want := range map[string]string{
		"":                        "the query is empty",
		"case:maybe x":            `case: is yes or no, not "maybe"`,
		"/a(b/":                   "the regular expression is not one: missing closing ): `a(b` (a(b)",
		strings.Repeat("x", 1001): "the query has more than 1000 bytes",
	} {
		_, err := ParseQuery(query, false)
		if err == nil || strings.ReplaceAll(err.Error(), ": `a(b`", "") != strings.ReplaceAll(want, ": `a(b`", "") {
			t.Errorf("%.20s: %v", query, err)
		}
	}
	r := build(t, written(1, 5), heldPostings).open(t)
	if _, err := r.Find(context.Background(), Query{Pattern: "x", Filters: []Filter{{Key: "lang", Value: "cobol"}}}, Options{}); err == nil || err.Error() != `no file is in the language "cobol"` {
		t.Error(err)
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*.go", "a/b.go", true}, {"*.go", "a/b.gox", false}, {"a/*.go", "a/b.go", true}, {"a/*.go", "a/c/b.go", false}, {"a/**.go", "a/c/b.go", true},
		{"**/b.go", "b.go", true}, {"**/b.go", "a/c/b.go", true}, {"**/b.go", "a/cb.go", false}, {"a/**/b", "a/b", true}, {"?.go", "x/a.go", true}, {"??.go", "a.go", false}, {"B.G", "a/b.go", true}, {"x", "a/b.go", false},
	} {
		if got := matchName(c.pattern, c.name); got != c.want {
			t.Errorf("%s of %s: %v", c.pattern, c.name, got)
		}
	}
}

// TestWhatNearlyAllFilesHave: of a word that tells the index nothing, files are
// found within the bounds; what may be anything is refused.
func TestWhatNearlyAllFilesHave(t *testing.T) {
	repos := written(8, 200)
	for _, s := range repos {
		for path := range s {
			s[path] += "\nreturn error\n"
		}
	}
	m := build(t, repos, heldPostings)
	r := m.open(t)
	if r.root.Pieces < 8 {
		t.Fatalf("only %d fragments", r.root.Pieces)
	}
	for _, text := range []string{"error", "return", "/return.*error/", "return error"} {
		q, err := ParseQuery(text, false)
		if err != nil {
			t.Fatal(err)
		}
		few, err := r.Find(context.Background(), q, Options{Files: 20, Fragments: 6})
		if err != nil || len(few.Hits) != 20 || few.Examined >= few.Candidates {
			t.Errorf("%s: %d files of %d, %d looked at, %v", text, len(few.Hits), few.Candidates, few.Examined, err)
		}
		most, err := r.Find(context.Background(), q, Options{Files: 10_000, Fragments: 4})
		if err != nil || len(most.Hits) == 0 || most.Examined >= most.Candidates {
			t.Errorf("%s: %d files of %d, %d looked at, %v", text, len(most.Hits), most.Candidates, most.Examined, err)
		}
		all, err := r.Find(context.Background(), q, Options{Fragments: 4})
		if err != nil || len(all.Hits) != 1600 {
			t.Errorf("%s: %d files of %d, %v", text, len(all.Hits), all.Candidates, err)
		}
	}
	for path := range repos["team-0/repo-000"] {
		repos["team-0/repo-000"][path] += "rarely so\n"
	}
	r = build(t, repos, heldPostings).open(t)
	q := Query{Pattern: "rarely.*not", Regexp: true}
	if few, err := r.Find(context.Background(), q, Options{Files: 20, Fragments: 2}); err != nil || few.Examined == 0 || few.Examined >= few.Candidates || few.Candidates > 300 {
		t.Errorf("%d of %d looked at, %v", few.Examined, few.Candidates, err)
	}
	if all, err := r.Find(context.Background(), q, Options{Fragments: 2}); err != nil || all.Examined != all.Candidates {
		t.Errorf("of all, %d of %d looked at, %v", all.Examined, all.Candidates, err)
	}
	var mistake *QueryError
	if _, err := r.Find(context.Background(), Query{Pattern: "a.b", Regexp: true}, Options{Files: 20, Fragments: 6}); !errors.As(err, &mistake) {
		t.Errorf("an expression that says nothing: %v", err)
	}
}
