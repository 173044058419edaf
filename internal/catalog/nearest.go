package catalog

import (
	"fmt"
	"iter"
	"strings"

	"callboard/internal/entity"
)

// nearest finds the entity that a dangling reference most likely means. It
// looks at names of the same kind that share the first or the last three
// letters, and at so many in all, so that a catalog of a hundred thousand
// entities with as many wrong references does not cost the square of that.
type nearest struct {
	byName map[string][]entity.Ref
	byEnd  map[end][]entity.Ref
	hints  map[entity.Ref]string
	left   int // comparisons that may still be made
	row    []int
}

const (
	maxCandidates  = 2_000   // names compared with one reference
	maxComparisons = 500_000 // names compared in a catalog
	maxSuggested   = 200     // bytes of a name that is compared
)

// end is the beginning or the end of a name of a kind.
type end struct {
	kind, part string
	tail       bool
}

func newNearest(refs iter.Seq[entity.Ref]) *nearest {
	n := &nearest{byName: map[string][]entity.Ref{}, byEnd: map[end][]entity.Ref{}, hints: map[entity.Ref]string{}, left: maxComparisons}
	for r := range refs {
		n.byName[r.Name] = append(n.byName[r.Name], r)
		for _, k := range ends(r) {
			n.byEnd[k] = append(n.byEnd[k], r)
		}
	}
	return n
}

func ends(r entity.Ref) [2]end {
	k := min(3, len(r.Name))
	return [2]end{{r.Kind, r.Name[:k], false}, {r.Kind, r.Name[len(r.Name)-k:], true}}
}

// hint suggests an entity, or tells what to do when none is near.
func (n *nearest) hint(r entity.Ref) string {
	h, ok := n.hints[r]
	if !ok {
		h = n.find(r)
		n.hints[r] = h
	}
	return h
}

func (n *nearest) find(r entity.Ref) string {
	if len(r.Name) > maxSuggested {
		return "correct the reference"
	}
	same := n.byName[r.Name]
	for _, s := range same {
		if s.Kind == r.Kind {
			return fmt.Sprintf("did you mean %s? it is in another namespace", s)
		}
	}
	if best := n.closest(r); !best.IsZero() {
		return fmt.Sprintf("did you mean %s?", best)
	}
	if len(same) > 0 {
		return fmt.Sprintf("did you mean %s? it is of another kind", same[0])
	}
	return fmt.Sprintf("declare the %s, or correct the reference", r.Kind)
}

func (n *nearest) closest(r entity.Ref) entity.Ref {
	var best entity.Ref
	limit := 1 + len(r.Name)/4
	for _, k := range ends(r) {
		for _, c := range n.byEnd[k][:min(len(n.byEnd[k]), maxCandidates, n.left)] {
			n.left--
			d := n.distance(r.Name, c.Name, limit)
			if d < limit || d == limit && (best.IsZero() || closer(r, c, best)) {
				best, limit = c, d
			}
		}
	}
	return best
}

// closer prefers, of two names as far away, the one in the namespace that was
// written, then the first.
func closer(r, a, b entity.Ref) bool {
	if in := a.Namespace == r.Namespace; in != (b.Namespace == r.Namespace) {
		return in
	}
	return a.Compare(b) < 0
}

// distance is the number of edits between two names (Levenshtein), or more than
// limit if it is more.
func (n *nearest) distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	n.row = n.row[:0]
	for j := range len(b) + 1 {
		n.row = append(n.row, j)
	}
	for i := range len(a) {
		diagonal, least := n.row[0], i+1
		n.row[0] = i + 1
		for j := range len(b) {
			sub := diagonal
			if a[i] != b[j] {
				sub++
			}
			diagonal = n.row[j+1]
			n.row[j+1] = min(sub, n.row[j]+1, diagonal+1)
			least = min(least, n.row[j+1])
		}
		if least > limit {
			return limit + 1
		}
	}
	return n.row[len(b)]
}

// Suggest returns the references of entities whose name is or begins with a
// word, for commands that are given half a name; at most limit.
func (c *Catalog) Suggest(word string, limit int) []entity.Ref {
	var out []entity.Ref
	word = strings.ToLower(word)
	for _, e := range c.entities {
		if len(out) == limit {
			break
		}
		if strings.HasPrefix(e.Ref.Name, word) {
			out = append(out, e.Ref)
		}
	}
	return out
}
