package markdown_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/corpustest"
	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown/pymdownx"
)

// TestCorpusSites renders the pages of real sites.
func TestCorpusSites(t *testing.T) {
	var files []string
	_ = filepath.WalkDir(corpustest.Path(t, "sites"), func(p string, _ fs.DirEntry, _ error) error {
		if strings.Contains(p, "/source/") && strings.HasSuffix(p, ".md") {
			files = append(files, p)
		}
		return nil
	})
	r, d := markdown.New(highlight.New()), profileOf(t, "techdocs")
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Render(src, markdown.Options{Dialect: d}).Diagnostics {
			if x.Code != markdown.CodeLinkUnsafe && x.Code != markdown.CodeMeta && x.Code != pymdownx.CodeSnippet && x.Code != markdown.CodeFrameRefused {
				t.Errorf("%s: %+v", f, x)
			}
		}
	}
	t.Logf("%d pages", len(files))
}
