package repofs

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"callboard/internal/digest"
)

const second = int64(time.Second)

// stamped makes a directory whose files were changed at given seconds.
func stamped(t *testing.T, at map[string]int64) string {
	t.Helper()
	files := map[string]string{}
	for name := range at {
		files[name] = "text of " + name
	}
	dir := treeOf(t, files)
	for name, sec := range at {
		touch(t, filepath.Join(dir, name), sec)
	}
	return dir
}

func touch(t *testing.T, p string, sec int64) {
	t.Helper()
	if err := os.Chtimes(p, time.Time{}, time.Unix(sec, 0)); err != nil {
		t.Fatal(err)
	}
}

func sums(t *testing.T, s *Snapshot) {
	t.Helper()
	for _, f := range s.Files {
		if _, err := s.Sum(f.Path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDigestsAreNotRacy holds that a digest is handed on only if its file was
// changed before the time given: one changed in the same tick may change once
// more without its stamp telling.
func TestDigestsAreNotRacy(t *testing.T) {
	s, _ := takeDir(t, stamped(t, map[string]int64{"old": 99, "now": 100, "future": 101}), Options{})
	if got := s.Digests(1 << 62); len(got) != 0 {
		t.Errorf("digests of files that nobody digested: %v", got)
	}
	sums(t, s)
	got := s.Digests(100 * second)
	if len(got) != 1 || got[0].Path != "old" || got[0].Sum != digest.Of([]byte("text of old")) {
		t.Errorf("%+v", got)
	}
	if got := s.Digests(102 * second); len(got) != 3 || got[0].Path != "future" || got[2].Path != "old" {
		t.Errorf("%+v", got)
	}
}

// TestRemember holds that a digest is taken over only while size and stamp are
// as they were, by giving a wrong one and seeing whether it is believed.
func TestRemember(t *testing.T) {
	dir := stamped(t, map[string]int64{"same": 50, "touched": 50, "grown": 50, "replaced": 50, "gone": 50})
	before, _ := takeDir(t, dir, Options{})
	sums(t, before)
	known := before.Digests(100 * second)
	wrong := digest.Of([]byte("wrong"))
	for i := range known {
		known[i].Sum = wrong
	}
	p := func(name string) string { return filepath.Join(dir, name) }
	touch(t, p("touched"), 51)
	err := errors.Join(
		os.WriteFile(p("grown"), []byte("text of grown and more"), 0o644),
		os.WriteFile(p("new"), []byte("text of replaced"), 0o644),
		os.Rename(p("new"), p("replaced")), // another inode, the same size
		os.Remove(p("gone")))
	if err != nil {
		t.Fatal(err)
	}
	touch(t, p("grown"), 50)
	touch(t, p("replaced"), 50)
	now, _ := takeDir(t, dir, Options{})
	now.Remember(known)
	for name, believed := range map[string]bool{"same": true, "touched": false, "grown": false, "replaced": false} {
		got, err := now.Sum(name)
		if f, _ := now.Lookup(name); name == "replaced" && f.Stamp.Inode == 0 {
			continue // inodes are not known here
		}
		if err != nil || (got == wrong) != believed {
			t.Errorf("%s: believed %v, want %v (%v)", name, got == wrong, believed, err)
		}
	}
	if _, err := now.Sum("gone"); err == nil {
		t.Error("a file that is gone has a digest")
	}
}

// TestNothingIsRememberedWithoutStamps takes a snapshot whose file system tells
// nothing of its files.
func TestNothingIsRememberedWithoutStamps(t *testing.T) {
	s := Memory("r", nil, map[string]string{"a": "text"})
	s.Remember([]Known{{Path: "a", Size: 4, Sum: digest.Of([]byte("wrong"))}})
	if got, err := s.Sum("a"); err != nil || got != digest.Of([]byte("text")) {
		t.Errorf("%v %v", got, err)
	}
}

func TestReadSum(t *testing.T) {
	s := Memory("r", nil, map[string]string{"a": "text"})
	for range 2 {
		b, sum, err := s.ReadSum("a")
		if string(b) != "text" || sum != digest.Of(b) || err != nil {
			t.Errorf("%q %v %v", b, sum, err)
		}
	}
}

// TestFingerprint holds what a fingerprint tells apart, and when it tells
// nothing.
func TestFingerprint(t *testing.T) {
	dir := stamped(t, map[string]int64{"a": 50, "b": 60})
	print := func(before int64) (digest.Sum, bool) {
		s, _ := takeDir(t, dir, Options{})
		return s.Fingerprint(before)
	}
	first, sure := print(61 * second)
	if again, _ := print(1000 * second); !sure || again != first {
		t.Error("the same files have another fingerprint, or none")
	}
	if _, sure := print(60 * second); sure {
		t.Error("a file of this very moment is taken for settled")
	}
	for what, change := range map[string]func(){
		"time":  func() { touch(t, filepath.Join(dir, "a"), 55) },
		"names": func() { must(t, os.Rename(filepath.Join(dir, "b"), filepath.Join(dir, "c"))) },
		"size": func() {
			must(t, os.WriteFile(filepath.Join(dir, "a"), []byte("longer than it was before"), 0o644))
			touch(t, filepath.Join(dir, "a"), 51)
		},
	} {
		old, _ := print(1000 * second)
		change()
		if now, sure := print(1000 * second); !sure || now == old {
			t.Errorf("the fingerprint does not tell of %s", what)
		}
	}
}
