package render

import (
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"text/template/parse"
)

// shape is what is known of a value before there is one: its type or, of what
// args makes, the names and shapes of its parts. The zero shape is that of
// nothing.
type shape struct {
	typ   reflect.Type
	names []string
	parts []*shape
}

func (s *shape) String() string {
	if s.typ != nil {
		return s.typ.String()
	}
	return fmt.Sprint("args ", s.names)
}

// shapes has each shape once, so that equal ones are the same.
type shapes struct {
	types   map[reflect.Type]*shape
	records []*shape
}

func (s *shapes) of(t reflect.Type) *shape {
	x := s.types[t]
	if x == nil {
		x = &shape{typ: t}
		s.types[t] = x
	}
	return x
}

func (s *shapes) record(names []string, parts []*shape) *shape {
	for _, x := range s.records {
		if slices.Equal(x.names, names) && slices.Equal(x.parts, parts) {
			return x
		}
	}
	x := &shape{names: names, parts: parts}
	s.records = append(s.records, x)
	return x
}

// compiler compiles templates that html/template has escaped, each for the shapes
// of dot that it is called with.
type compiler struct {
	set      *template.Template
	funcs    template.FuncMap
	shapes   shapes
	programs map[called]*program
}

type called struct {
	name string
	dot  *shape
}

// unsupported is a part of a template that only html/template can run.
type unsupported struct {
	node parse.Node
	why  string
}

func (u unsupported) Error() string { return fmt.Sprintf("%v: %s", u.node, u.why) }

func refuse(n parse.Node, why string, args ...any) {
	panic(unsupported{n, fmt.Sprintf(why, args...)})
}

func newCompiler(set *template.Template, funcs template.FuncMap) *compiler {
	return &compiler{set: set, funcs: funcs, shapes: shapes{types: map[reflect.Type]*shape{}}, programs: map[called]*program{}}
}

// page compiles the template of a page for a type of views. html/template must
// have run it before: only then is it escaped.
func (c *compiler) page(name string, view reflect.Type) (p *program, err error) {
	defer func() {
		if v := recover(); v != nil {
			u, ok := v.(unsupported)
			if !ok {
				panic(v)
			}
			p, err = nil, fmt.Errorf("template %s: %w", name, u)
			clear(c.programs) // some may be half made
		}
	}()
	dot := c.shapes.record([]string{"V", "Body"}, []*shape{c.shapes.of(view), c.shapes.of(reflect.TypeFor[template.HTML]())})
	return c.template(nil, name, dot), nil
}

func (c *compiler) template(at parse.Node, name string, dot *shape) *program {
	key := called{name, dot}
	if p := c.programs[key]; p != nil {
		return p
	}
	t := c.set.Lookup(name)
	if t == nil || t.Tree == nil {
		refuse(at, "there is no template %q", name)
	}
	p := new(program)
	c.programs[key] = p
	s := scope{compiler: c, dot: dot, program: p}
	s.declare("$", dot)
	p.body = s.list(t.Tree.Root)
	return p
}

// scope is a template that is being compiled, at some place of it.
type scope struct {
	*compiler
	program *program
	dot     *shape
	names   []variable
}

// variable is a variable that is in scope. Its place in the frame is its own.
type variable struct {
	name  string
	at    int
	shape *shape
}

func (s *scope) declare(name string, of *shape) int {
	at := s.program.vars
	s.program.vars++
	s.names = append(s.names, variable{name, at, of})
	return at
}

func (s *scope) lookup(n parse.Node, name string) variable {
	for _, v := range slices.Backward(s.names) {
		if v.name == name {
			return v
		}
	}
	refuse(n, "there is no variable %s", name)
	return variable{}
}

// inner compiles a part with its own variables, and its own dot unless it is nil.
func (s *scope) inner(dot *shape, part *parse.ListNode) step {
	in := *s
	if dot != nil {
		in.dot = dot
	}
	in.names = slices.Clip(s.names)
	return in.list(part)
}

// list compiles the parts of a list in order; what they declare holds until its
// end.
func (s *scope) list(l *parse.ListNode) step {
	if l == nil {
		return func(*frame) {}
	}
	var steps []step
	for _, n := range l.Nodes {
		if x := s.node(n); x != nil {
			steps = append(steps, x)
		}
	}
	switch len(steps) {
	case 1:
		return steps[0]
	case 2:
		a, b := steps[0], steps[1]
		return func(f *frame) { a(f); b(f) }
	}
	return func(f *frame) {
		for _, x := range steps {
			x(f)
		}
	}
}

// node is nil for what does nothing.
func (s *scope) node(n parse.Node) step {
	switch n := n.(type) {
	case *parse.TextNode:
		text := string(n.Text)
		if text == "" {
			return nil
		}
		return func(f *frame) { f.m.out = append(f.m.out, text...) }
	case *parse.ActionNode:
		return s.action(n)
	case *parse.IfNode:
		return s.branch(&n.BranchNode)
	case *parse.WithNode:
		return s.with(&n.BranchNode)
	case *parse.RangeNode:
		return s.loop(&n.BranchNode)
	case *parse.TemplateNode:
		return s.call(n)
	case *parse.CommentNode:
		return nil
	}
	refuse(n, "is a %T", n)
	return nil
}

func (s *scope) action(n *parse.ActionNode) step {
	if len(n.Pipe.Decl) > 0 {
		e := s.pipe(n.Pipe)
		set := s.setter(n.Pipe, e.shape)
		return func(f *frame) { set(f, e.get(f)) }
	}
	cmds, escapers := n.Pipe.Cmds, []string(nil)
	for i, c := range cmds {
		if name, ok := escaper(c); ok {
			escapers = append(escapers, name)
		} else if escapers != nil {
			refuse(n, "something is escaped before its end")
		} else {
			cmds = n.Pipe.Cmds[:i+1]
		}
	}
	return s.print(n, s.commands(n, cmds), escapers)
}

func escaper(c *parse.CommandNode) (name string, ok bool) {
	if len(c.Args) != 1 {
		return "", false
	}
	id, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok || len(id.Ident) < len(escaperPrefix) || id.Ident[:len(escaperPrefix)] != escaperPrefix {
		return "", false
	}
	return id.Ident, true
}

func (s *scope) print(n parse.Node, e expr, escapers []string) step {
	x, ok := escapingOf(escapers, e.shape.typ)
	if !ok {
		refuse(n, "%v is not escaped by %v here", e.shape, escapers)
	}
	text := s.text(n, e)
	return func(f *frame) { f.m.out = x.append(f.m.out, text(f)) }
}

// setter assigns to the variables of a pipeline what it came to.
func (s *scope) setter(p *parse.PipeNode, of *shape) func(*frame, value) {
	if len(p.Decl) != 1 {
		refuse(p, "%d variables", len(p.Decl))
	}
	name := p.Decl[0].Ident[0]
	at := 0
	if p.IsAssign {
		v := s.lookup(p, name)
		if at = v.at; v.shape != of {
			refuse(p, "%s is %v and becomes %v", name, v.shape, of)
		}
	} else {
		at = s.declare(name, of)
	}
	return func(f *frame, v value) { f.vars[at] = v }
}

func (s *scope) branch(n *parse.BranchNode) step {
	own := *s
	own.names = slices.Clip(s.names)
	test := own.condition(n.Pipe)
	then, other := own.inner(nil, n.List), own.inner(nil, n.ElseList)
	return func(f *frame) {
		if test(f) {
			then(f)
		} else {
			other(f)
		}
	}
}

func (s *scope) with(n *parse.BranchNode) step {
	own := *s
	own.names = slices.Clip(s.names)
	e := own.pipe(n.Pipe)
	set := func(*frame, value) {}
	if len(n.Pipe.Decl) > 0 {
		set = own.setter(n.Pipe, e.shape)
	}
	there := own.truth(n, e.shape)
	then, other := own.inner(e.shape, n.List), own.inner(nil, n.ElseList)
	return func(f *frame) {
		v := e.get(f)
		set(f, v)
		if !there(v) {
			other(f)
			return
		}
		dot := f.dot
		f.dot = v
		then(f)
		f.dot = dot
	}
}

func (s *scope) loop(n *parse.BranchNode) step {
	own := *s
	own.names = slices.Clip(s.names)
	e := own.pipe(n.Pipe)
	if e.shape.typ == nil || e.shape.typ.Kind() != reflect.Slice || n.Pipe.IsAssign || len(n.Pipe.Decl) > 2 {
		refuse(n, "goes over %v", e.shape)
	}
	item := own.shapes.of(e.shape.typ.Elem())
	other := own.inner(nil, n.ElseList)
	number, element := -1, -1
	if d := n.Pipe.Decl; len(d) > 0 {
		if len(d) == 2 {
			number = own.declare(d[0].Ident[0], own.shapes.of(reflect.TypeFor[int]()))
		}
		element = own.declare(d[len(d)-1].Ident[0], item)
	}
	each := own.inner(item, n.List)
	return func(f *frame) {
		list := e.get(f).v
		dot := f.dot
		n := list.Len()
		for i := range n {
			f.dot = value{v: list.Index(i)}
			if number >= 0 {
				f.vars[number] = value{v: reflect.ValueOf(i)}
			}
			if element >= 0 {
				f.vars[element] = f.dot
			}
			each(f)
		}
		f.dot = dot
		if n == 0 {
			other(f)
		}
	}
}

func (s *scope) call(n *parse.TemplateNode) step {
	e := expr{shape: s.shapes.record(nil, nil), get: func(*frame) value { return value{} }}
	if n.Pipe != nil {
		e = s.operand(n.Pipe)
	}
	p := s.template(n, n.Name, e.shape)
	return func(f *frame) { f.m.call(p, e.get(f)) }
}
