package catalog

import (
	"context"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/schema"
)

// Process changes documents before they are checked, so that what it makes of
// them is held to the same rules as what stands in files. What it has to say
// goes to the sink.
type Process func(d *Draft, sink diag.Sink)

// Draft is a document that is about to be checked: its envelope is sound and its
// placeholders are resolved.
type Draft struct {
	// Value is the document: apiVersion, kind, metadata and spec as yamldoc gives
	// them. A Process may change it, or put another in its place; kind,
	// metadata.name and metadata.namespace must stay.
	Value map[string]any
	// Ref is the reference of the entity.
	Ref entity.Ref
	// Origin is the place of the document.
	Origin entity.Origin
	// Derived is to be added to when something is set.
	Derived []entity.Derived
	// Dropped is set when there is to be no entity.
	Dropped bool

	x *document
}

// Context is that of the reading.
func (d *Draft) Context() context.Context { return d.x.r.ctx }

// Pos is the place of the value at a path, or of the nearest one above.
func (d *Draft) Pos(path ...any) diag.Pos { return d.x.d.Pos(path...) }

// Check tells why the document would be refused if it were v, which is not
// changed. It reports nothing.
func (d *Draft) Check(v map[string]any) []diag.Diagnostic {
	var found diag.List
	t := &document{r: d.x.r, d: d.x.d, origin: d.x.origin, guesses: d.x.guesses, sink: &found, value: copied(v).(map[string]any), said: map[string]bool{}, gaps: map[string]bool{}}
	for _, p := range t.r.schemas.Envelope(t.value) {
		t.problem(CodeEnvelope, p)
	}
	t.verdict()
	return slices.DeleteFunc(found.All(), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
}

// copied is a value that shares no mapping or list with v.
func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = copied(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = copied(x)
		}
		return out
	}
	return v
}

// processed lets the reader's Process change the document. It reports false
// when there is to be no entity. A document that is refused already is left as
// it is, so that what is said of it is about what stands in the file.
func (x *document) processed() bool {
	if x.r.process == nil || x.failed {
		return true
	}
	m, _ := x.value["metadata"].(map[string]any)
	ns, _ := m["namespace"].(string)
	if ns == "" {
		ns = entity.DefaultNamespace
	}
	d := &Draft{Value: x.value, Ref: entity.NewRef(str(x.value["kind"]), ns, str(m["name"])), x: x, Origin: x.origin}
	d.Origin.Root, d.Origin.RootAt = "", "" // what is done to a file depends on no other
	x.r.process(d, x.sink)
	x.value, x.derived = d.Value, d.Derived
	return !d.Dropped
}

// placeOf is the place of a value: that of the evidence for one that a processor
// has set and its file has not.
func (x *document) placeOf(path []any) diag.Pos {
	if len(x.derived) > 0 {
		field := schema.PathString(path)
		for _, d := range slices.Backward(x.derived) {
			if !d.Pos.IsZero() && (d.Field == field || strings.HasPrefix(field, d.Field+"[")) {
				return d.Pos
			}
		}
	}
	return x.d.Pos(path...)
}
