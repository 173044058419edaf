package githubtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/source/github/githubtest"
)

// git runs git in a directory, without the configuration of this machine.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@acme.example", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@acme.example")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestFilesAreNamedAsGitNamesThem makes the same repository by git and by hand.
func TestFilesAreNamedAsGitNamesThem(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git:", err)
	}
	work, bare := t.TempDir(), filepath.Join(t.TempDir(), "r.git")
	for name, text := range map[string]string{"a.b": "1", "a/x": "2\n", "a/sub/deep/y.md": "ü\n", "a-b": "", "README.md": "# R\n"} {
		name = filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git(t, work, "init", "-q", "-b", "main")
	git(t, work, "add", "-A")
	git(t, work, "commit", "-q", "-m", "one")
	git(t, work, "clone", "-q", "--bare", work, bare)
	b := githubtest.NewBare(t, bare)
	f := githubtest.NewFiles("main", os.DirFS(work), "")
	byGit, byHand := b.Tree(b.Tip("main")), f.Tree(f.Tip("main"))
	if byGit == nil || byHand == nil {
		t.Fatal("no tree")
	}
	byGit.Commit, byHand.Commit = "", ""
	if !reflect.DeepEqual(byGit, byHand) {
		t.Errorf("git has %+v\nwe have %+v", byGit, byHand)
	}
	for _, e := range byGit.Entries {
		one, _ := b.Blob(e.OID)
		other, ok := f.Blob(e.OID)
		if e.Sub == nil && (!ok || string(one) != string(other)) {
			t.Errorf("%s: %q and %q", e.Name, one, other)
		}
	}
	if b.Tip("other") != "" || f.Tip("other") != "" || b.Tree(strings.Repeat("0", 40)) != nil {
		t.Error("there is what is not there")
	}
	before := f.Tip("main")
	f.Write("a/sub/new", "n")
	f.Remove("README.md")
	f.Link("link", "a/x")
	if f.Tip("main") == before || f.Tree(before).OID != byHand.OID {
		t.Error("a commit changes those before it")
	}
}
