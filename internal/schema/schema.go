// Package schema is the gate for JSON Schema: it checks documents against
// schemas and says what is wrong in words, with the path of each problem, in an
// order that does not change from run to run. It opens no file and no address.
package schema

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"callboard/internal/entity"
)

//go:embed kinds/*.json
var kindFiles embed.FS

const base = "https://callboard.example/schema/"

// Set holds the schemas of the built-in kinds, compiled. It may be used from
// several goroutines.
type Set struct {
	kinds            map[string]*jsonschema.Schema
	envelope, entity *jsonschema.Schema
	quick            map[*jsonschema.Schema]*quick
}

// Kinds compiles the embedded schemas of the nine kinds (Backstage,
// packages/catalog-model/src/schema, in words of our own).
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
	for _, kind := range entity.Kinds() {
		if s.kinds[kind], err = c.Compile(base + strings.ToLower(kind) + ".json"); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", kind, err)
		}
	}
	if s.envelope, err = c.Compile(base + "envelope.json"); err != nil {
		return nil, fmt.Errorf("schema of the envelope: %w", err)
	}
	if s.entity, err = c.Compile(base + "entity.json"); err != nil {
		return nil, fmt.Errorf("schema of an entity: %w", err)
	}
	s.quick = map[*jsonschema.Schema]*quick{}
	for _, k := range entity.Kinds() {
		newQuick(s.kinds[k], s.quick)
	}
	newQuick(s.envelope, s.quick)
	newQuick(s.entity, s.quick)
	return s, nil
}

// problems is what is wrong with a value, which most values cost little to be
// told that it is nothing.
func (s *Set) problems(of *jsonschema.Schema, v any) []Problem {
	if s.quick[of].accepts(v, 0) {
		return nil
	}
	return problems(of, v)
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

// Envelope checks what makes a document an entity at all: apiVersion, kind, and
// a metadata with a name. Backstage checks it before anything else.
func (s *Set) Envelope(v any) []Problem { return s.problems(s.envelope, v) }

// Entity checks what all kinds have in common.
func (s *Set) Entity(v any) []Problem { return s.problems(s.entity, v) }

// Kind checks an entity against the schema of its kind, which must be known. It
// includes what Entity checks.
func (s *Set) Kind(kind string, v any) []Problem { return s.problems(s.kinds[kind], v) }

// CompileKind compiles the schema of an organisation's own kind, given as JSON
// text. As in Backstage, "$ref": "Entity" stands for what all entities have in
// common, EntityMeta for their metadata and EntityEnvelope for the least that
// makes a document an entity; any other $ref must lead into the text itself.
func CompileKind(name string, text []byte) (*Schema, error) {
	c := newCompiler()
	c.LoadURL = func(s string) (io.ReadCloser, error) {
		if file := commonFile(s); file != "" {
			return kindFiles.Open(file)
		}
		return nil, fmt.Errorf("schema %s is not known, and nothing is loaded", s)
	}
	s, err := compile(c, base+"own/"+name, text)
	if ve, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		var leaves []*jsonschema.ValidationError
		collect(ve, &leaves)
		slices.SortFunc(leaves, compareLeaves)
		return nil, fmt.Errorf("at %s: %s", cmp.Or(leaves[0].InstanceLocation, "its top"), leaves[0].Message)
	}
	return s, err
}

// commonFile is the embedded file of a schema that all kinds share.
func commonFile(address string) string {
	switch strings.TrimSuffix(path.Base(address), "#") {
	case "Entity", "entity.json":
		return "kinds/entity.json"
	case "EntityMeta", "metadata.json":
		return "kinds/metadata.json"
	case "EntityEnvelope", "envelope.json":
		return "kinds/envelope.json"
	}
	return ""
}

// Schema is one compiled schema. It may be used from several goroutines.
type Schema struct{ s *jsonschema.Schema }

// Compile compiles a schema given as JSON text. Any $ref must lead into the
// text itself.
func Compile(name string, text []byte) (*Schema, error) {
	return compile(newCompiler(), name, text)
}

func compile(c *jsonschema.Compiler, name string, text []byte) (*Schema, error) {
	if err := c.AddResource(name, bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	s, err := c.Compile(name)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return &Schema{s}, nil
}

// Validate checks a JSON value, as yamldoc and encoding/json give it.
func (s *Schema) Validate(v any) []Problem { return problems(s.s, v) }
