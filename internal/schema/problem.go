package schema

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"callboard/internal/lazyregexp"
)

// Problem is one thing wrong with a value. Path leads to it: keys are strings,
// indices ints. Keyword is the schema's word that was broken, such as
// "required" or "type".
type Problem struct {
	Path    []any
	Keyword string
	Message string
	// Missing is the key that is not there, for the keyword "required".
	Missing string
}

// Where is the path in the form "spec.dependsOn[2]".
func (p Problem) Where() string { return PathString(p.Path) }

// PathString writes a path in the form "spec.dependsOn[2]".
func PathString(path []any) string {
	var b strings.Builder
	for _, x := range path {
		switch x := x.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", x)
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(x)
		}
	}
	return b.String()
}

// MaxProblems bounds what is said of one value.
const MaxProblems = 100

func problems(s *jsonschema.Schema, v any) []Problem {
	err := validate(s, v)
	if err == nil {
		return nil
	}
	ve, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return []Problem{{Keyword: "invalid", Message: "cannot be checked: " + err.Error()}}
	}
	var leaves []*jsonschema.ValidationError
	collect(ve, &leaves)
	// The library ranges over maps: its leaves come in another order each time,
	// so they are put in order before they are cut.
	slices.SortFunc(leaves, compareLeaves)
	return say(leaves, v)
}

func compareLeaves(a, b *jsonschema.ValidationError) int {
	return cmp.Or(naturally(a.InstanceLocation, b.InstanceLocation), cmp.Compare(a.KeywordLocation, b.KeywordLocation), cmp.Compare(a.Message, b.Message))
}

// validate runs the library, which cannot take a number that JSON has no form
// for and panics on it.
func validate(s *jsonschema.Schema, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("it holds a number that is not finite")
			if finite(v) {
				err = fmt.Errorf("%v", r)
			}
		}
	}()
	return s.Validate(v)
}

func finite(v any) bool {
	switch v := v.(type) {
	case float64:
		return !math.IsNaN(v) && !math.IsInf(v, 0)
	case []any:
		return !slices.ContainsFunc(v, func(x any) bool { return !finite(x) })
	case map[string]any:
		for _, x := range v {
			if !finite(x) {
				return false
			}
		}
	}
	return true
}

// naturally compares pointers so that item 2 comes before item 10.
func naturally(a, b string) int {
	for a != "" && b != "" {
		x, restA, _ := strings.Cut(a, "/")
		y, restB, _ := strings.Cut(b, "/")
		switch {
		case x == y:
		case isIndex(x) && isIndex(y):
			return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
		default:
			return cmp.Compare(x, y)
		}
		a, b = restA, restB
	}
	return cmp.Compare(len(a), len(b))
}

func isIndex(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// collect takes the leaves of an error: the causes in between only say that
// something below is wrong.
func collect(e *jsonschema.ValidationError, out *[]*jsonschema.ValidationError) {
	causes := e.Causes
	if k := keywordOf(e); k == "oneOf" || k == "anyOf" {
		causes = likely(e)
	}
	if len(causes) == 0 {
		*out = append(*out, e)
		return
	}
	for _, c := range causes {
		collect(c, out)
	}
}

// likely is the one branch of a oneOf or anyOf that the value was meant for: the
// only one that does not refuse its type. Nil if there is none or several.
func likely(e *jsonschema.ValidationError) (branch []*jsonschema.ValidationError) {
	for _, c := range e.Causes {
		var leaves []*jsonschema.ValidationError
		collect(c, &leaves)
		if slices.ContainsFunc(leaves, func(l *jsonschema.ValidationError) bool {
			return l.InstanceLocation == e.InstanceLocation && keywordOf(l) == "type"
		}) {
			continue
		}
		if branch != nil {
			return nil
		}
		branch = []*jsonschema.ValidationError{c}
	}
	return branch
}

func keywordOf(e *jsonschema.ValidationError) string {
	return e.KeywordLocation[strings.LastIndexByte(e.KeywordLocation, '/')+1:]
}

// say puts leaves into words, each thing once.
func say(leaves []*jsonschema.ValidationError, v any) []Problem {
	var out []Problem
	said := map[string]bool{}
	for _, e := range leaves {
		path := pathOf(e.InstanceLocation, v)
		for _, p := range words(keywordOf(e), path, e.Message, v) {
			if key := p.Where() + "\x00" + p.Message; !said[key] && len(out) < MaxProblems {
				said[key] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// The library names keys in single quotes, escaped as in Go.
var quotedKey = lazyregexp.New(`'((?:[^'\\]|\\.)*)'`)

func keysIn(message string) []string {
	var keys []string
	for _, m := range quotedKey.FindAllStringSubmatch(message, -1) {
		k := strings.NewReplacer(`\'`, `'`, `"`, `\"`).Replace(m[1])
		if u, err := strconv.Unquote(`"` + k + `"`); err == nil {
			k = u
		}
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func words(keyword string, path []any, raw string, v any) []Problem {
	var out []Problem
	switch keyword {
	case "required":
		for _, k := range keysIn(raw) {
			where := PathString(append(slices.Clone(path), k))
			out = append(out, Problem{Path: path, Keyword: keyword, Missing: k, Message: where + " is missing"})
		}
	case "additionalProperties", "unevaluatedProperties":
		for _, k := range keysIn(raw) {
			at := append(slices.Clone(path), k)
			out = append(out, Problem{Path: at, Keyword: keyword, Message: PathString(at) + " is not known here"})
		}
	}
	if len(out) > 0 {
		return out
	}
	return []Problem{{Path: path, Keyword: keyword, Message: message(keyword, PathString(path), raw, at(v, path))}}
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// pathOf turns a JSON pointer into a path. Whether a step is a key or an index
// is seen from the value.
func pathOf(pointer string, v any) []any {
	if pointer == "" {
		return nil
	}
	var path []any
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if s, err := url.PathUnescape(step); err == nil { // the library escapes keys as if in a URL, too
			step = s
		}
		step = unescape.Replace(step)
		if list, ok := v.([]any); ok {
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(list) {
				path, v = append(path, i), list[i]
				continue
			}
		}
		m, _ := v.(map[string]any)
		path, v = append(path, step), m[step]
	}
	return path
}

func at(v any, path []any) any {
	for _, p := range path {
		switch p := p.(type) {
		case int:
			v = v.([]any)[p]
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		}
	}
	return v
}
