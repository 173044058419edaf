package catalog

import (
	"fmt"
	"maps"
	"slices"

	"callboard/internal/entity"
	"callboard/internal/schema"
)

// formats checks the fields all kinds have (Backstage,
// FieldFormatEntityPolicy) and that there are no foreign ones at the root
// (NoForeignRootFieldsEntityPolicy). What has the wrong type is the schema's to
// report.
func (x *document) formats() {
	for _, k := range x.foreign() {
		switch k {
		case "relations", "status":
			x.fail([]any{k}, CodeRootField, fmt.Sprintf("%q is made by the catalog and must not be written", k), "remove it")
		default:
			x.fail([]any{k}, CodeRootField, fmt.Sprintf("the entity has an unknown field %q", short(k)), rootHint(k))
		}
	}
	x.format(entity.CheckAPIVersion, "apiVersion")
	x.format(entity.CheckKind, "kind")
	x.format(entity.CheckName, "metadata", "name")
	x.format(entity.CheckNamespace, "metadata", "namespace")
	x.keyed("labels", entity.CheckLabelValue)
	x.keyed("annotations", nil)
	x.list("tags", func(v any) bool { return accepted(v, entity.CheckTag) }, x.tag)
	x.list("links", soundLink, x.link)
}

// foreign are the root fields that no entity has, in order.
func (x *document) foreign() (keys []string) {
	for k := range x.value {
		switch k {
		case "apiVersion", "kind", "metadata", "spec":
		default:
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func (x *document) at(path ...any) any {
	var v any = x.value
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p.(string)]
	}
	return v
}

func (x *document) format(check func(string) string, path ...any) {
	x.formatOf(x.at(path...), check, path)
}

func (x *document) formatOf(v any, check func(string) string, path []any) {
	s, ok := v.(string)
	if !ok || s == "" {
		return // the schema refuses the empty string where it is wrong
	}
	if want := check(s); want != "" {
		x.failFor(path, CodeFormat, entity.FormatProblem(schema.PathString(path), s, want), formatHint(path, s), s, certain(path, s, check))
	}
}

// tag is formatOf for one of the tags. One that the list has in its right form, too,
// is not written a second time.
func (x *document) tag(v any, path []any) {
	s, _ := v.(string)
	right := certain(path, s, entity.CheckTag)
	if tags, _ := x.at("metadata", "tags").([]any); right == "" || !slices.Contains(tags, any(right)) {
		x.formatOf(v, entity.CheckTag, path)
		return
	}
	x.failAt(path, CodeFormat, entity.FormatProblem(schema.PathString(path), s, entity.CheckTag(s)), "remove it: "+right+" is in the list already")
}

func (x *document) keyed(field string, check func(string) string) {
	m, _ := x.at("metadata", field).(map[string]any)
	if sound(m, check) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		path := []any{"metadata", field, k}
		if want := entity.CheckKey(k); want != "" {
			x.fail(path, CodeFormat, entity.FormatProblem("the key in metadata."+field, k, want), "")
		}
		if check != nil {
			x.formatOf(m[k], check, path)
		}
	}
}

// sound tells whether nothing is wrong with keys and values.
func sound(m map[string]any, check func(string) string) bool {
	for k, v := range m {
		if entity.CheckKey(k) != "" || check != nil && !accepted(v, check) {
			return false
		}
	}
	return true
}

// accepted tells whether a value is of the right form, or the schema's to refuse.
func accepted(v any, check func(string) string) bool {
	s, ok := v.(string)
	return !ok || s == "" || check(s) == ""
}

// list hands the items of a list to each, but for those that are sound.
func (x *document) list(field string, sound func(v any) bool, each func(v any, path []any)) {
	l, _ := x.at("metadata", field).([]any)
	for i, item := range l {
		if !sound(item) {
			each(item, []any{"metadata", field, i})
		}
	}
}

func soundLink(v any) bool {
	m, _ := v.(map[string]any)
	return accepted(m["url"], entity.CheckLinkURL) && accepted(m["title"], entity.CheckText) && accepted(m["icon"], entity.CheckText)
}

func (x *document) link(v any, path []any) {
	m, _ := v.(map[string]any)
	sub := func(k string) []any { return append(slices.Clone(path), k) }
	x.formatOf(m["url"], entity.CheckLinkURL, sub("url"))
	for _, k := range []string{"title", "icon"} {
		x.formatOf(m[k], entity.CheckText, sub(k))
	}
}
