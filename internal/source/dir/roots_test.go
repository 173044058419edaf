package dir_test

import (
	"fmt"
	"os"
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

// descriptors counts what this process has open; 0 where that cannot be told.
func descriptors(t *testing.T) int {
	t.Helper()
	des, _ := os.ReadDir("/proc/self/fd")
	return len(des)
}
