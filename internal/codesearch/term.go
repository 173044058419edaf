package codesearch

import (
	"slices"
)

// The kinds of terms.
const (
	inContent uint32 = iota << 24
	inPath
	inRepository
	inLanguage
)

// term is what is looked for in the index: a few bytes of text, or a language.
type term struct {
	key uint32 // the term, mixed
	// weight tells how seldom the term is likely to be, from 0.
	weight int
}

// gram is the term of the first three bytes of s.
func gram(kind uint32, s string) term {
	return term{mix(kind | three(s)), rare[s[0]] + rare[s[1]] + rare[s[2]]}
}

// fourGram is the term of the first four bytes of s, in a content.
func fourGram(s string) term {
	return term{four(three(s), s[3]), 4 + rare[s[0]] + rare[s[1]] + rare[s[2]] + rare[s[3]]}
}

func three(s string) uint32 { return uint32(s[0])<<16 | uint32(s[1])<<8 | uint32(s[2]) }

// four is the key of four bytes, of which the first three are given. Others may
// have it too, seldom.
func four(v uint32, c byte) uint32 { return mix(mix(v)*31 + uint32(c) + 1) }

// frequent tells whether three bytes are so frequent in code that four that begin
// so are terms, too.
func frequent(v uint32) bool {
	return rare[byte(v>>16)]+rare[byte(v>>8)]+rare[byte(v)] <= frequentWeight
}

// frequentWeight is that weight up to which three bytes are frequent.
const frequentWeight = 1

// rare weighs bytes by how seldom they are in code, roughly.
var rare = func() (w [256]int) {
	for i := range w {
		w[i] = 3
	}
	for _, c := range []byte(" etaoinsr") {
		w[c] = 0
	}
	for _, c := range []byte("lcdupmfg\t") {
		w[c] = 1
	}
	for _, c := range []byte("hybv._()\",=:/-") {
		w[c] = 2
	}
	return w
}()

// languageTerm is the term of a language.
func languageTerm(id int) term { return term{mix(inLanguage | uint32(id)), -1} }

// mix spreads terms over the shards. It is a bijection (the finalizer of
// MurmurHash3).
func mix(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x85ebca6b
	x ^= x >> 13
	x *= 0xc2b2ae35
	return x ^ x>>16
}

// grams finds the keys of texts, each once. It is kept from one file to the
// next, since what it marks them in is large.
type grams struct {
	seen   []uint64 // a bit for each three bytes
	found  []uint32
	fours  []uint32
	folded []byte
}

func newGrams() *grams { return &grams{seen: make([]uint64, 1<<24/64)} }

// of are the keys of the terms of a kind in the lines of a text.
func (g *grams) of(kind uint32, text []byte) []uint32 {
	g.found, g.fours, g.folded = g.found[:0], g.fours[:0], appendFolded(g.folded[:0], text)
	v, run := uint32(0), 0
	for _, c := range g.folded {
		if c == '\n' {
			run = 0
			continue
		}
		if kind == inContent && run >= 3 && frequent(v) {
			g.fours = append(g.fours, four(v, c))
		}
		v = v<<8&0xffffff | uint32(c)
		if run++; run < 3 {
			continue
		}
		if w, bit := v/64, uint64(1)<<(v%64); g.seen[w]&bit == 0 {
			g.seen[w] |= bit
			g.found = append(g.found, v)
		}
	}
	slices.Sort(g.fours)
	g.fours = slices.Compact(g.fours)
	out := make([]uint32, len(g.found), len(g.found)+len(g.fours))
	for i, v := range g.found {
		g.seen[v/64] = 0
		out[i] = mix(kind | v)
	}
	return append(out, g.fours...)
}
