package process

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/jq"
)

// work is one document on its way through the pipeline.
type work struct {
	repo  *repository
	draft *catalog.Draft
	sink  diag.Sink
}

// mapping is the mapping at a path of keys, made if it is not there. It reports
// false if something else is.
func (w *work) mapping(keys ...string) (map[string]any, bool) {
	m := w.draft.Value
	for _, k := range keys {
		next, isMap := m[k].(map[string]any)
		if !isMap {
			if m[k] != nil {
				return nil, false
			}
			if _, there := m[k]; there {
				return nil, false // "spec:" without a value is the author's to see
			}
			next = map[string]any{}
			m[k] = next
		}
		m = next
	}
	return m, true
}

func (w *work) isKind(kinds []string) bool {
	return slices.Contains(kinds, kindOf(w.draft.Value))
}

func kindOf(v map[string]any) string { s, _ := v["kind"].(string); return s }

func (w *work) derived(field, by, from string, at diag.Pos) {
	w.draft.Derived = append(w.draft.Derived, entity.Derived{Field: field, By: by, From: from, Pos: at})
}

// variables are the values of the variables that expressions may use, in the
// order of variableNames.
func (w *work) variables(files map[string]any) []any {
	if files == nil {
		files = map[string]any{}
	}
	return []any{w.repo.describe(), w.draft.Origin.File, files}
}

var variableNames = []string{"$repository", "$file", "$files"}

func (w *work) failed(name string, at diag.Pos, err error) {
	w.report(name, at, diag.Warning, CodeFailed, fmt.Sprintf("the processor %q failed: %s", name, short(err.Error())), "the entity is as it was before it")
}

// report says something of the entity that a processor is to blame for.
func (w *work) report(name string, at diag.Pos, sev diag.Severity, code diag.Code, msg, hint string) {
	d := diag.Diagnostic{Pos: w.draft.Origin.Pos(), Severity: sev, Code: code, Message: msg, Hint: hint, Entity: w.draft.Ref.String()}
	if !at.IsZero() {
		d.Related = []diag.Related{{Pos: at, Message: fmt.Sprintf("the processor %q", name)}}
	}
	w.sink.Report(d)
}

// own runs the processors of the configuration. Their results are checked once,
// at the end; only if they have a fault that the document had not is each run
// again with a check after it, to find which is to blame.
func (w *work) own() {
	before := w.draft.Value
	start := jq.In(before)
	r := w.pass(start, nil)
	switch {
	case w.draft.Context().Err() != nil:
		return
	case r.changed && len(w.faults(r.value, nil)) > 0:
		r = w.pass(start, w.known(before))
	}
	for _, d := range r.said.All() {
		w.sink.Report(d)
	}
	w.draft.Dropped = r.dropped
	if r.changed && !r.dropped {
		if v, err := jq.Out(r.value); err == nil {
			w.draft.Value = v.(map[string]any)
			w.draft.Derived = append(w.draft.Derived, r.derived...)
		}
	}
}

// result is what a pass over the processors gave.
type result struct {
	value            any // in the form of package jq
	changed, dropped bool
	derived          []entity.Derived
	said             diag.List
}

// pass runs all processors. With the faults that are known before, each result
// is checked, and put aside if it has others.
func (w *work) pass(value any, known map[string]bool) *result {
	r := &result{value: value}
	inner := &work{repo: w.repo, draft: w.draft, sink: &r.said}
	for _, p := range w.repo.run.pipeline.own {
		out, from, err := inner.one(p, r.value)
		var dropped *droppedError
		switch {
		case w.draft.Context().Err() != nil:
			return r
		case errors.As(err, &dropped):
			inner.report(p.name, p.at, diag.Info, CodeDropped, "left out of the catalog: "+short(dropped.reason), "")
			r.dropped = true
			return r
		case err != nil:
			inner.failed(p.name, p.at, err)
			continue
		case out == nil || jq.Same(out, r.value):
			continue
		}
		if known != nil {
			if faults := w.faults(out, known); len(faults) > 0 {
				inner.refused(p, faults)
				continue
			}
		}
		r.derived = append(r.derived, differences(p, from, r.value, out)...)
		r.value, r.changed = out, true
	}
	return r
}

// one asks a processor for a new value. Nil means that it leaves the entity as
// it is.
func (w *work) one(p *processor, value any) (out any, from string, err error) {
	files := w.repo.files(path.Dir(w.draft.Origin.File), p.files, func(msg string) {
		w.report(p.name, p.at, diag.Warning, CodeFiles, fmt.Sprintf("the processor %q: %s", p.name, msg), "narrow its patterns")
	})
	vars := w.variables(files)
	if p.when != nil {
		holds, err := p.when.Holds(w.draft.Context(), value, vars...)
		if err != nil || !holds {
			return nil, "", err
		}
	}
	if p.program != nil {
		return w.ask(p, value, files)
	}
	return p.action(w, value, vars)
}

func (w *work) refused(p *processor, faults []diag.Diagnostic) {
	w.report(p.name, p.at, diag.Warning, CodeRefused, fmt.Sprintf("the processor %q makes an entity that is refused: %s", p.name, short(faults[0].Message)), "the entity is as it was before it")
}

// known are the faults that a document has.
func (w *work) known(v map[string]any) map[string]bool {
	out := map[string]bool{}
	for _, d := range w.draft.Check(v) {
		out[string(d.Code)+d.Message] = true
	}
	return out
}

// faults are those of a new value that are not known already.
func (w *work) faults(value any, known map[string]bool) []diag.Diagnostic {
	fault := func(msg string) []diag.Diagnostic { return []diag.Diagnostic{{Message: msg}} }
	v, err := jq.Out(value)
	if err != nil {
		return fault(err.Error())
	}
	m, ok := v.(map[string]any)
	if !ok {
		return fault("it is no mapping")
	}
	if !sameIdentity(w.draft.Value, m) {
		return fault("kind, name and namespace must stay as they are")
	}
	return slices.DeleteFunc(w.draft.Check(m), func(d diag.Diagnostic) bool { return known[string(d.Code)+d.Message] })
}

func sameIdentity(a, b map[string]any) bool {
	x, y := metadataOf(a), metadataOf(b)
	return a["kind"] == b["kind"] && x["name"] == y["name"] && x["namespace"] == y["namespace"]
}

func metadataOf(v map[string]any) map[string]any {
	m, _ := v["metadata"].(map[string]any)
	return m
}

// differences tells which fields a processor has set or changed.
func differences(p *processor, from string, before, after any) []entity.Derived {
	var out []entity.Derived
	a, _ := before.(map[string]any)
	b, _ := after.(map[string]any)
	differ("", a, b, 3, func(field string) {
		out = append(out, entity.Derived{Field: field, By: p.name, From: from, Pos: p.at})
	})
	return out
}

// differ calls each with the paths at which two mappings differ, down to a
// depth: that of single annotations.
func differ(prefix string, a, b map[string]any, depth int, each func(field string)) {
	keys := maps.Clone(a)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, b)
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		x, inA := a[k]
		y, inB := b[k]
		if inA && inB && jq.Same(x, y) {
			continue
		}
		mx, isMap := x.(map[string]any)
		my, also := y.(map[string]any)
		if depth > 1 && also && (isMap || !inA) {
			differ(prefix+k+".", mx, my, depth-1, each)
			continue
		}
		each(prefix + k)
	}
}
