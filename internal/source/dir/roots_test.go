package dir_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// TestFewRepositoriesStayOpen fetches many and reads them all afterwards, from
// several goroutines and in turns, so that each is closed and opened again.
func TestFewRepositoriesStayOpen(t *testing.T) {
	const n = 200
	var files []string
	for i := range n {
		files = append(files, fmt.Sprintf("repo-%03d/catalog-info.yaml", i))
	}
	before := descriptors(t)
	s := dir.New("d", tree(t, files...), opt)
	defer s.Close()
	var snaps []*repofs.Snapshot
	for _, name := range names(t, s) {
		snap, err := s.Fetch(t.Context(), source.Repo{Name: name}, diag.Discard)
		if err != nil {
			t.Fatal(err)
		}
		snaps = append(snaps, snap)
	}
	if now := descriptors(t); len(snaps) != n || now-before > n/2 {
		t.Errorf("%d repositories, %d descriptors more than before", len(snaps), now-before)
	}
	var wg sync.WaitGroup
	for from := range 8 {
		wg.Go(func() {
			for i := range 2 * n {
				snap := snaps[(i*7+from*25)%n]
				if b, err := snap.Read("catalog-info.yaml"); err != nil || string(b) != "content of "+snap.Repo+"/catalog-info.yaml" {
					t.Errorf("%s: %q, %v", snap.Repo, b, err)
				}
			}
		})
	}
	wg.Wait()
	if now := descriptors(t); now-before > n/2 {
		t.Errorf("%d descriptors more than before", now-before)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if b, err := snaps[0].Read("catalog-info.yaml"); err == nil {
		t.Errorf("a closed source was read: %q", b)
	}
}

// TestADirectoryMadeAnewIsSeen fetches a repository again and again, as an editor
// does, and once with another directory in its place.
func TestADirectoryMadeAnewIsSeen(t *testing.T) {
	root := tree(t, "a/catalog-info.yaml", "b/catalog-info.yaml")
	s := dir.New("d", root, opt)
	defer s.Close()
	names(t, s)
	fetch := func() *repofs.Snapshot {
		t.Helper()
		snap, err := s.Fetch(t.Context(), source.Repo{Name: "a"}, diag.Discard)
		if err != nil {
			t.Fatal(err)
		}
		return snap
	}
	fetch()
	before := descriptors(t)
	for range 50 {
		fetch()
	}
	if now := descriptors(t); now > before+10 {
		t.Errorf("%d descriptors more after 50 times", now-before)
	}
	if err := errors.Join(os.Rename(filepath.Join(root, "a"), filepath.Join(root, "old")), os.Rename(filepath.Join(root, "b"), filepath.Join(root, "a"))); err != nil {
		t.Fatal(err)
	}
	if b, err := fetch().Read("catalog-info.yaml"); err != nil || string(b) != "content of b/catalog-info.yaml" {
		t.Errorf("%q, %v", b, err)
	}
	if err := os.RemoveAll(filepath.Join(root, "a")); err != nil {
		t.Fatal(err)
	}
	var found diag.List
	if snap, err := s.Fetch(t.Context(), source.Repo{Name: "a"}, &found); err != nil || len(snap.Files) != 0 || len(found.All()) != 1 {
		t.Errorf("a directory that is gone: %v, %v, %v", snap, found.All(), err)
	}
}

// descriptors counts what this process has open; 0 where that cannot be told.
func descriptors(t *testing.T) int {
	t.Helper()
	des, _ := os.ReadDir("/proc/self/fd")
	return len(des)
}
