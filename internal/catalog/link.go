package catalog

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// The codes of what can be wrong between entities.
const (
	CodeDuplicate = diag.Code("entity-duplicate")
	CodeDangling  = diag.Code("ref-dangling")
	CodeSelf      = diag.Code("ref-self")
	CodeCycle     = diag.Code("relation-cycle")
	CodeGenerated = diag.Code("generated-replaced")
)

// Link makes the catalog of the entities of all repositories: it settles who
// has a reference, gives every relation its other direction, and reports
// references that lead nowhere, duplicates and cycles. The order in which the
// entities come does not matter.
func Link(es iter.Seq[*entity.Entity], sink diag.Sink) *Catalog {
	all := slices.Collect(es)
	slices.SortStableFunc(all, compare)
	c := &Catalog{}
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && all[j].Ref == all[i].Ref {
			j++
		}
		c.take(settle(all[i:j], sink), all[i:j])
		i = j
	}
	c.relate()
	c.checkRefs(sink)
	for _, relation := range []string{entity.PartOf, entity.ChildOf} {
		reportCycles(c.Circles(relation), sink)
	}
	return c
}

// take adds the entity that has won among all of its reference.
func (c *Catalog) take(win *entity.Entity, same []*entity.Entity) {
	e := united(win, same)
	if e != win {
		if c.parts == nil {
			c.parts = map[*entity.Entity][]*entity.Entity{}
		}
		c.parts[e] = generated(win, same)
	}
	c.entities = append(c.entities, e)
}

func compare(a, b *entity.Entity) int {
	if c := a.Ref.Compare(b.Ref); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Origin.Repo, b.Origin.Repo), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Doc, b.Origin.Doc))
}

// settle decides between entities of one reference. Within a file the last one
// wins, as in Backstage; between files the first by repository and path does,
// where Backstage takes whichever was processed first.
func settle(same []*entity.Entity, sink diag.Sink) *entity.Entity {
	same = byHand(same, sink)
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

// byHand are the entities that somebody wrote, if there are any: they have
// precedence over what is generated of the people at a host. Of what is
// generated the first counts, and the memberships of all: see united.
func byHand(same []*entity.Entity, sink diag.Sink) []*entity.Entity {
	var written, made []*entity.Entity
	for _, e := range same {
		if e.Origin.Generated {
			made = append(made, e)
		} else {
			written = append(written, e)
		}
	}
	if len(made) == 0 || len(written) == 0 && len(made) == 1 {
		return same
	}
	left, message, hint := made, "%s is known from %s, too; what stands here is taken", "remove the entity here if the host knows better"
	if len(written) == 0 {
		written, left = made[:1], made[1:]
		message, hint = "%s is known from %s, too; the memberships of both are taken, and all else from here", "to have all else from the other source, write the entity into a catalog file"
	}
	for _, e := range left {
		sink.Report(diag.Diagnostic{Pos: written[0].Origin.Pos(), Severity: diag.Info, Code: CodeGenerated, Entity: e.Ref.String(),
			Message: fmt.Sprintf(message, e.Ref, e.Origin.Repo), Hint: hint,
			Related: []diag.Related{{Pos: e.Origin.Pos(), Message: "what is left out"}}})
	}
	return written
}

func (c *Catalog) checkRefs(sink diag.Sink) {
	refs := refChecker{has: func(r entity.Ref) bool { return c.Get(r) != nil }, all: c.own(), sink: sink}
	for _, e := range c.entities {
		refs.check(e)
	}
}

// refChecker reports references that lead nowhere.
type refChecker struct {
	has  func(entity.Ref) bool
	all  iter.Seq[entity.Ref] // in order
	sink diag.Sink
	near *nearest // nil until it is wanted
}

func (c *refChecker) check(e *entity.Entity) {
	for _, g := range e.Edges {
		if g.Target == e.Ref {
			reportSelf(e, g, c.sink)
		}
		if c.has(g.Target) || entity.CheckName(g.Target.Name) != "" || entity.CheckNamespace(g.Target.Namespace) != "" {
			continue // package lint says why nothing can have such a name
		}
		if c.near == nil {
			c.near = newNearest(c.all)
		}
		c.sink.Report(diag.Diagnostic{Pos: g.Pos, Severity: diag.Warning, Code: CodeDangling, Entity: e.Ref.String(),
			Message: fmt.Sprintf("%s: there is no %s in the catalog", g.Field, short(g.Target.String())), Hint: c.near.hint(g.Target)})
	}
}

// reportSelf says that an entity refers to itself, where that is not a circle in
// a hierarchy, which is reported as one.
func reportSelf(e *entity.Entity, g entity.Edge, sink diag.Sink) {
	switch g.Type {
	case entity.PartOf, entity.ChildOf, entity.ParentOf:
		return
	}
	sink.Report(diag.Diagnostic{Pos: g.Pos, Severity: diag.Warning, Code: CodeSelf, Entity: e.Ref.String(),
		Message: fmt.Sprintf("%s refers to the entity itself", g.Field), Hint: "remove it"})
}
