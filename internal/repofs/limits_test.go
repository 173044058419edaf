package repofs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/diag"
)

// made is a tree that exists in lists only, as no file system would hold it.
type made map[string][]entry

func (m made) list(dir string) ([]entry, error) {
	es, ok := m[dir]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: "/home/someone/" + dir, Err: fs.ErrPermission}
	}
	return slices.Clone(es), nil
}

func (made) follow(string) (fs.FileInfo, error) { return nil, fs.ErrNotExist }

func file(name string) entry   { return entry{name: name, size: 1} }
func folder(name string) entry { return entry{name: name, mode: fs.ModeDir} }

func takeMade(t *testing.T, m made) (*Snapshot, []diag.Diagnostic) {
	t.Helper()
	var found diag.List
	s, err := take(t.Context(), "r", m, nil, Options{}, &found)
	if err != nil {
		t.Fatal(err)
	}
	return s, found.All()
}

func TestMaxFiles(t *testing.T) {
	for n, want := range map[int]int{MaxFiles - 1: 0, MaxFiles: 0, MaxFiles + 1: 1} {
		m := made{".": {folder("d"), folder("e")}, "e": nil}
		for i := range n {
			m["d"] = append(m["d"], file(fmt.Sprintf("%06d", i)))
		}
		s, found := takeMade(t, m)
		if len(s.Files) != min(n, MaxFiles) || len(found) != want {
			t.Errorf("%d files: %d taken, %v", n, len(s.Files), found)
		}
		if want == 1 && found[0].Code != CodeTooManyFiles {
			t.Errorf("%+v", found[0])
		}
	}
}

// madeOnDisk is a made tree of which some files are really there.
type madeOnDisk struct {
	made
	fstest.MapFS
}

func (m madeOnDisk) follow(p string) (fs.FileInfo, error) { return fs.Stat(m.MapFS, p) }

// TestMaxFilesLeavesTheNamed names files that lie behind the limit, one of them
// where nothing is listed, and one that is not there.
func TestMaxFilesLeavesTheNamed(t *testing.T) {
	m := madeOnDisk{made{".": {folder("d"), folder("skip"), folder("z")}, "skip": {file("x.yaml")}, "z": {file("catalog-info.yaml")}},
		fstest.MapFS{"d/000001": {Data: []byte("1")}, "z/catalog-info.yaml": {Data: []byte("kind")}, "skip/x.yaml": {}}}
	for i := range MaxFiles + 1 {
		m.made["d"] = append(m.made["d"], file(fmt.Sprintf("%06d", i)))
	}
	var found diag.List
	s, err := take(t.Context(), "r", m, nil, Options{Ignore: []string{"skip"}, Named: []string{"z/catalog-info.yaml", "skip/x.yaml", "d/000001", "d/000001", "gone.yaml", "../out"}}, &found)
	if err != nil {
		t.Fatal(err)
	}
	if ds := found.All(); len(s.Files) != MaxFiles || len(ds) != 1 || ds[0].Code != CodeTooManyFiles {
		t.Errorf("%d files, %v", len(s.Files), ds)
	}
	for p, want := range map[string]bool{"z/catalog-info.yaml": true, "skip/x.yaml": true, "d/000001": true, "d/000000": true, "gone.yaml": false, "../out": false} {
		if _, there := s.Lookup(p); there != want {
			t.Errorf("%s: %v, want %v", p, there, want)
		}
	}
	if !slices.IsSortedFunc(s.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) }) || len(slices.CompactFunc(slices.Clone(s.Files), func(a, b File) bool { return a.Path == b.Path })) != len(s.Files) {
		t.Error("the files are not in order, or one is there twice")
	}
}

func TestMaxDepth(t *testing.T) {
	for depth, want := range map[int]int{MaxDepth - 1: 0, MaxDepth: 0, MaxDepth + 1: 1, 10 * MaxDepth: 1} {
		m, dir := made{}, "."
		for range depth {
			m[dir] = []entry{folder("d")}
			dir = strings.TrimPrefix(dir+"/d", "./")
		}
		m[dir] = []entry{file("x")}
		s, found := takeMade(t, m)
		if len(s.Files) != 1-want || len(found) != want {
			t.Errorf("%d deep: %d files, %v", depth, len(s.Files), found)
		}
		if want == 1 && (found[0].Code != CodeTooDeep || found[0].Pos.File == "") {
			t.Errorf("%+v", found[0])
		}
	}
}

// TestUnlistable holds that a directory that cannot be listed costs no more
// than itself, and that the finding does not tell where it is on this machine.
func TestUnlistable(t *testing.T) {
	s, found := takeMade(t, made{".": {folder("locked"), file("z")}})
	if len(s.Files) != 1 || len(found) != 1 || found[0].Code != CodeUnreadable || found[0].Pos.File != "locked" {
		t.Fatalf("%v %v", s.Files, found)
	}
	if strings.Contains(found[0].Message, "/home") {
		t.Error(found[0].Message)
	}
}

func TestOddFilesAreLeftOut(t *testing.T) {
	var es []entry
	for i, mode := range []fs.FileMode{fs.ModeNamedPipe, fs.ModeSocket, fs.ModeDevice, fs.ModeDevice | fs.ModeCharDevice, fs.ModeIrregular} {
		es = append(es, entry{name: fmt.Sprint(i), mode: mode})
	}
	if s, found := takeMade(t, made{".": append(es, file("a"))}); len(s.Files) != 1 || len(found) != 0 {
		t.Errorf("%v %v", s.Files, found)
	}
}

// TestListingIsDeterministic lists directories in another order each time.
func TestListingIsDeterministic(t *testing.T) {
	m := made{".": {folder("a"), folder("a-b"), file("a.txt"), file("b"), file("B"), file("ä")}, "a": {file("z"), file("y")}, "a-b": {file("x")}}
	first, _ := takeMade(t, m)
	want := []string{"B", "a-b/x", "a.txt", "a/y", "a/z", "b", "ä"}
	for range 20 {
		for _, es := range m {
			rand.Shuffle(len(es), func(i, j int) { es[i], es[j] = es[j], es[i] })
		}
		s, _ := takeMade(t, m)
		var got []string
		for _, f := range s.Files {
			got = append(got, f.Path)
		}
		if !slices.Equal(got, want) || s.Listing() != first.Listing() {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	var under []string
	for _, f := range first.Under("a/") {
		under = append(under, f.Path)
	}
	if !slices.Equal(under, []string{"a/y", "a/z"}) || len(first.Under(".")) != len(want) || len(first.Under("nowhere")) != 0 {
		t.Errorf("below a: %q", under)
	}
	delete(m, "a-b")
	if s, _ := takeMade(t, m); s.Listing() == first.Listing() {
		t.Error("the listing does not tell that a file is gone")
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := TakeFS(ctx, "r", fstest.MapFS{"a": {}}, Options{}, diag.Discard); s != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", s, err)
	}
}

// TestReadLimit reads files that are as long as the limit, and longer than they
// were when they were listed.
func TestReadLimit(t *testing.T) {
	for size, ok := range map[int]bool{0: true, 9: true, 10: true, 11: false, 5000: false} {
		f, err := fstest.MapFS{"a": {Data: make([]byte, size)}}.Open("a")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := readAll(f, 10, false); (err == nil) != ok || ok && len(b) != size {
			t.Errorf("%d bytes: %d, %v", size, len(b), err)
		}
	}
	for size, ok := range map[int64]bool{MaxRead: true, MaxRead + 1: false} {
		s := Memory("r", nil, map[string]string{"a": ""})
		s.Files[0].Size = size
		_, err := s.Read("a")
		if tooLarge := (*TooLargeError)(nil); ok != (err == nil) || !ok && (!errors.As(err, &tooLarge) || tooLarge.Size != size) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// TestDirectoryForFile opens a directory as if it were a file.
func TestDirectoryForFile(t *testing.T) {
	if b, err := (fsTree{fstest.MapFS{"d/a": {}}}).read("d", 10); err == nil || b != nil {
		t.Errorf("%q, %v", b, err)
	}
}

func TestTakeFS(t *testing.T) {
	s, err := TakeFS(t.Context(), "r", fstest.MapFS{"a/b.txt": {Data: []byte("x")}, "link": {Data: []byte("a/b.txt"), Mode: fs.ModeSymlink}}, Options{}, diag.Discard)
	if err != nil || len(s.Files) != 1 {
		t.Fatalf("%v, %v", s, err)
	}
	if b, err := s.Read("a/b.txt"); string(b) != "x" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, sure := s.Fingerprint(1); sure {
		t.Error("an embedded file system has no stamps to be sure by")
	}
}
