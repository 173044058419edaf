package lint

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

const annotationTechdocsEntity = "backstage.io/techdocs-entity"

func techdocsEntity() Rule {
	return Rule{
		Code: "techdocs-entity-missing", Severity: diag.Warning, Title: "Documentation of an entity that is not there",
		Why:   "The annotation borrows the documentation of another entity. If that is missing, so is the tab.",
		Whole: true,
		linked: func(c *subject, e *entity.Entity, report reporter) {
			r, err := entity.ParseRef(e.Metadata.Annotations[annotationTechdocsEntity], "", entity.DefaultNamespace)
			if err != nil || entity.CheckName(r.Name) != "" || c.Get(r) != nil {
				return
			}
			report(e, finding{path: []any{"metadata", "annotations", annotationTechdocsEntity}, message: fmt.Sprintf("there is no %s in the catalog to take documentation from", r),
				hint: "correct the reference: kind:namespace/name of the entity that has the documentation"})
		},
	}
}
