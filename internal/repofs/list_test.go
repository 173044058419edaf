//go:build unix

package repofs

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/diag"
)

// oddTree is a directory with all that can stand in one, among it a directory
// too large for one reading and names that are no text.
func oddTree(t *testing.T) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for i := range 700 {
		must(t, os.WriteFile(mkdir(t, dir, "many", fmt.Sprintf("%03d-%s", i, strings.Repeat("x", i%200))), make([]byte, i), 0o644))
	}
	must(t, os.WriteFile(mkdir(t, dir, "a/b/c", "deep"), []byte("deep"), 0o600))
	must(t, os.WriteFile(mkdir(t, dir, "a", "\xff\xfe\n"), nil, 0o644))
	must(t, os.Mkdir(mkdir(t, dir, ".", "empty"), 0o755))
	must(t, os.Symlink("a/b/c/deep", filepath.Join(dir, "link")))
	must(t, os.Symlink("a", filepath.Join(dir, "dirlink")))
	must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644))
	root, err := os.OpenRoot(dir)
	must(t, err)
	t.Cleanup(func() { root.Close() })
	return root
}

func mkdir(t *testing.T, parts ...string) string {
	t.Helper()
	p := filepath.Join(parts...)
	must(t, os.MkdirAll(filepath.Dir(p), 0o755))
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestListersAgree holds that the lister of this system and that of any system
// tell the same of every directory, in whatever order they are asked.
func TestListersAgree(t *testing.T) {
	root := oddTree(t)
	l := newLister(DirOf(root))
	defer l.close()
	for range 2 {
		for _, dir := range []string{".", "many", "a", "a/b", "a/b/c", "empty"} {
			got, err := l.list(dir)
			must(t, err)
			want, err := rootLister{root}.list(dir)
			must(t, err)
			if got, want := known(got), known(want); !slices.Equal(got, want) {
				t.Errorf("%s:\n%v\n%v", dir, got, want)
			}
		}
	}
	for _, dir := range []string{"gone", "link", "pipe"} {
		if es, err := l.list(dir); err == nil {
			t.Errorf("%s was listed: %v", dir, es)
		}
	}
}

// known is what a snapshot needs to know of a listing.
func known(es []entry) (out []entry) {
	for _, e := range es {
		switch {
		case e.mode.IsDir(), e.mode&fs.ModeSymlink != 0:
			out = append(out, entry{name: e.name, mode: e.mode.Type()})
		case e.mode.IsRegular():
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return out
}

// TestNothingStaysOpen counts the descriptors of this process around a snapshot.
func TestNothingStaysOpen(t *testing.T) {
	root := oddTree(t)
	count := func() int {
		des, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("descriptors cannot be counted here")
		}
		return len(des)
	}
	before := count()
	for range 20 {
		if _, err := TakeDir(t.Context(), "r", root, Options{}, diag.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if now := count(); now >= before+20 {
		t.Errorf("%d descriptors are open, %d were", now, before)
	}
}

// TestDirectorySwappedForALink: what was listed as a directory is a link out of
// the tree when it is opened.
func TestDirectorySwappedForALink(t *testing.T) {
	secret, dir := t.TempDir(), t.TempDir()
	must(t, os.WriteFile(filepath.Join(secret, "secret"), nil, 0o644))
	must(t, os.Mkdir(filepath.Join(dir, "d"), 0o755))
	root, err := os.OpenRoot(dir)
	must(t, err)
	defer root.Close()
	l := newLister(DirOf(root))
	defer l.close()
	if es, err := l.list("."); err != nil || len(es) != 1 {
		t.Fatal(es, err)
	}
	must(t, os.Remove(filepath.Join(dir, "d")))
	must(t, os.Symlink(secret, filepath.Join(dir, "d")))
	if es, err := l.list("d"); err == nil {
		t.Errorf("the link was followed: %v", es)
	}
}

// TestPipeIsNotWaitedFor puts a pipe in the place of a file after it was listed.
func TestPipeIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "a")
	must(t, os.WriteFile(p, []byte("text"), 0o644))
	root, err := os.OpenRoot(dir)
	must(t, err)
	defer root.Close()
	s, err := TakeDir(t.Context(), "r", root, Options{}, diag.Discard)
	must(t, err)
	must(t, os.Remove(p))
	must(t, syscall.Mkfifo(p, 0o644))
	read := make(chan error)
	go func() {
		_, err := s.Read("a")
		read <- err
	}()
	select {
	case err := <-read:
		if err == nil {
			t.Error("a pipe was read")
		}
	case <-time.After(10 * time.Second):
		t.Error("a pipe without a writer is waited for")
		if w, err := os.OpenFile(p, os.O_WRONLY, 0); err == nil {
			w.Close() // let the reader go
		}
		<-read
	}
}

func TestOpenTakesRegularFilesOnly(t *testing.T) {
	root := oddTree(t)
	for _, name := range []string{"pipe", "a", ".", "gone", "dirlink"} {
		if f, err := Open(root, name); err == nil {
			f.Close()
			t.Errorf("%s was opened", name)
		}
	}
	for _, name := range []string{"link", "a/b/c/deep"} {
		f, err := Open(root, name)
		must(t, err)
		if b, err := io.ReadAll(f); string(b) != "deep" || err != nil {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		must(t, f.Close())
	}
}

// TestMatcherIsDoublestar holds the shortcut for names against the globs.
func TestMatcherIsDoublestar(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from []string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(from[r.IntN(len(from))])
		}
		return b.String()
	}
	hits := 0
	for range 20_000 {
		g := pick([]string{"**/", "a", "b", ".", "*", "?", "[a]", "{a,b}", "\\", "/", "ä"}, 1+r.IntN(3))
		dir, name := pick([]string{"a/", "b/"}, r.IntN(3)), pick([]string{"a", "b", ".", "ä", "\xff", "{", "*"}, 1+r.IntN(2))
		if dir = strings.TrimSuffix(dir, "/"); dir == "" {
			dir = "."
		}
		want, err := doublestar.Match(g, join(dir, name))
		want = want && err == nil
		if got := newMatcher([]string{g}).match(dir, name); got != want {
			t.Fatalf("%q against %q in %q: %v, want %v", g, name, dir, got, want)
		}
		if want {
			hits++
		}
	}
	if hits < 500 {
		t.Errorf("only %d of the patterns matched", hits)
	}
}
