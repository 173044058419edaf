package search

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How far it is looked for what a word with errors was meant for.
const (
	maxCorrected    = 4 // words of a query for which it is
	maxCorrections  = 4 // words that one of them is taken for
	maxSpelledFiles = 3 // files of words of one band and order
)

// spelledWord is a word that a typing error may have been meant for.
type spelledWord struct {
	key   string
	word  string
	runes []rune
	rank  byte // see spelled
}

// correct adds to words those that they may have been meant for, if no document
// has them as they are; with meant, in any case. Of many words these are the
// ones that fewest documents have: what very many have was meant.
func (r *Reader) correct(words []*sought, meant bool) error {
	var wrong []*sought
	for _, x := range words {
		if !x.asWritten && correctable([]rune(x.term)) && (meant || x.onlyForms()) {
			wrong = append(wrong, x)
		}
	}
	slices.SortStableFunc(wrong, func(a, b *sought) int { return cmp.Compare(a.docsOf(), b.docsOf()) })
	for _, x := range wrong[:min(len(wrong), maxCorrected)] {
		more, err := r.corrections(x.term, x.prefix)
		if err != nil {
			return err
		}
		x.corrected = len(x.terms) == 0 && len(more) > 0
		x.terms = append(x.terms, more...)
	}
	return nil
}

// correctable tells whether a word may have errors: it has letters only, and
// enough of them.
func correctable(typed []rune) bool {
	return tolerance(len(typed)) > 0 && !slices.ContainsFunc(typed, func(c rune) bool { return !unicode.IsLetter(c) || paired(c) })
}

// onlyForms tells that no document has the word as it is.
func (w *sought) onlyForms() bool {
	return !slices.ContainsFunc(w.terms, func(c candidate) bool { return c.lang == "" })
}

// corrections are the words that a word with errors may have been meant for:
// those with the fewest edits, and of these the best known.
func (r *Reader) corrections(term string, prefix bool) ([]candidate, error) {
	typed := []rune(term)
	near, err := r.near(typed, tolerance(len(typed)))
	if err == nil && len(near) == 0 && prefix {
		near, err = r.nearBeginnings(typed)
	}
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, w := range near {
		weight := oneEditWeight
		if w.edits > 1 {
			weight = twoEditsWeight
		}
		c, err := r.find(w.word, weight)
		if err != nil {
			return nil, err
		}
		out = append(out, c...)
	}
	return out, nil
}

type nearWord struct {
	spelledWord
	edits int
}

// near are the words with the fewest edits, at most maxCorrections, of those
// that begin or end as the word does.
func (r *Reader) near(typed []rune, most int) ([]nearWord, error) {
	begin, end := intact(len(typed))
	from, to := spellingBand(len(typed)-most), spellingBand(len(typed)+most)
	found := map[string]nearWord{}
	for _, at := range []struct {
		order rune
		text  string
	}{{byBeginning, string(typed[:begin])}, {byEnd, string(typed[len(typed)-end:])}} {
		for band := from; band <= to; band++ {
			err := r.spelled(spellingKey(at.order, band, at.text), func(w spelledWord) {
				if d := distance(typed, w.runes, most, false); d > 0 && d <= most {
					found[w.word] = nearWord{w, d}
				}
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return nearest(slices.Collect(maps.Values(found)), typed[0]), nil
}

// intact is how many letters of a word of so many are as they were meant at its
// beginning, or else at its end: one error is in one of both, and two seldom are
// in both.
func intact(runes int) (begin, end int) {
	if tolerance(runes) == 1 {
		begin = (runes - 1) / 2
		return begin, runes - 1 - begin
	}
	return 3, runes / 2
}

// nearBeginnings are the words that may become of one with one edit.
func (r *Reader) nearBeginnings(typed []rune) ([]nearWord, error) {
	begin := string(typed[:min(max(len(typed)-1, 4)/2, 3)])
	var out []nearWord
	for band := spellingBand(len(typed) - 1); band <= spellingBand(maxSpelled); band++ {
		err := r.spelled(spellingKey(byBeginning, band, begin), func(w spelledWord) {
			if d := distance(typed, w.runes, 1, true); d == 1 {
				out = append(out, nearWord{w, d})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return nearest(out, typed[0]), nil
}

// nearest are the best of the words, those with more edits than others left out;
// so are those with another first letter, if there are any that have it.
func nearest(all []nearWord, first rune) []nearWord {
	other := func(w nearWord) int {
		if w.runes[0] == first {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(a, b nearWord) int {
		return cmp.Or(a.edits-b.edits, other(a)-other(b), int(b.rank)-int(a.rank), cmp.Compare(a.word, b.word))
	})
	n := 0
	for n < len(all) && n < maxCorrections && all[n].edits == all[0].edits && other(all[n]) == other(all[0]) {
		n++
	}
	return all[:n]
}

// spelled calls fn with the words whose keys begin so.
func (r *Reader) spelled(key string, fn func(spelledWord)) error {
	var ids [][6]byte
	err := r.each(r.wordTree, key, func(start string, id [6]byte) bool {
		if within := strings.HasPrefix(start, key) || start <= key; !within || len(ids) == maxSpelledFiles {
			return false
		}
		ids = append(ids, id)
		return true
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		words, err := r.spellings(id)
		if err != nil {
			return err
		}
		for _, w := range words {
			if strings.HasPrefix(w.key, key) {
				fn(w)
			}
		}
	}
	return nil
}

// spellings are the words of a file of spelling.
func (r *Reader) spellings(id [6]byte) ([]spelledWord, error) {
	if w, ok := r.spelling[id]; ok {
		return w, nil
	}
	name := fileName("s/w/", id[:])
	data, err := readFile(r.fsys, name, maxShardBytes)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	out, err := readSpelling(data)
	if err != nil {
		return nil, fmt.Errorf("search: %s: %w", name, err)
	}
	r.spelling[id] = out
	return out, nil
}

func readSpelling(data []byte) ([]spelledWord, error) {
	d := decoder{b: data}
	var out []spelledWord
	var key []byte
	for range d.count(len(data)) {
		shared, rest := d.uvarint(), d.bytes()
		if shared > uint64(len(key)) || int(shared)+len(rest) > maxTermBytes {
			return nil, errors.New("damaged list of words")
		}
		key = append(key[:shared], rest...)
		w, ok := spelledOf(string(key), d.byte())
		if !ok {
			return nil, errors.New("a word that is none")
		}
		out = append(out, w)
	}
	if d.bad || len(d.b) > 0 {
		return nil, errors.New("damaged list of words")
	}
	return out, nil
}

// spelledOf is the word of a key; false if that is none.
func spelledOf(key string, rank byte) (spelledWord, bool) {
	if len(key) < 2 || !utf8.ValidString(key) || key[0] < byBeginning || key[0] >= utf8.RuneSelf {
		return spelledWord{}, false
	}
	w := spelledWord{key: key, word: key[1:], rank: rank}
	if key[0] >= byEnd {
		w.word = reversed(w.word)
	}
	w.runes = []rune(w.word)
	return w, len(w.runes) <= maxSpelled
}
