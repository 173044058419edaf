package lint

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func lifecycleNotAllowed() Rule {
	return Rule{
		Code: "lifecycle-not-allowed", Severity: diag.Warning, Title: "Lifecycle that the organisation does not have",
		Why: "callboard.yaml lists the lifecycles of the organisation in lint.lifecycles. Another one is missing from every list and every rule that goes by lifecycle.",
		alone: func(c *subject, e *entity.Entity, report reporter) {
			got := e.Lifecycle()
			if got == "" || len(c.Lifecycles) == 0 || slices.Contains(c.Lifecycles, got) {
				return
			}
			report(e, notListed("lifecycle", got, c.Lifecycles))
		},
	}
}

// notListed is the finding on a value of the spec that is not in a list.
func notListed(field, got string, allowed []string) finding {
	f := finding{path: []any{"spec", field}, message: fmt.Sprintf("the %s %q is not one of this organisation's", field, short(got)), hint: "use " + listed(allowed)}
	if i := slices.IndexFunc(allowed, func(a string) bool { return strings.EqualFold(a, strings.TrimSpace(got)) }); i >= 0 {
		f.old, f.text = got, allowed[i]
		f.hint = "write " + field + ": " + allowed[i]
	} else if m := nearest(got, allowed, 2); m != "" {
		f.hint = "did you mean " + m + "? allowed: " + listed(allowed)
	}
	return f
}

// maxListed is how many words a hint names.
const maxListed = 12

// listed is "a, b or c".
func listed(words []string) string {
	if len(words) > maxListed {
		return strings.Join(words[:maxListed], ", ") + ", …"
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
