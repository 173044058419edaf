package lint

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func duplicateEntry() Rule {
	return Rule{
		Code: "list-duplicate", Severity: diag.Info, Title: "The same entry twice in a list",
		Why: "The second one changes nothing. Most often it should have been another.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			seen := map[string]bool{}
			for i, t := range e.Metadata.Tags {
				if seen[t] {
					report(e, finding{path: []any{"metadata", "tags", i}, message: fmt.Sprintf("the tag %q is there twice", short(t)), hint: "remove one of the two"})
				}
				seen[t] = true
			}
			checkEdgesTwice(e, report)
		},
	}
}

// checkEdgesTwice looks at edges, which are sorted by type and target.
func checkEdgesTwice(e *entity.Entity, report reporter) {
	for i := 1; i < len(e.Edges); i++ {
		a, b := e.Edges[i-1], e.Edges[i]
		field, _, list := strings.Cut(b.Field, "[")
		if !list || a.Type != b.Type || a.Target != b.Target || !strings.HasPrefix(a.Field, field+"[") {
			continue
		}
		if b.Pos.Compare(a.Pos) < 0 {
			a, b = b, a
		}
		report(e, finding{at: b.Pos, message: fmt.Sprintf("%s names %s twice", field, b.Target), hint: "remove one of the two",
			related: []diag.Related{{Pos: a.Pos, Message: "the first one"}}})
	}
}
