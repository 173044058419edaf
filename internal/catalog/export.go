package catalog

import (
	"maps"

	"callboard/internal/entity"
)

// Exported is an entity as `callboard catalog` and catalog.json give it to
// other programs. Its form is a promise: fields are added, never changed.
type Exported struct {
	// Ref is the full reference in lower case.
	Ref string `json:"ref"`
	// APIVersion, Kind, Namespace and Name are as written.
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
	// Metadata is the entity's metadata with name and namespace filled in and
	// unknown keys kept.
	Metadata map[string]any `json:"metadata"`
	// Spec is the entity's spec with placeholders resolved.
	Spec map[string]any `json:"spec"`
	// Origin is where the entity is declared.
	Origin entity.Origin `json:"origin"`
	// Relations are sorted by type, then target.
	Relations []ExportedRelation `json:"relations"`
}

// ExportedRelation is one direction of a relation.
type ExportedRelation struct {
	Type     string `json:"type"`
	Target   string `json:"target"`
	Dangling bool   `json:"dangling"`
}

// Export gives an entity of the catalog the form for other programs.
func (c *Catalog) Export(e *entity.Entity) Exported {
	x := Exported{
		Ref: e.Ref.String(), APIVersion: e.APIVersion, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name,
		Metadata: FlatMetadata(e), Spec: e.Spec, Origin: e.Origin, Relations: []ExportedRelation{},
	}
	if x.Spec == nil {
		x.Spec = map[string]any{}
	}
	for _, r := range c.Relations(e.Ref) {
		x.Relations = append(x.Relations, ExportedRelation{r.Type, r.Target.String(), r.Dangling})
	}
	return x
}

// FlatMetadata is an entity's metadata as one mapping, as it stands in a file.
func FlatMetadata(e *entity.Entity) map[string]any {
	m := map[string]any{}
	maps.Copy(m, e.Metadata.Extra)
	m["name"], m["namespace"] = e.Name, e.Namespace
	set := func(k, v string) {
		if v != "" {
			m[k] = v
		}
	}
	set("title", e.Metadata.Title)
	set("description", e.Metadata.Description)
	if len(e.Metadata.Labels) > 0 {
		m["labels"] = anyMap(e.Metadata.Labels)
	}
	if len(e.Metadata.Annotations) > 0 {
		m["annotations"] = anyMap(e.Metadata.Annotations)
	}
	if len(e.Metadata.Tags) > 0 {
		tags := make([]any, len(e.Metadata.Tags))
		for i, t := range e.Metadata.Tags {
			tags[i] = t
		}
		m["tags"] = tags
	}
	if len(e.Metadata.Links) > 0 {
		m["links"] = flatLinks(e.Metadata.Links)
	}
	return m
}

func anyMap(in map[string]string) map[string]any {
	out := make(map[string]any, len(in))
	for k, v := range in {
		out[k] = v
	}
	return out
}

func flatLinks(in []entity.Link) []any {
	out := make([]any, 0, len(in))
	for _, l := range in {
		m := map[string]any{}
		maps.Copy(m, l.Extra)
		m["url"] = l.URL
		for k, v := range map[string]string{"title": l.Title, "icon": l.Icon, "type": l.Type} {
			if v != "" {
				m[k] = v
			}
		}
		out = append(out, m)
	}
	return out
}
