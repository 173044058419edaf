package build_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLargeSet builds a set whose pages are more than are held in memory until
// they are written: what each page and the index say must be what they say when
// it is built alone. What is kept beside memory must be gone in the end.
func TestLargeSet(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	dir, cache := t.TempDir(), t.TempDir()
	files := map[string]string{"mkdocs.yml": "site_name: Large\n", "docs/index.md": "# Large\n"}
	line := strings.Repeat("much more of the same and nothing else ", 25) + "\n\n"
	for i := range 40 {
		files[fmt.Sprintf("docs/p%02d.md", i)] = fmt.Sprintf("# Page %d\n\nTo [the next](p%02d.md#end).\n\n%s## End\n\nWord%03d ends it.\n", i, (i+1)%40, strings.Repeat(line, 200), i)
	}
	writeHandbook(t, dir, files)
	got, r := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), cache)
	if r.Stats.Docs != 41 {
		t.Fatalf("%d pages", r.Stats.Docs)
	}
	index := got["search/search_index.json"]
	for i := range 40 {
		page, word := got[fmt.Sprintf("p%02d/index.html", i)], fmt.Sprintf("Word%03d ends it.", i)
		if strings.Count(page, word) != 1 || !strings.Contains(page, fmt.Sprintf(`href="../p%02d/#end"`, (i+1)%40)) || len(page) < 190_000 {
			t.Errorf("page %d has %d bytes and is not itself", i, len(page))
		}
		if strings.Count(index, word) != 1 {
			t.Errorf("the index has %q %d times", word, strings.Count(index, word))
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	// Of a site that is gone all is made again, of what is kept.
	again, _ := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), cache)
	for name, text := range got {
		if again[name] != text {
			t.Errorf("%s differs the second time", name)
		}
	}
}
