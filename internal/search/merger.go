package search

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/digest"
)

// merger makes a group of segments. It holds the postings, packed, and not the
// segments. It can be used again and again.
type merger struct {
	ids    map[string]uint32
	terms  []string
	chains []chain
	pool   pool
	head   group
	marks  marks
}

// reset drops the segments of before.
func (m *merger) reset() {
	if m.ids == nil {
		m.ids = map[string]uint32{}
	}
	clear(m.ids)
	clear(m.terms)
	m.terms, m.chains = m.terms[:0], m.chains[:0]
	m.pool.reset()
	m.head = group{classes: m.head.classes[:0], rows: m.head.rows[:0], frags: m.head.frags[:0]}
}

// add appends the segment's documents.
func (m *merger) add(s *Segment) {
	base := uint32(len(m.head.rows))
	number := m.renumber(s.classes)
	for _, r := range s.rows {
		m.head.rows = append(m.head.rows, groupRow{number[r.class], r.length})
	}
	for _, f := range s.frags {
		m.head.frags = append(m.head.frags, fragment{id: f.id, docs: f.docs})
	}
	d := decoder{b: s.terms}
	for range s.nterms {
		c := m.chain(d.bytes())
		doc := base
		for range d.uvarint() {
			doc += uint32(d.uvarint())
			flags := d.byte()
			pos := d.positions()
			if c.df > 0 && doc <= c.last {
				continue // a segment that has a term twice: not one of Prepare's
			}
			m.pool.appendUvarint(c, doc-c.last)
			m.pool.append(c, flags)
			m.pool.appendBytes(c, pos)
			c.last = doc
			c.df++
		}
	}
}

// renumber gives the number in the group of each class of a segment.
func (m *merger) renumber(classes []docClass) []uint32 {
	out := make([]uint32, len(classes))
	for i, c := range classes {
		n := slices.Index(m.head.classes, c)
		if n < 0 {
			n = len(m.head.classes)
			m.head.classes = append(m.head.classes, c)
		}
		out[i] = uint32(n)
	}
	return out
}

// chain is the term's postings.
func (m *merger) chain(term []byte) *chain {
	id, ok := m.ids[string(term)]
	if !ok {
		id = uint32(len(m.terms))
		s := string(term)
		m.ids[s] = id
		m.terms = append(m.terms, s)
		m.chains = append(m.chains, chain{})
		m.pool.start(&m.chains[id])
	}
	return &m.chains[id]
}

// encode is the group as bytes; see groupMagic.
func (m *merger) encode(key digest.Sum) ([]byte, error) {
	m.head.key, m.head.nterms = key, len(m.terms)
	b := m.head.appendHead(make([]byte, groupPrelude, 1<<18))
	head := len(b) - groupPrelude
	last := ""
	var raw []byte
	var room postings
	for _, id := range m.sorted() {
		raw = m.pool.read(raw[:0], &m.chains[id])
		b = appendShared(b, last, m.terms[id])
		b = m.appendPostings(b, raw, &m.chains[id], &room)
		last = m.terms[id]
	}
	if len(b) > maxGroupHead {
		return nil, fmt.Errorf("%d documents come to %d bytes of postings", m.head.docs(), len(b))
	}
	return seal(slices.Clip(b), head), nil
}

// appendPostings writes the postings of a chain; p is room for them.
func (m *merger) appendPostings(b, raw []byte, c *chain, p *postings) []byte {
	p.reset()
	d := decoder{b: raw}
	first := d.uvarint()
	doc := first
	for {
		row := m.head.rows[doc]
		p.marks = append(p.marks, m.marks.of(d.byte(), row.length, m.head.classes[row.class].worth()))
		p.pos = append(p.pos, d.positions()...)
		if len(d.b) == 0 {
			break
		}
		gap := d.uvarint()
		p.gaps = binary.AppendUvarint(p.gaps, gap)
		doc += gap
	}
	b = binary.AppendUvarint(b, uint64(c.df-1))
	b = binary.AppendUvarint(b, first)
	if c.df > 1 {
		b = binary.AppendUvarint(b, uint64(c.last)-first)
		b = binary.AppendUvarint(b, uint64(len(p.gaps)))
	}
	b = binary.AppendUvarint(b, uint64(len(p.pos)))
	return append(append(append(b, p.gaps...), p.marks...), p.pos...)
}

// sorted are the terms' numbers in the order of their bytes. The first eight
// bytes as a number decide nearly always.
func (m *merger) sorted() []uint32 {
	type entry struct {
		key uint64
		id  uint32
	}
	entries := make([]entry, len(m.terms))
	for i, t := range m.terms {
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
		return strings.Compare(m.terms[x.id], m.terms[y.id])
	})
	out := make([]uint32, len(entries))
	for i, e := range entries {
		out[i] = e.id
	}
	return out
}
