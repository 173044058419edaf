package search

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// How much it says that words of a query stand together.
const (
	nearWeight      = 1.9  // of the words' idf, if one follows the other as in the query
	runWeight       = 0.6  // of the words' idf besides, if all of them follow each other so
	askedNear       = 0.5  // the same, in a question, where words of other use stand between
	maxNearDocs     = 1000 // the best documents, in which it is looked for
	maxFollowDocs   = 8000 // the best of which those that come after them may have words that follow each other
	maxNearChunks   = 14   // chunks of positions that are loaded for it
	pairNearChunks  = 24   // the same, of two words, whose other files are few
	fewNearChunks   = 4    // the same, if what comes first does so in any case
	leastNearChunks = 3    // the same, of many words that were corrected
	inTitleWeight   = 0.4  // of what it says that a title has the words, if it has no others
	wholeTitle      = 2    // that it has no others, before it is known how much of the query it is
	titleAndPlace   = 6    // that the rest of the query is what the document is also called, such as its set
	wrongNearChunks = 6    // fewer of them, for each word beyond two that was corrected
	farAhead        = 20   // score by which it does: only names give as much
	otherNear       = 0.75 // of other forms and completions, which were not asked for
	// Phrases are asked for on purpose and may take more.
	maxPhraseChunks = 40
)

// chunkOf is a chunk of positions, and where each list in it begins.
type chunkOf struct {
	data  []byte
	lists []uint32
}

// spots are the positions that some documents have, in a bounded number of
// chunks: first all that is wanted is noted, then it is loaded, then read.
type spots struct {
	r    *Reader
	most int
	want [][6]byte
}

// where is the chunk that has a list of positions, and the list's number in it.
func (s *shard) where(list int) (chunk, int, bool) {
	i := sort.Search(len(s.chunks), func(i int) bool { return s.chunks[i].first > list }) - 1
	if i < 0 {
		return chunk{}, 0, false
	}
	return s.chunks[i], list - s.chunks[i].first, true
}

// note wants the positions of the n-th document of a term.
func (p *spots) note(c candidate, n int) {
	h := c.shard.heads[c.at]
	if h.lists < 0 {
		return
	}
	if x, _, ok := c.shard.where(h.lists + n); ok && len(p.want) < p.most && !slices.Contains(p.want, x.id) {
		p.want = append(p.want, x.id)
	}
}

// noteAll wants the positions of words in documents. What matters more is noted
// first, as chunks are bounded.
func (p *spots) noteAll(docs []ranked, words []*sought) {
	for _, optional := range []bool{false, true} {
		for _, x := range docs {
			for _, w := range words {
				if w.optional == optional {
					w.each(x.doc, p.note)
				}
			}
		}
	}
}

// noteExact wants the positions of words as they were asked for.
func (p *spots) noteExact(docs []ranked, words []*sought) {
	for _, x := range docs {
		for _, w := range words {
			if n, ok := w.exactly(x.doc); ok {
				p.note(w.terms[0], n)
			}
		}
	}
}

// anyFollow tells whether two words that are as they were asked for follow each
// other in a document.
func (p *spots) anyFollow(words []*sought, doc uint32) bool {
	var before, at []uint32
	for i, w := range words {
		before, at = at, before[:0]
		if n, ok := w.exactly(doc); ok {
			at, _ = p.at(at, w.terms[0], n)
		}
		if i > 0 && nearness(before, at, w.at-words[i-1].at) == 1 {
			return true
		}
	}
	return false
}

func (p *spots) load() error {
	for _, id := range p.want {
		if p.r.chunks[id] != nil {
			continue
		}
		name := fileName("s/p/", id[:])
		data, err := readFile(p.r.fsys, name, maxShardBytes)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		c := &chunkOf{data: data}
		for at := 0; at < len(data); {
			c.lists = append(c.lists, uint32(at))
			if at = positionsEnd(data, at); at < 0 {
				return fmt.Errorf("search: %s: damaged positions", name)
			}
		}
		p.r.chunks[id] = c
	}
	return nil
}

// at appends the positions of the n-th document of a term; false if they are
// not known.
func (p *spots) at(out []uint32, c candidate, n int) ([]uint32, bool) {
	h := c.shard.heads[c.at]
	if h.lists < 0 {
		return out, false
	}
	x, i, ok := c.shard.where(h.lists + n)
	if !ok || !slices.Contains(p.want, x.id) {
		return out, false
	}
	k := p.r.chunks[x.id]
	if i >= len(k.lists) {
		return out, false
	}
	return appendPositions(out, k.data[k.lists[i]:]), true
}

// closer adds to the best documents what they get for words of the query that
// stand together, or in the title; to those that come after them, if words that
// are as they were asked for follow each other there. All others stay behind.
func (r *Reader) closer(order []ranked, words []*sought, asks bool) ([]ranked, error) {
	var placed []*sought
	for _, w := range words {
		if ok, err := w.place(r.meta.Docs); err != nil {
			return nil, err
		} else if ok {
			placed = append(placed, w)
		}
	}
	if len(words) < 2 {
		return order, nil
	}
	for _, w := range words {
		w.titles = r.idf(w.count(func(m byte) bool { return m&calls != 0 }))
		if w.of != nil && w.of.docs == nil {
			if _, err := w.of.place(r.meta.Docs); err != nil {
				return nil, err
			}
		}
	}
	best := order[:min(len(order), maxNearDocs)]
	rest := order[len(best):min(len(order), maxFollowDocs)]
	p := &spots{r: r, most: nearChunks(order, words)}
	if len(placed) > 1 {
		p.noteAll(best, placed)
		p.noteExact(rest, placed)
	}
	if err := p.load(); err != nil {
		return nil, err
	}
	for i, x := range best {
		best[i].score += thousandths(titled(x.doc, words) + p.together(placed, x.doc, asks))
	}
	for i, x := range rest {
		if p.anyFollow(placed, x.doc) {
			rest[i].score += thousandths(titled(x.doc, words) + p.together(placed, x.doc, asks))
		}
	}
	slices.SortFunc(order[:len(best)+len(rest)], byScore)
	return order, nil
}

// together is what a document gets for words that stand together, and besides, but
// in questions, if all of them follow each other as in the query.
func (p *spots) together(words []*sought, doc uint32, asks bool) float64 {
	weight, run := nearWeight, runWeight
	if asks {
		weight, run = askedNear, 0
	}
	var same, any, sameBefore, anyBefore []uint32
	sum, all, runs := 0.0, 0.0, true
	for k, b := range words {
		sameBefore, same, anyBefore, any = same, sameBefore[:0], any, anyBefore[:0]
		b.each(doc, func(c candidate, n int) {
			if c.weight == 1 {
				same, _ = p.at(same, c, n)
			} else {
				any, _ = p.at(any, c, n)
			}
		})
		any = append(any, same...)
		if k == 0 {
			continue
		}
		a := words[k-1]
		near := nearness(sameBefore, same, b.at-a.at)
		if a.inOneWord(b, doc) {
			near = 1
		}
		runs = runs && near == 1
		near = max(near, otherNear*nearness(anyBefore, any, b.at-a.at), a.inOneTitle(b, doc))
		sum += weight * near * (a.idf + b.idf)
		all += a.idf + b.idf
	}
	if runs {
		sum += run * all
	}
	return sum
}

func thousandths(x float64) int64 { return int64(x*1000 + 0.5) }

// inOneWord tells whether two words are parts of one that the document has: of
// camel case, the parts have no positions.
func (w *sought) inOneWord(x *sought, doc uint32) bool {
	there := false
	if w.of != nil && w.of == x.of {
		w.of.each(doc, func(candidate, int) { there = true })
	}
	return there
}

// inOneTitle is how near two words are for being in what the document is called:
// as near as words that follow each other in its text, less if they are forms or
// completions of what was asked for.
func (w *sought) inOneTitle(x *sought, doc uint32) float64 {
	if w.optional || x.optional {
		return 0
	}
	a, _, _ := w.calling(doc)
	b, _, _ := x.calling(doc)
	return min(a, b)
}

// nearChunks is how many chunks of positions are loaded to put documents in
// order. If the first is what was asked for by name, only what comes after it
// depends on them. Of many words with errors, which take more to be found, they
// tell less.
func nearChunks(order []ranked, words []*sought) int {
	if len(order) > 1 && order[0].score-order[1].score > 1000*farAhead {
		return fewNearChunks
	}
	wrong := 0
	for _, w := range words {
		if w.corrected {
			wrong++
		}
	}
	if len(words) == 2 && wrong == 0 {
		return pairNearChunks
	}
	return max(maxNearChunks-wrongNearChunks*max(wrong-2, 0), leastNearChunks)
}

// titled is what a document gets for the words of a query that are in its title
// or name, by how few others have them there: less the more else the title has,
// and the less of the query they are. What it is also called says where it is,
// such as the set of a page: of "get started with X", X need not be in the title.
func titled(doc uint32, words []*sought) float64 {
	sum, has, whole, n, besides, missing := 0.0, 0.0, 0.0, 0, 0, 0
	prior, length := 0.0, 1
	for _, w := range words {
		if w.optional {
			continue
		}
		whole += w.idf
		if in, l, i := w.calling(doc); in > 0 {
			prior, length = float64(l.priors[i])/100, max(int(l.titles[i]), 1)
			sum += in * w.titles
			has += in * w.idf
			n++
		} else if in := w.aside(doc); in > 0 {
			has += in * w.idf
			besides++
		} else {
			missing++
		}
	}
	if sum == 0 {
		return 0
	}
	sum *= inTitleWeight
	if n >= length {
		sum += wholeTitle
		if besides > 0 && missing == 0 {
			sum += titleAndPlace
		}
	}
	return sum * has / whole * min(1, float64(n)/float64(length)) * prior
}

// calls are the marks of a word that a document is called by.
const calls = inName | inTitle | markWhole

// count is the number of postings that test accepts the marks of.
func (w *sought) count(test func(mark byte) bool) int {
	n := 0
	for _, l := range w.docs {
		for _, m := range l.marks {
			if test(m) {
				n++
			}
		}
	}
	return n
}

// calling is the weight of the word in what the document is called, 0 if it is
// not in it, and a posting that says so.
func (w *sought) calling(doc uint32) (in float64, by *list, at int) {
	for i := range w.docs {
		l := &w.docs[i]
		if n, ok := slices.BinarySearch(l.docs, doc); ok && l.marks[n]&calls != 0 && w.terms[i].weight > in {
			in, by, at = w.terms[i].weight, l, n
		}
	}
	return in, by, at
}

// aside is the weight of the word in what the document is also called, 0 if it is
// not in it.
func (w *sought) aside(doc uint32) (in float64) {
	for i := range w.docs {
		l := &w.docs[i]
		if n, ok := slices.BinarySearch(l.docs, doc); ok && l.marks[n]&inAlias != 0 {
			in = max(in, w.terms[i].weight)
		}
	}
	return in
}

func byScore(a, b ranked) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
}

// place decodes the documents of a word's terms; false if none has positions.
func (w *sought) place(docs int) (bool, error) {
	any := false
	w.docs = w.docs[:0]
	for _, c := range w.terms {
		l, err := c.shard.list(c.at, docs)
		if err != nil {
			return false, err
		}
		w.docs = append(w.docs, *l)
		any = any || c.shard.heads[c.at].lists >= 0
	}
	return any, nil
}

// each calls fn with the terms of the word that the document has, and its number
// among theirs.
func (w *sought) each(doc uint32, fn func(c candidate, n int)) {
	for i, l := range w.docs {
		if n, ok := slices.BinarySearch(l.docs, doc); ok {
			fn(w.terms[i], n)
		}
	}
}

// exactly is the number of a document among those that have the word as it was
// asked for; false if it is none of them, or need not be.
func (w *sought) exactly(doc uint32) (int, bool) {
	if w.optional || len(w.terms) == 0 || w.terms[0].weight != 1 {
		return 0, false
	}
	return slices.BinarySearch(w.docs[0].docs, doc)
}

// nearness is how near two words come to each other in a document: 1 if one
// follows the other as it does in the query, gap words further on.
func nearness(a, b []uint32, gap int) float64 {
	best := 0.0
	for _, x := range a {
		for _, y := range b {
			d := int(y) - int(x)
			switch {
			case d == gap:
				return 1
			case d > 0 && d <= gap+1:
				best = max(best, 0.7)
			case -4 <= d && d <= 4:
				best = max(best, 0.2)
			case -10 <= d && d <= 10:
				best = max(best, 0.1)
			}
		}
	}
	return best
}

// verdict is what positions say of a phrase in a document.
type verdict byte

const (
	no verdict = iota
	yes
	perhaps // the text must be looked at
)

// verdicts tell which documents have all phrases as asked for.
func (r *Reader) verdicts(order []ranked, all []phrase) ([]verdict, error) {
	p := &spots{r: r, most: maxPhraseChunks}
	words := make([][]*sought, len(all))
	for i, ph := range all {
		for _, term := range ph.words {
			w := &sought{term: term}
			var err error
			if w.terms, err = r.find(string(cut([]byte(term))), 1); err != nil {
				return nil, err
			}
			if _, err := w.place(r.meta.Docs); err != nil {
				return nil, err
			}
			words[i] = append(words[i], w)
		}
	}
	for _, x := range order {
		for i := range all {
			if holdsAll(words[i], x.doc) {
				for _, w := range words[i] {
					w.each(x.doc, p.note)
				}
			}
		}
	}
	if err := p.load(); err != nil {
		return nil, err
	}
	out := make([]verdict, len(order))
	for n, x := range order {
		out[n] = yes
		for i, ph := range all {
			v := p.follow(words[i], x.doc)
			if ph.not && v != perhaps {
				v = yes - v
			}
			if v == no || out[n] == no {
				out[n] = no
			} else if v == perhaps {
				out[n] = perhaps
			}
		}
	}
	return out, nil
}

func holdsAll(words []*sought, doc uint32) bool {
	for _, w := range words {
		any := false
		w.each(doc, func(candidate, int) { any = true })
		if !any {
			return false
		}
	}
	return true
}

// follow tells whether words follow each other in a document.
func (p *spots) follow(words []*sought, doc uint32) verdict {
	if !holdsAll(words, doc) {
		return no
	}
	var starts []uint32
	known, first := true, true
	for i, w := range words {
		var at []uint32
		ok := false
		w.each(doc, func(c candidate, n int) { at, ok = p.at(at, c, n) })
		// A word as often as positions are kept may stand elsewhere, too.
		if !ok || len(at) >= maxPositions {
			known = false
			continue
		}
		for j := range at {
			at[j] -= uint32(i)
		}
		if first {
			starts, first = at, false
			continue
		}
		starts = slices.DeleteFunc(starts, func(x uint32) bool { return !slices.Contains(at, x) })
	}
	switch {
	case !first && len(starts) == 0:
		return no
	case known:
		return yes
	}
	return perhaps
}
