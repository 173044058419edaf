package search

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxTermHead is what a term takes in a group at most, without its gaps and
// flags: seven numbers and the term.
const maxTermHead = 7*binary.MaxVarintLen64 + maxTermBytes

// cursor stands at a term of a group. It reads the group through a buffer of
// its own, so that hundreds of groups are merged in little memory.
type cursor struct {
	src  *io.SectionReader
	base uint32 // number in the index of the first document
	docs uint32
	left int // terms after this one

	buf     []byte
	at, end int   // what is buffered and not read
	off     int64 // of the source, to be buffered next

	// The term at hand, and its postings until they are taken.
	key         uint64 // see firstBytes
	term        []byte
	done        bool // there is no term any more
	first, last uint32
	n, gaps     int // documents; bytes of the gaps
}

func newCursor(g *group, base uint32) *cursor {
	return &cursor{src: g.terms, base: base, docs: uint32(g.docs()), left: g.nterms}
}

// open goes to the first term. The buffer has the given size, or what a term
// needs.
func (c *cursor) open(size int) error {
	c.buf = make([]byte, max(size, maxTermHead))
	return c.next()
}

// damaged is the error of a group that is not as groupMagic says. Its checksum
// was right: it was made so, or has changed since.
func (c *cursor) damaged(what string) error {
	return fmt.Errorf("a group of %d documents is damaged: %s after %q", c.docs, what, c.term)
}

// next goes to the next term. The postings of this one must have been taken.
func (c *cursor) next() error {
	if c.left == 0 {
		c.done = true
		if c.at < c.end || c.off < c.src.Size() {
			return c.damaged("more bytes")
		}
		return nil
	}
	c.left--
	if err := c.fill(maxTermHead); err != nil {
		return err
	}
	d := decoder{b: c.buf[c.at:c.end]}
	shared, rest := d.below(len(c.term)+1), d.bytes()
	if d.bad || len(rest) == 0 || shared < len(c.term) && rest[0] <= c.term[shared] {
		return c.damaged("a term out of order")
	}
	c.term = append(c.term[:shared], rest...)
	if len(c.term) > maxTermBytes || !utf8.Valid(c.term) {
		return c.damaged("a term that is none")
	}
	c.key = firstBytes(c.term)
	c.head(&d)
	if d.bad {
		return c.damaged("a number too large")
	}
	c.at = c.end - len(d.b)
	return nil
}

// head reads the numbers of a term's postings.
func (c *cursor) head(d *decoder) {
	docs := int(c.docs)
	c.n = d.below(docs) + 1
	c.first = uint32(d.below(docs))
	c.last, c.gaps = c.first, 0
	if c.n > 1 {
		c.last += uint32(d.below(docs - int(c.first)))
		c.gaps = d.below(c.n * binary.MaxVarintLen32)
	}
}

// fill buffers n bytes, or all there are.
func (c *cursor) fill(n int) error {
	if c.end-c.at >= n || c.off == c.src.Size() {
		return nil
	}
	c.end = copy(c.buf, c.buf[c.at:c.end])
	c.at = 0
	room := c.buf[c.end:]
	room = room[:min(int64(len(room)), c.src.Size()-c.off)]
	m, err := c.src.ReadAt(room, c.off)
	if m < len(room) {
		return fmt.Errorf("read a group: %w", err)
	}
	c.end, c.off = c.end+m, c.off+int64(m)
	return nil
}

// appendNext appends the next n bytes of the source to b.
func (c *cursor) appendNext(b []byte, n int) ([]byte, error) {
	for n > 0 {
		if c.at == c.end {
			if err := c.fill(1); err != nil {
				return b, err
			}
		}
		m := min(n, c.end-c.at)
		if m == 0 {
			return b, c.damaged("the end")
		}
		b = append(b, c.buf[c.at:c.at+m]...)
		c.at, n = c.at+m, n-m
	}
	return b, nil
}

// take appends the term's postings to p, and those that are strong to s.
func (c *cursor) take(p *postings, s *list) error {
	p.gaps = binary.AppendUvarint(p.gaps, uint64(c.base+c.first-p.last))
	from, at := len(p.flags), len(p.gaps)
	var err error
	if p.gaps, err = c.appendNext(p.gaps, c.gaps); err != nil {
		return err
	}
	if p.flags, err = c.appendNext(p.flags, c.n); err != nil {
		return err
	}
	p.last = c.base + c.last
	if !s.strong(c.base+c.first, p.last, p.gaps[at:], p.flags[from:]) {
		return c.damaged("documents out of order")
	}
	return nil
}

// strong appends the documents that have strong flags. False if the documents
// do not rise from the first to the last.
func (l *list) strong(first, last uint32, gaps, flags []byte) bool {
	d := decoder{b: gaps}
	doc := uint64(first)
	for i, f := range flags {
		if i > 0 {
			gap := d.uvarint()
			if gap == 0 || gap > uint64(last) {
				return false
			}
			doc += gap
		}
		if f&strong != 0 {
			l.docs = append(l.docs, uint32(doc))
			l.flags = append(l.flags, f&strong)
		}
	}
	return doc == uint64(last) && len(d.b) == 0 && !d.bad
}

// before tells whether the cursor's term comes first, or that of the earlier
// group if both have it.
func (c *cursor) before(o *cursor) bool {
	if c.done || o.done {
		return o.done && !c.done
	}
	if c.key != o.key {
		return c.key < o.key
	}
	if order := bytes.Compare(c.term, o.term); order != 0 {
		return order < 0
	}
	return c.base < o.base
}
