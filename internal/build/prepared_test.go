package build_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/treetest"
)

// TestRebuildIncluded changes what pages include, and compares the portal that is
// built over the old one with one that is built from nothing.
func TestRebuildIncluded(t *testing.T) {
	files := small()
	files["pay/mkdocs.yml"] = "site_name: Pay\nextra: {fee: 3}\nplugins:\n  - include-markdown\n  - macros:\n      include_yaml: [prices.yml]\nmarkdown_extensions:\n  - markdown_include.include:\n      base_path: docs\n"
	files["pay/prices.yml"] = "card: 7\n"
	files["pay/docs/index.md"] = "# Pay\n\n{% include-markdown \"parts/one.txt\" %}\n\n{% include \"parts/*.inc\" %}\n"
	files["pay/docs/guide.md"] = "# Guide\n\nA card is {{ card }}, the fee {{ fee }}.\n\n{!parts/two.txt!}\n"
	files["pay/docs/plain.md"] = "# Plain\n\nNothing.\n"
	files["pay/docs/parts/one.txt"] = "first part\n"
	files["pay/docs/parts/two.txt"] = "second part\n"
	files["pay/docs/parts/a.inc"] = "part a\n"
	root, dir := org(t, files), t.TempDir()
	out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
	mustRun(t, at(t, root, out, cache))
	page := func(name string) string {
		b, err := os.ReadFile(filepath.Join(out, "docs/default/component/pay", name, "index.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, c := range []struct {
		name, file, text string
		in, want         string
		rendered         int // at most
	}{
		{"at first", "", "", "guide", "A card is 7, the fee 3.", 0},
		{"an included file", "pay/docs/parts/one.txt", "first part, anew\n", "", "first part, anew", 1},
		{"one that an extension includes", "pay/docs/parts/two.txt", "second part, anew\n", "guide", "second part, anew", 1},
		{"a file that a pattern matches", "pay/docs/parts/b.inc", "part b\n", "", "part b", 2}, // and one that is no page of the documentation
		{"variables", "pay/prices.yml", "card: 8 euros\n", "guide", "A card is 8 euros", 3},
		{"the configuration", "pay/mkdocs.yml", strings.Replace(files["pay/mkdocs.yml"], "fee: 3", "fee: four", 1), "guide", "the fee four.", 3},
	} {
		if c.file != "" {
			write(t, root, c.file, c.text)
		}
		r := mustRun(t, at(t, root, out, cache))
		if r.Stats.Rendered > c.rendered {
			t.Errorf("%s: %d pages rendered, want at most %d", c.name, r.Stats.Rendered, c.rendered)
		}
		if !strings.Contains(page(c.in), c.want) {
			t.Errorf("%s: the page does not say %q", c.name, c.want)
		}
		fresh := at(t, root, filepath.Join(t.TempDir(), "out"), "")
		mustRun(t, fresh)
		treetest.Same(t, c.name, treetest.Files(t, out), treetest.Files(t, fresh.Out))
	}
}
