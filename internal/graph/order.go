package graph

import (
	"cmp"
	"slices"
)

// order finds an order in each rank with few crossings.
func (s *sheet) order() {
	l := s.layers()
	l.sort = l.sortFree
	l.number()
	l.search()
	for v, pos := range l.pos {
		s.v[v].pos = pos
	}
}

// layers are the sheet's ranks, which they share, and edges.
func (s *sheet) layers() *layers {
	l := newLayers(len(s.v))
	l.ranks = s.ranks
	for i := range s.v {
		l.up[i], l.down[i], l.pos[i] = s.v[i].up, s.v[i].down, s.v[i].pos
	}
	return l
}

// sortFree sorts a rank in which everything may stand anywhere. Vertices without
// a key stay where they are and the others are sorted around them.
func (l *layers) sortFree(r int) {
	vs := l.ranks[r]
	l.room = l.room[:0]
	for _, v := range vs {
		if l.keys[v] >= 0 {
			l.room = append(l.room, v)
		}
	}
	slices.SortStableFunc(l.room, func(a, b int) int { return cmp.Compare(l.keys[a], l.keys[b]) })
	next := 0
	for i, v := range vs {
		if l.keys[v] >= 0 {
			vs[i] = l.room[next]
			next++
		}
		l.pos[vs[i]] = i
	}
}
