//go:build unix

package dir_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// TestPipesOfACheckoutAreNotWaitedFor puts pipes where the files of git are.
func TestPipesOfACheckoutAreNotWaitedFor(t *testing.T) {
	root := tree(t, "catalog-info.yaml")
	err := os.Mkdir(filepath.Join(root, ".git"), 0o755)
	for _, name := range []string{"HEAD", "config", "packed-refs"} {
		err = errors.Join(err, syscall.Mkfifo(filepath.Join(root, ".git", name), 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
	s := dir.New("d", root, opt)
	defer s.Close()
	names(t, s)
	fetched := make(chan *repofs.Snapshot, 1)
	go func() {
		snap, _ := s.Fetch(t.Context(), source.Repo{Name: "."}, diag.Discard)
		fetched <- snap
	}()
	select {
	case snap := <-fetched:
		if snap == nil || len(snap.Files) != 1 || snap.Revision != "" || snap.WebURL != "" {
			t.Errorf("%+v", snap)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a pipe without a writer is waited for")
	}
}
