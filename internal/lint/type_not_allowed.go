package lint

import (
	"slices"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func typeNotAllowed() Rule {
	return Rule{
		Code: "type-not-allowed", Severity: diag.Warning, Title: "Type that the organisation does not have",
		Why: "callboard.yaml lists the types of a kind in lint.types. Another one is missing from every list that is filtered by type.",
		alone: func(c *subject, e *entity.Entity, report reporter) {
			allowed, listed := c.Types[e.Ref.Kind]
			if got := e.Type(); got != "" && listed && !slices.Contains(allowed, got) {
				report(e, notListed("type", got, allowed))
			}
		},
	}
}
