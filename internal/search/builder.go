package search

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// maxDocs is the number of documents of one index; more are not taken.
const maxDocs = 1 << 24

// Builder merges segments into one index. It keeps the postings, packed, and a
// few bytes a document; not the texts. Close it in the end: postings of a large
// index are in files meanwhile.
type Builder struct {
	ids    map[string]uint32
	terms  []string
	chains []chain
	pool   pool

	classes []docClass
	rows    []row
	frags   []fragment // without data

	limit int // of bytes held
	runs  []run
}

// NewBuilder is an empty index. An index holds what one audience may see and
// nothing else: make a Builder for each.
func NewBuilder() *Builder {
	return &Builder{ids: make(map[string]uint32, usualTerms), terms: make([]string, 0, usualTerms), chains: make([]chain, 0, usualTerms), limit: spillBytes}
}

// usualTerms is room for the terms of some hundred documents.
const usualTerms = 1 << 14

// Add appends the segment's documents. The order of Add decides the numbers of
// the documents, hence the bytes of the index. The segment is not kept. Errors
// are those of writing postings to a file.
func (b *Builder) Add(s *Segment) error {
	if len(b.rows)+len(s.rows) > maxDocs {
		return nil
	}
	base := uint32(len(b.rows))
	number := b.renumber(s.classes)
	for _, r := range s.rows {
		b.rows = append(b.rows, row{number[r.class], r.length})
	}
	for _, f := range s.frags {
		b.frags = append(b.frags, fragment{id: f.id, docs: f.docs})
	}
	d := decoder{b: s.terms}
	for range s.nterms {
		c := b.chain(d.bytes())
		doc := base
		for range d.uvarint() {
			doc += uint32(d.uvarint())
			b.pool.appendUvarint(c, doc-c.last)
			b.pool.append(c, d.byte())
			c.last = doc
			c.df++
		}
	}
	return b.spill()
}

// chain is the term's postings.
func (b *Builder) chain(term []byte) *chain {
	id, ok := b.ids[string(term)]
	if !ok {
		id = uint32(len(b.terms))
		s := string(term)
		b.ids[s] = id
		b.terms = append(b.terms, s)
		b.chains = append(b.chains, chain{})
		b.pool.start(&b.chains[id])
	}
	return &b.chains[id]
}

// renumber gives the number in the index of each class of a segment.
func (b *Builder) renumber(classes []docClass) []byte {
	out := make([]byte, len(classes))
	for i, c := range classes {
		n := slices.Index(b.classes, c)
		if n < 0 && len(b.classes) >= maxKinds {
			n = len(b.classes) - 1
		}
		if n < 0 {
			n = len(b.classes)
			b.classes = append(b.classes, c)
		}
		out[i] = byte(n)
	}
	return out
}

// sorted are the terms' numbers in the order of their bytes. The first eight
// bytes as a number decide nearly always.
func (b *Builder) sorted() []uint32 {
	type entry struct {
		key uint64
		id  uint32
	}
	entries := make([]entry, len(b.terms))
	for i, t := range b.terms {
		var first [8]byte
		copy(first[:], t)
		entries[i] = entry{binary.BigEndian.Uint64(first[:]), uint32(i)}
	}
	slices.SortFunc(entries, func(x, y entry) int {
		switch {
		case x.key < y.key:
			return -1
		case x.key > y.key:
			return 1
		}
		return strings.Compare(b.terms[x.id], b.terms[y.id])
	})
	out := make([]uint32, len(entries))
	for i, e := range entries {
		out[i] = e.id
	}
	return out
}

// list is a term's postings: documents in rising order with their flags.
type list struct {
	docs  []uint32
	flags []byte
}

// listOf is the map as a list.
func listOf(flags map[uint32]byte) *list {
	l := &list{docs: slices.Sorted(maps.Keys(flags))}
	for _, doc := range l.docs {
		l.flags = append(l.flags, flags[doc])
	}
	return l
}
