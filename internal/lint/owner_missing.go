package lint

import (
	"callboard/internal/diag"
	"callboard/internal/entity"
)

func ownerMissing() Rule {
	return Rule{
		Code: "owner-missing", Severity: diag.Info, Title: "Nobody owns it",
		Why:    "The first question about anything is whom to ask. Backstage demands an owner of most kinds, but not of a template.",
		linked: checkOwner,
	}
}

func checkOwner(c *subject, e *entity.Entity, report reporter) {
	owned := []string{entity.KindComponent, entity.KindAPI, entity.KindResource, entity.KindSystem, entity.KindDomain, entity.KindTemplate}
	if !isKind(e, owned...) {
		return
	}
	if there, dangling := c.Related(e.Ref, entity.OwnedBy); there+dangling == 0 {
		report(e, finding{message: e.Ref.String() + " has no owner", hint: "name a group in spec.owner"})
	}
}
