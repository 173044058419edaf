package lint

import (
	"callboard/internal/diag"
	"callboard/internal/entity"
)

func locationUnused() Rule {
	return Rule{
		Code: "location-unused", Severity: diag.Warning, Title: "Location that leads nowhere",
		Why: "A Location is a list of further files. Without a target it does nothing, and what it should have led to is missing.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			if e.Kind != entity.KindLocation || e.SpecString("target") != "" {
				return
			}
			list, _ := e.Spec["targets"].([]any)
			for _, t := range list {
				if s, _ := t.(string); s != "" {
					return
				}
			}
			report(e, finding{path: []any{"spec"}, key: true, message: e.Ref.String() + " has no target", hint: "name files in spec.targets, such as [./service/catalog-info.yaml], or remove the Location"})
		},
	}
}
