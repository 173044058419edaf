package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/schema"
	"callboard/internal/yamldoc"
)

// placeholders replaces {$text: path}, {$json: path} and {$yaml: path} anywhere
// in the entity by the content of a file of the same repository (Backstage,
// PlaceholderProcessor). An object with a $ key and others is left as it is, and
// what was read is not looked into again. $openapi and $asyncapi, which in
// Backstage come with a module that bundles what a definition refers to, are
// read as text: definitions are bundled where they are rendered.
func (x *document) placeholders() {
	for _, k := range []string{"metadata", "spec"} {
		if v, ok := x.value[k]; ok && mayHold(v) {
			x.value[k] = x.replace(v, []any{k})
		}
	}
}

func (x *document) replace(v any, at []any) any {
	at = at[:len(at):len(at)]
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = x.replace(v[i], append(at, i))
		}
	case map[string]any:
		if name, target, ok := placeholder(v); ok && !isAnnotations(at) {
			return x.resolve(name, target, at)
		}
		if !nests(v) || hasDollar(v) {
			break
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			v[k] = x.replace(v[k], append(at, k))
		}
	}
	return v
}

// mayHold tells whether there is a placeholder anywhere in a value, which there
// is in few.
func mayHold(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, mayHold)
	case map[string]any:
		if _, _, ok := placeholder(v); ok {
			return true
		}
		for _, x := range v {
			if mayHold(x) {
				return true
			}
		}
	}
	return false
}

// nests tells whether a mapping holds something that may hold a placeholder.
func nests(m map[string]any) bool {
	for _, v := range m {
		switch v.(type) {
		case map[string]any, []any:
			return true
		}
	}
	return false
}

// isAnnotations tells whether a path is that of all annotations: see
// managedAnnotations.
func isAnnotations(at []any) bool {
	return len(at) == 2 && at[0] == "metadata" && at[1] == "annotations"
}

// hasDollar tells whether a mapping has a key that begins with a $. Unless it is
// a placeholder, nothing inside it is looked at (Backstage,
// PlaceholderProcessor).
func hasDollar(m map[string]any) bool {
	for k := range m {
		if strings.HasPrefix(k, "$") {
			return true
		}
	}
	return false
}

func placeholder(m map[string]any) (name string, target any, ok bool) {
	if len(m) != 1 {
		return "", nil, false
	}
	for k, v := range m {
		switch k {
		case "$text", "$json", "$yaml", "$openapi", "$asyncapi":
			return k, v, true
		}
	}
	return "", nil, false
}

func (x *document) resolve(name string, target any, at []any) any {
	v, err := x.content(name, target)
	if err != nil {
		what := name
		if t, ok := target.(string); ok {
			what = fmt.Sprintf("%s %q", name, short(t))
		}
		x.gaps[schema.PathString(at)] = true
		x.failAt(append(at, name), CodePlaceholder, fmt.Sprintf("%s cannot be resolved: %v", what, err), x.placeholderHint(target, err))
	}
	return v
}

// content is what a placeholder stands for. The errors are for the author.
func (x *document) content(name string, target any) (any, error) {
	t, ok := target.(string)
	if !ok {
		return unresolved, errors.New("it must be a string")
	}
	p, ok := x.placeholderPath(t)
	if !ok {
		return unresolved, errors.New("it lies outside this repository")
	}
	structured := name == "$json" || name == "$yaml"
	if err := x.r.afford(p, structured); err != nil {
		return unresolved, err
	}
	src, err := x.r.readFile(p)
	if err != nil {
		return unresolved, errors.New(reason(err))
	}
	switch name {
	case "$json":
		var v any
		if err := json.Unmarshal(src, &v); err != nil {
			return unresolved, contentError{fmt.Errorf("it is not JSON: %w", err)}
		}
		return v, nil
	case "$yaml":
		return oneYAML(src)
	}
	return strings.ToValidUTF8(strings.TrimPrefix(string(src), "\ufeff"), "\ufffd"), nil
}

// contentError is about what stands in a file that a placeholder names.
type contentError struct{ error }

// unresolved stands where a placeholder could not be resolved.
const unresolved = "unresolved"

// structuredCost is how much more memory a value takes than its text.
const structuredCost = 8

// afford checks the limits on what placeholders bring in: each use of a large
// file is another copy of it.
func (r *reader) afford(p string, structured bool) error {
	f, ok := r.snap.Lookup(p)
	if !ok {
		return nil // reading it says what is wrong
	}
	if f.Size > MaxPlaceholderBytes {
		return fmt.Errorf("its %d bytes are more than the limit of %d", f.Size, MaxPlaceholderBytes)
	}
	cost := int(f.Size)
	if structured {
		cost *= structuredCost
	}
	if r.filled+cost > MaxPlaceholders {
		return fmt.Errorf("the placeholders of this repository bring in more than %d bytes", MaxPlaceholders)
	}
	r.filled += cost
	return nil
}

func oneYAML(src []byte) (any, error) {
	var own diag.List
	docs := yamldoc.Parse(src, diag.Pos{}, &own)
	if len(docs) == 1 && !docs[0].Invalid {
		return docs[0].Value, nil
	}
	for _, d := range own.All() {
		if d.Severity == diag.Error {
			return unresolved, contentError{fmt.Errorf("line %d of it: %s", d.Pos.Line, d.Message)}
		}
	}
	return unresolved, contentError{errors.New("it must hold one YAML document")}
}

func (x *document) placeholderPath(t string) (string, bool) {
	var p string
	switch {
	case isWeb(t):
		var ok bool
		if p, ok = FileOfURL(x.r.snap.WebURL, x.r.snap.Branch, t); !ok {
			return "", false
		}
	case strings.HasPrefix(t, "/"):
		p = path.Clean(strings.TrimLeft(t, "/"))
	default:
		p = path.Join(path.Dir(x.origin.File), t)
	}
	return p, !outside(p)
}
