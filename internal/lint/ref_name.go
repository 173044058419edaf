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
				report(e, finding{at: g.Pos, message: g.Field + ": no entity can be called \"" + short(strings.TrimPrefix(g.Target.Namespace+"/"+g.Target.Name, entity.DefaultNamespace+"/")) + "\"", hint: nameHint(g.Target)})
			}
		},
	}
}

// nameHint says what was most likely meant by a reference that nothing can have.
func nameHint(r entity.Ref) string {
	switch slug := strings.Join(strings.Fields(r.Name), "-"); {
	case strings.Contains(r.Namespace+r.Name, "{{"):
		return "it stands where a template has yet to fill in a name; write the name"
	case slug != r.Name && entity.CheckName(slug) == "":
		return "name an entity by metadata.name, not by its title; did you mean " + slug + "?"
	}
	return "name an entity by metadata.name, not by its title"
}
