package search

import (
	"strings"
)

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
