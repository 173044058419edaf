package search

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"testing/fstest"

	"callboard/internal/digest"
)

// FuzzGroup writes an index of two groups, the first of which is any bytes that
// have the right checksum, as somebody may write into a store. It is an error,
// or an index that can be opened.
func FuzzGroup(f *testing.F) {
	for _, docs := range fewWords() {
		m := newMemory()
		indexOf(f, m, partsOf([][]Doc{docs}, new(int)))
		for _, b := range m.entries {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) >= groupPrelude {
			data = seal(bytes.Clone(data), int(binary.LittleEndian.Uint32(data[len(groupMagic)+4:])))
		}
		g, err := openGroup(io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))))
		if err != nil || g.docs() > 1<<16 {
			return
		}
		writeGroups(t, g)
	})
}

// fewWords are documents that come to some hundred bytes, which a fuzzer gets
// further with than with thousands.
func fewWords() [][]Doc {
	many := make([]Doc, 300) // enough for a bitmap
	for i := range many {
		many[i] = Doc{Kind: "api", Description: "x"}
	}
	return [][]Doc{
		{{Kind: "docs", Title: "Pay", Sections: []Section{{Text: "pay the payments"}}}},
		{{Kind: "component", Name: "pay", Owner: "a", Tags: []string{"go"}}, {Kind: "docs", Title: "Pay"}},
		many,
	}
}

// writeGroups writes an index of the group and another, and reads it.
func writeGroups(t *testing.T, g *group) {
	b := NewBuilder(nil)
	b.take(g)
	if err := b.Add(Prepare(company()[1])); err != nil {
		t.Fatal(err)
	}
	s := &site{files: fstest.MapFS{}}
	meta, err := b.Write(nil, func(name string, data []byte) error {
		s.files[name] = &fstest.MapFile{Data: bytes.Clone(data)}
		return nil
	})
	if err != nil {
		return
	}
	s.meta = meta
	r, err := OpenDir(s.files, meta)
	if err != nil {
		return // such as a class that is no kind
	}
	for _, q := range []string{"the", "payments", "pa", "kind:docs"} {
		r.Find(q, Options{}) // has no fragments; must not panic
	}
}

// FuzzSegment adds any bytes that are taken for a segment.
func FuzzSegment(f *testing.F) {
	for _, docs := range fewWords() {
		f.Add(Prepare(docs).Encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := DecodeSegment(data)
		if err != nil || s.Docs() > 1<<16 {
			return
		}
		b := NewBuilder(newMemory())
		if err := b.AddPart(Part{Key: digest.Of(data), Docs: s.Docs(), Load: func() (*Segment, error) { return s, nil }}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Write(nil, discard); err != nil {
			t.Fatal(err)
		}
	})
}
