package build

import (
	"encoding/binary"

	"callboard/internal/cache"
	"callboard/internal/digest"
	"callboard/internal/site"
)

// states are what there was to be seen of each subject when the pages were
// planned the last time, and what there is now. An entity that was looked at
// with nothing that has changed since need not be planned.
type states struct {
	site      *site.Site
	numbers   *numbers
	then, now []stateOf // by the number of the subject
}

// stateOf is what was asked of one subject: which looks, and what they showed.
type stateOf struct {
	asked site.Look
	// changed are those of asked that are not as they were then; kept with now.
	changed site.Look
	seen    [site.Looks]seen
}

// seen is half of the digest of what is seen.
type seen [16]byte

// changed tells whether anything that was looked at is not as it was.
func (s *states) changed(looks []look) bool {
	for _, l := range looks {
		if s.ask(l); s.now[l.subject].changed&l.looks != 0 {
			return true
		}
	}
	return false
}

// ask makes sure that it is known what there is to be seen.
func (s *states) ask(l look) {
	for l.subject >= len(s.now) {
		s.now = append(s.now, stateOf{})
	}
	now := &s.now[l.subject]
	missing := l.looks &^ now.asked
	if missing == 0 {
		return
	}
	x, known := s.numbers.subject(l.subject)
	for i := range site.Looks {
		one := site.Look(1) << i
		if missing&one == 0 {
			continue
		}
		if known {
			sum := s.site.State(x, one)
			copy(now.seen[i][:], sum[:])
		}
		if !known || !s.was(l.subject, one, now.seen[i], i) {
			now.changed |= one
		}
	}
	now.asked |= missing
}

func (s *states) was(subject int, one site.Look, seen seen, i int) bool {
	return subject < len(s.then) && s.then[subject].asked&one != 0 && s.then[subject].seen[i] == seen
}

func statesKey(frame digest.Sum) digest.Sum { return digest.New("states/1").Add(frame).Sum() }

// loadStates reads what there was to be seen the last time. It is false if that
// is not known.
func loadStates(pack *cache.Pack, frame digest.Sum) (*states, bool) {
	raw, ok := pack.Get(statesKey(frame))
	d := recordReader{b: raw}
	s := &states{then: make([]stateOf, d.count())}
	for i := range s.then {
		x := &s.then[i]
		x.asked = site.Look(d.byte())
		for k := range site.Looks {
			if x.asked&(1<<k) != 0 {
				copy(x.seen[k][:], d.take(len(seen{})))
			}
		}
	}
	if !ok || d.bad {
		return &states{}, false
	}
	return s, true
}

// store keeps what there is to be seen now.
func (s *states) store(pack *cache.Pack, frame digest.Sum) error {
	b := binary.AppendUvarint(nil, uint64(len(s.now)))
	for i := range s.now {
		x := &s.now[i]
		b = append(b, byte(x.asked))
		for k := range site.Looks {
			if x.asked&(1<<k) != 0 {
				b = append(b, x.seen[k][:]...)
			}
		}
	}
	return pack.Put(statesKey(frame), b)
}
