package catalog

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/schema"
)

// Kind is a kind that an organisation has beside those of the model.
type Kind struct {
	// Name is as files spell it.
	Name string
	// APIVersions are those that are taken; without any, all are.
	APIVersions []string
	// Schema checks the whole entity, after what all entities must be; nil checks
	// nothing more.
	Schema *schema.Schema
	// SchemaText is what Schema was made of.
	SchemaText []byte
	// Refs are the fields of the spec that hold references.
	Refs []entity.RefField
}

// Model is the kinds of a catalog: those of Backstage and an organisation's own.
// The zero value and nil have the former only. It may be used from several
// goroutines.
type Model struct {
	own []Kind
	sum digest.Sum
}

// NewModel makes a model with kinds of its own. Their names must differ from
// each other and from those of the model, also in lower case.
func NewModel(own []Kind) *Model {
	k := digest.New("model/1")
	for _, x := range own {
		k = k.String(x.Name).String(strings.Join(x.APIVersions, "\n")).String(string(x.SchemaText))
		for _, f := range x.Refs {
			k = k.String(f.Key).String(f.Relation).String(f.Inverse).String(f.DefaultKind)
		}
	}
	return &Model{own: own, sum: k.Sum()}
}

// Sum depends on everything that the model makes of a file, and nothing else.
func (m *Model) Sum() digest.Sum {
	if m == nil {
		return digest.Sum{}
	}
	return m.sum
}

// Kind is the kind of its own with a name, or nil.
func (m *Model) Kind(name string) *Kind {
	if m == nil {
		return nil
	}
	for i := range m.own {
		if m.own[i].Name == name {
			return &m.own[i]
		}
	}
	return nil
}

// Kinds are the names of all kinds, those of the model first.
func (m *Model) Kinds() []string {
	names := entity.Kinds()
	if m != nil {
		for _, k := range m.own {
			names = append(names, k.Name)
		}
	}
	return names
}

// ownKind checks an entity of an organisation's own kind.
func (x *document) ownKind(k *Kind) {
	version := str(x.value["apiVersion"])
	if len(k.APIVersions) > 0 && version != "" && !slices.Contains(k.APIVersions, version) {
		x.failAt([]any{"apiVersion"}, CodeSchema, fmt.Sprintf("apiVersion is %q; it must be %s", short(version), strings.Join(k.APIVersions, " or ")), "")
	}
	if k.Schema == nil {
		return
	}
	for _, p := range k.Schema.Validate(x.value) {
		x.problem(CodeSchema, p)
	}
}

// ownEdges reads the references of an organisation's own kind. A field that
// holds something else is the schema's to refuse; here it has no references.
func (x *document) ownEdges(e *entity.Entity, k *Kind) {
	for _, f := range k.Refs {
		walkField(e.Spec, strings.Split(f.Key, "."), []any{"spec"}, func(s string, at []any) {
			x.edge(e, f, s, at...)
		})
	}
	sortEdges(e.Edges)
}

// walkField calls each with the strings at a path of keys, in the order of the
// document.
func walkField(v any, keys []string, at []any, each func(string, []any)) {
	at = at[:len(at):len(at)]
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			walkField(item, keys, append(at, i), each)
		}
	case map[string]any:
		if len(keys) > 0 {
			if next, there := v[keys[0]]; there {
				walkField(next, keys[1:], append(at, keys[0]), each)
			}
		}
	case string:
		if len(keys) == 0 {
			each(v, at)
		}
	}
}
