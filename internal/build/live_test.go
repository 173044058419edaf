package build_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/lint"
	"callboard/internal/source"
	"callboard/internal/source/dir"
	"callboard/themes"
)

// liveOptions are those of a directory of repositories.
func liveOptions(t *testing.T, top string) build.Options {
	t.Helper()
	c := config.Default()
	s := dir.New(".", top, dir.Options{Repositories: dir.Many, Entries: c.Catalog.Files, Ignore: c.Catalog.Ignore})
	t.Cleanup(func() { s.Close() })
	return build.Options{Config: c, Sources: []source.Source{s}, Version: "test"}
}

// put writes a file below a directory.
func putFile(t *testing.T, top, name, text string) {
	t.Helper()
	file := filepath.Join(top, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

const (
	liveGroup  = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: payments\nspec:\n  type: team\n  children: []\n"
	liveShop   = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  annotations:\n    backstage.io/techdocs-ref: dir:./docs\nspec:\n  type: Service # callboard:ignore type-spelling as the others\n  lifecycle: production\n  owner: paymints\n"
	liveBroken = "kind: [\n---\nkind: Nothing # callboard:ignore yaml-number none\n"
)

// TestLiveIsLint: whatever happens to the files, what is kept says in the end
// what lint says that reads them for the first time.
func TestLiveIsLint(t *testing.T) {
	top := t.TempDir()
	putFile(t, top, "org/catalog-info.yaml", liveGroup)
	putFile(t, top, "shop/catalog-info.yaml", liveShop)
	putFile(t, top, "broken/catalog-info.yaml", liveBroken)
	live, err := build.OpenLive(t.Context(), liveOptions(t, top))
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	same := func(what string) []diag.Diagnostic {
		t.Helper()
		l, err := build.Lint(t.Context(), liveOptions(t, top), build.LintOptions{Verdicts: true})
		if err != nil {
			t.Fatal(err)
		}
		got := live.Link(build.LintOptions{})
		if l.Diagnostics = lint.Together(l.Diagnostics); !reflect.DeepEqual(got.Diagnostics, l.Diagnostics) {
			t.Errorf("%s:\n%v\nlint has\n%v", what, got.Diagnostics, l.Diagnostics)
		}
		if !reflect.DeepEqual(got.Verdicts, l.Verdicts) || !reflect.DeepEqual(got.Own, l.Own) {
			t.Errorf("%s: the entities or verdicts differ", what)
		}
		return got.Diagnostics
	}
	if len(same("at first")) < 4 {
		t.Error("too little is found for this test to show anything")
	}
	same("linked again")

	// Text that is not saved, and then is.
	changed := liveGroup[:len(liveGroup)-len("  children: []\n")] + "  children: [shop]\n"
	before := live.Link(build.LintOptions{}).Diagnostics
	read := func(repo string, list bool, unsaved map[string][]byte) {
		t.Helper()
		if err := live.Read(t.Context(), repo, list, unsaved); err != nil {
			t.Fatal(err)
		}
	}
	read("org", false, map[string][]byte{"catalog-info.yaml": []byte(changed)})
	if unsaved := live.Link(build.LintOptions{}).Diagnostics; reflect.DeepEqual(unsaved, before) {
		t.Error("text that is not saved changes nothing")
	}
	putFile(t, top, "org/catalog-info.yaml", changed)
	same("saved")
	read("org", false, nil)
	same("read again")

	// Files and repositories that come and go.
	putFile(t, top, "shop/docs/mkdocs.yml", "site_name: shop\n")
	read("shop", true, nil)
	same("a file has come")
	putFile(t, top, "new/catalog-info.yaml", liveShop)
	if err := os.RemoveAll(filepath.Join(top, "broken")); err != nil {
		t.Fatal(err)
	}
	if err := live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	same("a repository has come and another gone")
	read("no such repository", true, nil)
	same("nothing has changed")
}

// TestLiveOf: of files that are not asked for, rules find nothing.
// TestOneFindingForOneMistake: a reference to nothing that is of the wrong kind as
// well is told of once, by all that show findings.
func TestOneFindingForOneMistake(t *testing.T) {
	top := t.TempDir()
	putFile(t, top, "org/catalog-info.yaml", liveGroup+"  parent: system:payments\n")
	o := liveOptions(t, top)
	live, err := build.OpenLive(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	loaded, err := build.Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Theme, o.Out = themes.Default(), filepath.Join(t.TempDir(), "out")
	built, err := build.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	health, err := os.ReadFile(filepath.Join(o.Out, "health", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(health), "ref-dangling") || !strings.Contains(string(health), "ref-wrong-kind") {
		t.Error("the health page tells of it otherwise")
	}
	for what, ds := range map[string][]diag.Diagnostic{"an editor": live.Link(build.LintOptions{}).Diagnostics, "load": loaded.Diagnostics, "build": built.Diagnostics} {
		var codes []diag.Code
		for _, d := range ds {
			if d.Pos.Line == 8 {
				codes = append(codes, d.Code)
			}
		}
		if !slices.Equal(codes, []diag.Code{"ref-wrong-kind"}) {
			t.Errorf("%s: %v", what, codes)
		}
	}
}

func TestLiveOf(t *testing.T) {
	top := t.TempDir()
	putFile(t, top, "a/catalog-info.yaml", liveShop)
	putFile(t, top, "b/catalog-info.yaml", strings.Replace(liveShop, "shop", "other", 1))
	live, err := build.OpenLive(t.Context(), liveOptions(t, top))
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	all := live.Link(build.LintOptions{}).Diagnostics
	some := live.Link(build.LintOptions{Of: func(repo, file string) bool { return repo == "a" }}).Diagnostics
	of := func(ds []diag.Diagnostic) (out []diag.Diagnostic) {
		for _, d := range ds {
			if d.Pos.Repo == "a" {
				out = append(out, d)
			}
		}
		return out
	}
	if !reflect.DeepEqual(of(all), of(some)) {
		t.Errorf("asked for a:\n%v\nof all:\n%v", some, all)
	}
	missing := func(d diag.Diagnostic) bool { return d.Pos.Repo == "b" && d.Code == "description-missing" }
	if !slices.ContainsFunc(all, missing) || slices.ContainsFunc(some, missing) {
		t.Error("rules look at what is not asked for, or not at the rest")
	}
	if !live.Takes("a", "sub/catalog-info.yaml") || live.Takes("a", "node_modules/x/catalog-info.yaml") || live.Takes("a", "other.yaml") || live.Takes("z", "catalog-info.yaml") {
		t.Error("it takes other files than a build would read")
	}
}
