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
func (o Options) refused(l *Linted, lo LintOptions, sink diag.Sink, found []diag.Diagnostic) {
	about, extra, files := map[string]bool{}, []*entity.Entity{}, map[diag.Pos]bool{}
	for _, e := range l.refused {
		if ref := e.Ref.String(); l.Catalog.Get(e.Ref) == nil && !about[ref] {
			about[ref], files[diag.Pos{Repo: e.Origin.Repo, File: e.Origin.File}] = true, true
			extra = append(extra, e)
		}
	}
	if len(extra) == 0 {
		return
	}
	wrong := map[diag.Pos]bool{}
	for _, d := range found {
		if d.Severity == diag.Error {
			wrong[line(d.Pos)] = true
		}
	}
	var more diag.List
	o.rules(catalog.Link(slices.Values(slices.Concat(l.Catalog.Entities(), extra)), &more), l.Snapshots, func(repo, file string) bool {
		return files[diag.Pos{Repo: repo, File: file}] && (lo.Of == nil || lo.Of(repo, file))
	}, nil, &more)
	for _, d := range more.All() {
		if about[d.Entity] && !wrong[line(d.Pos)] {
			sink.Report(d)
		}
	}
}

func line(p diag.Pos) diag.Pos { return diag.Pos{Repo: p.Repo, File: p.File, Line: p.Line} }
