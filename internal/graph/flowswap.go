package graph

// sameGroup tells whether two neighbours may change places: neither is a border
// or a title, and both are in the same group.
func (o *flowOrder) sameGroup(a, b int) bool {
	return o.l.v[a].group == o.l.v[b].group && o.l.v[a].kind < flowLeft && o.l.v[b].kind < flowLeft && !o.l.titled(o.l.v[a].kind)
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
	best := o.copyRanks(nil)
	for tries, i := 0, 0; i+1 < len(groups) && tries < maxGroupSwaps && least > 0; i++ {
		a := groups[i]
		j := i + 1
		for j < len(groups) && o.l.f.Groups[groups[j]].Parent != o.l.f.Groups[a].Parent {
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
			best, least = o.copyRanks(best), n
			groups[i], groups[j] = b, a
			i = -1
		} else {
			o.seq[a], o.seq[b] = o.seq[b], o.seq[a]
			o.setRanks(best)
		}
	}
}
