package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func keyCase() Rule {
	return Rule{
		Code: "key-case-duplicate", Severity: diag.Warning, Title: "Keys that differ only by case",
		Why: "Backstage compares keys without regard to case when it stores an entity, and refuses one with the same key twice: the entity never appears.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			sameKeys(e, report, e.Metadata.Labels, "metadata", "labels")
			sameKeys(e, report, e.Metadata.Annotations, "metadata", "annotations")
			sameKeys(e, report, e.Spec, "spec")
		},
	}
}

func sameKeys[V any](e *entity.Entity, report reporter, m map[string]V, at ...any) {
	if !hasTwins(m) {
		return
	}
	first := make(map[string]string, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		fold := strings.ToLower(k)
		if other, there := first[fold]; there {
			report(e, finding{path: append(slices.Clone(at), k), key: true, message: fmt.Sprintf("the keys %q and %q differ only by case", short(other), short(k)),
				hint: "remove one of the two, or rename it; Backstage refuses the entity"})
			continue
		}
		first[fold] = k
	}
}

// fewKeys is the size of mappings whose keys are compared each with each, which
// for few keys costs less than to remember them.
const fewKeys = 24

// hasTwins tells whether two keys may differ only by case.
func hasTwins[V any](m map[string]V) bool {
	if len(m) > fewKeys {
		return true
	}
	for a := range m {
		for b := range m {
			if len(a) == len(b) && a != b && strings.EqualFold(a, b) {
				return true
			}
		}
	}
	return false
}
