package treetest_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/treetest"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a", "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a", "b.txt"), []byte("b"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := treetest.Files(t, dir); !maps.Equal(got, map[string]string{"a/b.txt": "b"}) {
		t.Errorf("%q", got)
	}
	if got := treetest.Files(t, filepath.Join(dir, "gone")); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// heard takes what a test would be told.
type heard struct {
	testing.TB
	said []string
}

func (h *heard) Helper() {}

func (h *heard) Errorf(format string, args ...any) {
	h.said = append(h.said, fmt.Sprintf(format, args...))
}

func TestSame(t *testing.T) {
	long := strings.Repeat("x", 1000)
	h := &heard{TB: t}
	treetest.Same(h, "twice", map[string]string{"a": "1", "b": long + "y", "d": ""}, map[string]string{"a": "1", "b": long + "z", "c": ""})
	around := strings.Repeat("x", 65)
	want := []string{"twice: b differs at 1000:\n\"" + around + "y\"\nwant\n\"" + around + "z\"", "twice: c is missing", "twice: d is there too"}
	if !slices.Equal(h.said, want) {
		t.Errorf("%q", h.said)
	}
}
