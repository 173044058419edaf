package jinja

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Values of templates are nil, bool, int64, float64, string, safe, *List,
// *Dict, *undefined and callables (func and *macro).

// safe is text that is HTML already: what the filters escape and safe make.
// Text that is put to it is escaped.
type safe string

// List is Python's list or tuple.
type List struct {
	Items []any
	// Tuple tells that it is written in round brackets.
	Tuple bool
	names []string // of its elements, if they have any
	// frozen lists were given by the caller, who gives them to others too.
	frozen bool
}

// Dict is Python's dict: it keeps the order in which its keys came.
type Dict struct {
	keys   []any
	values map[any]any
	frozen bool
	// open namespaces take attributes by {% set ns.a = 1 %}.
	open bool
}

// NewDict makes an empty dictionary.
func NewDict() *Dict { return &Dict{values: map[any]any{}} }

// Set puts a value under a name. It returns the dictionary.
func (d *Dict) Set(key string, value any) *Dict {
	d.put(key, value)
	return d
}

func (d *Dict) put(key, value any) {
	if _, ok := d.values[key]; !ok {
		d.keys = append(d.keys, key)
	}
	d.values[key] = value
}

// Get is the value under a name.
func (d *Dict) Get(key string) (any, bool) {
	v, ok := d.values[key]
	return v, ok
}

// Keys are the names in the order in which they came.
func (d *Dict) Keys() []string {
	var out []string
	for _, k := range d.keys {
		out = append(out, text(k))
	}
	return out
}

// Freeze makes a value, and all in it, safe to be given to several renderings:
// templates cannot change it. It returns the value.
func Freeze(v any) any {
	switch v := v.(type) {
	case *List:
		if !v.frozen {
			v.frozen = true
			for _, x := range v.Items {
				Freeze(x)
			}
		}
	case *Dict:
		if !v.frozen {
			v.frozen = true
			for _, x := range v.values {
				Freeze(x)
			}
		}
	}
	return v
}

// undefined is a variable, element or attribute that is not there.
type undefined struct {
	name string
	of   string // the type of what it was looked for in; "" for a variable
	// index tells that the name is a place in a list.
	index bool
}

func (u *undefined) String() string {
	if u.of != "" {
		return fmt.Sprintf("there is no %q in a value of type %s", u.name, u.of)
	}
	return fmt.Sprintf("the variable %q is not defined", u.name)
}

func truth(v any) bool {
	switch v := v.(type) {
	case nil, *undefined:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case safe:
		return v != ""
	case *List:
		return len(v.Items) > 0
	case *Dict:
		return len(v.keys) > 0
	}
	return true
}

// typeName is what Python calls the type of a value.
func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "bool"
	case int64:
		return "int"
	case float64:
		return "float"
	case string, safe:
		return "str"
	case *List:
		if v.Tuple {
			return "tuple"
		}
		return "list"
	case *Dict:
		return "dict"
	case *undefined:
		return "undefined"
	}
	return "function"
}

// number takes a value for a number; True and False are 1 and 0.
func number(v any) (i int64, f float64, isInt, ok bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, 1, true, true
		}
		return 0, 0, true, true
	case int64:
		return v, float64(v), true, true
	case float64:
		return int64(v), v, false, true
	}
	return 0, 0, false, false
}

// str takes a value for a text.
func str(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case safe:
		return string(v), true
	}
	return "", false
}

// key is a value as the key of a dictionary: 1, 1.0 and True are the same key.
func key(v any) (any, bool) {
	switch v := v.(type) {
	case nil, string, int64:
		return v, true
	case safe:
		return string(v), true
	case bool, float64:
		i, f, isInt, _ := number(v)
		if isInt || f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return i, true
		}
		return f, true
	}
	return nil, false
}

func runeLen(s string) int { return utf8.RuneCountInString(s) }

// lowered are the keys by which texts are ordered without regard to case.
func lowered(v any) any {
	if s, ok := str(v); ok {
		return strings.ToLower(s)
	}
	return v
}

func clone(items []any) []any { return slices.Clone(items) }
