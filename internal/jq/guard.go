package jq

import (
	"fmt"
	"strings"

	"github.com/itchyny/gojq"
)

// refused are the functions that an expression must not use, with the reason.
var refused = map[string]string{
	"now": clock, "localtime": zone, "strflocaltime": zone,
	"input": stream, "inputs": stream, "input_filename": stream, "input_line_number": stream,
	"debug": output, "stderr": output, "env": environment, "$ENV": environment,
	"halt": ending, "halt_error": ending, "modulemeta": modules, "get_search_list": modules, "transpose": unbounded,
}

const (
	clock       = "its result changes with the time: an expression gives the same for the same entity"
	zone        = "its result changes with the time zone: an expression gives the same on every machine"
	stream      = "an expression has one input, the entity"
	output      = "an expression says nothing but its result"
	environment = "an expression does not see the environment"
	ending      = "an expression cannot end the program; use empty, or error"
	modules     = "an expression loads no modules"
	unbounded   = "what it makes cannot be bounded"
)

// grows are the functions that make a value much larger than those they are
// given. Their results are measured.
var grows = map[string]bool{
	"add": true, "combinations": true, "flatten": true, "format": true, "from_entries": true, "fromjson": true, "fromyaml": true,
	"gsub": true, "implode": true, "join": true, "map": true, "map_values": true, "setpath": true, "sub": true, "to_entries": true,
	"tojson": true, "tostring": true, "tostream": true, "walk": true, "with_entries": true,
}

// walker goes through an expression: it refuses what is not allowed and puts a
// measure behind everything that makes values.
type walker struct {
	text string
	own  map[string]bool // functions that the expression itself defines
	err  *Error
}

// guard changes q so that what it makes is measured. It refuses modules and the
// functions above.
func guard(q *gojq.Query, text string) error {
	w := &walker{text: text, own: map[string]bool{}}
	w.query(q)
	if w.err != nil {
		return w.err
	}
	return nil
}

func (w *walker) refuse(name, why string) {
	if w.err == nil {
		w.err = &Error{Offset: place(w.text, name), Message: fmt.Sprintf("%q must not be used here", name), Hint: why}
	}
}

func (w *walker) query(q *gojq.Query) {
	if q == nil || w.err != nil {
		return
	}
	if q.Meta != nil {
		w.refuse("module", modules)
	}
	for _, im := range q.Imports {
		name := "import"
		if im.ImportPath == "" {
			name = "include"
		}
		w.refuse(name, modules)
	}
	for _, d := range q.FuncDefs {
		w.own[d.Name] = true
		w.query(d.Body)
	}
	w.patterns(q.Patterns)
	w.term(q.Term)
	w.query(q.Left)
	w.query(q.Right)
	switch {
	case q.Op == gojq.OpMul:
		foresee(q, q.Left, q.Right)
	case q.Op == gojq.OpUpdateMul:
		foreseeUpdate(q, q.Left, q.Right)
	case q.Term == nil && isMaking(q.Op):
		measure(q)
	case q.Term != nil && w.isCall(q.Term, "join", 1):
		foreseeJoin(q, q.Term.Func.Args[0])
	case q.Term != nil && w.makes(q.Term):
		measure(q)
	}
	if q.Term == nil && q.Left != nil && q.Left.Term != nil && w.matchesAll(q.Left.Term) || q.Term != nil && w.matchesAll(q.Term) {
		foreseeMatches(q)
	}
}

// matchesAll tells whether a term looks for all matches of a pattern, for which
// the library takes the square of the text's length.
func (w *walker) matchesAll(t *gojq.Term) bool {
	if t.Func == nil || w.own[t.Func.Name] {
		return false
	}
	switch t.Func.Name {
	case "scan", "gsub", "splits":
		return true
	case "match", "capture", "split":
		return len(t.Func.Args) == 2
	case "sub":
		return len(t.Func.Args) == 3
	}
	return false
}

func (w *walker) isCall(t *gojq.Term, name string, args int) bool {
	return t.Func != nil && t.Func.Name == name && len(t.Func.Args) == args && len(t.SuffixList) == 0 && !w.own[name]
}

// isMaking tells whether an operator makes a value. The others pass values on,
// and may stand in a path, where nothing can be put behind them.
func isMaking(op gojq.Operator) bool {
	switch op {
	case gojq.OpAdd, gojq.OpDiv, gojq.OpAssign, gojq.OpModify, gojq.OpUpdateAdd, gojq.OpUpdateDiv, gojq.OpUpdateAlt:
		return true
	}
	return false
}

// makes tells whether a term makes a value.
func (w *walker) makes(t *gojq.Term) bool {
	switch {
	case t.Func != nil:
		return grows[t.Func.Name] && !w.own[t.Func.Name]
	case t.Str != nil:
		return len(t.Str.Queries) > 0
	}
	return t.Object != nil || t.Array != nil || t.Format != ""
}

func (w *walker) term(t *gojq.Term) {
	if t == nil || w.err != nil {
		return
	}
	if t.Func != nil {
		if why := refused[t.Func.Name]; why != "" && !w.own[t.Func.Name] {
			w.refuse(t.Func.Name, why)
		}
		if strings.HasPrefix(t.Func.Name, "$__") && t.Func.Name != "$__loc__" {
			w.refuse(t.Func.Name, "names that begin with two underscores are callboard's")
		}
		for _, a := range t.Func.Args {
			w.query(a)
		}
	}
	w.index(t.Index)
	w.made(t)
	w.control(t)
	w.query(t.Query)
	for _, s := range t.SuffixList {
		w.index(s.Index)
	}
}

// made goes through the terms that make values.
func (w *walker) made(t *gojq.Term) {
	if t.Object != nil {
		for _, kv := range t.Object.KeyVals {
			w.str(kv.KeyString)
			w.query(kv.KeyQuery)
			w.query(kv.Val)
		}
	}
	if t.Array != nil {
		w.query(t.Array.Query)
	}
	if t.Unary != nil {
		w.term(t.Unary.Term)
	}
	w.str(t.Str)
}

// control goes through the terms that decide and repeat.
func (w *walker) control(t *gojq.Term) {
	if t.If != nil {
		w.query(t.If.Cond)
		w.query(t.If.Then)
		for _, e := range t.If.Elif {
			w.query(e.Cond)
			w.query(e.Then)
		}
		w.query(t.If.Else)
	}
	if t.Try != nil {
		w.query(t.Try.Body)
		w.query(t.Try.Catch)
	}
	if r := t.Reduce; r != nil {
		w.query(r.Query)
		w.patterns(r.Patterns)
		w.query(r.Start)
		w.query(r.Update)
	}
	if f := t.Foreach; f != nil {
		w.query(f.Query)
		w.patterns(f.Patterns)
		w.query(f.Start)
		w.query(f.Update)
		w.query(f.Extract)
	}
	if t.Label != nil {
		w.query(t.Label.Body)
	}
}

func (w *walker) index(x *gojq.Index) {
	if x == nil {
		return
	}
	w.str(x.Str)
	w.query(x.Start)
	w.query(x.End)
}

func (w *walker) str(s *gojq.String) {
	if s == nil {
		return
	}
	for _, q := range s.Queries {
		w.term(q.Term) // the compiler wants the parts of a string to stay terms
	}
}

func (w *walker) patterns(ps []*gojq.Pattern) {
	for _, p := range ps {
		w.patterns(p.Array)
		for _, o := range p.Object {
			w.str(o.KeyString)
			w.query(o.KeyQuery)
			if o.Val != nil {
				w.patterns([]*gojq.Pattern{o.Val})
			}
		}
	}
}
