package build

import (
	"encoding/binary"

	"callboard/internal/cache"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/site"
)

// numbers are the numbers of subjects in records. They stay the same from build
// to build, and those of subjects that are gone are not given again.
type numbers struct {
	all    []site.Subject
	number map[site.Subject]int
}

func numbersKey(frame digest.Sum) digest.Sum { return digest.New("numbers/1").Add(frame).Sum() }

// loadNumbers reads the numbers. It is false if there are none, so that the
// records cannot be read either.
func loadNumbers(pack *cache.Pack, frame digest.Sum) (*numbers, bool) {
	raw, ok := pack.Get(numbersKey(frame))
	d := recordReader{b: raw}
	n := &numbers{number: map[site.Subject]int{}}
	for range d.count() {
		n.of(site.Subject{Ref: entity.Ref{Kind: d.string(), Namespace: d.string(), Name: d.string()}, Repo: d.string()})
	}
	if !ok || d.bad {
		return &numbers{number: map[site.Subject]int{}}, false
	}
	return n, true
}

func (n *numbers) store(pack *cache.Pack, frame digest.Sum) error {
	b := binary.AppendUvarint(nil, uint64(len(n.all)))
	for _, x := range n.all {
		for _, s := range []string{x.Ref.Kind, x.Ref.Namespace, x.Ref.Name, x.Repo} {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
	}
	return pack.Put(numbersKey(frame), b)
}

// of is the number of a subject, a new one if it has none.
func (n *numbers) of(x site.Subject) int {
	i, ok := n.number[x]
	if !ok {
		i = len(n.all)
		n.all = append(n.all, x)
		n.number[x] = i
	}
	return i
}

func (n *numbers) subject(i int) (site.Subject, bool) {
	if i < 0 || i >= len(n.all) {
		return site.Subject{}, false
	}
	return n.all[i], true
}
