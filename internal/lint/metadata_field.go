package lint

import (
	"fmt"
	"maps"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

func metadataField() Rule {
	return Rule{
		Code: "metadata-field-unknown", Severity: diag.Warning, Title: "Field of the metadata that nothing reads",
		Why: "Metadata may hold anything, so a misspelt field, or one that belongs into the spec, is accepted and does nothing. Fields of an organisation's own are left alone.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			for _, k := range slices.Sorted(maps.Keys(e.Metadata.Extra)) {
				checkMetadataField(e, k, report)
			}
		},
	}
}

var metadataFields = []string{"name", "namespace", "title", "description", "labels", "annotations", "tags", "links"}

func checkMetadataField(e *entity.Entity, key string, report reporter) {
	f := finding{path: []any{"metadata", key}, key: true, message: fmt.Sprintf("nothing reads metadata.%s", short(key))}
	switch key {
	case "uid", "etag", "generation", "relations":
		return // what an export of Backstage's catalog has
	case "owner", "lifecycle", "type", "system", "domain", "dependsOn", "providesApis", "consumesApis":
		if slices.Contains(specFields[e.Kind], key) {
			f.hint = "it belongs into spec." + key
			report(e, f)
		}
		return
	}
	meant := meantField(key, metadataFields)
	if meant == "" || has(e.Metadata, meant) {
		return
	}
	f.hint, f.old, f.text = "did you mean "+meant+"?", key, meant
	report(e, f)
}

// has tells whether a field that the model knows has a value.
func has(m entity.Metadata, field string) bool {
	switch field {
	case "name", "namespace":
		return true
	case "title":
		return m.Title != ""
	case "description":
		return m.Description != ""
	case "labels":
		return len(m.Labels) > 0
	case "annotations":
		return len(m.Annotations) > 0
	case "tags":
		return len(m.Tags) > 0
	}
	return len(m.Links) > 0
}
