package lint

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// The lifecycles that Backstage's description of the model names ("well-known
// values" of spec.lifecycle).
const (
	experimental = "experimental"
	production   = "production"
	deprecated   = "deprecated"
)

func lifecycleSpelling() Rule {
	return Rule{
		Code: "lifecycle-spelling", Severity: diag.Warning, Title: "Unusual spelling of a lifecycle",
		Why:   "Lists are filtered by lifecycle. A component that says prod is missing from the list of those that say production.",
		alone: checkLifecycle,
	}
}

func checkLifecycle(c *subject, e *entity.Entity, report reporter) {
	got := e.Lifecycle()
	if len(c.Lifecycles) > 0 {
		return // the organisation has a list, which another rule goes by
	}
	want := usualLifecycle(got)
	if want == "" || want == got {
		return
	}
	report(e, finding{path: []any{"spec", "lifecycle"}, old: got, text: want, message: fmt.Sprintf("the lifecycle %q is usually spelled %q", short(got), want), hint: "write lifecycle: " + want})
}

// lifecycleOf is the lifecycle of an entity in its usual spelling, so that the
// rules mean the same for "prod" and "production".
func lifecycleOf(e *entity.Entity) string {
	if l := usualLifecycle(e.Lifecycle()); l != "" {
		return l
	}
	return e.Lifecycle()
}

// usualLifecycle is the well-known value that s most likely means, or "". Words
// that an organisation may have for a stage of its own, such as beta or
// maintenance, mean none of them.
func usualLifecycle(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case experimental, "experiment", "exp", "experimetal", "poc", "prototype":
		return experimental
	case production, "prod", "prd", "produciton", "prodution", "prodcution", "live", "in-production":
		return production
	case deprecated, "depricated", "deprectated", "deprecate", "obsolete":
		return deprecated
	}
	return ""
}

// short is text of an author as it may stand in a message.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
