package build

import (
	"strconv"

	"callboard/internal/apidoc"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/repofs"
)

// definitions checks the definitions of APIs. A definition may stand in another
// file, so the findings are on the field of the entity and name the line within
// the definition.
func definitions(es []*entity.Entity, read repofs.ReadFunc, sink diag.Sink) {
	for _, e := range es {
		definition := e.SpecString("definition")
		if e.Ref.Kind != "api" || lint.IsPlaceholder(definition) {
			continue
		}
		_, found := apidoc.Outline(e.Type(), definition)
		for _, d := range found {
			if d.Pos.Line > 0 {
				d.Message = "spec.definition, line " + strconv.Itoa(d.Pos.Line) + ": " + d.Message
			} else {
				d.Message = "spec.definition: " + d.Message
			}
			field := "definition"
			if d.Code == apidoc.CodeFormat {
				field = "type"
			}
			d.Pos, d.End, d.Entity = lint.Place(e, read, "spec", field), diag.Pos{}, e.Ref.String()
			sink.Report(d)
		}
	}
}
