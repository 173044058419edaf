package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// crowded are pages on services, and one that is full of identifiers that begin
// as they do: they take more shards than are read for the beginning of a word.
func crowded() []Doc {
	var names strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&names, "serva%sx ", strings.Map(func(c rune) rune { return 'a' + c - '0' }, fmt.Sprintf("%05d", i*7919%100_000)))
	}
	return []Doc{
		{URL: "names/", Kind: "docs", Title: "Identifiers", Sections: []Section{{Text: "To forward: " + names.String()}}},
		{URL: "forward/", Kind: "docs", Title: "How to forward services", Sections: []Section{{Text: "From one to the next."}}},
		{URL: "services/", Kind: "docs", Title: "Services", Sections: []Section{{Text: "There are some."}}},
		{URL: "forward-only/", Kind: "docs", Title: "How to forward", Sections: []Section{{Text: "Mail."}}},
	}
}

// TestBeginningOfVeryManyWords: what is called as is being typed is found, even
// where more words begin so than are read.
func TestBeginningOfVeryManyWords(t *testing.T) {
	s := build(t, crowded())
	r := s.open(t)
	queries := []string{"s", "ser", "serv", "forward ser", "forward serv", "forward servi", "forward services", "serva", "servaaaa"}
	more, err := r.beginning("serv", maxPrefixShards, func(*shard, int) {})
	if err != nil || !more {
		t.Fatalf("the test has too few words: %v, %v", more, err)
	}
	for _, q := range queries {
		want := "services/"
		switch {
		case strings.HasPrefix(q, "serva"):
			want = "names/"
		case strings.HasPrefix(q, "forward"):
			want = "forward/"
		}
		if got := urls(find(t, r, q)); len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %q, want %s first", q, got, want)
		}
	}
	browser := runBrowser(t, s, nil, queries)
	for i, q := range queries {
		compareResults(t, q, find(t, r, q), browser, i)
	}
}

// TestPrefixesOfManyShards: a prefix is indexed if its terms lie in more shards
// than are read for it.
func TestPrefixesOfManyShards(t *testing.T) {
	for _, x := range []struct {
		name  string
		terms []string // with the shard that each stands in
		want  string
	}{
		{"short, one shard", []string{"abc", "0", "abd", "0"}, ""},
		{"short, two shards", []string{"abc", "0", "abd", "1"}, "ab a"},
		{"long, three shards", []string{"abcde", "0", "abcdf", "2"}, "abc ab a"},
		{"long, four shards", []string{"abcde", "0", "abcdf", "3"}, "abcd abc ab a"},
		{"longest", []string{"abcdefghij", "0", "abcdefghik", "9"}, "abcdefgh abcdefg abcdef abcde abcd abc ab a"},
	} {
		p, shard := prefixes{docs: 2}, 0
		var got []string
		end := func(next []byte) {
			for {
				text, list := p.end(next, shard)
				if text == "" {
					return
				}
				if list != nil {
					got = append(got, text)
				}
			}
		}
		for i := 0; i < len(x.terms); i += 2 {
			term := []byte(x.terms[i])
			end(term)
			shard = int(x.terms[i+1][0] - '0')
			p.collect(term, &list{docs: []uint32{1}, marks: []byte{inTitle}}, shard)
		}
		end(nil)
		if want := strings.Fields(x.want); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", x.name, got, want)
		}
	}
}
