package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The words a typing error may have been meant for: letters only, of a name, a
// title, a tag or at least two documents. In a large index, what only one text
// has is more likely an error than a correction.
const (
	largeIndex   = 2000 // documents
	minSpelled   = 3    // runes of such a word
	maxSpelled   = 24   // runes of such a word
	spelledBytes = 12 << 10
	maxSpelling  = 1 << 20 // words; more are not corrected to
)

// spelling collects the words while terms go by.
type spelling struct {
	docs  int // of the index
	words []spelled
}

// spelled is a word by its key, which brings words of one first letter and one
// length together; see spellingKey.
type spelled struct {
	key  string
	rank byte // how many documents have it, as a power of two; 128 if in a name, title or tag
}

// spellingKey is the word's first letter, its length as a letter from 'a', and
// the word.
func spellingKey(word string, runes int) string {
	_, size := utf8.DecodeRuneInString(word)
	return word[:size] + string(rune('a'+runes)) + word
}

func (s *spelling) note(term []byte, docs int, strong bool) {
	if docs < 2 && s.docs >= largeIndex && !strong || len(s.words) >= maxSpelling {
		return
	}
	runes := 0
	for _, r := range string(term) {
		if !unicode.IsLetter(r) || paired(r) {
			return
		}
		runes++
	}
	if runes < minSpelled || runes > maxSpelled {
		return
	}
	rank := byte(bits.Len(uint(docs)))
	if strong {
		rank |= 128
	}
	s.words = append(s.words, spelled{spellingKey(string(term), runes), rank})
}

// write writes the words in files of some thousand: the number of words, for
// each what its key shares with that before, the rest of it, and its rank.
func (s *spelling) write(file func(data []byte) ([6]byte, error)) (*entries, error) {
	slices.SortFunc(s.words, func(a, b spelled) int { return strings.Compare(a.key, b.key) })
	words := &entries{}
	for at := 0; at < len(s.words); {
		from, last := at, ""
		var b []byte
		for ; at < len(s.words) && len(b) < spelledBytes; at++ {
			b = append(appendShared(b, last, s.words[at].key), s.words[at].rank)
			last = s.words[at].key
		}
		before := ""
		if from > 0 {
			before = s.words[from-1].key
		}
		id, err := file(append(binary.AppendUvarint(nil, uint64(at-from)), b...))
		if err != nil {
			return nil, err
		}
		words.add(separator(before, s.words[from].key), id)
	}
	return words, nil
}
