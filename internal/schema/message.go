package schema

import (
	"encoding/json"
	"fmt"
	"strings"
)

// message says what is wrong with the value v at a path.
func message(keyword, where, raw string, v any) string {
	if where == "" {
		where = "the document"
	}
	switch keyword {
	case "type":
		want, _, _ := strings.Cut(strings.TrimPrefix(raw, "expected "), ", but got")
		return fmt.Sprintf("%s must be %s, not %s", where, article(want), article(typeName(v)))
	case "minLength":
		if v == "" {
			return where + " must not be empty"
		}
	case "enum":
		return fmt.Sprintf("%s is %s; it must be %s", where, short(v), strings.TrimPrefix(raw, "value must be "))
	case "const":
		return fmt.Sprintf("%s is %s; it must be %s", where, short(v), strings.TrimPrefix(raw, "value must be "))
	case "oneOf", "anyOf":
		return where + " has none of the forms that are allowed here"
	}
	return where + ": " + raw
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "list"
	case map[string]any:
		return "mapping"
	}
	return "number"
}

// article puts the names of types into words: a mapping, a list, empty.
func article(types string) string {
	var out []string
	for t := range strings.SplitSeq(types, " or ") {
		switch t {
		case "object":
			t = "mapping"
		case "array":
			t = "list"
		}
		switch t {
		case "null":
			t = "empty"
		case "integer":
			t = "an integer"
		default:
			t = "a " + t
		}
		out = append(out, t)
	}
	return strings.Join(out, " or ")
}

// short is a value as it may stand in a message.
func short(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "something else"
	}
	if r := []rune(string(b)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(b)
}
