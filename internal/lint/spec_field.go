package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func specField() Rule {
	return Rule{
		Code: "spec-field-unknown", Severity: diag.Warning, Title: "Field of the spec that nothing reads",
		Why:   "A spec may hold anything, so a misspelt field is accepted and does nothing: the relation that it should have made is missing. Fields of an organisation's own are left alone.",
		alone: checkSpecFields,
	}
}

// specFields are the fields of each kind (Backstage, the JSON Schemas of
// catalog-model and of scaffolder-common), beside dependencyOf, which these
// forget.
var specFields = map[string][]string{
	entity.KindComponent: {"type", "lifecycle", "owner", "system", "subcomponentOf", "providesApis", "consumesApis", "dependsOn", "dependencyOf"},
	entity.KindAPI:       {"type", "lifecycle", "owner", "system", "definition", "remotes"},
	entity.KindResource:  {"type", "owner", "system", "dependsOn", "dependencyOf"},
	entity.KindSystem:    {"owner", "domain", "type"},
	entity.KindDomain:    {"owner", "subdomainOf", "type"},
	entity.KindGroup:     {"type", "profile", "parent", "children", "members"},
	entity.KindUser:      {"profile", "memberOf"},
	entity.KindLocation:  {"type", "target", "targets", "presence"},
	entity.KindTemplate:  {"type", "owner", "lifecycle", "parameters", "steps", "output", "presentation", "system", "secrets"},
}

func checkSpecFields(_ *subject, e *entity.Entity, report reporter) {
	known := specFields[e.Kind]
	if known == nil || onlyKnown(e.Spec, known) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(e.Spec)) {
		if slices.Contains(known, k) {
			continue
		}
		f := finding{path: []any{"spec", k}, key: true, message: fmt.Sprintf("nothing reads spec.%s of %s", short(k), withArticle(e.Kind))}
		meant := meantField(k, known)
		switch _, there := e.Spec[meant]; {
		case meant != "" && there:
			f.hint = fmt.Sprintf("did you mean %s? it is there, too: put both together", meant)
		case meant != "":
			f.hint, f.old, f.text = "did you mean "+meant+"?", k, meant
			_, text := e.Spec[k].(string)
			f.list = text && takesList(e.Kind, meant)
		default:
			f.hint = elsewhere(e.Kind, k)
		}
		if f.hint != "" {
			report(e, f)
		}
	}
}

func takesList(kind, field string) bool {
	return field == "targets" || slices.ContainsFunc(entity.RefFields(kind), func(f entity.RefField) bool { return f.Key == field && f.List })
}

func onlyKnown(spec map[string]any, known []string) bool {
	for k := range spec {
		if !slices.Contains(known, k) {
			return false
		}
	}
	return true
}

// fieldAliases are what people write instead of a field that spelling does not
// lead to.
var fieldAliases = map[string]string{
	"implementsapis": "providesApis", "implementsapi": "providesApis", "exposesapis": "providesApis", "apis": "providesApis", "provides": "providesApis",
	"consumes": "consumesApis", "usesapis": "consumesApis", "usesapi": "consumesApis",
	"dependencies": "dependsOn", "depends": "dependsOn", "requires": "dependsOn",
	"dependents": "dependencyOf", "partof": "system", "team": "owner", "ownedby": "owner", "parentsystem": "system",
	"stage": "lifecycle", "subcomponent": "subcomponentOf", "parentgroup": "parent", "groups": "memberOf", "memberships": "memberOf", "users": "members",
	"locations": "targets",
}

// meantField is the field of a kind that a key most likely means, or "".
func meantField(key string, known []string) string {
	low := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(key))
	for _, k := range known {
		if strings.ToLower(k) == low {
			return k
		}
	}
	if a := fieldAliases[low]; slices.Contains(known, a) {
		return a
	}
	limit := 2
	if len(key) < 6 {
		limit = 1
	}
	if len(key) < 4 {
		return ""
	}
	return nearest(key, known, limit)
}

// elsewhere says where a field belongs that this kind does not have, or "" for
// one that is nobody's.
func elsewhere(kind, key string) string {
	switch key {
	case "tags", "links", "annotations", "labels", "description", "title":
		return "it belongs into metadata." + key
	case "apiConsumedBy":
		return "write spec.consumesApis in the component that consumes the API"
	case "apiProvidedBy":
		return "write spec.providesApis in the component that provides the API"
	case "hasPart", "components":
		return "write spec.system in each of the parts"
	case "domain":
		return "components and resources belong to a system, and the system to a domain"
	case "owner":
		if kind == entity.KindGroup || kind == entity.KindUser {
			return "groups and users have no owner; a group above this one is its spec.parent"
		}
	case "system":
		if kind == entity.KindSystem {
			return "a system belongs to a domain: spec.domain"
		}
	case "lifecycle":
		return fmt.Sprintf("a %s has no lifecycle; put what you mean into a label or an annotation", kind)
	}
	if others := kindsWith(key); len(others) > 0 {
		return "it is a field of " + listed(others) + "; remove it, or change the kind"
	}
	return ""
}

func kindsWith(key string) (kinds []string) {
	for _, k := range entity.Kinds() {
		if slices.Contains(specFields[k], key) && len(key) > 5 {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
