package lsp

import (
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// refFields are the fields of a kind that hold references.
func (v *view) refFields(kind string) []entity.RefField {
	if v != nil && v.project != nil {
		if own := v.project.Options.Model.Kind(kind); own != nil {
			return own.Refs
		}
	}
	return entity.RefFields(kind)
}

// refField is the field of references that a path of a document leads to.
func refFieldAt(v *view, kind string, path []string) (entity.RefField, bool) {
	if len(path) == 3 && path[0] == "metadata" && path[1] == "annotations" {
		switch path[2] {
		case "backstage.io/techdocs-entity", "backstage.io/source-template":
			return entity.RefField{Key: path[2]}, true
		}
	}
	if len(path) < 2 || path[0] != "spec" {
		return entity.RefField{}, false
	}
	key := strings.Join(slices.DeleteFunc(slices.Clone(path[1:]), func(s string) bool { return s == "-" }), ".")
	for _, f := range v.refFields(kind) {
		if f.Key == key {
			return f, true
		}
	}
	return entity.RefField{}, false
}

func (c *completer) refField(path []string) (entity.RefField, bool) {
	return refFieldAt(c.view, c.w.head.kind, path)
}

// kindsFor are the kinds that a field is likely to name, in lower case, the most
// likely first; none for any.
func kindsFor(f entity.RefField) []string {
	switch f.Relation {
	case entity.OwnedBy:
		return []string{"group", "user"}
	case entity.DependsOn, entity.DependencyOf:
		return []string{"component", "resource", "api"}
	}
	if f.DefaultKind != "" {
		return []string{strings.ToLower(f.DefaultKind)}
	}
	return nil
}

// references offers the entities that a field may name.
func (c *completer) references(f entity.RefField, before string) {
	kinds := kindsFor(f)
	typed, explicit := strings.ToLower(c.word), strings.Contains(c.word, ":")
	if explicit && f.Relation != entity.OwnedBy {
		kinds = nil // what has been written says which
	}
	self := entity.NewRef(c.w.head.kind, namespaceOf(c.w.head), c.w.head.name)
	for _, k := range orAll(kinds, c.view) {
		for _, e := range c.ofKind(k) {
			if e.Ref == self || !strings.Contains(searchable(e), afterKind(typed)) {
				continue
			}
			text := refText(e, f.DefaultKind, namespaceOf(c.w.head))
			if explicit && !strings.Contains(text, ":") {
				text = strings.ToLower(e.Kind) + ":" + text
			}
			if explicit && !strings.HasPrefix(strings.ToLower(text), typed[:strings.Index(typed, ":")+1]) {
				continue
			}
			if len(c.items) >= maxItems {
				c.more = true
				return
			}
			c.reference(e, text, before)
		}
	}
}

// afterKind is what has been written of the namespace and the name.
func afterKind(typed string) string {
	if _, rest, ok := strings.Cut(typed, ":"); ok {
		return rest
	}
	return typed
}

func searchable(e *entity.Entity) string {
	return e.Ref.Namespace + "/" + e.Ref.Name + "\x00" + strings.ToLower(e.Title())
}

func orAll(kinds []string, v *view) []string {
	if len(kinds) > 0 {
		return kinds
	}
	for _, e := range v.entities() {
		if len(kinds) == 0 || kinds[len(kinds)-1] != e.Ref.Kind {
			kinds = append(kinds, e.Ref.Kind) // entities are in the order of their kinds
		}
	}
	return kinds
}

func (c *completer) ofKind(kind string) []*entity.Entity {
	if c.view == nil || c.view.linted == nil {
		return nil
	}
	return c.view.linted.Catalog.ByKind(kind)
}

func namespaceOf(h head) string {
	if h.namespace == "" {
		return entity.DefaultNamespace
	}
	return h.namespace
}

// refText is the shortest reference that leads to an entity from a field.
func refText(e *entity.Entity, defaultKind, namespace string) string {
	text := e.Name
	if !strings.EqualFold(e.Namespace, namespace) {
		text = e.Namespace + "/" + text
	}
	if !strings.EqualFold(e.Kind, defaultKind) {
		text = strings.ToLower(e.Kind) + ":" + text
	}
	return text
}

func (c *completer) reference(e *entity.Entity, text, before string) {
	item := completionItem{Label: text, Kind: itemReference, Detail: c.view.summary(e), FilterText: text}
	if t := e.Title(); t != e.Name {
		item.FilterText += " " + oneLine(t, 80)
	}
	if e.Metadata.Description != "" {
		item.Documentation = c.about(oneLine(e.Metadata.Description, 300))
	}
	c.value(item, text, before)
}

// summary is an entity in a few words: kind, title and owner.
func (v *view) summary(e *entity.Entity) string {
	parts := []string{e.Kind}
	if t := e.Title(); t != e.Name {
		parts = append(parts, oneLine(t, 80))
	}
	if r, ok := v.linted.Catalog.Owner(e.Ref); ok {
		parts = append(parts, r.Target.Short(e.Ref.Namespace))
	}
	return strings.Join(parts, " · ")
}

// oneLine is a text as one line of at most n characters.
func oneLine(s string, n int) string {
	s = diag.Printable(strings.Join(strings.Fields(s), " "))
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
