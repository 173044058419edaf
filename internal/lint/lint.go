// Package lint holds rules over a linked catalog: things that Backstage accepts
// and that the model allows, but that leave a reader of the portal without an
// answer, or that are most likely not what their author meant. What the model
// forbids is reported by package catalog.
//
// A rule is a value in the list that Rules returns; nothing registers itself.
// Each has a file of its own here, an example in testdata, named by its code,
// that says beside each line what must be found there, and a page of the
// manual: see Page.
package lint

import (
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
)

// Rule is one thing that is checked of a catalog.
type Rule struct {
	// Code names the rule for good.
	Code diag.Code
	// Severity is that of all its findings, unless the configuration says
	// otherwise.
	Severity diag.Severity
	// Title is what is wrong, as the heading of the manual.
	Title string
	// Why says in a sentence or two why a reader of the portal minds.
	Why string
	// Whole is set for rules that mean nothing where only some files of a
	// catalog are read.
	Whole bool

	check func(c *subject, report reporter)
}

// subject is what rules look at: a catalog, and what the organisation allows.
type subject struct {
	*catalog.Catalog
	Options
}

// Options are what rules need beside the catalog.
type Options struct {
	// Lifecycles are the values that spec.lifecycle may have; empty for any.
	Lifecycles []string
	// Types are the values that spec.type may have, by kind in lower case. A
	// kind that is not there may have any.
	Types map[string][]string
	// Source reads a file of a repository, to tell the line and column of a
	// finding; it is asked only for files in which something was found. Nil
	// means that findings stand at the beginning of their entity.
	Source func(repo, file string) ([]byte, error)
	// Kept, if not nil, gives what make gave the last time for the key and the
	// same files of the repository. Parsing a file again only to tell a line is
	// most of what rules cost.
	Kept func(repo string, key digest.Sum, make func() ([]byte, error)) ([]byte, error)
	// Of says of which files findings are wanted; rules about single entities look
	// at no others. Nil wants all.
	Of func(repo, file string) bool
}

// finding is what a rule says of an entity. It stands at the place at, or else
// at the path, or else at the entity.
type finding struct {
	at diag.Pos
	// path leads to a value; the finding stands at its key if key is set.
	path []any
	key  bool

	message, hint string
	related       []diag.Related
	// old and text, if set, are a fix: what is written at the place, and what
	// to write instead.
	old, text string
	// list is set where the fix makes a list of the value, too.
	list bool
}

type reporter func(e *entity.Entity, f finding)

// Rules returns all rules in the order of their codes. The slice is the
// caller's.
func Rules() []Rule {
	return []Rule{
		annotationDeprecated(),
		annotationUnknown(),
		annotationValue(),
		apiWithoutProvider(),
		componentWithoutDocs(),
		dependencyCycle(),
		deprecatedInUse(),
		descriptionMissing(),
		keyCase(),
		lifecycleNotAllowed(),
		lifecycleSpelling(),
		linkIcon(),
		duplicateEntry(),
		locationUnused(),
		metadataField(),
		ownerEmail(),
		ownerMissing(),
		ownerNotGroup(),
		placeholderText(),
		refName(),
		refKind(),
		specField(),
		systemWithoutParts(),
		tagSpelling(),
		techdocsEntity(),
		typeNotAllowed(),
		typeSpelling(),
	}
}

// Check applies every rule to a catalog.
func Check(c *catalog.Catalog, o Options, sink diag.Sink) {
	s := &subject{c, o}
	var found []placed
	for _, r := range Rules() {
		r.check(s, func(e *entity.Entity, f finding) {
			found = append(found, placed{r.Code, r.Severity, e, f})
		})
	}
	place(found, o, sink)
}

// Whole tells whether findings of a code are about what other files say, so
// that they mean nothing where these were not read.
func Whole(code diag.Code) bool {
	switch code {
	case catalog.CodeDangling, CodeIgnoreUnused:
		return true
	}
	i := slices.IndexFunc(Rules(), func(r Rule) bool { return r.Code == code })
	return i >= 0 && Rules()[i].Whole
}

// Page is the page of the manual about a code, as a path below the manual's
// root without a file name: "reference/rules/ref-dangling/".
func Page(code diag.Code) string { return "reference/rules/" + string(code) + "/" }

// each makes a check of a function over single entities.
func each(check func(c *subject, e *entity.Entity, report reporter)) func(*subject, reporter) {
	return func(c *subject, report reporter) {
		for _, e := range c.Entities() {
			if c.Of == nil || c.Of(e.Origin.Repo, e.Origin.File) {
				check(c, e, report)
			}
		}
	}
}

// isKind tells whether e is of one of the given kinds.
func isKind(e *entity.Entity, kinds ...string) bool { return slices.Contains(kinds, e.Kind) }

// present counts the relations of a type that lead to an entity which is there.
func present(c *subject, r entity.Ref, relation string) (n int) {
	for _, x := range c.Targets(r, relation) {
		if !x.Dangling {
			n++
		}
	}
	return n
}
