package build_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestSynonymsOfAPortal: words that the configuration adds are found by the next
// build, though nothing else has changed, and with their end are not any more.
func TestSynonymsOfAPortal(t *testing.T) {
	out, cache := filepath.Join(t.TempDir(), "out"), t.TempDir()
	for i, synonyms := range [][]string{nil, {"winch, skrimblewheel"}, nil} {
		o := demo(t, out, cache)
		o.Config.Search.Synonyms = synonyms
		mustRun(t, o)
		got, err := finder(t, out)("skrimblewheel")
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case synonyms == nil && len(got) > 0:
			t.Errorf("build %d finds %q", i, got)
		case synonyms != nil && (len(got) == 0 || !strings.Contains(strings.Join(got, " "), "catalog/default/component/winch/")):
			t.Errorf("build %d finds %q, not the winch", i, got)
		}
	}
}
