package search

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

// filesOf are the unpacked files of an index in a folder below s/.
func filesOf(tb testing.TB, s *site, dir string) (out [][]byte) {
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		if strings.HasPrefix(name, "s/"+dir+"/") {
			data, err := unpack(s.files[name].Data, 1<<20)
			if err != nil {
				tb.Fatal(err)
			}
			out = append(out, data)
		}
	}
	return out
}

// FuzzShard reads shards that may be anything: each of their terms gives a list
// of documents in rising order, or an error.
func FuzzShard(f *testing.F) {
	s := build(f, append(generate(3, 5), company()...)...)
	docs := s.open(f).Docs()
	for _, data := range filesOf(f, s, "t") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := readShard(data, docs)
		if err != nil {
			return
		}
		for i := range s.terms {
			l, err := s.list(i, docs)
			if err != nil {
				continue
			}
			if len(l.docs) != len(l.marks) || len(l.docs) != s.heads[i].docs || !slices.IsSorted(l.docs) || int(l.docs[len(l.docs)-1]) >= docs {
				t.Fatalf("term %q has documents %d with marks %d", s.terms[i], l.docs, l.marks)
			}
			if c, n, ok := s.where(s.heads[i].lists); ok && (n < 0 || c.first < 0) {
				t.Fatalf("list %d of a chunk that begins with %d", n, c.first)
			}
		}
	})
}

// FuzzSpelling reads files of spelling that may be anything.
func FuzzSpelling(f *testing.F) {
	for _, data := range filesOf(f, build(f, append(generate(3, 5), company()...)...), "w") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		words, err := readSpelling(data)
		if err != nil {
			return
		}
		for _, w := range words {
			if len(w.runes) == 0 || distance([]rune("checkout"), w.runes, 2, true) < 0 {
				t.Fatalf("word %q", w.word)
			}
		}
	})
}

// FuzzTable opens an index whose table may be anything, and searches in it.
func FuzzTable(f *testing.F) {
	s := build(f, company()...)
	table := ""
	for name := range s.files {
		if strings.HasPrefix(name, "s/d/") {
			table = name
		}
	}
	f.Add(filesOf(f, s, "d")[0])
	f.Fuzz(func(t *testing.T, data []byte) {
		files := maps.Clone(s.files)
		bad := *files[table]
		bad.Data = data
		files[table] = &bad
		r, err := OpenDir(files, s.meta)
		if err != nil {
			return
		}
		for _, q := range []string{"pay", "chekcout", `"refund window"`, "kind:api"} {
			r.Find(q, Options{})
		}
	})
}

func TestPack(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("a"), bytes.Repeat([]byte("words and words "), 1000)} {
		packed := pack(data)
		if !bytes.Equal(packed, pack(data)) {
			t.Error("not the same twice")
		}
		got, err := unpack(packed, int64(len(data)))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes come back as %d: %v", len(data), len(got), err)
		}
		if len(data) > 0 {
			if _, err := unpack(packed, int64(len(data)-1)); err == nil {
				t.Error("more than the limit was unpacked")
			}
		}
	}
	if got, err := unpack([]byte("{}"), 1); err != nil || string(got) != "{}" {
		t.Error("what is not packed has changed", err)
	}
	if _, err := unpack([]byte{0x1f, 0x8b, 1, 2}, 100); err == nil {
		t.Error("damaged gzip was unpacked")
	}
}
