package build

import (
	"encoding/binary"
	"slices"

	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/output"
	"callboard/internal/site"
)

// entityRecord is what planning one entity came to, and what was looked at for
// it. While that is as it was, nothing of the entity is planned.
type entityRecord struct {
	ref    entity.Ref
	search digest.Sum // of its document for the search index; zero if it has none
	line   digest.Sum // key of its line of catalog.json
	looks  []look
	uses   []digest.Sum // what else the pack has for it
	made   []output.Made
}

// look is one subject that was looked at, by its number.
type look struct {
	subject int
	looks   site.Look
}

// encode writes a record: its digests, what was looked at, what it uses, what
// was made.
func (r *entityRecord) encode() []byte {
	b := append(append([]byte(nil), r.search[:]...), r.line[:]...)
	b = binary.AppendUvarint(b, uint64(len(r.looks)))
	for _, l := range r.looks {
		b = append(binary.AppendUvarint(b, uint64(l.subject)), byte(l.looks))
	}
	return appendMade(appendSums(b, r.uses), r.made)
}

func decodeRecord(b []byte) (entityRecord, bool) {
	d := recordReader{b: b}
	r := entityRecord{search: d.sum(), line: d.sum()}
	n := d.count()
	r.looks = make([]look, 0, n)
	for range n {
		r.looks = append(r.looks, look{d.number(), site.Look(d.byte())})
	}
	r.uses, r.made = d.sums(), d.made()
	return r, !d.bad && len(d.b) == 0
}

func appendSums(b []byte, sums []digest.Sum) []byte {
	b = binary.AppendUvarint(b, uint64(len(sums)))
	for _, k := range sums {
		b = append(b, k[:]...)
	}
	return b
}

func (d *recordReader) sums() []digest.Sum {
	n := d.count()
	out := make([]digest.Sum, 0, n)
	for range n {
		out = append(out, d.sum())
	}
	return out
}

func appendMade(b []byte, made []output.Made) []byte {
	size := binary.MaxVarintLen64
	for _, m := range made {
		size += binary.MaxVarintLen16 + len(m.Path) + len(m.Key)
	}
	b = binary.AppendUvarint(slices.Grow(b, size), uint64(len(made)))
	for _, m := range made {
		b = append(binary.AppendUvarint(b, uint64(len(m.Path))), m.Path...)
		b = append(b, m.Key[:]...)
	}
	return b
}

func (d *recordReader) made() []output.Made {
	n := d.count()
	out := make([]output.Made, 0, n)
	for range n {
		out = append(out, output.Made{Path: d.string(), Key: d.sum()})
	}
	return out
}

// recordReader reads what encode wrote. After the end of its bytes it gives
// zeros and is bad.
type recordReader struct {
	b   []byte
	bad bool
}

func (d *recordReader) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.bad, d.b = true, nil
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *recordReader) number() int {
	n, used := binary.Uvarint(d.b)
	if used <= 0 || n > 1<<40 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[used:]
	return int(n)
}

// count is a number of things to come, each of a byte at least.
func (d *recordReader) count() int {
	n := d.number()
	if n > len(d.b) {
		d.bad = true
		return 0
	}
	return n
}

func (d *recordReader) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *recordReader) string() string { return string(d.take(d.number())) }

func (d *recordReader) sum() (s digest.Sum) {
	copy(s[:], d.take(len(s)))
	return s
}
