package output

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

type file struct{ path, key, data string }

func key(s string) digest.Sum { return digest.Of([]byte(s)) }

// build makes a portal of files and tells how many of them were kept, written
// and removed.
func build(t *testing.T, out, state string, files ...file) (kept, written, removed int) {
	t.Helper()
	d, err := Open(out, state)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Abort()
	for _, f := range files {
		p := urlpath.Must(f.path)
		if d.Keep(p, key(f.key)) {
			kept++
			continue
		}
		if err := d.Put(p, key(f.key), []byte(f.data)); err != nil {
			t.Fatal(err)
		}
	}
	written, _, _ = d.Counts()
	_, removed, err = d.Commit()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(out, f.path))
		if err != nil || string(b) != f.data {
			t.Errorf("%s: %q %v, want %q", f.path, b, err, f.data)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), ".*.new-*")); len(left) > 0 {
		t.Error("staging directories are left:", left)
	}
	return kept, written, removed
}

func TestSecondBuildWritesWhatChanged(t *testing.T) {
	dir := t.TempDir()
	out, state := filepath.Join(dir, "public"), filepath.Join(dir, "state")
	a, b := file{"a/index.html", "k1", "A"}, file{"b/index.html", "k2", "B"}
	if k, w, r := build(t, out, state, a, b); k != 0 || w != 2 || r != 0 {
		t.Fatal(k, w, r)
	}
	if k, w, r := build(t, out, state, a, b); k != 2 || w != 0 || r != 0 {
		t.Fatal("unchanged:", k, w, r)
	}
	if k, w, r := build(t, out, state, a, file{"b/index.html", "k3", "B2"}); k != 1 || w != 1 || r != 0 {
		t.Fatal("one changed:", k, w, r)
	}
	if k, w, r := build(t, out, state, file{"a/index.html", "k4", "A"}); k != 0 || w != 0 || r != 1 {
		t.Fatal("same bytes of another key, one gone:", k, w, r)
	}
	if _, err := os.Stat(filepath.Join(out, "b")); err == nil {
		t.Error("the directory of a removed page is still there")
	}
	os.WriteFile(filepath.Join(out, "a/index.html"), []byte("damaged by hand"), 0o644)
	if k, w, _ := build(t, out, state, file{"a/index.html", "k4", "A"}); k != 0 || w != 1 {
		t.Fatal("a damaged file was kept:", k, w)
	}
	os.Remove(state)
	if k, w, _ := build(t, out, state, file{"a/index.html", "k4", "A"}); k != 0 || w != 0 {
		t.Fatal("without state all is made again and nothing written:", k, w)
	}
}

func TestAFileMayBecomeADirectoryAndBack(t *testing.T) {
	dir := t.TempDir()
	out, state := filepath.Join(dir, "public"), filepath.Join(dir, "state")
	build(t, out, state, file{"x/y", "1", "deep"})
	build(t, out, state, file{"x", "2", "flat"})
	build(t, out, state, file{"x/y", "1", "deep"}, file{"x/z/a", "3", "deeper"})
}

func TestAbortLeavesThePortal(t *testing.T) {
	dir := t.TempDir()
	out, state := filepath.Join(dir, "public"), filepath.Join(dir, "state")
	a := file{"a", "k", "A"}
	build(t, out, state, a)
	d, err := Open(out, state)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(urlpath.Must("a"), key("other"), []byte("half")); err != nil {
		t.Fatal(err)
	}
	if err := d.Abort(); err != nil {
		t.Fatal(err)
	}
	if k, _, _ := build(t, out, state, a); k != 1 {
		t.Fatal("the portal changed")
	}
}

func TestForeignDirectoryIsRefused(t *testing.T) {
	out := t.TempDir()
	os.WriteFile(filepath.Join(out, "thesis.txt"), []byte("precious"), 0o644)
	if _, err := Open(out, ""); err == nil {
		t.Fatal("a directory that is not callboard's was taken")
	}
}

func TestCollisionsAreRefused(t *testing.T) {
	d, err := Open(filepath.Join(t.TempDir(), "public"), "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Abort()
	for i, p := range []string{"a/Page", "a/page", "a/Page"} {
		err := d.Put(urlpath.Must(p), key(p), nil)
		if want := i > 0; errors.As(err, new(*CollisionError)) != want {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestManifestIsSorted(t *testing.T) {
	d, err := Open(filepath.Join(t.TempDir(), "public"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"b", "a/x", "a"} {
		if p == "a" {
			continue
		}
		if err := d.Put(urlpath.Must(p), key(p), []byte(p)); err != nil {
			t.Fatal(err)
		}
	}
	m, _, err := d.Commit()
	if err != nil || !slices.IsSortedFunc(m.Files, func(a, b Entry) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	}) {
		t.Fatal(m, err)
	}
}

// TestFileAgainstDirectory: "x" and "x/index.html" cannot both be, in any order
// and in any case.
func TestFileAgainstDirectory(t *testing.T) {
	for _, pair := range [][2]string{{"x", "x/index.html"}, {"x/index.html", "x"}, {"a/X", "A/x/b/c.html"}, {"a/b/c/d", "A/B"}, {"a.html", "A.HTML"}} {
		d, err := Open(filepath.Join(t.TempDir(), "out"), "")
		if err != nil {
			t.Fatal(err)
		}
		defer d.Abort()
		if err := d.Put(urlpath.Must(pair[0]), key("1"), []byte("1")); err != nil {
			t.Fatal(err)
		}
		var c *CollisionError
		if err := d.Put(urlpath.Must(pair[1]), key("2"), []byte("2")); !errors.As(err, &c) || c.Other != pair[0] {
			t.Errorf("%v: %v", pair, err)
		}
		if err := d.Put(urlpath.Must("a/b/other.html"), key("3"), []byte("3")); err != nil && pair[1] != "A/B" {
			t.Errorf("%v: the neighbour: %v", pair, err)
		}
	}
}

// TestKeepAllOfWhatIsThere: two parts of a portal may come to the same file.
// Another key at the path, or another spelling of it, is a collision.
func TestKeepAllOfWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	out, state := filepath.Join(dir, "public"), filepath.Join(dir, "state")
	build(t, out, state, file{"data/x.json", "k", "X"}, file{"data/y.json", "l", "Y"}, file{"data/z.json", "m", "Z"})
	d, err := Open(out, state)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Abort()
	x, y := Made{Path: "data/x.json", Key: key("k")}, Made{Path: "data/y.json", Key: key("l")}
	if !d.KeepAll([]Made{x, x}) || !d.KeepAll([]Made{y, x}) {
		t.Error("a file that is there already, made of the same things, is in the way")
	}
	if _, _, n := d.Counts(); n != 2 {
		t.Errorf("%d files, want 2", n)
	}
	z := Made{Path: "data/z.json", Key: key("m")}
	for _, other := range []Made{{Path: "data/x.json", Key: key("other")}, {Path: "data/X.json", Key: key("k")}, {Path: "data/x.json"}, {Path: "data", Key: key("k")}, {Path: "data/x.json/y", Key: key("k")}} {
		if d.KeepAll([]Made{z, other}) {
			t.Errorf("%v was taken over", other)
		}
	}
	if d.Keep(urlpath.Must("data/x.json"), key("k")) {
		t.Error("Keep took a file twice")
	}
	if !d.Keep(urlpath.Must(z.Path), z.Key) {
		t.Error("a list that was refused has taken one of its files")
	}
}

// TestNothingIsWrittenWithoutNeed builds the same again: manifest and state stay
// the files they were, until somebody touches the manifest.
func TestNothingIsWrittenWithoutNeed(t *testing.T) {
	dir := t.TempDir()
	out, state := filepath.Join(dir, "public"), filepath.Join(dir, "state")
	manifest := filepath.Join(out, "manifest.json")
	stat := func(name string) os.FileInfo {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	a, b := file{"a", "k", "A"}, file{"b", "l", "B"}
	build(t, out, state, a, b)
	// An inode may be given out again at once; a time long past is not.
	long := time.Unix(1e9, 0)
	for _, name := range []string{manifest, state} {
		if err := os.Chtimes(name, long, long); err != nil {
			t.Fatal(err)
		}
	}
	old := func(name string) bool { return stat(name).ModTime().Equal(long) }
	build(t, out, state, a, b)
	if !old(manifest) || !old(state) {
		t.Error("a build of the same wrote its manifest or state again")
	}
	build(t, out, state, a, file{"b", "new", "B"})
	if !old(manifest) || old(state) {
		t.Error("another key: the manifest was written, or the state was not")
	}
	if k, _, _ := build(t, out, state, a, file{"b", "new", "B"}); k != 2 {
		t.Error("the new key was not kept")
	}
	text, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(manifest, append(text, ' '), 0o644); err != nil {
		t.Fatal(err)
	}
	build(t, out, state, a, file{"b", "new", "B"})
	if now, err := os.ReadFile(manifest); err != nil || string(now) != string(text) {
		t.Errorf("the manifest is %q, want %q", now, text)
	}
}

func TestPutFrom(t *testing.T) {
	out, state := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "state")
	text := strings.Repeat("a line of a large file\n", 10_000)
	pieces := func(w io.Writer) error {
		for line := range strings.Lines(text) {
			if _, err := io.WriteString(w, line); err != nil {
				return err
			}
		}
		return nil
	}
	p, err := urlpath.New("data/large.json")
	if err != nil {
		t.Fatal(err)
	}
	key := digest.Of([]byte("key"))
	for round := range 3 {
		d, err := Open(out, state)
		if err != nil {
			t.Fatal(err)
		}
		if kept := d.Keep(p, key); kept != (round > 0) {
			t.Fatalf("round %d: kept %v", round, kept)
		} else if !kept {
			if err := d.PutFrom(p, key, func(io.Writer) error { return io.ErrClosedPipe }); !errors.Is(err, io.ErrClosedPipe) {
				t.Fatal(err)
			}
			if err := d.PutFrom(p, key, pieces); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.PutFrom(p, digest.Of([]byte("other")), pieces); !errors.As(err, new(*CollisionError)) {
			t.Fatal("two files at one path:", err)
		}
		m, _, err := d.Commit()
		if err != nil {
			t.Fatal(err)
		}
		if e := m.Files[0]; len(m.Files) != 1 || e.Sum != digest.Of([]byte(text)) || e.Size != int64(len(text)) {
			t.Fatalf("round %d: %v", round, m.Files)
		}
		if b, err := os.ReadFile(filepath.Join(out, "data", "large.json")); err != nil || string(b) != text {
			t.Fatal(len(b), err)
		}
		if left, err := filepath.Glob(filepath.Join(out, ".part-*")); err != nil || len(left) > 0 {
			t.Fatal(left, err)
		}
	}
}

func TestWroteTellsOurDirectoriesFromOthers(t *testing.T) {
	ours := filepath.Join(t.TempDir(), "public")
	build(t, ours, "", file{"index.html", "1", "x"})
	theirs := t.TempDir()
	os.WriteFile(filepath.Join(theirs, "manifest.json"), []byte(`{"name": "a web app"}`), 0o644)
	linked := t.TempDir()
	if err := os.Symlink(filepath.Join(ours, "manifest.json"), filepath.Join(linked, "manifest.json")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for dir, want := range map[string]bool{ours: true, theirs: false, linked: false, filepath.Join(ours, "gone"): false} {
		if got := Wrote(dir); got != want {
			t.Errorf("%s: %t, want %t", dir, got, want)
		}
	}
}

// The directory in which a portal is made is known by its name.
func TestWrites(t *testing.T) {
	out := filepath.Join(t.TempDir(), "built", "site.new-2")
	d, err := Open(out, "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Abort()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(out), ".*"))
	if err != nil || len(names) != 1 || !Writes(names[0]) {
		t.Errorf("%v, %v", names, err)
	}
	for _, other := range []string{"site.new-1", ".new-1", ".site.new-", ".site.new-x", ".git"} {
		if Writes(filepath.Join("x", other)) {
			t.Errorf("%s is taken for one", other)
		}
	}
}
