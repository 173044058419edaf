// Package entity is the catalog's data model: references, entities, the edges
// they declare, and the rules of Backstage's catalog model that need nothing
// but the values themselves.
package entity

import (
	"callboard/internal/diag"
)

// The kinds of the built-in model, as they are spelled in files.
const (
	KindComponent = "Component"
	KindAPI       = "API"
	KindResource  = "Resource"
	KindSystem    = "System"
	KindDomain    = "Domain"
	KindGroup     = "Group"
	KindUser      = "User"
	KindLocation  = "Location"
	KindTemplate  = "Template"
)

// Kinds are the kinds of the built-in model in the order in which people list
// them.
func Kinds() []string {
	return []string{KindComponent, KindAPI, KindResource, KindSystem, KindDomain, KindGroup, KindUser, KindLocation, KindTemplate}
}

// DefaultNamespace is the namespace of entities that name none.
const DefaultNamespace = "default"

// Entity is one document of a catalog file, read, defaulted and validated. No
// YAML nodes are kept: a 320-byte file kept as nodes is 6 KB.
type Entity struct {
	Ref Ref `json:"-"`
	// APIVersion, Kind, Namespace and Name are as written, with the default
	// namespace filled in; Ref is the lower-case form that is compared.
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Namespace  string   `json:"namespace"`
	Name       string   `json:"name"`
	Metadata   Metadata `json:"metadata"`
	// Spec is of JSON values; a long string at its top may be a *Text.
	Spec   map[string]any `json:"spec,omitempty"`
	Origin Origin         `json:"origin"`
	// Edges are the relations this entity declares, sorted by type and target.
	// The catalog adds the opposite direction.
	Edges []Edge `json:"edges,omitempty"`
	// Derived tells what is not written in the file but was set by a processor,
	// in the order in which that was done.
	Derived []Derived `json:"derived,omitempty"`
}

// Derived is why a field has a value that its file does not give it.
type Derived struct {
	// Field is the path in the entity, such as "spec.owner".
	Field string `json:"field"`
	// By is the processor, such as "codeowners", or the name of one of the
	// configuration.
	By string `json:"by"`
	// From is the evidence in a few words, such as a line of CODEOWNERS; Pos is
	// its place, if it has one.
	From string   `json:"from"`
	Pos  diag.Pos `json:"pos,omitzero"`
}

// Metadata is the part of an entity that all kinds share.
type Metadata struct {
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Tags        []string          `json:"tags,omitempty"`
	Links       []Link            `json:"links,omitempty"`
	// Extra holds the keys that the model does not know, as JSON values.
	Extra map[string]any `json:"extra,omitempty"`
}

// Link is one of metadata.links. URL is as written: it may carry any scheme
// and must pass urlpath.SafeLink before it becomes an address on a page.
type Link struct {
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
	Icon  string `json:"icon,omitempty"`
	Type  string `json:"type,omitempty"`
	// Extra holds the keys that the model does not know.
	Extra map[string]any `json:"extra,omitempty"`
}

// Origin is where an entity was declared. Doc is the zero-based index of the
// YAML document in the file. Root is the file that was found by its name and led
// here by Locations; "" means File. RootAt is where that file is if it is in
// another repository, as backstage.io/managed-by-origin-location writes it.
type Origin struct {
	Repo string `json:"repo"`
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	Doc  int    `json:"doc"`
	Root string `json:"root,omitempty"`
	// RootAt is set in place of Root.
	RootAt string `json:"rootAt,omitempty"`
	// Generated tells that nobody wrote the file: callboard made it of what a host
	// knows of people.
	Generated bool `json:"generated,omitempty"`
}

// Pos is the place of the document's first key.
func (o Origin) Pos() diag.Pos {
	return diag.Pos{Repo: o.Repo, File: o.File, Line: o.Line, Col: o.Col}
}

// Edge is a relation that an entity declares. Field is the path in the entity,
// such as "spec.dependsOn[2]", Pos the place of the reference in the file.
type Edge struct {
	Type   string   `json:"type"`
	Target Ref      `json:"target"`
	Field  string   `json:"field"`
	Pos    diag.Pos `json:"pos"`
	// Inverse is the relation's other direction, "" for that of the model.
	Inverse string `json:"inverse,omitempty"`
}

// Title is what people read: the profile's display name, else the title, else
// the name.
func (e *Entity) Title() string {
	if p, ok := e.Spec["profile"].(map[string]any); ok {
		if s, ok := p["displayName"].(string); ok && s != "" {
			return s
		}
	}
	if e.Metadata.Title != "" {
		return e.Metadata.Title
	}
	return e.Name
}

// SpecString is the string at a top-level key of the spec, or "".
func (e *Entity) SpecString(key string) string {
	switch v := e.Spec[key].(type) {
	case string:
		return v
	case *Text:
		return v.String()
	}
	return ""
}

// SpecLen is the length of SpecString in bytes, which costs nothing to know.
func (e *Entity) SpecLen(key string) int {
	switch v := e.Spec[key].(type) {
	case string:
		return len(v)
	case *Text:
		return v.Len()
	}
	return 0
}

// Type is spec.type.
func (e *Entity) Type() string { return e.SpecString("type") }

// Lifecycle is spec.lifecycle.
func (e *Entity) Lifecycle() string { return e.SpecString("lifecycle") }
