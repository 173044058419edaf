// Package lint holds rules over a linked catalog: things that Backstage accepts
// and that the model allows, but that leave a reader of the portal without an
// answer. What the model forbids is reported by package catalog.
//
// A rule is a value in the list that Rules returns; nothing registers itself.
// Each has a file of its own here and an example in testdata, named by its
// code, that says beside each line what must be found there.
package lint

import (
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// Rule is one thing that is checked of a catalog.
type Rule struct {
	// Code names the rule for good.
	Code diag.Code
	// Severity is that of all its findings.
	Severity diag.Severity
	// Title is what is wrong, as the heading of the manual.
	Title string
	// Why says in a sentence or two why a reader of the portal minds.
	Why string

	check func(c *catalog.Catalog, report reporter)
}

// finding is what a rule says of an entity. The place is that of the entity
// unless the rule knows a better one.
type finding struct {
	at            diag.Pos
	message, hint string
	related       []diag.Related
}

type reporter func(e *entity.Entity, f finding)

// Rules returns all rules in the order of their codes. The slice is the
// caller's.
func Rules() []Rule {
	return []Rule{
		apiWithoutProvider(),
		componentWithoutDocs(),
		deprecatedInUse(),
		descriptionMissing(),
		lifecycleSpelling(),
		ownerMissing(),
		ownerNotGroup(),
		systemWithoutParts(),
		tagSpelling(),
	}
}

// Check applies every rule to a catalog.
func Check(c *catalog.Catalog, sink diag.Sink) {
	for _, r := range Rules() {
		r.check(c, func(e *entity.Entity, f finding) {
			if f.at.IsZero() {
				f.at = e.Origin.Pos()
			}
			sink.Report(diag.Diagnostic{Pos: f.at, Severity: r.Severity, Code: r.Code, Message: f.message, Hint: f.hint,
				Related: f.related, Entity: e.Ref.String()})
		})
	}
}

// each makes a check of a function over single entities.
func each(check func(c *catalog.Catalog, e *entity.Entity, report reporter)) func(*catalog.Catalog, reporter) {
	return func(c *catalog.Catalog, report reporter) {
		for _, e := range c.Entities() {
			check(c, e, report)
		}
	}
}

// isKind tells whether e is of one of the given kinds.
func isKind(e *entity.Entity, kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return e.Ref.Kind == entity.NewRef(k, "", "").Kind })
}

// present counts the relations of a type that lead to an entity which is there.
func present(c *catalog.Catalog, r entity.Ref, relation string) (n int) {
	for _, x := range c.Targets(r, relation) {
		if !x.Dangling {
			n++
		}
	}
	return n
}
