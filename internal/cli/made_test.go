package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPortalsAreNoRepositories: wherever below its source a portal was written, the
// next build, of it or of another, is of the same repositories.
func TestPortalsAreNoRepositories(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		put(t, filepath.Join(dir, name, "catalog-info.yaml"), "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: "+name+"}\nspec: {type: team, children: []}\n")
	}
	for _, out := range []string{"built/portal", "built/portal", "built/other", "elsewhere", "public", "deep/x/portal", "deep/x/portal", "deep/y/z/portal", "public", "a/site", "public"} {
		code, _, msg := run(t, t.Context(), dir, "build", ".", "--out", out)
		if code != ExitOK || !strings.Contains(msg, "2 entities from 2 repositories") {
			t.Errorf("--out %s: %d %s", out, code, msg)
		}
	}
}

func TestImportOfNothing(t *testing.T) {
	code, out, msg := run(t, t.Context(), t.TempDir(), "import")
	if code != ExitFindings || out != "" || !strings.HasPrefix(msg, "callboard: there are no files of other catalogs to import\n") {
		t.Errorf("%d %q %q", code, out, msg)
	}
}
