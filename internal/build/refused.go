package build

import (
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// An entity with one mistake is in no catalog, so that nothing would be said of
// its others until that one is repaired and the author comes back. Lint looks at
// such entities, too, as if they were there.

// refusals remembers entities that are left out.
type refusals struct {
	diag.Sink
	list *[]*entity.Entity
}

// Refused makes it a catalog.Refusals.
func (r refusals) Refused(e *entity.Entity) { *r.list = append(*r.list, e) }

// refused reports what the rules and the links say of the entities that were
// left out. What stands in a line that has an error is not said again in other
// words.
func (o Options) refused(l *Linted, lo LintOptions, sink diag.Sink, found *diag.List) {
	as := leftOut(l.refused, func(r entity.Ref) bool { return l.Catalog.Get(r) != nil })
	if len(as.entities) == 0 {
		return
	}
	var more diag.List
	o.rules(catalog.Link(slices.Values(slices.Concat(l.Catalog.Entities(), as.entities)), &more), l.Snapshots, as.within(lo.Of), nil, &more)
	as.tell(more.Take(), found, sink)
}

// absent are entities that were left out and that nothing took the place of.
type absent struct {
	entities []*entity.Entity
	refs     map[string]bool
	files    map[diag.Pos]bool
}

func leftOut(refused []*entity.Entity, taken func(entity.Ref) bool) absent {
	x := absent{refs: map[string]bool{}, files: map[diag.Pos]bool{}}
	for _, e := range refused {
		if ref := e.Ref.String(); !taken(e.Ref) && !x.refs[ref] {
			x.refs[ref], x.files[diag.Pos{Repo: e.Origin.Repo, File: e.Origin.File}] = true, true
			x.entities = append(x.entities, e)
		}
	}
	return x
}

// within leaves out all files but theirs of those that of takes.
func (x absent) within(of func(repo, file string) bool) func(repo, file string) bool {
	return func(repo, file string) bool {
		return x.files[diag.Pos{Repo: repo, File: file}] && (of == nil || of(repo, file))
	}
}

// tell reports what was found about them, but for what stands in a line that has
// an error.
func (x absent) tell(more []diag.Diagnostic, found *diag.List, sink diag.Sink) {
	wrong := map[diag.Pos]bool{}
	found.Each(func(d diag.Diagnostic) {
		if d.Severity == diag.Error {
			wrong[line(d.Pos)] = true
		}
	})
	for _, d := range more {
		if x.refs[d.Entity] && !wrong[line(d.Pos)] {
			sink.Report(d)
		}
	}
}

func line(p diag.Pos) diag.Pos { return diag.Pos{Repo: p.Repo, File: p.File, Line: p.Line} }
