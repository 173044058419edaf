package search

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// How far it is looked for what a word with errors was meant for.
const (
	maxSought       = 8       // words of a query for which it is
	maxCorrected    = 6       // of these that are taken for others
	maxCorrections  = 4       // words that one of them is taken for
	maxSpelledFiles = 3       // files of words of one band and order
	maxByLetter     = 1       // words for which it is looked among all of a first or last letter
	maxLetterFiles  = 6       // files of these, of one band
	maxMeantDocs    = 1 << 15 // documents of all words that are loaded beside the best known
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
	wrong = wrong[:min(len(wrong), maxSought)]
	if err := r.corrections(wrong); err != nil {
		return err
	}
	r.dropAsking(words)
	wrong = slices.DeleteFunc(wrong, func(x *sought) bool { return len(x.near) == 0 })
	wrong = wrong[:min(len(wrong), maxCorrected)]
	affordable(wrong)
	for _, x := range wrong {
		if err := r.take(x); err != nil {
			return err
		}
	}
	return nil
}

// dropAsking takes words that were meant to hold a question together for what
// they are, and does without them as without those that have no error: if there
// are two others. What another word may have been meant for is not one of them.
func (r *Reader) dropAsking(words []*sought) {
	asking := func(x *sought) bool { return len(x.near) > 0 && r.isStop(x.near[0].word) && !x.part }
	others := 0
	for _, x := range words {
		if !x.optional && (len(x.terms) > 0 || len(x.near) > 0 && !asking(x)) {
			others++
		}
	}
	if others == 0 {
		return
	}
	for _, x := range words {
		if asking(x) && len(x.terms) == 0 {
			x.optional = true
		}
		x.near = slices.DeleteFunc(x.near, func(w nearWord) bool { return (!x.optional || others > 1) && r.isStop(w.word) })
	}
}

// affordable leaves of what words may have been meant for the best known, and of
// the others those with the fewest documents, as long as all together do not
// load much.
func affordable(words []*sought) {
	var rest []int
	for _, x := range words {
		for _, w := range x.near[1:] {
			rest = append(rest, w.docs())
		}
	}
	slices.Sort(rest)
	most, sum := 0, 0
	for _, docs := range rest {
		if sum += docs; sum > maxMeantDocs {
			break
		}
		most = docs
	}
	for _, x := range words {
		best := x.near[0].word
		x.near = slices.DeleteFunc(x.near, func(w nearWord) bool { return w.word != best && w.docs() > most })
	}
}

// take adds to a word what it may have been meant for.
func (r *Reader) take(x *sought) error {
	known := len(x.terms) > 0
	for _, w := range x.near {
		weight := oneEditWeight
		if w.edits > 1 {
			weight = twoEditsWeight
		}
		c, err := r.find(w.word, weight)
		if err != nil {
			return err
		}
		x.terms = append(x.terms, c...)
	}
	x.corrected = !known && len(x.terms) > 0
	return nil
}

// correctable tells whether a word may have errors: it is of letters, and enough
// of them.
func correctable(typed []rune) bool { return tolerance(len(typed)) > 0 && lettered(typed) }

// onlyForms tells that no document has the word as it is.
func (w *sought) onlyForms() bool {
	return !slices.ContainsFunc(w.terms, func(c candidate) bool { return c.lang == "" })
}

// corrections finds what words may have been meant for: the words with the fewest
// edits, and of these the best known. Of some, both parts may have an error; those
// that are still being typed may become a word.
func (r *Reader) corrections(words []*sought) (err error) {
	byLetter := 0
	for _, x := range words {
		typed := []rune(x.term)
		if x.near, err = r.near(typed); err != nil {
			return err
		}
		if tolerance(len(typed)) > 1 && (len(x.near) == 0 || x.near[0].edits > 1) && byLetter < maxByLetter {
			byLetter++
			if x.near, err = r.nearByLetter(typed); err != nil {
				return err
			}
		}
		if len(x.near) == 0 && x.prefix {
			if x.near, err = r.nearBeginnings(typed); err != nil {
				return err
			}
		}
	}
	return nil
}

type nearWord struct {
	spelledWord
	edits int
}

// docs is the least number of documents that a word of this rank has.
func (w spelledWord) docs() int { return 1 << (w.rank & 127) >> 1 }

// near are the words with the fewest edits, at most maxCorrections, of those
// that begin or end as the word does.
func (r *Reader) near(typed []rune) ([]nearWord, error) {
	begin, end := intact(len(typed))
	return r.nearIn(typed, maxSpelledFiles, map[rune]string{byBeginning: string(typed[:begin]), byEnd: string(typed[len(typed)-end:])})
}

// nearByLetter is near of a word with an error in each part: among all words of
// its first letter, or if there is none, of its last.
func (r *Reader) nearByLetter(typed []rune) ([]nearWord, error) {
	out, err := r.nearIn(typed, maxLetterFiles, map[rune]string{byBeginning: string(typed[:1])})
	if err == nil && len(out) == 0 {
		out, err = r.nearIn(typed, maxLetterFiles, map[rune]string{byEnd: string(typed[len(typed)-1:])})
	}
	return out, err
}

// nearIn is near among the words that have one of the texts, by order, as
// spellingKey has it, in at most so many files of each band.
func (r *Reader) nearIn(typed []rune, files int, texts map[rune]string) ([]nearWord, error) {
	most := tolerance(len(typed))
	found := map[string]nearWord{}
	for order, text := range texts {
		for band := spellingBand(len(typed) - most); band <= spellingBand(len(typed)+most); band++ {
			err := r.spelled(spellingKey(order, band, text), files, func(w spelledWord) {
				if d := distance(typed, w.runes, most, false); d > 0 && d <= most {
					found[w.word] = nearWord{w, d}
				}
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return nearest(slices.Collect(maps.Values(found)), typed), nil
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
		err := r.spelled(spellingKey(byBeginning, band, begin), maxSpelledFiles, func(w spelledWord) {
			if d := distance(typed, w.runes, 1, true); d == 1 {
				out = append(out, nearWord{w, d})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return nearest(out, typed), nil
}

// nearest are the best of the words, those with more edits than others left out;
// so are those that begin with neither of the first two letters, if there are any
// that do.
func nearest(all []nearWord, typed []rune) []nearWord {
	place := func(w nearWord) int {
		switch w.runes[0] {
		case typed[0]:
			return 0
		case typed[1]:
			return 1
		}
		return 2
	}
	slices.SortFunc(all, func(a, b nearWord) int {
		return cmp.Or(a.edits-b.edits, place(a)-place(b), int(b.rank)-int(a.rank), cmp.Compare(a.word, b.word))
	})
	n := 0
	for n < len(all) && n < maxCorrections && all[n].edits == all[0].edits && (place(all[n]) < 2 || place(all[0]) == 2) {
		n++
	}
	return all[:n]
}

// spelled calls fn with the words whose keys begin so, in at most so many files.
func (r *Reader) spelled(key string, files int, fn func(spelledWord)) error {
	var ids [][6]byte
	err := r.each(r.wordTree, key, func(start string, id [6]byte) bool {
		if within := strings.HasPrefix(start, key) || start <= key; !within || len(ids) == files {
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
	return w, len(w.runes) <= maxSpelled && rank&127 < 32
}
