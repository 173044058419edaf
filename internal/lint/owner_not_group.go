package lint

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

const codeOwnerKind = diag.Code("owner-not-group")

func ownerNotGroup() Rule {
	return Rule{
		Code: codeOwnerKind, Severity: diag.Warning, Title: "Owner is not a group",
		Why:   "People change teams and go on holiday. What a person owns is nobody's when they leave; what a group owns is not.",
		alone: checkOwnerKind,
	}
}

func checkOwnerKind(_ *subject, e *entity.Entity, report reporter) {
	group, user := entity.NewRef(entity.KindGroup, "", "").Kind, entity.NewRef(entity.KindUser, "", "").Kind
	for _, g := range e.Edges {
		if g.Type != entity.OwnedBy || g.Target.Kind == group {
			continue
		}
		what, hint := fmt.Sprintf("of the kind %q", short(g.Target.Kind)), "name the group that is responsible"
		if g.Target.Kind == user {
			what, hint = "a user", "name the group that they belong to"
		}
		report(e, finding{at: g.Pos, message: fmt.Sprintf("the owner %s is %s, not a group", g.Target, what), hint: hint})
	}
}
