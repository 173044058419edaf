package graph

import (
	"cmp"
	"slices"
)

// transpose swaps neighbours on a level while that removes crossings.
func (o *flowOrder) transpose() {
	for better, work := true, 0; better && work < maxPairs; {
		better = false
		for _, vs := range o.ranks {
			for i := 0; i+1 < len(vs); i++ {
				a, b := vs[i], vs[i+1]
				work += len(o.v[a].up)*len(o.v[b].up) + len(o.v[a].down)*len(o.v[b].down)
				if o.mayPass(a, b) && o.gain(a, b) > 0 {
					vs[i], vs[i+1] = b, a
					o.v[a].pos, o.v[b].pos = i+1, i
					better = true
				}
			}
		}
	}
}

// mayPass tells whether two neighbours may change places: neither is a border
// or a title, and both are in the same group.
func (o *flowOrder) mayPass(a, b int) bool {
	return o.v[a].group == o.v[b].group && o.v[a].kind < flowLeft && o.v[b].kind < flowLeft && !o.titled(o.v[a].kind)
}

func (o *flowOrder) gain(a, b int) int {
	return o.inverted(o.v[a].up, o.v[b].up) + o.inverted(o.v[a].down, o.v[b].down)
}

// inverted counts the pairs that cross, less those that would if swapped.
func (o *flowOrder) inverted(as, bs []int) int {
	n := 0
	for _, x := range as {
		for _, y := range bs {
			n += cmp.Compare(o.v[x].pos, o.v[y].pos)
		}
	}
	return n
}

// crossings counts all crossings between neighbouring levels.
func (o *flowOrder) crossings() int {
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

// maxGroupSwaps bounds the work of swapGroups.
const maxGroupSwaps = 60

// swapGroups tries to swap groups that stand beside one another, on all levels
// at once, and keeps what removes crossings.
func (o *flowOrder) swapGroups(least int) {
	groups := make([]int, len(o.seq))
	for g, i := range o.seq {
		groups[i] = g
	}
	best := o.copy()
	for tries, i := 0, 0; i+1 < len(groups) && tries < maxGroupSwaps && least > 0; i++ {
		a := groups[i]
		j := i + 1
		for j < len(groups) && o.f.Groups[groups[j]].Parent != o.f.Groups[a].Parent {
			j++
		}
		if j == len(groups) {
			continue
		}
		b := groups[j]
		tries++
		o.seq[a], o.seq[b] = o.seq[b], o.seq[a]
		o.nestAll()
		o.transpose()
		if n := o.crossings(); n < least {
			best, least = o.copy(), n
			groups[i], groups[j] = b, a
			i = -1
		} else {
			o.seq[a], o.seq[b] = o.seq[b], o.seq[a]
			o.set(best)
		}
	}
}
