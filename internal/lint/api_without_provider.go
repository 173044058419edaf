package lint

import (
	"callboard/internal/diag"
	"callboard/internal/entity"
)

func apiWithoutProvider() Rule {
	return Rule{
		Code: "api-without-provider", Severity: diag.Warning, Title: "API that nothing provides",
		Why:    "Who reads about an API wants to know which service answers it and whom to ask when it does not. An API that is deprecated is let off.",
		Whole:  true,
		linked: checkProvider,
	}
}

func checkProvider(c *subject, e *entity.Entity, report reporter) {
	if !isKind(e, entity.KindAPI) || lifecycleOf(e) == deprecated || present(c, e.Ref, entity.APIProvidedBy) > 0 {
		return
	}
	report(e, finding{message: "no component provides this API", hint: "add it to spec.providesApis of the component that does"})
}
