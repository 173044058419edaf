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
	"iter"
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
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

	// One of these is set: alone looks at one entity and at nothing else, linked
	// at one entity and at what it hangs together with, check at all.
	alone, linked func(c *subject, e *entity.Entity, report reporter)
	check         func(c *subject, report reporter)
}

// Linked is a catalog as rules see it: a catalog.Catalog or, where there are many
// entities, a catalog.Outline of one.
type Linked interface {
	// All are the entities in Ref order. One is good until the next is asked for, and
	// its Edges need not be there: Get has them.
	All() iter.Seq[*entity.Entity]
	// Get is an entity, or nil.
	Get(entity.Ref) *entity.Entity
	// Neighbours are the entities that one has relations with, each as often as it
	// has.
	Neighbours(entity.Ref) iter.Seq[entity.Ref]
	// Related counts the relations of a type, those that lead to an entity and
	// those that dangle.
	Related(r entity.Ref, relation string) (present, dangling int)
	// Circles are as those of catalog.Catalog.
	Circles(relation string) [][]catalog.Relation
}

// subject is what rules look at: a catalog, and what the organisation allows. It
// is nil where rules look at entities alone.
type subject struct {
	Linked
	Options
	rules    []Rule
	spelling *speller
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
	Source sourceFunc
	// Kept, if not nil, gives what make gave the last time for the key and the
	// same files of the repository. Parsing a file again only to tell a line is
	// most of what rules cost.
	Kept keepFunc
	// Of says of which files findings are wanted; rules about single entities look
	// at no others. Nil wants all.
	Of func(repo, file string) bool
}

// keepFunc is Options.Kept.
type keepFunc = func(repo string, key digest.Sum, make func() ([]byte, error)) ([]byte, error)

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

// reporter takes findings. It does not keep the entity.
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
func Check(c Linked, o Options, sink diag.Sink) {
	k := NewChecker(o)
	s := &subject{c, o, k.rules, k.speller()}
	place(s.links(s.entities(c.All(), nil)), o, sink)
}

// Checker applies rules to one repository after the other as they are read, so
// that no more needs to be kept of their entities than how they hang together.
// What Alone and Among find is together what Check finds. Its methods may be
// called from several goroutines.
type Checker struct {
	o     Options
	rules []Rule
	meant meanings
}

// NewChecker makes a Checker.
func NewChecker(o Options) *Checker { return &Checker{o: o, rules: Rules()} }

// Alone applies the rules that look at one entity and at nothing else to those of
// one repository, by one goroutine.
type Alone struct{ *subject }

// Alone begins with a repository.
func (k *Checker) Alone() Alone { return Alone{&subject{nil, k.o, k.rules, k.speller()}} }

// Check finds what an entity has by itself. Its document tells the places.
func (a Alone) Check(e *entity.Entity, d *yamldoc.Doc) []diag.Diagnostic {
	found := a.entities(func(yield func(*entity.Entity) bool) { yield(e) }, nil)
	if len(found) == 0 {
		return nil
	}
	var on diag.List
	placeIn(found, PlacesIn(d), nil, &on)
	return on.All()
}

// Among applies the other rules, those that look at how entities hang together.
// c may be an Outline.
func (k *Checker) Among(c Linked, sink diag.Sink) {
	place((&subject{c, k.o, k.rules, nil}).links(nil), k.o, sink)
}

// NewOutline makes an outline that keeps what rules look at in Among.
func NewOutline() *catalog.Outline {
	return &catalog.Outline{Annotations: []string{annotationTechdocsEntity}, Spec: []string{"lifecycle"}}
}

// into makes a reporter of what a rule finds.
func (r *Rule) into(found *[]placed) reporter {
	return func(e *entity.Entity, f finding) {
		*found = append(*found, placed{r.Code, r.Severity, e.Ref, e.Origin, f})
	}
}

// entities applies the rules that look at one entity alone.
func (s *subject) entities(es iter.Seq[*entity.Entity], found []placed) []placed {
	for e := range es {
		if s.Of != nil && !s.Of(e.Origin.Repo, e.Origin.File) {
			continue
		}
		for i := range s.rules {
			if r := &s.rules[i]; r.alone != nil {
				r.alone(s, e, r.into(&found))
			}
		}
	}
	return found
}

// links applies the other rules.
func (s *subject) links(found []placed) []placed {
	for e := range s.All() {
		if s.Of != nil && !s.Of(e.Origin.Repo, e.Origin.File) {
			continue
		}
		for i := range s.rules {
			if r := &s.rules[i]; r.linked != nil {
				r.linked(s, e, r.into(&found))
			}
		}
	}
	for i := range s.rules {
		if r := &s.rules[i]; r.check != nil {
			r.check(s, r.into(&found))
		}
	}
	return found
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

// isKind tells whether e is of one of the given kinds.
func isKind(e *entity.Entity, kinds ...string) bool { return slices.Contains(kinds, e.Kind) }

// present counts the relations of a type that lead to an entity which is there.
func present(c *subject, r entity.Ref, relation string) int {
	n, _ := c.Related(r, relation)
	return n
}
