package catalog_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// repoOf is a repository with n components of the usual size, one a file.
func repoOf(n int) *repofs.Snapshot {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("svc%05d/catalog-info.yaml", i)] = fmt.Sprintf(`apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: svc-%05[1]d
  title: Service %[1]d
  description: Takes orders and hands them on
  annotations:
    github.com/project-slug: acme/svc-%05[1]d
    backstage.io/techdocs-ref: dir:.
  tags: [go, grpc]
  links:
    - {url: "https://x.example/%[1]d", title: Dashboard}
spec:
  type: service
  lifecycle: production
  owner: team-%[2]d
  system: system-%[2]d
  providesApis: [api-%05[1]d]
  dependsOn: ["component:svc-%05[3]d", "resource:db-%[2]d"]
`, i, i%50, (i+1)%n)
	}
	return repofs.Memory("bench", []string{"**/catalog-info.yaml"}, files)
}

func BenchmarkRead(b *testing.B) {
	s := repoOf(500)
	for b.Loop() {
		es, err := catalog.Read(b.Context(), s, s.Read, diag.Discard)
		if err != nil || len(es) != 500 {
			b.Fatal(len(es), err)
		}
	}
	b.ReportMetric(float64(b.N)*500/b.Elapsed().Seconds(), "entities/s")
}

// large is a catalog of n entities with five references each.
func large(n int) []*entity.Entity {
	es := make([]*entity.Entity, 0, n)
	ref := func(kind string, i int) entity.Ref {
		return entity.NewRef(kind, "default", fmt.Sprintf("%s-%05d", kind, i))
	}
	add := func(kind string, i int, edges ...entity.Edge) {
		for k := range edges {
			edges[k].Field = "spec.x"
			edges[k].Pos = diag.Pos{Repo: "r", File: "f", Line: i, Col: k}
		}
		r := ref(kind, i)
		es = append(es, &entity.Entity{Ref: r, Kind: kind, Namespace: "default", Name: r.Name, Edges: edges, Origin: entity.Origin{Repo: "r", File: "f", Doc: i}})
	}
	for i := range n / 3 {
		add("component", i, entity.Edge{Type: entity.OwnedBy, Target: ref("group", i%200)}, entity.Edge{Type: entity.PartOf, Target: ref("system", i%500)},
			entity.Edge{Type: entity.ProvidesAPI, Target: ref("api", i)}, entity.Edge{Type: entity.DependsOn, Target: ref("component", (i*7)%(n/3))}, entity.Edge{Type: entity.DependsOn, Target: ref("resource", i)})
		add("api", i, entity.Edge{Type: entity.OwnedBy, Target: ref("group", i%200)}, entity.Edge{Type: entity.PartOf, Target: ref("system", i%500)})
		add("resource", i, entity.Edge{Type: entity.OwnedBy, Target: ref("group", i%201)}, entity.Edge{Type: entity.PartOf, Target: ref("system", i%501)})
	}
	for i := range 200 {
		add("group", i, entity.Edge{Type: entity.ChildOf, Target: ref("group", i/5)})
	}
	for i := range 500 {
		add("system", i, entity.Edge{Type: entity.OwnedBy, Target: ref("group", i%200)})
	}
	return es
}

func BenchmarkLink(b *testing.B) {
	es := large(36_000)
	b.ReportAllocs()
	for b.Loop() {
		catalog.Link(slices.Values(es), diag.Discard)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c := catalog.Link(slices.Values(es), diag.Discard)
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB-kept")
	runtime.KeepAlive(c)
}

// FuzzRead holds that reading and linking never panic, that an entity that is
// left out has a finding, and that two readings give the same.
func FuzzRead(f *testing.F) {
	f.Add(comp("x"), "a: 1", "./other.yaml")
	f.Add(location("l", "{targets: [./other.yaml, './**/{a,b}*', '../x', /c.yaml]}"), comp("y"), "https://git.example/r/blob/main/other.yaml")
	f.Add(api("{$text: ./other.yaml}"), "text", "x")
	f.Add(entities("User u", "Group g members=[u,x:y/z]", "Domain d subdomainOf=d"), "---\n---\n", "")
	f.Add("apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: x, tags: [1], links: [x], labels: [y]}\nspec: {dependencyOf: 1, definition: {$yaml: ./other.yaml}}", "{a: [", "")
	f.Add("apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\nspec: {type: t, steps: [{action: 'fetch:x', input: {url: ./a}}]}", "x: {{ y }}", "a")
	f.Fuzz(func(t *testing.T, text, other, target string) {
		s := repofs.Memory("r", []string{"c.yaml", "a/*"}, map[string]string{"c.yaml": text, "other.yaml": other, "a/b.yaml": location("l", fmt.Sprintf("{target: %q}", target))})
		s.WebURL, s.Branch = "https://git.example/r", "main"
		first, firstSays := entitiesOf(t, s)
		again, againSays := entitiesOf(t, s)
		if asJSON(t, first) != asJSON(t, again) || asJSON(t, firstSays) != asJSON(t, againSays) {
			t.Fatalf("two readings differ\n%s\n%s", asJSON(t, first), asJSON(t, again))
		}
		var sink diag.List
		c := catalog.Link(slices.Values(first), &sink)
		for _, e := range c.Entities() {
			asJSON(t, c.Export(e))
		}
		if c.Len() != len(first) && len(sink.All()) == 0 {
			t.Fatal("an entity was left out and nothing said")
		}
	})
}
