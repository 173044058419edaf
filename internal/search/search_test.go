package search

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// site is an index in memory.
type site struct {
	files fstest.MapFS
	meta  string
}

// build indexes groups of documents as a build does.
func build(t testing.TB, groups ...[]Doc) *site {
	t.Helper()
	return buildWith(t, NewWords(nil), groups...)
}

func buildWith(t testing.TB, words *Words, groups ...[]Doc) *site {
	t.Helper()
	s := &site{files: fstest.MapFS{}}
	put := func(name string, data []byte) error {
		if old, ok := s.files[name]; ok && !bytes.Equal(old.Data, data) {
			return fmt.Errorf("%s written twice with different content", name)
		}
		s.files[name] = &fstest.MapFile{Data: bytes.Clone(data)}
		return nil
	}
	b := words.NewBuilder(nil)
	for _, docs := range groups {
		seg := words.Prepare(docs)
		if err := b.Add(seg); err != nil {
			t.Fatal(err)
		}
		for name, data := range seg.Fragments() {
			if err := put(name, data); err != nil {
				t.Fatal(err)
			}
		}
	}
	var err error
	if s.meta, err = b.Write(nil, put); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) open(t testing.TB) *Reader {
	t.Helper()
	r, err := OpenDir(s.files, s.meta)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func find(t testing.TB, r *Reader, q string) *Result {
	t.Helper()
	res, err := r.Find(q, Options{Limit: 1000})
	if err != nil {
		t.Fatalf("%q: %v", q, err)
	}
	return res
}

func urls(res *Result) (out []string) {
	for _, h := range res.Hits {
		out = append(out, h.URL)
	}
	return out
}

// TestEveryWordFinds is what an index is for: whatever word a document has, in
// whatever field, the document is among the hits.
func TestEveryWordFinds(t *testing.T) {
	groups := generate(60, 7)
	for i := range groups {
		// A tail of odd words, and few pages, so that the test is quick.
		groups[i] = groups[i][:5]
		groups[i][0].Sections[0].Text += " naïve Straße ΣΊΣΥΦΟΣ 検索エンジン getUserById x86_64 v1.2.3 ERR_1234 한국어 d’accord"
	}
	r := build(t, groups...).open(t)
	var scan scanner
	seen := map[string]string{}
	for g, docs := range groups {
		for _, d := range docs[:1] {
			text := strings.Join([]string{d.Title, d.Crumb, d.Sections[g%8].Title, d.Sections[0].Text, d.Sections[7].Text}, "\n")
			for scan.reset(text); scan.next(); {
				seen[text[scan.start:scan.end]] = d.URL
			}
		}
	}
	if len(seen) < 1000 {
		t.Fatalf("only %d words", len(seen))
	}
	words := slices.Sorted(maps.Keys(seen))
	for i, word := range words {
		if i%5 != 0 && word[0] < 0x80 && len(words) > 2000 {
			continue
		}
		for _, q := range []string{word, word + " "} {
			if !slices.Contains(urls(find(t, r, q)), seen[word]) {
				t.Errorf("%q does not find %s", q, seen[word])
			}
		}
	}
}

func TestTwiceTheSame(t *testing.T) {
	groups := generate(20, 3)
	a, b := build(t, groups...), build(t, groups...)
	if a.meta != b.meta || len(a.files) != len(b.files) {
		t.Fatalf("%s with %d files, then %s with %d", a.meta, len(a.files), b.meta, len(b.files))
	}
	for name, f := range a.files {
		if other := b.files[name]; other == nil || !bytes.Equal(other.Data, f.Data) {
			t.Errorf("%s differs", name)
		}
	}
}

// TestCachedIsTheSame holds the promise of Encode: an index out of the cache is
// the index.
func TestCachedIsTheSame(t *testing.T) {
	fresh, cached := NewBuilder(nil), NewBuilder(nil)
	for _, docs := range generate(10, 4) {
		s := Prepare(docs)
		d, err := DecodeSegment(s.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(d.Encode(), s.Encode()) || d.Docs() != len(docs) {
			t.Fatal("a decoded segment encodes otherwise")
		}
		if !maps.EqualFunc(maps.Collect(s.Fragments()), maps.Collect(d.Fragments()), bytes.Equal) {
			t.Fatal("a decoded segment has other fragments")
		}
		if err := fresh.Add(s); err != nil {
			t.Fatal(err)
		}
		if err := cached.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	a, err := fresh.Write(nil, discard)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := cached.Write(nil, discard); err != nil || a != b {
		t.Fatalf("%s from the cache, %s fresh; %v", b, a, err)
	}
}

func TestUnchangedSetKeepsItsFragments(t *testing.T) {
	groups := generate(2, 5)
	before := maps.Collect(Prepare(groups[1]).Fragments())
	groups[0][0].Title = "Changed"
	after := build(t, groups...)
	for name := range before {
		if after.files[name] == nil {
			t.Errorf("%s is gone though its set is as it was", name)
		}
	}
}

func TestEmptyIndex(t *testing.T) {
	r := build(t).open(t)
	for _, q := range []string{"", "x", "kind:api", `"a b"`, "-x"} {
		if res := find(t, r, q); res.Total != 0 || len(res.Hits) != 0 {
			t.Errorf("%q in an empty index: %+v", q, res)
		}
	}
}

// TestKindsByOtherWords: a filter takes what people call a kind, in the singular and
// the plural, unless a kind has that very name.
func TestKindsByOtherWords(t *testing.T) {
	docs := []Doc{
		{URL: "group/", Kind: "Group", Ref: "group:default/crew", Name: "crew"},
		{URL: "user/", Kind: "User", Ref: "user:default/jo", Name: "jo"},
		{URL: "api/", Kind: "API", Ref: "api:default/a", Name: "a"},
		{URL: "docs/", Kind: "docs", Ref: "component:default/x", Title: "Text"},
	}
	check := func(docs []Doc, asked map[string]string) {
		t.Helper()
		r := build(t, docs).open(t)
		for q, want := range asked {
			if got := strings.Join(urls(find(t, r, q)), " "); got != want {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
	}
	check(docs, map[string]string{
		"kind:team": "group/", "kind:Teams": "group/", "kind:groups": "group/", "kind:people": "user/", "kind:person": "user/", "kind:users": "user/",
		"kind:doc": "docs/", "kind:pages": "docs/", "kind:documentation": "docs/", "kind:apis": "api/", "kind:operations": "api/",
		"kind:team kind:people": "group/ user/", "-kind:teams -kind:docs -kind:apis": "user/",
	})
	check(append(docs, Doc{URL: "team/", Kind: "Team", Ref: "team:default/t", Name: "t"}), map[string]string{"kind:team": "team/", "kind:teams": "team/", "kind:group": "group/"})
}
