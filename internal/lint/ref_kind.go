package lint

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

const codeRefKind = diag.Code("ref-wrong-kind")

func refKind() Rule {
	return Rule{
		Code: codeRefKind, Severity: diag.Warning, Title: "Reference to the wrong kind",
		Why:   "Backstage takes a reference of any kind in any field. The relation is stored, but no page shows it, because each looks for the kind that belongs there.",
		alone: checkRefKind,
	}
}

func checkRefKind(_ *subject, e *entity.Entity, report reporter) {
	for _, g := range e.Edges {
		field, _, _ := strings.Cut(strings.TrimPrefix(g.Field, "spec."), "[")
		want := kindsOf(e.Kind, field)
		if len(want) == 0 || !isBuiltIn(g.Target.Kind) || slices.Contains(want, g.Target.Kind) {
			continue
		}
		report(e, finding{at: g.Pos, message: fmt.Sprintf("%s names %s; it should be %s", g.Field, g.Target, aKind(want)), hint: otherField(e.Kind, g.Target.Kind, want)})
	}
}

// kindsOf are the kinds that belong into a field, in lower case: the one that is
// assumed there, or for dependencies what runs. Owners have rules of their own.
func kindsOf(kind, field string) []string {
	switch field {
	case "owner":
		return nil
	case "dependsOn", "dependencyOf":
		return []string{"component", "resource", "system"}
	}
	for _, f := range entity.RefFields(kind) {
		if f.Key == field && f.DefaultKind != "" {
			return []string{strings.ToLower(f.DefaultKind)}
		}
	}
	return nil
}

func isBuiltIn(kind string) bool {
	return slices.ContainsFunc(entity.Kinds(), func(k string) bool { return strings.EqualFold(k, kind) })
}

func aKind(kinds []string) string {
	var out []string
	for _, k := range kinds {
		out = append(out, withArticle(k))
	}
	return listed(out)
}

func withArticle(kind string) string {
	switch {
	case strings.EqualFold(kind, entity.KindAPI):
		return "an API"
	case strings.ContainsRune("AEIOaeio", rune(kind[0])):
		return "an " + kind
	}
	return "a " + kind
}

// otherField says which field of an entity takes a kind, if one does.
func otherField(kind, target string, want []string) string {
	if kind == entity.KindComponent && target == "api" {
		return "name APIs in spec.consumesApis or spec.providesApis"
	}
	if target == "component" && slices.Contains(want, "api") {
		return "name the API that it provides, or the component in spec.dependsOn"
	}
	if target == "domain" && slices.Contains(want, "system") {
		return "name a system; the system names its domain in spec.domain"
	}
	for _, f := range entity.RefFields(kind) {
		if f.Key != "owner" && strings.EqualFold(f.DefaultKind, target) {
			return "name it in spec." + f.Key
		}
	}
	if target == "group" || target == "user" {
		return "name who is responsible in spec.owner"
	}
	return "name " + aKind(want) + ", or remove the reference"
}
