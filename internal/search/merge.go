package search

import "bytes"

// mergeBytes is what the buffers of the groups take together, if that leaves
// each what a term needs.
const mergeBytes = 4 << 20

// merging puts the groups of an index together. It is a tournament: each inner
// node of a tree holds the loser of two subtrees, so that after the winner has
// gone on, only the games on its way to the root are played again.
type merging struct {
	groups []*cursor
	losers []int // losers[0] is the winner of all
}

func newMerging(groups []*cursor) (*merging, error) {
	m := &merging{groups: groups, losers: make([]int, max(len(groups), 1))}
	for _, c := range groups {
		if err := c.open(min(mergeBytes/len(groups), 64<<10)); err != nil {
			return nil, err
		}
	}
	m.losers[0] = m.play(1)
	return m, nil
}

// play finds the winner below a node. Nodes from len(groups) on are the groups.
func (m *merging) play(node int) int {
	n := len(m.groups)
	if node >= n {
		return node - n
	}
	a, b := m.play(2*node), m.play(2*node+1)
	if m.groups[b].before(m.groups[a]) {
		a, b = b, a
	}
	m.losers[node] = b
	return a
}

// advance lets the winner go on and finds the next.
func (m *merging) advance() error {
	w := m.losers[0]
	if err := m.groups[w].next(); err != nil {
		return err
	}
	for node := (w + len(m.groups)) / 2; node > 0; node /= 2 {
		if m.groups[m.losers[node]].before(m.groups[w]) {
			w, m.losers[node] = m.losers[node], w
		}
	}
	m.losers[0] = w
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
	for c := m.groups[m.losers[0]]; !c.done; {
		term = append(term[:0], c.term...)
		p.reset()
		s.docs, s.flags = s.docs[:0], s.flags[:0]
		for !c.done && bytes.Equal(c.term, term) {
			if err := c.take(&p, &s); err != nil {
				return err
			}
			if err := m.advance(); err != nil {
				return err
			}
			c = m.groups[m.losers[0]]
		}
		if err := f(term, &p, &s); err != nil {
			return err
		}
	}
	return nil
}
