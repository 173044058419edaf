package search

import "unicode/utf8"

// Positions are the numbers of a document's smallest words, from one, with a
// gap between its fields. A list of positions is the gaps from one to the next,
// the first from zero, each times two, plus one if another follows: all as
// varints. A single zero is a list without positions: the term stands in the
// document only as a part of camel case.

// hasPositions tells whether postings of the term have lists of positions: all
// but compounds, which are found by their parts, and terms that are no words.
func hasPositions(term []byte) bool {
	for _, c := range term {
		if c == '-' || c == '_' || c == '.' || c == filterMark[0] || c == alikeMark[0] {
			return false
		}
	}
	r, _ := utf8.DecodeLastRune(term)
	return r != utf8.MaxRune
}

// tooCommon tells whether so many of an index's documents have a word that its
// positions say little for what they weigh; phrases take it for any word, and
// look into the text.
func tooCommon(df, docs int) bool { return df >= bitmapLeast && df > docs*15/16 }

// positionsEnd is where the list of positions that begins at at ends; -1 if it
// does not.
func positionsEnd(b []byte, at int) int {
	for at < len(b) {
		more := b[at]&1 != 0
		for b[at] >= 0x80 {
			if at++; at == len(b) {
				return -1
			}
		}
		if at++; !more {
			return at
		}
	}
	return -1
}

// positions takes one list of positions as it stands.
func (d *decoder) positions() []byte {
	end := positionsEnd(d.b, 0)
	if end < 0 {
		d.fail()
		return nil
	}
	return d.take(end)
}

// appendPositions decodes the list of positions that b begins with.
func appendPositions(out []uint32, b []byte) []uint32 {
	d := decoder{b: b}
	at := uint32(0)
	for {
		v := d.uvarint()
		if v == 0 {
			return out
		}
		at += uint32(v >> 1)
		out = append(out, at)
		if v&1 == 0 {
			return out
		}
	}
}
