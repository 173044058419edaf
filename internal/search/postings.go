package search

import "encoding/binary"

// postings are a term's as they stand in a shard: the gaps between documents,
// the first from zero, for each document its mark, and for each the positions
// of the term, if it is of those that have some.
type postings struct {
	gaps, marks, pos []byte
	last             uint32 // document
}

func (p *postings) reset() {
	p.gaps, p.marks, p.pos, p.last = p.gaps[:0], p.marks[:0], p.pos[:0], 0
}

// add appends a document that comes after the last.
func (p *postings) add(doc uint32, mark byte) {
	p.gaps = binary.AppendUvarint(p.gaps, uint64(doc-p.last))
	p.marks = append(p.marks, mark)
	p.last = doc
}

// gapsSize is what the postings take as gaps and marks, at least.
func (p *postings) gapsSize() int { return 2 * len(p.marks) }

// list is postings taken apart: documents in rising order with their marks, and
// as a reader has them, for those with strong marks their priors and the lengths
// of their titles.
type list struct {
	docs           []uint32
	marks          []byte
	priors, titles []byte
}

// decode makes the list that of p, which keeps the marks.
func (l *list) decode(p *postings) {
	l.docs, l.marks = l.docs[:0], p.marks
	d := decoder{b: p.gaps}
	doc := uint32(0)
	for range p.marks {
		doc += uint32(d.uvarint())
		l.docs = append(l.docs, doc)
	}
}
