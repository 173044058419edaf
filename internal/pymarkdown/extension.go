package pymarkdown

import (
	"fmt"
	"strings"
)

// Extension is a Markdown extension as mkdocs.yml names it, with its options.
type Extension struct {
	// Name is the name it is configured by, such as "toc" or "pymdownx.tabbed".
	Name    string         `json:"name"`
	Options map[string]any `json:"options,omitempty"`
}

// Py is an option that is a Python object in the original: a name with a tag
// such as !!python/name, which is data here.
type Py struct {
	Name   string // "pymdownx.slugs.slugify"
	Args   []any
	Kwargs map[string]any
}

// Setup puts an extension into a dialect.
type Setup func(d *Dialect, o Options) error

// Options are an extension's options.
type Options map[string]any

// Has tells whether an option was given.
func (o Options) Has(key string) bool {
	_, ok := o[key]
	return ok
}

// Bool is a truth value; text is read as Python-Markdown's parseBoolValue does.
func (o Options) Bool(key string, unset bool) bool {
	switch v := o[key].(type) {
	case bool:
		return v
	case string:
		switch strings.ToLower(v) {
		case "true", "yes", "y", "on", "1":
			return true
		case "false", "no", "n", "off", "0", "none":
			return false
		}
	case int:
		return v != 0
	case float64:
		return v != 0
	}
	return unset
}

// String is a text. Numbers and truth values are written as Python does.
func (o Options) String(key, unset string) string {
	switch v := o[key].(type) {
	case nil:
	case string:
		return v
	case bool:
		if v {
			return "True"
		}
		return "False"
	case Py:
	default:
		return fmt.Sprint(v)
	}
	return unset
}

// Int is a whole number.
func (o Options) Int(key string, unset int) int {
	switch v := o[key].(type) {
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(v)
	case string:
		n := 0
		if _, err := fmt.Sscan(v, &n); err == nil {
			return n
		}
	}
	return unset
}

// List is a list, or nil.
func (o Options) List(key string) []any {
	v, _ := o[key].([]any)
	return v
}

// Strings are the texts of a list, or nil. A single text is a list of one.
func (o Options) Strings(key string) []string {
	if s, ok := o[key].(string); ok {
		return []string{s}
	}
	var out []string
	for _, v := range o.List(key) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Map is a mapping, or nil.
func (o Options) Map(key string) Options {
	switch v := o[key].(type) {
	case map[string]any:
		return v
	case Options:
		return v
	}
	return nil
}

// Py is a Python object's name, and whether the option is one. The two forms
// {"$py": "name"} and Py are the same.
func (o Options) Py(key string) (Py, bool) { return AsPy(o[key]) }

// AsPy reads a value as a Python object's name.
func AsPy(v any) (Py, bool) {
	switch v := v.(type) {
	case Py:
		return v, true
	case map[string]any:
		name, ok := v["$py"].(string)
		if !ok {
			return Py{}, false
		}
		p := Py{Name: name}
		p.Args, _ = v["args"].([]any)
		p.Kwargs, _ = v["kwds"].(map[string]any)
		if p.Kwargs == nil {
			p.Kwargs, _ = v["kwargs"].(map[string]any)
		}
		return p, true
	}
	return Py{}, false
}
