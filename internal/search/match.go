package search

// matched is the documents of a query, and the smallest words they were found
// by.
type matched struct {
	scored
	words []*sought
	asks  bool // the query is a question; see Reader.optional
}

// sought is a smallest word of a query with the terms that stand for it.
type sought struct {
	term   string
	terms  []candidate
	prefix bool       // still being typed
	part   bool       // of a compound
	near   []nearWord // that it may have been meant for
	alike  []string   // roots of words that say the same otherwise
	// asWritten tells that it belongs to a compound that is known as it is.
	asWritten bool
	// corrected tells that terms are what the word may have been meant for.
	corrected bool
	optional  bool // see Reader.optional
	// of is the compound that it is a part of, as it is written; nil if it is none.
	of     *sought
	idf    float64
	titles float64 // idf in titles and names; see Reader.closer
	at     int     // number among the smallest words of the query
	docs   []list  // of terms, once they are asked for positions
}

// match is the documents that the words, filters and exclusions leave, with
// their scores. If no document has all words, words that might be typing errors
// are taken for others that are there; not in a question, which has words that no
// document needs.
func (r *Reader) match(q *query, opt Options, res *Result) (matched, error) {
	all, err := r.words(q, false, res)
	if err != nil {
		return matched{}, err
	}
	if len(q.words) == 0 {
		all.scored = r.everything()
	} else if res.Loose && len(q.words) > 1 && !all.asks {
		meant := &Result{}
		again, err := r.words(q, true, meant)
		if err != nil {
			return matched{}, err
		}
		if !meant.Loose {
			all = again
			res.Loose, res.Missing, res.Partial = false, nil, meant.Partial
		}
	}
	for _, w := range all.words {
		if w.corrected {
			c := Correction{Word: w.term}
			for _, t := range w.terms {
				c.As = append(c.As, t.term)
			}
			res.Corrected = append(res.Corrected, c)
		}
	}
	bonus, err := r.wholes(q, all.words)
	if err != nil {
		return matched{}, err
	}
	own, err := r.owned(opt.Owners)
	if err != nil {
		return matched{}, err
	}
	for i, doc := range all.docs {
		x := all.score[i] + bonus[doc]
		if own[doc] {
			x *= ownWeight
		}
		all.score[i] = x
	}
	all.scored, err = r.narrow(all.scored, q)
	return all, err
}

// owned is the documents that have one of the owners.
func (r *Reader) owned(owners []string) (map[uint32]bool, error) {
	var terms []string
	for _, o := range owners[:min(len(owners), maxFilters)] {
		terms = append(terms, filterTerm("owner", o))
	}
	return r.having(terms)
}

// everything is all documents, for a query of filters only.
func (r *Reader) everything() scored {
	out := scored{make([]uint32, r.meta.Docs), make([]float64, r.meta.Docs)}
	for i := range out.docs {
		out.docs[i], out.score[i] = uint32(i), 1
	}
	return out
}
