package graph

import (
	"cmp"
	"slices"
)

// layers are vertices in ranks, and edges between neighbouring ranks: what the
// search for an order with few crossings knows of a layout. The search sweeps
// over the ranks, from the left and from the right, sorts each by medians or
// means of the neighbours, and swaps neighbours while that helps.
type layers struct {
	ranks    [][]int
	up, down [][]int // neighbours in the rank before and in the one after, by vertex
	pos      []int   // place in its rank, by vertex
	keys     []int   // what a rank is sorted by, by vertex; -1 for what has no neighbours

	// sort brings a rank into the order of the keys, as far as the layout lets it,
	// and keeps pos.
	sort func(r int)
	// swept is called after each sweep; nil does nothing.
	swept func()
	// mayPass tells whether two neighbours of a rank may change places; nil lets
	// all.
	mayPass func(a, b int) bool

	ends, room []int // used again and again
}

func newLayers(vertices int) *layers {
	return &layers{up: make([][]int, vertices), down: make([][]int, vertices), pos: make([]int, vertices), keys: make([]int, vertices)}
}

// maxSweeps is how often the ranks are sorted at most, each way.
const maxSweeps = 16

// search leaves the best order that it meets in ranks and pos, and returns how
// many crossings that has.
func (l *layers) search() (least int) {
	start := l.copyRanks(nil)
	best := l.copyRanks(nil)
	least = l.crossings()
	for way := 0; way < 2 && least > 0; way++ {
		l.setRanks(start)
		stale := 0
		for i := 0; i < maxSweeps && stale < 6 && least > 0; i++ {
			l.sweep(i%2 == way, i%4 >= 2)
			if l.swept != nil {
				l.swept()
			}
			l.transpose()
			if c := l.crossings(); c < least {
				best, least, stale = l.copyRanks(best), c, 0
			} else {
				stale++
			}
		}
	}
	l.setRanks(best)
	return least
}

func (l *layers) number() {
	for _, vs := range l.ranks {
		for i, v := range vs {
			l.pos[v] = i
		}
	}
}

func (l *layers) copyRanks(into [][]int) [][]int {
	if into == nil {
		into = make([][]int, len(l.ranks))
	}
	for r, vs := range l.ranks {
		into[r] = append(into[r][:0], vs...)
	}
	return into
}

func (l *layers) setRanks(from [][]int) {
	for r, vs := range from {
		copy(l.ranks[r], vs)
	}
	l.number()
}

// sweep sorts all ranks but the first by their neighbours in the one before, or
// from the other end by those in the one after.
func (l *layers) sweep(forth, mean bool) {
	for i := range l.ranks {
		r, near := i, l.up
		if !forth {
			r, near = len(l.ranks)-1-i, l.down
		}
		for _, v := range l.ranks[r] {
			l.keys[v] = l.key(near[v], mean)
		}
		l.sort(r)
	}
}

// precision of keys, which stand for places between integers.
const precision = 64

// key is the median or the mean place of the neighbours, -1 without any.
func (l *layers) key(near []int, mean bool) int {
	if len(near) == 0 {
		return -1
	}
	l.ends = l.ends[:0]
	sum := 0
	for _, v := range near {
		l.ends = append(l.ends, l.pos[v])
		sum += l.pos[v]
	}
	if mean {
		return sum * precision / len(near)
	}
	slices.Sort(l.ends)
	return middle(l.ends, precision)
}

// middle is the median of sorted numbers, times a factor.
func middle(sorted []int, factor int) int {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) * factor / 2
}

// maxPairs bounds the work of one round of transposition, in pairs of edges.
const maxPairs = 200_000

// transpose swaps neighbours in a rank while that removes crossings.
func (l *layers) transpose() {
	for better, work := true, 0; better && work < maxPairs; {
		better = false
		for _, vs := range l.ranks {
			for i := 0; i+1 < len(vs); i++ {
				a, b := vs[i], vs[i+1]
				work += len(l.up[a])*len(l.up[b]) + len(l.down[a])*len(l.down[b])
				if (l.mayPass == nil || l.mayPass(a, b)) && l.gain(a, b) > 0 {
					vs[i], vs[i+1] = b, a
					l.pos[a], l.pos[b] = i+1, i
					better = true
				}
			}
		}
	}
}

// gain is how many crossings fewer there are with b above a, which is above b.
func (l *layers) gain(a, b int) int {
	return l.inverted(l.up[a], l.up[b]) + l.inverted(l.down[a], l.down[b])
}

// inverted counts the pairs that cross, less those that would if swapped.
func (l *layers) inverted(as, bs []int) int {
	n := 0
	for _, x := range as {
		for _, y := range bs {
			n += cmp.Compare(l.pos[x], l.pos[y])
		}
	}
	return n
}

// crossings counts all crossings between neighbouring ranks, as the pairs of
// edges whose ends are in the wrong order.
func (l *layers) crossings() int {
	n := 0
	for r := 0; r+1 < len(l.ranks); r++ {
		l.ends = l.ends[:0]
		for _, v := range l.ranks[r] {
			from := len(l.ends)
			for _, d := range l.down[v] {
				l.ends = append(l.ends, l.pos[d])
			}
			slices.Sort(l.ends[from:])
		}
		l.room = append(l.room[:0], l.ends...)
		n += inversions(l.ends, l.room)
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
