package codesearch

// The kinds of terms, in their highest byte.
const (
	inContent uint32 = iota << 24
	inPath
	inRepository
	inLanguage
)

func gram(kind uint32, s string) uint32 {
	return kind | uint32(s[0])<<16 | uint32(s[1])<<8 | uint32(s[2])
}

// mix spreads terms over the shards. It is a bijection (the finalizer of
// MurmurHash3), so that a shard need not hold the terms themselves.
func mix(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x85ebca6b
	x ^= x >> 13
	x *= 0xc2b2ae35
	return x ^ x>>16
}

// grams finds the terms of texts, each once. It is kept from one file to the
// next, since what it marks them in is large.
type grams struct {
	seen   []uint64 // a bit for each three bytes
	found  []uint32
	folded []byte
}

func newGrams() *grams { return &grams{seen: make([]uint64, 1<<24/64)} }

// of are the terms of a kind in the lines of a text.
func (g *grams) of(kind uint32, text []byte) []uint32 {
	g.found, g.folded = g.found[:0], appendFolded(g.folded[:0], text)
	v, run := uint32(0), 0
	for _, c := range g.folded {
		if c == '\n' {
			run = 0
			continue
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
	out := make([]uint32, len(g.found))
	for i, v := range g.found {
		g.seen[v/64] = 0
		out[i] = kind | v
	}
	return out
}
