package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/source"
)

// A batch is a query for many things at once: fields by alias, and variables for
// all texts that others chose.
type batch struct {
	declared, fields strings.Builder
	fragments        string
	vars             map[string]any
}

// variable declares one and gives its name.
func (b *batch) variable(typ string, value any) string {
	if b.vars == nil {
		b.vars = map[string]any{}
	}
	name := fmt.Sprintf("$v%d", len(b.vars))
	b.vars[name[1:]] = value
	b.declared.WriteString(name + ":" + typ + " ")
	return name
}

func (b *batch) add(format string, args ...any) { fmt.Fprintf(&b.fields, format, args...) }

// text is the whole query.
func (b *batch) text() string {
	return "query(" + b.declared.String() + "){" + b.fields.String() + "}" + b.fragments
}

// batch asks, and returns the problems by the alias that each is about.
func (h *Host) batch(ctx context.Context, what string, b *batch, answer any) (map[string]problem, error) {
	problems, err := h.query(ctx, what, b.text(), b.vars, answer)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(problems, problem.tooMuch); i >= 0 {
		return nil, h.problemFault(problems[i], what)
	}
	out := make(map[string]problem, len(problems))
	for _, p := range slices.Backward(problems) {
		out[p.at()] = p // the first of each
	}
	return out, nil
}

// absent is why there is null where something was asked for.
func (h *Host) absent(p problem, what string) error {
	if p.Message == "" && p.Type == "" {
		return &source.Fault{Kind: source.Gone, Host: h.at.name, What: what}
	}
	return h.problemFault(p, what)
}

func (h *Host) gone(what, why string) error {
	return &source.Fault{Kind: source.Gone, Host: h.at.name, What: what, Err: errors.New(why)}
}
