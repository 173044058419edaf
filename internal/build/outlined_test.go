package build_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/corpustest"
	"callboard/internal/diag"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// lintOf lints a directory.
func lintOf(t *testing.T, root string, lo build.LintOptions) *build.Linted {
	t.Helper()
	c := config.Default()
	s := dir.New("d", root, dir.Options{Repositories: dir.Auto, Entries: c.Catalog.Files, Ignore: c.Catalog.Ignore})
	t.Cleanup(func() { s.Close() })
	l, err := build.Lint(t.Context(), build.Options{Config: c, Sources: []source.Source{s}}, lo)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// sameFindings wants the same of a directory whether or not entities are kept.
func sameFindings(t *testing.T, root string) (found []diag.Diagnostic) {
	t.Helper()
	want, got := lintOf(t, root, build.LintOptions{Verdicts: true}), lintOf(t, root, build.LintOptions{Verdicts: true, Findings: true})
	if got.Catalog != nil || got.Own != nil {
		t.Error("entities were kept that nobody asked for")
	}
	if !reflect.DeepEqual(got.Diagnostics, want.Diagnostics) {
		t.Errorf("%s: found with an outline\n%v\nwith the catalog\n%v", root, got.Diagnostics, want.Diagnostics)
	}
	if !reflect.DeepEqual(got.Verdicts, want.Verdicts) {
		t.Errorf("%s: verdicts differ", root)
	}
	if a, b := origins(got), origins(want); !reflect.DeepEqual(a, b) {
		t.Errorf("%s: entities at %v, want %v", root, a, b)
	}
	return want.Diagnostics
}

func origins(l *build.Linted) (out []diag.Pos) {
	for at := range l.Origins() {
		out = append(out, at)
	}
	return out
}

// TestFindingsWithoutEntities has what is decided between files: which of two
// entities counts, what an entity with an error has beside it, documentation in
// another repository.
func TestFindingsWithoutEntities(t *testing.T) {
	const entity = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: NAME\n  tags: [go, go]\n  annotations:\n    backstage.io/techdocs-ref: REF\n    github.com/project-slugg: a/b\n" +
		"spec:\n  type: servce\n  lifecycle: production\n  owner: ops\n  dependsOn: [component:b, component:old, component:lost]\n"
	make := func(r ...string) string { return strings.NewReplacer(r...).Replace(entity) }
	root := t.TempDir()
	for name, text := range map[string]string{
		"a/catalog-info.yaml":   make("NAME", "a", "REF", "dir:."),
		"a/x/catalog-info.yaml": make("NAME", "A", "REF", "dir:../.."),
		"b/catalog-info.yaml":   make("NAME", "b", "REF", "url:https://git.example.com/acme/none", "lifecycle: production", "lifecycle: deprecated", "component:b", "component:a"),
		"c/catalog-info.yaml":   make("NAME", "old", "REF", "nothing", "owner: ops", "owner: [ops]"), // is refused
		"c/more.yaml":           make("NAME", "a", "REF", "dir:."),
		"d/catalog-info.yaml":   "# callboard:ignore-file type-spelling it is called so\n" + make("NAME", "d", "REF", "dir:.", "[go, go]", "[golang]"),
		"e/catalog-info.yaml":   "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: l\nspec:\n  targets: [./gone.yaml]\n",
	} {
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said := map[diag.Code]bool{}
	for _, d := range sameFindings(t, root) {
		said[d.Code] = true
	}
	for _, code := range []diag.Code{"entity-duplicate", "deprecated-in-use", "dependency-cycle", "tag-spelling", "list-duplicate", "annotation-unknown", "type-spelling", "docs-missing", "techdocs-ref-remote", "techdocs-ref-invalid", "ref-dangling", "entity-schema"} {
		if !said[code] {
			t.Errorf("the example has no %s", code)
		}
	}
}

// TestFindingsWithoutEntitiesOfTheCorpus does the same with real files.
func TestFindingsWithoutEntitiesOfTheCorpus(t *testing.T) {
	for _, name := range []string{"corpus", "orgs", "templates"} {
		sameFindings(t, corpustest.Path(t, "catalog/"+name))
	}
}
