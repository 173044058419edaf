package catalog

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"callboard/internal/entity"
	"callboard/internal/schema"
	"callboard/internal/yamldoc"
)

// entity makes the entity of a document whose envelope is sound. Its other
// fields may be of wrong types: what does not fit is left out and has been
// reported.
func (x *document) entity() *entity.Entity {
	m, _ := x.value["metadata"].(map[string]any)
	e := &entity.Entity{
		APIVersion: str(x.value["apiVersion"]), Kind: str(x.value["kind"]), Name: str(m["name"]), Namespace: str(m["namespace"]),
		Origin: x.origin,
	}
	if e.Namespace == "" {
		e.Namespace = entity.DefaultNamespace
	}
	e.Ref = entity.NewRef(e.Kind, e.Namespace, e.Name)
	e.Metadata, e.Derived = metadata(m), x.derived
	e.Spec, _ = x.value["spec"].(map[string]any)
	yamldoc.Finite(e.Spec)
	return e
}

func str(v any) string { s, _ := v.(string); return s }

func metadata(m map[string]any) entity.Metadata {
	out := entity.Metadata{Title: str(m["title"]), Description: str(m["description"]), Labels: strMap(m["labels"]), Annotations: strMap(m["annotations"]), Tags: strList(m["tags"])}
	list, _ := m["links"].([]any)
	for _, v := range list {
		l, _ := v.(map[string]any)
		out.Links = append(out.Links, entity.Link{URL: str(l["url"]), Title: str(l["title"]), Icon: str(l["icon"]), Type: str(l["type"]),
			Extra: others(l, "url", "title", "icon", "type")})
	}
	out.Extra = others(m, "name", "namespace", "title", "description", "labels", "annotations", "tags", "links")
	return out
}

// others are the keys of a mapping that the model does not know.
func others(m map[string]any, known ...string) map[string]any {
	var out map[string]any
	for k, v := range m {
		if slices.Contains(known, k) {
			continue
		}
		if out == nil {
			out = map[string]any{}
		}
		out[k] = yamldoc.Finite(v)
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
				x.objectEdge(e, f, item, "spec", f.Key, i)
			}
		}
		if !isList && f.Key == unchecked && truthy(v) {
			x.objectEdge(e, f, v, "spec", f.Key)
		}
	}
	e.Edges = exact(e.Edges)
	sortEdges(e.Edges)
	for _, k := range sortedFields {
		if l, ok := e.Spec[k].([]any); ok && allStrings(l) {
			slices.SortFunc(l, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		}
	}
}

// exact is a list in no more memory than it needs: catalogs hold many of them.
func exact(es []entity.Edge) []entity.Edge {
	if len(es) == cap(es) {
		return es
	}
	return append(make([]entity.Edge, 0, len(es)), es...)
}

// unchecked is the field that Backstage's schemas forget and its processor
// reads: what is wrong with it shows there only.
const unchecked = "dependencyOf"

// truthy is JavaScript's notion of what is there.
func truthy(v any) bool {
	if f, ok := v.(float64); ok && math.IsNaN(f) {
		return false
	}
	return v != nil && v != false && v != "" && v != int64(0) && v != 0.0
}

// objectEdge reads a reference written as {kind, namespace, name}, which
// Backstage's library takes and its schemas refuse, where no schema does.
func (x *document) objectEdge(e *entity.Entity, f entity.RefField, v any, at ...any) {
	m, _ := v.(map[string]any)
	kind, name, namespace := str(m["kind"]), str(m["name"]), e.Namespace
	if ns, there := m["namespace"]; there && ns != nil {
		namespace = str(ns)
	}
	if kind == "" || name == "" || namespace == "" {
		x.failAt(at, CodeRefInvalid, fieldName(at)+" must be an entity reference", "write kind:name, such as component:payments")
		return
	}
	e.Edges = append(e.Edges, entity.Edge{Type: f.Relation, Target: entity.NewRef(kind, namespace, name), Field: fieldName(at), Pos: x.placeOf(at)})
}

// fieldName is a path in an entity as it stands in messages.
func fieldName(at []any) string { return schema.PathString(at) }

func allStrings(l []any) bool {
	return !slices.ContainsFunc(l, func(v any) bool { _, ok := v.(string); return !ok })
}

func (x *document) edge(e *entity.Entity, f entity.RefField, s string, at ...any) {
	ref, err := entity.ParseRef(s, f.DefaultKind, e.Namespace)
	if err != nil {
		x.failAt(at, CodeRefInvalid, err.Error(), refHint(s, f.DefaultKind))
		return
	}
	e.Edges = append(e.Edges, entity.Edge{Type: f.Relation, Target: ref, Field: fieldName(at), Pos: x.placeOf(at), Inverse: f.Inverse})
}

func sortEdges(es []entity.Edge) {
	slices.SortStableFunc(es, func(a, b entity.Edge) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), a.Target.Compare(b.Target))
	})
}
