package build

import (
	"iter"
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/repofs"
)

// outlined is what Lint keeps of entities of which only the findings are wanted.
// What an entity has by itself is found while its repository is in memory; it
// counts once it is known that no other has its reference.
type outlined struct {
	o       Options
	snaps   map[string]*repofs.Snapshot
	rules   *lint.Checker
	outline *catalog.Outline
	alone   []aloneFindings
}

// aloneFindings are those on the entity of a number.
type aloneFindings struct {
	of    int
	found []diag.Diagnostic
}

// outlined is nil where entities are to be kept as they are: files of other
// catalogs are settled by what stands in all of them.
func (o Options) outlined(lo LintOptions, snaps map[string]*repofs.Snapshot) *outlined {
	if !lo.Findings || lo.Others != nil || len(o.Config.Catalog.Importers) > 0 {
		return nil
	}
	outline := lint.NewOutline()
	outline.Annotations = append(outline.Annotations, docs.AnnotationRef)
	return &outlined{o: o, snaps: snaps, rules: lint.NewChecker(o.ruleOptions(sourceOf(snaps, lo.Of), lo.Of)), outline: outline}
}

// judge finds what each entity of a repository has by itself. It may be called
// from several goroutines.
func (l *outlined) judge(es []*entity.Entity, snap *repofs.Snapshot) [][]diag.Diagnostic {
	source := func(_, file string) ([]byte, error) { return snap.Read(file) }
	out := l.rules.Alone(es, source)
	snaps := map[string]*repofs.Snapshot{snap.Repo: snap}
	for i, e := range es {
		if ref, named := e.Metadata.Annotations[docs.AnnotationRef]; named && !docs.IsElsewhere(ref) {
			out[i] = append(out[i], documented(es[i:i+1], snaps, source)...)
		}
	}
	return out
}

// documented tells of documentation that is not where the annotations of some
// entities say.
func documented(es []*entity.Entity, snaps map[string]*repofs.Snapshot, source sourceFunc) []diag.Diagnostic {
	var found diag.List
	at := lint.NewAt(func(r entity.Ref) *entity.Entity {
		if i := slices.IndexFunc(es, func(e *entity.Entity) bool { return e.Ref == r }); i >= 0 {
			return es[i]
		}
		return nil
	}, source, &found, "metadata", "annotations", docs.AnnotationRef)
	docs.Judge(slices.Values(es), snaps, at)
	at.Close()
	return found.All()
}

// add takes over what was read of a repository, whose entities are not kept.
func (l *outlined) add(j judged) {
	for i, e := range j.entities {
		at := l.outline.Add(e)
		if len(j.alone[i]) > 0 {
			l.alone = append(l.alone, aloneFindings{at, j.alone[i]})
		}
	}
}

// conclude links the outline and reports what was found.
func (l *outlined) conclude(refused []*entity.Entity, lo LintOptions, sink *lint.Filter, found *diag.List) {
	l.outline.Link(sink)
	for i, x := range l.alone {
		if l.outline.Takes(x.of) {
			report(sink, x.found)
		}
		l.alone[i].found = nil
	}
	l.links(l.rules, l.outline, lo.Of, sink)
	if len(refused) > 0 {
		l.refused(refused, lo, sink, found.All())
	}
}

// links applies the rules on how entities hang together, and looks for
// documentation in other repositories.
func (l *outlined) links(rules *lint.Checker, c *catalog.Outline, of func(repo, file string) bool, sink diag.Sink) {
	rules.Among(c, sink)
	at := lint.NewAt(c.Get, sourceOf(l.snaps, of), sink, "metadata", "annotations", docs.AnnotationRef)
	docs.Judge(elsewhere(c.All()), l.snaps, at)
	at.Close()
}

// elsewhere are the entities whose documentation may be in another repository.
func elsewhere(es iter.Seq[*entity.Entity]) iter.Seq[*entity.Entity] {
	return func(yield func(*entity.Entity) bool) {
		for e := range es {
			if docs.IsElsewhere(e.Metadata.Annotations[docs.AnnotationRef]) && !yield(e) {
				return
			}
		}
	}
}

// refused is Options.refused with an outline.
func (l *outlined) refused(refused []*entity.Entity, lo LintOptions, sink diag.Sink, found []diag.Diagnostic) {
	as := leftOut(refused, func(r entity.Ref) bool { return l.outline.Get(r) != nil })
	if len(as.entities) == 0 {
		return
	}
	of := as.within(lo.Of)
	source := sourceOf(l.snaps, of)
	rules := lint.NewChecker(l.o.ruleOptions(source, of))
	var more diag.List
	for _, ds := range rules.Alone(as.entities, source) {
		report(&more, ds)
	}
	report(&more, documented(as.entities, l.snaps, source))
	whole := l.outline.With(as.entities)
	whole.Link(&more)
	l.links(rules, whole, of, &more)
	as.tell(more.All(), found, sink)
}
