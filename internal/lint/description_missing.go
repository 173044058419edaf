package lint

import (
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func descriptionMissing() Rule {
	return Rule{
		Code: "description-missing", Severity: diag.Info, Title: "No description",
		Why:   "Lists and search results show a name and one sentence. Without the sentence, only those who know the name already understand it.",
		alone: checkDescription,
	}
}

func checkDescription(_ *subject, e *entity.Entity, report reporter) {
	described := []string{entity.KindComponent, entity.KindAPI, entity.KindResource, entity.KindSystem, entity.KindDomain, entity.KindTemplate}
	if !isKind(e, described...) || strings.TrimSpace(e.Metadata.Description) != "" {
		return
	}
	report(e, finding{message: e.Ref.String() + " has no description", hint: "say in metadata.description, in one sentence, what it is for"})
}
