package lint

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func annotationValue() Rule {
	known := wellKnown().known
	return Rule{
		Code: "annotation-value", Severity: diag.Warning, Title: "Annotation with a value that its plugin cannot use",
		Why: "An annotation is how a tool finds the thing of its own that belongs to an entity. With a value in another form the card stays empty, and nothing says why.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			for k := range e.Metadata.Annotations {
				checkValue(known[k], e, k, report)
			}
		},
	}
}

func knownAnnotations() map[string]*annotation {
	m := make(map[string]*annotation, len(annotations))
	for i := range annotations {
		m[annotations[i].key] = &annotations[i]
	}
	return m
}

func checkValue(a *annotation, e *entity.Entity, key string, report reporter) {
	if a == nil || a.form.valid == nil {
		return
	}
	value := e.Metadata.Annotations[key]
	if a.form.valid(value) {
		return
	}
	what, _, _ := strings.Cut(a.form.want, ", such as ")
	f := finding{path: []any{"metadata", "annotations", key}, message: fmt.Sprintf("%s must be %s, not %q", key, what, short(value)), hint: "write " + a.form.want}
	if value == "" {
		f.message, f.hint = key+" is empty", "write "+a.form.want+", or remove the annotation"
	}
	if strings.Contains(value, "${{") {
		f.hint = "write the value itself: only what a template writes has its ${{ }} filled in, not the template's own annotations"
	}
	if a.form.tidy != nil {
		if t := a.form.tidy(value); t != value && a.form.valid(t) {
			f.hint, f.old, f.text = "write "+t, value, t
		}
	}
	report(e, f)
}
