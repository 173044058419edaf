// Package schema is the gate for JSON Schema: it checks documents against
// schemas and says what is wrong in words, with the path of each problem, in an
// order that does not change from run to run.
package schema

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

//go:embed kinds/*.json
var kindFiles embed.FS

const base = "https://callboard.example/schema/"

// Set holds the schemas of the built-in kinds, compiled. It may be used from
// several goroutines.
type Set struct {
	kinds    map[string]*jsonschema.Schema
	envelope *jsonschema.Schema
}

// Kinds compiles the embedded schemas of the nine kinds (Backstage,
// packages/catalog-model/src/schema).
func Kinds() (*Set, error) {
	c := newCompiler()
	names, err := fs.Glob(kindFiles, "kinds/*.json")
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		b, err := kindFiles.ReadFile(n)
		if err != nil {
			return nil, err
		}
		if err := c.AddResource(base+strings.TrimPrefix(n, "kinds/"), bytes.NewReader(b)); err != nil {
			return nil, fmt.Errorf("schema %s: %w", n, err)
		}
	}
	s := &Set{kinds: map[string]*jsonschema.Schema{}}
	for _, kind := range []string{"Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"} {
		if s.kinds[kind], err = c.Compile(base + strings.ToLower(kind) + ".json"); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", kind, err)
		}
	}
	s.envelope, err = c.Compile(base + "entity.json")
	return s, err
}

// Source is the text of the schema of a kind, for editors.
func Source(kind string) ([]byte, error) {
	return kindFiles.ReadFile("kinds/" + strings.ToLower(kind) + ".json")
}

// newCompiler makes a compiler that opens nothing: the library's own would
// follow a $ref to a file or an address.
func newCompiler() *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.LoadURL = func(s string) (io.ReadCloser, error) {
		return nil, fmt.Errorf("schema %s is not known, and nothing is loaded", s)
	}
	return c
}

// Known tells whether a kind is built in. Kinds are compared with their case.
func (s *Set) Known(kind string) bool { return s.kinds[kind] != nil }

// Kind checks an entity against the schema of its kind, which must be known.
func (s *Set) Kind(kind string, v any) []Problem { return problems(s.kinds[kind], v) }

// Envelope checks what all kinds have in common.
func (s *Set) Envelope(v any) []Problem { return problems(s.envelope, v) }

// Schema is one compiled schema.
type Schema struct{ s *jsonschema.Schema }

// Compile compiles a schema given as JSON text.
func Compile(name string, text []byte) (*Schema, error) {
	c := newCompiler()
	if err := c.AddResource(name, bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	s, err := c.Compile(name)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return &Schema{s}, nil
}

// Validate checks a JSON value.
func (s *Schema) Validate(v any) []Problem { return problems(s.s, v) }

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

// maxProblems bounds what is said of one value.
const maxProblems = 100

func problems(s *jsonschema.Schema, v any) []Problem {
	err := s.Validate(v)
	if err == nil {
		return nil
	}
	ve, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return []Problem{{Keyword: "invalid", Message: "cannot be checked: " + err.Error()}}
	}
	var out []Problem
	collect(ve, v, &out)
	slices.SortFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Where(), b.Where()), cmp.Compare(a.Keyword, b.Keyword), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(out, func(a, b Problem) bool { return a.Where() == b.Where() && a.Message == b.Message })
}

// collect takes the leaves of an error: the causes in between only say that
// something below is wrong.
func collect(e *jsonschema.ValidationError, v any, out *[]Problem) {
	if len(*out) >= maxProblems {
		return
	}
	if len(e.Causes) > 0 && !strings.HasSuffix(e.KeywordLocation, "/oneOf") && !strings.HasSuffix(e.KeywordLocation, "/anyOf") {
		for _, c := range e.Causes {
			collect(c, v, out)
		}
		return
	}
	path := pathOf(e.InstanceLocation, v)
	keyword := e.KeywordLocation[strings.LastIndexByte(e.KeywordLocation, '/')+1:]
	if keyword == "required" {
		for _, k := range quoted.FindAllStringSubmatch(e.Message, -1) {
			p := append(slices.Clone(path), k[1])
			*out = append(*out, Problem{Path: path, Keyword: keyword, Missing: k[1], Message: PathString(p) + " is missing"})
		}
		return
	}
	*out = append(*out, Problem{Path: path, Keyword: keyword, Message: message(keyword, PathString(path), e.Message, at(v, path))})
}

var quoted = regexp.MustCompile(`'([^']*)'`)

// pathOf turns a JSON pointer into a path. Whether a step is a key or an index
// is seen from the value.
func pathOf(pointer string, v any) []any {
	var path []any
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
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

func message(keyword, where, raw string, v any) string {
	if where == "" {
		where = "the document"
	}
	switch keyword {
	case "type":
		want, _, _ := strings.Cut(strings.TrimPrefix(raw, "expected "), ", but got")
		return fmt.Sprintf("%s must be %s, not %s", where, article(strings.ReplaceAll(want, " or ", " or ")), article(typeName(v)))
	case "minLength":
		return where + " must not be empty"
	case "enum":
		return fmt.Sprintf("%s is %s; it must be %s", where, short(v), strings.TrimPrefix(raw, "value must be "))
	case "oneOf", "anyOf":
		return where + " has none of the forms that are allowed here"
	case "additionalProperties":
		return fmt.Sprintf("%s: %s", where, raw)
	}
	return fmt.Sprintf("%s: %s", where, raw)
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

func article(s string) string {
	switch s = strings.NewReplacer("object", "mapping", "array", "list").Replace(s); {
	case s == "null":
		return "empty"
	case strings.HasPrefix(s, "integer"):
		return "an " + s
	}
	return "a " + s
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
