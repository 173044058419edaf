package lint

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func deprecatedInUse() Rule {
	return Rule{
		Code: "deprecated-in-use", Severity: diag.Warning, Title: "Production uses something deprecated",
		Why:    "What is deprecated goes away some day. Whoever depends on it in production should hear of it from the catalog, not from the outage.",
		linked: checkDeprecated,
	}
}

func checkDeprecated(c *subject, e *entity.Entity, report reporter) {
	if lifecycleOf(e) != production {
		return
	}
	for _, g := range e.Edges {
		if g.Type != entity.DependsOn && g.Type != entity.ConsumesAPI {
			continue
		}
		t := c.Get(g.Target)
		if t == nil || lifecycleOf(t) != deprecated {
			continue
		}
		report(e, finding{at: g.Pos, message: fmt.Sprintf("%s is in production and uses %s, which is deprecated", e.Ref, t.Ref),
			hint:    "move to its successor, or correct the lifecycle of one of the two",
			related: []diag.Related{{Pos: t.Origin.Pos(), Message: "deprecated here"}}})
	}
}
