package process

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/jq"
	"callboard/internal/process/exec"
)

// The codes of what can be wrong with the configuration of processors.
const (
	CodeExpression = diag.Code("config-expression") // not a jq expression, or one that is not allowed
	CodeConfig     = diag.Code("config-processor")  // does nothing, or too much at once
)

// compiler makes a pipeline of a configuration.
type compiler struct {
	config *config.Loaded
	sink   diag.Sink
}

func (k *compiler) say(at diag.Pos, code diag.Code, msg, hint string) {
	k.sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: code, Message: msg, Hint: hint})
}

func (k *compiler) derive() derive {
	c := k.config.Derive
	return derive{
		annotations: c.Annotations, topics: c.Topics, propose: c.Codeowners == "propose", apply: c.Codeowners == "apply",
		owner: k.fallbacks("owner", c.Owner), lifecycle: k.fallbacks("lifecycle", c.Lifecycle),
	}
}

func (k *compiler) fallbacks(field string, list []config.Fallback) []fallback {
	var out []fallback
	for i, f := range list {
		if f.Value == "" {
			continue // has been reported
		}
		x := fallback{value: f.Value, repositories: f.Repositories, files: f.Files, kinds: f.Kinds, at: k.config.Pos("derive", field, i)}
		if field == "owner" {
			if _, err := entity.ParseRef(f.Value, entity.KindGroup, entity.DefaultNamespace); err != nil {
				k.say(k.config.Pos("derive", field, i, "value"), config.CodeValue, err.Error(), "write a reference such as group:payments")
				continue
			}
		}
		if f.When != "" {
			if x.when = k.compile(jq.Compile, f.When, "derive", field, i, "when"); x.when == nil {
				continue
			}
		}
		out = append(out, x)
	}
	return out
}

// compile compiles an expression, or reports what is wrong with it at its place
// in the file and returns nil.
func (k *compiler) compile(how func(string, ...string) (*jq.Program, error), text string, path ...any) *jq.Program {
	p, err := how(text, variableNames...)
	if err == nil {
		return p
	}
	at, hint := k.config.Pos(path...), ""
	if bad, ok := errors.AsType[*jq.Error](err); ok {
		at, hint = k.config.PosIn(bad.Offset, path...), bad.Hint
	}
	k.say(at, CodeExpression, err.Error(), hint)
	return nil
}

// processor is one processor of the configuration.
type processor struct {
	name    string
	at      diag.Pos
	when    *jq.Program
	files   []string
	action  action        // nil for a program
	program *exec.Command // nil for an action
}

// action makes a new value of an entity, or nil if there is nothing to change.
// From says in a few words how.
type action func(w *work, value any, vars []any) (out any, from string, err error)

func (k *compiler) processor(i int) *processor {
	c := k.config.Processors[i]
	p := &processor{name: c.Name, at: k.config.Pos("processors", i), files: c.Files}
	if c.Name == "" {
		return nil // has been reported
	}
	if what := actionsOf(c); len(what) != 1 {
		msg := fmt.Sprintf("the processor %q does nothing", short(c.Name))
		if len(what) > 1 {
			msg = fmt.Sprintf("the processor %q has both %s and %s", short(c.Name), what[0], what[1])
		}
		k.say(p.at, CodeConfig, msg, "a processor sets fields, or has one of jq, drop and exec")
		return nil
	}
	ok := true
	if c.When != "" {
		p.when = k.compile(jq.Compile, c.When, "processors", i, "when")
		ok = p.when != nil
	}
	switch {
	case c.JQ != "":
		ok = k.transform(p, c.JQ, i) && ok
	case c.Drop != "":
		p.action = func(*work, any, []any) (any, string, error) { return nil, "", &droppedError{c.Drop} }
	case len(c.Exec) > 0:
		p.program = &exec.Command{Argv: c.Exec, Timeout: duration(c.Timeout), Memory: config.Bytes(c.Memory)}
	default:
		ok = k.settings(p, c, i) && ok
	}
	if !ok {
		return nil
	}
	return p
}

// droppedError ends the way of an entity that is to be left out.
type droppedError struct{ reason string }

func (e *droppedError) Error() string { return e.reason }

// actionsOf names what a processor does.
func actionsOf(c config.Processor) []string {
	var out []string
	for _, x := range []struct {
		there bool
		name  string
	}{
		{len(c.Set)+len(c.Annotations)+len(c.Labels)+len(c.Tags) > 0 || c.Owner+c.Lifecycle != "", "fields to set"},
		{c.JQ != "", "jq"}, {c.Drop != "", "drop"}, {len(c.Exec) > 0, "exec"},
	} {
		if x.there {
			out = append(out, x.name)
		}
	}
	return out
}

func (k *compiler) transform(p *processor, text string, i int) bool {
	program := k.compile(jq.Compile, text, "processors", i, "jq")
	p.action = func(w *work, value any, vars []any) (any, string, error) {
		out, err := program.Value(w.draft.Context(), value, vars...)
		return out, "jq", err
	}
	return program != nil
}

// settings compiles what sets fields. All expressions see the entity as it was
// before.
func (k *compiler) settings(p *processor, c config.Processor, i int) bool {
	before := []setting{}
	ok := true
	add := func(s setting, good bool) {
		before = append(before, s)
		ok = ok && good
	}
	for _, path := range slices.Sorted(maps.Keys(c.Set)) {
		value := k.compile(jq.Compile, c.Set[path], "processors", i, "set", path)
		assign := k.assignment(path, i)
		add(setting{value: value, assign: assign}, value != nil && assign != nil)
	}
	text := func(s string, at ...any) *jq.Program {
		return k.compile(jq.CompileText, s, append([]any{"processors", i}, at...)...)
	}
	for _, m := range []struct {
		field string
		texts map[string]string
	}{{"annotations", c.Annotations}, {"labels", c.Labels}} {
		for _, key := range slices.Sorted(maps.Keys(m.texts)) {
			v := text(m.texts[key], m.field, key)
			add(setting{value: v, path: []string{"metadata", m.field, key}}, v != nil)
		}
	}
	for j, t := range c.Tags {
		v := text(t, "tags", j)
		add(setting{value: v, path: []string{"metadata", "tags"}, list: true}, v != nil)
	}
	for field, t := range map[string]string{"owner": c.Owner, "lifecycle": c.Lifecycle} {
		if t != "" {
			v := text(t, field)
			add(setting{value: v, path: []string{"spec", field}}, v != nil)
		}
	}
	slices.SortStableFunc(before, func(a, b setting) int { return slices.Compare(a.path, b.path) })
	p.action = func(w *work, value any, vars []any) (any, string, error) { return apply(before, w, value, vars) }
	return ok
}

// assignment compiles the path of a field into an expression that sets it to
// $value.
func (k *compiler) assignment(path string, i int) *jq.Program {
	if _, err := jq.Compile(path, variableNames...); err != nil {
		k.say(k.config.Pos("processors", i, "set", path), CodeExpression, fmt.Sprintf("%q is no path: %v", short(path), err), "write a path such as .spec.type")
		return nil
	}
	p, err := jq.Compile("("+path+") = $value", append(slices.Clone(variableNames), "$value")...)
	if err != nil {
		k.say(k.config.Pos("processors", i, "set", path), CodeExpression, fmt.Sprintf("%q is no path: %v", short(path), err), "write a path such as .spec.type")
	}
	return p
}
