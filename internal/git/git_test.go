package git_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/git"
)

// repo is a checkout that a test makes.
type repo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git here")
	}
	r := &repo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) write(name, text string) {
	r.t.Helper()
	p := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repo) commit() string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "x")
	return r.git("rev-parse", "HEAD")
}

func (r *repo) open() *git.Checkout {
	r.t.Helper()
	c, err := git.Open(r.dir, os.Getenv("PATH"))
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *repo) tree(commit string) *git.Tree {
	r.t.Helper()
	t, err := r.open().Tree(r.t.Context(), commit)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		if err := t.Close(); err != nil {
			r.t.Error(err)
		}
	})
	return t
}

func TestMergeBaseIsWhereBranchesPart(t *testing.T) {
	r := newRepo(t)
	r.write("a", "1")
	base := r.commit()
	r.git("checkout", "-q", "-b", "change")
	r.write("b", "2")
	r.commit()
	r.git("checkout", "-q", "main")
	r.write("c", "3")
	r.commit()
	r.git("checkout", "-q", "change")
	for _, rev := range []string{"main", "refs/heads/main", base} {
		if got, err := r.open().MergeBase(t.Context(), rev); err != nil || got != base {
			t.Errorf("%s: %s, %v", rev, got, err)
		}
	}
	r.git("checkout", "-q", "--orphan", "other")
	r.commit()
	for _, rev := range []string{"nowhere", "main", "--output=x", "-h", "", "a\nb"} {
		if got, err := r.open().MergeBase(t.Context(), rev); !errors.Is(err, git.ErrNoBase) {
			t.Errorf("%q: %q, %v", rev, got, err)
		}
	}
}

func TestTreeIsTheCommitAndNotTheDirectory(t *testing.T) {
	r := newRepo(t)
	r.write("a/b/c.yaml", "old\n")
	r.write("top.yaml", "top\n")
	r.write("ü \"q\".yaml", "odd\n")
	if err := os.Symlink("a/b/c.yaml", filepath.Join(r.dir, "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := os.Symlink("../../etc/passwd", filepath.Join(r.dir, "out")); err != nil {
		t.Fatal(err)
	}
	base := r.commit()
	r.write("a/b/c.yaml", "new\n")
	r.write("a/new.yaml", "new\n")
	tree := r.tree(base)
	if got, want := tree.Files(), []string{"a/b/c.yaml", "link", "top.yaml", "ü \"q\".yaml"}; !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	for name, want := range map[string]string{"a/b/c.yaml": "old\n", "link": "old\n", "ü \"q\".yaml": "odd\n"} {
		if b, err := fs.ReadFile(tree, name); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	for _, name := range []string{"a/new.yaml", "out", "../x"} {
		if _, err := tree.Open(name); err == nil {
			t.Errorf("%s was opened", name)
		}
	}
	if !tree.Has("a/b/c.yaml", []byte("old\r\n")) || tree.Has("a/b/c.yaml", []byte("new\n")) || tree.Has("a/new.yaml", nil) {
		t.Error("what has changed")
	}
	if err := fstest.TestFS(tree, tree.Files()...); err != nil {
		t.Error(err)
	}
}

// Nothing that a repository says is obeyed: every setting that could make git
// run a program names one that leaves a mark.
func TestNothingOfTheRepositoryIsRun(t *testing.T) {
	r := newRepo(t)
	mark := filepath.Join(t.TempDir(), "mark")
	script := filepath.Join(r.dir, "run.sh")
	r.write("a.yaml", "1\n")
	r.write(".gitattributes", "*.yaml diff=evil filter=evil merge=evil\n")
	base := r.commit()
	r.write("run.sh", "#!/bin/sh\necho \"$0 $*\" >>"+mark+"\ncat\n")
	if err := os.Chmod(script, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, hook := range []string{"post-checkout", "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"} {
		if err := os.WriteFile(filepath.Join(r.dir, ".git", "hooks", hook), []byte("#!/bin/sh\necho hook >>"+mark+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.alternateRefsCommand", "diff.external", "diff.evil.textconv", "diff.evil.command",
		"filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "gpg.program", "credential.helper", "core.gitProxy"} {
		r.git("config", key, script)
	}
	r.git("config", "alias.merge-base", "!"+script)
	r.git("config", "alias.ls-tree", "!"+script)
	if err := os.Remove(mark); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if _, err := r.open().MergeBase(t.Context(), base); err != nil {
		t.Fatal(err)
	}
	if b, err := r.tree(base).Read("a.yaml"); err != nil || string(b) != "1\n" {
		t.Fatal(string(b), err)
	}
	if b, err := os.ReadFile(mark); err == nil {
		t.Errorf("the repository ran a program: %s", b)
	}
}

func TestOpenLooksInAbsoluteDirectoriesOnly(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, search := range []string{"", ".", "relative" + string(os.PathListSeparator)} {
		if _, err := git.Open(dir, search); err == nil {
			t.Errorf("PATH %q: a git was found", search)
		}
	}
}

func TestChangedLines(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          []int
	}{
		{"a\nb\nc\n", "a\nb\nc\n", nil},
		{"a\nb\nc\n", "a\nx\nc\n", []int{2}},
		{"a\nb\nc\n", "a\r\nx\r\nc\r\n", []int{2}},
		{"", "a\nb", []int{1, 2}},
		{"a\nb\n", "a\nnew\nb\nlast\n", []int{2, 4}},
		{"a\nb\nc\nd\n", "d\n", nil},
		{"b\na\n", "a\nb\n", nil},
	} {
		got := git.Changed([]byte(c.before), []byte(c.after))
		var lines []int
		for l := range got {
			lines = append(lines, l)
		}
		slices.Sort(lines)
		if !slices.Equal(lines, c.want) {
			t.Errorf("%q to %q: %v, want %v", c.before, c.after, lines, c.want)
		}
	}
}
