package search

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

const (
	// shortPrefix is the length of prefixes that are indexed if their terms go
	// beyond one shard.
	shortPrefix = 3
	// maxPrefixRunes is the length of the longest prefix that is indexed: beyond
	// shortPrefix, if its terms lie in more shards than a reader loads for them.
	// "serv" begins thousands of identifiers, and "service" stands after most.
	maxPrefixRunes = 8
)

// prefixes collects, while terms go by in order, the documents that have a word
// of a prefix in name, title or tags. A reader would have to load many shards to
// find them: "s" may begin a tenth of all terms.
type prefixes struct {
	docs   int // of the index
	open   []prefix
	levels [maxPrefixRunes]gathered
	list   postings
}

// prefix is one that the term before has.
type prefix struct {
	text  string
	shard int // in which its first term stands
}

// gathered is the documents of the open prefix of one length, without those
// that still stand at longer ones.
type gathered struct {
	marks   []byte // by document; zero for those that do not have the prefix
	touched []uint32
}

// collect adds the strong postings of a term.
func (p *prefixes) collect(term []byte, strong *list, shard int) {
	p.openAll(term, shard)
	g := &p.levels[len(p.open)-1]
	for i, doc := range strong.docs {
		g.add(doc, strong.marks[i])
	}
}

func (g *gathered) add(doc uint32, mark byte) {
	if g.marks[doc] == 0 {
		g.touched = append(g.touched, doc)
	}
	g.marks[doc] |= mark
}

// openAll opens the term's prefixes that are not open. Those that are open are
// prefixes of the term: end has been called.
func (p *prefixes) openAll(term []byte, shard int) {
	at := 0
	for n := 0; n < maxPrefixRunes && at < len(term); n++ {
		_, size := utf8.DecodeRune(term[at:])
		at += size
		if n < len(p.open) {
			continue
		}
		p.open = append(p.open, prefix{string(term[:at]), shard})
		if p.levels[n].marks == nil {
			p.levels[n].marks = make([]byte, p.docs)
		}
	}
}

// end closes the longest open prefix that next does not have and returns it,
// with its documents if its terms go beyond one shard. It returns "" when all
// open prefixes are next's.
func (p *prefixes) end(next []byte, shard int) (string, *postings) {
	last := len(p.open) - 1
	if last < 0 || next != nil && bytes.HasPrefix(next, []byte(p.open[last].text)) {
		return "", nil
	}
	x, g := p.open[last], &p.levels[last]
	p.open = p.open[:last]
	wanted := len(g.touched) > 0 && shard-x.shard >= furtherShards(last+1)
	if wanted {
		p.list.reset()
		slices.Sort(g.touched)
	}
	for _, doc := range g.touched {
		mark := g.marks[doc]
		g.marks[doc] = 0
		if wanted {
			p.list.add(doc, mark)
		}
		if last > 0 {
			p.levels[last-1].add(doc, mark)
		}
	}
	g.touched = g.touched[:0]
	if !wanted {
		return x.text, nil
	}
	return x.text, &p.list
}

// furtherShards is how many shards beside the first the terms of a prefix of so
// many letters lie in at least, if it is indexed.
func furtherShards(runes int) int {
	if runes <= shortPrefix {
		return maxShortShards
	}
	return maxPrefixShards
}
