package markdown_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown/pymdownx"
)

func shared(t *testing.T, path string) string {
	t.Helper()
	dir := os.Getenv("CALLBOARD_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	return filepath.Join(dir, path)
}

// TestCorpusSites renders the pages of real sites.
func TestCorpusSites(t *testing.T) {
	var files []string
	_ = filepath.WalkDir(shared(t, "corpus/sites"), func(p string, _ fs.DirEntry, _ error) error {
		if strings.Contains(p, "/source/") && strings.HasSuffix(p, ".md") {
			files = append(files, p)
		}
		return nil
	})
	if len(files) == 0 {
		t.Skip("the corpus is not here; set CALLBOARD_SHARED to run this test")
	}
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
