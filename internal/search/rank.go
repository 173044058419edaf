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
	// Terms are the folded words that were looked for, Missing those that no
	// document has.
	Terms, Missing []string
	// Corrected are words that no document has, or none together with the
	// others, and what was looked for instead.
	Corrected []Correction
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
	res.Total = len(order)
	for _, x := range order {
		res.Kinds[r.kind(x.doc)]++
	}
	order = order[min(max(opt.Offset, 0), len(order)):]
	res.Hits, err = r.hits(order[:min(limit, len(order))], &q, found.words)
	return res, err
}

// matched is the documents of a query, and the smallest words they were found
// by.
type matched struct {
	scored
	words []*sought
	asks  bool // the query is a question; see Reader.optional
}

// sought is a smallest word of a query with the terms that stand for it.
type sought struct {
	term  string
	terms []candidate
	// corrected tells that terms are what the word may have been meant for.
	corrected bool
	optional  bool // see Reader.optional
	idf       float64
	titles    float64 // idf in titles and names; see Reader.closer
	at        int     // number among the smallest words of the query
	docs      []list  // of terms, once they are asked for positions
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

// wordGroup is the documents that have a word of a query.
type wordGroup struct {
	scored
	idf      float64
	optional bool
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

// everything is all documents, for a query of filters only.
func (r *Reader) everything() scored {
	out := scored{make([]uint32, r.meta.Docs), make([]float64, r.meta.Docs)}
	for i := range out.docs {
		out.docs[i], out.score[i] = uint32(i), 1
	}
	return out
}

// combine is the documents that are in all groups but the optional ones; of
// three or more words, those that lack what says little of the whole come after.
// Of a question, whose words may all be about the asking, those that have little
// are found, too. If no document has all, those that have some are found, worth
// less the more is missing: words that few documents have count more than
// others. whole is the idf of all words.
func combine(groups []wordGroup, whole float64, asks bool, res *Result) scored {
	var all scored
	needed, idf := 0, 0.0
	for _, g := range groups {
		switch {
		case g.optional:
			continue
		case needed > 0:
			all = both(all, g.scored)
		default:
			all = g.scored
		}
		needed++
		idf += g.idf
	}
	switch {
	case asks && needed > 1:
		res.Loose = res.Loose || len(all.docs) == 0
		return covering(groups, idf, askedShare)
	case len(all.docs) > 0 && needed >= softWords:
		all = covering(groups, idf, softShare)
	case len(all.docs) == 0:
		res.Loose = res.Loose || len(groups) > 0
		return covering(groups, whole, 0)
	}
	score := slices.Clone(all.score)
	for _, g := range groups {
		if g.optional {
			addTo(all.docs, score, g.scored)
		}
	}
	return scored{all.docs, score}
}

// covering is the documents that have more than a share of the words, by idf,
// worth less the less they have. With a share, optional words are left out.
func covering(groups []wordGroup, whole, share float64) scored {
	score, there := map[uint32]float64{}, map[uint32]float64{}
	for _, g := range groups {
		if g.optional && share > 0 {
			continue
		}
		for i, doc := range g.docs {
			score[doc] += g.score[i]
			there[doc] += g.idf
		}
	}
	for doc := range score {
		if has := there[doc] / whole; has < share {
			delete(score, doc)
		} else {
			score[doc] *= has
		}
	}
	return scoredOf(score)
}

// addTo adds to the scores of documents what they have in b.
func addTo(docs []uint32, score []float64, b scored) {
	j := 0
	for i, doc := range docs {
		for j < len(b.docs) && b.docs[j] < doc {
			j++
		}
		if j < len(b.docs) && b.docs[j] == doc {
			score[i] += b.score[j]
		}
	}
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

// wholes is what documents get for being called what was asked for, or for
// beginning so. What is called otherwise, such as by a tag, gets that besides.
func (r *Reader) wholes(q *query, words []*sought) (map[uint32]float64, error) {
	out := map[uint32]float64{}
	if q.whole == "" {
		return out, nil
	}
	for _, w := range q.names(words) {
		if w.open && len(w.key) > 1 {
			rest, _, err := r.completions(w.key)
			if err != nil {
				return nil, err
			}
			for _, c := range rest {
				factor := startOfWhole + restOfWhole*float64(len(w.key))/float64(len(c.term))
				if err := r.called(c, func(doc uint32, worth, _ float64) { out[doc] = max(out[doc], w.factor*factor*worth) }); err != nil {
					return nil, err
				}
			}
		}
		same, err := r.find(w.key, 1)
		if err != nil {
			return nil, err
		}
		for _, c := range same {
			err := r.called(c, func(doc uint32, worth, bonus float64) {
				if bonus == aliasBonus {
					out[doc] += w.factor * worth
				} else {
					out[doc] = max(out[doc], w.factor*worth)
				}
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// called calls fn with the documents that have a whole key, and what it is worth
// to be called so, in all and before the prior. A path is what an API is asked
// for by.
func (r *Reader) called(c candidate, fn func(doc uint32, worth, bonus float64)) error {
	l, err := c.shard.list(c.at, r.meta.Docs)
	if err != nil {
		return err
	}
	for i, doc := range l.docs {
		bonus := 0.0
		switch m := l.marks[i]; {
		case m&strong == 0 || m&markWhole == 0:
			continue
		case m&inName != 0 || isPath(c.term):
			bonus = nameBonus
		case m&inTitle != 0:
			bonus = titleBonus
		default:
			bonus = aliasBonus
		}
		fn(doc, bonus*float64(l.priors[i])/100, bonus)
	}
	return nil
}

// nameKey is the key of what may be asked for by name, and what that is worth.
type nameKey struct {
	key    string
	factor float64
	open   bool // it may be the beginning of a name
}

// names are what a query may ask for by name: all of it or the path in it, and
// its words as they were meant.
func (q *query) names(words []*sought) []nameKey {
	open := q.words[len(q.words)-1].prefix
	out := []nameKey{{q.whole, 1, open}}
	if meant, corrected := meantKey(words); meant != "" {
		out = append(out, nameKey{meant, meantWhole, open && corrected})
	}
	return out
}

// meantKey is the whole key of the words that say something, those that were
// corrected as the best of their corrections; "" if that is what was typed.
func meantKey(words []*sought) (key string, corrected bool) {
	var terms []string
	for _, w := range words {
		switch {
		case w.optional:
		case w.corrected:
			terms, corrected = append(terms, w.terms[0].term), true
		default:
			terms = append(terms, w.term)
		}
	}
	if len(terms) == len(words) && !corrected {
		return "", false
	}
	return string(cut([]byte(strings.Join(terms, "-")))), corrected
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
			return slices.Contains(values, r.kind(doc))
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
	slices.SortFunc(out, byScore)
	return out
}

// phrases keeps the documents that have the phrases. Positions tell, but for
// those with a very common word: there the text is searched, until there are as
// many as wanted. Where the index has only part of a text, the phrase may be in
// the rest: these come last.
func (r *Reader) phrases(order []ranked, all []phrase, want int, res *Result) ([]ranked, error) {
	verdicts, err := r.verdicts(order, all)
	if err != nil {
		return nil, err
	}
	var sure, unsure []ranked
	texts := 0
	for i, x := range order {
		if verdicts[i] == yes {
			sure = append(sure, x)
		}
		if verdicts[i] != perhaps {
			continue
		}
		if texts == maxPhraseDocs || texts%phraseBatch == 0 && len(sure) >= want {
			res.Partial = true
			continue
		}
		texts++
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
