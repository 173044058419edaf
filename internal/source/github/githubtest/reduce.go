package githubtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Reduce is GitHub's description of its REST API with the operations that the
// server knows, what they refer to, and nothing that is for reading only.
func Reduce(full []byte) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(full, &doc); err != nil {
		return nil, err
	}
	paths, _ := doc["paths"].(map[string]any)
	kept := map[string]any{}
	for _, r := range routes {
		item, _ := paths[r.path].(map[string]any)
		op, found := item[strings.ToLower(r.method)]
		if !found {
			return nil, fmt.Errorf("no %s %s", r.method, r.path)
		}
		of, _ := kept[r.path].(map[string]any)
		if of == nil {
			of = map[string]any{}
			kept[r.path] = of
		}
		of[strings.ToLower(r.method)] = bare(op, false)
	}
	components := map[string]any{}
	all, _ := doc["components"].(map[string]any)
	need := map[string]bool{"#/components/schemas/basic-error": true}
	references(kept, need)
	for len(need) > 0 {
		name := slices.Sorted(maps.Keys(need))[0]
		delete(need, name)
		parts := strings.Split(name, "/") // #, components, kind, name
		kind, _ := all[parts[2]].(map[string]any)
		to, _ := components[parts[2]].(map[string]any)
		if to == nil {
			to = map[string]any{}
			components[parts[2]] = to
		}
		if to[parts[3]] == nil {
			to[parts[3]] = bare(kind[parts[3]], false)
			references(to[parts[3]], need)
		}
	}
	info, _ := doc["info"].(map[string]any)
	return json.Marshal(map[string]any{
		"openapi": doc["openapi"], "paths": kept, "components": components,
		"info": map[string]any{"title": info["title"], "version": info["version"], "license": info["license"]},
	})
}

// bare is a part of a description without what is for reading only. Names of
// properties are kept whatever they are.
func bare(v any, names bool) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = bare(v[i], false)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if !names && (strings.HasPrefix(k, "x-") || slices.Contains([]string{"example", "examples", "externalDocs", "tags", "summary"}, k)) {
				continue
			}
			if _, isText := x.(string); !names && k == "description" && isText {
				out[k] = "" // required of answers
				continue
			}
			out[k] = bare(x, !names && k == "properties")
		}
		return out
	}
	return v
}

func references(v any, into map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			references(x, into)
		}
	case map[string]any:
		if r, ok := v["$ref"].(string); ok {
			into[r] = true
		}
		for _, x := range v {
			references(x, into)
		}
	}
}

// ReduceSchema is a GraphQL schema with what queries touch: fields with all
// their arguments, and the types of both.
func ReduceSchema(full string, queries []string) (string, error) {
	schema, err := loadSchema(full)
	if err != nil {
		return "", err
	}
	k := keeper{schema: schema.Schema, fields: map[string]map[string]bool{}, types: map[string]bool{"Query": true}}
	for _, q := range queries {
		doc, errs := gqlparser.LoadQueryWithRules(schema.Schema, q, rules.NewDefaultRules())
		if len(errs) > 0 {
			return "", errs
		}
		for _, op := range doc.Operations {
			for _, v := range op.VariableDefinitions {
				k.input(v.Type.Name())
			}
			k.selection(op.SelectionSet)
		}
		for _, f := range doc.Fragments {
			k.types[f.TypeCondition] = true
			k.selection(f.SelectionSet)
		}
	}
	return k.text(), nil
}

// A keeper notes what is touched.
type keeper struct {
	schema *ast.Schema
	fields map[string]map[string]bool // of types
	types  map[string]bool
}

func (k *keeper) selection(set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			k.types[s.TypeCondition] = true
			k.selection(s.SelectionSet)
		case *ast.Field:
			if strings.HasPrefix(s.Name, "__") {
				continue
			}
			of := s.ObjectDefinition.Name
			k.field(of, s.Name)
			// What is asked of an interface is had by all that is one.
			for _, d := range k.schema.PossibleTypes[of] {
				if k.types[d.Name] {
					k.field(d.Name, s.Name)
				}
			}
			k.types[s.Definition.Type.Name()] = true
			for _, a := range s.Definition.Arguments {
				k.input(a.Type.Name())
			}
			k.selection(s.SelectionSet)
		}
	}
}

func (k *keeper) field(of, name string) {
	k.types[of] = true
	if k.fields[of] == nil {
		k.fields[of] = map[string]bool{}
	}
	k.fields[of][name] = true
}

// input keeps the type of an argument, and those of its fields.
func (k *keeper) input(name string) {
	d := k.schema.Types[name]
	if k.types[name] || d == nil {
		return
	}
	k.types[name] = true
	for _, f := range d.Fields {
		if d.Kind == ast.InputObject {
			k.input(f.Type.Name())
		}
	}
}
