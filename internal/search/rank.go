package search

import (
	"cmp"
	"slices"
)

// How the scores of a query come together.
const (
	partsWeight   = 0.6  // of the parts of a compound next to the whole
	nameBonus     = 30   // the query is the entity's name
	titleBonus    = 12   // the query is the title
	aliasBonus    = 7    // the query is one of its other names
	startOfWhole  = 0.35 // of these, if the query only begins it
	restOfWhole   = 0.15 // and the more the more of it is there
	meantWhole    = 0.8  // if it is so after a typing error is corrected
	softWords     = 3    // words of which one may be missing
	softShare     = 0.65 // of the words' idf that must be there then
	askedShare    = 0.15 // the same, in a question
	ownWeight     = 1.25 // of what the asker's own team has
	maxPhraseDocs = 200  // documents whose text is searched for phrases
	phraseBatch   = 20   // of these are loaded at once, by the browser
	maxLimit      = 1000
)

// Options of a search.
type Options struct {
	Limit, Offset int // Limit is 20 if zero, at most 1000
	// Owners are the references of the asker's own teams: what they own comes
	// before what is as good and another's.
	Owners []string
}

// Result is a page of hits, best first.
type Result struct {
	Hits []Hit
	// Total is the number of matching documents, at least if Partial.
	Total int
	// Partial: the last word has more completions than were followed, or there
	// are more documents than a phrase was looked for in.
	Partial bool
	// Loose: no document has all the words; these have some.
	Loose bool
	// Kinds is the number of matching documents by kind.
	Kinds map[string]int
	// Terms are the folded words that were looked for, without those that hold a
	// question together, Missing those that no document has.
	Terms, Missing []string
	// Corrected are words that no document has, or none together with the
	// others, and what was looked for instead.
	Corrected []Correction
	// Unmatched are, if nothing was found, the filters that no document meets.
	Unmatched []Unmatched
}

// Correction is a word of a query and those it was taken for.
type Correction struct {
	Word string
	As   []string
}

// Search is Find's hits.
func (r *Reader) Search(q string, opt Options) ([]Hit, error) {
	res, err := r.Find(q, opt)
	if err != nil {
		return nil, err
	}
	return res.Hits, nil
}

// Find answers a query. Every word must be in a document, the last may be the
// beginning of one; "a phrase" must stand there as it is, as far as the index
// keeps the text; kind:, owner:, tag:, type:, lifecycle: and in:REF narrow,
// repeated keys widen; what a hyphen stands before must not be there.
func (r *Reader) Find(text string, opt Options) (*Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	q := parseQuery(text)
	res := &Result{Kinds: map[string]int{}}
	if len(q.words)+len(q.not)+len(q.filters)+len(q.phrases) == 0 {
		return res, nil
	}
	found, err := r.match(&q, opt, res)
	if err != nil {
		return nil, err
	}
	limit := min(cmp.Or(max(opt.Limit, 0), 20), maxLimit)
	order, err := r.closer(r.order(found.scored), found.words, found.asks)
	if err != nil {
		return nil, err
	}
	if len(q.phrases) > 0 {
		if order, err = r.phrases(order, q.phrases, max(opt.Offset, 0)+limit, res); err != nil {
			return nil, err
		}
	}
	if res.Total = len(order); res.Total == 0 {
		if res.Unmatched, err = r.unmatched(&q); err != nil {
			return nil, err
		}
	}
	for _, x := range order {
		res.Kinds[r.kind(x.doc)]++
	}
	order = order[min(max(opt.Offset, 0), len(order)):]
	res.Hits, err = r.hits(order[:min(limit, len(order))], &q, found.words)
	return res, err
}

// ranked is a document with its score in thousandths: readers in two languages
// must not differ in the order because of the last bit.
type ranked struct {
	doc   uint32
	score int64
}

// order is the documents, best first; equal ones in the order of the index.
func (r *Reader) order(all scored) []ranked {
	out := make([]ranked, len(all.docs))
	for i, doc := range all.docs {
		out[i] = ranked{doc, int64(all.score[i]*1000 + 0.5)}
	}
	slices.SortFunc(out, byScore)
	return out
}
