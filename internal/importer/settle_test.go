package importer_test

import (
	"slices"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
	"callboard/internal/importer"
)

// settled imports files ("repo/file" to text), adds entities of catalog files,
// and returns what is left as "ref file".
func settled(t *testing.T, files map[string]string, hand []*entity.Entity, formats ...importer.Format) (map[string]*entity.Entity, []string) {
	t.Helper()
	all := slices.Clone(hand)
	for name, text := range files {
		repo, file, _ := strings.Cut(name, "/")
		ds := importer.Import([]byte(text), importer.FormatOf(file), diag.Pos{Repo: repo, File: file}, diag.Discard)
		all = append(all, importer.Entities(ds)...)
	}
	var sink diag.List
	out := map[string]*entity.Entity{}
	for _, e := range importer.Settle(all, formats, &sink) {
		key := e.Ref.String()
		if out[key] != nil {
			t.Errorf("%s is there twice", key)
		}
		out[key] = e
	}
	var said []string
	for _, f := range sink.All() {
		said = append(said, f.Pos.Path()+" "+f.Message)
	}
	return out, said
}

func byHand(kind, name string, annotations map[string]string) *entity.Entity {
	d := draft.New(kind, name, entity.Origin{Repo: "org", File: "catalog-info.yaml", Line: 1, Col: 1})
	for k, v := range annotations {
		d.Annotate(k, v, "")
	}
	return d.Seal()
}

func edges(e *entity.Entity) (out []string) {
	for _, g := range e.Edges {
		out = append(out, g.Type+" "+g.Target.String()+" "+g.Pos.String())
	}
	return out
}

func TestSettleChooses(t *testing.T) {
	files := map[string]string{
		"a/opslevel.yml":         "service: {name: one, owner: o}\n",
		"a/service.datadog.yaml": "schema-version: v2.2\ndd-service: one\nteam: d\n---\nschema-version: v2.2\ndd-service: two\nteam: d\n",
		"b/opslevel.yml":         "service: {name: two, owner: o}\n",
		"b/score.yaml":           "apiVersion: score.dev/v1b1\nmetadata: {name: three}\nresources: {q: {type: amqp, id: shared}}\n",
		"c/score.yaml":           "apiVersion: score.dev/v1b1\nmetadata: {name: four}\nresources: {x: {type: amqp, id: shared}}\n",
	}
	hand := []*entity.Entity{byHand("Component", "three", nil)}
	got, said := settled(t, files, hand, importer.Datadog, importer.OpsLevel, importer.Score)
	for ref, file := range map[string]string{"component:default/one": "a/service.datadog.yaml", "component:default/two": "a/service.datadog.yaml",
		"component:default/three": "org/catalog-info.yaml", "component:default/four": "c/score.yaml", "resource:default/amqp-shared": "b/score.yaml"} {
		if e := got[ref]; e == nil || e.Origin.Pos().Path() != file {
			t.Errorf("%s is not of %s: %+v", ref, file, e)
		}
	}
	want := []string{"a/opslevel.yml component:default/one is described in a/service.datadog.yaml, too, which is what is taken",
		"b/opslevel.yml component:default/two is described in a/service.datadog.yaml, too, which is what is taken",
		"b/score.yaml component:default/three is described in org/catalog-info.yaml, too, which is what is taken"}
	if !slices.Equal(said, want) {
		t.Errorf("said %q", said)
	}
	got, _ = settled(t, files, nil, importer.OpsLevel, importer.Datadog)
	if e := got["component:default/two"]; e.Origin.Repo != "b" {
		t.Errorf("the format named first does not win: %+v", e.Origin)
	}
}

func TestSettleResolves(t *testing.T) {
	const one, two, team = "ari:cloud:compass:c:component/w/aaaaaaaa-1", "ari:cloud:compass:c:component/w/bbbbbbbb-2", "ari:cloud:identity::team/cccccccc-3"
	files := map[string]string{
		"a/compass.yml":  "name: A b\nid: " + one + "\ntypeId: SERVICE\nownerId: " + team + "\nrelationships:\n  DEPENDS_ON:\n    - " + two + "\n    - ari:x/nobody\n",
		"b/compass.yml":  "name: B\nid: " + two + "\ntypeId: SERVICE\nrelationships: {DEPENDS_ON: [ari:x/nobody]}\n",
		"c/opslevel.yml": "service: {name: Cart Service, owner: o, aliases: [cart, The Cart]}\n",
		"d/opslevel.yml": "service:\n  name: shop\n  owner: o\n  dependencies:\n    - alias: the_cart\n    - alias: cart_service\n    - alias: gone\n",
	}
	hand := []*entity.Entity{byHand("Group", "payments", map[string]string{importer.CompassTeam: team})}
	got, _ := settled(t, files, hand, importer.Formats()...)
	for ref, want := range map[string][]string{
		"component:default/a-b":  {"dependsOn component:default/b a/compass.yml:7:7", "ownedBy group:default/payments a/compass.yml:4:10"},
		"component:default/b":    {"ownedBy group:default/unknown b/compass.yml:1:1"},
		"component:default/shop": {"dependsOn component:default/cart-service d/opslevel.yml:6:14", "dependsOn component:default/gone d/opslevel.yml:7:14", "dependsOn component:default/cart-service d/opslevel.yml:5:14", "ownedBy group:default/o d/opslevel.yml:3:10"},
	} {
		if e := got[ref]; e == nil || !slices.Equal(edges(e), want) {
			t.Errorf("%s: %q\nwant %q", ref, edges(e), want)
		}
	}
	a, b := got["component:default/a-b"], got["component:default/b"]
	if a.SpecString("owner") != "payments" || !slices.Equal(a.Spec["dependsOn"].([]any), []any{"component:b"}) || b.Spec["dependsOn"] != nil {
		t.Errorf("the specs are %v and %v", a.Spec, b.Spec)
	}
	if a.Metadata.Title != "A b" {
		t.Errorf("the name as it is written is lost: %+v", a.Metadata)
	}
}

// Without entities of other catalogs nothing is looked at.
func TestSettleLeavesCatalogFilesAlone(t *testing.T) {
	twice := []*entity.Entity{byHand("Component", "x", nil), byHand("Component", "x", nil)}
	var sink diag.List
	if got := importer.Settle(twice, importer.Formats(), &sink); len(got) != 2 || len(sink.All()) != 0 {
		t.Errorf("%d entities, %v", len(got), sink.All())
	}
}

func TestLimits(t *testing.T) {
	var sink diag.List
	at := diag.Pos{Repo: "r", File: "opslevel.yml"}
	text := "service:\n" + strings.Repeat("  - {name: a}\n", importer.MaxEntities+1)
	if ds := importer.Import([]byte(text), importer.OpsLevel, at, &sink); len(ds) != importer.MaxEntities {
		t.Errorf("%d entities", len(ds))
	}
	if n := len(sink.All()); n != 1 {
		t.Errorf("%d findings: %v", n, sink.All())
	}
	sink = diag.List{}
	text = "service:\n  name: a\n" + strings.Repeat("  k", 1) + ": " + strings.Repeat("v", draft.MaxAnnotation+1) + "\n"
	ds := importer.Import([]byte(text), importer.OpsLevel, at, &sink)
	if len(ds) != 1 || !slices.ContainsFunc(sink.All(), func(d diag.Diagnostic) bool { return d.Code == importer.CodeLeftOut }) {
		t.Errorf("a value beyond the limit is lost without a word: %v", sink.All())
	}
	sink = diag.List{}
	importer.Import([]byte("service: {name: a}\n"+manyKeys(500)), importer.OpsLevel, at, &sink)
	if n := len(sink.All()); n != importer.MaxFindings {
		t.Errorf("%d findings", n)
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("k" + strings.Repeat("x", i) + ": 1\n")
	}
	return b.String()
}

func TestTemplatesNameNothing(t *testing.T) {
	for _, text := range []string{"service: {name: '{{ cookiecutter.name }}'}", "service: {name: '${{ values.name }}'}"} {
		var sink diag.List
		if ds := importer.Import([]byte(text), importer.OpsLevel, diag.Pos{File: "opslevel.yml"}, &sink); len(ds) != 0 || len(sink.All()) != 1 || sink.All()[0].Severity != diag.Info {
			t.Errorf("%s: %d entities, %v", text, len(ds), sink.All())
		}
	}
}

// What a System of Datadog lists is part of it, in whichever file it is
// described, unless it says itself where it belongs or is of a catalog file.
func TestSettleGathersParts(t *testing.T) {
	files := map[string]string{
		"a/entity.datadog.yaml":  "apiVersion: v3\nkind: system\nmetadata: {name: Shop, owner: o}\nspec:\n  components: [service:till, 'datastore:till-db', other, service:hand, service:gone]\n",
		"b/entity.datadog.yaml":  "apiVersion: v3\nkind: service\nmetadata: {name: till, owner: o}\n---\napiVersion: v3\nkind: datastore\nmetadata: {name: till-db, owner: o}\n---\napiVersion: v3\nkind: system\nmetadata: {name: late, owner: o}\nspec: {components: service:till}\n",
		"c/service.datadog.yaml": "schema-version: v2.2\ndd-service: other\nteam: o\napplication: elsewhere\n",
	}
	got, _ := settled(t, files, []*entity.Entity{byHand("Component", "hand", nil)}, importer.Datadog)
	for ref, want := range map[string]string{"component:default/till": "Shop", "resource:default/till-db": "Shop", "component:default/other": "elsewhere", "component:default/hand": ""} {
		if e := got[ref]; e == nil || e.SpecString("system") != want {
			t.Errorf("%s is not of the system %q: %+v", ref, want, e)
		}
	}
	if e := edges(got["component:default/till"]); !slices.Equal(e, []string{"ownedBy group:default/o b/entity.datadog.yaml:3:31", "partOf system:default/shop a/entity.datadog.yaml:1:1"}) {
		t.Errorf("the relations are %q", e)
	}
}
