package lint

import (
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func dependencyCycle() Rule {
	return Rule{
		Code: "dependency-cycle", Severity: diag.Info, Title: "Dependencies run in a circle",
		Why:   "What depends on each other in a circle cannot be started, released or understood one after the other. It may be true; then this is worth knowing before the next outage.",
		check: checkDependencyCycle,
	}
}

// maxCircle is how many entities of a circle a message names.
const maxCircle = 8

func checkDependencyCycle(c *subject, report reporter) {
	for _, circle := range c.Circles(entity.DependsOn) {
		if len(circle) < 2 {
			continue // one that depends on itself is reported as that
		}
		var names []string
		for i, r := range circle {
			if i == maxCircle {
				names = append(names, "…")
				break
			}
			names = append(names, r.Target.String())
		}
		start := circle[len(circle)-1].Target
		var related []diag.Related
		for _, r := range circle[1:min(len(circle), maxCircle)] {
			related = append(related, diag.Related{Pos: r.Pos, Message: "leads to " + r.Target.String()})
		}
		report(c.Get(start), finding{at: circle[0].Pos, message: start.String() + " depends on itself by way of others: " + start.String() + " → " + strings.Join(names, " → "),
			hint: "remove one of these references, or say in a comment why it must be so", related: related})
	}
}
