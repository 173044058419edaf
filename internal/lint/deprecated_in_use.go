package lint

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func deprecatedInUse() Rule {
	return Rule{
		Code: "deprecated-in-use", Severity: diag.Warning, Title: "Production uses something deprecated",
		Why:   "What is deprecated goes away some day. Whoever depends on it in production should hear of it from the catalog, not from the outage.",
		check: checkDeprecated,
	}
}

// checkDeprecated looks from the few that are deprecated at who uses them.
func checkDeprecated(c *subject, report reporter) {
	for t := range c.All() {
		if lifecycleOf(t) == deprecated {
			checkUsers(c, t.Ref, t.Origin.Pos(), report)
		}
	}
}

func checkUsers(c *subject, used entity.Ref, at diag.Pos, report reporter) {
	for r := range c.Neighbours(used) {
		e := c.Get(r)
		if lifecycleOf(e) != production {
			continue
		}
		for _, g := range e.Edges {
			if g.Target != used || g.Type != entity.DependsOn && g.Type != entity.ConsumesAPI {
				continue
			}
			report(e, finding{at: g.Pos, message: fmt.Sprintf("%s is in production and uses %s, which is deprecated", e.Ref, used),
				hint:    "move to its successor, or correct the lifecycle of one of the two",
				related: []diag.Related{{Pos: at, Message: "deprecated here"}}})
		}
	}
}
