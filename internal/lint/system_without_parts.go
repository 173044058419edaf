package lint

import (
	"callboard/internal/diag"
	"callboard/internal/entity"
)

func systemWithoutParts() Rule {
	return Rule{
		Code: "system-without-parts", Severity: diag.Warning, Title: "System without parts",
		Why:    "The page of a system is a picture of its parts. Without any it is empty, and so is the promise that the system exists.",
		Whole:  true,
		linked: checkParts,
	}
}

func checkParts(c *subject, e *entity.Entity, report reporter) {
	if !isKind(e, entity.KindSystem) || present(c, e.Ref, entity.HasPart) > 0 {
		return
	}
	report(e, finding{message: e.Ref.String() + " has no parts", hint: "write spec.system: " + e.Name + " in the components, APIs and resources that belong to it, or remove the system"})
}
