package catalog

import (
	"cmp"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// relations are those of all references, both directions, in a seventh of the
// memory that they take as Relations: a large catalog has hundreds of thousands,
// and whoever looks at an entity wants to see a few.
type relations struct {
	types []string // in order
	refs  []entity.Ref
	rows  [][]row // by the number of the reference; all lie in one slice that is cut up
}

// row is one direction of a relation.
type row struct {
	kind   int32 // place in types
	target int32 // number of the reference
	from   int32 // the entity that declares it
	edge   int32 // and its place among the entity's edges
}

// relate fills in the relations of every reference, both directions, without
// repeats by type and target.
func (c *Catalog) relate() {
	c.ids = make(map[entity.Ref]int, len(c.entities)+len(c.entities)/4)
	for i, e := range c.entities {
		c.ids[e.Ref] = i
		c.refs = append(c.refs, e.Ref)
	}
	kinds := c.kinds()
	c.rows = cut(c.count())
	for i, e := range c.entities {
		for n, g := range e.Edges {
			t := c.ids[g.Target]
			c.add(i, row{kinds[g.Type], int32(t), int32(i), int32(n)})
			if inv := inverse(g); inv != "" {
				c.add(t, row{kinds[inv], int32(i), int32(i), int32(n)})
			}
		}
	}
	for id, rs := range c.rows {
		slices.SortFunc(rs, c.compareRows)
		c.rows[id] = slices.CompactFunc(rs, func(a, b row) bool { return a.kind == b.kind && a.target == b.target })
	}
}

func inverse(g entity.Edge) string { return cmp.Or(g.Inverse, entity.Inverse(g.Type)) }

// kinds numbers the types of relations in their order.
func (c *Catalog) kinds() map[string]int32 {
	number := map[string]int32{}
	for _, e := range c.entities {
		for _, g := range e.Edges {
			number[g.Type], number[inverse(g)] = 0, 0
		}
	}
	for t := range number {
		c.types = append(c.types, t)
	}
	slices.Sort(c.types)
	for i, t := range c.types {
		number[t] = int32(i)
	}
	return number
}

// count tells how many relations each reference has at most, and numbers those
// that no entity has.
func (c *Catalog) count() []int {
	n := make([]int, len(c.refs))
	for i, e := range c.entities {
		for _, g := range e.Edges {
			t, known := c.ids[g.Target]
			if !known {
				t = len(c.refs)
				c.ids[g.Target] = t
				c.refs, n = append(c.refs, g.Target), append(n, 0)
			}
			n[i]++
			n[t]++
		}
	}
	return n
}

// cut makes empty slices of the given capacities.
func cut(count []int) [][]row {
	total := 0
	for _, n := range count {
		total += n
	}
	all := make([]row, total)
	out := make([][]row, len(count))
	for i, n := range count {
		out[i], all = all[:0:n], all[n:]
	}
	return out
}

func (c *Catalog) add(id int, r row) { c.rows[id] = append(c.rows[id], r) }

func (c *Catalog) compareRows(a, b row) int {
	if n := cmp.Compare(a.kind, b.kind); n != 0 {
		return n
	}
	if a.target != b.target {
		return c.refs[a.target].Compare(c.refs[b.target])
	}
	return c.place(a).Compare(c.place(b))
}

// place is where a relation is written.
func (c *Catalog) place(r row) diag.Pos { return c.entities[r.from].Edges[r.edge].Pos }

// ofType are the rows of one type.
func (c *Catalog) ofType(rs []row, relation string) []row {
	kind, known := slices.BinarySearch(c.types, relation)
	if !known {
		return nil
	}
	from, _ := slices.BinarySearchFunc(rs, kind, func(x row, k int) int { return cmp.Compare(int(x.kind), k) })
	to := from
	for to < len(rs) && int(rs[to].kind) == kind {
		to++
	}
	return rs[from:to]
}

// dangles tells whether no entity has a relation's target.
func (c *Catalog) dangles(r row) bool { return int(r.target) >= len(c.entities) }

func (c *Catalog) relation(r row) Relation {
	return Relation{Type: c.types[r.kind], Target: c.refs[r.target], Dangling: c.dangles(r), Pos: c.place(r)}
}

func (c *Catalog) relationsOf(rs []row) []Relation {
	if len(rs) == 0 {
		return nil
	}
	out := make([]Relation, len(rs))
	for i, r := range rs {
		out[i] = c.relation(r)
	}
	return out
}
