package catalog

import (
	"maps"
	"slices"
	"strings"

	"callboard/internal/entity"
)

// united is a generated entity with what other sources say of who belongs to it:
// the teams of a person, the members and children of a team, and its parent if it
// has none of its own. One source knows a person's teams at a Git host, another
// those of a directory, and neither is wrong because of the other. All else is
// that of the first. The entity itself stays as it is.
func united(win *entity.Entity, same []*entity.Entity) *entity.Entity {
	if !win.Origin.Generated {
		return win
	}
	out := win
	for _, e := range generated(win, same)[1:] {
		for _, g := range e.Edges {
			if belongs(g.Type, out) && !slices.ContainsFunc(out.Edges, func(has entity.Edge) bool { return has.Type == g.Type && has.Target == g.Target }) {
				if out == win {
					out = withOwnLists(win)
				}
				out.Edges = append(out.Edges, g)
			}
		}
		if out != win {
			addLists(out, e)
		}
	}
	if out != win {
		sortEdges(out.Edges)
	}
	return out
}

// generated are those that nobody wrote, the one that has won first.
func generated(win *entity.Entity, same []*entity.Entity) []*entity.Entity {
	out := []*entity.Entity{win}
	for _, e := range same {
		if e != win && e.Origin.Generated {
			out = append(out, e)
		}
	}
	return out
}

// belongs tells whether another source may add a relation of a type to an entity.
func belongs(relation string, to *entity.Entity) bool {
	switch relation {
	case entity.MemberOf, entity.HasMember, entity.ParentOf:
		return true
	case entity.ChildOf:
		return !slices.ContainsFunc(to.Edges, func(g entity.Edge) bool { return g.Type == relation })
	}
	return false
}

// withOwnLists is a copy whose relations and spec may be added to.
func withOwnLists(e *entity.Entity) *entity.Entity {
	c := *e
	c.Edges = slices.Clone(e.Edges)
	if c.Spec = maps.Clone(e.Spec); c.Spec == nil {
		c.Spec = map[string]any{}
	}
	return &c
}

// addLists adds the references that one spec has, of the kinds that may be added,
// to that of another entity of the same name. Lists are in order, as they are when
// they are read.
func addLists(to, from *entity.Entity) {
	for _, f := range entity.RefFields(to.Kind) {
		if f.Relation == entity.ChildOf && to.Spec[f.Key] == nil && from.Spec[f.Key] != nil {
			to.Spec[f.Key] = from.Spec[f.Key]
		}
		if !f.List {
			continue
		}
		all, known := []any{}, map[entity.Ref]bool{}
		for _, e := range []*entity.Entity{to, from} {
			list, _ := e.Spec[f.Key].([]any)
			for _, item := range list {
				s, _ := item.(string)
				if r, err := entity.ParseRef(s, f.DefaultKind, to.Namespace); err == nil && !known[r] {
					known[r] = true
					all = append(all, item)
				}
			}
		}
		if len(all) > 0 {
			slices.SortFunc(all, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			to.Spec[f.Key] = all
		}
	}
}
