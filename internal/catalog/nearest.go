package catalog

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/entity"
)

// nearest finds the entity that a dangling reference most likely means. It
// looks at names of the same kind that share the first or the last three
// letters, so that a catalog of a hundred thousand entities with a thousand
// typos does not cost a hundred million comparisons.
type nearest struct {
	byName map[string][]entity.Ref
	byEnd  map[string][]entity.Ref
}

const maxCandidates = 2_000 // names compared with one reference at most

func newNearest(es []*entity.Entity) *nearest {
	n := &nearest{byName: map[string][]entity.Ref{}, byEnd: map[string][]entity.Ref{}}
	for _, e := range es {
		n.byName[e.Ref.Name] = append(n.byName[e.Ref.Name], e.Ref)
		for _, k := range ends(e.Ref.Kind, e.Ref.Name) {
			n.byEnd[k] = append(n.byEnd[k], e.Ref)
		}
	}
	return n
}

func ends(kind, name string) []string {
	k := min(3, len(name))
	return []string{kind + ":" + name[:k], kind + "$" + name[len(name)-k:]}
}

// hint suggests an entity, or tells what to do when none is near.
func (n *nearest) hint(r entity.Ref) string {
	for _, same := range n.byName[r.Name] {
		if same.Kind == r.Kind {
			return fmt.Sprintf("did you mean %s? it is in another namespace", same)
		}
	}
	if best := n.closest(r); !best.IsZero() {
		return fmt.Sprintf("did you mean %s?", best)
	}
	for _, same := range n.byName[r.Name] {
		return fmt.Sprintf("did you mean %s? it is of another kind", same)
	}
	return fmt.Sprintf("declare the %s, or correct the reference", r.Kind)
}

func (n *nearest) closest(r entity.Ref) entity.Ref {
	var best entity.Ref
	limit := 1 + len(r.Name)/4
	for _, k := range ends(r.Kind, r.Name) {
		for _, c := range n.byEnd[k][:min(len(n.byEnd[k]), maxCandidates)] {
			d := distance(r.Name, c.Name, limit)
			if d < limit || d == limit && (best.IsZero() || c.Compare(best) < 0) {
				best, limit = c, d
			}
		}
	}
	return best
}

// distance is the number of edits between two names, or limit+1 if it is more
// than limit.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			sub := diagonal
			if a[i] != b[j] {
				sub++
			}
			diagonal = row[j+1]
			row[j+1] = min(sub, row[j]+1, row[j+1]+1)
		}
		if slices.Min(row) > limit {
			return limit + 1
		}
	}
	return row[len(b)]
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
