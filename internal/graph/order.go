package graph

import (
	"cmp"
	"slices"
)

// maxSweeps is how often the ranks are sorted at most.
const maxSweeps = 16

// order finds an order in each rank with few crossings: sweeps that sort by
// medians or means of the neighbours, each followed by swaps that help. It
// tries from the left and from the right and keeps the best.
func (s *sheet) order() {
	o := &ordering{sheet: s}
	o.number()
	start := o.copyRanks(nil)
	best, least := o.copyRanks(nil), o.crossings()
	for direction := 0; direction < 2 && least > 0; direction++ {
		o.setRanks(start)
		stale := 0
		for i := 0; i < maxSweeps && stale < 6 && least > 0; i++ {
			o.sweep(i%2 == direction, i%4 >= 2)
			o.transpose()
			if c := o.crossings(); c < least {
				best, least, stale = o.copyRanks(best), c, 0
			} else {
				stale++
			}
		}
	}
	o.setRanks(best)
}

// ordering holds what the search for an order uses again and again.
type ordering struct {
	*sheet
	keys       []int // by vertex
	ends, room []int
}

func (o *ordering) number() {
	for _, vs := range o.ranks {
		for i, v := range vs {
			o.v[v].pos = i
		}
	}
}

func (o *ordering) copyRanks(into [][]int) [][]int {
	if into == nil {
		into = make([][]int, len(o.ranks))
	}
	for r, vs := range o.ranks {
		into[r] = append(into[r][:0], vs...)
	}
	return into
}

func (o *ordering) setRanks(from [][]int) {
	for r, vs := range from {
		copy(o.ranks[r], vs)
	}
	o.number()
}

// sweep sorts all ranks but the first by their neighbours in the one before, or
// from the other end by those in the one after.
func (o *ordering) sweep(rightward, mean bool) {
	if o.keys == nil {
		o.keys = make([]int, len(o.v))
	}
	for i := range o.ranks {
		r := i
		if !rightward {
			r = len(o.ranks) - 1 - i
		}
		for _, v := range o.ranks[r] {
			near := o.v[v].up
			if !rightward {
				near = o.v[v].down
			}
			o.keys[v] = o.key(near, mean)
		}
		o.sortRank(o.ranks[r])
	}
}

// precision of keys, which stand for places between integers.
const precision = 64

// key is the median or the mean place of the neighbours, -1 without any.
func (o *ordering) key(near []int, mean bool) int {
	if len(near) == 0 {
		return -1
	}
	o.ends = o.ends[:0]
	sum := 0
	for _, v := range near {
		o.ends = append(o.ends, o.v[v].pos)
		sum += o.v[v].pos
	}
	if mean {
		return sum * precision / len(near)
	}
	slices.Sort(o.ends)
	return middle(o.ends, precision)
}

// middle is the median of sorted numbers, times a factor.
func middle(sorted []int, factor int) int {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) * factor / 2
}

// sortRank sorts by keys. Vertices without one stay where they are and the
// others are sorted around them.
func (o *ordering) sortRank(vs []int) {
	o.room = o.room[:0]
	for _, v := range vs {
		if o.keys[v] >= 0 {
			o.room = append(o.room, v)
		}
	}
	slices.SortStableFunc(o.room, func(a, b int) int { return cmp.Compare(o.keys[a], o.keys[b]) })
	next := 0
	for i, v := range vs {
		if o.keys[v] >= 0 {
			vs[i] = o.room[next]
			next++
		}
		o.v[vs[i]].pos = i
	}
}

// maxPairs bounds the work of one round of transposition, in pairs of edges.
const maxPairs = 200_000

// transpose swaps neighbours in a rank while that removes crossings.
func (o *ordering) transpose() {
	for better, work := true, 0; better && work < maxPairs; {
		better = false
		for _, vs := range o.ranks {
			for i := 0; i+1 < len(vs); i++ {
				a, b := vs[i], vs[i+1]
				work += len(o.v[a].up)*len(o.v[b].up) + len(o.v[a].down)*len(o.v[b].down)
				if o.gain(a, b) > 0 {
					vs[i], vs[i+1] = b, a
					o.v[a].pos, o.v[b].pos = i+1, i
					better = true
				}
			}
		}
	}
}

// gain is how many crossings fewer there are with b above a, which is above b.
func (o *ordering) gain(a, b int) int {
	return o.inverted(o.v[a].up, o.v[b].up) + o.inverted(o.v[a].down, o.v[b].down)
}

// inverted counts the pairs that cross, less those that would if swapped.
func (o *ordering) inverted(as, bs []int) int {
	n := 0
	for _, x := range as {
		for _, y := range bs {
			n += cmp.Compare(o.v[x].pos, o.v[y].pos)
		}
	}
	return n
}

// crossings counts all crossings between neighbouring ranks, as the pairs of
// edges whose ends are in the wrong order.
func (o *ordering) crossings() int {
	n := 0
	for r := 0; r+1 < len(o.ranks); r++ {
		o.ends = o.ends[:0]
		for _, v := range o.ranks[r] {
			from := len(o.ends)
			for _, d := range o.v[v].down {
				o.ends = append(o.ends, o.v[d].pos)
			}
			slices.Sort(o.ends[from:])
		}
		o.room = append(o.room[:0], o.ends...)
		n += inversions(o.ends, o.room)
	}
	return n
}

// inversions sorts s by merging and counts the pairs out of order; room is as
// long.
func inversions(s, room []int) int {
	if len(s) < 2 {
		return 0
	}
	mid := len(s) / 2
	n := inversions(s[:mid], room[:mid]) + inversions(s[mid:], room[mid:])
	if s[mid-1] <= s[mid] {
		return n
	}
	i, j := 0, mid
	for k := range s {
		if j == len(s) || i < mid && s[i] <= s[j] {
			room[k] = s[i]
			i++
		} else {
			room[k] = s[j]
			n += mid - i
			j++
		}
	}
	copy(s, room[:len(s)])
	return n
}
