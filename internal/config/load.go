package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/schema"
	"callboard/internal/yamldoc"
)

// The codes of what can be wrong with callboard.yaml, beside those of package
// yamldoc.
const (
	CodeUnknownKey = diag.Code("config-unknown-key")
	CodeType       = diag.Code("config-type")
	CodeValue      = diag.Code("config-value")
	CodeMissing    = diag.Code("config-missing")
)

// Loaded is a configuration together with where each thing in it was said.
type Loaded struct {
	*Config
	doc *yamldoc.Doc
}

// Pos is the place of the value at a path such as "sources", 0, "dir". For what
// the file does not say, it is the place of the nearest thing above.
func (l *Loaded) Pos(path ...any) diag.Pos {
	if l.doc == nil {
		return diag.Pos{}
	}
	return l.doc.Pos(path...)
}

// KeyPos is the place of the key of the value at a path, else as Pos.
func (l *Loaded) KeyPos(path ...any) diag.Pos {
	if l.doc == nil {
		return diag.Pos{}
	}
	return l.doc.KeyPos(path...)
}

// Load reads the text of a callboard.yaml; at names its file. Everything wrong
// with it is reported, not only the first; what is wrong keeps its default, so
// that the result can be used, for a portal that shows what is wrong with it.
func Load(src []byte, at diag.Pos, sink diag.Sink) *Loaded {
	l := &Loaded{Config: Default(), doc: yamldoc.One(src, at, sink)}
	if l.doc != nil && l.doc.Value != nil {
		d := decoder{doc: l.doc, sink: sink}
		d.value(l.doc.Value, reflect.ValueOf(l.Config).Elem(), "", nil)
	}
	l.fill()
	l.checkKinds(sink)
	return l
}

// decoder fills a Config from plain values.
type decoder struct {
	doc  *yamldoc.Doc
	sink diag.Sink
}

func (d *decoder) report(pos diag.Pos, code diag.Code, msg, hint string) {
	d.sink.Report(diag.Diagnostic{Pos: pos, Severity: diag.Error, Code: code, Message: msg, Hint: hint})
}

// value sets into to v, the value at path. tag is that of the field, or of the
// list that v is an entry of.
func (d *decoder) value(v any, into reflect.Value, tag reflect.StructTag, path []any) {
	if v == nil && len(path) > 0 {
		if _, entry := path[len(path)-1].(int); !entry {
			return // "key:" without a value says nothing
		}
	}
	switch into.Kind() {
	case reflect.Struct:
		if m, ok := v.(map[string]any); ok {
			d.mapping(m, into, path)
			return
		}
		d.wrongType(v, "a mapping", path)
	case reflect.Slice:
		if list, ok := v.([]any); ok {
			d.list(list, into, tag, path)
			return
		}
		d.wrongType(v, "a list", path)
	case reflect.Map:
		if m, ok := v.(map[string]any); ok {
			d.named(m, into, tag, path)
			return
		}
		d.wrongType(v, "a mapping", path)
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			into.SetBool(b)
			return
		}
		d.wrongType(v, "true or false", path)
	case reflect.String:
		if s, ok := v.(string); ok {
			d.text(s, into, tag, path)
			return
		}
		d.wrongType(v, "text", path)
	}
}

func (d *decoder) mapping(m map[string]any, into reflect.Value, path []any) {
	known := keysOf(into.Type())
	for _, k := range slices.Compact(slices.Sorted(slices.Values(d.doc.Keys(path...)))) {
		if _, read := m[k]; read && !slices.Contains(known, k) {
			d.unknown(k, known, append(slices.Clone(path), k))
		}
	}
	for i := range into.NumField() {
		f := into.Type().Field(i)
		key := f.Tag.Get("yaml")
		v, there := m[key]
		if there {
			d.value(v, into.Field(i), f.Tag, append(slices.Clone(path), key))
		}
		if v == nil && f.Tag.Get("required") == "true" {
			d.report(d.doc.Pos(path...), CodeMissing, where(append(slices.Clone(path), key))+" is missing", "")
		}
	}
}

func (d *decoder) list(list []any, into reflect.Value, tag reflect.StructTag, path []any) {
	out := reflect.MakeSlice(into.Type(), len(list), len(list))
	for i, v := range list {
		d.value(v, out.Index(i), tag, append(slices.Clone(path), i))
	}
	into.Set(out)
}

// named fills a mapping whose keys the author chooses. What has no value, or a
// wrong one, is left out.
func (d *decoder) named(m map[string]any, into reflect.Value, tag reflect.StructTag, path []any) {
	out := reflect.MakeMap(into.Type())
	for _, k := range slices.Sorted(maps.Keys(m)) {
		v := reflect.New(into.Type().Elem()).Elem()
		if d.value(m[k], v, tag, append(slices.Clone(path), k)); !v.IsZero() {
			out.SetMapIndex(reflect.ValueOf(k), v)
		}
	}
	into.Set(out)
}

func (d *decoder) text(s string, into reflect.Value, tag reflect.StructTag, path []any) {
	if words := strings.Fields(tag.Get("oneof")); len(words) > 0 {
		if !slices.Contains(words, s) {
			d.report(d.doc.Pos(path...), CodeValue, fmt.Sprintf("%s is %q; it must be %s", where(path), short(s), alternatives(words)), suggest(s, words))
			return
		}
	}
	if f := formOf(tag.Get("form")); len(s) > maxText || s != "" && !f.check(s) {
		d.report(d.doc.Pos(path...), CodeValue, fmt.Sprintf("%s is %q; it must be %s", where(path), short(s), f.want), "")
		return
	}
	if s == "" && tag.Get("required") == "true" {
		d.report(d.doc.Pos(path...), CodeMissing, where(path)+" is empty", "")
		return
	}
	into.SetString(s)
}

func (d *decoder) unknown(key string, known []string, path []any) {
	hint := suggest(key, known)
	if hint == "" {
		hint = "the keys here are " + strings.Join(known, ", ")
	}
	msg := fmt.Sprintf("there is no setting %q", short(key))
	if len(path) > 1 {
		msg += " in " + where(path[:len(path)-1])
	}
	d.report(d.doc.KeyPos(path...), CodeUnknownKey, msg, hint)
}

func (d *decoder) wrongType(v any, want string, path []any) {
	got, hint := "", ""
	switch v := v.(type) {
	case nil:
		got = "empty"
	case map[string]any:
		got = "a mapping"
	case []any:
		got = "a list"
	case string:
		got = fmt.Sprintf("the text %q", short(v))
	default:
		got = fmt.Sprintf("%v", v)
		if want == "text" {
			hint = "put quotes around it"
		}
	}
	if want == "a list" {
		hint = `begin each entry with "- "`
	}
	d.report(d.doc.Pos(path...), CodeType, fmt.Sprintf("%s must be %s, not %s", where(path), want, got), hint)
}

// where is a path for people.
func where(path []any) string {
	if len(path) == 0 {
		return "the file"
	}
	return schema.PathString(path)
}

func keysOf(t reflect.Type) []string {
	keys := make([]string, 0, t.NumField())
	for i := range t.NumField() {
		keys = append(keys, t.Field(i).Tag.Get("yaml"))
	}
	return keys
}

func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// alternatives is `"a", "b" or "c"`.
func alternatives(words []string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i > 0 && i == len(words)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", w)
	}
	return b.String()
}
