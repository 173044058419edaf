package output

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"callboard/internal/digest"
)

func one(path string, r *record) iter.Seq2[[]byte, *record] {
	return func(yield func([]byte, *record) bool) { yield([]byte(path), r) }
}

func readAll(name string, manifest digest.Sum) (out []Entry, ok bool) {
	ok = readState(name, manifest, func(e Entry) { out = append(out, e) })
	return out, ok
}

func TestStateComesBack(t *testing.T) {
	name := filepath.Join(t.TempDir(), "state")
	want := []Entry{{Path: "a/b", Size: 1}, {Path: "a/bc", Sum: digest.Of(nil), Size: maxSize}, {Path: "ä", Key: digest.Sum{1, sumSize/2 - 1: 2}}}
	files := func(yield func([]byte, *record) bool) {
		for _, e := range want {
			r := record{sum: e.Sum, key: halve(e.Key)}
			r.mark(was | staged)
			r.setSize(e.Size)
			if !yield([]byte(e.Path), &r) {
				return
			}
		}
	}
	sum := digest.Of([]byte("manifest"))
	if err := writeState(name, sum, files); err != nil {
		t.Fatal(err)
	}
	if got, ok := readAll(name, sum); !ok || !slices.Equal(got, want) {
		t.Errorf("%v %+v", ok, got)
	}
	if _, ok := readAll(name, digest.Of(nil)); ok {
		t.Error("the state of another manifest was taken")
	}
}

// TestDamagedState changes, cuts and lengthens a state in every place.
func TestDamagedState(t *testing.T) {
	name := filepath.Join(t.TempDir(), "state")
	sum := digest.Of([]byte("manifest"))
	if err := writeState(name, sum, one("a/b", &record{})); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, at int, b []byte) {
		t.Helper()
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, ok := readAll(name, sum); ok {
			t.Errorf("%s at byte %d: taken", what, at)
		}
	}
	for i := range whole {
		b := slices.Clone(whole)
		b[i] ^= 0x41
		try("changed", i, b)
		try("cut", i, whole[:i])
	}
	try("lengthened", len(whole), append(slices.Clone(whole), 0))
}

// TestStateLeadsNowhereElse: a state whose digest is right, as somebody who can
// write the cache can make it, names no file outside the portal.
func TestStateLeadsNowhereElse(t *testing.T) {
	name := filepath.Join(t.TempDir(), "state")
	sum := digest.Of([]byte("manifest"))
	for _, p := range []string{"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "./a"} {
		if err := writeState(name, sum, one(p, &record{})); err != nil {
			t.Fatal(err)
		}
		if got, ok := readAll(name, sum); ok {
			t.Errorf("%q was taken: %v", p, got)
		}
	}
}
