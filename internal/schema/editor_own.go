package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// own is the part of the schema for an organisation's own kind. Its schema is
// taken in with what it refers to; keywords that draft 7 does not know say
// nothing there.
func (e Editor) own(k OwnKind, defs node) (node, []string, error) {
	out := node{"title": k.Title}
	if len(k.APIVersions) > 0 {
		out["properties"] = node{"apiVersion": node{"enum": anys(k.APIVersions)}}
	}
	if k.Text == nil {
		return out, k.APIVersions, nil
	}
	var s any
	if err := json.Unmarshal(k.Text, &s); err != nil {
		return nil, nil, fmt.Errorf("schema of %s: %w", k.Kind, err)
	}
	name := k.Kind + "Schema"
	defs[name] = loosen(bundled(s, "#/definitions/"+name))
	out["allOf"] = []any{node{"$ref": "#/definitions/" + name}}
	return out, k.APIVersions, nil
}

// bundled makes a schema part of another one at the place that pointer names.
func bundled(v any, pointer string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = bundled(v[i], pointer)
		}
	case node:
		out := maps.Clone(v)
		for k, x := range v {
			out[k] = bundled(x, pointer)
		}
		if id, ok := out["$id"].(string); ok && id != "" {
			delete(out, "$id")
		}
		if _, ok := out["$schema"].(string); ok {
			delete(out, "$schema")
		}
		if ref, ok := out["$ref"].(string); ok {
			return refNode(out, ref, pointer)
		}
		return out
	}
	return v
}

// refNode leads a $ref to where its target now is. What all entities have in
// common is checked beside the kinds' own schemas.
func refNode(s node, ref, pointer string) node {
	switch local, ok := strings.CutPrefix(ref, "#"); {
	case ok:
		s["$ref"] = pointer + local
	case commonFile(ref) == "kinds/metadata.json":
		s["$ref"] = "#/definitions/metadata"
	default:
		delete(s, "$ref")
	}
	return s
}
