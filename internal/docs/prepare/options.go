package prepare

import (
	"fmt"
	"strconv"
)

// options are those of a plugin or extension.
type options map[string]any

func (o options) text(key, unset string) string {
	switch v := o[key].(type) {
	case string:
		return v
	case int, int64, float64:
		return fmt.Sprint(v)
	}
	return unset
}

func (o options) flag(key string, unset bool) bool {
	switch v := o[key].(type) {
	case bool:
		return v
	case string:
		if b, err := strconv.ParseBool(v); err == nil {
			return b
		}
	}
	return unset
}

func (o options) number(key string, unset int) int {
	switch v := o[key].(type) {
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(v)
	}
	return unset
}

// texts are those of a list; one text is a list of one.
func (o options) texts(key string) (out []string) {
	switch v := o[key].(type) {
	case string:
		return []string{v}
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}
