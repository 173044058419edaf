package catalog

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// The codes of what can be wrong between entities.
const (
	CodeDuplicate = diag.Code("entity-duplicate")
	CodeDangling  = diag.Code("ref-dangling")
	CodeSelf      = diag.Code("ref-self")
	CodeCycle     = diag.Code("relation-cycle")
)

// Link makes the catalog of the entities of all repositories: it settles who
// has a reference, gives every relation its other direction, and reports
// references that lead nowhere, duplicates and cycles.
func Link(es iter.Seq[*entity.Entity], sink diag.Sink) *Catalog {
	all := slices.Collect(es)
	slices.SortStableFunc(all, func(a, b *entity.Entity) int {
		return cmp.Or(a.Ref.Compare(b.Ref), cmp.Compare(a.Origin.Repo, b.Origin.Repo), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Doc, b.Origin.Doc))
	})
	c := &Catalog{byRef: make(map[entity.Ref]*entity.Entity, len(all)), relations: make(map[entity.Ref][]Relation, len(all))}
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && all[j].Ref == all[i].Ref {
			j++
		}
		e := settle(all[i:j], sink)
		c.entities = append(c.entities, e)
		c.byRef[e.Ref] = e
		i = j
	}
	c.relate()
	c.checkRefs(sink)
	c.checkCycles(sink)
	return c
}

// settle decides between entities of one reference. Within a file the last one
// wins, as in Backstage; between files the first by repository and path does,
// where Backstage takes whichever was processed first.
func settle(same []*entity.Entity, sink diag.Sink) *entity.Entity {
	win := same[0]
	for _, e := range same[1:] {
		if e.Origin.Repo == win.Origin.Repo && e.Origin.File == win.Origin.File {
			win = e
		}
	}
	for _, e := range same {
		if e == win {
			continue
		}
		sink.Report(diag.Diagnostic{Pos: e.Origin.Pos(), Severity: diag.Error, Code: CodeDuplicate, Entity: e.Ref.String(),
			Message: fmt.Sprintf("%s is declared twice; this one is left out", e.Ref),
			Hint:    "rename one of the two, or remove it; names are compared without regard to case",
			Related: []diag.Related{{Pos: win.Origin.Pos(), Message: "the one that is taken"}}})
	}
	return win
}

// relate fills in the relations of every reference, both directions, without
// repeats by type and target.
func (c *Catalog) relate() {
	for _, e := range c.entities {
		for _, g := range e.Edges {
			c.relations[e.Ref] = append(c.relations[e.Ref], Relation{Type: g.Type, Target: g.Target, Pos: g.Pos})
			if inv := entity.Inverse(g.Type); inv != "" {
				c.relations[g.Target] = append(c.relations[g.Target], Relation{Type: inv, Target: e.Ref, Pos: g.Pos})
			}
		}
	}
	for ref, rs := range c.relations {
		slices.SortFunc(rs, func(a, b Relation) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), a.Target.Compare(b.Target), a.Pos.Compare(b.Pos))
		})
		rs = slices.CompactFunc(rs, func(a, b Relation) bool { return a.Type == b.Type && a.Target == b.Target })
		for i := range rs {
			rs[i].Dangling = c.byRef[rs[i].Target] == nil
		}
		c.relations[ref] = slices.Clip(rs)
	}
}

func (c *Catalog) checkRefs(sink diag.Sink) {
	var near *nearest
	for _, e := range c.entities {
		for _, g := range e.Edges {
			if g.Target == e.Ref && g.Type != entity.PartOf {
				sink.Report(diag.Diagnostic{Pos: g.Pos, Severity: diag.Warning, Code: CodeSelf, Entity: e.Ref.String(),
					Message: fmt.Sprintf("%s refers to the entity itself", g.Field), Hint: "remove it"})
			}
			if c.byRef[g.Target] != nil {
				continue
			}
			if near == nil {
				near = newNearest(c.entities)
			}
			sink.Report(diag.Diagnostic{Pos: g.Pos, Severity: diag.Warning, Code: CodeDangling, Entity: e.Ref.String(),
				Message: fmt.Sprintf("%s: there is no %s in the catalog", g.Field, g.Target), Hint: near.hint(g.Target)})
		}
	}
}

// hierarchies are the relations along which an entity must not come back to
// itself.
var hierarchies = []string{entity.PartOf, entity.ChildOf}

func (c *Catalog) checkCycles(sink diag.Sink) {
	for _, relation := range hierarchies {
		done := map[entity.Ref]bool{}
		for _, e := range c.entities {
			if !done[e.Ref] {
				c.climb(e.Ref, relation, done, sink)
			}
		}
	}
}

// climb follows a hierarchy upwards from ref, without recursion: a chain may be
// as long as the catalog. Each cycle is reported once, at its least reference.
func (c *Catalog) climb(ref entity.Ref, relation string, done map[entity.Ref]bool, sink diag.Sink) {
	type step struct {
		ref  entity.Ref
		next int
	}
	var path []step
	on := map[entity.Ref]int{}
	push := func(r entity.Ref) {
		on[r] = len(path)
		path = append(path, step{ref: r})
	}
	push(ref)
	for len(path) > 0 {
		top := &path[len(path)-1]
		ups := c.Targets(top.ref, relation)
		if top.next == len(ups) {
			done[top.ref] = true
			delete(on, top.ref)
			path = path[:len(path)-1]
			continue
		}
		up := ups[top.next].Target
		top.next++
		if at, circle := on[up]; circle {
			var refs []entity.Ref
			for _, s := range path[at:] {
				refs = append(refs, s.ref)
			}
			c.reportCycle(refs, relation, sink)
		} else if !done[up] {
			push(up)
		}
	}
}

const maxCycleNames = 8

func (c *Catalog) reportCycle(refs []entity.Ref, relation string, sink diag.Sink) {
	least := 0
	for i := range refs {
		if refs[i].Compare(refs[least]) < 0 {
			least = i
		}
	}
	refs = slices.Concat(refs[least:], refs[:least], refs[least:least+1])
	names := make([]string, 0, len(refs))
	for _, r := range refs {
		names = append(names, r.String())
	}
	if len(names) > maxCycleNames {
		names = slices.Concat(names[:maxCycleNames-1], []string{"…"}, names[len(names)-1:])
	}
	pos := diag.Pos{}
	for _, r := range c.Targets(refs[0], relation) {
		if r.Target == refs[1] {
			pos = r.Pos
		}
	}
	sink.Report(diag.Diagnostic{Pos: pos, Severity: diag.Warning, Code: CodeCycle, Entity: refs[0].String(),
		Message: "the hierarchy runs in a circle: " + strings.Join(names, " → "), Hint: "remove one of these references"})
}
