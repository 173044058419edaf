package search

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"
)

// spelledWord is a word that a typing error may have been meant for.
type spelledWord struct {
	word  string
	runes []rune
	rank  byte // see spelled
}

// corrections are the words that a word with errors may have been meant for:
// those with the fewest edits, and of these the best known.
func (r *Reader) corrections(term string, prefix bool) ([]candidate, error) {
	typed := []rune(term)
	most := tolerance(len(typed))
	if most == 0 || slices.ContainsFunc(typed, func(c rune) bool { return !unicode.IsLetter(c) || paired(c) }) {
		return nil, nil
	}
	near, err := r.near(typed, most, false)
	if err == nil && len(near) == 0 && prefix {
		near, err = r.near(typed, 1, true)
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

// near are the words with the fewest edits, at most maxCorrections. Most errors
// leave the first letter or swap it with the second, so the files of these are
// looked into first, and the others only if they have none.
func (r *Reader) near(typed []rune, most int, prefix bool) ([]nearWord, error) {
	first := []rune{typed[0]}
	if typed[1] != typed[0] {
		first = append(first, typed[1])
	}
	var rest []rune
	for c := 'a'; c <= 'z'; c++ {
		if !slices.Contains(first, c) {
			rest = append(rest, c)
		}
	}
	for _, letters := range [][]rune{first, rest} {
		var out []nearWord
		for _, c := range letters {
			err := r.spelled(c, len(typed)-most, len(typed)+most, prefix, func(w spelledWord) {
				if d := distance(typed, w.runes, most, prefix); d > 0 && d <= most {
					out = append(out, nearWord{w, d})
				}
			})
			if err != nil {
				return nil, err
			}
		}
		if len(out) > 0 {
			return nearest(out, typed[0]), nil
		}
		if prefix {
			break // what begins so may be anything
		}
	}
	return nil, nil
}

// nearest are the best of the words, those with more edits than others left out.
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
	n := 1
	for n < len(all) && n < maxCorrections && all[n].edits == all[0].edits {
		n++
	}
	return all[:n]
}

// spelled calls fn with the words of a first letter, with so many letters; with
// prefix, also with longer ones.
func (r *Reader) spelled(first rune, least, most int, prefix bool, fn func(spelledWord)) error {
	if prefix {
		most = maxSpelled
	}
	from := string(first) + string(rune('a'+max(least, minSpelled)))
	to := string(first) + string(rune('a'+min(most, maxSpelled)+1))
	var ids [][6]byte
	err := r.each(r.wordTree, from, func(start string, id [6]byte) bool {
		if start < to {
			ids = append(ids, id)
		}
		return start < to
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
			if w.runes[0] == first && len(w.runes) >= least && len(w.runes) <= most {
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
		w := spelledWord{rank: d.byte()}
		_, size := utf8.DecodeRune(key)
		if len(key) < size+2 || !utf8.Valid(key) {
			return nil, errors.New("a word that is none")
		}
		w.word = string(key[size+1:])
		if w.runes = []rune(w.word); len(w.runes) > maxSpelled {
			return nil, errors.New("a word that is too long")
		}
		out = append(out, w)
	}
	if d.bad || len(d.b) > 0 {
		return nil, errors.New("damaged list of words")
	}
	return out, nil
}
