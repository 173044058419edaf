package build_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/source"
	"callboard/internal/source/dir"
	"callboard/internal/treetest"
)

func leading(name string, targets ...string) string {
	return "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: " + name + "}\nspec:\n  type: url\n  targets:\n    - " + strings.Join(targets, "\n    - ") + "\n"
}

func webFile(repo, file string) string {
	return "https://git.acme.example/acme/" + repo + "/blob/main/" + file
}

// across are repositories whose Locations lead to each other.
func across() map[string]string {
	return map[string]string{
		"hub/catalog-info.yaml":     leading("hub", webFile("pay", "entities/*.yaml"), webFile("ship", "catalog-info.yaml"), webFile("ship", "extra.yaml")),
		"hub/back.yaml":             component("back", ""),
		"pay/README.md":             "Pay\n",
		"pay/entities/pay.yaml":     component("pay", ", dependsOn: ['component:ship']"),
		"pay/entities/api.yaml":     "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: pay-api}\nspec:\n  type: openapi\n  lifecycle: production\n  owner: crew\n  definition: {$text: ./openapi.json}\n",
		"pay/entities/openapi.json": `{"openapi": "3.0.0", "info": {"title": "Pay", "version": "1"}, "paths": {}}`,
		"pay/entities/mkdocs.yml":   "site_name: Pay\n", "pay/entities/docs/index.md": "# Pay\n",
		"ship/catalog-info.yaml":  component("ship", ""),
		"ship/extra.yaml":         leading("extra", "./beside.yaml", webFile("hub", "back.yaml"), webFile("hub", "catalog-info.yaml")),
		"ship/beside.yaml":        component("beside", ""),
		"plain/catalog-info.yaml": component("plain", ""),
	}
}

func acrossOptions(t *testing.T, root, out, cache string) build.Options {
	t.Helper()
	o := demo(t, out, cache)
	o.Config = config.Default()
	o.Model = nil
	o.Started = time.Now().Add(time.Minute)
	s := dir.New(".", root, dir.Options{Repositories: dir.Many, Entries: o.Config.Catalog.Files, Ignore: o.Config.Catalog.Ignore, WebURL: "https://git.acme.example/acme/{name}", Branch: "main"})
	t.Cleanup(func() { s.Close() })
	o.Sources = []source.Source{s}
	return o
}

// TestAcrossRepositories: what others lead to is in the catalog, with the place of
// its own repository, and every rebuild after a change on either side is what a
// build from nothing is.
func TestAcrossRepositories(t *testing.T) {
	root, scratch := org(t, across()), t.TempDir()
	out, cache := filepath.Join(scratch, "out"), filepath.Join(scratch, "cache")
	step := func(what string, jobs int) {
		t.Helper()
		o := acrossOptions(t, root, out, cache)
		o.Jobs = jobs
		mustRun(t, o)
		fresh := filepath.Join(scratch, "fresh "+what)
		mustRun(t, acrossOptions(t, root, fresh, ""))
		treetest.Same(t, what, treetest.Files(t, out), treetest.Files(t, fresh))
	}
	step("first", 1)
	l, err := build.Load(t.Context(), acrossOptions(t, root, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range l.Catalog.Entities() {
		got = append(got, e.Name+" "+e.Origin.Pos().Path())
	}
	slices.Sort(got)
	want := []string{"back hub/back.yaml", "beside ship/beside.yaml", "extra ship/extra.yaml", "hub hub/catalog-info.yaml", "pay pay/entities/pay.yaml", "pay-api pay/entities/api.yaml", "plain plain/catalog-info.yaml", "ship ship/catalog-info.yaml"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if r := mustRun(t, acrossOptions(t, root, out, cache)); r.Stats.Rendered != 0 || r.Stats.Written != 0 {
		t.Errorf("nothing has changed, and %d pages were rendered, %d files written", r.Stats.Rendered, r.Stats.Written)
	}
	for i, c := range []struct{ file, text string }{
		{"pay/entities/pay.yaml", component("pay", ", dependsOn: ['component:plain']")},
		{"pay/entities/openapi.json", `{"openapi": "3.0.0", "info": {"title": "Paying", "version": "2"}, "paths": {}}`},
		{"pay/entities/new.yaml", component("new", "")},
		{"ship/beside.yaml", component("beside-it", "")},
		{"hub/catalog-info.yaml", leading("hub", webFile("pay", "entities/pay.yaml"))},
		{"plain/catalog-info.yaml", leading("plain", webFile("ship", "extra.yaml"), webFile("pay", "entities/gone.yaml"))},
		{"ship/catalog-info.yaml", leading("ship", "./extra.yaml")},
	} {
		write(t, root, c.file, c.text)
		step(c.file, i+1)
	}
}

// TestLiveFollowsAcross: what is kept under an editor says what lint says that
// reads it all for the first time, whichever side of a Location is changed.
func TestLiveFollowsAcross(t *testing.T) {
	root := org(t, across())
	live, err := build.OpenLive(t.Context(), acrossOptions(t, root, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	check := func(what string) {
		t.Helper()
		l, err := build.Lint(t.Context(), acrossOptions(t, root, "", ""), build.LintOptions{Verdicts: true})
		if err != nil {
			t.Fatal(err)
		}
		now := live.Link(build.LintOptions{})
		if got, want := saidOf(now.Diagnostics), saidOf(l.Diagnostics); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
		}
		if !slices.Equal(namesOf(now), namesOf(l)) || len(now.Verdicts) != len(l.Verdicts) {
			t.Errorf("%s: %q, want %q; %d verdicts, want %d", what, namesOf(now), namesOf(l), len(now.Verdicts), len(l.Verdicts))
		}
	}
	check("first")
	for _, c := range []struct{ repo, file, text string }{
		{"pay", "entities/pay.yaml", component("pays", ", dependsOn: ['component:nowhere']")},
		{"ship", "extra.yaml", leading("extra", "./gone.yaml", webFile("pay", "gone.yaml"))},
		{"hub", "catalog-info.yaml", leading("hub", webFile("ship", "extra.yaml"), webFile("pay", "entities/pay.yaml"))},
		{"pay", "gone.yaml", component("come", "")},
	} {
		write(t, root, c.repo+"/"+c.file, c.text)
		if err := live.Read(t.Context(), c.repo, true, nil); err != nil {
			t.Fatal(err)
		}
		check(c.repo + "/" + c.file)
	}
	// What is not saved in the repository that is led to is seen, too.
	if err := live.Read(t.Context(), "pay", false, map[string][]byte{"entities/pay.yaml": []byte(component("unsaved", ""))}); err != nil {
		t.Fatal(err)
	}
	if names := namesOf(live.Link(build.LintOptions{})); !slices.Contains(names, "unsaved") {
		t.Errorf("%q", names)
	}
}

func saidOf(ds []diag.Diagnostic) string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Pos.String()+" "+string(d.Code)+" "+d.Message)
	}
	return strings.Join(out, "\n")
}

func namesOf(l *build.Linted) []string {
	names := map[string]bool{}
	for _, e := range l.Own {
		names[e.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}
