package pymarkdown

import "strings"

// Delimited is one shape of text between runs of a sign, such as **strong**: one
// or two contents with a run before, between and behind them. Emphasis is a list
// of such shapes, tried in order at each sign (Python-Markdown's EmStrongItem,
// pymdownx's PatSeqItem).
type Delimited struct {
	Marks    []Mark
	Contents []Content // one less than Marks
	Build    Build
	// Tags are the names of the elements, the outer one first.
	Tags []string
	// Anywhere lets every shape stand inside; otherwise only those that come
	// later in the list.
	Anywhere bool
}

// Mark is a run of a number of signs and what must not be next to it.
type Mark struct {
	NotAfter  Neighbour
	Count     int
	NotBefore Neighbour
}

// Neighbour is a set of kinds of characters.
type Neighbour uint8

// Kinds of characters.
const (
	NearBlank Neighbour = 1 << iota // white space
	NearWord                        // letters, digits and "_"
	NearAlnum                       // letters and digits
	NearSign                        // the sign itself
)

// Build is what becomes of the contents.
type Build uint8

const (
	// Single is one element about the first content.
	Single Build = iota
	// Inner is two elements about the first content; a second content stands
	// behind the inner one.
	Inner
	// Trailing is an element about the first content and, within it, one about
	// the second.
	Trailing
)

// Content is what a content may consist of. All are as short as they can be.
type Content uint8

const (
	// Any is any text.
	Any Content = iota
	// AnyOrNone is any text or none.
	AnyOrNone
	// NoSign has no sign in it.
	NoSign
	// SpacedSigns has no sign but behind white space; or it is one sign.
	SpacedSigns
	// ShortRuns has no more than two signs side by side.
	ShortRuns
	// BetweenRuns has only runs of signs that stand between two word characters
	// or between white space.
	BetweenRuns
	// LongRuns has no sign that stands alone.
	LongRuns
	// LongRunsNoBlank is LongRuns without white space.
	LongRunsNoBlank
	// NoBlank has no white space.
	NoBlank
	// OneTwo is two signs, or one, or text without the sign.
	OneTwo
	// OneTwoNoBlank is OneTwo without white space.
	OneTwoNoBlank
	// PastRuns is any text, but ends in a run of signs between white space only
	// if it can end nowhere else.
	PastRuns
)

// shapes finds Delimited text in one piece of text. It remembers what failed:
// whether the rest of a shape follows at some byte does not depend on where the
// shape began, so no byte is tried twice and the work stays linear.
type shapes struct {
	text  string
	sign  byte
	list  []Delimited
	tried [][]uint64 // by shape and content: the bytes at which no rest follows
	// run is the run of signs that was gone over last.
	run span
	// lone, if it is not 0, is behind where no rest follows in runs that stand
	// alone (PastRuns), by shape and content.
	lone map[int]int
	// found is the last match.
	found  [3]span
	number int
}

type span struct{ start, end int }

// memoFrom is the length of text from which on it pays to remember.
const memoFrom = 64

func (s *shapes) failed(content, at int) *uint64 {
	if len(s.text) < memoFrom {
		return nil
	}
	if s.tried == nil {
		s.tried = make([][]uint64, 2*len(s.list))
	}
	n := 2*s.number + content
	if s.tried[n] == nil {
		s.tried[n] = make([]uint64, len(s.text)/64+1)
	}
	return &s.tried[n][at/64]
}

// match finds the first shape of the list, from number from on, that begins at a
// byte.
func (s *shapes) match(at, from int) (number, end int, ok bool) {
	for s.number = from; s.number < len(s.list); s.number++ {
		if end, ok := s.rest(0, at); ok {
			return s.number, end, true
		}
	}
	return 0, 0, false
}

// matchOne tries one shape.
func (s *shapes) matchOne(at, number int) (end int, ok bool) {
	s.number = number
	return s.rest(0, at)
}

// rest matches what is left of the shape from mark i on.
func (s *shapes) rest(i, at int) (end int, ok bool) {
	shape := &s.list[s.number]
	m := shape.Marks[i]
	end = at + m.Count
	if end > len(s.text) {
		return 0, false
	}
	for k := at; k < end; k++ {
		if s.text[k] != s.sign {
			return 0, false
		}
	}
	if m.NotAfter != 0 && s.after(m.NotAfter, at) || m.NotBefore != 0 && s.before(m.NotBefore, end) {
		return 0, false
	}
	if i == len(shape.Contents) {
		return end, true
	}
	return s.content(i, end)
}

// try matches the rest if content i runs from start to at.
func (s *shapes) try(i, start, at int) (end int, ok bool) {
	if at >= len(s.text) || s.text[at] != s.sign {
		return 0, false
	}
	if end, ok = s.rest(i+1, at); ok {
		s.found[i] = span{start, at}
	}
	return end, ok
}

// content finds the shortest content i that the rest follows.
func (s *shapes) content(i, start int) (end int, ok bool) {
	kind := s.list[s.number].Contents[i]
	at := start
	switch kind {
	case AnyOrNone:
		if end, ok = s.try(i, start, start); ok {
			return end, true
		}
	case OneTwo, OneTwoNoBlank:
		for n := 2; n > 0; n-- {
			if strings.HasPrefix(s.text[start:], strings.Repeat(string(rune(s.sign)), n)) {
				if end, ok = s.try(i, start, start+n); ok {
					return end, true
				}
			}
		}
	case SpacedSigns:
		if start < len(s.text) && s.text[start] == s.sign {
			if end, ok = s.try(i, start, start+1); ok {
				return end, true
			}
		}
	case PastRuns:
		return s.pastRuns(i, start)
	}
	for {
		next, ok := s.over(kind, at)
		if !ok {
			return 0, false
		}
		at = s.plain(kind, next)
		if at >= len(s.text) || s.text[at] != s.sign {
			return 0, false
		}
		memo := s.failed(i, at)
		if memo != nil && *memo&(1<<(at%64)) != 0 {
			return 0, false
		}
		if end, ok = s.try(i, start, at); ok {
			return end, true
		}
		if memo != nil {
			*memo |= 1 << (at % 64)
		}
	}
}

// plain goes over text without signs.
func (s *shapes) plain(kind Content, at int) int {
	rest := s.text[at:]
	i := strings.IndexByte(rest, s.sign)
	if i < 0 {
		i = len(rest)
	}
	switch kind {
	case NoBlank, OneTwoNoBlank, LongRunsNoBlank:
		if b := strings.IndexFunc(rest[:i], IsBlank); b >= 0 {
			i = b
		}
	}
	return at + i
}

// over goes over what stands at a byte, a run of signs if the kind of content
// takes it as one.
func (s *shapes) over(kind Content, at int) (next int, ok bool) {
	t := s.text
	if at >= len(t) {
		return 0, false
	}
	if t[at] != s.sign {
		switch kind {
		case NoBlank, OneTwoNoBlank, LongRunsNoBlank:
			return at + 1, !BlankAt(t, at)
		}
		return at + 1, true
	}
	switch kind {
	case Any, AnyOrNone, NoBlank:
		return at + 1, true
	case SpacedSigns:
		return at + 1, BlankBefore(t, at)
	case ShortRuns:
		return at + 1, at < 2 || t[at-1] != s.sign || t[at-2] != s.sign
	case BetweenRuns:
		end := s.runEnd(at)
		return end, s.between(at, end)
	case LongRuns, LongRunsNoBlank:
		end := s.runEnd(at)
		return end, end-at >= 2
	}
	return 0, false
}

// runEnd is where the run of signs ends that a sign at a byte belongs to.
func (s *shapes) runEnd(at int) int {
	if at < s.run.start || at >= s.run.end {
		end := at
		for end < len(s.text) && s.text[end] == s.sign {
			end++
		}
		s.run = span{at, end}
	}
	return s.run.end
}

// between tells whether both neighbours of a run are word characters, or both
// are white space.
func (s *shapes) between(at, end int) bool {
	before, ok1 := RuneBefore(s.text, at)
	after, ok2 := RuneAt(s.text, end)
	if !ok1 || !ok2 {
		return false
	}
	word := IsWord(before) && IsWord(after)
	if s.sign == '_' && before == '_' {
		word = false
	}
	return word || IsBlank(before) && IsBlank(after)
}

// after tells whether one of the characters ends at a byte.
func (s *shapes) after(kinds Neighbour, at int) bool {
	r, ok := RuneBefore(s.text, at)
	return ok && s.is(kinds, r)
}

// before tells whether one of the characters begins at a byte.
func (s *shapes) before(kinds Neighbour, at int) bool {
	r, ok := RuneAt(s.text, at)
	return ok && s.is(kinds, r)
}

func (s *shapes) is(kinds Neighbour, r rune) bool {
	return kinds&NearSign != 0 && r == rune(s.sign) ||
		kinds&NearBlank != 0 && IsBlank(r) ||
		kinds&NearWord != 0 && IsWord(r) ||
		kinds&NearAlnum != 0 && r != '_' && IsWord(r)
}

// pastRuns is content of the kind PastRuns: runs between white space are gone
// over; only if the rest follows nowhere else, it is looked for within them, in
// the last one first.
func (s *shapes) pastRuns(i, start int) (end int, ok bool) {
	var runs []span
	for at := start; at < len(s.text); {
		stop := at
		if s.text[at] == s.sign {
			stop = s.runEnd(at)
		}
		if stop > at && BlankBefore(s.text, at) && BlankAt(s.text, stop) {
			runs = append(runs, span{at, stop})
			at = stop
			continue
		}
		if at > start {
			memo := s.failed(i, at)
			if memo != nil && *memo&(1<<(at%64)) != 0 {
				break
			}
			if end, ok = s.try(i, start, at); ok {
				return end, true
			}
			if memo != nil {
				*memo |= 1 << (at % 64)
			}
		}
		at = s.plain(Any, at+1)
	}
	n := 2*s.number + i
	if from, ok := s.lone[n]; ok && start >= from {
		return 0, false
	}
	for k := len(runs) - 1; k >= 0; k-- {
		for at := runs[k].start + 1; at < runs[k].end; at++ {
			if end, ok = s.try(i, start, at); ok {
				return end, true
			}
		}
	}
	if s.lone == nil {
		s.lone = map[int]int{}
	}
	s.lone[n] = start
	return 0, false
}
