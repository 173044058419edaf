package search

import (
	"math"
	"math/bits"
)

// The flags of a posting in a segment: where in the document the term stands, and in two
// bits how often in its text.
const (
	inName    byte = 1 << iota // the entity's name
	inTitle                    // the title
	inAlias                    // a tag, the type, the kind, the crumb
	inHeading                  // a heading
	inBody                     // description or text
	isWhole                    // the term is the whole name or title; see wholeKey
	tfShift   = 6
)

// strong are the fields that prefixes are indexed for.
const strong = inName | inTitle | inAlias

// tfClass is the class of a count: 1, 2, 3 to 5, more.
func tfClass(n int) byte {
	switch {
	case n <= 1:
		return 0
	case n == 2:
		return 1
	case n <= 5:
		return 2
	}
	return 3
}

// lengthBounds are the least numbers of words of the sixteen classes of
// length.
var lengthBounds = [16]int{0, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096}

// lengthClass is the class of a text of n words.
func lengthClass(n int) byte {
	c := 15
	for lengthBounds[c] > n {
		c--
	}
	return byte(c)
}

// row is what the index keeps of each document in memory: its class (kind and
// prior) and in one byte the class of its length and the words of its title.
type row struct {
	class  byte
	length byte
}

// docClass is a kind and a language together with the factor, in hundredths,
// that scores of its documents are multiplied by.
type docClass struct {
	kind  string
	lang  string // one that has a stemmer
	prior byte
}

// prior puts an entity before the pages that are called like it, and what a
// portal is asked for most before the rest; hundredths. See Reader.score.
func prior(d *Doc) byte {
	p := 140
	switch d.Kind {
	case "docs":
		p = boosts[boostOf(d.Boost)]
	case "component", "system":
		p = 160
	case "api", "group", "domain":
		p = 155
	case "template":
		p = 145
	}
	p += 2 * bits.Len(uint(min(max(d.Links, 0), 1<<10-1))/2) // 2, 4, 8 … 512 links
	if fold(d.Lifecycle) == "deprecated" {
		p = p * 85 / 100
	}
	return byte(p)
}

// boosts are what pages may count, in hundredths: few, because each makes a class of
// documents; at most twice as much, so that what an author says for every page of a
// set outweighs no better answer elsewhere.
var boosts = [...]int{50, 71, 100, 141, 200}

// boostOf is the boost that is nearest, as a factor.
func boostOf(x float64) int {
	if !(x > 0) {
		x = 1
	}
	steps := math.Round(2 * math.Log2(x)) // of a root of two
	return 2 + int(min(max(steps, -2), 2))
}

// worth is what the text of a document counts, in hundredths: what puts entities
// before pages is that they are called so.
func (c docClass) worth() byte {
	if c.kind == "docs" {
		return c.prior
	}
	return min(c.prior, 100)
}
