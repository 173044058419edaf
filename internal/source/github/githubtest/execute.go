package githubtest

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// An object is something of GraphQL: its type, and its fields, which are values
// or functions of arguments.
type object struct {
	typ    string
	fields map[string]any
}

// A failure in place of a value is null, with an error at its path.
type failure struct{ typ, message string }

// lazily is a field that depends on arguments, or costs something.
type lazily = func(args map[string]any) any

// execution answers one query.
type execution struct {
	s             *Server
	vars          map[string]any
	errors        []any
	objects, most int
}

// selection is what is asked of an object.
func (x *execution) selection(o *object, set ast.SelectionSet, path []any) map[string]any {
	fields := map[string][]*ast.Field{}
	var order []string
	x.collect(o, set, fields, &order)
	out := map[string]any{}
	for _, key := range order {
		f := fields[key][0]
		if f.Name == "__typename" {
			out[key] = o.typ
			continue
		}
		var sub ast.SelectionSet
		for _, same := range fields[key] {
			sub = append(sub, same.SelectionSet...)
		}
		at := append(slices.Clone(path), key)
		out[key] = x.complete(f.Definition.Type, x.value(o, f), sub, at)
	}
	return out
}

func (x *execution) collect(o *object, set ast.SelectionSet, fields map[string][]*ast.Field, order *[]string) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			if x.is(o, s.TypeCondition) {
				x.collect(o, s.SelectionSet, fields, order)
			}
		case *ast.FragmentSpread:
			if x.is(o, s.Definition.TypeCondition) {
				x.collect(o, s.Definition.SelectionSet, fields, order)
			}
		case *ast.Field:
			if !included(s, x.vars) {
				continue
			}
			if fields[s.Alias] == nil {
				*order = append(*order, s.Alias)
			}
			fields[s.Alias] = append(fields[s.Alias], s)
		}
	}
}

func (x *execution) is(o *object, condition string) bool {
	return o.typ == condition || slices.Contains(x.s.gql.Types[o.typ].Interfaces, condition)
}

func (x *execution) value(o *object, f *ast.Field) any {
	v, known := o.fields[f.Name]
	if !known {
		x.s.t.Errorf("github: GraphQL: the test server does not know %s.%s", o.typ, f.Name)
		return nil
	}
	if call, ok := v.(lazily); ok {
		return call(f.ArgumentMap(x.vars))
	}
	return v
}

// complete is a value in the form that the schema promises. A null where there
// may be none is a mistake of the test server.
func (x *execution) complete(t *ast.Type, v any, sub ast.SelectionSet, path []any) any {
	if f, failed := v.(failure); failed {
		x.errors = append(x.errors, map[string]any{"type": f.typ, "path": path, "message": f.message})
		v = nil
	}
	if o, ok := v.(*object); ok && o == nil {
		v = nil
	}
	if v == nil {
		if t.NonNull {
			x.s.t.Errorf("github: GraphQL: the test server has null at %v, which is %s", path, t)
		}
		return nil
	}
	if t.Elem != nil {
		return x.list(t, v, sub, path)
	}
	if o, ok := v.(*object); ok {
		if d := x.s.gql.Types[t.Name()]; d.Kind == ast.Object && d.Name != o.typ || d.Kind == ast.Interface && !x.is(o, d.Name) {
			x.s.t.Errorf("github: GraphQL: the test server has %s at %v, which is %s", o.typ, path, t)
		}
		return x.selection(o, sub, path)
	}
	if !scalar(x.s.gql.Types[t.Name()], v) {
		x.s.t.Errorf("github: GraphQL: the test server has %T %v at %v, which is %s", v, v, path, t)
	}
	return v
}

func (x *execution) list(t *ast.Type, v any, sub ast.SelectionSet, path []any) any {
	vs, ok := v.([]any)
	if !ok {
		x.s.t.Errorf("github: GraphQL: the test server has no list at %v", path)
	}
	out := make([]any, len(vs))
	for i, e := range vs {
		out[i] = x.complete(t.Elem, e, sub, append(slices.Clone(path), i))
	}
	return out
}

// scalar tells that a value is of a scalar type or an enum.
func scalar(d *ast.Definition, v any) bool {
	switch d.Name {
	case "Int":
		_, ok := v.(int)
		return ok
	case "Boolean":
		_, ok := v.(bool)
		return ok
	}
	s, ok := v.(string)
	if d.Kind == ast.Enum {
		return ok && d.EnumValues.ForName(s) != nil
	}
	return ok && (d.Name != "GitObjectID" || hash.MatchString(s))
}

// An item is an element of a connection; its key orders it and is its cursor.
type item struct {
	key   string
	value any
}

// connect is a part of a list.
func connect(typ string, items []item, args map[string]any) *object {
	after, _ := args["after"].(string)
	from := 0
	for after != "" && from < len(items) && "cursor:"+items[from].key <= after {
		from++
	}
	to := min(from+whole(args["first"]), len(items))
	nodes := []any{}
	var end any
	for _, i := range items[from:to] {
		nodes, end = append(nodes, i.value), "cursor:"+i.key
	}
	info := &object{"PageInfo", map[string]any{"hasNextPage": to < len(items), "hasPreviousPage": from > 0, "endCursor": end, "startCursor": nil}}
	return &object{typ, map[string]any{"nodes": nodes, "pageInfo": info, "totalCount": len(items)}}
}

func key(n int64) string { return fmt.Sprintf("%012d", n) }
