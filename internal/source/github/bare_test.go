package github

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
)

// TestBareRepository reads what git itself has stored.
func TestBareRepository(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git:", err)
	}
	work := t.TempDir()
	run := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-C", work, "-c", "user.name=A", "-c", "user.email=a@acme.example"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	run("init", "-q", "-b", "main")
	for name, text := range map[string]string{"catalog-info.yaml": "kind: Component\n", "docs/a/b/c/d/e/f/g/h.md": "deep\n"} {
		if err := os.MkdirAll(filepath.Join(work, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(work, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run("add", "-A")
	run("commit", "-q", "-m", "one")
	w := newWorld(t, githubtest.Options{})
	w.Add(&githubtest.Repo{Owner: "acme", Name: "bare", Content: githubtest.NewBare(t, filepath.Join(work, ".git"))})
	h := w.host()
	r := w.one(h, "bare")
	l := trees(t, h, []source.Repo{r})["bare"]
	if l.Err != nil || len(l.Tree.Entries) != 2 || l.Tree.Revision != r.Revision {
		t.Fatalf("%+v", l)
	}
	for b, err := range h.Read(t.Context(), r, l.Tree.Entries) {
		if err != nil || len(b) == 0 {
			t.Errorf("%q, %v", b, err)
		}
	}
}
