package search

import (
	"bytes"
	"unicode/utf8"
)

// mergeBytes is what the buffers of the groups take together, if that leaves
// each what a term needs.
const mergeBytes = 4 << 20

// merging puts the groups of an index together. It is a tournament: each inner
// node of a tree holds the loser of two subtrees, so that after the winner has
// gone on, only the games on its way to the root are played again.
type merging struct {
	groups []*cursor
	nodes  []player // from 1; the first is the winner of all
}

// player is a group with the key of its term, which nearly always decides.
type player struct {
	key   uint64
	group int
}

func newMerging(groups []*cursor) (*merging, error) {
	m := &merging{groups: groups, nodes: make([]player, max(len(groups), 1))}
	for _, c := range groups {
		if err := c.open(min(mergeBytes/len(groups), 64<<10)); err != nil {
			return nil, err
		}
	}
	if len(groups) > 0 {
		m.nodes[0] = m.play(1)
	}
	return m, nil
}

// before tells whether a wins.
func (m *merging) before(a, b player) bool {
	return a.key < b.key || a.key == b.key && m.groups[a.group].beforeSame(m.groups[b.group])
}

// play finds the winner below a node. Nodes from len(groups) on are the groups.
func (m *merging) play(node int) player {
	if n := len(m.groups); node >= n {
		return player{m.groups[node-n].key, node - n}
	}
	a, b := m.play(2*node), m.play(2*node+1)
	if m.before(b, a) {
		a, b = b, a
	}
	m.nodes[node] = b
	return a
}

// advance lets the winner go on and finds the next.
func (m *merging) advance() error {
	w := m.nodes[0]
	c := m.groups[w.group]
	if err := c.next(); err != nil {
		return err
	}
	w.key = c.key
	for node := (w.group + len(m.groups)) / 2; node > 0; node /= 2 {
		o := &m.nodes[node]
		if o.key > w.key || o.key == w.key && !m.groups[o.group].beforeSame(m.groups[w.group]) {
			continue // most of the time; a call of before would show
		}
		w, *o = *o, w
	}
	m.nodes[0] = w
	return nil
}

// each calls f with every term in order, all its postings, and the strong ones
// among them. All three are f's until it returns.
func (m *merging) each(f func(term []byte, p *postings, strong *list) error) error {
	if len(m.groups) == 0 {
		return nil
	}
	var term []byte
	var p postings
	var s list
	for c := m.groups[m.nodes[0].group]; !c.done; {
		if term = append(term[:0], c.term...); !utf8.Valid(term) {
			return c.damaged("a term that is none")
		}
		p.reset()
		s.docs, s.marks = s.docs[:0], s.marks[:0]
		for !c.done && bytes.Equal(c.term, term) {
			if err := c.take(&p, &s); err != nil {
				return err
			}
			if err := m.advance(); err != nil {
				return err
			}
			c = m.groups[m.nodes[0].group]
		}
		if err := f(term, &p, &s); err != nil {
			return err
		}
	}
	return nil
}
