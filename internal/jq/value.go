package jq

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"slices"
)

var (
	errNotText = errors.New("fromyaml reads text only")
	errNotYAML = errors.New("fromyaml: the text is not one YAML document")
)

// In makes a value that expressions can work on of one that yamldoc or
// encoding/json gave. It shares nothing with it that may change.
func In(v any) any {
	switch v := v.(type) {
	case int64:
		if int64(int(v)) == v {
			return int(v)
		}
		return big.NewInt(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = In(x)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = In(x)
		}
		return out
	}
	return v
}

// Errors of Out, for the author of the expression.
var (
	errNumber = errors.New("the expression gives a number that is infinite or none")
	errDeep   = errors.New("the expression gives a value that is nested too deep")
)

// maxDepth is how deep a result may be nested.
const maxDepth = 256

// Out makes a value as yamldoc and encoding/json give it of one that an
// expression gave: whole numbers are int64, others float64. It shares nothing
// with it.
func Out(v any) (any, error) {
	if size(v) > MaxSize {
		return nil, ErrSize
	}
	return out(v, 0)
}

func out(v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	switch v := v.(type) {
	case int:
		return int64(v), nil
	case float64:
		return number(v)
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return number(f)
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i, nil
		}
		f, err := v.Float64()
		if err != nil {
			return nil, errNumber
		}
		return number(f)
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			var err error
			if list[i], err = out(x, depth+1); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		return outMap(v, depth)
	}
	return v, nil
}

func outMap(v map[string]any, depth int) (any, error) {
	m := make(map[string]any, len(v))
	for k, x := range v {
		var err error
		if m[k], err = out(x, depth+1); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func number(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errNumber
	}
	return f, nil
}

// Same tells whether two values of Out are the same.
func Same(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Same)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, x := range a {
			if y, there := b[k]; !there || !Same(x, y) {
				return false
			}
		}
		return true
	}
	x, isNumber := asFloat(a)
	y, also := asFloat(b)
	if isNumber && also {
		return x == y
	}
	return a == b
}

func asFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
