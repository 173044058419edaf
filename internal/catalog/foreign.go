package catalog

import (
	"context"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
	"callboard/internal/yamldoc"
)

// Foreign is an entity that is described in a file of another form, said as a
// document of a catalog file says it.
type Foreign struct {
	// Value is apiVersion, kind, metadata and spec. It may be changed. Nothing in
	// it is a placeholder, whatever it looks like.
	Value map[string]any
	// Origin is where the entity is described.
	Origin entity.Origin
	// Pos is where the value at a path was said, or the nearest one above.
	Pos func(path ...any) diag.Pos
	// Guesses are values for keys of the spec that the file does not say. A Process
	// finds these keys missing, as they are; those that it leaves missing get the
	// values before anything is checked.
	Guesses map[string]string
}

// Admit is ReadWith of entities that are described elsewhere than in catalog
// files: they are processed and checked like documents, in their order. The
// error is that of a context that was cancelled.
func (m *Model) Admit(ctx context.Context, s *repofs.Snapshot, list []Foreign, process Process, sink diag.Sink) ([]*entity.Entity, error) {
	schemas, err := kindSchemas()
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, snap: s, sink: sink, schemas: schemas, model: m, process: process}
	r.refusals, _ = sink.(Refusals)
	out := make([]*entity.Entity, 0, len(list))
	for _, f := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		x := &document{r: r, d: foreignText{f.Pos}, origin: f.Origin, sink: sink, value: f.Value, guesses: f.Guesses, said: map[string]bool{}, gaps: map[string]bool{}}
		if e := x.admit(); e != nil {
			out = append(out, e)
		}
	}
	return out, nil
}

func (x *document) admit() *entity.Entity {
	if spec, ok := x.value["spec"].(map[string]any); ok {
		for k := range x.guesses {
			delete(spec, k)
		}
	}
	x.managedAnnotations()
	for _, p := range x.r.schemas.Envelope(x.value) {
		x.problem(CodeEnvelope, p)
	}
	return x.finish()
}

// guess sets the keys of the spec that nobody has set.
func (x *document) guess() {
	spec, ok := x.value["spec"].(map[string]any)
	if !ok {
		return
	}
	for k, v := range x.guesses {
		if spec[k] == nil || spec[k] == "" {
			spec[k] = v
		}
	}
}

// foreignText is the text of a Foreign, which is written otherwise than a
// catalog file: it has places, and nothing in it can be repaired by our rules.
type foreignText struct{ pos func(path ...any) diag.Pos }

func (t foreignText) Pos(path ...any) diag.Pos    { return t.pos(path...) }
func (t foreignText) KeyPos(path ...any) diag.Pos { return t.pos(path...) }
func (foreignText) Plain(...any) (string, bool)   { return "", false }
func (foreignText) Traps() []yamldoc.Trap         { return nil }
func (foreignText) Replace(diag.Pos, string, string) *diag.Fix {
	return nil
}
