package crawl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/crawl/crawltest"
	"callboard/internal/repofs"
	"callboard/internal/repofs/repofstest"
	"callboard/internal/source"
)

// changed is the organisation of a second crawl: some repositories have changed,
// one is new, one is gone. Every stage is gone through.
func changed(h *crawltest.Host) {
	for _, i := range []int{1, 3, 5} {
		h.Has[i].Files["docs/index.md"] = "# changed\n"
	}
	for i := range 30 { // makes an archive the cheaper way
		h.Has[5].Files[fmt.Sprintf("docs/%d.md", i)] = fmt.Sprintf("# %d\n", i)
	}
	h.Has[7].Private = true
	h.Has = append(h.Has, repo(40))
}

var stages = []string{"list", "page", "find", "tree", "read", "archive", "trees", "readmany"}

var kinds = []source.FaultKind{source.Gone, source.Denied, source.Limited, source.Unreachable, source.Broken, source.Empty, source.Unsupported, ""}

// TestFaults makes every question fail in every way, once, each time it is asked,
// and from a moment on. Afterwards each repository is as it is without the fault,
// or as it was before with the cause named; and a crawl without the fault leads
// to what there would be without it.
func TestFaults(t *testing.T) {
	for _, batch := range []bool{false, true} {
		before, after := faultless(t, batch)
		first := newSetup(t)
		first.run(host(acme(orgSize), batch))
		for _, c := range faults(batch) {
			t.Run(fmt.Sprintf("%v %s %s %s", batch, c.stage, c.kind, c.when), func(t *testing.T) {
				t.Parallel()
				s := first.copy(t)
				h := acme(orgSize)
				changed(h)
				h.Fault = failing(h, c.stage, c.kind, c.when)
				s.opt.Clock = at(9)
				s.run(host(h, batch))
				if c.stage == "read" && c.kind == source.Unsupported {
					leftOut(t, s)
					return
				}
				judge(t, s, before, after)
				h.Fault = nil
				s.run(host(h, batch))
				s.run(host(h, batch))
				sameContents(t, seen(t, s.dir), after)
			})
		}
	}
}

// orgSize is how many repositories there are before the changes.
const orgSize = 9

type faultCase struct {
	stage string
	kind  source.FaultKind
	when  string
}

// faults are all of them; of a few kinds in short tests.
func faults(batch bool) (out []faultCase) {
	for _, stage := range stages {
		if !batch && (stage == "trees" || stage == "readmany") {
			continue
		}
		for i, kind := range kinds {
			if testing.Short() && i%4 != 2 {
				continue
			}
			for _, when := range []string{"once", "always", "later"} {
				if when != "later" || kind == source.Unreachable || kind == source.Limited {
					out = append(out, faultCase{stage, kind, when})
				}
			}
		}
	}
	return out
}

// copy is a setup with a copy of the state.
func (s *setup) copy(t *testing.T) *setup {
	t.Helper()
	c := *s
	c.t, c.dir = t, filepath.Join(t.TempDir(), "state")
	if err := os.CopyFS(c.dir, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	return &c
}

// leftOut holds that a file that the host does not give out, because it is too
// large for it, costs that file, and is told of.
func leftOut(t *testing.T, s *setup) {
	t.Helper()
	for name, snap := range snapshots(t, s.dir) {
		if _, ok := snap.Lookup("docs/index.md"); ok || snap.Stale != nil {
			continue
		}
		if ds := findings(t, s.dir, name); len(ds) == 0 || ds[0].Code != repofs.CodeUnreadable {
			t.Errorf("%s has lost a page and says %+v", name, ds)
		}
	}
}

func host(h *crawltest.Host, batch bool) source.Host {
	if batch {
		return &crawltest.Batch{Host: h, Repositories: 4, Files: 6}
	}
	return h
}

// faultless is what a build sees before and after the changes.
func faultless(t *testing.T, batch bool) (before, after map[string]string) {
	t.Helper()
	h, s := acme(orgSize), newSetup(t)
	s.run(host(h, batch))
	before = seen(t, s.dir)
	changed(h)
	s.run(host(h, batch))
	s.run(host(h, batch)) // lets go of what is gone
	return before, seen(t, s.dir)
}

// failing fails at a stage.
func failing(h *crawltest.Host, stage string, kind source.FaultKind, when string) func(string, string) error {
	var mu sync.Mutex
	n := 0
	return func(at, repo string) error {
		if at != stage {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		n++
		if when == "once" && n != 1 || when == "later" && n < 3 {
			return nil
		}
		if kind == "" {
			return errors.New("invalid character '<' looking for beginning of value")
		}
		return h.Of(kind, stage+" of "+repo)
	}
}

// judge holds every repository to the rule.
func judge(t *testing.T, s *setup, before, after map[string]string) {
	t.Helper()
	got, snaps := seen(t, s.dir), snapshots(t, s.dir)
	all := maps.Clone(before)
	maps.Copy(all, after)
	for name := range all {
		now, known := got[name]
		switch {
		case !known && before[name] != "":
			t.Errorf("%s is lost", name)
		case now == before[name] && now != after[name] && known:
			if st := snaps[name].Stale; st == nil || st.Cause == "" || st.Since.IsZero() {
				t.Errorf("%s is as it was before, and does not say why: %+v", name, st)
			}
		case before[name] == "" && strings.HasPrefix(now, "empty "):
			// the host said of a new repository that it has no commit
		case known && now != after[name]:
			t.Errorf("%s is neither as before nor as after: %.300q", name, now)
		}
	}
	for name := range got {
		if all[name] == "" {
			t.Errorf("%s should not be there", name)
		}
	}
}

// TestBrokenContents gives out files and archives that are not what they should
// be.
func TestBrokenContents(t *testing.T) {
	before, after := faultless(t, false)
	for name, harm := range map[string]func(h *crawltest.Host){
		"short file": func(h *crawltest.Host) {
			h.Content = func(_, _ string, b []byte) []byte { return b[:len(b)/2] }
		},
		"long file":     func(h *crawltest.Host) { h.Content = func(_, _ string, b []byte) []byte { return append(b, 'x') } },
		"empty archive": func(h *crawltest.Host) { h.Stream = func(string, io.Reader) io.Reader { return strings.NewReader("") } },
		"page for archive": func(h *crawltest.Host) {
			h.Stream = func(string, io.Reader) io.Reader { return strings.NewReader("<html>Sign in</html>") }
		},
		"cut archive": func(h *crawltest.Host) {
			h.Stream = func(_ string, r io.Reader) io.Reader { return io.LimitReader(r, 500) }
		},
		"broken stream": func(h *crawltest.Host) {
			h.Stream = func(_ string, r io.Reader) io.Reader {
				return io.MultiReader(io.LimitReader(r, 500), brokenStream{h.Of(source.Unreachable, "archive")})
			}
		},
		"archive of entries without an end": func(h *crawltest.Host) {
			h.Stream = func(name string, r io.Reader) io.Reader {
				if name == "svc-0005" { // one is enough, for it takes half a second
					return bytes.NewReader(repofstest.Bomb(repofs.MaxHeaders + 1))
				}
				return r
			}
		},
		"other archive": func(h *crawltest.Host) {
			h.Stream = func(string, io.Reader) io.Reader {
				return repofstest.Tarball("x", "", map[string]string{"docs/index.md": "# of another\n", "catalog-info.yaml": "no"}, nil)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, s := acme(orgSize), newSetup(t)
			s.run(h)
			changed(h)
			harm(h)
			s.run(h)
			judge(t, s, before, after)
			h.Content, h.Stream = nil, nil
			s.run(h)
			s.run(h)
			sameContents(t, seen(t, s.dir), after)
		})
	}
}

type brokenStream struct{ err error }

func (b brokenStream) Read([]byte) (int, error) { return 0, b.err }

// full is a disk on which so many bytes are left.
type full struct {
	mu   sync.Mutex
	left int
}

var errFull = errors.New("no space left on device")

func (f *full) through(w io.Writer) io.Writer { return fullWriter{f, w} }

type fullWriter struct {
	f *full
	w io.Writer
}

func (w fullWriter) Write(p []byte) (int, error) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	if n := min(len(p), w.f.left); n < len(p) {
		w.f.left = 0
		k, _ := w.w.Write(p[:n])
		return k, errFull
	}
	w.f.left -= len(p)
	return w.w.Write(p)
}

// TestFullDisk runs out of space after every so many bytes: that is an error, and
// nothing is lost; with space, the next crawl goes on.
func TestFullDisk(t *testing.T) {
	before, after := faultless(t, false)
	for left := 0; left < 30_000; left += 3_001 {
		h, s := acme(orgSize), newSetup(t)
		s.run(h)
		changed(h)
		disk := &full{left: left}
		s.state.Through = disk.through
		_, err := s.try(t.Context(), h)
		if err != nil && !errors.Is(err, errFull) || err == nil && disk.left == 0 {
			t.Fatalf("%d bytes left: %v", left, err)
		}
		for name, now := range seen(t, s.dir) {
			if now != before[name] && now != after[name] {
				t.Errorf("%d bytes left: %s is %.200q", left, name, now)
			}
		}
		for name := range before {
			if _, ok := seen(t, s.dir)[name]; !ok {
				t.Errorf("%d bytes left: %s is lost", left, name)
			}
		}
		s.state.Through = nil
		s.run(h)
		s.run(h)
		sameContents(t, seen(t, s.dir), after)
		if es, err := os.ReadDir(filepath.Join(s.dir, "unfinished")); err != nil || len(es) != 0 {
			t.Errorf("%d bytes left: %d files are unfinished, %v", left, len(es), err)
		}
	}
}

// TestCancelled ends a crawl at every question: what was fetched is kept, and
// what was not says so.
func TestCancelled(t *testing.T) {
	before, after := faultless(t, false)
	for n := 1; ; n += 7 {
		h, s := acme(orgSize), newSetup(t)
		s.run(h)
		changed(h)
		ctx, cancel := context.WithCancel(t.Context())
		asked := 0
		var mu sync.Mutex
		h.Fault = func(string, string) error {
			mu.Lock()
			defer mu.Unlock()
			if asked++; asked == n {
				cancel()
			}
			return nil
		}
		_, err := s.try(ctx, h)
		cancel()
		if err == nil {
			return // there were fewer questions
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		for name, now := range seen(t, s.dir) {
			if now != before[name] && now != after[name] {
				t.Errorf("after %d questions: %s is %.200q", n, name, now)
			}
		}
		h.Fault = nil
		s.run(h)
		s.run(h)
		sameContents(t, seen(t, s.dir), after)
	}
}

// TestClockJumps crawls with clocks that go back and far ahead.
func TestClockJumps(t *testing.T) {
	h, s := acme(6), newSetup(t)
	s.run(h)
	h.Fault = failing(h, "tree", source.Unreachable, "always")
	h.Has[0].Files["README.md"] = "changed\n"
	var last time.Time
	for _, hour := range []int{9, -1000, 100_000, 10} {
		s.opt.Clock = at(hour)
		s.run(h)
		st := snapshots(t, s.dir)["svc-0000"].Stale
		if st == nil || !last.IsZero() && st.Since.After(last) {
			t.Fatalf("at %d: %+v, and %v before", hour, st, last)
		}
		last = st.Since
	}
	h.Fault = nil
	s.run(h)
	if snap := snapshots(t, s.dir)["svc-0000"]; snap.Stale != nil || snap.Revision != h.Has[0].Revision() || !snap.Facts.Observed.Equal(at(10).t) {
		t.Errorf("%+v, observed %v", snap.Stale, snap.Facts.Observed)
	}
}

// TestNothingTold: facts that stay as they are keep when they were told, or every
// crawl would change the pages of all repositories.
func TestNothingTold(t *testing.T) {
	h, s := acme(1), newSetup(t)
	h.Has[0].Facts.Topics = []string{} // not nil, which the state makes of it
	for hour, want := range []int{0, 0, 2} {
		if hour == 2 {
			h.Has[0].Facts.Description = "another"
		}
		s.opt.Clock = at(hour)
		s.run(h)
		if got := snapshots(t, s.dir)["svc-0000"].Facts.Observed; !got.Equal(at(want).t) {
			t.Errorf("at %d: told at %v, want %v", hour, got, at(want).t)
		}
	}
}

// TestHostGivesUp stops asking a host that does not answer, or wants to be left
// alone.
func TestHostGivesUp(t *testing.T) {
	for kind, most := range map[source.FaultKind]int{source.Limited: 10, source.Unreachable: 40} {
		h, s := acme(200), newSetup(t)
		h.Fault = failing(h, "tree", kind, "always")
		rep := s.run(h).Sources[0]
		if h.Asked("tree") > most || rep.Waiting < 200-most || len(rep.Faults) != 200 {
			t.Errorf("%s: asked %d times, %d are waiting, %d faults", kind, h.Asked("tree"), rep.Waiting, len(rep.Faults))
		}
		h.Fault = nil
		if rep = s.run(h).Sources[0]; rep.Fetched != 200 || rep.Changed != 0 || rep.New > 200 || rep.New < 200-most {
			t.Errorf("%s: %+v", kind, rep)
		}
	}
}

// TestLongestWaitingFirst holds that what waits longest has its turn first.
func TestLongestWaitingFirst(t *testing.T) {
	h, s := acme(30), newSetup(t)
	s.opt.Jobs = 1
	s.run(h)
	h.Fault = failing(h, "tree", source.Limited, "always")
	h.Has[29].Files["README.md"] = "changed\n"
	s.run(h)
	s.opt.Clock = at(12)
	for _, r := range h.Has {
		r.Files["README.md"] = "changed again\n"
	}
	h.Fault = failing(h, "tree", source.Limited, "later") // two are answered
	s.run(h)
	if snap := snapshots(t, s.dir)["svc-0029"]; snap.Stale != nil {
		t.Errorf("%+v", snap.Stale)
	}
}

// TestDamagedState damages every file of the state, one after the other: the next
// crawl repairs it.
func TestDamagedState(t *testing.T) {
	h, s := acme(4), newSetup(t)
	s.run(h)
	whole := contents(t, s.dir, true)
	sound := seen(t, s.dir)
	for name, text := range whole {
		if name == "callboard-state" {
			continue
		}
		for _, harm := range []string{"", text[:len(text)/2], text + "x", "null\n"} {
			if err := os.WriteFile(filepath.Join(s.dir, name), []byte(harm), 0o644); err != nil {
				t.Fatal(err)
			}
			rep := s.run(h).Sources[0]
			if strings.HasPrefix(name, "sources") && !rep.Damaged && harm != text+"x" {
				t.Errorf("%s: %+v", name, rep)
			}
			sameContents(t, seen(t, s.dir), sound)
		}
	}
}
