package search

import (
	"fmt"
	"slices"
	"strings"
)

// meantAsTheyAre are so few that they are meant as they are; see Reader.alike.
const meantAsTheyAre = 2

// wanted is a word of a query with the terms that stand for it: those of the
// whole, if it is a compound, and those of its smallest words.
type wanted struct {
	*queryWord
	whole    []candidate
	smallest []*sought
	optional bool // see Reader.optional
	skipped  bool // it is not looked for
}

// words is the documents that have the words of a query. With meant, words that
// are there are taken for those they may have been meant for, too.
func (r *Reader) words(q *query, meant bool, res *Result) (matched, error) {
	all, err := r.wanted(q, meant, res)
	if err != nil {
		return matched{}, err
	}
	var out matched
	for _, w := range all {
		of := w.compound()
		for _, x := range w.smallest {
			x.at, x.optional, x.of = len(out.words), w.optional, of
			out.words = append(out.words, x)
		}
	}
	if err := r.correct(out.words, meant); err != nil {
		return matched{}, err
	}
	if err := r.joinCorrected(all); err != nil {
		return matched{}, err
	}
	out.asks = asks(all)
	var groups []wordGroup
	whole := 0.0
	for _, w := range all {
		if !w.optional {
			res.Terms = append(res.Terms, w.term)
		}
		if w.skipped {
			continue
		}
		g, err := r.group(w, out.asks)
		if err != nil {
			return matched{}, err
		}
		whole += g.idf
		if len(g.docs) > 0 {
			groups = append(groups, g)
		} else if !w.optional {
			res.Missing = append(res.Missing, w.term)
			res.Loose = len(q.words) > 1
		}
	}
	out.scored = combine(groups, whole, out.asks, res)
	return out, nil
}

// cut is the smallest words of a word.
func (w *queryWord) cut() []string {
	if len(w.parts) == 0 {
		return []string{w.term}
	}
	return w.parts
}

// compound is the whole of a word as it is written; nil if the word has no parts
// or no document has the whole.
func (w *wanted) compound() *sought {
	if len(w.parts) == 0 || len(w.whole) == 0 || w.whole[0].term != w.term {
		return nil
	}
	return &sought{term: w.term, terms: w.whole[:1]}
}

// asks tells whether words are a question: some hold it together, beside two
// others. That may be known only after their errors are.
func asks(all []*wanted) bool {
	optional := make([]bool, len(all))
	for i, w := range all {
		w.optional = w.optional || w.smallest[0].optional
		optional[i] = w.optional
	}
	return count(optional, false) > 1 && count(optional, true) > 0
}

// wanted are the words of a query as they are. What holds a question together
// says little and is much to load: it is not looked for beside two other words,
// unless it may become another word.
func (r *Reader) wanted(q *query, meant bool, res *Result) (all []*wanted, err error) {
	optional := r.optional(q)
	skip := count(optional, false) > 1
	for i := range q.words {
		w := &wanted{queryWord: &q.words[i], optional: optional[i]}
		all = append(all, w)
		if w.skipped = skip && optional[i] && !w.prefix; w.skipped {
			for _, part := range w.cut() {
				w.smallest = append(w.smallest, &sought{term: part, asWritten: true})
			}
			continue
		}
		if err := r.seekAll(w, res); err != nil {
			return nil, err
		}
		if err := r.split(w, res); err != nil {
			return nil, err
		}
	}
	for i := range all[:max(len(all)-1, 0)] {
		if err := r.join(all[i], all[i+1]); err != nil {
			return nil, err
		}
	}
	return all, r.alike(all, meant || skip && count(optional, true) > 0 || len(q.words) > meantAsTheyAre)
}

// alike adds to words what documents are found by that say the same otherwise:
// see alikes. What several words say counts as each of them. One or two words are
// meant as they are, if there is anything that has them: then wide is false, and
// they are found by what is the same thing.
func (r *Reader) alike(all []*wanted, wide bool) error {
	var words []*sought
	var roots []string
	for _, w := range all {
		for _, x := range w.smallest {
			words, roots = append(words, x), append(roots, rootOf(x.term))
		}
	}
	there := func(x *sought) bool { return len(x.terms) > 0 }
	groups, err := "", error(nil)
	if wide || slices.ContainsFunc(words, func(x *sought) bool { return !there(x) }) {
		groups, err = r.readGroups()
	}
	runs(roots, func(key string, from, to int) {
		if err != nil {
			return
		}
		in := r.same
		if wide || !slices.ContainsFunc(words[from:to], there) {
			in += groups
		}
		like, ok := alikeIn(in, key)
		if !ok {
			return
		}
		var found []candidate
		if found, err = r.find(alikeMark+key, sameWeight); err != nil {
			return
		}
		for _, x := range words[from:to] {
			if !x.asWritten {
				x.terms, x.alike = append(x.terms, found...), append(x.alike, like...)
			}
		}
	})
	return err
}

// join adds to two words that follow each other what is written as one of both,
// such as login to log and in.
func (r *Reader) join(w, next *wanted) error {
	if w.skipped || len(w.parts)+len(next.parts) > 0 {
		return nil
	}
	a, b := w.smallest[0], next.smallest[0]
	one, err := r.joined(a, a.term+b.term)
	a.terms = append(a.terms, one...)
	if !next.skipped {
		b.terms = append(b.terms, one...)
	}
	return err
}

// joined finds what is written as one of a word and the next, if it is where the
// word has been looked for: so it costs nothing.
func (r *Reader) joined(w *sought, term string) ([]candidate, error) {
	for _, c := range w.terms {
		if at, ok := slices.BinarySearch(c.shard.terms, term); ok {
			return []candidate{{term, c.shard, at, joinedWeight, ""}}, nil
		}
	}
	if len(w.terms) > 0 {
		return nil, nil
	}
	_, there, _, err := r.file(r.termTree, w.term)
	if err != nil {
		return nil, err
	}
	if _, id, _, err := r.file(r.termTree, term); err != nil || id != there {
		return nil, err
	}
	return r.find(term, joinedWeight)
}

// joinCorrected adds to two words, of which one has an error, what is written as one
// of both as they were meant: push gatway is a pushgateway, too.
func (r *Reader) joinCorrected(all []*wanted) error {
	for i := range all[:max(len(all)-1, 0)] {
		w, next := all[i], all[i+1]
		if w.skipped || next.skipped || len(w.parts)+len(next.parts) > 0 {
			continue
		}
		a, b := w.smallest[0], next.smallest[0]
		if !a.corrected && !b.corrected {
			continue
		}
		one, err := r.find(a.meant()+b.meant(), joinedWeight*oneEditWeight)
		if err != nil {
			return err
		}
		a.terms, b.terms = append(a.terms, one...), append(b.terms, one...)
	}
	return nil
}

// meant is the word, or if it has an error, the best of what it is taken for.
func (w *sought) meant() string {
	if w.corrected {
		return w.terms[0].term
	}
	return w.term
}

// split takes a word that is not there and is no error of typing for two that are,
// if it is made of them: who asks for the loadbalancer means the load balancer.
func (r *Reader) split(w *wanted, res *Result) error {
	typed := []rune(w.term)
	if len(w.parts) > 0 || len(w.smallest[0].terms) > 0 || !correctable(typed) {
		return nil
	}
	near, err := r.near(typed)
	if err != nil || len(near) > 0 && near[0].edits == 1 {
		return err
	}
	best := byte(0)
	for i := minSpelled; i <= len(typed)-minSpelled; i++ {
		a, err := r.rankOf(typed[:i])
		if err != nil {
			return err
		}
		b, err := r.rankOf(typed[i:])
		if err != nil {
			return err
		}
		if min(a, b) > best {
			best, w.parts = min(a, b), []string{string(typed[:i]), string(typed[i:])}
		}
	}
	if best == 0 {
		return nil
	}
	w.smallest = nil
	return r.seekAll(w, res)
}

// rankOf is how well a word is known, as spelled has it; 0 if it is not among those
// that are corrected to, or holds questions together.
func (r *Reader) rankOf(word []rune) (rank byte, err error) {
	if len(word) > maxSpelled || r.isStop(string(word)) {
		return 0, nil
	}
	err = r.spelled(spellingKey(byBeginning, spellingBand(len(word)), string(word)), 1, func(w spelledWord) {
		if w.word == string(word) {
			rank = w.rank
		}
	})
	return rank, err
}

// readGroups is the groups of words that mean the same, which few queries need.
func (r *Reader) readGroups() (string, error) {
	if r.groups == nil {
		data, err := readFile(r.fsys, fileName("s/w/", r.like[:]), maxFragmentBytes)
		if err != nil {
			return "", fmt.Errorf("search: %w", err)
		}
		groups := string(data)
		r.groups = &groups
	}
	return *r.groups, nil
}

// group is the documents that have a word. In a question it counts by how much
// it tells.
func (r *Reader) group(w *wanted, asks bool) (wordGroup, error) {
	for _, x := range w.smallest {
		x.idf = r.idf(x.docsOf())
	}
	g, err := r.word(w)
	if err == nil && asks {
		g, err = r.weighed(g, w.smallest)
	}
	out := wordGroup{scored: g, optional: w.optional}
	for _, x := range w.smallest {
		out.idf = max(out.idf, x.idf)
	}
	return out, err
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
		out[i] = r.isStop(w.term)
	}
	if count(out, false) == 0 {
		clear(out)
	}
	return out
}

// isStop tells whether a word holds questions together in a language of the index.
func (r *Reader) isStop(term string) bool { return strings.Contains(r.meta.Stop, " "+term+" ") }

// word is the documents that have a word: itself, another form, a completion,
// or all its parts.
func (r *Reader) word(w *wanted) (scored, error) {
	if len(w.parts) == 0 {
		return r.scoreAll(w.smallest[0].terms)
	}
	all, err := r.scoreAll(w.whole)
	if err != nil {
		return scored{}, err
	}
	var parts scored
	for i, x := range w.smallest {
		p, err := r.scoreAll(x.terms)
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
	return either(all, scaled), nil
}

// seekAll finds the terms that stand for a word of a query. Of a compound, the
// parts may be corrected; the whole is as it is.
func (r *Reader) seekAll(w *wanted, res *Result) (err error) {
	if len(w.parts) == 0 {
		return r.seek(w, w.term, w.prefix, res)
	}
	if w.whole, err = r.standing(w.term, w.prefix, res); err != nil {
		return err
	}
	known := len(w.whole) > 0 && w.whole[0].term == w.term
	for i, part := range w.parts {
		if err := r.part(w, part, known, w.prefix && i == len(w.parts)-1, res); err != nil {
			return err
		}
	}
	return nil
}

// part finds the terms that stand for a part of a compound. Of one that is known
// as it is written, the parts are meant as they are, too: their other forms and
// completions would be the most of what such a query loads.
func (r *Reader) part(w *wanted, term string, known, prefix bool, res *Result) error {
	if known {
		terms, err := r.find(term, 1)
		if err != nil {
			return err
		}
		if len(terms) > 0 {
			w.smallest = append(w.smallest, &sought{term: term, terms: terms, part: true, asWritten: true})
			return nil
		}
	}
	return r.seek(w, term, prefix, res)
}

// seek finds the terms that stand for a smallest word: see standing.
func (r *Reader) seek(w *wanted, term string, prefix bool, res *Result) error {
	terms, err := r.standing(term, prefix, res)
	w.smallest = append(w.smallest, &sought{term: term, terms: terms, prefix: prefix, part: len(w.parts) > 0})
	return err
}

// docsOf is about how many documents have the word: those that have it as it is,
// or else one of its terms.
func (w *sought) docsOf() int {
	docs := 0
	for _, c := range w.terms {
		if c.weight == 1 {
			return c.docs()
		}
		docs += c.docs()
	}
	return docs
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
