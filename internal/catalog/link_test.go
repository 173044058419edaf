package catalog_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// linked reads one file and links its entities.
func linked(t *testing.T, text string) (*catalog.Catalog, []diag.Diagnostic) {
	t.Helper()
	es, ds := entitiesOf(t, one(text))
	if len(ds) > 0 {
		t.Fatal(lines(ds))
	}
	var sink diag.List
	return catalog.Link(slices.Values(es), &sink), sink.All()
}

// short forms of entities, for tests about references: "kind name key=value…".
func entities(specs ...string) string {
	var b strings.Builder
	for _, s := range specs {
		f := strings.Fields(s)
		fmt.Fprintf(&b, "---\napiVersion: backstage.io/v1alpha1\nkind: %s\nmetadata: {name: %s}\nspec:\n", f[0], f[1])
		given := map[string]string{"type": "t", "lifecycle": "l", "owner": "o", "children": "[]", "memberOf": "[]", "definition": "d"}
		for _, kv := range f[2:] {
			k, v, _ := strings.Cut(kv, "=")
			given[k] = v
		}
		for _, k := range []string{"type", "lifecycle", "owner", "children", "memberOf", "definition", "parent", "members", "system", "domain", "subdomainOf", "subcomponentOf", "dependsOn", "dependencyOf", "providesApis", "consumesApis"} {
			if v, ok := given[k]; ok {
				fmt.Fprintf(&b, "  %s: %s\n", k, v)
			}
		}
	}
	return b.String()
}

func TestBothDirections(t *testing.T) {
	c, _ := linked(t, entities("Group o", "System s domain=d", "Domain d subdomainOf=top", "Domain top", "API a system=s", "API b",
		"Component x system=s subcomponentOf=y providesApis=[a,API:default/A,b] consumesApis=[b] dependsOn=[component:y,resource:r] dependencyOf=[component:z]",
		"Component y", "Component z", "Resource r", "Group g parent=o children=[h] members=[u]", "Group h", "User u memberOf=[g,h]"))
	for ref, want := range map[string]string{
		"component:default/x": "consumesApi api:default/b, dependencyOf component:default/z, dependsOn component:default/y, dependsOn resource:default/r, ownedBy group:default/o, partOf component:default/y, partOf system:default/s, providesApi api:default/a, providesApi api:default/b",
		"component:default/y": "dependencyOf component:default/x, hasPart component:default/x, ownedBy group:default/o",
		"component:default/z": "dependsOn component:default/x, ownedBy group:default/o",
		"api:default/b":       "apiConsumedBy component:default/x, apiProvidedBy component:default/x, ownedBy group:default/o",
		"system:default/s":    "hasPart api:default/a, hasPart component:default/x, ownedBy group:default/o, partOf domain:default/d",
		"domain:default/top":  "hasPart domain:default/d, ownedBy group:default/o",
		"group:default/g":     "childOf group:default/o, hasMember user:default/u, parentOf group:default/h",
		"group:default/h":     "childOf group:default/g, hasMember user:default/u",
		"user:default/u":      "memberOf group:default/g, memberOf group:default/h",
		"group:default/none":  "",
	} {
		r, err := entity.ParseRef(ref, "", "")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range c.Relations(r) {
			got = append(got, x.Type+" "+x.Target.String())
		}
		if g := strings.Join(got, ", "); g != want {
			t.Errorf("%s\n got %s\nwant %s", ref, g, want)
		}
	}
	o, ok := c.Owner(entity.NewRef("System", "default", "S"))
	if !ok || o.Target.Name != "o" || o.Dangling || o.Pos.Line == 0 {
		t.Errorf("%+v", o)
	}
	if got := len(c.Targets(entity.NewRef("api", "default", "a"), entity.APIProvidedBy)); got != 1 {
		t.Errorf("%d providers", got)
	}
	if len(c.ByKind("Component")) != 3 || len(c.ByKind("robot")) != 0 || len(c.ByKind("USER")) != 1 {
		t.Error("by kind")
	}
	if got := c.Suggest("T", 5); len(got) != 1 || got[0].Name != "top" {
		t.Error(got)
	}
}

func TestLinkFindings(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"dangling": {entities("Component x owner=team-paymnts", "Group team-payments"),
			`c.yaml:8:10 warning ref-dangling spec.owner: there is no group:default/team-paymnts in the catalog? did you mean group:default/team-payments?`},
		"dangling in a list": {entities("Component x dependsOn=[component:x2,component:gone]", "Component x2", "Group o"),
			`c.yaml:12:28 warning ref-dangling spec.dependsOn[1]: there is no component:default/gone in the catalog? declare the component, or correct the reference`},
		"another namespace": {strings.Replace(entities("Group o", "System s owner=o"), "{name: s}", "{name: s, namespace: team}", 1),
			`c.yaml:19:10 warning ref-dangling spec.owner: there is no group:team/o in the catalog? did you mean group:default/o? it is in another namespace`},
		"another kind": {entities("User jo", "System s owner=jo"),
			`c.yaml:19:10 warning ref-dangling spec.owner: there is no group:default/jo in the catalog? did you mean user:default/jo? it is of another kind`},
		"self": {entities("Component x dependsOn=[component:x]", "Group o"), `c.yaml:12:15 warning ref-self spec.dependsOn[0] refers to the entity itself? remove it`},
		"self in a hierarchy": {entities("Group g parent=g", "Component x owner=g subcomponentOf=x", "Group h children=[h]"),
			"c.yaml:12:11 warning relation-cycle the hierarchy runs in a circle: group:default/g → group:default/g? remove one of these references\n" +
				"c.yaml:24:19 warning relation-cycle the hierarchy runs in a circle: component:default/x → component:default/x? remove one of these references\n" +
				"c.yaml:33:14 warning relation-cycle the hierarchy runs in a circle: group:default/h → group:default/h? remove one of these references"},
		"circle": {entities("Group a parent=b", "Group b parent=c", "Group c parent=a", "Group d parent=a"),
			"c.yaml:12:11 warning relation-cycle the hierarchy runs in a circle: group:default/a → group:default/b → group:default/c → group:default/a? remove one of these references"},
		"duplicate": {entities("Group o", "Group O", "Group p"),
			"c.yaml:2:1 error entity-duplicate group:default/o is declared twice; this one is left out? rename one of the two, or remove it; names are compared without regard to case"},
	} {
		cat, ds := linked(t, c.text)
		var got []string
		for _, d := range ds {
			got = append(got, fmt.Sprintf("%s:%d:%d %s %s %s? %s", d.Pos.File, d.Pos.Line, d.Pos.Col, d.Severity, d.Code, d.Message, d.Hint))
			if r, err := entity.ParseRef(d.Entity, "", ""); err != nil || cat.Get(r) == nil {
				t.Errorf("%s: of which entity is %+v?", name, d)
			}
		}
		if g := strings.Join(got, "\n"); g != c.want {
			t.Errorf("%s\n got %s\nwant %s", name, g, c.want)
		}
	}
}

// Between files the first by repository and path wins, in one file the last, and
// every other one is named with the place of the one that is taken.
func TestDuplicates(t *testing.T) {
	a, _ := entitiesOf(t, repofs.Memory("a", []string{"*"}, map[string]string{"2.yaml": comp("x") + "---\n" + comp("X"), "1.yaml": comp("x") + "---\n" + comp("x")}))
	b, _ := entitiesOf(t, repofs.Memory("b", []string{"*"}, map[string]string{"0.yaml": comp("x"), "1.yaml": entities("Group team-a")}))
	all := slices.Concat(b, a)
	var want string
	for seed := range uint64(20) {
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		var sink diag.List
		c := catalog.Link(slices.Values(all), &sink)
		got := fmt.Sprintf("%+v", c.Get(entity.NewRef("component", "default", "x")).Origin)
		for _, d := range sink.All() {
			got += fmt.Sprintf("; %s %s %v", d.Pos, d.Code, d.Related)
		}
		if want == "" {
			want = got
		}
		if got != want || !strings.HasPrefix(got, "{Repo:a File:1.yaml Line:6 Col:1 Doc:1 Root: RootAt: Generated:false}; a/1.yaml:1:1 entity-duplicate [{a/1.yaml:6:1 the one that is taken}]; a/2.yaml:1:1 ") || strings.Count(got, "entity-duplicate") != 4 {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestEmptyCatalog(t *testing.T) {
	c := catalog.Link(slices.Values([]*entity.Entity(nil)), diag.Discard)
	if c.Len() != 0 || c.Get(entity.NewRef("a", "b", "c")) != nil || c.Relations(entity.Ref{}) != nil || len(c.ByKind("x")) != 0 {
		t.Error("an empty catalog is not empty")
	}
}

func edge(kind, name string, edges ...entity.Edge) *entity.Entity {
	return &entity.Entity{Ref: entity.NewRef(kind, "default", name), Kind: kind, Namespace: "default", Name: name, Edges: edges, Origin: entity.Origin{Repo: "r", File: name + ".yaml", Line: 1, Col: 1}}
}

// Groups that all name each other make half a million circles. The test's time
// is its assertion.
func TestManyCircles(t *testing.T) {
	const n = 700
	var es []*entity.Entity
	for i := range n {
		var edges []entity.Edge
		for j := range n {
			edges = append(edges, entity.Edge{Type: entity.ParentOf, Target: entity.NewRef("group", "default", fmt.Sprint("g", j))})
		}
		es = append(es, edge("Group", fmt.Sprint("g", i), edges...))
	}
	var sink diag.List
	catalog.Link(slices.Values(es), &sink)
	if ds := sink.All(); len(ds) != 1 || ds[0].Code != catalog.CodeCycle {
		t.Errorf("%d findings", len(ds))
	}
}

// A chain as long as a large catalog, closed to a circle at its end.
func TestLongChain(t *testing.T) {
	const n = 50_000
	var es []*entity.Entity
	for i := range n {
		es = append(es, edge("Group", fmt.Sprintf("g%05d", i), entity.Edge{Type: entity.ChildOf, Target: entity.NewRef("group", "default", fmt.Sprintf("g%05d", (i+1)%n))}))
	}
	var sink diag.List
	catalog.Link(slices.Values(es), &sink)
	if ds := sink.All(); len(ds) != 1 || len(ds[0].Message) > 400 || len(ds[0].Related) > 10 {
		t.Errorf("%d findings", len(ds))
	}
}

// As many wrong references as entities, each near to all of them.
func TestManyWrongReferences(t *testing.T) {
	const n = 60_000
	var es []*entity.Entity
	for i := range n {
		es = append(es, edge("Component", fmt.Sprintf("service-%05d", i), entity.Edge{Type: entity.DependsOn, Target: entity.NewRef("component", "default", fmt.Sprintf("service-%05d-x", i))}))
	}
	var sink diag.List
	catalog.Link(slices.Values(es), &sink)
	if ds := sink.All(); len(ds) != n {
		t.Errorf("%d findings", len(ds))
	}
}

// TestWrittenByHandWins holds that what somebody wrote is taken before what is
// generated, wherever it comes in the order of repositories, and that it says so.
func TestWrittenByHandWins(t *testing.T) {
	user := func(repo, title string, generated bool) *entity.Entity {
		e := &entity.Entity{Ref: entity.Ref{Kind: "user", Namespace: "default", Name: "ada"}, Origin: entity.Origin{Repo: repo, File: "users.yaml", Line: 1, Generated: generated}}
		e.Metadata.Title = title
		return e
	}
	var found diag.List
	c := catalog.Link(slices.Values([]*entity.Entity{user("acme (people)", "host", true), user("people", "hand", false)}), &found)
	if e := c.Get(entity.Ref{Kind: "user", Namespace: "default", Name: "ada"}); e == nil || e.Metadata.Title != "hand" {
		t.Errorf("%+v is taken", e)
	}
	ds := found.All()
	if len(ds) != 1 || ds[0].Code != catalog.CodeGenerated || ds[0].Severity != diag.Info || ds[0].Pos.Repo != "people" || ds[0].Related[0].Pos.Repo != "acme (people)" {
		t.Errorf("%+v", ds)
	}
	found = diag.List{}
	catalog.Link(slices.Values([]*entity.Entity{user("a (people)", "one", true), user("b (people)", "two", true)}), &found)
	if ds := found.All(); len(ds) != 1 || ds[0].Code != catalog.CodeGenerated || ds[0].Pos.Repo != "a (people)" {
		t.Errorf("two hosts that know the same person: %+v", ds)
	}
}

// TestMembershipsOfSeveralSources holds that a person or a team that several
// sources know has the memberships that any of them tells, and all else of the
// first; and that whoever reads no specs finds the same relations.
func TestMembershipsOfSeveralSources(t *testing.T) {
	read := func(repo string, generated bool, text string) (out []*entity.Entity) {
		snap := repofs.Memory(repo, []string{"*.yaml"}, map[string]string{"people.yaml": text})
		snap.Generated = generated
		var found diag.List
		out, err := catalog.Read(t.Context(), snap, snap.Read, &found)
		if err != nil || len(found.All()) > 0 {
			t.Fatal(err, found.All())
		}
		return out
	}
	const kind = "---\napiVersion: backstage.io/v1alpha1\nkind: "
	host := kind + "User\nmetadata: {name: ada}\nspec: {profile: {displayName: Ada}, memberOf: [web]}\n" +
		kind + "Group\nmetadata: {name: web}\nspec: {type: team, children: [], members: [ada, bob]}\n" + kind + "User\nmetadata: {name: bob}\nspec: {memberOf: []}\n"
	table := kind + "User\nmetadata: {name: Ada}\nspec: {profile: {email: ada@acme.example}, memberOf: [payments, default/web]}\n" +
		kind + "Group\nmetadata: {name: payments}\nspec: {type: department, children: [web]}\n" +
		kind + "Group\nmetadata: {name: Web}\nspec: {type: crew, parent: payments, children: [], members: [cyd]}\n" + kind + "User\nmetadata: {name: cyd}\nspec: {memberOf: []}\n"
	for _, byHand := range []bool{false, true} {
		es := slices.Concat(read("b (people)", true, table), read("a (people)", true, host))
		if byHand {
			es = append(es, read("z", false, kind+"User\nmetadata: {name: ada}\nspec: {memberOf: []}\n"+kind+"Group\nmetadata: {name: web}\nspec: {type: team, children: []}\n")...)
		}
		before := fmt.Sprint(es[0].Spec, es[0].Edges)
		c, o := catalog.Link(slices.Values(es), diag.Discard), &catalog.Outline{}
		for _, e := range es {
			o.Add(e)
		}
		o.Link(diag.Discard)
		ada, web := c.Get(entity.NewRef("user", "default", "ada")), c.Get(entity.NewRef("group", "default", "web"))
		want := []string{"[payments web]", "[ada bob cyd]", "payments", "team", "map[displayName:Ada]"}
		if byHand {
			want = []string{"[]", "<nil>", "<nil>", "team", "<nil>"}
		}
		if got := []string{fmt.Sprint(ada.Spec["memberOf"]), fmt.Sprint(web.Spec["members"]), fmt.Sprint(web.Spec["parent"]), web.Type(), fmt.Sprint(ada.Spec["profile"])}; !slices.Equal(got, want) {
			t.Errorf("by hand %v: %q, want %q", byHand, got, want)
		}
		alike(t, c, o)
		if after := fmt.Sprint(es[0].Spec, es[0].Edges); after != before {
			t.Errorf("what was read has changed: %s", after)
		}
	}
}
