package search

import (
	"encoding/binary"
	"slices"
)

// sorts are the sorts of documents of an index, a kind and a language each.
// Documents come in long runs of one sort: entities by kind, then their pages.
type sorts struct {
	kinds, langs []string
	runs         []run
}

// run is so many documents of one sort.
type run struct{ docs, sort int }

// sorts tells of which sort the documents are.
func (b *Builder) sorts() *sorts {
	out := &sorts{kinds: []string{}, langs: []string{}}
	number := make([]int, len(b.classes))
	for i, c := range b.classes {
		number[i] = out.number(c)
	}
	for _, r := range b.rows {
		n := number[r.class]
		if last := len(out.runs) - 1; last >= 0 && out.runs[last].sort == n {
			out.runs[last].docs++
		} else {
			out.runs = append(out.runs, run{1, n})
		}
	}
	return out
}

func (s *sorts) number(c docClass) int {
	for i := range s.kinds {
		if s.kinds[i] == c.kind && s.langs[i] == c.lang {
			return i
		}
	}
	s.kinds, s.langs = append(s.kinds, c.kind), append(s.langs, c.lang)
	return len(s.kinds) - 1
}

// append writes the number of runs, and for each its documents and its sort.
func (s *sorts) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.runs)))
	for _, r := range s.runs {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(r.docs)), uint64(r.sort))
	}
	return b
}

// sorts reads what append wrote, as the sort of each of so many documents, one
// of n.
func (d *decoder) sorts(docs, n int) []byte {
	out := make([]byte, 0, docs)
	for range d.count(docs) {
		size, sort := d.below(docs-len(out)+1), d.below(n)
		out = append(out, slices.Repeat([]byte{byte(sort)}, size)...)
	}
	if len(out) != docs {
		d.fail()
	}
	return out
}
