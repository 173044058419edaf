package lsp

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/entity"
	"callboard/internal/schema"
)

// shape is what may stand at a place of an entity, of the schemas for editors.
type shape struct {
	text       string // what is said about it
	deprecated bool
	object     bool
	list       bool
	scalar     bool
	boolean    bool
	values     []string // that it may have
	examples   []string // that it usually has
	order      []string // keys of props, required ones first
	required   []string
	props      map[string]*shape
	// placeholders are the keys that stand for what a file holds.
	placeholders map[string]*shape
	items, other *shape // of a list; of keys that props lacks
}

// shapes are those of the kinds.
type shapes struct {
	kinds []string
	of    map[string]*shape
	any   *shape // of an entity whose kind is not known
}

// readShapes makes shapes of the schemas that editors are given.
func readShapes(e schema.Editor) (*shapes, error) {
	out := &shapes{kinds: e.Kinds(), of: map[string]*shape{}, any: &shape{object: true, props: map[string]*shape{}}}
	for _, kind := range out.kinds {
		b, err := e.Kind(kind)
		if err != nil {
			return nil, err
		}
		var root map[string]any
		if err := json.Unmarshal(b, &root); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", kind, err)
		}
		r := shapeReader{definitions: object(root["definitions"]), budget: maxShapes}
		s := &shape{}
		r.into(s, object(r.definitions[kind]), 0)
		r.into(s, root, 0)
		s.sort()
		s.lists(kind)
		out.of[kind] = s
		for _, k := range []string{"apiVersion", "kind", "metadata"} {
			if out.any.props[k] == nil {
				out.any.props[k] = s.props[k]
			}
		}
	}
	kinds := &shape{text: "What sort of thing it is.", scalar: true, values: out.kinds}
	out.any.props["kind"] = kinds
	out.any.props["spec"] = &shape{text: "What the kind has of its own.", object: true}
	out.any.order, out.any.required = []string{"apiVersion", "kind", "metadata", "spec"}, []string{"apiVersion", "kind", "metadata"}
	for _, s := range out.of {
		s.props["kind"] = kinds
	}
	return out, nil
}

// lists makes lists of the fields that hold several references, which not all
// schemas say.
func (s *shape) lists(kind string) {
	for _, f := range entity.RefFields(kind) {
		if spec := s.props["spec"]; f.List && spec != nil && spec.props[f.Key] != nil && !spec.props[f.Key].list {
			field := spec.props[f.Key]
			field.list, field.scalar, field.items = true, false, &shape{scalar: true}
		}
	}
}

// at is the shape at a path of an entity of a kind, or nil.
func (s *shapes) at(kind string, path []string) *shape {
	at := s.of[kind]
	if at == nil {
		at = s.any
	}
	for _, p := range path {
		switch {
		case at == nil:
			return nil
		case p == "-":
			at = at.items
		case at.props[p] != nil:
			at = at.props[p]
		case at.placeholders[p] != nil:
			at = at.placeholders[p]
		default:
			at = at.other
		}
	}
	return at
}

// Bounds on schemas, which organisations write.
const (
	maxShapes     = 20_000
	maxShapeDepth = 24
)

type shapeReader struct {
	definitions map[string]any
	budget      int
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func strs(v any) []string {
	list, isList := v.([]any)
	if s, ok := v.(string); ok {
		return []string{s}
	}
	if !isList {
		return nil
	}
	var out []string
	for _, x := range list {
		if s, ok := x.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (r *shapeReader) shape(s map[string]any, depth int) *shape {
	out := &shape{}
	r.into(out, s, depth)
	out.sort()
	return out
}

// into adds what a schema says to a shape. What several alternatives say is
// taken together: it is offered, and not checked.
func (r *shapeReader) into(out *shape, s map[string]any, depth int) {
	if r.budget--; s == nil || r.budget < 0 || depth > maxShapeDepth {
		return
	}
	if ref, ok := s["$ref"].(string); ok {
		if name, local := strings.CutPrefix(ref, "#/definitions/"); local {
			r.into(out, r.pointer(name), depth+1)
		}
	}
	if d, ok := s["description"].(string); ok && out.text == "" {
		out.text = d
	}
	out.deprecated = out.deprecated || s["deprecated"] == true
	r.types(out, s)
	out.values, out.examples = append(out.values, strs(s["enum"])...), append(out.examples, strs(s["examples"])...)
	if c, ok := s["const"].(string); ok {
		out.values = append(out.values, c)
	}
	for _, k := range strs(s["required"]) {
		if !slices.Contains(out.required, k) {
			out.required = append(out.required, k)
		}
	}
	for _, k := range strs(object(s["else"])["required"]) {
		if !slices.Contains(out.required, k) {
			out.required = append(out.required, k)
		}
	}
	r.children(out, s, depth)
	for _, k := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := s[k].([]any)
		for _, sub := range list {
			if object(sub)["if"] == nil {
				r.into(out, object(sub), depth+1)
			}
		}
	}
}

// pointer is the definition that the rest of a reference leads to.
func (r *shapeReader) pointer(rest string) map[string]any {
	at := r.definitions
	for p := range strings.SplitSeq(rest, "/") {
		at = object(at[strings.NewReplacer("~1", "/", "~0", "~").Replace(p)])
	}
	return at
}

func (r *shapeReader) types(out *shape, s map[string]any) {
	types := strs(s["type"])
	loosened := len(types) > 1 && slices.Contains(types, "object") && s["maxProperties"] != nil
	for _, t := range types {
		switch t {
		case "object":
			out.object = out.object || !loosened
		case "array":
			out.list = true
		case "boolean":
			out.boolean, out.scalar = true, true
		case "string", "number", "integer":
			out.scalar = true
		}
	}
	if s["enum"] != nil && len(strs(s["enum"])) > 0 {
		out.scalar = true
	}
}

func (r *shapeReader) children(out *shape, s map[string]any, depth int) {
	props := object(s["properties"])
	for _, k := range slices.Sorted(maps.Keys(props)) {
		into := &out.props
		if strings.HasPrefix(k, "$") {
			into = &out.placeholders
		} else {
			out.object = true
		}
		if *into == nil {
			*into = map[string]*shape{}
		}
		if (*into)[k] == nil {
			(*into)[k] = &shape{}
		}
		r.into((*into)[k], object(props[k]), depth+1)
		(*into)[k].sort()
	}
	if items := object(s["items"]); items != nil && out.items == nil {
		out.items, out.list = r.shape(items, depth+1), true
	}
	if more := object(s["additionalProperties"]); more != nil && out.other == nil {
		out.other, out.object = r.shape(more, depth+1), true
	}
}

// usual are the keys that people write first.
var usual = []string{"apiVersion", "kind", "metadata", "spec", "name", "title", "description", "annotations", "tags", "links", "type", "lifecycle", "owner", "system"}

func (s *shape) sort() {
	rank := func(k string) int {
		i := slices.Index(usual, k)
		if i < 0 {
			i = len(usual)
		}
		if !slices.Contains(s.required, k) {
			i += len(usual) + 1
		}
		return i
	}
	s.order = slices.Sorted(maps.Keys(s.props))
	slices.SortStableFunc(s.order, func(a, b string) int { return rank(a) - rank(b) })
	s.values, s.examples = unique(s.values), unique(s.examples)
}

func unique(in []string) []string {
	var out []string
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
