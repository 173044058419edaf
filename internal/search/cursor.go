package search

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// maxTermHead is what a term takes in a group at most, without its gaps and
// flags: eight numbers and the term.
const maxTermHead = 8*binary.MaxVarintLen64 + maxTermBytes

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
	term        []byte
	key         uint64 // the term's first eight bytes as a number, in their order
	done        bool   // there is no term any more
	first, last uint32
	n, gaps     int // documents; bytes of the gaps
	pos         int // bytes of the positions
}

func newCursor(g *group, base uint32) *cursor {
	return &cursor{src: g.terms, base: base, docs: uint32(g.docs()), left: g.nterms}
}

// open goes to the first term. The buffer has the given size, or what a term
// needs.
func (c *cursor) open(size int) error {
	c.buf = make([]byte, max(size, 2*maxTermHead))
	c.term = make([]byte, 0, maxTermBytes)
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
		return c.finish()
	}
	c.left--
	if c.end-c.at < maxTermHead {
		if err := c.fill(maxTermHead); err != nil {
			return err
		}
	}
	b := c.buf[:c.end]
	shared, at := number(b, c.at)
	size, at := number(b, at)
	if size == 0 || size > uint64(len(b)-at) || shared > uint64(len(c.term)) || shared+size > maxTermBytes {
		return c.damaged("a term of another size")
	}
	if shared < uint64(len(c.term)) && b[at] <= c.term[shared] {
		return c.damaged("a term out of order")
	}
	from := at
	at += int(size)
	c.setTerm(append(c.term[:shared], b[from:at]...))
	return c.head(b, at)
}

func (c *cursor) setTerm(term []byte) {
	c.term = term
	if len(term) < 8 {
		clear(term[len(term):8])
	}
	c.key = binary.BigEndian.Uint64(term[:8])
}

// finish notes that the last term is behind.
func (c *cursor) finish() error {
	c.done, c.key = true, math.MaxUint64
	if c.at < c.end || c.off < c.src.Size() {
		return c.damaged("more bytes")
	}
	return nil
}

// head reads the numbers of a term's postings, from b at at.
func (c *cursor) head(b []byte, at int) error {
	docs := uint64(c.docs)
	n, at := number(b, at)
	first, at := number(b, at)
	span, gaps := uint64(0), uint64(0)
	if n > 0 {
		span, at = number(b, at)
		gaps, at = number(b, at)
	}
	pos, at := number(b, at)
	if n >= docs || first >= docs || span >= docs-first || gaps > n*binary.MaxVarintLen32 || pos > maxGroupHead {
		return c.damaged("a number too large")
	}
	c.at, c.n, c.gaps, c.pos = at, int(n)+1, int(gaps), int(pos)
	c.first, c.last = uint32(first), uint32(first+span)
	return nil
}

// number reads a number of b and gives the place behind it. A number that is
// damaged or cut off is larger than any.
func number(b []byte, at int) (v uint64, next int) {
	if at < len(b) && b[at] < 0x80 {
		return uint64(b[at]), at + 1
	}
	return longNumber(b, at)
}

func longNumber(b []byte, at int) (v uint64, next int) {
	v, n := binary.Uvarint(b[min(at, len(b)):])
	if n <= 0 {
		return math.MaxUint64, len(b)
	}
	return v, at + n
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
	for c.end-c.at < n {
		b = append(b, c.buf[c.at:c.end]...)
		n -= c.end - c.at
		c.at = c.end
		if err := c.fill(1); err != nil {
			return b, err
		}
		if c.at == c.end {
			return b, c.damaged("the end")
		}
	}
	b = append(b, c.buf[c.at:c.at+n]...)
	c.at += n
	return b, nil
}

// take appends the term's postings to p, and those that are strong to s.
func (c *cursor) take(p *postings, s *list) error {
	first := c.base + c.first
	p.gaps = binary.AppendUvarint(p.gaps, uint64(first-p.last))
	from, at := len(p.marks), len(p.gaps)
	var err error
	if p.gaps, err = c.appendNext(p.gaps, c.gaps); err != nil {
		return err
	}
	if p.marks, err = c.appendNext(p.marks, c.n); err != nil {
		return err
	}
	if p.pos, err = c.appendNext(p.pos, c.pos); err != nil {
		return err
	}
	p.last = c.base + c.last
	if !s.addStrong(first, p.last, p.gaps[at:], p.marks[from:]) {
		return c.damaged("documents out of order")
	}
	return nil
}

// addStrong appends the documents that have strong marks. False if the
// documents do not rise from the first to the last.
func (l *list) addStrong(first, last uint32, gaps, marks []byte) bool {
	if !anyStrong(marks) {
		n, span := sumGaps(gaps)
		return n == len(marks)-1 && span == uint64(last-first)
	}
	doc, at := uint64(first), 0
	for i, m := range marks {
		if i > 0 {
			var gap uint64
			if gap, at = number(gaps, at); gap == 0 || gap > uint64(last) {
				return false
			}
			doc += gap
		}
		if m&strong != 0 {
			l.docs = append(l.docs, uint32(doc))
			l.marks = append(l.marks, m&strong)
		}
	}
	return doc == uint64(last) && at == len(gaps)
}

// Eight bytes at a time.
const (
	eachByte  = 0x0101010101010101
	highBits  = 0x80 * eachByte
	evenBytes = 0x00ff00ff00ff00ff
)

// anyStrong tells whether there are strong marks.
func anyStrong(marks []byte) bool {
	for ; len(marks) >= 8; marks = marks[8:] {
		if binary.LittleEndian.Uint64(marks)&(uint64(strong)*eachByte) != 0 {
			return true
		}
	}
	for _, m := range marks {
		if m&strong != 0 {
			return true
		}
	}
	return false
}

// sumGaps is the number of gaps and their sum; -1 if one is zero or no number.
// Most take one byte.
func sumGaps(gaps []byte) (n int, sum uint64) {
	for at := 0; at < len(gaps); {
		if at+8 <= len(gaps) {
			x := binary.LittleEndian.Uint64(gaps[at:])
			if x&highBits == 0 && (x-eachByte)&highBits == 0 {
				pairs := x&evenBytes + x>>8&evenBytes
				sum += pairs * (eachByte & evenBytes) >> 48
				n, at = n+8, at+8
				continue
			}
		}
		gap, next := number(gaps, at)
		if gap == 0 || gap > maxDocs {
			return -1, 0
		}
		n, at, sum = n+1, next, sum+gap
	}
	return n, sum
}

// beforeSame tells whether the cursor's term comes before that of o, which has
// the same key; if the terms are equal, whether its group does.
func (c *cursor) beforeSame(o *cursor) bool {
	if c.done || o.done {
		return o.done && !c.done
	}
	order := 0
	if len(c.term) > 8 && len(o.term) > 8 {
		order = bytes.Compare(c.term[8:], o.term[8:])
	} else {
		order = len(c.term) - len(o.term) // what is beyond a term's end is zero
	}
	return order < 0 || order == 0 && c.base < o.base
}
