package build_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSearchOfFrontMatter: a page whose author keeps it from the search is a page,
// and in no index; what another is to count is in MkDocs' index as it was said. A
// change of either is heeded by the next build.
func TestSearchOfFrontMatter(t *testing.T) {
	dir, out, cache := t.TempDir(), filepath.Join(t.TempDir(), "site"), t.TempDir()
	front := func(search string) string { return "---\nsearch: " + search + "\n---\n" }
	build := func(a, b string) (files map[string]string, boost float64) {
		t.Helper()
		writeHandbook(t, dir, map[string]string{"docs/index.md": "# Home\n\nMoor.\n", "docs/a.md": a + "# First\n\nThe ferry crosses.\n", "docs/b.md": b + "# Second\n\nThe ferry crosses.\n"})
		files, _ = buildDocs(t, dir, out, cache)
		var index struct {
			Docs []struct {
				Location string
				Boost    float64
			}
		}
		if err := json.Unmarshal([]byte(files["search/search_index.json"]), &index); err != nil {
			t.Fatal(err)
		}
		for _, d := range index.Docs {
			if d.Location == "a/" {
				boost = d.Boost
			}
			if d.Location == "b/" && strings.Contains(b, "exclude") {
				t.Errorf("MkDocs' index has what is kept from it:\n%s", files["search/search_index.json"])
			}
		}
		return files, boost
	}
	for _, c := range []struct {
		a, b  string
		found []string
		boost float64
	}{
		{"", front("{exclude: true}"), []string{"a/"}, 0},
		{"", front("{boost: 1e9}"), []string{"b/", "a/"}, 0},
		{front("{boost: 1.5}"), "", []string{"a/", "b/"}, 1.5},
		{front("{boost: many, exclude: 1}"), front("[]"), []string{"a/", "b/"}, 0},
	} {
		files, boost := build(c.a, c.b)
		got, err := finder(t, out)("ferry")
		if err != nil || !slices.Equal(got, c.found) || boost != c.boost || files["b/index.html"] == "" {
			t.Errorf("%q %q: %q with a boost of %g, want %q and %g: %v", c.a, c.b, got, boost, c.found, c.boost, err)
		}
	}
}
