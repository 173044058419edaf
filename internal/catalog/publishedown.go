package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/entity"
)

// ownKinds are the relations in a published catalog whose fields are not known:
// those of the kinds that an organisation has of its own. The catalog tells both
// directions of a relation, and each with its type; the one that an entity declares
// is the one to an entity that its spec names.
type ownKinds struct {
	of map[entity.Ref]ownRelations
}

// ownRelations are those of an entity by their target, of types that are not
// Backstage's or of an entity whose kind is not.
type ownRelations map[entity.Ref][]string

// add notes the relations of an entity that its kind does not explain.
func (o *ownKinds) add(e *entity.Entity, rs []ExportedRelation) {
	foreign := !slices.Contains(entity.Kinds(), e.Kind)
	for _, r := range rs {
		if !foreign && entity.Inverse(r.Type) != "" {
			continue
		}
		target, err := entity.ParseRef(r.Target, "", "")
		if err != nil {
			continue
		}
		if o.of == nil {
			o.of = map[entity.Ref]ownRelations{}
		}
		if o.of[e.Ref] == nil {
			o.of[e.Ref] = ownRelations{}
		}
		o.of[e.Ref][target] = append(o.of[e.Ref][target], r.Type)
	}
}

// relate gives the entities of an organisation's own kinds their edges.
func (o *ownKinds) relate(es []*entity.Entity) {
	for _, e := range es {
		if rs := o.of[e.Ref]; rs != nil && !slices.Contains(entity.Kinds(), e.Kind) {
			named(e.Spec, "spec", func(ref, field string) { o.edges(e, rs, ref, field) })
			sortEdges(e.Edges)
		}
	}
}

// edges are those to the entities that a reference in the spec may mean: the kind
// that is meant where it names none is not known.
func (o *ownKinds) edges(e *entity.Entity, rs ownRelations, ref, field string) {
	for _, target := range slices.SortedFunc(maps.Keys(rs), entity.Ref.Compare) {
		if got, err := entity.ParseRef(ref, target.Kind, e.Namespace); err != nil || got != target {
			continue
		}
		for _, relation := range rs[target] {
			g := entity.Edge{Type: relation, Target: target, Field: field, Pos: e.Origin.Pos()}
			if entity.Inverse(relation) == "" {
				g.Inverse = o.inverse(target, e.Ref)
			}
			e.Edges = append(e.Edges, g)
		}
	}
}

// inverse is the type of the only relation from one entity to another that is not
// Backstage's, or "".
func (o *ownKinds) inverse(from, to entity.Ref) string {
	var own []string
	for _, t := range o.of[from][to] {
		if entity.Inverse(t) == "" {
			own = append(own, t)
		}
	}
	if len(own) == 1 {
		return own[0]
	}
	return ""
}

// named calls each with the texts of a spec that may be references.
func named(v any, field string, each func(text, field string)) {
	switch v := v.(type) {
	case string:
		if len(v) <= maxSuggested && !strings.ContainsAny(v, " \n") {
			each(v, field)
		}
	case []any:
		for i, x := range v {
			named(x, fmt.Sprintf("%s[%d]", field, i), each)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			named(v[k], field+"."+k, each)
		}
	}
}
