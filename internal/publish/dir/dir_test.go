package dir_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"callboard/internal/publish"
	"callboard/internal/publish/dir"
	"callboard/internal/publish/publishtest"
	"callboard/internal/remote/remotetest"
)

func open(t *testing.T) (*dir.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "www")
	s, err := dir.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, path
}

func TestSuite(t *testing.T) {
	s, _ := open(t)
	publishtest.Suite(t, s, false)
}

func TestPerils(t *testing.T) {
	s, _ := open(t)
	publishtest.Perils(t, s)
}

func TestState(t *testing.T) {
	s, _ := open(t)
	remotetest.Suite(t, s)
}

// TestPageBecomesFile puts a file where a directory is, and the other way round.
func TestPageBecomesFile(t *testing.T) {
	s, path := open(t)
	for _, key := range []string{"docs/a/index.html", "docs/a", "docs/a/index.html"} {
		if _, err := s.Put(t.Context(), key, []byte(key), publish.Attributes{}, publish.Condition{}); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join(path, key)); err != nil || string(b) != key {
			t.Errorf("%s: %q, %v", key, b, err)
		}
	}
	if err := s.Delete(t.Context(), "docs/a"); err != nil {
		t.Error(err)
	}
	if err := s.Delete(t.Context(), "docs/a/index.html"); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(path); err != nil || len(entries) != 0 {
		t.Errorf("there are %v, %v", entries, err)
	}
}

// TestOutside follows no link out of the directory.
func TestOutside(t *testing.T) {
	s, path := open(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(path, "docs")); err != nil {
		t.Skip(err)
	}
	for _, key := range []string{"docs/x.html", "../x.html"} {
		if _, err := s.Put(t.Context(), key, []byte("x"), publish.Attributes{}, publish.Condition{}); err == nil {
			t.Errorf("%s was written", key)
		}
		if _, _, err := s.Get(context.Background(), key); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("%s was read", key)
		}
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 0 {
		t.Errorf("outside there are %v, %v", entries, err)
	}
}
