package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// side is where a neighbour stands, seen from the subject. Only neighbours of
// one side are rolled up into one box, so that the picture keeps its meaning.
type side uint8

const (
	left side = iota
	right
	bothSides
)

var sideWords = [...]string{"in", "out", "both"}

func sideOf(n Neighbour) side {
	switch {
	case n.In && n.Out:
		return bothSides
	case n.In:
		return left
	}
	return right
}

// box is a node of the diagram and the neighbours it stands for.
type box struct {
	node Node
	side side
	of   []Neighbour
}

// rollup holds the boxes beside the subject while they are made fewer.
type rollup struct{ boxes []box }

func newRollup(ns []Neighbour) *rollup {
	r := &rollup{boxes: make([]box, len(ns))}
	for i, n := range ns {
		n.Node.Count = 0
		r.boxes[i] = box{n.Node, sideOf(n), ns[i : i+1 : i+1]}
	}
	return r
}

// key is what boxes are joined by, and what the joined box then is.
type key struct {
	side             side
	kind, name, href string
}

func bySystem(n Neighbour) key { return key{kind: "system", name: n.System, href: n.SystemHref} }
func byOwner(n Neighbour) key  { return key{kind: "group", name: n.Owner, href: n.OwnerHref} }

// fit makes the boxes at most limit.
func (r *rollup) fit(limit int) {
	r.join(limit, bySystem)
	r.join(limit, byOwner)
	r.rest(limit)
}

// join makes one box of the single neighbours with one key, the most numerous
// keys first, until there are no more boxes than limit.
func (r *rollup) join(limit int, by func(Neighbour) key) {
	if len(r.boxes) <= limit {
		return
	}
	members := map[key][]int{}
	for i, b := range r.boxes {
		if k := by(b.of[0]); len(b.of) == 1 && k.name != "" {
			k.side = b.side
			members[k] = append(members[k], i)
		}
	}
	gone, made := make([]bool, len(r.boxes)), []box(nil)
	left := len(r.boxes)
	for _, k := range keysBySize(members) {
		if left <= limit {
			break
		}
		made = append(made, r.group(k, members[k]))
		for _, i := range members[k] {
			gone[i] = true
		}
		left -= len(members[k]) - 1
	}
	kept := r.boxes[:0:0]
	for i, b := range r.boxes {
		if !gone[i] {
			kept = append(kept, b)
		}
	}
	r.boxes = append(kept, made...)
}

// keysBySize are the keys that join at least two, the most numerous first.
func keysBySize(members map[key][]int) []key {
	keys := make([]key, 0, len(members))
	for k, is := range members {
		if len(is) > 1 {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(len(members[b]), len(members[a])), cmp.Compare(a.name, b.name),
			cmp.Compare(a.side, b.side), cmp.Compare(a.href, b.href))
	})
	return keys
}

func (r *rollup) group(k key, is []int) box {
	b := box{side: k.side}
	for _, i := range is {
		b.of = append(b.of, r.boxes[i].of...)
	}
	b.node = Node{
		// A NUL keeps the ID apart from every reference.
		ID:    strings.Join([]string{"", sideWords[k.side], k.kind, k.name, k.href}, "\x00"),
		Kind:  k.kind,
		Label: fmt.Sprintf("%s (%d)", k.name, len(b.of)),
		Sub:   kindsOf(b.of),
		Href:  k.href,
		Count: len(b.of),
	}
	return b
}

// rest keeps, of each side, as many boxes as its share of the limit and puts
// the others into one. The largest groups are kept first.
func (r *rollup) rest(limit int) {
	if len(r.boxes) <= limit {
		return
	}
	sides := [3][]box{}
	for _, b := range r.boxes {
		sides[b.side] = append(sides[b.side], b)
	}
	room := shares(limit, [3]int{len(sides[0]), len(sides[1]), len(sides[2])})
	r.boxes = r.boxes[:0]
	for s, bs := range sides {
		slices.SortStableFunc(bs, func(a, b box) int { return cmp.Compare(len(b.of), len(a.of)) })
		if len(bs) > room[s] {
			bs = append(bs[:room[s]-1:room[s]-1], more(side(s), bs[room[s]-1:]))
		}
		r.boxes = append(r.boxes, bs...)
	}
}

// shares divides limit among the sides by their sizes, at least one to each
// that has any and none of them more than it needs.
func shares(limit int, sizes [3]int) (room [3]int) {
	total := sizes[0] + sizes[1] + sizes[2]
	given := 0
	for s, n := range sizes {
		if n > 0 {
			room[s] = max(1, n*limit/total)
			given += room[s]
		}
	}
	for given > limit { // too many ones were given: from the largest
		largest := 0
		for s := range room {
			if room[s] > room[largest] {
				largest = s
			}
		}
		room[largest]--
		given--
	}
	for s := range room {
		for given < limit && room[s] < sizes[s] {
			room[s]++
			given++
		}
	}
	return room
}

func more(s side, bs []box) box {
	b := box{side: s}
	for _, o := range bs {
		b.of = append(b.of, o.of...)
	}
	b.node = Node{
		ID:    "\x00" + sideWords[s] + "\x00more",
		Kind:  "more",
		Label: fmt.Sprintf("+%d more", len(b.of)),
		Sub:   kindsOf(b.of),
		Count: len(b.of),
	}
	return b
}

// kindsOf says what a group is made of: "5 components, 2 APIs".
func kindsOf(ns []Neighbour) string {
	count := map[string]int{}
	for _, n := range ns {
		count[n.Node.Kind]++
	}
	kinds := make([]string, 0, len(count))
	for k := range count {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Or(cmp.Compare(kindRank(a), kindRank(b)), cmp.Compare(a, b)) })
	parts := make([]string, len(kinds))
	for i, k := range kinds {
		parts[i] = plural(count[k], k)
	}
	return strings.Join(parts, ", ")
}
