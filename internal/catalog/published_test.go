package catalog_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// What is exported is read back as what it was, as far as others can tell.
func TestPublishedIsReadBack(t *testing.T) {
	snap := repofs.Memory("pay", []string{"*.yaml"}, map[string]string{"a.yaml": `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: Pay, title: T, labels: {a: b}, annotations: {x/y: z}, tags: [t], links: [{url: "https://x.example", own: 1}], own: {k: v}}
spec: {type: service, lifecycle: l, owner: User:ann, dependsOn: [component:b, resource:other/c], deep: [1, {x: true}]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: g, namespace: other}
spec: {type: team, children: [], parent: top, members: [ann]}
`})
	es, err := catalog.Read(t.Context(), snap, snap.Read, diag.Discard)
	if err != nil || len(es) != 2 {
		t.Fatal(es, err)
	}
	c := catalog.Link(slices.Values(es), diag.Discard)
	var array, lines bytes.Buffer
	var all []catalog.Exported
	for _, e := range c.Entities() {
		all = append(all, c.Export(e))
		if err := json.NewEncoder(&lines).Encode(c.Export(e)); err != nil {
			t.Fatal(err)
		}
	}
	if err := json.NewEncoder(&array).Encode(all); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"json": array.String(), "ndjson": lines.String(), "pretty": "\n  " + array.String(),
		"portal": `{"version":1,"entities":` + array.String() + "}\n", "another order": "\n{ \"entities\" : " + array.String() + `, "version": 2}`,
		"more keys": `{"version":3,"other":{"x":[1]},"entities":` + array.String() + "}"} {
		got, err := catalog.ReadPublished(strings.NewReader(text))
		if err != nil || len(got) != 2 {
			t.Fatal(name, got, err)
		}
		again := catalog.Link(slices.Values(got), diag.Discard)
		for _, e := range c.Entities() {
			want, err := json.Marshal(c.Export(e))
			if err != nil {
				t.Fatal(err)
			}
			have, err := json.Marshal(again.Export(again.Get(e.Ref)))
			if err != nil || !bytes.Equal(have, want) {
				t.Errorf("%s: %s\nwant %s", name, have, want)
			}
		}
	}
}

func TestPublishedThatIsNone(t *testing.T) {
	good := `{"ref":"group:default/g","apiVersion":"v1","kind":"Group","namespace":"default","name":"g","metadata":{},"spec":{},"origin":{},"relations":[]}`
	for text, want := range map[string]string{
		"":                            "empty",
		"<html>":                      `begins with "<"`,
		strings.Repeat(" ", 5000):     "nothing but space",
		`[1]`:                         "entity 1",
		`[` + good + `,{}]`:           "entity 2",
		good + "\n{":                  "entity 2",
		`[` + good:                    "within the array",
		`{"kind":"Group"}`:            "not the reference",
		`[{"kind":"a b"}]`:            "not the reference",
		`{"kind":1}`:                  "entity 1",
		`[` + good + `] and more`:     "",
		`[]`:                          "",
		`{"version":1,"entities":[]}`: "",
		`{"version":1,"entities":[` + good + `,{}]}`: "entity 2",
		`{"version":1,"entities":[` + good:           "within the array",
		`{"version":1,"entities":{}}`:                "are no array",
		`{"version":1}`:                              "it has no entities",
		`{"version":`:                                "EOF",
		good:                                         "",
	} {
		_, err := catalog.ReadPublished(strings.NewReader(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

func FuzzPublished(f *testing.F) {
	f.Add([]byte(`[{"kind":"Group","namespace":"default","name":"g","metadata":{"links":[{"url":1}],"labels":{"a":1}},"spec":{"children":[1,"x"],"parent":{}}}]`))
	f.Add([]byte(`{"kind":"User","namespace":"default","name":"g","spec":{"memberOf":["a",":"]}}`))
	f.Add([]byte(`{"version":1,"x":{},"entities":[{"kind":"Group","namespace":"default","name":"g"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		es, err := catalog.ReadPublished(bytes.NewReader(text))
		if err != nil {
			return
		}
		c := catalog.Link(slices.Values(es), diag.Discard)
		for _, e := range c.Entities() {
			c.Export(e)
		}
	})
}

// Entities of an organisation's own kinds have the relations of the file that
// their specs name, and not those that others have to them.
func TestPublishedOwnKinds(t *testing.T) {
	m := catalog.NewModel([]catalog.Kind{{Name: "Product", Refs: []entity.RefField{
		{Key: "owner", Relation: entity.OwnedBy, DefaultKind: "Group"}, {Key: "parts.service", Relation: "sells", Inverse: "soldIn", DefaultKind: "Component"},
		{Key: "next", Relation: "replacedBy", Inverse: "replaces", DefaultKind: "Product"},
	}}})
	snap := repofs.Memory("shop", []string{"*.yaml"}, map[string]string{"a.yaml": `apiVersion: acme.example/v1
kind: Product
metadata: {name: shoes, namespace: shop}
spec: {owner: sales, price: low, next: boots, parts: [{service: default/till}, {service: component:gone}], note: till}
---
apiVersion: acme.example/v1
kind: Product
metadata: {name: boots, namespace: shop}
spec: {owner: "group:default/sales"}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till}
spec: {type: service, lifecycle: production, owner: sales, dependsOn: ["product:shop/boots"]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: sales, namespace: shop}
spec: {type: team, children: []}
`})
	es, err := m.Read(t.Context(), snap, snap.Read, diag.Discard)
	if err != nil || len(es) != 4 {
		t.Fatal(es, err)
	}
	exported := func(es []*entity.Entity) string {
		c := catalog.Link(slices.Values(es), diag.Discard)
		var out strings.Builder
		for _, e := range c.Entities() {
			if err := json.NewEncoder(&out).Encode(c.Export(e)); err != nil {
				t.Fatal(err)
			}
		}
		return out.String()
	}
	want := exported(es)
	got, err := catalog.ReadPublished(strings.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if again := exported(got); again != want {
		t.Errorf("%s\nwant %s", again, want)
	}
	for _, e := range got {
		var edges []string
		for _, g := range e.Edges {
			edges = append(edges, g.Field+" "+g.Type+" "+g.Target.String())
		}
		want := map[string]string{
			"shoes": "spec.owner ownedBy group:shop/sales, spec.next replacedBy product:shop/boots, spec.parts[0].service sells component:default/till, spec.parts[1].service sells component:shop/gone",
			"boots": "spec.owner ownedBy group:default/sales",
		}
		if got := strings.Join(edges, ", "); want[e.Name] != "" && got != want[e.Name] {
			t.Errorf("%s: %s, want %s", e.Name, got, want[e.Name])
		}
	}
}
