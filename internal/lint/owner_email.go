package lint

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func ownerEmail() Rule {
	return Rule{
		Code: "owner-email", Severity: diag.Warning, Title: "Owner is an e-mail address",
		Why: "An owner is a reference to a group. An address is taken for the name of one that cannot exist, so that nobody is shown and nobody finds what they own.",
		alone: func(c *subject, e *entity.Entity, report reporter) {
			for _, g := range e.Edges {
				if !isAddressed(g) {
					continue
				}
				f := finding{at: g.Pos, message: fmt.Sprintf("the owner %q is an e-mail address, not a group", short(e.SpecString("owner"))), hint: "name a group, such as owner: group:default/payments-team"}
				if strings.HasPrefix(e.SpecString("owner"), "@") {
					f.message = fmt.Sprintf("the owner %q is written as in CODEOWNERS, not as a reference", short(e.SpecString("owner")))
				}
				report(e, f)
			}
		},
	}
}

// isAddressed tells whether an owner is an e-mail address or a mention.
func isAddressed(g entity.Edge) bool {
	return g.Type == entity.OwnedBy && strings.Contains(g.Target.Namespace+"/"+g.Target.Name, "@")
}
