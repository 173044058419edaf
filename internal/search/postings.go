package search

import "encoding/binary"

// postings are a term's as they stand in a shard: the gaps between documents,
// the first from zero, for each document its flags, and for each the positions
// of the term, if it is of those that have some.
type postings struct {
	gaps, flags, pos []byte
	last             uint32 // document
}

func (p *postings) reset() {
	p.gaps, p.flags, p.pos, p.last = p.gaps[:0], p.flags[:0], p.pos[:0], 0
}

// add appends a document that comes after the last.
func (p *postings) add(doc uint32, flags byte) {
	p.gaps = binary.AppendUvarint(p.gaps, uint64(doc-p.last))
	p.flags = append(p.flags, flags)
	p.last = doc
}

// gapsSize is what the postings take as gaps and flags, at least.
func (p *postings) gapsSize() int { return 2 * len(p.flags) }

// list is postings taken apart: documents in rising order with their flags.
type list struct {
	docs  []uint32
	flags []byte
}

// decode makes the list that of p, which keeps the flags.
func (l *list) decode(p *postings) {
	l.docs, l.flags = l.docs[:0], p.flags
	d := decoder{b: p.gaps}
	doc := uint32(0)
	for range p.flags {
		doc += uint32(d.uvarint())
		l.docs = append(l.docs, doc)
	}
}
