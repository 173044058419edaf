package catalog

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// The codes of what YAML reads otherwise than it looks.
const (
	CodeNumber    = diag.Code("yaml-number")
	CodeAmbiguous = diag.Code("yaml-ambiguous")
	CodeMerge     = diag.Code("yaml-merge-key")
	CodeComment   = diag.Code("yaml-comment-value")
)

// traps tells what YAML reads otherwise than it looks, but where the document
// is refused for it anyway. Templates hold values of forms, which are numbers
// and truth values by right.
func (x *document) traps() {
	template := str(x.value["kind"]) == entity.KindTemplate
	for _, t := range x.d.Traps() {
		if template && t.Kind != yamldoc.TrapMerge || x.refused[t.Pos] {
			continue
		}
		x.trap(t)
	}
}

func (x *document) trap(t yamldoc.Trap) {
	d := diag.Diagnostic{Pos: t.Pos, Severity: diag.Warning, Entity: x.name()}
	quotes := `"` + t.Text + `"`
	switch t.Kind {
	case yamldoc.TrapNumber:
		d.Code, d.Message, d.Hint = CodeNumber, fmt.Sprintf("%s without quotes is the number %s", short(t.Text), short(t.Value)), "write "+quotes
		d.Fix = diag.Replace(t.Pos, t.Text, quotes)
	case yamldoc.TrapAmbiguous:
		d.Severity, d.Code = diag.Info, CodeAmbiguous
		d.Message, d.Hint = fmt.Sprintf("%s without quotes is text here, and %s to tools that read YAML 1.1", t.Text, t.Value), "write "+quotes
		d.Fix = diag.Replace(t.Pos, t.Text, quotes)
	case yamldoc.TrapMerge:
		d.Code, d.Message, d.Hint = CodeMerge, `"<<" is a key like any other here and merges nothing`, "write the keys out; Backstage does not merge them either"
	case yamldoc.TrapComment:
		d.Code, d.Message, d.Hint = CodeComment, fmt.Sprintf("%q is a comment from the # on; what is read is %q", short(t.Text), short(t.Value)), "put quotes around the value, if the # is part of it"
		if t.Value == "" {
			d.Message = fmt.Sprintf("%q is a comment, and the value is empty", short(t.Text))
		}
	}
	x.say(d)
}
