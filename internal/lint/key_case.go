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
		check: each(func(_ *subject, e *entity.Entity, report reporter) {
			sameKeys(e, report, slices.Sorted(maps.Keys(e.Metadata.Labels)), "metadata", "labels")
			sameKeys(e, report, slices.Sorted(maps.Keys(e.Metadata.Annotations)), "metadata", "annotations")
			sameKeys(e, report, slices.Sorted(maps.Keys(e.Spec)), "spec")
		}),
	}
}

func sameKeys(e *entity.Entity, report reporter, keys []string, at ...any) {
	if len(keys) < 2 {
		return
	}
	first := make(map[string]string, len(keys))
	for _, k := range keys {
		fold := strings.ToLower(k)
		if other, there := first[fold]; there {
			report(e, finding{path: append(slices.Clone(at), k), key: true, message: fmt.Sprintf("the keys %q and %q differ only by case", short(other), short(k)),
				hint: "remove one of the two, or rename it; Backstage refuses the entity"})
			continue
		}
		first[fold] = k
	}
}
