package config

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
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
	CodeSecret     = diag.Code("config-secret") // a secret stands in the file
)

// Loaded is a configuration together with where each thing in it was said.
type Loaded struct {
	*Config
	doc *yamldoc.Doc
	// elsewhere are the places of entries that came from other files.
	elsewhere map[entry]diag.Pos
}

// entry is an entry of a list of the configuration.
type entry struct {
	key   string
	index int
}

// AddSource adds a source that another file names.
func (l *Loaded) AddSource(s Source, at diag.Pos) {
	l.note("sources", len(l.Sources), at)
	l.Sources = append(l.Sources, s)
}

// AddLocation adds a location that another file names.
func (l *Loaded) AddLocation(x Location, at diag.Pos) {
	l.note("locations", len(l.Locations), at)
	l.Locations = append(l.Locations, x)
}

// AddProcessor adds a processor that follows from another file.
func (l *Loaded) AddProcessor(p Processor, at diag.Pos) {
	l.note("processors", len(l.Processors), at)
	l.Processors = append(l.Processors, p)
}

func (l *Loaded) note(key string, index int, at diag.Pos) {
	if l.elsewhere == nil {
		l.elsewhere = map[entry]diag.Pos{}
	}
	l.elsewhere[entry{key, index}] = at
}

// Says tells whether the file itself has a value at a path.
func (l *Loaded) Says(path ...any) bool { return l.doc != nil && l.doc.Has(path...) }

// Pos is the place of the value at a path such as "sources", 0, "dir". For what
// the file does not say, it is the place of the nearest thing above.
func (l *Loaded) Pos(path ...any) diag.Pos {
	if len(path) > 1 {
		key, _ := path[0].(string)
		index, _ := path[1].(int)
		if at, ok := l.elsewhere[entry{key, index}]; ok {
			return at
		}
	}
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
	l.checkAudiences(sink)
	l.checkFrames(sink)
	l.checkSynonyms(sink)
	return l
}

// Places tell where the values of a document are. A path that is not there is
// that of the nearest thing above.
type Places interface {
	Pos(path ...any) diag.Pos
	KeyPos(path ...any) diag.Pos
	// Keys are those of the mapping at a path, as they stand in the file.
	Keys(path ...any) []string
}

// Decode fills one of the structs of this package from plain values, as Load
// does; into points to it.
func Decode(m map[string]any, into any, at Places, sink diag.Sink) {
	v := reflect.ValueOf(into).Elem()
	setDefaults(v)
	d := decoder{doc: at, sink: sink}
	d.mapping(m, v, nil)
}

// decoder fills a Config from plain values.
type decoder struct {
	doc  Places
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
	case reflect.Pointer:
		if m, ok := v.(map[string]any); ok {
			into.Set(reflect.New(into.Type().Elem()))
			setDefaults(into.Elem())
			d.mapping(m, into.Elem(), path)
			return
		}
		d.wrongType(v, "a mapping", path)
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok && tag.Get("single") == "true" && v != nil {
			d.single(v, into, tag, path)
			return
		}
		if ok {
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
	case reflect.Int:
		if n, ok := v.(int64); ok {
			d.number(n, into, tag, path)
			return
		}
		d.wrongType(v, "a whole number", path)
	case reflect.String:
		if tag.Get("secret") == "true" {
			d.secret(v, into, path)
			return
		}
		if n, ok := v.(int64); ok && tag.Get("form") == "id" {
			v = strconv.FormatInt(n, 10)
		}
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
	d.checkChoices(m, into.Type(), path)
	for f := range fieldsOf(into.Type()) {
		key := f.Tag.Get("yaml")
		v, there := m[key]
		if there {
			d.value(v, into.FieldByIndex(f.Index), f.Tag, append(slices.Clone(path), key))
		}
		if list, _ := v.([]any); (v == nil || list != nil && len(list) == 0) && f.Tag.Get("required") == "true" {
			d.report(d.doc.Pos(path...), CodeMissing, where(append(slices.Clone(path), key))+" is missing", "")
		}
	}
}

func (d *decoder) list(list []any, into reflect.Value, tag reflect.StructTag, path []any) {
	out := reflect.MakeSlice(into.Type(), len(list), len(list))
	for i, v := range list {
		setDefaults(out.Index(i))
		d.value(v, out.Index(i), tag, append(slices.Clone(path), i))
	}
	into.Set(out)
}

// single makes a list of one of a value that stands for itself.
func (d *decoder) single(v any, into reflect.Value, tag reflect.StructTag, path []any) {
	out := reflect.MakeSlice(into.Type(), 1, 1)
	setDefaults(out.Index(0))
	if d.value(v, out.Index(0), tag, path); !out.Index(0).IsZero() {
		into.Set(out)
	}
}

func (d *decoder) number(n int64, into reflect.Value, tag reflect.StructTag, path []any) {
	least, most := boundsOf(tag)
	if n < least || n > most {
		d.report(d.doc.Pos(path...), CodeValue, fmt.Sprintf("%s is %d; it must be between %d and %d", where(path), n, least, most), "")
		return
	}
	into.SetInt(n)
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
	if tag.Get("secret") == "true" {
		d.secret(s, into, path)
		return
	}
	if words := strings.Fields(tag.Get("oneof")); len(words) > 0 {
		if !slices.Contains(words, s) {
			d.report(d.doc.Pos(path...), CodeValue, fmt.Sprintf("%s is %q; it must be %s", where(path), short(s), alternatives(words)), suggest(s, words))
			return
		}
	}
	if tag.Get("form") == "clone" && holdsSecret(s) {
		d.report(d.doc.Pos(path...), CodeSecret, where(path)+" holds a secret", "name the user in username, and the variable with the secret in token")
		return
	}
	if f := formOf(tag.Get("form")); len(s) > maxText || s != "" && !f.check(s) {
		d.report(d.doc.Pos(path...), CodeValue, fmt.Sprintf("%s is %q; it must be %s", where(path), short(s), f.want), "")
		return
	}
	if s == "" && (tag.Get("required") == "true" || tag.Get("choice") == "true") {
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
	for f := range fieldsOf(t) {
		keys = append(keys, f.Tag.Get("yaml"))
	}
	return keys
}

func fieldsOf(t reflect.Type) iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// setDefaults fills a new struct with what its tags say. The tags are part of
// the program, so that a wrong one may panic.
func setDefaults(v reflect.Value) {
	if v.Kind() != reflect.Struct {
		return
	}
	for f := range fieldsOf(v.Type()) {
		x, def := v.FieldByIndex(f.Index), f.Tag.Get("default")
		switch {
		case x.Kind() == reflect.Struct:
			setDefaults(x)
		case def == "":
		case x.Kind() == reflect.Bool:
			x.SetBool(def == "true")
		default:
			x.SetString(def)
		}
	}
}

// boundsOf are the least and the greatest value of a number.
func boundsOf(tag reflect.StructTag) (least, most int64) {
	for key, to := range map[string]*int64{"min": &least, "max": &most} {
		n, err := strconv.ParseInt(tag.Get(key), 10, 64)
		if err != nil {
			panic("the tag " + string(tag) + " has no bounds")
		}
		*to = n
	}
	return least, most
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
