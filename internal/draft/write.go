package draft

import (
	"bytes"
	"maps"

	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// order is the order in which people write the keys of entities.
var order = []string{
	"apiVersion", "kind", "metadata", "spec",
	"url", "name", "namespace", "title", "description", "labels", "annotations", "tags", "links", "icon",
	"type", "lifecycle", "owner", "domain", "subdomainOf", "system", "subcomponentOf", "profile", "parent", "children", "members", "memberOf",
	"providesApis", "consumesApis", "dependsOn", "dependencyOf", "definition",
}

// Write writes drafts as a catalog file, in their order, with their comments.
// head stands above all, a comment of lines that begin with "#", or "".
func Write(head string, drafts []*Draft) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	for i, d := range drafts {
		if i > 0 || head != "" {
			b.WriteString("---\n")
		}
		doc := d.Document()
		for k, file := range d.files {
			doc["spec"].(map[string]any)[k] = map[string]any{"$text": "./" + d.base + file}
		}
		b.Write(yamldoc.Tidy(doc, order, d.comments))
	}
	return b.Bytes()
}

// Document is the entity as a catalog file says it, with the text of files in
// their place. It shares values of the spec with the entity.
func (d *Draft) Document() map[string]any {
	e := d.Entity
	m := map[string]any{"name": e.Name}
	if e.Namespace != entity.DefaultNamespace {
		m["namespace"] = e.Namespace
	}
	put(m, "title", e.Metadata.Title)
	put(m, "description", e.Metadata.Description)
	texts(m, "labels", e.Metadata.Labels)
	texts(m, "annotations", e.Metadata.Annotations)
	var tags, links []any
	for _, t := range e.Metadata.Tags {
		tags = append(tags, t)
	}
	for _, l := range e.Metadata.Links {
		x := map[string]any{"url": l.URL}
		put(x, "title", l.Title)
		put(x, "icon", l.Icon)
		put(x, "type", l.Type)
		links = append(links, x)
	}
	if len(tags) > 0 {
		m["tags"] = tags
	}
	if len(links) > 0 {
		m["links"] = links
	}
	return map[string]any{"apiVersion": e.APIVersion, "kind": e.Kind, "metadata": m, "spec": maps.Clone(e.Spec)}
}

func put(m map[string]any, key, value string) {
	if value != "" {
		m[key] = value
	}
}

func texts(m map[string]any, key string, values map[string]string) {
	if len(values) == 0 {
		return
	}
	out := map[string]any{}
	for k, v := range values {
		out[k] = v
	}
	m[key] = out
}
