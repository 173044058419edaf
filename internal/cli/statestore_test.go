package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"callboard/internal/publish/publishtest"
	"callboard/internal/remote"
)

// TestSavesWhileItCrawls sends what there is at each tick, while the crawl goes on.
func TestSavesWhileItCrawls(t *testing.T) {
	s, c := new(publishtest.Memory), publishtest.NewClock()
	dir := filepath.Join(t.TempDir(), "crawl")
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	x := &crawling{app: &app{Env: Env{Now: c.Now}}, kept: &kept{dir: dir, Tree: remote.New(remote.Options{Store: s, Name: crawlTree, Dir: dir, Record: dir + ".record", Jobs: 2, Now: c.Now})}}
	if _, err := x.kept.Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	ticks := make(chan time.Time)
	stop := x.save(t.Context(), ticks)
	put("a")
	ticks <- c.T // taken when the one before is done
	ticks <- c.T
	put("b")
	ticks <- c.T
	ticks <- c.T
	stop()
	if keys := s.Keys(); len(keys) < 4 { // two parts, the head, the head before
		t.Errorf("there is %q", keys)
	}
	look := remote.New(remote.Options{Store: s, Name: crawlTree, Dir: dir + "-2", Record: dir + "-2.record", Jobs: 2, Now: c.Now})
	if _, err := look.Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		if b, err := os.ReadFile(filepath.Join(dir+"-2", name)); err != nil || string(b) != name {
			t.Errorf("%s is %q, %v", name, b, err)
		}
	}
}

func TestStateOfBuilds(t *testing.T) {
	for path, want := range map[string]bool{
		"ab/0123456789abcdef": true, "news-01234567.gz": true, "news-01234567.gz-board": true,
		"out-01234567.json": false, "serve-01234567/public/index.html": false, "ab/x": false, "docs-ab/01": false,
	} {
		if isBuilt.MatchString(path) != want {
			t.Errorf("%s: %t", path, !want)
		}
	}
	for address, want := range map[string]bool{"s3://x/y": true, "gs://x": true, ".callboard": false, "file:///srv/state": false, `C:\state`: false} {
		if isStore(address) != want {
			t.Errorf("%s: %t", address, !want)
		}
	}
}
