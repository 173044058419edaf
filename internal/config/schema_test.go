package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/schema"
	"callboard/internal/yamldoc"
)

var update = flag.Bool("update", false, "rewrite callboard.schema.json")

// object is a JSON object whose keys stay in order.
type object []struct {
	key string
	val any
}

func (o *object) add(key string, val any) {
	*o = append(*o, struct {
		key string
		val any
	}{key, val})
}

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		k, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(m.val)
		if err != nil {
			return nil, err
		}
		b.Write(append(append(k, ':'), v...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// comments are the doc comments of the fields of the files that hold structs of
// the configuration, by "Type.Field".
func comments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{"config.go", "sources.go", "people.go", "audiences.go", "identity.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		addComments(t, f, out)
	}
	return out
}

func addComments(t *testing.T, f *ast.File, out map[string]string) {
	ast.Inspect(f, func(n ast.Node) bool {
		ts, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		for _, field := range ts.Type.(*ast.StructType).Fields.List {
			text := strings.Join(strings.Fields(field.Doc.Text()), " ")
			if text == "" {
				t.Errorf("%s.%s has no doc comment", ts.Name.Name, field.Names[0].Name)
			}
			out[ts.Name.Name+"."+field.Names[0].Name] = text
		}
		return false
	})
}

func describe(docs map[string]string, t reflect.Type, def reflect.Value) object {
	var props object
	required := []string{}
	var choices []any
	for i := range t.NumField() {
		f := t.Field(i)
		val := reflect.Zero(f.Type)
		if def.IsValid() {
			val = def.Field(i)
		}
		p := property(docs, f, val)
		doc := strings.Replace(docs[t.Name()+"."+f.Name], f.Name, f.Tag.Get("yaml"), 1)
		p = append(object{{"description", doc}}, p...)
		props.add(f.Tag.Get("yaml"), p)
		if f.Tag.Get("required") == "true" {
			required = append(required, f.Tag.Get("yaml"))
		}
		if f.Tag.Get("choice") == "true" {
			choices = append(choices, object{{"required", []string{f.Tag.Get("yaml")}}})
		}
	}
	o := object{{"type", "object"}, {"additionalProperties", false}}
	if len(required) > 0 {
		o.add("required", required)
	}
	if len(choices) > 0 {
		o.add("oneOf", choices)
	}
	o.add("properties", props)
	return o
}

func property(docs map[string]string, f reflect.StructField, def reflect.Value) (p object) {
	switch f.Type.Kind() {
	case reflect.Struct:
		p = describe(docs, f.Type, def)
		p[0].val = []string{"object", "null"}
		return p
	case reflect.Pointer:
		return describe(docs, f.Type.Elem(), reflect.Value{})
	case reflect.Int:
		least, most := Bounds(f.Tag)
		p = object{{"type", []string{"integer", "null"}}, {"minimum", least}, {"maximum", most}}
	case reflect.Map:
		p.add("type", []string{"object", "null"})
		entry := f
		entry.Type = f.Type.Elem()
		p.add("additionalProperties", property(docs, entry, reflect.Zero(entry.Type)))
	case reflect.Bool:
		p.add("type", []string{"boolean", "null"})
	case reflect.String:
		p = text(f.Tag)
	case reflect.Slice:
		p = sequence(docs, f)
	}
	switch tag := f.Tag.Get("default"); {
	case !def.IsZero():
		p.add("default", def.Interface())
	case tag == "":
	case f.Type.Kind() == reflect.Bool:
		p.add("default", tag == "true")
	default:
		p.add("default", tag)
	}
	return p
}

// sequence is a list, or with the tag "single" one entry of it.
func sequence(docs map[string]string, f reflect.StructField) (p object) {
	item := object{{"type", "string"}}
	if f.Type.Elem().Kind() == reflect.Struct {
		item = describe(docs, f.Type.Elem(), reflect.Value{})
	}
	list := object{{"type", []string{"array", "null"}}, {"items", item}}
	if f.Tag.Get("choice") == "true" || f.Tag.Get("required") == "true" {
		list[0].val = "array"
	}
	if f.Tag.Get("single") == "true" {
		return object{{"anyOf", []object{list, item}}}
	}
	return list
}

func text(tag reflect.StructTag) (p object) {
	if words := strings.Fields(tag.Get("oneof")); len(words) > 0 {
		all := []any{nil}
		for _, w := range words {
			all = append(all, w)
		}
		p.add("enum", append(all[1:], nil))
		return p
	}
	switch {
	case tag.Get("required") == "true" && tag.Get("form") == "id":
		p.add("type", []string{"string", "integer"})
	case tag.Get("required") == "true" || tag.Get("choice") == "true":
		p.add("type", "string")
		p.add("minLength", 1)
	case tag.Get("form") == "id":
		p.add("type", []string{"string", "integer", "null"})
	default:
		p.add("type", []string{"string", "null"})
	}
	if pattern := Pattern(tag.Get("form")); pattern != "" {
		p.add("pattern", "^$|"+pattern)
	}
	if tag.Get("secret") == "true" {
		p.add("pattern", VariablePattern)
	}
	return p
}

func TestSchemaIsUpToDate(t *testing.T) {
	o := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "callboard.yaml"},
		{"description", "The configuration of a callboard portal."},
	}
	o = append(o, describe(comments(t), reflect.TypeFor[Config](), reflect.ValueOf(*Default()))...)
	var want bytes.Buffer
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&want, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	want.WriteByte('\n')
	if *update {
		if err := os.WriteFile("callboard.schema.json", want.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(want.Bytes(), Schema()) {
		t.Fatal("callboard.schema.json does not match config.go; repair it with\n\tgo test ./internal/config -run Schema -update")
	}
}

// TestSchemaAgreesWithLoad holds the two readings of a configuration together:
// what an editor accepts by the schema, callboard takes, but for the forms that
// a schema cannot say.
func TestSchemaAgreesWithLoad(t *testing.T) {
	s, err := schema.Compile("callboard.schema.json", Schema())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		src string
		ok  bool
	}{
		{"title: x\n", true},
		{"{}\n", true},
		{"title:\nsources:\ntheme: {dir: }\n", true},
		{"sources: [{dir: a, repositories: many}]\n", true},
		{"title: 1\n", false},
		{"titel: x\n", false},
		{"sources: [{repositories: many}]\n", false},
		{"sources: [{dir: a, repositories: lots}]\n", false},
		{"sources: [null]\n", false},
		{"sources: [{dir: a, github: {organization: b}}]\n", false},
		{"sources: [{github: {organization: a, user: b}}]\n", false},
		{"sources: [{github: {host: a.example}}]\n", false},
		{"sources: [{github: {organization: a, token: ghp_1}}]\n", false},
		{"sources: [{github: {organization: a, token: \"${T}\", catalogPath: a.yaml}}]\n", true},
		{"sources: [{github: {organization: a, app: {id: 3, privateKeyFile: key.pem}}}]\n", true},
		{"sources: [{github: {organization: a, catalogPath: [a.yaml, b.yaml], filters: {visibility: [public]}}}]\n", true},
		{"sources: [{git: {url: https://git.acme.example/a.git}}, {gitlab: {}}]\n", true},
		{"sources: [{gitea: {organization: a}}]\n", false},
		{"sources: [{people: {ldap: {url: ldaps://a.example, users: {base: o=a}, groups: [{base: o=b}]}}}]\n", true},
		{"sources: [{people: {}}]\n", false},
		{"crawl: {reserve: 20, facts: false}\ninclude: app-config.yaml\n", true},
		{"crawl: {reserve: 99}\n", false},
		{"crawl: {concurrency: many}\n", false},
		{"theme: {brand: red}\n", false},
		{"docs: {auto: maybe}\n", false},
		{"catalog: {files: [1]}\n", false},
		{"staleAfter: soon\n", false},
		{"theme: {nav: [{title: x}]}\n", false},
		{"lint: {rules: {ref-dangling: off, x: }, types: {Component: [a]}, lifecycles: [a]}\n", true},
		{"lint: {rules: {ref-dangling: loud}}\n", false},
		{"lint: {rules: [a]}\n", false},
		{"lint: {types: {Component: a}}\n", false},
	} {
		doc := yamldoc.One([]byte(c.src), diag.Pos{}, diag.Discard)
		var l diag.List
		Load([]byte(c.src), diag.Pos{File: "callboard.yaml"}, &l)
		if problems := s.Validate(doc.Value); (len(problems) == 0) != c.ok {
			t.Errorf("%q: the schema says %v", c.src, problems)
		}
		if ds := l.All(); (len(ds) == 0) != c.ok {
			t.Errorf("%q: Load says %v", c.src, ds)
		}
	}
}
