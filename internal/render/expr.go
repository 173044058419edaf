package render

import (
	"encoding"
	"fmt"
	"html/template"
	"reflect"
	"strconv"
	"text/template/parse"
)

// expr is a compiled expression.
type expr struct {
	shape *shape
	get   func(*frame) value
	str   func(*frame) string // get without a detour; nil if there is no such way
}

// pipe compiles a pipeline but for its variables.
func (s *scope) pipe(p *parse.PipeNode) expr { return s.commands(p, p.Cmds) }

func (s *scope) commands(at parse.Node, cmds []*parse.CommandNode) expr {
	if len(cmds) == 0 {
		refuse(at, "is empty")
	}
	e := s.command(cmds[0], nil)
	for _, c := range cmds[1:] {
		before := e
		e = s.command(c, &before)
	}
	return e
}

// command compiles a command; last is what the one before it came to, which is
// its last argument.
func (s *scope) command(c *parse.CommandNode, last *expr) expr {
	if id, ok := c.Args[0].(*parse.IdentifierNode); ok {
		var args []expr
		if f := s.builtin(id, c.Args[1:], last); f != nil {
			return *f
		}
		for _, a := range c.Args[1:] {
			args = append(args, s.operand(a))
		}
		if last != nil {
			args = append(args, *last)
		}
		return s.function(id, args)
	}
	if len(c.Args) != 1 || last != nil {
		refuse(c, "is a method with arguments")
	}
	return s.operand(c.Args[0])
}

func (s *scope) operand(n parse.Node) expr {
	switch n := n.(type) {
	case *parse.DotNode:
		return expr{shape: s.dot, get: func(f *frame) value { return f.dot }}
	case *parse.FieldNode:
		return s.fields(n, expr{shape: s.dot, get: func(f *frame) value { return f.dot }}, n.Ident)
	case *parse.VariableNode:
		v := s.lookup(n, n.Ident[0])
		return s.fields(n, expr{shape: v.shape, get: func(f *frame) value { return f.vars[v.at] }}, n.Ident[1:])
	case *parse.ChainNode:
		return s.fields(n, s.operand(n.Node), n.Field)
	case *parse.PipeNode:
		if len(n.Decl) > 0 {
			refuse(n, "declares a variable")
		}
		return s.pipe(n)
	case *parse.IdentifierNode:
		return s.function(n, nil)
	case *parse.StringNode:
		return s.constant(n.Text)
	case *parse.BoolNode:
		return s.constant(n.True)
	case *parse.NumberNode:
		if n.IsInt {
			return s.constant(int(n.Int64))
		}
	}
	refuse(n, "is a %T", n)
	return expr{}
}

func (s *scope) constant(x any) expr {
	v := value{v: reflect.ValueOf(x)}
	e := expr{shape: s.shapes.of(v.v.Type()), get: func(*frame) value { return v }}
	if text, ok := x.(string); ok {
		e.str = func(*frame) string { return text }
	}
	return e
}

// fields compiles the way from a value to a field of a field of it.
func (s *scope) fields(n parse.Node, e expr, names []string) expr {
	for _, name := range names {
		if e.shape.typ == nil {
			e = s.part(n, e, name)
		} else {
			e = s.field(n, e, name)
		}
	}
	return e
}

// part is a part of a record.
func (s *scope) part(n parse.Node, e expr, name string) expr {
	for i, x := range e.shape.names {
		if x == name {
			get := e.get
			return expr{shape: e.shape.parts[i], get: func(f *frame) value { return get(f).rec[i] }}
		}
	}
	refuse(n, "%v has no %s", e.shape, name)
	return expr{}
}

func (s *scope) field(n parse.Node, e expr, name string) expr {
	t, deref := e.shape.typ, false
	if t.Kind() == reflect.Pointer {
		t, deref = t.Elem(), true
	}
	if t.Kind() != reflect.Struct {
		refuse(n, "%v has no fields", t)
	}
	if _, is := reflect.PointerTo(t).MethodByName(name); is {
		refuse(n, "%s is a method of %v", name, t)
	}
	x, ok := t.FieldByName(name)
	if !ok || !x.IsExported() || len(x.Index) != 1 {
		refuse(n, "%s is not a plain field of %v", name, t)
	}
	get, i := e.get, x.Index[0]
	out := expr{shape: s.shapes.of(x.Type)}
	if deref {
		out.get = func(f *frame) value { return value{v: get(f).v.Elem().Field(i)} }
	} else {
		out.get = func(f *frame) value { return value{v: get(f).v.Field(i)} }
	}
	return out
}

// text is an expression as it is printed.
func (s *scope) text(n parse.Node, e expr) func(*frame) string {
	if e.str != nil {
		return e.str
	}
	t, get := e.shape.typ, e.get
	if t == nil || t.Kind() == reflect.Pointer || printsItself(t) {
		refuse(n, "%v is printed", e.shape)
	}
	switch t.Kind() {
	case reflect.String:
		return func(f *frame) string { return get(f).v.String() }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(f *frame) string { return strconv.FormatInt(get(f).v.Int(), 10) }
	}
	refuse(n, "%v is printed", t)
	return nil
}

// printsItself tells whether fmt, or html/template before it, prints values of a
// type by a method of theirs, or because they say what they are good for.
func printsItself(t reflect.Type) bool {
	for _, i := range []reflect.Type{reflect.TypeFor[fmt.Stringer](), reflect.TypeFor[error](), reflect.TypeFor[fmt.Formatter](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if t.Implements(i) || reflect.PointerTo(t).Implements(i) {
			return true
		}
	}
	switch t {
	case reflect.TypeFor[template.CSS](), reflect.TypeFor[template.HTMLAttr](), reflect.TypeFor[template.JS](), reflect.TypeFor[template.JSStr](), reflect.TypeFor[template.Srcset]():
		return true
	}
	return false
}

// truth tells of values of a shape whether they count as something.
func (s *scope) truth(n parse.Node, of *shape) func(value) bool {
	if of.typ == nil {
		some := len(of.names) > 0
		return func(value) bool { return some }
	}
	switch of.typ.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return func(v value) bool { return v.v.Len() > 0 }
	case reflect.Bool:
		return func(v value) bool { return v.v.Bool() }
	case reflect.Pointer:
		return func(v value) bool { return !v.v.IsNil() }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(v value) bool { return v.v.Int() != 0 }
	case reflect.Struct:
		return func(value) bool { return true }
	}
	refuse(n, "whether %v is true", of)
	return nil
}

// condition compiles the test of an if, and declares what it declares.
func (s *scope) condition(p *parse.PipeNode) func(*frame) bool {
	if len(p.Decl) == 0 {
		return s.test(p)
	}
	e := s.pipe(p)
	set, there := s.setter(p, e.shape), s.truth(p, e.shape)
	return func(f *frame) bool {
		v := e.get(f)
		set(f, v)
		return there(v)
	}
}

// test tells whether an operand is true.
func (s *scope) test(n parse.Node) func(*frame) bool {
	if p, ok := n.(*parse.PipeNode); ok && len(p.Cmds) == 1 && len(p.Decl) == 0 {
		if id, ok := p.Cmds[0].Args[0].(*parse.IdentifierNode); ok && s.funcs[id.Ident] == nil {
			if t := s.logic(id, p.Cmds[0].Args[1:]); t != nil {
				return t
			}
		}
	}
	e := s.operand(n)
	there := s.truth(n, e.shape)
	return func(f *frame) bool { return there(e.get(f)) }
}

// logic compiles what not, and, or and eq come to as conditions; nil for others.
func (s *scope) logic(id *parse.IdentifierNode, args []parse.Node) func(*frame) bool {
	switch {
	case id.Ident == "not" && len(args) == 1:
		t := s.test(args[0])
		return func(f *frame) bool { return !t(f) }
	case id.Ident == "eq" && len(args) == 2:
		return s.equal(id, s.operand(args[0]), s.operand(args[1]))
	case id.Ident == "and" && len(args) > 0, id.Ident == "or" && len(args) > 0:
		until := id.Ident == "or"
		var tests []func(*frame) bool
		for _, a := range args {
			tests = append(tests, s.test(a))
		}
		return func(f *frame) bool {
			for _, t := range tests {
				if t(f) == until {
					return until
				}
			}
			return !until
		}
	}
	return nil
}

func (s *scope) equal(n parse.Node, a, b expr) func(*frame) bool {
	if a.shape.typ == nil || b.shape.typ == nil || a.shape.typ.Kind() != b.shape.typ.Kind() {
		refuse(n, "%v and %v are compared", a.shape, b.shape)
	}
	switch a.shape.typ.Kind() {
	case reflect.String:
		return func(f *frame) bool { return a.get(f).v.String() == b.get(f).v.String() }
	case reflect.Int:
		return func(f *frame) bool { return a.get(f).v.Int() == b.get(f).v.Int() }
	}
	refuse(n, "values of %v are compared", a.shape)
	return nil
}

// builtin compiles a call of args or of a function of text/template's own; nil
// for other functions.
func (s *scope) builtin(id *parse.IdentifierNode, args []parse.Node, last *expr) *expr {
	own := s.funcs[id.Ident] != nil
	switch {
	case last != nil:
		return nil
	case id.Ident == "args" && own:
		e := s.record(id, args)
		return &e
	case own:
		return nil
	case id.Ident == "or" && len(args) > 0:
		e := s.firstOf(id, args)
		return &e
	}
	if t := s.logic(id, args); t != nil && id.Ident != "and" {
		return &expr{shape: s.shapes.of(reflect.TypeFor[bool]()), get: func(f *frame) value { return value{v: reflect.ValueOf(t(f))} }}
	}
	return nil
}

// firstOf is the first operand that is something, or the last.
func (s *scope) firstOf(n parse.Node, args []parse.Node) expr {
	all := make([]expr, len(args))
	for i, a := range args {
		if all[i] = s.operand(a); all[i].shape != all[0].shape {
			refuse(n, "%v or %v", all[0].shape, all[i].shape)
		}
	}
	there := s.truth(n, all[0].shape)
	return expr{shape: all[0].shape, get: func(f *frame) (v value) {
		for _, e := range all {
			if v = e.get(f); there(v) {
				break
			}
		}
		return v
	}}
}

// record compiles args.
func (s *scope) record(n parse.Node, args []parse.Node) expr {
	var names []string
	var parts []*shape
	var gets []func(*frame) value
	for i := 0; i+1 < len(args); i += 2 {
		name, ok := args[i].(*parse.StringNode)
		if !ok {
			refuse(n, "has a name that is not constant")
		}
		e := s.operand(args[i+1])
		if e.shape.typ == nil && len(e.shape.names) == 0 {
			refuse(n, "%s is nothing", name)
		}
		names, parts, gets = append(names, name.Text), append(parts, e.shape), append(gets, e.get)
	}
	if len(args)%2 != 0 {
		refuse(n, "has half a pair")
	}
	return expr{shape: s.shapes.record(names, parts), get: func(f *frame) value {
		r := f.m.record(len(gets))
		for i, get := range gets {
			r[i] = get(f)
		}
		return value{rec: r}
	}}
}

// function compiles a call of a function of the theme's.
func (s *scope) function(id *parse.IdentifierNode, args []expr) expr {
	f := s.funcs[id.Ident]
	if f == nil {
		refuse(id, "is not one of the theme's functions")
	}
	t := reflect.TypeOf(f)
	if t.NumIn() != len(args) || t.IsVariadic() || t.NumOut() != 1 {
		refuse(id, "is called with %d arguments", len(args))
	}
	out := expr{shape: s.shapes.of(t.Out(0))}
	for i := range args {
		args[i] = s.argument(id, args[i], t.In(i))
	}
	if out.str = s.ofText(id, f, args); out.str != nil {
		to := t.Out(0)
		out.get = func(f *frame) value { return value{v: reflect.ValueOf(out.str(f)).Convert(to)} }
		return out
	}
	call := reflect.ValueOf(f)
	out.get = func(f *frame) value {
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			in[i] = a.get(f).v
		}
		return value{v: call.Call(in)[0]}
	}
	return out
}

// ofText is a function of a text or number that makes a text, nil for others.
func (s *scope) ofText(id *parse.IdentifierNode, f any, args []expr) func(*frame) string {
	if len(args) != 1 {
		return nil
	}
	switch f := f.(type) {
	case func(string) string:
		text := s.text(id, args[0])
		return func(at *frame) string { return f(text(at)) }
	case func(string) template.URL:
		text := s.text(id, args[0])
		return func(at *frame) string { return string(f(text(at))) }
	case func(string) template.HTML:
		text := s.text(id, args[0])
		return func(at *frame) string { return string(f(text(at))) }
	case func(int) string:
		get := args[0].get
		return func(at *frame) string { return f(int(get(at).v.Int())) }
	}
	return nil
}

// argument is an expression as an argument of a type.
func (s *scope) argument(n parse.Node, e expr, want reflect.Type) expr {
	switch t := e.shape.typ; {
	case t == nil:
	case t.AssignableTo(want):
		return e
	case t.Kind() == reflect.Pointer && t.Elem().AssignableTo(want):
		get := e.get
		return expr{shape: s.shapes.of(t.Elem()), get: func(f *frame) value { return value{v: get(f).v.Elem()} }}
	}
	refuse(n, "%v is given for %v", e.shape, want)
	return expr{}
}
