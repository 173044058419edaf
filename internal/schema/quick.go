package schema

import (
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// quick is a schema in a form that says of most valid values that they are, at
// a tenth of the library's cost, which notes for every value what a message
// might need. It knows the keywords that the kinds use most; of anything else
// it is not sure, and the library decides.
type quick struct {
	unsure     bool  // of every value
	types      uint8 // bits of the types that are allowed; 0 for any
	enum       []any // strings, booleans and null; nil for any
	all        []*quick
	required   []string
	properties map[string]*quick
	closed     bool   // other properties are not allowed
	additional *quick // of other properties; nil for any
	items      *quick // nil for any
	minLength  int    // in code points
}

const (
	quickNull uint8 = 1 << iota
	quickBool
	quickNumber
	quickString
	quickArray
	quickObject
)

var quickTypes = map[string]uint8{"null": quickNull, "boolean": quickBool, "number": quickNumber, "string": quickString, "array": quickArray, "object": quickObject}

// quickKeywords are the fields of the library's schemas that newQuick heeds, and
// those that say nothing of values.
var quickKeywords = []string{"Types", "Enum", "Ref", "AllOf", "Required", "Properties", "AdditionalProperties", "Items2020", "MinLength",
	"Location", "Draft", "meta", "vocab", "enumError", "ContainsEval", "MinContains", "MaxContains",
	"Title", "Description", "Default", "Comment", "ReadOnly", "WriteOnly", "Examples", "Deprecated"}

// newQuick makes the quick form of s; made holds those that have been.
func newQuick(s *jsonschema.Schema, made map[*jsonschema.Schema]*quick) *quick {
	if q := made[s]; q != nil {
		return q
	}
	q := &quick{unsure: hasOther(s), required: s.Required, minLength: s.MinLength}
	made[s] = q
	for _, t := range s.Types {
		q.types |= quickTypes[t]
		q.unsure = q.unsure || quickTypes[t] == 0
	}
	for _, v := range s.Enum {
		switch v.(type) {
		case string, bool, nil:
			q.enum = append(q.enum, v)
		default:
			q.unsure = true
		}
	}
	for _, sub := range s.AllOf {
		q.all = append(q.all, newQuick(sub, made))
	}
	if s.Ref != nil {
		q.all = append(q.all, newQuick(s.Ref, made))
	}
	q.properties = make(map[string]*quick, len(s.Properties))
	for k, sub := range s.Properties {
		q.properties[k] = newQuick(sub, made)
	}
	if s.Items2020 != nil {
		q.items = newQuick(s.Items2020, made)
	}
	switch more := s.AdditionalProperties.(type) {
	case bool:
		q.closed = !more
	case *jsonschema.Schema:
		q.additional = newQuick(more, made)
	}
	return q
}

// hasOther tells whether a schema says something that quick does not know.
func hasOther(s *jsonschema.Schema) bool {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case slices.Contains(quickKeywords, v.Type().Field(i).Name), f.IsZero():
		case f.Kind() == reflect.Int && f.Int() == -1:
		default:
			return true
		}
	}
	return false
}

// maxQuickDepth ends a schema that refers to itself without end.
const maxQuickDepth = 400

// accepts tells whether v is certainly valid. False says nothing.
func (q *quick) accepts(v any, depth int) bool {
	if q.unsure || depth > maxQuickDepth {
		return false
	}
	if kind := quickKind(v); kind == 0 || q.types != 0 && q.types&kind == 0 {
		return false
	}
	if q.enum != nil && !q.listed(v) {
		return false
	}
	for _, sub := range q.all {
		if !sub.accepts(v, depth+1) {
			return false
		}
	}
	switch v := v.(type) {
	case map[string]any:
		return q.object(v, depth)
	case []any:
		return q.items == nil || !slices.ContainsFunc(v, func(x any) bool { return !q.items.accepts(x, depth+1) })
	case string:
		return q.minLength <= 0 || len(v) >= q.minLength && utf8.RuneCountInString(v) >= q.minLength
	}
	return true
}

// listed tells whether v is in the enumeration. What cannot be compared is not.
func (q *quick) listed(v any) bool {
	switch v.(type) {
	case string, bool, nil:
		return slices.Contains(q.enum, v)
	}
	return false
}

func (q *quick) object(v map[string]any, depth int) bool {
	for _, k := range q.required {
		if _, there := v[k]; !there {
			return false
		}
	}
	for k, x := range v {
		sub, known := q.properties[k]
		switch {
		case known && !sub.accepts(x, depth+1), !known && q.closed:
			return false
		case !known && q.additional != nil && !q.additional.accepts(x, depth+1):
			return false
		}
	}
	return true
}

// quickKind is the type of a value as bit, or 0 for one that is left to the
// library.
func quickKind(v any) uint8 {
	switch v := v.(type) {
	case nil:
		return quickNull
	case bool:
		return quickBool
	case int64:
		return quickNumber
	case float64:
		if v-v != 0 { // not finite
			return 0
		}
		return quickNumber
	case string:
		return quickString
	case []any:
		return quickArray
	case map[string]any:
		return quickObject
	}
	return 0
}
