package graph

import (
	"cmp"
	"slices"
)

// A node with many leaves (neighbours that have no other edge) would make a
// column that no window shows whole. From wrapFrom leaves on they stand in two
// columns, from wrapMore on in three; the edges to the far ones pass between the
// near ones.
const (
	wrapFrom = 9
	wrapMore = 28
	tightGap = 8  // between such an edge and what is above or below it
	narrowX  = 36 // between columns that only straight such edges join
	stepX    = 52 // between columns that only such edges join
)

// fan is what leaves of one node on one side have in common.
type fan struct {
	hub, rank int
	right     bool
}

// wrap moves leaves to columns further out.
func (s *sheet) wrap() {
	fans := s.fans()
	keys := make([]fan, 0, len(fans))
	for f, leaves := range fans {
		if len(leaves) >= wrapFrom {
			keys = append(keys, f)
		}
	}
	slices.SortFunc(keys, func(a, b fan) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.hub, b.hub)) })
	for i, f := range keys {
		leaves := fans[f]
		columns := 2
		if len(leaves) >= wrapMore {
			columns = 3
		}
		rows := (len(leaves) + columns - 1) / columns
		for j, w := range leaves {
			leaf, out := s.wires[w].to, j/rows
			if !f.right {
				leaf, out = s.wires[w].from, columns-1-j/rows // the reader meets the outermost first
			}
			v := &s.v[leaf]
			v.fan, v.hint = i+1, (j%rows)*columns+out
			if f.right {
				v.rank += out
			} else {
				v.rank -= out
			}
			s.wires[w].tight = out > 0
		}
	}
	if len(keys) > 0 {
		s.fromZero()
	}
}

// fans finds the wires to leaves. Those inside a boundary stay, since they may
// not leave it.
func (s *sheet) fans() map[fan][]int {
	degree := make([]int, s.nodes)
	for _, w := range s.wires {
		degree[w.from]++
		degree[w.to]++
	}
	leaf := func(v int) bool { return degree[v] == 1 && (s.zones == nil || s.zones[v] != inside) }
	fans := map[fan][]int{}
	for i, w := range s.wires {
		switch {
		case w.back || s.v[w.to].rank != s.v[w.from].rank+1:
		case leaf(w.to) && !leaf(w.from):
			f := fan{w.from, s.v[w.to].rank, true}
			fans[f] = append(fans[f], i)
		case leaf(w.from) && !leaf(w.to):
			f := fan{w.to, s.v[w.from].rank, false}
			fans[f] = append(fans[f], i)
		}
	}
	return fans
}

func (s *sheet) fromZero() {
	low := 0
	for i := range s.nodes {
		low = min(low, s.v[i].rank)
	}
	for i := range s.nodes {
		s.v[i].rank -= low
	}
}

// interleave puts the edges to far leaves between the near leaves, in the
// places that they and the leaves have in a rank.
func (s *sheet) interleave() {
	for _, vs := range s.ranks {
		places := map[int][]int{}
		most := 0
		for i, v := range vs {
			if f := s.v[v].fan; f > 0 {
				places[f] = append(places[f], i)
				most = max(most, f)
			}
		}
		for f := 1; f <= most; f++ {
			members := make([]int, len(places[f]))
			for i, at := range places[f] {
				members[i] = vs[at]
			}
			slices.SortFunc(members, func(a, b int) int { return cmp.Compare(s.v[a].hint, s.v[b].hint) })
			for i, at := range places[f] {
				vs[at] = members[i]
			}
		}
	}
}

// narrow tells whether only edges to wrapped leaves pass the gap after a rank,
// and whether all are straight.
func (s *sheet) narrow(r int) (narrow, straight bool) {
	straight = true
	for _, v := range s.ranks[r] {
		for _, d := range s.v[v].down {
			a, b := &s.v[v], &s.v[d]
			if a.fan == 0 || a.fan != b.fan || abs(a.y-b.y) > nodeH {
				return false, false
			}
			narrow, straight = true, straight && a.y == b.y
		}
	}
	return narrow, straight
}

// alignFans moves wrapped leaves to the heights of their edges, from the hub
// outwards.
func (p *placing) alignFans() {
	n := len(p.ranks)
	for i := range p.ranks {
		if p.inFan(i) {
			p.pull(i, true, false)
		}
		if p.inFan(n - 1 - i) {
			p.pull(n-1-i, false, true)
		}
	}
}

// inFan tells whether all vertices of a rank are leaves of fans or bends to
// them, and some stand behind others.
func (p *placing) inFan(r int) bool {
	for _, v := range p.ranks[r] {
		if p.v[v].fan == 0 {
			return false
		}
	}
	return true
}
