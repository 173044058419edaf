package search

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"unicode/utf8"
)

// segmentMagic begins an encoded segment; its last character is the version,
// which is raised whenever Prepare gives other results for the same documents.
const segmentMagic = "cbs2"

// Limits of an encoded segment: what DecodeSegment takes in.
const (
	maxSegmentDocs = 1 << 20
	maxTermBytes   = 1024
)

// Segment is the tokenised documents of one group with the fragments that show
// them. It does not change and may be shared; its encoded form can be cached.
type Segment struct {
	classes []docClass
	rows    []row
	nterms  int
	terms   []byte // see preparer.encode
	frags   []fragment
}

// fragment is a file of documents as they are shown; see fragments.
type fragment struct {
	id   [6]byte
	docs int
	data []byte
}

// fragmentName is where a fragment lies, below data/.
func fragmentName(id [6]byte) string {
	return "s/f/" + hex.EncodeToString(id[:]) + ".bin"
}

// Docs is the number of documents.
func (s *Segment) Docs() int { return len(s.rows) }

// Fragments are the segment's files, by name below data/. A name is made of the
// file's content: what is there already need not be written again.
func (s *Segment) Fragments() iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, f := range s.frags {
			if !yield(fragmentName(f.id), f.data) {
				return
			}
		}
	}
}

// class is the number of c in the segment's list; kinds beyond the limit are
// taken together.
func (s *Segment) class(c docClass) byte {
	if len(c.kind) > maxTermBytes || len(s.classes) >= maxKinds-1 && !slices.Contains(s.classes, c) {
		c = docClass{"other", c.lang, 100}
	}
	i := slices.Index(s.classes, c)
	if i < 0 {
		i = len(s.classes)
		s.classes = append(s.classes, c)
	}
	return byte(i)
}

// Encode is the segment as bytes for a cache.
func (s *Segment) Encode() []byte {
	size := 64 + len(s.terms) + 2*len(s.rows)
	for _, f := range s.frags {
		size += len(f.data) + 16
	}
	b := append(make([]byte, 0, size), segmentMagic...)
	b = binary.AppendUvarint(b, uint64(len(s.classes)))
	for _, c := range s.classes {
		b = append(appendBytes(appendBytes(b, c.kind), c.lang), c.prior)
	}
	b = binary.AppendUvarint(b, uint64(len(s.rows)))
	for _, r := range s.rows {
		b = append(b, r.class, r.length)
	}
	b = binary.AppendUvarint(b, uint64(s.nterms))
	b = appendBytes(b, s.terms)
	b = binary.AppendUvarint(b, uint64(len(s.frags)))
	for _, f := range s.frags {
		b = append(b, f.id[:]...)
		b = binary.AppendUvarint(b, uint64(f.docs))
		b = appendBytes(b, f.data)
	}
	return b
}

func appendBytes[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// DecodeSegment reads what Encode wrote. Whatever the bytes are, it gives a
// segment that Builder.Add can take, or an error. The segment keeps b.
func DecodeSegment(b []byte) (*Segment, error) {
	d := decoder{b: b}
	if string(d.take(len(segmentMagic))) != segmentMagic {
		return nil, errors.New("search: decode segment: not a segment of this version")
	}
	s := &Segment{}
	for range d.count(maxKinds) {
		c := docClass{kind: string(d.bytes()), lang: string(d.bytes())}
		c.prior = d.byte()
		s.classes = append(s.classes, c)
	}
	for range d.count(maxSegmentDocs) {
		s.rows = append(s.rows, d.row(len(s.classes)))
	}
	s.nterms = d.count(len(b))
	s.terms = d.bytes()
	docs := 0
	for range d.count(maxSegmentDocs) {
		f := fragment{id: [6]byte(d.array6()), docs: d.count(maxFragmentDocs)}
		f.data = d.bytes()
		docs += f.docs
		s.frags = append(s.frags, f)
	}
	if d.bad || len(d.b) > 0 || docs != len(s.rows) {
		return nil, fmt.Errorf("search: decode segment: damaged, %d bytes left of %d", len(d.b), len(b))
	}
	if err := s.checkTerms(); err != nil {
		return nil, fmt.Errorf("search: decode segment: %w", err)
	}
	return s, nil
}

// row reads a row whose class is one of n.
func (d *decoder) row(n int) row {
	r := row{class: d.byte()}
	r.length = d.byte()
	if int(r.class) >= n {
		d.fail()
	}
	return r
}

// checkTerms walks the postings once, so that Add need not ask again.
func (s *Segment) checkTerms() error {
	d := decoder{b: s.terms}
	for i := range s.nterms {
		term := d.bytes()
		if len(term) == 0 || len(term) > maxTermBytes || !utf8.Valid(term) {
			return fmt.Errorf("term %d of %d bytes", i, len(term))
		}
		n, doc := d.uvarint(), uint64(0)
		if n == 0 || n > uint64(len(s.rows)) {
			return fmt.Errorf("term %d in %d documents", i, n)
		}
		for j := range n {
			gap := d.uvarint()
			if j > 0 && gap == 0 || gap >= uint64(len(s.rows)) {
				return fmt.Errorf("posting %d of term %d out of order", j, i)
			}
			doc += gap
			d.byte()
			d.positions()
			if d.bad || doc >= uint64(len(s.rows)) {
				return fmt.Errorf("posting %d of term %d beyond the last document", j, i)
			}
		}
	}
	if len(d.b) > 0 {
		return fmt.Errorf("%d bytes after the last term", len(d.b))
	}
	return nil
}
