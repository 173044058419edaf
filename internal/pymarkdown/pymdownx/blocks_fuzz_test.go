package pymdownx_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/pymarkdown"
)

// FuzzBlockMarkup converts any page with all extensions that read blocks. None
// may fail, and a page may not become more than a hundred times larger: the
// markup of a tab or of a figure is that of a few dozen characters.
func FuzzBlockMarkup(f *testing.F) {
	archives, err := filepath.Glob("testdata/blocks/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i < len(a.Files); i += 2 {
			f.Add(string(a.Files[i].Data))
		}
	}
	var ext []pymarkdown.Extension
	for _, name := range []string{"gh_admonitions", "md_in_html", "attr_list", "admonition", "def_list", "mdx_breakless_lists", "pymdownx.details", "pymdownx.tabbed",
		"pymdownx.superfences", "pymdownx.tasklist", "pymdownx.fancylists", "pymdownx.blocks.admonition", "pymdownx.blocks.caption", "pymdownx.blocks.definition",
		"pymdownx.blocks.details", "pymdownx.blocks.html", "pymdownx.blocks.tab"} {
		ext = append(ext, pymarkdown.Extension{Name: name, Options: map[string]any{"alternate_style": true}})
	}
	ext = append(ext, pymarkdown.Extension{Name: "pymdownx.quotes", Options: map[string]any{"callouts": true}})
	d, problems := pymarkdown.New(ext, 0, setupOf)
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	f.Fuzz(func(t *testing.T, page string) {
		if out := d.Convert(page, pymarkdown.Env{}); len(out) > 100*len(page)+4096 {
			t.Errorf("%d bytes became %d", len(page), len(out))
		}
	})
}
