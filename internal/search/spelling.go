package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode"
)

// The words a typing error may have been meant for, of a name, a title, a tag or
// at least two documents; those with digits not of text alone. In a large index, what only one text
// has is more likely an error than a correction.
const (
	largeIndex    = 2000 // documents
	minSpelled    = 3    // runes of such a word
	maxSpelled    = 24   // runes of such a word
	maxDigits     = 2    // of these
	leastNumbered = 8    // runes of one that begins with a digit
	spelledBytes  = 2 << 10
	maxSpelling   = 1 << 20 // words; more are not corrected to
)

// spelling collects the words while terms go by.
type spelling struct {
	docs  int // of the index
	words []spelled
}

// spelled is a word by its key, which is spellingKey's.
type spelled struct {
	key  string
	rank byte // how many documents have it, as a power of two; 128 if in a name, title or tag
}

// Every word stands twice among the words, by how it begins and by how it ends:
// one error leaves one of both as it is, wherever it is made. Words of about one
// length are together, as those that are much longer are not meant.
const (
	byBeginning = 'A' // of the first band; see spellingBand
	byEnd       = 'a'
)

// spellingBand numbers the lengths that are together: the short ones, of which
// little is left beside an error, each for itself.
func spellingBand(runes int) int {
	switch {
	case runes < 7:
		return max(runes, minSpelled) - minSpelled
	case runes < 10:
		return 4
	case runes < 14:
		return 5
	}
	return 6
}

// spellingKey is a letter for the order and the band, and the word; for byEnd
// from its last letter to its first.
func spellingKey(order rune, band int, word string) string {
	if order == byEnd {
		word = reversed(word)
	}
	return string(order+rune(band)) + word
}

func reversed(word string) string {
	all := []rune(word)
	slices.Reverse(all)
	return string(all)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// lettered tells whether a word is of letters, as far as it may have errors: a
// digit or two within it are part of a name, such as log4j's; more are a number.
// Long words may begin with one: 1password.
func lettered(word []rune) bool {
	digits := 0
	for i, r := range word {
		switch {
		case unicode.IsLetter(r) && !paired(r):
		case (i > 0 || len(word) >= leastNumbered) && isDigit(r) && digits < maxDigits:
			digits++
		default:
			return false
		}
	}
	return true
}

func (s *spelling) note(term []byte, docs int, strong bool) {
	if docs < 2 && s.docs >= largeIndex && !strong || len(s.words) >= maxSpelling {
		return
	}
	word := []rune(string(term))
	if len(word) < minSpelled || len(word) > maxSpelled || !lettered(word) || !strong && slices.ContainsFunc(word, isDigit) {
		return
	}
	rank := byte(bits.Len(uint(docs)))
	if strong {
		rank |= 128
	}
	s.words = append(s.words, spelled{spellingKey(byBeginning, spellingBand(len(word)), string(term)), rank})
}

// write writes the words in files of some hundred, in the order of their keys:
// the number of words, for each what its key shares with that before, the rest
// of it, and its rank.
func (s *spelling) write(file func(data []byte) ([6]byte, error)) (*entries, error) {
	words := &entries{}
	last, err := s.writeSorted(words, "", file)
	if err != nil {
		return nil, err
	}
	for i, w := range s.words {
		s.words[i].key = spellingKey(byEnd, int(w.key[0]-byBeginning), w.key[1:])
	}
	_, err = s.writeSorted(words, last, file)
	return words, err
}

// writeSorted writes the words by the keys that they have now, which come after
// last, and gives the last of them.
func (s *spelling) writeSorted(words *entries, last string, file func(data []byte) ([6]byte, error)) (string, error) {
	slices.SortFunc(s.words, func(a, b spelled) int { return strings.Compare(a.key, b.key) })
	for at := 0; at < len(s.words); {
		from, before, shared := at, last, ""
		var b []byte
		for ; at < len(s.words) && len(b) < spelledBytes; at++ {
			b = append(appendShared(b, shared, s.words[at].key), s.words[at].rank)
			shared = s.words[at].key
		}
		last = shared
		id, err := file(append(binary.AppendUvarint(nil, uint64(at-from)), b...))
		if err != nil {
			return "", err
		}
		words.add(separator(before, s.words[from].key), id)
	}
	return last, nil
}
