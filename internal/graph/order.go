package graph

import (
	"cmp"
	"slices"
)

const sweeps = 12

// order puts the vertices of each rank in an order with few crossings: sweeps
// that sort by the median of the neighbours, each followed by swaps of
// neighbours that help. The best order found is kept.
func (l *layout) order() {
	l.number()
	best, bestCrossings := l.snapshot(), l.crossings()
	for i := range sweeps {
		if bestCrossings == 0 && i > 1 {
			break
		}
		if i%2 == 0 {
			for r := 1; r < len(l.ranks); r++ {
				l.sortRank(r, func(v *vertex) []int { return v.up })
			}
		} else {
			for r := len(l.ranks) - 2; r >= 0; r-- {
				l.sortRank(r, func(v *vertex) []int { return v.down })
			}
		}
		l.transpose()
		if c := l.crossings(); c < bestCrossings {
			best, bestCrossings = l.snapshot(), c
		}
	}
	l.ranks = best
	l.number()
}

func (l *layout) number() {
	for _, vs := range l.ranks {
		for i, v := range vs {
			l.v[v].order = i
		}
	}
}

func (l *layout) snapshot() [][]int {
	out := make([][]int, len(l.ranks))
	for i, r := range l.ranks {
		out[i] = slices.Clone(r)
	}
	return out
}

// sortRank sorts one rank by the median of the neighbours in the rank that
// stays. Vertices without any keep their place among the others.
func (l *layout) sortRank(r int, neighbours func(*vertex) []int) {
	vs := l.ranks[r]
	key := make(map[int]int, len(vs))
	for _, v := range vs {
		key[v] = l.median(neighbours(&l.v[v]), 2*l.v[v].order)
	}
	slices.SortStableFunc(vs, func(a, b int) int { return cmp.Compare(key[a], key[b]) })
	for i, v := range vs {
		l.v[v].order = i
	}
}

// median is twice the median of the orders of vs, or the default.
func (l *layout) median(vs []int, none int) int {
	if len(vs) == 0 {
		return none
	}
	os := make([]int, len(vs))
	for i, v := range vs {
		os[i] = l.v[v].order
	}
	slices.Sort(os)
	return os[(len(os)-1)/2] + os[len(os)/2]
}

// transpose swaps neighbours in a rank while that removes crossings.
func (l *layout) transpose() {
	for round, better := 0, true; better && round < 4; round++ {
		better = false
		for _, vs := range l.ranks {
			if len(vs) > 60 {
				continue // a rank so long is sorted by medians alone
			}
			for i := 0; i+1 < len(vs); i++ {
				a, b := vs[i], vs[i+1]
				if l.pair(b, a) < l.pair(a, b) {
					vs[i], vs[i+1] = b, a
					l.v[a].order, l.v[b].order = i+1, i
					better = true
				}
			}
		}
	}
}

// pair counts the crossings of the edges of a and b if a stands above b.
func (l *layout) pair(a, b int) int {
	return l.inversions(l.v[a].up, l.v[b].up) + l.inversions(l.v[a].down, l.v[b].down)
}

func (l *layout) inversions(as, bs []int) int {
	n := 0
	for _, x := range as {
		for _, y := range bs {
			if l.v[x].order > l.v[y].order {
				n++
			}
		}
	}
	return n
}

// crossings counts all crossings between neighbouring ranks, by the inversions
// of the edges' ends.
func (l *layout) crossings() int {
	n := 0
	var ends []int
	for r := 0; r+1 < len(l.ranks); r++ {
		ends = ends[:0]
		for _, v := range l.ranks[r] {
			from := len(ends)
			for _, d := range l.v[v].down {
				ends = append(ends, l.v[d].order)
			}
			slices.Sort(ends[from:])
		}
		n += countInversions(ends)
	}
	return n
}

// countInversions sorts s by merging and counts the pairs out of order.
func countInversions(s []int) int {
	if len(s) < 2 {
		return 0
	}
	mid := len(s) / 2
	n := countInversions(s[:mid]) + countInversions(s[mid:])
	merged := make([]int, 0, len(s))
	i, j := 0, mid
	for i < mid && j < len(s) {
		if s[j] < s[i] {
			n += mid - i
			merged = append(merged, s[j])
			j++
		} else {
			merged = append(merged, s[i])
			i++
		}
	}
	merged = append(append(merged, s[i:mid]...), s[j:]...)
	copy(s, merged)
	return n
}

// place gives every vertex its height: each rank is moved towards the medians
// of its neighbours, as near as not overlapping allows.
func (l *layout) place() {
	for _, vs := range l.ranks {
		y := 0
		for _, v := range vs {
			l.v[v].y = y + l.v[v].height()/2
			y += l.v[v].height() + gapY
		}
	}
	for i := range 8 {
		if i%2 == 0 {
			for r := 1; r < len(l.ranks); r++ {
				l.pull(r, func(v *vertex) []int { return v.up })
			}
		} else {
			for r := len(l.ranks) - 2; r >= 0; r-- {
				l.pull(r, func(v *vertex) []int { return v.down })
			}
		}
	}
	for r := range l.ranks {
		l.pull(r, func(v *vertex) []int { return slices.Concat(v.up, v.down) })
	}
	l.toOrigin()
}

// block is a run of vertices that touch and move as one.
type block struct{ from, to, sum, weight int }

// pull solves "as near to the wanted places as possible, in order, without
// overlap" exactly, by joining neighbours that collide (pool adjacent
// violators).
func (l *layout) pull(r int, neighbours func(*vertex) []int) {
	vs := l.ranks[r]
	offset := make([]int, len(vs)) // where a vertex stands in a rank packed tight
	for i := 1; i < len(vs); i++ {
		offset[i] = offset[i-1] + (l.v[vs[i-1]].height()+l.v[vs[i]].height())/2 + gapY
	}
	var bs []block
	for i, v := range vs {
		want, weight := l.wanted(neighbours(&l.v[v]), v)
		bs = append(bs, block{i, i, (want - offset[i]) * weight, weight})
		for len(bs) > 1 && floorDiv(bs[len(bs)-2].sum, bs[len(bs)-2].weight) > floorDiv(bs[len(bs)-1].sum, bs[len(bs)-1].weight) {
			a, b := bs[len(bs)-2], bs[len(bs)-1]
			bs = append(bs[:len(bs)-2], block{a.from, b.to, a.sum + b.sum, a.weight + b.weight})
		}
	}
	for _, b := range bs {
		for i := b.from; i <= b.to; i++ {
			l.v[vs[i]].y = floorDiv(b.sum, b.weight) + offset[i]
		}
	}
}

// wanted is the median height of the neighbours and how much it counts: bends
// count most, so that long edges are straight.
func (l *layout) wanted(vs []int, self int) (y, weight int) {
	if len(vs) == 0 {
		return l.v[self].y, 1
	}
	ys := make([]int, len(vs))
	weight = 2
	for i, v := range vs {
		ys[i] = l.v[v].y
		if l.v[v].node < 0 && l.v[self].node < 0 {
			weight = 8
		}
	}
	slices.Sort(ys)
	return (ys[(len(ys)-1)/2] + ys[len(ys)/2]) / 2, weight
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func (l *layout) toOrigin() {
	top := 0
	for i, v := range l.v {
		if t := v.y - v.height()/2; i == 0 || t < top {
			top = t
		}
	}
	for i := range l.v {
		l.v[i].y += margin - top
	}
}
