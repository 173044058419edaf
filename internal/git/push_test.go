package git_test

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/git"
)

// host makes a bare repository and returns its path.
func host(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(t.TempDir(), "host.git")
	at(t, "", "init", "--quiet", "--bare", dir)
	return dir
}

// at runs git as a person would.
func at(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if dir != "" {
		args = append([]string{"-C", dir}, args...)
	}
	cmd := exec.Command("git", args...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func pusher(t *testing.T, dir string) *git.Remote {
	t.Helper()
	a, err := git.ParseAddress(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	r, err := git.OpenRemote(git.RemoteOptions{Address: a, Dir: filepath.Join(t.TempDir(), "work"), Search: os.Getenv("PATH")})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newFiles(of map[string]string) iter.Seq[git.NewFile] {
	return func(yield func(git.NewFile) bool) {
		for _, p := range slices.Sorted(maps.Keys(of)) {
			if !yield(git.NewFile{Path: p, Read: func() ([]byte, error) { return []byte(of[p]), nil }}) {
				return
			}
		}
	}
}

func commitOf(of map[string]string) git.NewCommit {
	return git.NewCommit{Branch: "gh-pages", Message: "portal", Time: time.Unix(1_700_000_000, 0), Files: newFiles(of)}
}

func many(version int) map[string]string {
	out := map[string]string{".nojekyll": "", "index.html": fmt.Sprintf("version %d", version)}
	for i := range 200 {
		out[fmt.Sprintf("docs/%d/ü b.html", i)] = strings.Repeat(fmt.Sprintf("page %d\n", i), 300)
	}
	return out
}

func TestPush(t *testing.T) {
	dir := host(t)
	first, err := pusher(t, dir).Push(t.Context(), commitOf(many(1)))
	if err != nil || first != at(t, dir, "rev-parse", "gh-pages") {
		t.Fatalf("%s, %v", first, err)
	}
	if again, err := pusher(t, dir).Push(t.Context(), commitOf(many(1))); err != nil || again != "" {
		t.Errorf("the same once more is commit %s, %v", again, err)
	}
	files := many(2)
	delete(files, "docs/7/ü b.html")
	second, err := pusher(t, dir).Push(t.Context(), commitOf(files))
	if err != nil {
		t.Fatal(err)
	}
	if got := at(t, dir, "show", "gh-pages:index.html"); got != "version 2" {
		t.Errorf("the page is %q", got)
	}
	if got := at(t, dir, "rev-list", "--count", "gh-pages"); got != "1" {
		t.Errorf("there are %s commits", got)
	}
	if n := strings.Count(at(t, dir, "ls-tree", "-r", "--name-only", "gh-pages"), "\n") + 1; n != len(files) {
		t.Errorf("there are %d files, want %d", n, len(files))
	}
	c := commitOf(many(3))
	c.Append = true
	third, err := pusher(t, dir).Push(t.Context(), c)
	if err != nil || at(t, dir, "rev-parse", third+"^") != second {
		t.Errorf("after %s comes %s, %v", second, third, err)
	}
}

// TestPushSendsWhatChanged counts what the host gets.
func TestPushSendsWhatChanged(t *testing.T) {
	for _, history := range []bool{true, false} {
		sendsWhatChanged(t, history)
	}
}

func sendsWhatChanged(t *testing.T, history bool) {
	dir := host(t)
	at(t, dir, "config", "receive.unpackLimit", "1")
	at(t, dir, "config", "uploadpack.allowFilter", "true")
	for v := range 2 {
		c := commitOf(many(v))
		c.Append = history
		if _, err := pusher(t, dir).Push(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	packs, err := filepath.Glob(filepath.Join(dir, "objects/pack/*.pack"))
	if err != nil || len(packs) != 2 {
		t.Fatalf("there are %q, %v", packs, err)
	}
	var sizes []int64
	for _, p := range packs {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
	}
	if small, large := min(sizes[0], sizes[1]), max(sizes[0], sizes[1]); small > large/10 {
		t.Errorf("the packs have %d bytes: too much was sent again; with history: %t", sizes, history)
	}
}

// TestPushOvertaken has somebody else push while the files are read.
func TestPushOvertaken(t *testing.T) {
	for _, there := range []bool{true, false} {
		dir := host(t)
		if there {
			if _, err := pusher(t, dir).Push(t.Context(), commitOf(many(1))); err != nil {
				t.Fatal(err)
			}
		}
		c := commitOf(many(2))
		c.Files = func(yield func(git.NewFile) bool) {
			if _, err := pusher(t, dir).Push(t.Context(), commitOf(map[string]string{"theirs": "x"})); err != nil {
				t.Error(err)
			}
			newFiles(many(2))(yield)
		}
		if _, err := pusher(t, dir).Push(t.Context(), c); !errors.Is(err, git.ErrOvertaken) {
			t.Errorf("the branch was there: %t: %v", there, err)
		}
		if got := at(t, dir, "show", "gh-pages:theirs"); got != "x" {
			t.Errorf("theirs is %q", got)
		}
	}
}

// TestPushRefuses pushes nothing of what cannot be read or named.
func TestPushRefuses(t *testing.T) {
	dir := host(t)
	broken := errors.New("it cannot be read")
	for name, c := range map[string]git.NewCommit{
		"of git's own": commitOf(map[string]string{"docs/.GIT/config": "x"}),
		"leads out":    commitOf(map[string]string{"../x": "x"}),
		"two lines":    commitOf(map[string]string{"x\nM 100644 inline y": "x"}),
		"no branch":    {Branch: "--upload-pack=x", Files: newFiles(many(1))},
		"cannot be read": {Branch: "gh-pages", Files: func(yield func(git.NewFile) bool) {
			yield(git.NewFile{Path: "x", Read: func() ([]byte, error) { return nil, broken }})
		}},
	} {
		if _, err := pusher(t, dir).Push(t.Context(), c); err == nil || name == "cannot be read" && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := at(t, dir, "for-each-ref"); got != "" {
		t.Errorf("there is %s", got)
	}
	if _, err := pusher(t, dir).Push(t.Context(), commitOf(many(1))); err != nil {
		t.Fatal(err)
	}
	c := commitOf(map[string]string{"index.html": "x"})
	c.Check = func(paths []string) error {
		if len(paths) != len(many(1)) {
			t.Errorf("there are %d files", len(paths))
		}
		return broken
	}
	if _, err := pusher(t, dir).Push(t.Context(), c); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
