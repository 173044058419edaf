package search

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// How far a query follows a word: the browser's reader has the same numbers.
const (
	maxPrefixShards = 3    // shards that are read for the completions of a word
	maxShortShards  = 1    // the same, of a word of at most shortPrefix letters
	manyDocs        = 4096 // that have a word: its other forms are not looked for
	longestEnding   = 8    // letters that a stem may lack
	maxCompletions  = 256  // completions of a word, those in most documents first
	shortWeight     = 0.6  // of all completions of a word together
	stemWeight      = 0.7
	sameWeight      = 0.6 // of a word that means the same
	joinedWeight    = 0.9 // of two words that are written as one
	compoundWeight  = 0.5 // of a compound that begins with the word
	leastOfCompound = 5   // letters that a word must have for it
	mostOfCompound  = 16  // letters that it may lack of one
	oneEditWeight   = 0.8 // of a word that a typing error was meant for
	twoEditsWeight  = 0.5
	prefixWeight    = 0.4 // of a completion that is much longer than the word
)

// candidate is a term that stands for a word of the query.
type candidate struct {
	term   string
	shard  *shard
	at     int
	weight float64
	lang   string // the documents it counts in; all if empty
}

func (c candidate) docs() int { return c.shard.heads[c.at].docs }

// find is the candidate that is the term itself, if there is one.
func (r *Reader) find(term string, weight float64) ([]candidate, error) {
	_, id, ok, err := r.file(r.termTree, term)
	if !ok || err != nil {
		return nil, err
	}
	s, err := r.shard(id)
	if err != nil {
		return nil, err
	}
	at, ok := slices.BinarySearch(s.terms, term)
	if !ok {
		return nil, nil
	}
	return []candidate{{term, s, at, weight, ""}}, nil
}

// beginning calls fn with the terms that begin with text, in at most so many
// shards, and tells whether there were more.
func (r *Reader) beginning(text string, shards int, fn func(s *shard, at int)) (more bool, err error) {
	var ids [][6]byte
	err = r.each(r.termTree, text, func(start string, id [6]byte) bool {
		if !strings.HasPrefix(start, text) && start > text {
			return false
		}
		if more = len(ids) == shards; !more {
			ids = append(ids, id)
		}
		return !more
	})
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		s, err := r.shard(id)
		if err != nil {
			return false, err
		}
		at, _ := slices.BinarySearch(s.terms, text)
		for ; at < len(s.terms) && strings.HasPrefix(s.terms[at], text); at++ {
			fn(s, at)
		}
	}
	return more, nil
}

// forms are the other forms of a word in the languages of the index: terms of
// the same stem, which begin with it. They count in documents of the language.
// German writes as one word what others write as two: what begins with the word
// says it, too.
func (r *Reader) forms(term string) ([]candidate, error) {
	var out []candidate
	for _, lang := range r.langs {
		root := stem(lang, term)
		if len(root) < 3 || !isLowerASCII(root) {
			continue
		}
		_, err := r.beginning(root, 2, func(s *shard, at int) {
			switch other := s.terms[at]; {
			case other == term:
			case len(other) <= len(root)+longestEnding && stem(lang, other) == root:
				out = append(out, candidate{other, s, at, stemWeight, lang})
			case lang == "de" && isCompound(term, other):
				out = append(out, candidate{other, s, at, compoundWeight, lang})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// isCompound tells whether a German term may be a compound of the word and others.
func isCompound(word, term string) bool {
	return len(word) >= leastOfCompound && strings.HasPrefix(term, word) && isLowerASCII(term) &&
		len(term) >= len(word)+3 && len(term) <= len(word)+mostOfCompound
}

// completions are the terms that a word may become.
func (r *Reader) completions(term string) (out []candidate, more bool, err error) {
	runes := utf8.RuneCountInString(term)
	more, err = r.beginning(term, furtherShards(runes), func(s *shard, at int) {
		other := s.terms[at]
		if other != term && !strings.HasSuffix(other, prefixMark) {
			ratio := float64(len(term)) / float64(len(other))
			out = append(out, candidate{other, s, at, prefixWeight + prefixWeight*ratio, ""})
		}
	})
	if err != nil {
		return nil, false, err
	}
	unread := more
	if len(out) > maxCompletions {
		slices.SortStableFunc(out, func(a, b candidate) int { return b.docs() - a.docs() })
		out, more = out[:maxCompletions], true
	}
	if !unread || runes > maxPrefixRunes {
		return out, more, nil
	}
	whole, err := r.find(term+prefixMark, shortWeight)
	return append(whole, out...), more, err
}

// idf is how much it says that a document has a term that so many have.
func (r *Reader) idf(docs int) float64 {
	n, df := float64(r.meta.Docs), float64(min(docs, r.meta.Docs))
	return math.Log(1 + (n-df+0.5)/(df+0.5))
}

// scored is documents in rising order with what they score.
type scored struct {
	docs  []uint32
	score []float64
}

// scoreAll scores the documents that have one of the candidates, by the best.
// Completions are worth what they are together, or a rare one that was not
// meant would be worth more than the word itself.
func (r *Reader) scoreAll(all []candidate) (scored, error) {
	together := 0
	for _, c := range all {
		together += c.docs()
	}
	best := map[uint32]float64{}
	for _, c := range all {
		l, err := c.shard.list(c.at, r.meta.Docs)
		if err != nil {
			return scored{}, err
		}
		docs := together
		if c.weight == 1 {
			docs = c.docs()
		}
		one := r.score(l, c.weight*r.idf(docs))
		if c.lang != "" {
			one = only(one, func(doc uint32) bool { return r.meta.Langs[r.sorts[doc]] == c.lang })
		}
		if len(all) == 1 {
			return one, nil
		}
		for i, doc := range one.docs {
			best[doc] = max(best[doc], one.score[i])
		}
	}
	return scoredOf(best), nil
}

func scoredOf(m map[uint32]float64) scored {
	out := scored{docs: slices.Sorted(maps.Keys(m))}
	for _, doc := range out.docs {
		out.score = append(out.score, m[doc])
	}
	return out
}

// The weights of the fields, and how soon more of the same counts less; chosen
// on the queries of testdata/ranking.txt.
const (
	weightName  = 16
	weightTitle = 10
	weightAlias = 4
	saturation  = 5
	titleNorm   = 0.4 // how much a long title takes away
)

// score is BM25F: the weighted counts of all fields are added before they are
// saturated. A document that is called so scores by its prior, too: an entity
// comes before pages that speak of it, but its text is no better than theirs.
func (r *Reader) score(l *list, weight float64) scored {
	out := scored{l.docs, make([]float64, len(l.docs))}
	for i := range l.docs {
		f := l.marks[i]
		sum := r.weights[f>>levelShift]
		if f&inName != 0 {
			sum += weightName
		}
		if f&inTitle != 0 {
			sum += weightTitle / (1 - titleNorm + titleNorm*10*float64(l.titles[i])/float64(r.meta.Title))
		}
		switch {
		case f&inAlias == 0:
		case f&markWhole != 0:
			sum += weightTitle
		default:
			sum += weightAlias
		}
		out.score[i] = weight * sum / (sum + saturation)
		if f&strong != 0 {
			out.score[i] *= float64(l.priors[i]) / 100
		}
	}
	return out
}

// either is the documents of a or b, with the sum of their scores.
func either(a, b scored) scored {
	if len(a.docs) == 0 {
		return b
	}
	out := scored{make([]uint32, 0, len(a.docs)+len(b.docs)), make([]float64, 0, len(a.docs)+len(b.docs))}
	i, j := 0, 0
	for i < len(a.docs) || j < len(b.docs) {
		switch {
		case j == len(b.docs) || i < len(a.docs) && a.docs[i] < b.docs[j]:
			out.docs, out.score = append(out.docs, a.docs[i]), append(out.score, a.score[i])
			i++
		case i == len(a.docs) || b.docs[j] < a.docs[i]:
			out.docs, out.score = append(out.docs, b.docs[j]), append(out.score, b.score[j])
			j++
		default:
			out.docs, out.score = append(out.docs, a.docs[i]), append(out.score, a.score[i]+b.score[j])
			i, j = i+1, j+1
		}
	}
	return out
}

// both is the documents of a and b, with the sum of their scores.
func both(a, b scored) scored {
	var out scored
	for i, j := 0, 0; i < len(a.docs) && j < len(b.docs); {
		switch {
		case a.docs[i] < b.docs[j]:
			i++
		case b.docs[j] < a.docs[i]:
			j++
		default:
			out.docs, out.score = append(out.docs, a.docs[i]), append(out.score, a.score[i]+b.score[j])
			i, j = i+1, j+1
		}
	}
	return out
}

// only is the documents of a that keep accepts.
func only(a scored, keep func(doc uint32) bool) scored {
	var out scored
	for i, doc := range a.docs {
		if keep(doc) {
			out.docs, out.score = append(out.docs, doc), append(out.score, a.score[i])
		}
	}
	return out
}
