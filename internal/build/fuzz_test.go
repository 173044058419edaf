package build_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"callboard/content"
	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// FuzzLint lints one catalog file. Rules see entities that are left out, too,
// with values of any types.
func FuzzLint(f *testing.F) {
	seed := func(fsys fs.FS) {
		err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(p) != ".yaml" {
				return err
			}
			b, err := fs.ReadFile(fsys, p)
			f.Add(b)
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	seed(os.DirFS("../lint/testdata"))
	seed(content.FS)
	f.Add([]byte("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n  tags: {a: 1}\n  links: [1, {url: [2]}]\n  annotations: {a: [1], backstage.io/techdocs-ref: 7}\nspec:\n  type: {}\n  lifecycle: [prod]\n  owner: {a: b}\n  dependsOn: {x: y}\n  consumesApis: [1, {}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o := options(t, config.Default(), "", "")
		files := fstest.MapFS{"catalog-info.yaml": {Data: text}}
		o.Sources = []source.Source{dir.FS("fuzz", files, dir.Options{Repositories: dir.One, Entries: o.Config.Catalog.Files})}
		l, err := build.Lint(context.Background(), o, build.LintOptions{Verdicts: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range l.Diagnostics {
			if d.Code == build.CodePanic {
				t.Fatal(d)
			}
		}
	})
}
