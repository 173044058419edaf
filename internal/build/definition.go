package build

import (
	"strconv"

	"callboard/internal/apidoc"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// definitions checks the definitions of APIs. An entity keeps no place for its
// definition, which may stand in another file, so the findings are on the
// entity and name the line within the definition.
func definitions(es []*entity.Entity, sink diag.Sink) {
	for _, e := range es {
		if e.Ref.Kind != "api" {
			continue
		}
		_, found := apidoc.Outline(e.Type(), e.SpecString("definition"))
		for _, d := range found {
			if d.Pos.Line > 0 {
				d.Message = "spec.definition, line " + strconv.Itoa(d.Pos.Line) + ": " + d.Message
			} else {
				d.Message = "spec.definition: " + d.Message
			}
			d.Pos, d.End, d.Entity = e.Origin.Pos(), diag.Pos{}, e.Ref.String()
			sink.Report(d)
		}
	}
}
