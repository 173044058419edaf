package search

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// shardBytes is where a shard is closed; only a term in very many documents makes
// a larger one. A query loads one or two for each word, of which its own postings
// are little: twice as much here lets it load a quarter more before anything is
// seen, and saves one file in ten.
const shardBytes = 6 << 10

// The form of a term's postings, in the two low bits of its entry's first
// number; the rest of it is the number of documents.
//
// A form with positions is a further value: readers refuse what they do not
// know.
const (
	formGaps   = 0 // gaps between documents, then marks, one byte each
	formBitmap = 1 // documents as bits, then the marks that are not usual
)

// bitmapLeast is the number of documents from which a term that a great part
// of them has is written as bits.
const bitmapLeast = 256

// chunkBytes is where a chunk of positions is closed. A query loads one for
// each word, as long as the word is not very common, or the best documents'
// of those that are.
const chunkBytes = 4 << 10

// shardWriter collects terms into one shard:
//
//	number of chunks of positions; for each the six bytes of its name, and where
//	  it begins: the number of the term less that of the chunk before, and the
//	  number of that term's documents that chunks before it have
//	number of terms
//	for each term: length shared with the term before, length of the rest, the
//	  rest, documents<<2 | form, length of its postings
//	the postings, one after the other: in their form, then for each with a
//	  strong mark the document's prior, and for each the words of its title
//
// A chunk has a list of positions for each document of each term that has
// positions, one after the other in the order of the shard; see hasPositions,
// tooCommon and positionsEnd.
//
// All numbers are base-128 varints, least digit first.
type shardWriter struct {
	// putChunk writes a chunk of positions and gives its name.
	putChunk   func(data []byte) ([6]byte, error)
	chunk      []byte // that is open
	chunks     []byte // those that are closed
	nchunks    int
	at, before chunkStart // of the open chunk, and of the last that is closed

	dict, data []byte
	terms      int
	last, out  []byte
	list       list
	docs       int // of the whole index
}

// full tells whether a term whose postings take about n bytes should go to the
// next shard.
func (w *shardWriter) full(n int) bool {
	return w.terms > 0 && len(w.dict)+len(w.data)+n > shardBytes
}

// chunkStart is where a chunk begins: a term of the shard, and how many of its
// documents are in the chunks before.
type chunkStart struct{ term, doc int }

// add appends a term. rows are the priors and the lengths of titles of its
// documents that have a strong mark.
func (w *shardWriter) add(term []byte, p *postings, rows []byte) error {
	w.dict = appendShared(w.dict, w.last, term)
	w.last = append(w.last[:0], term...)
	n, form, size := len(p.marks), formGaps, len(w.data)
	if n >= bitmapLeast && n > w.docs/8 {
		form = formBitmap
		w.list.decode(p)
		w.data = appendBitmap(w.data, &w.list)
	} else {
		w.data = append(append(w.data, p.gaps...), p.marks...)
	}
	w.data = append(w.data, rows...)
	w.dict = binary.AppendUvarint(w.dict, uint64(n)<<2|uint64(form))
	w.dict = binary.AppendUvarint(w.dict, uint64(len(w.data)-size))
	w.terms++
	if hasPositions(term) && !tooCommon(n, w.docs) {
		return w.positions(p)
	}
	return nil
}

// positions appends a term's positions to the open chunk, and closes that as
// soon as it is full.
func (w *shardWriter) positions(p *postings) error {
	if len(w.chunk)+len(p.pos) <= chunkBytes {
		w.begin(0)
		w.chunk = append(w.chunk, p.pos...)
		return nil
	}
	at := 0
	for i := range p.marks {
		end := positionsEnd(p.pos, at)
		if end < 0 {
			return errors.New("positions are damaged")
		}
		if len(w.chunk)+end-at > chunkBytes {
			if err := w.closeChunk(); err != nil {
				return err
			}
		}
		w.begin(i)
		w.chunk = append(w.chunk, p.pos[at:end]...)
		at = end
	}
	return nil
}

// begin notes where the open chunk begins, if it is empty.
func (w *shardWriter) begin(doc int) {
	if len(w.chunk) == 0 {
		w.at = chunkStart{w.terms - 1, doc}
	}
}

func (w *shardWriter) closeChunk() error {
	if len(w.chunk) == 0 {
		return nil
	}
	id, err := w.putChunk(w.chunk)
	if err != nil {
		return err
	}
	w.chunks = append(w.chunks, id[:]...)
	w.chunks = binary.AppendUvarint(w.chunks, uint64(w.at.term-w.before.term))
	w.chunks = binary.AppendUvarint(w.chunks, uint64(w.at.doc))
	w.nchunks++
	w.before = w.at
	w.chunk = w.chunk[:0]
	return nil
}

// take is the finished shard, until the next is taken; the writer begins that.
func (w *shardWriter) take() ([]byte, error) {
	if err := w.closeChunk(); err != nil {
		return nil, err
	}
	w.out = binary.AppendUvarint(w.out[:0], uint64(w.nchunks))
	w.out = append(w.out, w.chunks...)
	w.out = binary.AppendUvarint(w.out, uint64(w.terms))
	w.out = append(append(w.out, w.dict...), w.data...)
	w.dict, w.data, w.last, w.terms = w.dict[:0], w.data[:0], w.last[:0], 0
	w.chunks, w.nchunks, w.before = w.chunks[:0], 0, chunkStart{}
	return w.out, nil
}

// appendShared writes a term as the length of what it shares with the one
// before, and the rest.
func appendShared[A, B string | []byte](b []byte, before A, term B) []byte {
	shared := commonPrefix(before, term)
	return appendBytes(binary.AppendUvarint(b, uint64(shared)), term[shared:])
}

func commonPrefix[A, B string | []byte](a A, b B) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func appendGaps(b []byte, l *list) []byte {
	last := uint32(0)
	for _, doc := range l.docs {
		b = binary.AppendUvarint(b, uint64(doc-last))
		last = doc
	}
	return append(b, l.marks...)
}

// fewApart is how many postings that are not strong are written apart, at most,
// from a bitmap: those of the highest levels.
const fewApart = 1024

// appendBitmap writes the first document, the number of bytes of the bitmap and
// these (low bit first), the usual mark, and the postings with marks worth more
// than usual as their number, then gaps, then marks. That a common word says
// little more or less of a text than usual says nothing: such levels are given
// up.
func appendBitmap(b []byte, l *list) []byte {
	first := l.docs[0]
	size := int(l.docs[len(l.docs)-1]-first)/8 + 1
	b = binary.AppendUvarint(b, uint64(first))
	b = binary.AppendUvarint(b, uint64(size))
	at := len(b)
	b = append(b, make([]byte, size)...)
	for _, doc := range l.docs {
		b[at+int(doc-first)/8] |= 1 << ((doc - first) % 8)
	}
	usual, least := usualMark(l.marks)
	b = append(b, usual)
	rest := &list{}
	for i, m := range l.marks {
		if m != usual && ((m|usual)&strong != 0 || m>>levelShift >= least) {
			rest.docs, rest.marks = append(rest.docs, l.docs[i]), append(rest.marks, m)
		}
	}
	return appendGaps(binary.AppendUvarint(b, uint64(len(rest.docs))), rest)
}

// usualMark is the mark of most postings, or else that in the middle of those
// that are not strong, and the level from which they are written apart: higher
// than usual, and of few.
func usualMark(marks []byte) (usual, least byte) {
	var n [256]int
	weak := 0
	for _, m := range marks {
		n[m]++
		if m&strong == 0 {
			weak++
		}
	}
	few := min(len(marks)/8, fewApart)
	sum := 0 // of postings that are not strong, and of this level or more
	least = levels
	for level := levels - 1; level > 0 && 2*sum < weak; level-- {
		usual = byte(level) << levelShift
		if sum += n[usual]; sum <= few {
			least = byte(level)
		}
	}
	for m := range n {
		if n[m] > len(marks)/2 {
			usual = byte(m)
		}
	}
	return usual, least
}

// popcount is the number of documents in a bitmap.
func popcount(b []byte) int {
	n := 0
	for _, c := range b {
		n += bits.OnesCount8(c)
	}
	return n
}
