package search

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"callboard/internal/digest"
)

// memory is a store that holds what it is given, and counts.
type memory struct {
	entries map[digest.Sum][]byte
	puts    int
}

func (m *memory) Section(key digest.Sum) (*io.SectionReader, bool) {
	b, ok := m.entries[key]
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), ok
}

func (m *memory) Put(key digest.Sum, b []byte) error {
	m.puts++
	m.entries[key] = b
	return nil
}

func newMemory() *memory { return &memory{entries: map[digest.Sum][]byte{}} }

// partsOf are parts as a build hands them in. Loads counts how many are loaded.
func partsOf(groups [][]Doc, loads *int) []Part {
	var out []Part
	for _, docs := range groups {
		var s *Segment
		out = append(out, Part{Key: digest.New("part").JSON(docs).Sum(), Docs: len(docs), Load: func() (*Segment, error) {
			*loads++
			if s == nil {
				s = Prepare(docs)
			}
			return s, nil
		}})
	}
	return out
}

// indexOf writes the index of parts.
func indexOf(t testing.TB, store Store, parts []Part) (string, map[string][]byte) {
	t.Helper()
	b := NewBuilder(store)
	defer b.Close()
	for _, p := range parts {
		if err := b.AddPart(p); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{}
	meta, err := b.Write(nil, func(name string, data []byte) error {
		files[name] = bytes.Clone(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return meta, files
}

// TestIndexBytes holds the index to the bytes it had before.
// Change the names when formatVersion or what is indexed changes.
func TestIndexBytes(t *testing.T) {
	for name, groups := range map[string][][]Doc{
		"s/meta.cafd648222ae.json": company(),
		"s/meta.059a3ccb2777.json": append(company(), generate(60, 11)...),
	} {
		loads := 0
		if got, _ := indexOf(t, newMemory(), partsOf(groups, &loads)); got != name {
			t.Errorf("%d parts: %s, want %s", len(groups), got, name)
		}
	}
}

// shorter are generated groups with little text, so that there may be many.
func shorter(groups int, seed uint64) [][]Doc {
	out := generate(groups, seed)
	for _, docs := range out {
		for i := range docs {
			docs[i].Sections = docs[i].Sections[:1]
		}
	}
	return out
}

// TestKeptIsTheSame compares an index of groups out of a store with one of
// parts that are all loaded: after a change, in the middle and at both ends,
// and after removals and additions.
func TestKeptIsTheSame(t *testing.T) {
	groups := append(company(), shorter(150, 21)...)
	loads := 0
	store := newMemory()
	indexOf(t, store, partsOf(groups, &loads))
	if loads != len(groups) || store.puts < 3 {
		t.Fatalf("%d parts loaded and %d groups put for %d parts", loads, store.puts, len(groups))
	}
	other := shorter(3, 99)
	for what, now := range map[string][][]Doc{
		"nothing":       groups,
		"first changed": append([][]Doc{other[0]}, groups[1:]...),
		"last changed":  append(slices.Clone(groups[:len(groups)-1]), other[1]),
		"one added":     slices.Insert(slices.Clone(groups), 70, other[2]),
		"one removed":   slices.Delete(slices.Clone(groups), 33, 34),
		"an empty one":  slices.Insert(slices.Clone(groups), 50, []Doc{}),
	} {
		loads = 0
		got, gotFiles := indexOf(t, store, partsOf(now, &loads))
		if what == "nothing" && loads > 0 || loads > len(groups)*2/3 {
			t.Errorf("%s: %d of %d parts loaded", what, loads, len(groups))
		}
		want, wantFiles := indexOf(t, nil, partsOf(now, new(int)))
		if got != want {
			t.Errorf("%s: %s with kept groups, %s without", what, got, want)
		}
		for name, data := range wantFiles {
			if !bytes.Equal(gotFiles[name], data) {
				t.Errorf("%s: %s differs", what, name)
			}
		}
		if len(gotFiles) != len(wantFiles) {
			t.Errorf("%s: %d files, want %d", what, len(gotFiles), len(wantFiles))
		}
	}
}

// TestPartsWithoutKey mixes parts of which nothing is known with others.
func TestPartsWithoutKey(t *testing.T) {
	groups := shorter(80, 22)
	want, _ := indexOf(t, nil, partsOf(groups, new(int)))
	store := newMemory()
	for range 2 {
		loads := 0
		parts := partsOf(groups, &loads)
		for i := 30; i < 60; i++ {
			parts[i].Key = digest.Sum{}
		}
		if got, _ := indexOf(t, store, parts); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if loads < 30 {
			t.Errorf("%d parts loaded; those without a key are 30", loads)
		}
	}
}

// TestOrderOfParts: documents are numbered in the order of AddPart.
func TestOrderOfParts(t *testing.T) {
	groups := shorter(60, 23)
	store := newMemory()
	a, _ := indexOf(t, store, partsOf(groups, new(int)))
	back := slices.Clone(groups)
	slices.Reverse(back)
	b, _ := indexOf(t, store, partsOf(back, new(int)))
	if a == b {
		t.Error("another order gives the same index")
	}
	if want, _ := indexOf(t, nil, partsOf(back, new(int))); b != want {
		t.Errorf("%s after an index of another order, %s alone", b, want)
	}
}

func TestBrokenParts(t *testing.T) {
	broken := errors.New("broken")
	for want, p := range map[string]Part{
		"search index: broken": {Docs: 1, Load: func() (*Segment, error) { return nil, broken }},
		"search index: a segment has 8 documents, its part says 2": {Docs: 2, Load: func() (*Segment, error) { return Prepare(company()[1]), nil }},
	} {
		b := NewBuilder(nil)
		if err := b.AddPart(p); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Write(nil, discard); fmt.Sprint(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestDamagedStore changes and cuts every entry of a store: its groups are
// merged anew, and the index is the same.
func TestDamagedStore(t *testing.T) {
	groups := shorter(100, 24)
	store := newMemory()
	want, _ := indexOf(t, store, partsOf(groups, new(int)))
	for i, damage := range []func([]byte) []byte{
		func(b []byte) []byte { b[len(b)/2] ^= 4; return b },
		func(b []byte) []byte { b[len(b)-1]++; return b },
		func(b []byte) []byte { b[5]++; return b },
		func(b []byte) []byte { b[9]++; return b },
		func(b []byte) []byte { return b[:len(b)-1] },
		func(b []byte) []byte { return b[:7] },
		func([]byte) []byte { return nil },
		func(b []byte) []byte { return append(b, 0) },
		func([]byte) []byte { return []byte("cbg0 and something else") },
	} {
		for key, b := range store.entries {
			store.entries[key] = damage(bytes.Clone(b))
		}
		loads := 0
		if got, _ := indexOf(t, store, partsOf(groups, &loads)); got != want || loads != len(groups) {
			t.Errorf("damage %d: %s with %d parts loaded, want %s with %d", i, got, loads, want, len(groups))
		}
	}
}

// stuck answers with one group whatever is asked for.
type stuck struct{ b []byte }

func (s *stuck) Section(digest.Sum) (*io.SectionReader, bool) {
	return io.NewSectionReader(bytes.NewReader(s.b), 0, int64(len(s.b))), s.b != nil
}

func (s *stuck) Put(_ digest.Sum, b []byte) error {
	if s.b == nil {
		s.b = b
	}
	return nil
}

// TestWrongGroup: a group that was made of other parts is not taken, even if it
// has as many documents.
func TestWrongGroup(t *testing.T) {
	groups, store := shorter(2, 26), new(stuck)
	indexOf(t, store, partsOf(groups[:1], new(int)))
	want, _ := indexOf(t, nil, partsOf(groups[1:], new(int)))
	if got, _ := indexOf(t, store, partsOf(groups[1:], new(int))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// forgetful keeps nothing, as a store may.
type forgetful struct{}

func (forgetful) Section(digest.Sum) (*io.SectionReader, bool) { return nil, false }
func (forgetful) Put(digest.Sum, []byte) error                 { return nil }

func TestForgetfulStore(t *testing.T) {
	groups := shorter(50, 25)
	want, _ := indexOf(t, nil, partsOf(groups, new(int)))
	if got, _ := indexOf(t, forgetful{}, partsOf(groups, new(int))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
