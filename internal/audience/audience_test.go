package audience_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"callboard/internal/audience"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/facts"
	"callboard/internal/repofs"
)

// rules compiles the audiences of a configuration that must be sound.
func rules(t *testing.T, text string) *audience.Rules {
	t.Helper()
	var found diag.List
	r := audience.Compile(config.Load([]byte("audiences:\n"+text), diag.Pos{File: "callboard.yaml"}, &found), &found)
	if len(found.All()) > 0 {
		t.Fatal(found.All())
	}
	return r
}

const three = "  portals: [{name: guests, anyone: true}, {name: staff, groups: s}, {name: guards, groups: g}]\n"

// link makes a catalog of documents, of which each is in a repository of its own.
func link(t *testing.T, docs ...string) *catalog.Catalog {
	t.Helper()
	var es []*entity.Entity
	for i, text := range docs {
		snap := repofs.Memory(fmt.Sprintf("repo-%d", i), []string{"catalog-info.yaml"}, map[string]string{"catalog-info.yaml": text})
		var found diag.List
		read, err := new(catalog.Model).Read(t.Context(), snap, snap.Read, &found)
		if err != nil || len(read) == 0 {
			t.Fatal(err, found.All(), text)
		}
		es = append(es, read...)
	}
	return catalog.Link(slices.Values(es), diag.Discard)
}

func component(name, more string) string {
	return "{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: " + name + "}, spec: {type: service, lifecycle: production, owner: team" + more + "}}"
}

func system(name, domain string) string {
	if domain != "" {
		domain = ", domain: " + domain
	}
	return "{apiVersion: backstage.io/v1alpha1, kind: System, metadata: {name: " + name + "}, spec: {owner: team" + domain + "}}"
}

const vault = "{apiVersion: backstage.io/v1alpha1, kind: Domain, metadata: {name: vault}, spec: {owner: guards}}"

// seen tells who sees what, by name.
func seen(t *testing.T, r *audience.Rules, c *catalog.Catalog) map[string]string {
	t.Helper()
	var found diag.List
	v, err := r.Judge(t.Context(), c, &found)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range c.Entities() {
		var who []string
		for _, a := range r.Names() {
			if v.Seen(e.Ref, a) {
				who = append(who, a)
			}
		}
		out[e.Name] = strings.Join(who, " ")
	}
	for _, d := range found.All() {
		out["!"+string(d.Code)] += d.Message
	}
	return out
}

func TestWhoSees(t *testing.T) {
	all, staff, guards := "guests staff guards", "staff guards", "guards"
	c := link(t, vault, system("safe", "vault"), component("door", ", system: safe"), component("hinge", ", subcomponentOf: door"),
		component("lost", ", system: nowhere"), component("shop", ""))
	for text, want := range map[string]map[string]string{
		"  rules: [{name: r, to: guards, within: ['domain:vault']}]":                                                      {"vault": guards, "safe": guards, "door": guards, "hinge": guards, "lost": guards, "shop": all},
		"  rules: [{name: r, to: staff, within: ['system:safe', 'component:shop']}]":                                      {"vault": all, "door": staff, "hinge": staff, "lost": staff, "shop": staff},
		"  otherwise: staff\n  rules: [{name: r, to: guests, kinds: [domain]}]":                                           {"vault": all, "shop": staff},
		"  rules: [{name: r, to: staff, kinds: [Component]}, {name: q, to: guards, where: '.metadata.name == \"shop\"'}]": {"shop": guards, "door": staff, "vault": all},
		"  rules: [{name: r, to: guards, owners: [guards]}]":                                                              {"vault": guards, "door": all},
		"  rules: [{name: r, to: guards, repositories: 'repo-[05]', namespaces: default}]":                                {"vault": guards, "shop": guards, "door": all},
		"  rules: [{name: r, to: guards, where: '$repository == \"repo-5\" and $file == \"catalog-info.yaml\"'}]":         {"shop": guards, "door": all},
		"  rules: [{name: r, to: guards, where: '.relations | any(.type == \"partOf\")'}]":                                {"safe": guards, "door": guards, "shop": all},
		"  rules: [{name: r, to: guards, where: '.metadata.name + 1 == 0', kinds: System}]":                               {"safe": "", "door": all, "!audience-expression": "nobody is shown system:default/safe: where of the rule \"r\" cannot be run: cannot add: string (\"safe\") and number (1)"},
		"  rules: [{name: r, to: guards, tags: none}]":                                                                    {"shop": all, "!audience-rule-unmet": "the rule \"r\" is about nothing: no entity meets its conditions"},
		"  rules: [{name: r, to: guards, docs: '**'}, {name: q, to: guards, facts: stars}]":                               {"shop": all, "vault": all},
		"  rules: [{name: r, to: [guests, guards]}]":                                                                      {"shop": all},
	} {
		got := seen(t, rules(t, three+text), c)
		for name, who := range want {
			if got[name] != who {
				t.Errorf("%s\n%s is seen by %q, not by %q", text, name, got[name], who)
			}
		}
	}
	apart := rules(t, "  portals: [{name: hr, groups: h, includes: []}, {name: ops, groups: o, includes: []}, {name: chief, groups: c, includes: [ops]}]\n  rules: [{name: r, to: hr, kinds: Domain}, {name: q, to: ops, kinds: System}]")
	if got := seen(t, apart, c); got["vault"] != "hr" || got["safe"] != "ops chief" || got["shop"] != "hr ops chief" {
		t.Error(got)
	}
}

func TestWhole(t *testing.T) {
	r := rules(t, three+"  rules: [{name: r, to: staff, kinds: Domain}]")
	for name, want := range map[string]bool{"guests": false, "staff": true, "guards": true, "nobody": false} {
		if r.Whole(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	if got := r.Below("staff"); !slices.Equal(got, []string{"guests"}) {
		t.Error(got)
	}
	if otherwise := rules(t, three+"  otherwise: guards"); otherwise.Whole("staff") || !otherwise.Whole("guards") {
		t.Error("what no rule is about is not seen by staff")
	}
	if (*audience.Rules)(nil).Names() != nil {
		t.Error("no audiences have names")
	}
}

// TestReferencesGo, in every form in which they are written, and nothing else does.
func TestReferencesGo(t *testing.T) {
	c := link(t, component("door", ""), component("till", ""), `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  annotations: {a.example/x: "Component:Default/Door", a.example/y: "component:till", a.example/z: "github:acme/door", a.example/w: "component:default/unknown"}
  links: [{url: "https://acme.example/", title: "component:door"}, {url: "https://acme.example/door", title: Doors}]
spec:
  type: service
  lifecycle: production
  owner: team
  dependsOn: [component:till, component:default/door, "component:DOOR", resource:gone]
  dependencyOf: [component:door]
  more: {list: ["component:door", plain, "component:till"], only: {it: "component:door"}, "component:door": 1, n: 3}
`)
	v, err := rules(t, three+"  rules: [{name: r, to: guards, where: '.metadata.name == \"door\"'}]").Judge(t.Context(), c, diag.Discard)
	if err != nil {
		t.Fatal(err)
	}
	shop := entity.NewRef("component", "default", "shop")
	x := v.Of("guests")
	linked := catalog.Link(slices.Values(x.Entities), diag.Discard)
	e := linked.Get(shop)
	want := map[string]any{"type": "service", "lifecycle": "production", "dependsOn": []any{"component:till"},
		"more": map[string]any{"list": []any{"plain", "component:till"}, "n": e.Spec["more"].(map[string]any)["n"]}}
	if !reflect.DeepEqual(e.Spec, want) {
		t.Errorf("spec\n%v, not\n%v", e.Spec, want)
	}
	if want := map[string]string{"a.example/y": "component:till", "a.example/z": "github:acme/door"}; !reflect.DeepEqual(e.Metadata.Annotations, want) {
		t.Error(e.Metadata.Annotations)
	}
	if len(e.Metadata.Links) != 1 || e.Metadata.Links[0].Title != "Doors" || len(e.Edges) != 1 {
		t.Error(e.Metadata.Links, e.Edges)
	}
	if x.Untouched(shop) || x.Untouched(entity.NewRef("component", "default", "door")) || !x.Withholds(entity.NewRef("component", "default", "door")) || x.Withholds(entity.NewRef("resource", "default", "gone")) {
		t.Error("what has been taken away is not told")
	}
	whole := v.Of("guards")
	if len(whole.Entities) != 3 || whole.Entities[1] != c.Entities()[1] || !whole.Untouched(shop) {
		t.Error("those who see everything see something else")
	}
}

func TestFacts(t *testing.T) {
	stars := 3
	f := &facts.Repo{Description: "Doors.", Stars: &stars, Languages: []facts.Language{{Name: "Go"}}}
	v, err := rules(t, three+"  rules: [{name: r, to: staff, facts: [stars, languages]}, {name: q, to: guards, facts: '*', kinds: System}]").Judge(t.Context(), link(t, component("shop", ""), system("safe", "")), diag.Discard)
	if err != nil {
		t.Fatal(err)
	}
	guests := v.Of("guests")
	if got := audience.Without(f, guests.WithheldFacts("repo-0")); !reflect.DeepEqual(got, &facts.Repo{Description: "Doors."}) {
		t.Errorf("%+v", got)
	}
	if got := audience.Without(f, guests.WithheldFacts("repo-1")); got != nil {
		t.Errorf("%+v", got)
	}
	if got := audience.Without(f, v.Of("staff").WithheldFacts("repo-0")); got != f {
		t.Errorf("%+v", got)
	}
}

// TestSeveralSources: whom two sources know is seen by those who may know both.
func TestSeveralSources(t *testing.T) {
	user := func(repo, team string) *entity.Entity {
		return &entity.Entity{Ref: entity.NewRef("user", "default", "ada"), Kind: "User", Namespace: "default", Name: "ada", Spec: map[string]any{"memberOf": []any{team}},
			Edges: []entity.Edge{{Type: entity.MemberOf, Target: entity.NewRef("group", "default", team)}}, Origin: entity.Origin{Repo: repo, File: "users.yaml", Generated: true}}
	}
	for _, hidden := range []string{"a", "b"} {
		c := catalog.Link(slices.Values([]*entity.Entity{user("b", "two"), user("a", "one")}), diag.Discard)
		if got := seen(t, rules(t, three+"  rules: [{name: r, to: guards, repositories: "+hidden+"}]"), c); got["ada"] != "guards" {
			t.Errorf("with %s hidden, ada is seen by %q", hidden, got["ada"])
		}
	}
}
