package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"callboard/internal/digest"
)

// An encoded group is some hundred documents merged, in a form that lets Write
// put the groups together by copying bytes:
//
//	groupMagic
//	checksum of all that follows, and the length of the head: 4 bytes each,
//	  least byte first
//	the head:
//	  the group's key, 32 bytes
//	  number of classes; for each the kind and the language (length and bytes)
//	    and the prior
//	  number of documents; for each its class and, in a byte, its length
//	  number of fragments; for each the six bytes of its name and its documents
//	  number of terms
//	the terms in the order of their bytes, for each:
//	  length shared with the term before, length of the rest, the rest
//	  number of documents, less one
//	  the first document
//	  if there are more: the last less the first, the length of the gaps, and
//	    the gaps from document to document
//	  the length of the positions
//	  the marks, a byte each
//	  the positions, a list for each document
//
// Numbers are base-128 varints unless said otherwise; documents are numbered
// within the group. Gaps and marks are as in a shard (see formGaps), but for
// the first document, which has another number in the index.
//
// Whatever the bytes of a store are, they give an error and not a panic. Damage
// is found by the checksum before anything is used, and the group of another
// key by the key; that the terms are as said here is checked as they are
// merged.
const (
	groupMagic   = "cbg3"
	groupPrelude = len(groupMagic) + 8
)

// Limits of an encoded group.
const (
	maxGroupDocs = maxDocs
	maxGroupHead = 256 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// group is a group that is ready to be merged: its head, and where its terms
// are.
type group struct {
	key     digest.Sum // zero if nothing is known of a part
	classes []docClass
	rows    []groupRow
	frags   []fragment // without data
	nterms  int
	terms   *io.SectionReader
}

// groupRow is a row whose class is one of the group's, of which there may be
// more than an index has.
type groupRow struct {
	class  uint32
	length byte
}

func (g *group) docs() int { return len(g.rows) }

// appendHead writes the head.
func (g *group) appendHead(b []byte) []byte {
	b = append(b, g.key[:]...)
	b = binary.AppendUvarint(b, uint64(len(g.classes)))
	for _, c := range g.classes {
		b = append(appendBytes(appendBytes(b, c.kind), c.lang), c.prior)
	}
	b = binary.AppendUvarint(b, uint64(len(g.rows)))
	for _, r := range g.rows {
		b = append(binary.AppendUvarint(b, uint64(r.class)), r.length)
	}
	b = binary.AppendUvarint(b, uint64(len(g.frags)))
	for _, f := range g.frags {
		b = append(b, f.id[:]...)
		b = binary.AppendUvarint(b, uint64(f.docs))
	}
	return binary.AppendUvarint(b, uint64(g.nterms))
}

// seal puts the prelude before a head and terms, which begin after room for it.
func seal(b []byte, head int) []byte {
	copy(b, groupMagic)
	binary.LittleEndian.PutUint32(b[len(groupMagic)+4:], uint32(head))
	binary.LittleEndian.PutUint32(b[len(groupMagic):], crc32.Checksum(b[len(groupMagic)+4:], castagnoli))
	return b
}

// openGroup reads the head of a group, after it has compared the checksum.
func openGroup(s *io.SectionReader) (*group, error) {
	var prelude [groupPrelude]byte
	if _, err := s.ReadAt(prelude[:], 0); err != nil {
		return nil, fmt.Errorf("search: group: %w", err)
	}
	if string(prelude[:len(groupMagic)]) != groupMagic {
		return nil, errors.New("search: group: not a group of this version")
	}
	if err := checkSum(s, binary.LittleEndian.Uint32(prelude[len(groupMagic):])); err != nil {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint32(prelude[len(groupMagic)+4:]))
	at := int64(groupPrelude)
	if size > maxGroupHead || size > s.Size()-at {
		return nil, fmt.Errorf("search: group: a head of %d bytes", size)
	}
	head := make([]byte, size)
	if _, err := s.ReadAt(head, at); err != nil && err != io.EOF {
		return nil, fmt.Errorf("search: group: %w", err)
	}
	g, err := decodeHead(head)
	if err != nil {
		return nil, err
	}
	at += size
	g.terms = io.NewSectionReader(s, at, s.Size()-at)
	return g, nil
}

// checkSum reads all of a group but what stands before the length of its head.
func checkSum(s *io.SectionReader, want uint32) error {
	at := int64(len(groupMagic) + 4)
	rest := s.Size() - at
	buf := make([]byte, min(rest, 64<<10))
	var sum uint32
	for rest > 0 {
		b := buf[:min(rest, int64(len(buf)))]
		n, err := s.ReadAt(b, at)
		if n < len(b) {
			return fmt.Errorf("search: group: %w", err)
		}
		sum = crc32.Update(sum, castagnoli, b)
		at, rest = at+int64(n), rest-int64(n)
	}
	if sum != want {
		return errors.New("search: group: damaged")
	}
	return nil
}

func decodeHead(b []byte) (*group, error) {
	d := decoder{b: b}
	g := &group{}
	copy(g.key[:], d.take(len(g.key)))
	for range d.count(maxGroupDocs) {
		c := docClass{kind: string(d.bytes()), lang: string(d.bytes())}
		c.prior = d.byte()
		g.classes = append(g.classes, c)
	}
	g.rows = make([]groupRow, d.count(maxGroupDocs))
	for i := range g.rows {
		g.rows[i].class = uint32(d.below(len(g.classes)))
		g.rows[i].length = d.byte()
	}
	docs := 0
	for range d.count(maxGroupDocs) {
		f := fragment{id: [6]byte(d.array6()), docs: d.below(maxFragmentDocs + 1)}
		docs += f.docs
		g.frags = append(g.frags, f)
	}
	g.nterms = d.below(math.MaxInt32)
	if d.bad || len(d.b) > 0 || docs != len(g.rows) {
		return nil, fmt.Errorf("search: group: a damaged head, %d bytes left of %d", len(d.b), len(b))
	}
	return g, nil
}
