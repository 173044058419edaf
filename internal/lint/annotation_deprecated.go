package lint

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func annotationDeprecated() Rule {
	known := wellKnown().known
	return Rule{
		Code: "annotation-deprecated", Severity: diag.Info, Title: "Annotation that is out of use",
		Why: "Backstage or its plugin reads another annotation now. The old one works only where an old version runs.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			for k := range e.Metadata.Annotations {
				if a := known[k]; a != nil && a.instead != "" {
					report(e, finding{path: []any{"metadata", "annotations", k}, key: true, message: fmt.Sprintf("the annotation %s is out of use", k), hint: "use " + a.instead + " instead"})
				}
			}
		},
	}
}
