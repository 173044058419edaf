// Package catalog reads entities from snapshots and links them into one
// immutable catalog: both directions of every relation, dangling references,
// duplicates and cycles. The rules are those of Backstage's catalog backend;
// where callboard differs (one bad document never hides its neighbours) the
// place says so.
package catalog

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// Relation is one direction of a relation, seen from the entity that has it.
type Relation struct {
	Type   string
	Target entity.Ref
	// Dangling is set when no entity of the catalog has the target's reference.
	Dangling bool
	// Pos is where the relation is written, which may be in the other
	// entity's file.
	Pos diag.Pos
}

// Catalog is every entity with its relations, in Ref order. It is immutable and
// may be read from several goroutines.
type Catalog struct {
	entities []*entity.Entity
	// ids numbers the references: those of the entities in their order, then
	// those that only others name.
	ids map[entity.Ref]int
	// parts are what those entities are made of that several sources know.
	parts map[*entity.Entity][]*entity.Entity
	relations
}

// Parts are the generated entities of which e, one of the catalog's, was made, the
// one whose origin it has first; of most entities there are none. What e is told
// of depends on all of them.
func (c *Catalog) Parts(e *entity.Entity) []*entity.Entity { return c.parts[e] }

// Entities returns all entities in Ref order. The slice must not be changed.
func (c *Catalog) Entities() []*entity.Entity { return c.entities }

// All are the entities in Ref order.
func (c *Catalog) All() iter.Seq[*entity.Entity] { return slices.Values(c.entities) }

func (c *Catalog) own() iter.Seq[entity.Ref] {
	return func(yield func(entity.Ref) bool) {
		for _, e := range c.entities {
			if !yield(e.Ref) {
				return
			}
		}
	}
}

// Len is the number of entities.
func (c *Catalog) Len() int { return len(c.entities) }

// Get returns the entity with the reference r, or nil.
func (c *Catalog) Get(r entity.Ref) *entity.Entity {
	if id, ok := c.ids[r]; ok && id < len(c.entities) {
		return c.entities[id]
	}
	return nil
}

// ByKind returns the entities of a kind, in any case, in Ref order. The slice
// must not be changed.
func (c *Catalog) ByKind(kind string) []*entity.Entity {
	kind = strings.ToLower(kind)
	from, _ := slices.BinarySearchFunc(c.entities, kind, func(e *entity.Entity, k string) int { return cmp.Compare(e.Ref.Kind, k) })
	to := from
	for to < len(c.entities) && c.entities[to].Ref.Kind == kind {
		to++
	}
	return c.entities[from:to]
}

// Relations returns the relations of r, sorted by type, then target, without
// repeats. A reference that is in no file may still have relations: the
// opposite directions of those that point to it.
func (c *Catalog) Relations(r entity.Ref) []Relation { return c.relationsOf(c.of(r)) }

func (c *Catalog) of(r entity.Ref) []row {
	if id, ok := c.ids[r]; ok {
		return c.rows[id]
	}
	return nil
}

// Targets returns the targets of r's relations of the given type, in order.
func (c *Catalog) Targets(r entity.Ref, relation string) []Relation {
	return c.relationsOf(c.ofType(c.of(r), relation))
}

// Related counts the targets of r's relations of the given type: those that are
// in the catalog, and those that are not.
func (c *Catalog) Related(r entity.Ref, relation string) (present, dangling int) {
	for _, x := range c.ofType(c.of(r), relation) {
		if c.dangles(x) {
			dangling++
		} else {
			present++
		}
	}
	return present, dangling
}

// Neighbours are the entities that r has relations with, each as often as it has.
func (c *Catalog) Neighbours(r entity.Ref) iter.Seq[entity.Ref] {
	return func(yield func(entity.Ref) bool) {
		for _, x := range c.of(r) {
			if !c.dangles(x) && !yield(c.refs[x.target]) {
				return
			}
		}
	}
}

// Owner returns the reference of the first owner of r, if it has one.
func (c *Catalog) Owner(r entity.Ref) (Relation, bool) {
	if rs := c.ofType(c.of(r), entity.OwnedBy); len(rs) > 0 {
		return c.relation(rs[0]), true
	}
	return Relation{}, false
}
