package build

import (
	"iter"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/repofs"
	"callboard/internal/yamldoc"
)

// outlined is what Lint keeps of entities of which only the findings are wanted.
// What an entity has by itself is found while its document is in memory; it counts
// once it is known that no other has its reference.
type outlined struct {
	o       Options
	snaps   map[string]*repofs.Snapshot
	rules   *lint.Checker
	outline *catalog.Outline
	alone   []aloneFindings
	refused []aloneFindings // on entities that are left out, which are set aside
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

// findings are what each entity has by itself.
type findings map[*entity.Entity][]diag.Diagnostic

// judge finds what each entity of a repository has by itself, as it is read. It may
// be called from several goroutines.
func (l *outlined) judge(snap *repofs.Snapshot, into findings) func(*yamldoc.Doc, *entity.Entity) {
	alone, snaps := l.rules.Alone(), map[string]*repofs.Snapshot{snap.Repo: snap}
	return func(d *yamldoc.Doc, e *entity.Entity) {
		asDecoded(e)
		found := alone.Check(e, d)
		if ref, named := e.Metadata.Annotations[docs.AnnotationRef]; named && !docs.IsElsewhere(ref) {
			found = append(found, documented(e, d, snaps)...)
		}
		if len(found) > 0 {
			into[e] = found
		}
	}
}

// documented tells of documentation that is not where the annotation of an entity
// says.
func documented(e *entity.Entity, d *yamldoc.Doc, snaps map[string]*repofs.Snapshot) []diag.Diagnostic {
	var found diag.List
	at := lint.NewAt(func(entity.Ref) *entity.Entity { return e }, lint.PlacesIn(d), &found, "metadata", "annotations", docs.AnnotationRef)
	docs.Judge(func(yield func(*entity.Entity) bool) { yield(e) }, snaps, at)
	at.Close()
	return found.Take()
}

// add takes over what was read of a repository, whose entities are not kept.
func (l *outlined) add(j judged) {
	for _, e := range j.entities {
		at := l.outline.Add(e)
		if found := j.alone[e]; len(found) > 0 {
			l.alone = append(l.alone, aloneFindings{at, found})
		}
	}
	for _, e := range j.refused {
		l.refused = append(l.refused, aloneFindings{l.outline.SetAside(e), j.alone[e]})
	}
}

// conclude links the outline and reports what was found.
func (l *outlined) conclude(lo LintOptions, sink *lint.Filter, found *diag.List) {
	l.outline.Link(sink)
	for i, x := range l.alone {
		if l.outline.Takes(x.of) {
			report(sink, x.found)
		}
		l.alone[i].found = nil
	}
	l.links(l.rules, l.outline, lo.Of, sink)
	if len(l.refused) > 0 {
		l.tellRefused(lo, sink, found)
	}
}

// links applies the rules on how entities hang together, and looks for
// documentation in other repositories.
func (l *outlined) links(rules *lint.Checker, c *catalog.Outline, of func(repo, file string) bool, sink diag.Sink) {
	rules.Among(c, sink)
	at := lint.NewAt(c.Get, lint.PlacesFrom(sourceOf(l.snaps, of)), sink, "metadata", "annotations", docs.AnnotationRef)
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

// tellRefused is Options.refused with an outline.
func (l *outlined) tellRefused(lo LintOptions, sink diag.Sink, found *diag.List) {
	es, of := make([]*entity.Entity, len(l.refused)), make(map[*entity.Entity]aloneFindings, len(l.refused))
	for i, x := range l.refused {
		es[i] = l.outline.Numbered(x.of)
		of[es[i]] = x
	}
	as := leftOut(es, l.outline.Has)
	if len(as.entities) == 0 {
		return
	}
	var more diag.List
	numbers := make([]int, len(as.entities))
	for i, e := range as.entities {
		numbers[i] = of[e].of
		report(&more, of[e].found)
	}
	whole, within := l.outline.With(numbers), as.within(lo.Of)
	whole.Link(&more)
	l.links(lint.NewChecker(l.o.ruleOptions(sourceOf(l.snaps, within), within)), whole, within, &more)
	as.tell(more.Take(), found, sink)
}
