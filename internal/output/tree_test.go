package output

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// model says in maps what a tree must say: which file is in the way of a path.
type model struct {
	files map[string]string // folded -> the file
	above map[string]string // folded directory -> the first file below
}

func (m *model) taken(p string) string {
	fold := strings.ToLower(p)
	if other := m.files[fold] + m.above[fold]; other != "" {
		return other
	}
	for up := path.Dir(fold); up != "."; up = path.Dir(up) {
		if m.files[up] != "" {
			return m.files[up]
		}
	}
	return ""
}

func (m *model) claim(p string) {
	fold := strings.ToLower(p)
	m.files[fold] = p
	for up := path.Dir(fold); up != "."; up = path.Dir(up) {
		if m.above[up] == "" {
			m.above[up] = p
		}
	}
}

// somePath is one of few enough paths that they collide often: by case, by
// letters that fold to others of another length, and as file and directory.
func somePath(r *rand.Rand) string {
	segs := []string{"a", "A", "b", "Ⱥx", "ⱥx", "ÄB", "äb", "c.html", "İ", "k", "K", "page\u2028"}
	var b []string
	for range 1 + r.IntN(4) {
		b = append(b, segs[r.IntN(len(segs))])
	}
	return strings.Join(b, "/")
}

// TestTreeAgainstModel makes portals of random paths, one after another in the
// same directory, and holds each against the model and against the canonical
// encoding.
func TestTreeAgainstModel(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		before := map[string]string{}
		for range 3 {
			before = modelBuild(t, r, filepath.Join(dir, "out"), filepath.Join(dir, "state"), before)
		}
	}
}

func modelBuild(t *testing.T, r *rand.Rand, out, state string, before map[string]string) map[string]string {
	t.Helper()
	d, err := Open(out, state)
	if err != nil {
		t.Fatal(err)
	}
	m := model{map[string]string{}, map[string]string{}}
	after := map[string]string{}
	for range 150 {
		p, data := somePath(r), fmt.Sprint(r.IntN(2))
		key := digest.Of([]byte(data))
		taken := m.taken(p)
		kept := d.Keep(urlpath.Must(p), key)
		if want := taken == "" && before[p] == data; kept != want {
			t.Fatalf("%q: kept %v, want %v", p, kept, want)
		}
		if !kept {
			var c *CollisionError
			if err := d.Put(urlpath.Must(p), key, []byte(data)); errors.As(err, &c) != (taken != "") || c != nil && c.Other != taken || c == nil && err != nil {
				t.Fatalf("%q, taken by %q: %v", p, taken, err)
			}
		}
		if taken == "" {
			m.claim(p)
			after[p] = data
		}
	}
	hold(t, d, out, before, after)
	return after
}

// hold commits a build and holds what it left in place against what it was to.
func hold(t *testing.T, d *Dir, out string, before, after map[string]string) {
	t.Helper()
	got, removed, err := d.Commit()
	if err != nil {
		t.Fatal(err)
	}
	gone := 0
	for p := range before {
		if _, ok := after[p]; !ok {
			gone++
		}
	}
	want := &Manifest{Version: 1, Files: []Entry{}}
	for p, data := range after {
		key := digest.Of([]byte(data))
		want.Files = append(want.Files, Entry{p, key, int64(len(data)), wide(halve(key))})
		if b, err := os.ReadFile(filepath.Join(out, p)); err != nil || string(b) != data {
			t.Fatalf("%q: %q, want %q (%v)", p, b, data, err)
		}
	}
	slices.SortFunc(want.Files, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	if !slices.Equal(got.Files, want.Files) || removed != gone {
		t.Fatalf("%d files, %d removed, want %d and %d", len(got.Files), removed, len(want.Files), gone)
	}
	text, err := digest.Encode(want)
	if raw, errRead := os.ReadFile(filepath.Join(out, Marker)); err != nil || errRead != nil || string(raw) != string(text) {
		t.Fatalf("the manifest is not the canonical encoding:\n%s\n%s", raw, text)
	}
}

// TestTableGrows holds that what is found is what was put in, through several
// growths and with names that many directories have.
func TestTableGrows(t *testing.T) {
	tr := newTree(0)
	const n = 5000
	at := func(i int) string { return fmt.Sprintf("d%d/e%d/f%d", i%7, i%61, i) }
	for i := range n {
		p := at(i)
		tr.claim(tr.add(tr.spot(p), p, p))
	}
	for i := range n {
		s := tr.spot(at(i))
		if s.taken != int32(i+1) || tr.path(s.taken-1) != at(i) {
			t.Fatalf("%s: %+v", at(i), s)
		}
		if s := tr.spot(at(i) + "x"); s.taken != 0 {
			t.Fatalf("%sx: %+v", at(i), s)
		}
	}
	if tr.used != n+7+7*61 || len(tr.dirs) != 1+7+7*61 {
		t.Errorf("%d in the table, %d directories", tr.used, len(tr.dirs))
	}
}

// TestSizes holds that both ways of asking for sizes say the same.
func TestSizes(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(
		os.MkdirAll(filepath.Join(dir, "d/e"), 0o755),
		os.WriteFile(filepath.Join(dir, "d/e/f"), []byte("12345"), 0o644),
		os.WriteFile(filepath.Join(dir, "empty"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("empty", filepath.Join(dir, "link")); err != nil {
		t.Logf("no symbolic links here: %v", err)
	}
	on, err := openSizes(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer on.close()
	for p, want := range map[string]int64{"d/e/f": 5, "empty": 0, "link": -1, "d/e": -1, "gone": -1, "empty/x": -1, "d/gone/x": -1} {
		for _, s := range []interface{ of(string) (int64, bool) }{on, pathSizes{dir}} {
			if size, ok := s.of(p); ok != (want >= 0) || ok && size != want {
				t.Errorf("%T: %s: %d, %v", s, p, size, ok)
			}
		}
	}
}
