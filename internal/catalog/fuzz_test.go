package catalog_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// FuzzModel holds, of a catalog with a kind of its own, that no file makes
// reading and linking panic; that each finding has a place in a file; that
// entities are what their formats say and survive their encoding; and that every
// relation has its way back.
func FuzzModel(f *testing.F) {
	for _, s := range []string{
		systemX, systemX + "---\n" + systemX, locationOf("targets: [./*.yaml, ./t.yaml, '../x', 'https://github.com/a/b/blob/main/t.yaml']"), api("{$text: ./t.yaml}"), api("{$yaml: ./t.yaml}"), api("{$json: /t.yaml}"),
		strings.Replace(systemX, "name: x", "name: '${{ x }}'", 1), "{{ x }}", "- a", "null", "apiVersion: acme.example/v1\nkind: Product\nmetadata: {name: x}\nspec: {parts: [{service: [a, b:c]}]}\n",
		head + "kind: Component\nmetadata:\n  name: x\n  annotations:\n  labels: {a: b}\n  links: [{url: 'http://[::1]'}]\nspec: {type: 1, lifecycle: l, owner: a/b/c, dependencyOf: {kind: a, name: b}, dependsOn: [':']}\n",
	} {
		f.Add(s, systemY)
	}
	model := catalog.NewModel([]catalog.Kind{{Name: "Product", APIVersions: []string{"acme.example/v1"}, Refs: []entity.RefField{{Key: "parts.service", Relation: "sells", Inverse: "soldIn", DefaultKind: "Component"}}}})
	f.Fuzz(func(t *testing.T, text, target string) {
		snap := repofs.Memory("r", []string{"c.yaml"}, map[string]string{"c.yaml": text, "t.yaml": target})
		snap.WebURL, snap.Branch = "https://github.com/a/b", "main"
		var sink diag.List
		es, err := model.Read(t.Context(), snap, snap.Read, &sink)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range sink.All() {
			if d.Pos.File == "" || d.Pos.Line < 1 || d.Pos.Col < 1 || d.Message == "" || d.Code == "" {
				t.Fatalf("a finding without a place: %+v", d)
			}
		}
		c := catalog.Link(slices.Values(es), &sink)
		for _, e := range c.Entities() {
			if entity.CheckName(e.Name)+entity.CheckNamespace(e.Namespace)+entity.CheckKind(e.Kind) != "" {
				t.Fatalf("%+v was taken", e)
			}
			if _, err := json.Marshal(c.ExportAt(e, snap.WebURL, snap.Branch)); err != nil {
				t.Fatal(err)
			}
			for _, r := range c.Relations(e.Ref) {
				back := slices.ContainsFunc(c.Relations(r.Target), func(x catalog.Relation) bool { return x.Target == e.Ref })
				if !back {
					t.Fatalf("%s %s %s has no way back", e.Ref, r.Type, r.Target)
				}
			}
		}
	})
}
