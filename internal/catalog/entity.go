package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// entity makes the entity of a document whose envelope is sound. Its other
// fields may be of wrong types: what does not fit is left out and has been
// reported.
func (x *document) entity() *entity.Entity {
	m, _ := x.value["metadata"].(map[string]any)
	pos := x.d.Pos()
	e := &entity.Entity{
		APIVersion: str(x.value["apiVersion"]), Kind: str(x.value["kind"]), Name: str(m["name"]), Namespace: str(m["namespace"]),
		Origin: entity.Origin{Repo: x.r.snap.Repo, File: x.file, Line: pos.Line, Col: pos.Col, Doc: x.d.Index},
	}
	if e.Namespace == "" {
		e.Namespace = entity.DefaultNamespace
	}
	e.Ref = entity.NewRef(e.Kind, e.Namespace, e.Name)
	e.Metadata = metadata(m)
	e.Spec, _ = x.value["spec"].(map[string]any)
	yamldoc.Finite(e.Spec)
	yamldoc.Finite(e.Metadata.Extra)
	return e
}

func str(v any) string { s, _ := v.(string); return s }

func metadata(m map[string]any) entity.Metadata {
	out := entity.Metadata{Title: str(m["title"]), Description: str(m["description"]), Labels: strMap(m["labels"]), Annotations: strMap(m["annotations"]), Tags: strList(m["tags"])}
	list, _ := m["links"].([]any)
	for _, v := range list {
		l, _ := v.(map[string]any)
		out.Links = append(out.Links, entity.Link{URL: str(l["url"]), Title: str(l["title"]), Icon: str(l["icon"]), Type: str(l["type"])})
	}
	for k, v := range m {
		switch k {
		case "name", "namespace", "title", "description", "labels", "annotations", "tags", "links":
		default:
			if out.Extra == nil {
				out.Extra = map[string]any{}
			}
			out.Extra[k] = v
		}
	}
	return out
}

func strMap(v any) map[string]string {
	m, _ := v.(map[string]any)
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = str(v)
	}
	return out
}

func strList(v any) []string {
	l, _ := v.([]any)
	var out []string
	for _, v := range l {
		out = append(out, str(v))
	}
	return out
}

// sortedFields are the lists that Backstage stores sorted.
var sortedFields = []string{"providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members"}

// edges reads the references of the spec. A reference that cannot be read makes
// the entity invalid, as in Backstage, whose processor throws on it.
func (x *document) edges(e *entity.Entity) {
	for _, f := range entity.RefFields(e.Kind) {
		v, there := e.Spec[f.Key]
		if !there {
			continue
		}
		if s, ok := v.(string); ok {
			x.edge(e, f, s, "spec", f.Key)
			continue
		}
		list, isList := v.([]any)
		for i, item := range list {
			if s, ok := item.(string); ok {
				x.edge(e, f, s, "spec", f.Key, i)
			} else if f.Key == unchecked {
				x.failAt([]any{"spec", f.Key, i}, CodeRefInvalid, fmt.Sprintf("spec.%s[%d] must be an entity reference", f.Key, i), "write kind:name, such as component:payments")
			}
		}
		if !isList && f.Key == unchecked && truthy(v) {
			x.failAt([]any{"spec", f.Key}, CodeRefInvalid, fmt.Sprintf("spec.%s must be a list of entity references", f.Key), "write kind:name, such as component:payments")
		}
	}
	slices.SortFunc(e.Edges, func(a, b entity.Edge) int {
		if c := strings.Compare(a.Type, b.Type); c != 0 {
			return c
		}
		return a.Target.Compare(b.Target)
	})
	for _, k := range sortedFields {
		if l, ok := e.Spec[k].([]any); ok && allStrings(l) {
			slices.SortFunc(l, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		}
	}
}

// unchecked is the field that Backstage's schemas forget and its processor
// reads: what is wrong with it shows there only.
const unchecked = "dependencyOf"

// truthy is JavaScript's notion of what is there.
func truthy(v any) bool {
	return v != nil && v != false && v != "" && v != int64(0) && v != 0.0
}

func allStrings(l []any) bool {
	return !slices.ContainsFunc(l, func(v any) bool { _, ok := v.(string); return !ok })
}

func (x *document) edge(e *entity.Entity, f entity.RefField, s string, at ...any) {
	ref, err := entity.ParseRef(s, f.DefaultKind, e.Namespace)
	if err != nil {
		hint := `write kind:name, such as component:payments`
		if f.DefaultKind != "" {
			hint = "write [kind:][namespace/]name"
		}
		x.failAt(at, CodeRefInvalid, err.Error(), hint)
		return
	}
	field := "spec." + f.Key
	if len(at) == 3 {
		field = fmt.Sprintf("%s[%d]", field, at[2])
	}
	e.Edges = append(e.Edges, entity.Edge{Type: f.Relation, Target: ref, Field: field, Pos: x.d.Pos(at...)})
}

// placeholders replaces {$text: path}, {$json: path} and {$yaml: path} anywhere
// in the entity by the content of a file of the same repository (Backstage,
// PlaceholderProcessor). An object with a $ key and others is left as it is.
func (x *document) placeholders() {
	for _, k := range []string{"metadata", "spec"} {
		if v, ok := x.value[k]; ok {
			x.value[k] = x.replace(v, []any{k})
		}
	}
}

func (x *document) replace(v any, at []any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = x.replace(v[i], append(at[:len(at):len(at)], i))
		}
	case map[string]any:
		if name, target, ok := placeholder(v); ok {
			return x.resolve(name, target, at)
		}
		for k := range v {
			v[k] = x.replace(v[k], append(at[:len(at):len(at)], k))
		}
	}
	return v
}

func placeholder(m map[string]any) (name string, target any, ok bool) {
	if len(m) != 1 {
		return "", nil, false
	}
	for k, v := range m {
		switch k {
		case "$text", "$json", "$yaml", "$openapi", "$asyncapi":
			return k, v, true
		}
	}
	return "", nil, false
}

func (x *document) resolve(name string, target any, at []any) any {
	bad := func(why string) any {
		x.failAt(append(at[:len(at):len(at)], name), CodePlaceholder, fmt.Sprintf("%s %v cannot be resolved: %s", name, target, why), "a placeholder names a file of the same repository, relative to this one")
		return ""
	}
	t, ok := target.(string)
	if !ok {
		return bad("it must be a string")
	}
	p, ok := x.placeholderPath(t)
	if !ok {
		return bad("it lies outside this repository")
	}
	src, err := x.r.readFile(p)
	if err != nil {
		return bad(reason(err))
	}
	switch name {
	case "$json":
		var v any
		if err := json.Unmarshal(src, &v); err != nil {
			return bad("it is not JSON: " + err.Error())
		}
		return v
	case "$yaml":
		v, err := oneYAML(src)
		if err != nil {
			return bad(err.Error())
		}
		return v
	}
	if len(src) == 0 {
		return bad("the file is empty")
	}
	return strings.ToValidUTF8(string(src), "\ufffd")
}

func oneYAML(src []byte) (any, error) {
	var own diag.List
	docs := yamldoc.Parse(src, diag.Pos{}, &own)
	if len(docs) != 1 || docs[0].Invalid {
		if ds := own.All(); len(ds) > 0 {
			return nil, fmt.Errorf("line %d: %s", ds[0].Pos.Line, ds[0].Message)
		}
		return nil, errors.New("it must hold one YAML document")
	}
	return docs[0].Value, nil
}

func (x *document) placeholderPath(t string) (string, bool) {
	switch {
	case strings.HasPrefix(t, "https://"), strings.HasPrefix(t, "http://"):
		return fileOfURL(x.r.snap.WebURL, x.r.snap.Branch, t)
	case strings.HasPrefix(t, "/"):
		t = path.Clean(strings.TrimLeft(t, "/"))
	default:
		t = path.Join(path.Dir(x.file), t)
	}
	return t, t != ".." && !strings.HasPrefix(t, "../")
}
