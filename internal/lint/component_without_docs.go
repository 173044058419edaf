package lint

import (
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func componentWithoutDocs() Rule {
	return Rule{
		Code: "component-without-docs", Severity: diag.Info, Title: "Component in production without documentation",
		Why:   "At three in the morning the page of a service in production must lead on to something that helps: documentation, or a link to a runbook.",
		alone: checkDocs,
	}
}

func checkDocs(_ *subject, e *entity.Entity, report reporter) {
	if !isKind(e, entity.KindComponent) || lifecycleOf(e) != production || leadsToHelp(e) {
		return
	}
	report(e, finding{message: "the component is in production and names neither documentation nor a runbook",
		hint: "add the annotation backstage.io/techdocs-ref: dir:. beside a mkdocs.yml, or a link of the type runbook"})
}

// leadsToHelp tells whether an entity names documentation. The annotations are
// those of TechDocs; the type of a link is free text in Backstage, so its title
// counts too.
func leadsToHelp(e *entity.Entity) bool {
	if e.Metadata.Annotations["backstage.io/techdocs-ref"] != "" || e.Metadata.Annotations["backstage.io/techdocs-entity"] != "" {
		return true
	}
	for _, l := range e.Metadata.Links {
		text := strings.ToLower(l.Type + " " + l.Title + " " + l.Icon)
		for _, word := range []string{"doc", "runbook", "playbook", "handbook", "wiki", "readme"} {
			if strings.Contains(text, word) {
				return true
			}
		}
	}
	return false
}
