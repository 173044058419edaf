// Package changes tells what a change of catalog files does: which entities
// come, go and become others, in which fields and relations, and whose
// references lead nowhere afterwards.
package changes

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/entity"
)

// What can happen to an entity.
const (
	Added   = "added"
	Removed = "removed"
	Renamed = "renamed"
	Changed = "changed"
)

// Change is what happened to one entity.
type Change struct {
	// What is Added, Removed, Renamed or Changed.
	What string
	// Ref is the entity's reference, after the change where it still is one. Was
	// is the reference it had before, of an entity that was renamed.
	Ref, Was entity.Ref
	// Before and After are the entity then and now; nil where there was none.
	Before, After *entity.Entity
	// Fields are the values that differ, by path; those that declare relations are
	// not among them.
	Fields []Field
	// Gained and Lost are relations that the entity declares, sorted.
	Gained, Lost []Relation
}

// Field is a value that differs. Old and New are JSON, "" for none.
type Field struct{ Path, Old, New string }

// Relation is a relation that an entity declares.
type Relation struct {
	Type   string
	Target entity.Ref
}

// Broken is a reference that leads nowhere because its target has gone.
type Broken struct {
	// From is the entity that has the reference, at Field.
	From  *entity.Entity
	Field string
	// Target is what it leads to; Now is its new name if it was renamed.
	Target, Now entity.Ref
}

// Diff is what a change does to a catalog.
type Diff struct {
	Changes []Change
	// Broken are references of entities that are not part of the change.
	Broken []Broken
}

// Compare tells what happened between two states of the entities of some
// repositories, and which references of others that breaks. The order in which
// entities are given does not matter.
func Compare(before, after, others []*entity.Entity) Diff {
	was, is := byRef(before), byRef(after)
	var d Diff
	for ref, e := range is {
		switch old := was[ref]; {
		case old == nil:
			d.Changes = append(d.Changes, Change{What: Added, Ref: ref, After: e})
		default:
			if c, same := compare(old, e); !same {
				d.Changes = append(d.Changes, c)
			}
		}
	}
	for ref, e := range was {
		if is[ref] == nil {
			d.Changes = append(d.Changes, Change{What: Removed, Ref: ref, Before: e})
		}
	}
	slices.SortFunc(d.Changes, func(a, b Change) int { return a.Ref.Compare(b.Ref) })
	d.Changes = rename(d.Changes)
	d.Broken = broken(d.Changes, is, others)
	return d
}

func byRef(es []*entity.Entity) map[entity.Ref]*entity.Entity {
	out := make(map[entity.Ref]*entity.Entity, len(es))
	for _, e := range slices.SortedFunc(slices.Values(es), func(a, b *entity.Entity) int { return a.Origin.Pos().Compare(b.Origin.Pos()) }) {
		if out[e.Ref] == nil {
			out[e.Ref] = e
		}
	}
	return out
}

// compare tells how an entity has changed.
func compare(old, e *entity.Entity) (Change, bool) {
	c := Change{What: Changed, Ref: e.Ref, Before: old, After: e}
	was, is := fields(old), fields(e)
	paths := maps.Clone(was)
	maps.Copy(paths, is)
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		if was[p] != is[p] {
			c.Fields = append(c.Fields, Field{p, was[p], is[p]})
		}
	}
	before, after := relations(old), relations(e)
	c.Gained, c.Lost = without(after, before), without(before, after)
	return c, len(c.Fields)+len(c.Gained)+len(c.Lost) == 0
}

// fields are the values of an entity by path, as JSON, without those that
// declare relations and those that the catalog adds itself.
func fields(e *entity.Entity) map[string]string {
	out := map[string]string{"apiVersion": e.APIVersion}
	flatten(out, "metadata", catalog.FlatMetadata(e))
	spec := maps.Clone(e.Spec)
	for _, f := range entity.RefFields(e.Kind) {
		delete(spec, f.Key)
	}
	flatten(out, "spec", spec)
	delete(out, "metadata.namespace")
	return out
}

// maxDepth is how deep values are told apart; what lies below is one value.
const maxDepth = 6

func flatten(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 && strings.Count(path, ".") < maxDepth {
			for k, x := range v {
				flatten(out, path+"."+k, x)
			}
			return
		}
	case []any:
		if len(v) > 0 && len(v) <= 100 && strings.Count(path, ".") < maxDepth {
			for i, x := range v {
				flatten(out, path+"["+strconv.Itoa(i)+"]", x)
			}
			return
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte("?") // what JSON cannot hold is the same before and after
	}
	out[path] = string(b)
}

func relations(e *entity.Entity) []Relation {
	var out []Relation
	for _, g := range e.Edges {
		out = append(out, Relation{g.Type, g.Target})
	}
	slices.SortFunc(out, func(a, b Relation) int { return cmp.Or(cmp.Compare(a.Type, b.Type), a.Target.Compare(b.Target)) })
	return slices.Compact(out)
}

func without(all, some []Relation) []Relation {
	return slices.DeleteFunc(slices.Clone(all), func(r Relation) bool { return slices.Contains(some, r) })
}

// rename makes one change of an entity that goes and one of its kind that comes
// in its document.
func rename(cs []Change) []Change {
	type place struct {
		kind, repo, file string
		doc              int
	}
	at := func(e *entity.Entity) place { return place{e.Ref.Kind, e.Origin.Repo, e.Origin.File, e.Origin.Doc} }
	gone := map[place]*entity.Entity{}
	for _, c := range cs {
		if c.What == Removed {
			gone[at(c.Before)] = c.Before
		}
	}
	became := map[entity.Ref]bool{}
	for i, c := range cs {
		if c.What != Added || gone[at(c.After)] == nil {
			continue
		}
		old := gone[at(c.After)]
		delete(gone, at(c.After))
		became[old.Ref] = true
		changed, _ := compare(old, c.After)
		changed.What, changed.Was = Renamed, old.Ref
		changed.Fields = slices.DeleteFunc(changed.Fields, func(f Field) bool { return f.Path == "metadata.name" })
		cs[i] = changed
	}
	return slices.DeleteFunc(cs, func(c Change) bool { return c.What == Removed && became[c.Ref] })
}

// broken are the references of others to what has gone.
func broken(cs []Change, is map[entity.Ref]*entity.Entity, others []*entity.Entity) (out []Broken) {
	now := map[entity.Ref]entity.Ref{}
	for _, c := range cs {
		switch c.What {
		case Removed:
			now[c.Ref] = entity.Ref{}
		case Renamed:
			now[c.Was] = c.Ref
		}
	}
	for _, e := range others {
		delete(now, e.Ref) // somebody else has it
	}
	for _, e := range others {
		if is[e.Ref] != nil {
			continue
		}
		for _, g := range e.Edges {
			if to, gone := now[g.Target]; gone {
				out = append(out, Broken{e, g.Field, g.Target, to})
			}
		}
	}
	slices.SortFunc(out, func(a, b Broken) int {
		return cmp.Or(a.Target.Compare(b.Target), a.From.Ref.Compare(b.From.Ref), cmp.Compare(a.Field, b.Field))
	})
	return out
}
