package build_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/process"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/treetest"
)

// TestMain is the tests, or, with an argument, a program that a processor asks.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "processor" {
		titles()
		return
	}
	os.Exit(m.Run())
}

const processors = `
derive:
  codeowners: apply
  lifecycle: [{value: experimental}]
processors:
  - {name: badge, when: '.kind == "Component"', files: [VERSION], annotations: {acme.example/version: 'v\($files.VERSION)'}}
  - {name: number, set: {.spec.number: '[.metadata.name | explode[]] | add'}}
  - {name: gone, when: '.metadata.name == "shed"', drop: not wanted}
`

// withTopics is a source whose host tells topics.
type withTopics struct {
	source.Source
	topics []string
}

func (w withTopics) Fetch(ctx context.Context, r source.Repo, sink diag.Sink) (*repofs.Snapshot, error) {
	s, err := w.Source.Fetch(ctx, r, sink)
	if err == nil {
		s.Topics = w.topics
	}
	return s, err
}

func processed(t *testing.T, o build.Options, cfg string, topics ...string) build.Options {
	t.Helper()
	var said diag.List
	c := config.Load([]byte(cfg), diag.Pos{File: "callboard.yaml"}, &said)
	o.Config.Derive, o.Config.Processors = c.Derive, c.Processors
	if o.Process = process.Compile(c, &said); len(said.All()) > 0 {
		t.Fatal(said.All())
	}
	o.Programs.Dir = t.TempDir()
	for i, s := range o.Sources {
		o.Sources[i] = withTopics{s, topics}
	}
	return o
}

func unowned(name string) string {
	return strings.Replace(component(name, ""), ", lifecycle: production, owner: crew", "", 1)
}

// TestProcessorsAgain changes what processors look at, one thing at a time, and
// compares a warm build with one from nothing.
func TestProcessorsAgain(t *testing.T) {
	files := small()
	files["pay/catalog-info.yaml"], files["pay/CODEOWNERS"], files["pay/VERSION"] = unowned("pay"), "* @acme/crew\n", "1"
	files["ship/catalog-info.yaml"] += "---\n" + component("shed", "")
	root, dir := org(t, files), t.TempDir()
	out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
	cfg, topics := processors, []string{"go"}
	for _, c := range []struct {
		name, want string // a text of catalog.json
		change     func()
	}{
		{"first", `"owner":"group:crew"`, func() {}},
		{"nothing", `"acme.example/version":"v1"`, func() {}},
		{"a wanted file", `"acme.example/version":"v22"`, func() { write(t, root, "pay/VERSION", "22") }},
		{"CODEOWNERS", `"owner":"group:dockers"`, func() { write(t, root, "pay/CODEOWNERS", "* @acme/dockers\n") }},
		{"topics", `"tags":["java"]`, func() { topics = []string{"java"} }},
		{"the configuration", `"number":-`, func() { cfg = strings.Replace(cfg, "| add'", "| -add'", 1) }},
		{"a file less", `"acme.example/version":"vnull"`, func() { os.Remove(filepath.Join(root, "pay/VERSION")) }},
		{"no processors", `"tags":["java"]`, func() { cfg = "derive: {codeowners: apply, lifecycle: [{value: production}]}" }},
	} {
		c.change()
		mustRun(t, processed(t, at(t, root, out, cache), cfg, topics...))
		fresh := processed(t, at(t, root, filepath.Join(t.TempDir(), "out"), ""), cfg, topics...)
		fresh.Jobs = 1
		mustRun(t, fresh)
		got := treetest.Files(t, out)
		treetest.Same(t, c.name, got, treetest.Files(t, fresh.Out))
		if all := strings.Join(strings.Fields(got["catalog.json"]), ""); !strings.Contains(all, c.want) {
			t.Errorf("%s: there is no %s in catalog.json", c.name, c.want)
		}
	}
}

// TestImportedAgain is TestProcessorsAgain for what files of other catalogs
// describe.
func TestImportedAgain(t *testing.T) {
	files := small()
	files["gate/.git/HEAD"], files["gate/CODEOWNERS"], files["gate/VERSION"] = "ref: refs/heads/main\n", "* @acme/crew\n", "1"
	files["gate/opslevel.yml"] = "service:\n- {name: Gate, tier: tier_1}\n- {name: shed, owner: crew}\n"
	root, dir := org(t, files), t.TempDir()
	out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
	cfg := processors
	options := func(out, cache string) build.Options {
		o := processed(t, at(t, root, out, cache), cfg, "go")
		o.Config.Catalog.Importers = []string{"opslevel"}
		return o
	}
	for _, c := range []struct {
		name, want string // a text of what catalog.json says of the component
		change     func()
	}{
		{"first", `"owner":"group:crew"`, func() {}},
		{"a default", `"lifecycle":"experimental"`, func() {}},
		{"a wanted file", `"acme.example/version":"v22"`, func() { write(t, root, "gate/VERSION", "22") }},
		{"CODEOWNERS", `"owner":"group:dockers"`, func() { write(t, root, "gate/CODEOWNERS", "* @acme/dockers\n") }},
		{"its file", `"owner":"porters"`, func() { write(t, root, "gate/opslevel.yml", "service: {name: Gate, owner: porters}\n") }},
		{"its file again", `"owner":"group:dockers"`, func() { write(t, root, "gate/opslevel.yml", files["gate/opslevel.yml"]) }},
		{"the configuration", `"owner":"unknown"`, func() { cfg = strings.Replace(cfg, "codeowners: apply", "codeowners: propose", 1) }},
	} {
		c.change()
		mustRun(t, options(out, cache))
		fresh := options(filepath.Join(t.TempDir(), "out"), "")
		fresh.Jobs = 1
		mustRun(t, fresh)
		got := treetest.Files(t, out)
		treetest.Same(t, c.name, got, treetest.Files(t, fresh.Out))
		if about := ofEntity(t, got["catalog.json"], "gate"); !strings.Contains(about, c.want) {
			t.Errorf("%s: there is no %s in %s", c.name, c.want, about)
		}
		if about := ofEntity(t, got["catalog.json"], "shed"); about != "" {
			t.Errorf("%s: what a processor drops is there: %s", c.name, about)
		}
	}
}

// ofEntity is what catalog.json says of an entity, without spaces, or "".
func ofEntity(t *testing.T, catalog, name string) string {
	t.Helper()
	var all struct {
		Entities []json.RawMessage `json:"entities"`
	}
	if err := json.Unmarshal([]byte(catalog), &all); err != nil || len(all.Entities) == 0 {
		t.Fatal(err, catalog)
	}
	for _, e := range all.Entities {
		var has struct{ Metadata struct{ Name string } }
		if err := json.Unmarshal(e, &has); err != nil {
			t.Fatal(err)
		}
		if has.Metadata.Name == name {
			return strings.Join(strings.Fields(string(e)), "")
		}
	}
	return ""
}

// titles answers every question with a title: the text of a file in
// the directory that its argument names.
func titles() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var q struct {
			ID     int            `json:"id"`
			Entity map[string]any `json:"entity"`
		}
		if in.Decode(&q) != nil {
			return
		}
		title, err := os.ReadFile(filepath.Join(os.Args[2], "title"))
		if err != nil {
			title = []byte("untitled")
		}
		q.Entity["metadata"].(map[string]any)["title"] = string(title)
		if out.Encode(map[string]any{"id": q.ID, "entity": q.Entity}) != nil {
			return
		}
	}
}

// TestProgramsAgain changes a file that only a program looks at. Its answers are
// new in every build, unless it has promised that there is no such file.
func TestProgramsAgain(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ pure, want string }{{"false", `"title":"Second"`}, {"true", `"title":"First"`}} {
		root, dir := org(t, small()), t.TempDir()
		other := filepath.Join(dir, "title")
		cfg := "processors: [{name: titles, exec: ['" + self + "', processor, '" + dir + "'], pure: " + c.pure + "}]"
		run := func(title string) string {
			if err := os.WriteFile(other, []byte(title), 0o644); err != nil {
				t.Fatal(err)
			}
			o := processed(t, at(t, root, filepath.Join(dir, "out"), filepath.Join(dir, "cache")), cfg)
			o.Programs.Dir = dir
			mustRun(t, o)
			b, err := os.ReadFile(filepath.Join(o.Out, "catalog.json"))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		if first := run("First"); !strings.Contains(first, `"title":"First"`) {
			t.Fatal(first)
		}
		if second := run("Second"); !strings.Contains(second, c.want) {
			t.Errorf("pure: %s: there is no %s in %s", c.pure, c.want, second)
		}
	}
}
