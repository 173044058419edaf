package lint

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func linkIcon() Rule {
	return Rule{
		Code: "link-icon-unknown", Severity: diag.Info, Title: "Icon of a link that nothing knows",
		Why: "An icon with another name is shown as a globe, like every other link. A Backstage instance may have icons of its own; then turn this rule off.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			for i, l := range e.Metadata.Links {
				if l.Icon == "" || isIcon(l.Icon) {
					continue
				}
				f := finding{path: []any{"metadata", "links", i, "icon"}, message: fmt.Sprintf("the icon %q is not one that Backstage has", short(l.Icon)), hint: "known icons are " + strings.Join(icons, ", ")}
				if meant := meantIcon(l.Icon); meant != "" {
					f.hint = "did you mean " + meant + "?"
				}
				if low := strings.ToLower(l.Icon); isIcon(low) {
					f.old, f.text = l.Icon, low
				}
				report(e, f)
			}
		},
	}
}

// icons are the keys that Backstage's app has without configuration
// (packages/app-defaults), beside those of kinds.
var icons = []string{"alert", "catalog", "chat", "cloud", "code", "dashboard", "docs", "email", "github", "group", "help", "scaffolder", "search", "star", "techdocs", "user", "warning", "web"}

func isIcon(s string) bool {
	if kind, ok := strings.CutPrefix(s, "kind:"); ok {
		return slices.ContainsFunc(entity.Kinds(), func(k string) bool { return strings.EqualFold(k, kind) })
	}
	return slices.Contains(icons, s)
}

// meantIcon is the icon for what people write instead.
func meantIcon(s string) string {
	s = strings.ToLower(s)
	if isIcon(s) {
		return s
	}
	switch s {
	case "website", "globe", "public", "link", "url", "www":
		return "web"
	case "documentation", "doc", "book", "article", "file-doc", "wiki", "locallibrary":
		return "docs"
	case "slack", "slack_contact", "teams", "forum", "message":
		return "chat"
	case "mail", "contact":
		return "email"
	case "grafana", "monitoring", "metrics", "datadog":
		return "dashboard"
	case "git", "gitlab", "source", "repo", "repository":
		return "code"
	case "people", "team":
		return "group"
	}
	return nearest(s, icons, 2)
}
