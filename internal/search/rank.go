package search

import (
	"cmp"
	"slices"
	"strings"
)

// How the scores of a query come together.
const (
	partsWeight   = 0.6  // of the parts of a compound next to the whole
	nameBonus     = 30   // the query is the entity's name
	titleBonus    = 12   // the query is the title
	startOfWhole  = 0.35 // of these, if the query only begins it
	restOfWhole   = 0.15 // and the more the more of it is there
	maxPhraseDocs = 200  // documents in which phrases are looked for
	phraseBatch   = 20   // of these are loaded at once, by the browser
	maxLimit      = 1000
)

// Options of a search.
type Options struct {
	Limit, Offset int // Limit is 20 if zero, at most 1000
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
	// Terms are the folded words that were looked for, Missing those that no
	// document has.
	Terms, Missing []string
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
	found, err := r.match(&q, res)
	if err != nil {
		return nil, err
	}
	limit := min(cmp.Or(max(opt.Limit, 0), 20), maxLimit)
	order := r.order(found)
	if len(q.phrases) > 0 {
		if order, err = r.phrases(order, q.phrases, max(opt.Offset, 0)+limit, res); err != nil {
			return nil, err
		}
	}
	res.Total = len(order)
	for _, x := range order {
		res.Kinds[r.meta.Kinds[r.classes[x.doc]]]++
	}
	order = order[min(max(opt.Offset, 0), len(order)):]
	res.Hits, err = r.hits(order[:min(limit, len(order))], &q)
	return res, err
}

// match is the documents that the words, filters and exclusions leave, with
// their scores.
func (r *Reader) match(q *query, res *Result) (scored, error) {
	var groups []scored
	for i := range q.words {
		w := &q.words[i]
		g, err := r.word(w, res)
		if err != nil {
			return scored{}, err
		}
		res.Terms = append(res.Terms, w.term)
		if len(g.docs) == 0 {
			res.Missing = append(res.Missing, w.term)
			res.Loose = len(q.words) > 1
			continue
		}
		groups = append(groups, g)
	}
	all := r.everything()
	if len(q.words) > 0 {
		all = combine(groups, len(q.words), res)
	}
	bonus, err := r.wholes(q)
	if err != nil {
		return scored{}, err
	}
	for i, doc := range all.docs {
		all.score[i] = (all.score[i] + bonus[doc]) * float64(r.meta.Priors[r.classes[doc]]) / 100
	}
	return r.narrow(all, q)
}

// everything is all documents, for a query of filters only.
func (r *Reader) everything() scored {
	out := scored{make([]uint32, r.meta.Docs), make([]float64, r.meta.Docs)}
	for i := range out.docs {
		out.docs[i], out.score[i] = uint32(i), 1
	}
	return out
}

// combine is the documents that are in all groups; or, if there are none, those
// in some, worth less the more is missing.
func combine(groups []scored, words int, res *Result) scored {
	if len(groups) == 0 {
		return scored{}
	}
	all := groups[0]
	for _, g := range groups[1:] {
		all = both(all, g)
	}
	if len(all.docs) > 0 {
		return all
	}
	res.Loose = true
	score, n := map[uint32]float64{}, map[uint32]int{}
	for _, g := range groups {
		for i, doc := range g.docs {
			score[doc] += g.score[i]
			n[doc]++
		}
	}
	for doc := range score {
		score[doc] *= float64(n[doc]) / float64(words)
	}
	return scoredOf(score)
}

// word is the documents that have a word: itself, another form, a completion,
// or all its parts.
func (r *Reader) word(w *queryWord, res *Result) (scored, error) {
	whole, err := r.term(w.term, w.prefix, res)
	if err != nil || len(w.parts) == 0 {
		return whole, err
	}
	var parts scored
	for i, part := range w.parts {
		p, err := r.term(part, w.prefix && i == len(w.parts)-1, res)
		if err != nil {
			return scored{}, err
		}
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
	return either(whole, scaled), nil
}

func (r *Reader) term(term string, prefix bool, res *Result) (scored, error) {
	all, err := r.find(term, 1)
	if err != nil {
		return scored{}, err
	}
	forms, err := r.forms(term)
	if err != nil {
		return scored{}, err
	}
	if prefix {
		// A form may be a completion as well; the better of the two counts.
		more, rest, err := r.completions(term)
		if err != nil {
			return scored{}, err
		}
		res.Partial = res.Partial || rest
		forms = append(forms, more...)
	}
	return r.scoreAll(append(all, forms...))
}

// wholes is what documents get for being called what was asked for, or for
// beginning so.
func (r *Reader) wholes(q *query) (map[uint32]float64, error) {
	out := map[uint32]float64{}
	if q.whole == "" {
		return out, nil
	}
	note := func(s *shard, at int, factor float64) error {
		l, err := s.list(at, r.meta.Docs)
		if err != nil {
			return err
		}
		for i, doc := range l.docs {
			switch f := l.flags[i]; {
			case f&isWhole == 0:
			case f&inName != 0:
				out[doc] = max(out[doc], factor*nameBonus)
			default:
				out[doc] = max(out[doc], factor*titleBonus)
			}
		}
		return nil
	}
	same, err := r.find(q.whole, 1)
	if err != nil {
		return nil, err
	}
	for _, c := range same {
		if err := note(c.shard, c.at, 1); err != nil {
			return nil, err
		}
	}
	if n := len(q.words); !q.words[n-1].prefix || len(q.whole) < 2 {
		return out, nil
	}
	rest, _, err := r.completions(q.whole)
	if err != nil {
		return nil, err
	}
	for _, c := range rest {
		factor := startOfWhole + restOfWhole*float64(len(q.whole))/float64(len(c.term))
		if err := note(c.shard, c.at, factor); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// narrow applies filters and exclusions.
func (r *Reader) narrow(all scored, q *query) (scored, error) {
	for _, w := range q.not {
		// A word that is left out is left out as it is, not its other forms.
		set, err := r.having([]string{w.term})
		if err != nil {
			return scored{}, err
		}
		all = only(all, func(doc uint32) bool { return !set[doc] })
	}
	for _, key := range filterKeys {
		for _, not := range []bool{false, true} {
			values := valuesOf(q.filters, key, not)
			if len(values) == 0 {
				continue
			}
			keep, err := r.filter(key, values)
			if err != nil {
				return scored{}, err
			}
			all = only(all, func(doc uint32) bool { return keep(doc) != not })
		}
	}
	return all, nil
}

func valuesOf(filters []filter, key string, not bool) (out []string) {
	for _, f := range filters {
		if f.key == key && f.not == not {
			out = append(out, f.value)
		}
	}
	return out
}

// filter tells which documents have one of the values.
func (r *Reader) filter(key string, values []string) (func(doc uint32) bool, error) {
	if key == "kind" {
		return func(doc uint32) bool {
			return slices.Contains(values, r.meta.Kinds[r.classes[doc]])
		}, nil
	}
	terms := make([]string, len(values))
	for i, v := range values {
		terms[i] = filterTerm(key, v)
	}
	set, err := r.having(terms)
	return func(doc uint32) bool { return set[doc] }, err
}

// having is the documents that have one of the terms.
func (r *Reader) having(terms []string) (map[uint32]bool, error) {
	out := map[uint32]bool{}
	for _, term := range terms {
		found, err := r.find(term, 1)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			l, err := c.shard.list(c.at, r.meta.Docs)
			if err != nil {
				return nil, err
			}
			for _, doc := range l.docs {
				out[doc] = true
			}
		}
	}
	return out, nil
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
	slices.SortFunc(out, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
	})
	return out
}

// phrases keeps the documents that have the phrases, until there are as many
// as wanted. Where the index has only part of a text, the phrase may be in the
// rest: these come last.
func (r *Reader) phrases(order []ranked, all []phrase, want int, res *Result) ([]ranked, error) {
	var sure, unsure []ranked
	for i, x := range order {
		if i == maxPhraseDocs || i%phraseBatch == 0 && len(sure) >= want {
			res.Partial = true
			break
		}
		d, err := r.shownAs(x.doc)
		if err != nil {
			return nil, err
		}
		switch {
		case d.has(all):
			sure = append(sure, x)
		case d.Cut != 0 && !d.excluded(all):
			unsure = append(unsure, x)
		}
	}
	return append(sure, unsure...), nil
}

// has tells whether all phrases are as asked for.
func (d *shownDoc) has(all []phrase) bool {
	texts := d.texts()
	for _, p := range all {
		if in(texts, p) == p.not {
			return false
		}
	}
	return true
}

// excluded tells whether the document has a phrase that must not be there.
func (d *shownDoc) excluded(all []phrase) bool {
	texts := d.texts()
	return slices.ContainsFunc(all, func(p phrase) bool { return p.not && in(texts, p) })
}

func in(texts [][]string, p phrase) bool {
	return slices.ContainsFunc(texts, func(t []string) bool { return hasPhrase(t, p.words) })
}

// texts are the words of each text that a phrase may be in.
func (d *shownDoc) texts() [][]string {
	var scan scanner
	all := []string{d.Name, d.Title, d.Description, d.Crumb, strings.Join(d.Tags, "\n")}
	for _, s := range d.Sections {
		all = append(all, s[1], s[2])
	}
	out := make([][]string, len(all))
	for i, text := range all {
		out[i] = phraseWords(&scan, text)
	}
	return out
}
