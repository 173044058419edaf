// Package treetest reads directories and compares them. It is for tests only.
package treetest

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Files are all files below a directory with their contents, by their paths with
// slashes. There are none if the directory is not there.
func Files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if p == dir && errors.Is(err, fs.ErrNotExist) {
			return fs.SkipAll
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(p)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// shown is how much of two files is shown from a little before they part, in bytes.
const shown = 260

// Same fails the test for each file that is different, or that only one of the
// directories has; what says which are compared.
func Same(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	for _, p := range slices.Sorted(maps.Keys(want)) {
		switch text, ok := got[p]; {
		case !ok:
			t.Errorf("%s: %s is missing", what, p)
		case text != want[p]:
			at := parts(text, want[p])
			t.Errorf("%s: %s differs at %d:\n%q\nwant\n%q", what, p, at, excerpt(text, at), excerpt(want[p], at))
		}
	}
	for _, p := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[p]; !ok {
			t.Errorf("%s: %s is there too", what, p)
		}
	}
}

// parts is where two texts begin to differ.
func parts(a, b string) (at int) {
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return at
}

func excerpt(text string, at int) string {
	from := max(0, at-shown/4)
	return text[from:min(len(text), from+shown)]
}
