package search

import (
	"slices"
)

// wordGroup is the documents that have a word of a query.
type wordGroup struct {
	scored
	idf      float64
	optional bool
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
