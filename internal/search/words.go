package search

import (
	"slices"
	"strings"
)

// words is the documents that have the words of a query. With meant, words that
// are there are taken for those they may have been meant for, too. What holds a
// question together says little and is much to load: it is not looked for beside
// two other words, unless it may become another word.
func (r *Reader) words(q *query, meant bool, res *Result) (matched, error) {
	var out matched
	var groups []wordGroup
	optional := r.optional(q)
	skip := count(optional, false) > 1
	out.asks = skip && count(optional, true) > 0
	number, whole := 0, 0.0
	for i := range q.words {
		w := &q.words[i]
		res.Terms = append(res.Terms, w.term)
		if skip && optional[i] && !w.prefix {
			out.words = append(out.words, &sought{term: w.term, at: number, optional: true})
			number++
			continue
		}
		g, words, err := r.word(w, meant, res)
		if err != nil {
			return matched{}, err
		}
		if out.asks {
			if g, err = r.weighed(g, words); err != nil {
				return matched{}, err
			}
		}
		x := wordGroup{scored: g, optional: optional[i]}
		for _, w := range words {
			w.at, w.optional = number, optional[i]
			x.idf = max(x.idf, w.idf)
			number++
		}
		out.words = append(out.words, words...)
		whole += x.idf
		if len(g.docs) > 0 {
			groups = append(groups, x)
		} else if !x.optional {
			res.Missing = append(res.Missing, w.term)
			res.Loose = len(q.words) > 1
		}
	}
	out.scored = combine(groups, whole, out.asks, res)
	return out, nil
}

func count(all []bool, of bool) int {
	n := 0
	for _, x := range all {
		if x == of {
			n++
		}
	}
	return n
}

// optional tells which words of a query need not be in a document: those that
// hold a question together, if it has others.
func (r *Reader) optional(q *query) []bool {
	out := make([]bool, len(q.words))
	for i, w := range q.words {
		out[i] = strings.Contains(r.meta.Stop, " "+w.term+" ")
	}
	if count(out, false) == 0 {
		clear(out)
	}
	return out
}

// word is the documents that have a word: itself, another form, a completion,
// or all its parts.
func (r *Reader) word(w *queryWord, meant bool, res *Result) (scored, []*sought, error) {
	if len(w.parts) == 0 {
		x, err := r.seek(w.term, w.prefix, meant, res)
		if err != nil {
			return scored{}, nil, err
		}
		all, err := r.scoreAll(x.terms)
		return all, []*sought{x}, err
	}
	// The parts may be corrected; the whole is as it is.
	whole, err := r.standing(w.term, w.prefix, res)
	if err != nil {
		return scored{}, nil, err
	}
	all, err := r.scoreAll(whole)
	if err != nil {
		return scored{}, nil, err
	}
	known := len(whole) > 0 && whole[0].term == w.term
	var parts scored
	var words []*sought
	for i, part := range w.parts {
		x, err := r.part(part, known, w.prefix && i == len(w.parts)-1, meant, res)
		if err != nil {
			return scored{}, nil, err
		}
		p, err := r.scoreAll(x.terms)
		if err != nil {
			return scored{}, nil, err
		}
		words = append(words, x)
		if i == 0 {
			parts = p
		} else {
			parts = both(parts, p)
		}
	}
	scaled := scored{parts.docs, slices.Clone(parts.score)}
	for i := range scaled.score {
		scaled.score[i] *= partsWeight
	}
	return either(all, scaled), words, nil
}

// part finds the terms that stand for a part of a compound. Of one that is known
// as it is written, the parts are meant as they are, too: their other forms and
// completions would be the most of what such a query loads.
func (r *Reader) part(term string, known, prefix, meant bool, res *Result) (*sought, error) {
	if !known {
		return r.seek(term, prefix, meant, res)
	}
	terms, err := r.find(term, 1)
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		return r.seek(term, prefix, meant, res)
	}
	return &sought{term: term, terms: terms, idf: r.idf(terms[0].docs())}, nil
}

// seek finds the terms that stand for a word: see standing. If there are none,
// or with meant in any case, those that it may have been meant for.
func (r *Reader) seek(term string, prefix, meant bool, res *Result) (*sought, error) {
	x := &sought{term: term}
	var err error
	if x.terms, err = r.standing(term, prefix, res); err != nil {
		return nil, err
	}
	onlyForms := !slices.ContainsFunc(x.terms, func(c candidate) bool { return c.lang == "" })
	if onlyForms || meant {
		more, err := r.corrections(term, prefix)
		if err != nil {
			return nil, err
		}
		x.corrected = len(x.terms) == 0 && len(more) > 0
		x.terms = append(x.terms, more...)
	}
	docs := 0
	for _, c := range x.terms {
		if docs += c.docs(); c.weight == 1 {
			docs = c.docs()
			break
		}
	}
	x.idf = r.idf(docs)
	return x, nil
}

// standing is the terms that stand for a word: itself, its other forms unless
// very many documents have it as it is, and if it is still being typed, its
// completions.
func (r *Reader) standing(term string, prefix bool, res *Result) ([]candidate, error) {
	all, err := r.find(term, 1)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || all[0].docs() < manyDocs {
		forms, err := r.forms(term)
		if err != nil {
			return nil, err
		}
		all = append(all, forms...)
	}
	if prefix {
		// A form may be a completion as well; the better of the two counts.
		more, rest, err := r.completions(term)
		if err != nil {
			return nil, err
		}
		res.Partial = res.Partial || rest
		all = append(all, more...)
	}
	return all, nil
}
