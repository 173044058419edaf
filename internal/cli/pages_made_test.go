package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// madeExamples are examples that no page can show: files that are too large, of
// another encoding, or no files.
var madeExamples = map[diag.Code]func(t *testing.T, dir string){
	"yaml-encoding": func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, "catalog-info.yaml"), "\xff\xfek\x00i\x00n\x00d\x00")
	},
	"yaml-too-large": func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, "catalog-info.yaml"), strings.Repeat("#\n", yamldoc.MaxBytes/2+1))
	},
	"catalog-file-unreadable": func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, "catalog-info.yaml"), strings.Repeat("#\n", 9<<20))
	},
	"api-definition-too-large": func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, "catalog-info.yaml"), api)
		put(t, filepath.Join(dir, "openapi.yaml"), "openapi: 3.0.3\n"+strings.Repeat("# a comment\n", 400_000))
	},
	"location-too-deep": func(t *testing.T, dir string) {
		next := "./1/below.yaml"
		for at := dir; len(next) > 0; {
			name := "below.yaml"
			if at == dir {
				name = "catalog-info.yaml"
			}
			put(t, filepath.Join(at, name), "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: "+strings.ReplaceAll(strings.TrimPrefix(at[len(dir):], "/"), "/", "-")+"x}\nspec: {targets: [./1/below.yaml]}\n")
			at = filepath.Join(at, "1")
			if strings.Count(at[len(dir):], "/") > 12 {
				break
			}
		}
	},
	"symlink-outside": func(t *testing.T, dir string) {
		if err := os.Symlink("/nowhere", filepath.Join(dir, "catalog-info.yaml")); err != nil {
			t.Skip(err)
		}
	},
	"repo-too-deep": func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, strings.Repeat("d/", 80), "catalog-info.yaml"), team)
	},
	"file-unreadable": func(t *testing.T, dir string) {
		if os.Getuid() == 0 {
			t.Skip("root may open everything")
		}
		put(t, filepath.Join(dir, "closed", "catalog-info.yaml"), team)
		if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
			t.Fatal(err)
		}
	},
	"codeowners-too-large": func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, "callboard.yaml"), "derive: {codeowners: propose}\n")
		put(t, filepath.Join(dir, ".git", "HEAD"), "ref: refs/heads/main\n")
		put(t, filepath.Join(dir, "CODEOWNERS"), strings.Repeat("# a comment\n", 300_000))
		put(t, filepath.Join(dir, "catalog-info.yaml"), "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: payments}\nspec: {type: service, lifecycle: experimental}\n")
	},
	"import-unreadable": func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, "callboard.yaml"), "catalog: {importers: [compass]}\n")
		put(t, filepath.Join(dir, "compass.yml"), strings.Repeat("#\n", 9<<20))
	},
	"markdown-too-large":   paged(strings.Repeat("a word and another\n", 400_000)),
	"markdown-too-complex": paged(strings.Repeat("*a _b ", 20_000)),
	"markdown-too-deep":    paged(strings.Repeat(">", 2_000) + " deep\n"),
	"table-too-large":      paged("|" + strings.Repeat("a|", 3_000) + "\n|" + strings.Repeat("-|", 3_000) + "\n" + strings.Repeat("|b|\n", 60)),
	"code-too-large":       paged("```go\n" + strings.Repeat("var x = 1\n", 200_000) + "```\n"),
}

const api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: payments}\nspec: {type: openapi, lifecycle: deprecated, owner: team-payments, definition: {$text: ./openapi.yaml}}\n"

// paged makes documentation of one page.
func paged(text string) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		put(t, filepath.Join(dir, "catalog-info.yaml"), "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: payments, annotations: {backstage.io/techdocs-ref: \"dir:.\"}}\nspec: {type: service, lifecycle: experimental, owner: team-payments}\n")
		put(t, filepath.Join(dir, "docs", "index.md"), "# Payments\n\n"+text)
	}
}
