package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/entity"
)

// Editor makes the schemas that editors complete and check catalog files with
// (yaml-language-server). They stand alone, and are of draft 7, which all
// editors know. They refuse nothing that callboard takes: where a placeholder
// such as {$text: ./file} may stand, they have it; but they cannot see what a
// placeholder stands for, nor what references mean.
type Editor struct {
	// Own are the kinds of an organisation's own, in their order.
	Own []OwnKind
	// Annotations are suggested as keys, Icons for links.
	Annotations []Suggestion
	Icons       []string
}

// OwnKind is an organisation's own kind as editors are told of it.
type OwnKind struct {
	Kind, Title string
	APIVersions []string
	// Text is its JSON Schema, or nil. See CompileKind.
	Text []byte
}

// Suggestion is a key with what is said about it.
type Suggestion struct {
	Key, Description string
	Deprecated       bool
}

// node is a part of a schema.
type node = map[string]any

const editorBase = "https://callboard.example/schema/"

// All is the schema of whole catalog files, with every kind.
func (e Editor) All() ([]byte, error) {
	return e.document("catalog-info", "Catalog file", "An entity of the software catalog (catalog-info.yaml).", e.Kinds())
}

// Kinds are the kinds that there are schemas of, those of Backstage first.
func (e Editor) Kinds() []string {
	kinds := entity.Kinds()
	for _, k := range e.Own {
		kinds = append(kinds, k.Kind)
	}
	return kinds
}

// Kind is the schema of one kind, which must be one of Kinds.
func (e Editor) Kind(kind string) ([]byte, error) {
	return e.document(strings.ToLower(kind), kind, "An entity of the kind "+kind+" (catalog-info.yaml).", []string{kind})
}

func (e Editor) document(name, title, description string, kinds []string) ([]byte, error) {
	defs := node{"placeholder": placeholderSchema()}
	root := node{
		"$schema": "http://json-schema.org/draft-07/schema#", "$id": editorBase + name + ".json", "title": title, "description": description,
		"type": []any{"object", "null"}, "required": []any{"apiVersion", "kind", "metadata"}, "additionalProperties": false,
	}
	var versions []string
	var branches []any
	for _, k := range kinds {
		def, accepted, err := e.kind(k, defs)
		if err != nil {
			return nil, err
		}
		defs[k] = def
		versions = append(versions, accepted...)
		branches = append(branches, node{
			"if":   node{"properties": node{"kind": node{"const": k}}, "required": []any{"kind"}},
			"then": node{"$ref": "#/definitions/" + k},
		})
	}
	meta, err := e.metadata()
	if err != nil {
		return nil, err
	}
	defs["metadata"] = meta
	version := node{"description": "The version of the kind.", "type": "string", "minLength": 1, "examples": unique(versions)}
	root["properties"] = node{
		"apiVersion": version,
		"kind":       node{"description": "What sort of thing it is.", "enum": anys(kinds)},
		"metadata":   node{"$ref": "#/definitions/metadata"},
		"spec":       node{"description": "What the kind has of its own.", "type": "object"},
	}
	root["allOf"], root["definitions"] = branches, defs
	return write(root)
}

// kind is the part of an entity that belongs to its kind, and the values of
// apiVersion that are suggested.
func (e Editor) kind(kind string, defs node) (node, []string, error) {
	for _, k := range e.Own {
		if k.Kind == kind {
			return e.own(k, defs)
		}
	}
	text, err := Source(kind)
	if err != nil {
		return nil, nil, err
	}
	var s node
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, nil, fmt.Errorf("schema of %s: %w", kind, err)
	}
	props := s["properties"].(node)
	versions := props["apiVersion"].(node)
	spec := loosen(props["spec"]).(node)
	out := node{"title": s["title"], "description": s["description"], "required": []any{"spec"},
		"properties": node{"apiVersion": versions, "spec": spec}}
	return out, texts(versions["enum"]), nil
}

// placeholderKeys are those that callboard resolves.
var placeholderKeys = map[string]string{
	"$text":     "The text of a file of this repository.",
	"$json":     "The value that a JSON file of this repository holds.",
	"$yaml":     "The value that a YAML file of this repository holds.",
	"$openapi":  "The text of an OpenAPI definition in this repository.",
	"$asyncapi": "The text of an AsyncAPI definition in this repository.",
}

func placeholderSchema() node {
	return node{"description": "What a file holds, by its path or address.", "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": placeholderProperties()}
}

func placeholderProperties() node {
	props := node{}
	for k, d := range placeholderKeys {
		props[k] = node{"type": "string", "description": d}
	}
	return props
}

// loosen lets a placeholder stand for a value and for each value in it.
func loosen(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = loosen(v[i])
		}
	case node:
		return loosenNode(v)
	}
	return v
}

func loosenNode(s node) any {
	if props, ok := s["properties"].(node); ok {
		for k := range props {
			props[k] = loosen(props[k])
		}
	}
	for _, k := range []string{"items", "additionalProperties", "oneOf", "anyOf", "allOf", "definitions", "$defs"} {
		switch sub := s[k].(type) {
		case node:
			if k == "definitions" || k == "$defs" {
				for name := range sub {
					sub[name] = loosen(sub[name])
				}
				continue
			}
			s[k] = loosen(sub)
		case []any:
			s[k] = loosen(sub)
		}
	}
	for _, alternatives := range []string{"oneOf", "anyOf"} {
		if list, there := s[alternatives].([]any); there {
			delete(s, alternatives) // a placeholder fits several of them
			s["anyOf"] = list
		}
	}
	types := texts(s["type"])
	switch {
	case s["enum"] != nil:
		return node{"description": s["description"], "default": s["default"], "anyOf": []any{node{"enum": s["enum"]}, node{"$ref": "#/definitions/placeholder"}}}
	case slices.Contains(types, "object"):
		if required := s["required"]; required != nil {
			delete(s, "required")
			s["if"], s["else"] = node{"$ref": "#/definitions/placeholder"}, node{"required": required}
		}
	case len(types) > 0:
		s["type"] = append(anys(types), "object")
		s["properties"], s["additionalProperties"], s["minProperties"], s["maxProperties"] = placeholderProperties(), false, 1, 1
	}
	return s
}

// metadata is what all entities have, with the formats that the schemas of the
// kinds leave to code.
func (e Editor) metadata() (node, error) {
	text, err := kindFiles.ReadFile("kinds/metadata.json")
	if err != nil {
		return nil, err
	}
	var s node
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("schema of metadata: %w", err)
	}
	props := s["properties"].(node)
	for k := range props {
		switch k {
		case "name":
			limit(props[k], entity.NamePattern)
		case "namespace":
			limit(props[k], entity.NamespacePattern)
		case "annotations":
			props[k] = e.annotations(props[k].(node))
		default:
			props[k] = loosen(props[k])
		}
	}
	labels := props["labels"].(node)
	labels["propertyNames"] = node{"anyOf": []any{node{"pattern": entity.KeyPattern}, node{"enum": anys(slices.Sorted(maps.Keys(placeholderKeys)))}}}
	labels["properties"] = placeholderProperties()
	limit(labels["additionalProperties"], entity.LabelPattern)
	limit(props["tags"].(node)["items"], entity.TagPattern)
	if len(e.Icons) > 0 {
		props["links"].(node)["items"].(node)["properties"].(node)["icon"].(node)["examples"] = anys(e.Icons)
	}
	delete(s, "$id")
	delete(s, "$schema")
	return s, nil
}

func limit(s any, pattern string) {
	s.(node)["pattern"], s.(node)["maxLength"] = pattern, entity.MaxName
}

// annotations takes what JavaScript takes for nothing, as Backstage does, and
// anything for the two that the catalog makes itself.
func (e Editor) annotations(s node) node {
	value := loosen(s["additionalProperties"])
	props := node{"backstage.io/managed-by-location": node{}, "backstage.io/managed-by-origin-location": node{}}
	for _, a := range e.Annotations {
		if props[a.Key] != nil {
			continue
		}
		p := maps.Clone(value.(node))
		if a.Description != "" {
			p["description"] = a.Description
		}
		if a.Deprecated {
			p["deprecated"], p["deprecationMessage"] = true, a.Description
		}
		props[a.Key] = p
	}
	return node{"description": s["description"], "anyOf": []any{
		node{"type": "object", "properties": props, "propertyNames": node{"pattern": entity.KeyPattern}, "additionalProperties": value},
		node{"enum": []any{nil, "", false, 0}},
	}}
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func anys(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}

func unique(in []string) []any {
	var out []string
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return anys(out)
}

// write encodes a schema with its keys in order and without null, which no
// keyword but enum and const may have here.
func write(s node) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(prune(s)); err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return b.Bytes(), nil
}

func prune(v any) any {
	m, ok := v.(node)
	if !ok {
		if list, isList := v.([]any); isList {
			for i := range list {
				list[i] = prune(list[i])
			}
		}
		return v
	}
	for k, x := range m {
		if x == nil {
			delete(m, k)
			continue
		}
		m[k] = prune(x)
	}
	return m
}
