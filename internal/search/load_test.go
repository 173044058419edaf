package search

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"testing"
)

// noted is a file system that notes the names of what is opened.
type noted struct {
	fs.FS
	names map[string]bool
}

func (n noted) Open(name string) (fs.File, error) {
	n.names[name] = true
	return n.FS.Open(name)
}

// loaded are the files that a query loads, if it is the first.
func (s *site) loaded(t *testing.T, q string) []string {
	t.Helper()
	n := noted{s.files, map[string]bool{}}
	r, err := OpenDir(n, s.meta)
	if err != nil {
		t.Fatal(err)
	}
	if len(find(t, r, q).Hits) == 0 {
		t.Fatalf("%q finds nothing", q)
	}
	return slices.Sorted(maps.Keys(n.names))
}

// TestQuestionsLoadLittle: of what holds a question together nothing is loaded;
// one shard may hold what is called as the whole question.
func TestQuestionsLoadLittle(t *testing.T) {
	s := build(t, append(generate(60, 7), company()...)...)
	want := s.loaded(t, "commerce checkout")
	got := s.loaded(t, "where is there anything about commerce checkout")
	more := slices.DeleteFunc(got, func(name string) bool { return slices.Contains(want, name) })
	if len(more) > 1 {
		t.Errorf("a question loads %q that its words alone do not load", more)
	}
	if all, _ := fs.Glob(s.files, "s/t/*"); len(all) < 20 {
		t.Errorf("there are only %d shards to load", len(all))
	}
}

// TestKnownCompound: a compound that is there is meant as it is written; another
// stands for other forms of its parts, too.
func TestKnownCompound(t *testing.T) {
	docs := []Doc{
		entityDoc("component", "ferry-tracker", "", "", "service", "", ""),
		pageDoc("x", "", "Elsewhere", "Elsewhere|Of ferries there are trackers, of berths there are planners."),
	}
	r := build(t, docs).open(t)
	for q, want := range map[string]int{"ferry-tracker": 1, "berth-planner": 1, "ferry tracker": 2} {
		if got := urls(find(t, r, q)); len(got) != want {
			t.Errorf("%q finds %q, want %d", q, got, want)
		}
	}
}

// TestFewPositionsAfterAName: what comes after the thing that was asked for by
// name is put in order by less.
func TestFewPositionsAfterAName(t *testing.T) {
	for _, c := range []struct {
		first, second int64
		wrong, want   int // words with errors, and chunks
	}{
		{20_001, 0, 0, fewNearChunks}, {20_000, 0, 0, maxNearChunks}, {30_000, 29_000, 0, maxNearChunks},
		{20_000, 0, 2, maxNearChunks}, {20_000, 0, 3, maxNearChunks - wrongNearChunks}, {20_000, 0, 16, leastNearChunks},
	} {
		if got := nearChunks([]ranked{{1, c.first}, {2, c.second}}, []*sought{{}, {corrected: c.wrong > 0}}); c.want == maxNearChunks && c.wrong == 0 && got != pairNearChunks {
			t.Errorf("%d chunks for two words, want %d", got, pairNearChunks)
		}
		words := []*sought{{term: "right"}}
		for range c.wrong {
			words = append(words, &sought{term: "wrong", corrected: true})
		}
		if got := nearChunks([]ranked{{1, c.first}, {2, c.second}}, words); got != c.want {
			t.Errorf("%d chunks for scores %d and %d, want %d", got, c.first, c.second, c.want)
		}
	}
}

// TestFormsOfCommonWords: what very many documents have as it is asked for needs
// no other forms, whose postings would be as much again to load.
func TestFormsOfCommonWords(t *testing.T) {
	docs := []Doc{{URL: "other/", Kind: "docs", Title: "Other", Sections: []Section{{Text: "ferries at berths"}}}}
	for i := range manyDocs {
		text := "ferry"
		if i > 0 {
			text += " berth"
		}
		docs = append(docs, Doc{URL: fmt.Sprintf("p%d/", i), Kind: "docs", Sections: []Section{{Text: text}}})
	}
	r := build(t, docs).open(t)
	for q, want := range map[string]int{"ferry ": manyDocs, "berth ": manyDocs} {
		if got := find(t, r, q).Total; got != want {
			t.Errorf("%q finds %d documents, want %d", q, got, want)
		}
	}
}
