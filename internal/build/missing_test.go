package build_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// TestNoCatalogFile holds that a portal which is empty since files are called
// otherwise says so, where one of them is.
func TestNoCatalogFile(t *testing.T) {
	component := "# ours\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: x, lifecycle: y, owner: z}\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string // "-" for none
	}{
		"nothing":              {map[string]string{"README.md": "x", "values.yaml": "replicas: 1\n"}, ""},
		"another name":         {map[string]string{"catalog/all.yaml": component, "a.yaml": "x: 1\n"}, "catalog/all.yaml:2:1"},
		"there":                {map[string]string{"catalog-info.yaml": component, "other.yaml": component}, "-"},
		"there, and is broken": {map[string]string{"catalog-info.yaml": "a: ["}, "-"},
	} {
		files := fstest.MapFS{}
		for path, text := range c.files {
			files[path] = &fstest.MapFile{Data: []byte(text)}
		}
		o := options(t, config.Default(), t.TempDir(), "")
		o.Sources = []source.Source{dir.FS("a", files, dir.Options{Entries: o.Config.Catalog.Files})}
		linted, err := build.Lint(t.Context(), o, build.LintOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for way, found := range map[string][]diag.Diagnostic{"build": mustRun(t, o).Diagnostics, "lint": linted.Diagnostics} {
			i := slices.IndexFunc(found, func(d diag.Diagnostic) bool { return d.Code == build.CodeMissing })
			if (i >= 0) != (c.want != "-") {
				t.Errorf("%s, %s: %v", name, way, found)
			} else if i >= 0 && found[i].Pos.String() != c.want {
				t.Errorf("%s, %s: at %s, want %s", name, way, found[i].Pos, c.want)
			}
		}
	}
}
