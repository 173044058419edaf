package process

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"callboard/internal/jq"
)

// setting is one field that a processor sets.
type setting struct {
	value  *jq.Program
	assign *jq.Program // sets the field to $value; nil for one that is only added
	path   []string    // of a field that is added where it is missing
	list   bool        // the value is added to a list
}

// apply sets fields, all by values of the entity as it was before.
func apply(list []setting, w *work, value any, vars []any) (any, string, error) {
	out := value
	for _, s := range list {
		v, err := s.value.Value(w.draft.Context(), value, vars...)
		if errors.Is(err, jq.ErrNothing) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if s.assign != nil {
			out, err = s.assign.Value(w.draft.Context(), out, append(slices.Clone(vars), v)...)
		} else {
			out, err = added(out, s.path, s.list, v)
		}
		if err != nil {
			return nil, "", err
		}
	}
	return out, "set", nil
}

// added is v with another value at a path where there is none, or in the list
// that is there. V itself is not changed: what is on the way is copied.
func added(v any, path []string, list bool, value any) (any, error) {
	if len(path) == 0 {
		return addedHere(v, list, value)
	}
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, fmt.Errorf("%q cannot be set in what is no mapping", path[0])
	}
	next, err := added(m[path[0]], path[1:], list, value)
	if err != nil {
		return nil, err
	}
	out := maps.Clone(m)
	if out == nil {
		out = map[string]any{}
	}
	out[path[0]] = next
	return out, nil
}

func addedHere(v any, list bool, value any) (any, error) {
	if !list {
		if v == nil || v == "" {
			return value, nil
		}
		return v, nil
	}
	l, ok := v.([]any)
	switch {
	case !ok && v != nil:
		return nil, errors.New("tags are no list")
	case slices.Contains(l, value): // text: CompileText gives nothing else
		return v, nil
	}
	return append(slices.Clone(l), value), nil
}
