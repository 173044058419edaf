package search

import (
	"unicode/utf8"
)

// maxTokenRunes is where a token is cut. Longer words (keys, base64) are found
// by their first runes, because the query is cut at the same place.
const maxTokenRunes = 48

// maxHumps is the number of parts from which a word in camel case is taken for
// noise, such as base64, and is not split.
const maxHumps = 8

// Classes of ASCII bytes for the scanner.
const (
	other byte = iota
	lower      // a-z, 0-9
	upper      // A-Z
	joint      // - _ . which hold a compound together
)

func class(c byte) byte {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return lower
	case c >= 'A' && c <= 'Z':
		return upper
	case c == '-', c == '_', c == '.':
		return joint
	}
	return other
}

// classes is class as a table: the scanner reads it once a byte.
var classes = func() (t [utf8.RuneSelf]byte) {
	for i := range t {
		t[i] = class(byte(i))
	}
	return
}()

// span is a part of a word, as offsets of its folded bytes.
type span struct{ start, end int }

// scanner cuts a text into words and folds them. A word is a run of letters,
// digits and marks, held together by single - _ . between them; its parts are
// what stands between these and between the humps of camel case. Scripts that
// write without spaces come as overlapping pairs of characters.
//
// The scanner in themes/default/ts/lib/searchindex.ts does the same;
// testdata/tokens.json is the test of both.
type scanner struct {
	src string
	pos int

	// Of the last word: its place in src, its folded bytes, the parts between
	// joints (none when there is but one) and those between humps.
	start, end int
	word       []byte
	parts      []span
	humps      []span

	cjk       bool // inside a run of characters that come in pairs
	partStart int
	humpStart int
	humpCount int
	last      kind // of the character before
	before    kind // of the one before that
	lastAt    int  // offset in word of the character before
}

// kind is what camel case needs to know of a character.
type kind byte

const (
	caseless kind = iota
	lowerCase
	upperCase
)

func (s *scanner) reset(src string) {
	s.src, s.pos, s.cjk = src, 0, false
}

// next moves to the next word. The word's slices are good until the next call.
func (s *scanner) next() bool {
	if s.cjk && s.nextPair() {
		return true
	}
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if c < utf8.RuneSelf {
			if k := classes[c]; k == lower || k == upper {
				return s.scanWord()
			}
			s.pos++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.src[s.pos:])
		if paired(r) {
			s.cjk = true
			if s.nextPair() {
				return true
			}
			continue
		}
		if !wordRune(r) {
			s.pos += size
		} else if s.scanWord() {
			return true
		}
	}
	return false
}

// atWord tells whether a word may go on at i. Paired scripts end a word.
func (s *scanner) atWord(i int) bool {
	if i >= len(s.src) {
		return false
	}
	c := s.src[i]
	if c < utf8.RuneSelf {
		k := classes[c]
		return k == lower || k == upper
	}
	r, _ := utf8.DecodeRuneInString(s.src[i:])
	return wordRune(r) && !paired(r)
}

// scanWord reads the word at pos; false if it folds to nothing.
func (s *scanner) scanWord() bool {
	s.start = s.pos
	s.word, s.parts, s.humps = s.word[:0], s.parts[:0], s.humps[:0]
	s.partStart, s.humpStart, s.humpCount = 0, 0, 0
	s.last, s.before = caseless, caseless
loop:
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s.src[s.pos:])
			if !wordRune(r) || paired(r) {
				break
			}
			s.letter(caseOf(r))
			s.word = appendFolded(s.word, r)
			s.pos += size
			continue
		}
		switch classes[c] {
		case lower:
			k := lowerCase
			if c <= '9' {
				k = caseless
			}
			s.letter(k)
			s.run()
		case upper:
			s.letter(upperCase)
			s.word = append(s.word, c|0x20)
			s.pos++
		case joint:
			if !s.atWord(s.pos + 1) {
				break loop
			}
			s.joint(c)
			s.pos++
		default:
			break loop
		}
	}
	s.end = s.pos
	return s.finish()
}

// run appends the character at pos and the small letters after it, which is
// most of all text.
func (s *scanner) run() {
	i := s.pos + 1
	for i < len(s.src) && s.src[i] >= 'a' && s.src[i] <= 'z' {
		i++
	}
	s.word = append(s.word, s.src[s.pos:i]...)
	if i > s.pos+1 {
		s.before, s.last, s.lastAt = lowerCase, lowerCase, len(s.word)-1
	}
	s.pos = i
}

// letter notes a hump that begins at, or one letter before, the next character.
func (s *scanner) letter(k kind) {
	switch {
	case k == upperCase && s.last == lowerCase:
		s.hump(len(s.word))
	case k == lowerCase && s.last == upperCase && s.before == upperCase:
		s.hump(s.lastAt)
	}
	s.before, s.last, s.lastAt = s.last, k, len(s.word)
}

func (s *scanner) hump(at int) {
	s.humps = append(s.humps, span{s.humpStart, at})
	s.humpStart = at
	s.humpCount++
}

// joint ends a part.
func (s *scanner) joint(c byte) {
	s.endPart()
	s.word = append(s.word, c)
	s.partStart, s.humpStart, s.humpCount = len(s.word), len(s.word), 0
	s.last, s.before = caseless, caseless
}

// endPart notes the part that ends here, with its humps if it has several.
func (s *scanner) endPart() {
	s.parts = append(s.parts, span{s.partStart, len(s.word)})
	switch {
	case s.humpCount >= maxHumps:
		s.humps = s.humps[:len(s.humps)-s.humpCount]
	case s.humpCount > 0:
		s.humps = append(s.humps, span{s.humpStart, len(s.word)})
	}
}

func (s *scanner) finish() bool {
	s.endPart()
	if len(s.parts) == 1 {
		s.parts = s.parts[:0]
	}
	return len(s.word) > 0
}

// nextPair reads the next pair of a run of paired characters: "abc" gives ab
// and bc, a single character gives itself.
func (s *scanner) nextPair() bool {
	first, size := utf8.DecodeRuneInString(s.src[s.pos:])
	if s.pos >= len(s.src) || !paired(first) {
		s.cjk = false
		return false
	}
	s.start = s.pos
	s.word = utf8.AppendRune(s.word[:0], first)
	s.parts, s.humps = s.parts[:0], s.humps[:0]
	s.pos += size
	s.end = s.pos
	second, size := utf8.DecodeRuneInString(s.src[s.pos:])
	if s.pos >= len(s.src) || !paired(second) {
		s.cjk = false
		return true
	}
	s.word = utf8.AppendRune(s.word, second)
	s.end = s.pos + size
	third, _ := utf8.DecodeRuneInString(s.src[s.end:])
	if s.end >= len(s.src) || !paired(third) {
		s.cjk, s.pos = false, s.end
	}
	return true
}

// cut is the token as it stands in the index.
func cut(token []byte) []byte {
	if len(token) <= maxTokenRunes {
		return token
	}
	for i, n := 0, 0; i < len(token); n++ {
		if n == maxTokenRunes {
			return token[:i]
		}
		_, size := utf8.DecodeRune(token[i:])
		i += size
	}
	return token
}
