package crawl_test

import (
	"bufio"
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"callboard/internal/crawl"
	"callboard/internal/crawl/crawltest"
	"callboard/internal/crawl/state"
)

// childState names the directory of state that a child process crawls into.
const childState = "CALLBOARD_TEST_CRAWL_STATE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childState); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

// killed is the organisation of the child process, after its changes. Nothing is
// gone: that would make it matter whether the child came to its end.
func killed() *crawltest.Facts {
	h := acme(10)
	changed(h)
	h.Has[7].Private = false
	return &crawltest.Facts{Host: h, Cost: 2}
}

// enrichFew and enrichOften let a crawl ask for the facts of three repositories, so
// that it matters which.
const (
	enrichFew   = 6
	enrichOften = time.Minute
)

// child crawls until it is killed. It says when it begins.
func child(dir string) int {
	d, err := state.Open(dir, state.Options{Sync: func(*os.File) error { return nil }})
	if err != nil {
		return 1
	}
	os.Stdout.WriteString("begun\n")
	if _, err := crawl.Run(context.Background(), crawl.Options{Dir: d, Clock: at(9), Jobs: 2, EnrichRequests: enrichFew, EnrichEvery: enrichOften, Sources: []crawl.Source{{Host: killed(), Want: want}}}); err != nil {
		return 1
	}
	os.Stdout.WriteString("done\n")
	return 0
}

// TestKilled kills a crawl at random moments. Whoever reads the state then finds
// every repository as it was or as it is, and the next crawl goes on to the same
// state as if nothing had happened.
func TestKilled(t *testing.T) {
	first := newSetup(t)
	first.opt.EnrichRequests, first.opt.EnrichEvery = enrichFew, enrichOften
	first.run(&crawltest.Facts{Host: acme(10), Cost: 2})
	before := seen(t, first.dir)
	whole := first.copy(t)
	took := whole.inChild(t, -1)
	after := seen(t, whole.dir)
	twice := whole.copy(t) // asks for the facts of three more
	twice.opt.Clock = at(9)
	twice.run(killed())
	times := 50
	if testing.Short() {
		times = 8
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range times {
		s := first.copy(t)
		s.inChild(t, time.Duration(rnd.Int64N(int64(took)+1)))
		for name, now := range seen(t, s.dir) {
			if now != before[name] && now != after[name] {
				t.Errorf("%s is neither as before nor as after: %.300q", name, now)
			}
		}
		want := whole
		if maps.Equal(sources(t, s.dir), sources(t, whole.dir)) {
			want = twice // it was at its end
		}
		s.opt.Clock = at(9)
		s.run(killed())
		sameContents(t, seen(t, s.dir), after)
		sameContents(t, contents(t, s.dir, true), contents(t, want.dir, true))
	}
}

// sources are the files of the state that a crawl writes last.
func sources(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := contents(t, dir, false)
	maps.DeleteFunc(all, func(p, _ string) bool { return !strings.HasPrefix(p, "sources/") })
	if len(all) == 0 {
		t.Fatal("the state has no sources")
	}
	return all
}

// inChild crawls in a process of its own, which is killed after a time, if that
// is not negative. It returns how long the crawl took.
func (s *setup) inChild(t *testing.T, life time.Duration) time.Duration {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childState+"="+s.dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the child does not begin")
	}
	begun := time.Now()
	if life >= 0 {
		timer := time.AfterFunc(life, func() { cmd.Process.Kill() })
		defer timer.Stop()
	}
	for lines.Scan() {
	}
	if err := cmd.Wait(); err != nil && life < 0 {
		t.Fatal(err)
	}
	return time.Since(begun)
}
