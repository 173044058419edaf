package lint

import (
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func refName() Rule {
	return Rule{
		Code: "ref-name-impossible", Severity: diag.Warning, Title: "Reference that no entity can have",
		Why: "Names of entities have no spaces, slashes or colons. A reference with one is accepted and leads nowhere, whatever else is in the catalog.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			for _, g := range e.Edges {
				if entity.CheckName(g.Target.Name) == "" && entity.CheckNamespace(g.Target.Namespace) == "" || isAddressed(g) {
					continue
				}
				hint := "name an entity by metadata.name, not by its title"
				if slug := strings.Join(strings.Fields(g.Target.Name), "-"); slug != g.Target.Name && entity.CheckName(slug) == "" {
					hint += "; did you mean " + slug + "?"
				}
				report(e, finding{at: g.Pos, message: g.Field + ": no entity can be called \"" + short(strings.TrimPrefix(g.Target.Namespace+"/"+g.Target.Name, entity.DefaultNamespace+"/")) + "\"", hint: hint})
			}
		},
	}
}
