package schema

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/corpustest"
	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

var product = OwnKind{Kind: "Product", Title: "Product", APIVersions: []string{"acme.example/v1"}, Text: []byte(`{
	"$schema": "http://json-schema.org/draft-07/schema", "$id": "Product", "definitions": {"price": {"type": "string", "minLength": 1}},
	"allOf": [{"$ref": "Entity"}, {"type": "object", "required": ["spec"], "properties": {"metadata": {"$ref": "EntityMeta"}, "spec": {"type": "object", "required": ["price"],
		"properties": {"price": {"$ref": "#/definitions/price"}}}}}]}`)}

var editor = Editor{Own: []OwnKind{product, {Kind: "Metric", Title: "Metric"}},
	Annotations: []Suggestion{{Key: "github.com/project-slug", Description: "Owner/name."}, {Key: "old", Deprecated: true}}, Icons: []string{"docs"}}

// editorSchemas compiles every schema that editors get: by kind, "" for all.
func editorSchemas(t *testing.T) map[string]*Schema {
	t.Helper()
	out := map[string]*Schema{}
	for _, k := range append([]string{""}, editor.Kinds()...) {
		text, err := editor.All()
		if k != "" {
			text, err = editor.Kind(k)
		}
		if err != nil {
			t.Fatal(k, err)
		}
		if out[k], err = Compile("editor"+k+".json", text); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestEditorSchemas(t *testing.T) {
	all := editorSchemas(t)
	const head = "apiVersion: backstage.io/v1alpha1\nkind: "
	for _, c := range []struct {
		in   string
		good bool
	}{
		{head + "System\nmetadata: {name: x}\nspec: {owner: o}", true},
		{head + "System\nmetadata: {name: x}\nspec: {}", false},
		{head + "System\nmetadata: {name: x}\nspec: {$yaml: ./spec.yaml}", true},
		{head + "System\nmetadata: {name: x}\nspec: {owner: {$text: ./o}}", true},
		{head + "System\nmetadata: {name: x}\nspec: {owner: {$text: ./o, b: c}}", false},
		{head + "System\nmetadata: {name: x}\nspec: {owner: 3}", false},
		{head + "System\nmetadata: {name: -x}\nspec: {owner: o}", false},
		{head + "System\nmetadata: {name: x, namespace: X}\nspec: {owner: o}", false},
		{head + "System\nmetadata: {name: x, tags: [Go]}\nspec: {owner: o}", false},
		{head + "System\nmetadata: {name: x, tags: [{$text: ./t}]}\nspec: {owner: o}", true},
		{head + "System\nmetadata: {name: x, tags: {$yaml: ./t}}\nspec: {owner: o}", true},
		{head + "System\nmetadata: {name: x, labels: {a b: c}}\nspec: {owner: o}", false},
		{head + "System\nmetadata: {name: x, labels: {a: c d}}\nspec: {owner: o}", false},
		{head + "System\nmetadata: {name: x, labels: {$json: ./l}}\nspec: {owner: o}", true},
		{head + "System\nmetadata: {name: x, annotations: }\nspec: {owner: o}", true},
		{head + "System\nmetadata: {name: x, annotations: {a: 1}}\nspec: {owner: o}", false},
		{head + "System\nmetadata: {name: x, annotations: {github.com/project-slug: 1}}\nspec: {owner: o}", false},
		{head + "System\nmetadata: {name: x, annotations: {backstage.io/managed-by-location: 1}}\nspec: {owner: o}", true},
		{head + "System\nmetadata: {name: x}\nspec: {owner: o}\nextra: 1", false},
		{head + "system\nmetadata: {name: x}\nspec: {owner: o}", false},
		{head + "Group\nmetadata: {name: x}\nspec: {type: team}", false},
		{head + "Location\nmetadata: {name: x}\nspec: {presence: never}", false},
		{head + "Location\nmetadata: {name: x}\nspec: {presence: {$text: ./p}}", true},
		{head + "Product\nmetadata: {name: x}\nspec: {price: x}", false}, // another apiVersion
		{"apiVersion: acme.example/v1\nkind: Product\nmetadata: {name: x}\nspec: {price: x}", true},
		{"apiVersion: acme.example/v1\nkind: Product\nmetadata: {name: x}\nspec: {}", false},
		{"apiVersion: any\nkind: Metric\nmetadata: {name: x}", true},
	} {
		v := yamldoc.One([]byte(c.in), diag.Pos{}, diag.Discard).Value
		kind, _ := v.(map[string]any)["kind"].(string)
		for _, k := range []string{"", kind} {
			s := all[k]
			if s == nil {
				continue
			}
			if ps := s.Validate(v); (len(ps) == 0) != c.good {
				t.Errorf("schema of %q: %s\n%v", k, c.in, ps)
			}
		}
	}
}

// What the real validator accepts, no schema may refuse.
func TestEditorSchemasOnCorpus(t *testing.T) {
	all := editorSchemas(t)
	n, seen, refused, wrong := 0, 0, 0, 0
	judge := func(name, text string, docs []verdictOf) {
		byDoc := map[int]*yamldoc.Doc{}
		for _, d := range yamldoc.Parse([]byte(text), diag.Pos{File: name}, diag.Discard) {
			byDoc[d.Index] = d
		}
		for _, v := range docs {
			d := byDoc[v.Doc]
			if d == nil || d.Invalid || d.Value == nil {
				continue
			}
			m, _ := d.Value.(map[string]any)
			kind, _ := m["kind"].(string)
			ps := all[""].Validate(d.Value)
			if own := all[kind]; own != nil {
				ps = append(ps, own.Validate(d.Value)...)
			}
			switch v.Verdict {
			case "accept":
				if n++; len(ps) > 0 {
					wrong++
					t.Errorf("%s doc %d is accepted, but a schema says %v", name, v.Doc, ps[0].Message)
				}
			case "reject":
				if seen++; len(ps) > 0 {
					refused++
				}
			}
		}
	}
	corpus(t, judge)
	t.Logf("%d accepted documents, %d of them refused; of %d documents refused for other reasons than YAML, %d are refused", n, wrong, seen, refused)
	if refused < seen*8/10 {
		t.Errorf("the schemas find %d of %d faulty documents only", refused, seen)
	}
}

type verdictOf struct {
	File    string `json:"file"`
	Doc     int    `json:"doc_index"`
	Verdict string `json:"verdict"`
}

func corpus(t *testing.T, judge func(name, text string, docs []verdictOf)) {
	t.Helper()
	dir := corpustest.Path(t, "catalog")
	raw, err := os.ReadFile(filepath.Join(dir, "verdicts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vs []verdictOf
	if err := json.Unmarshal(raw, &vs); err != nil {
		t.Fatal(err)
	}
	byFile := map[string][]verdictOf{}
	for _, v := range vs {
		byFile[v.File] = append(byFile[v.File], v)
	}
	for file, docs := range byFile {
		text, err := os.ReadFile(filepath.Join(dir, "corpus", filepath.FromSlash(file)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // not every file is in every part of the corpus
		}
		if err != nil {
			t.Fatal(err)
		}
		judge(file, string(text), docs)
	}
	raw, err = os.ReadFile(filepath.Join(dir, "mutations", "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c struct {
			ID   string `json:"id"`
			YAML string
			Docs []verdictOf
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		judge(c.ID, c.YAML, c.Docs)
	}
}

func TestEditorSchemasAreTheSameEachTime(t *testing.T) {
	a, err := editor.All()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if b, err := editor.All(); err != nil || !bytes.Equal(a, b) {
			t.Fatal("the schema differs from time to time", err)
		}
	}
	if !strings.Contains(string(a), `"deprecated": true`) || !strings.Contains(string(a), `"examples"`) {
		t.Error("suggestions are missing")
	}
}
