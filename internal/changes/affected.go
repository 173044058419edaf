package changes

import (
	"cmp"
	"slices"
	"strings"

	"callboard/internal/entity"
)

// Affected is an entity that is not part of a change and depends on what changes.
type Affected struct {
	Ref, Owner entity.Ref // Owner is zero if nobody is
	// On is what it depends on, directly if Distance is 1, by the relation Via.
	On       entity.Ref
	Via      string
	Distance int
}

// Affected are the entities that depend on what the change takes away, renames or
// changes in its specification, the nearest first. all are the entities after the
// change. What depends on a component depends on the APIs that it provides as those
// who consume them do. Changes that are only about words, such as of a description
// or a tag, affect nobody.
func (d *Diff) Affected(all []*entity.Entity) []Affected {
	users, owners := dependents(all)
	seen := map[entity.Ref]bool{}
	var next []entity.Ref
	for _, c := range d.Changes {
		seen[c.Ref] = true
		if !c.touches() {
			continue
		}
		next = append(next, c.Ref)
		if !c.Was.IsZero() {
			seen[c.Was] = true
			next = append(next, c.Was)
		}
	}
	var out []Affected
	for distance := 1; len(next) > 0; distance++ {
		slices.SortFunc(next, entity.Ref.Compare)
		var further []entity.Ref
		for _, on := range next {
			for _, u := range users[on] {
				if seen[u.ref] {
					continue
				}
				seen[u.ref] = true
				further = append(further, u.ref)
				out = append(out, Affected{u.ref, owners[u.ref], on, u.via, distance})
			}
		}
		next = further
	}
	slices.SortFunc(out, func(a, b Affected) int { return cmp.Or(cmp.Compare(a.Distance, b.Distance), a.Ref.Compare(b.Ref)) })
	return out
}

// touches tells whether a change may be felt by those who depend on the entity.
func (c Change) touches() bool {
	switch c.What {
	case Removed, Renamed:
		return true
	case Added:
		return false
	}
	return len(c.Lost) > 0 || slices.ContainsFunc(c.Fields, func(f Field) bool { return strings.HasPrefix(f.Path, "spec.") })
}

type dependent struct {
	ref entity.Ref
	via string
}

// dependents are those of each entity, and who owns each.
func dependents(all []*entity.Entity) (users map[entity.Ref][]dependent, owners map[entity.Ref]entity.Ref) {
	users, owners = map[entity.Ref][]dependent{}, map[entity.Ref]entity.Ref{}
	for _, e := range all {
		for _, g := range e.Edges {
			switch g.Type {
			case entity.DependsOn, entity.ConsumesAPI:
				users[g.Target] = append(users[g.Target], dependent{e.Ref, g.Type})
			case entity.DependencyOf:
				users[e.Ref] = append(users[e.Ref], dependent{g.Target, entity.DependsOn})
			case entity.ProvidesAPI:
				users[e.Ref] = append(users[e.Ref], dependent{g.Target, entity.APIProvidedBy})
			case entity.OwnedBy:
				if owners[e.Ref].IsZero() {
					owners[e.Ref] = g.Target
				}
			}
		}
	}
	for _, us := range users {
		slices.SortFunc(us, func(a, b dependent) int { return cmp.Or(a.ref.Compare(b.ref), cmp.Compare(a.via, b.via)) })
	}
	return users, owners
}

// Owners are who owns what is affected, each once, sorted.
func Owners(as []Affected) []entity.Ref {
	var out []entity.Ref
	for _, a := range as {
		if !a.Owner.IsZero() {
			out = append(out, a.Owner)
		}
	}
	slices.SortFunc(out, entity.Ref.Compare)
	return slices.Compact(out)
}

// References are the references of entities to what has gone, whether they are part
// of the change or not.
func (d *Diff) References(after []*entity.Entity) []Broken {
	return broken(d.Changes, nil, after)
}
