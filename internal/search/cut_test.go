package search

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"callboard/internal/digest"
)

// cutPart is all that a cutter knows of a part.
type cutPart struct {
	key  digest.Sum
	docs int
}

// cutParts are n parts of one to most documents.
func cutParts(r *rand.Rand, n, most int) []cutPart {
	out := make([]cutPart, n)
	for i := range out {
		binary.BigEndian.PutUint64(out[i].key[:], r.Uint64())
		binary.BigEndian.PutUint64(out[i].key[8:], r.Uint64()|1)
		out[i].docs = 1 + r.IntN(most)
	}
	return out
}

// cutAll are the groups that parts come to: their keys one behind the other.
func cutAll(parts []cutPart) (groups []string, sizes []int) {
	var c cutter
	var pending []cutPart
	group := func(n int) {
		var keys []byte
		docs := 0
		for _, p := range pending[:n] {
			keys = append(keys, p.key[:]...)
			docs += p.docs
		}
		pending = pending[n:]
		groups, sizes = append(groups, string(keys)), append(sizes, docs)
	}
	for _, p := range parts {
		n := c.add(p.key, p.docs)
		pending = append(pending, p)
		if n > 0 {
			group(n)
		}
	}
	if len(pending) > 0 {
		group(len(pending))
	}
	return groups, sizes
}

func TestGroupsAreOfFairSize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	parts := cutParts(r, 20_000, 16)
	docs := 0
	for _, p := range parts {
		docs += p.docs
	}
	_, sizes := cutAll(parts)
	if mean := docs / len(sizes); mean < 3*cutWindow/2 || mean > 3*cutWindow {
		t.Errorf("a group has %d documents on average", mean)
	}
	if most := slices.Max(sizes); most > cutMost+16 {
		t.Errorf("a group has %d documents", most)
	}
	small := 0
	for _, n := range sizes {
		if n < cutWindow {
			small++
		}
	}
	if small > 2 { // the first and the last
		t.Errorf("%d of %d groups have fewer than %d documents", small, len(sizes), cutWindow)
	}
}

// TestGroupsStay removes, adds and changes a part, at every place: of the groups
// of before, all but those near the place are the groups of after.
func TestGroupsStay(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	parts := cutParts(r, 1200, 16)
	before, _ := cutAll(parts)
	gone := 0
	check := func(what string, at int, now []cutPart) {
		after, _ := cutAll(now)
		have := map[string]bool{}
		for _, g := range after {
			have[g] = true
		}
		n := 0
		for _, g := range before {
			if !have[g] {
				n++
			}
		}
		if gone += n; n > 4 {
			t.Errorf("part %d %s: %d of %d groups are gone", at, what, n, len(before))
		}
	}
	for at := 0; at < len(parts); at += 5 {
		other := cutParts(r, 1, 16)
		check("removed", at, slices.Delete(slices.Clone(parts), at, at+1))
		check("added", at, slices.Insert(slices.Clone(parts), at, other...))
		changed := slices.Clone(parts)
		changed[at].key = other[0].key
		check("changed", at, changed)
	}
	if mean := float64(gone) / float64(3*len(parts)/5); mean > 1.3 {
		t.Errorf("a change of one part changes %.2f groups on average", mean)
	} else {
		t.Logf("a change of one part changes %.2f of %d groups on average", mean, len(before))
	}
}

// TestGroupsWithoutKeys: parts of which nothing is known do not pile up.
func TestGroupsWithoutKeys(t *testing.T) {
	parts := cutParts(rand.New(rand.NewPCG(3, 1)), 2000, 64)
	for i := range parts {
		parts[i].key = digest.Sum{}
	}
	if _, sizes := cutAll(parts); slices.Max(sizes) > cutMost+64 {
		t.Errorf("a group has %d documents", slices.Max(sizes))
	}
	parts = []cutPart{{docs: 5 * cutMost}, {docs: 5 * cutMost}, {}}
	if _, sizes := cutAll(parts); !slices.Equal(sizes, []int{5 * cutMost, 5 * cutMost, 0}) {
		t.Errorf("groups of %v documents", sizes)
	}
}
