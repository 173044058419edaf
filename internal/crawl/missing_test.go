package crawl_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"callboard/internal/crawl/crawltest"
	"callboard/internal/crawl/state"
	"callboard/internal/source"
)

// TestGone lets go of a repository that is gone in two crawls, and keeps it, with
// the cause, in the first.
func TestGone(t *testing.T) {
	for what, c := range map[string]struct {
		change func(r *crawltest.Repo)
		fault  error
		gone   bool   // after two crawls
		cause  string // after the first
	}{
		"deleted":      {func(r *crawltest.Repo) { r.Private = true }, nil, true, "gone"},
		"archived":     {func(r *crawltest.Repo) { r.Hidden, r.Facts.Archived = true, true }, nil, true, "archived"},
		"transferred":  {func(r *crawltest.Repo) { r.Hidden, r.Name = true, "elsewhere/x" }, nil, true, `"elsewhere/x"`},
		"made private": {func(r *crawltest.Repo) { r.Hidden, r.Facts.Visibility = true, "private" }, nil, true, "private"},
		"filtered":     {func(r *crawltest.Repo) { r.Hidden = true }, nil, true, "not listed"},
		"refused":      {func(r *crawltest.Repo) { r.Hidden = true }, &source.Fault{Kind: source.Denied, Host: "h", What: "find x", Status: 403}, true, "denied (HTTP 403)"},
		"unreachable":  {func(r *crawltest.Repo) { r.Hidden = true }, &source.Fault{Kind: source.Unreachable, Host: "h", What: "find x", Status: 502}, false, "unreachable (HTTP 502)"},
		"nonsense":     {func(r *crawltest.Repo) { r.Hidden = true }, errors.New("what?"), false, "what?"},
	} {
		t.Run(what, func(t *testing.T) {
			s := newSetup(t)
			h := acme(8)
			s.run(h)
			whole := seen(t, s.dir)
			c.change(h.Has[2])
			h.Fault = func(stage, _ string) error {
				if stage == "find" {
					return c.fault
				}
				return nil
			}
			s.opt.Clock = at(9)
			rep := s.run(h).Sources[0]
			sameContents(t, seen(t, s.dir), whole)
			snap := snapshots(t, s.dir)["svc-0002"]
			if snap.Stale == nil || !strings.Contains(snap.Stale.Cause, c.cause) || !snap.Stale.Since.Equal(s.opt.Clock.Now()) || rep.Kept != 1 {
				t.Fatalf("stale %+v, %+v", snap.Stale, rep)
			}
			s.opt.Clock = at(10)
			rep = s.run(h).Sources[0]
			snap = snapshots(t, s.dir)["svc-0002"]
			if (snap == nil) != c.gone || (rep.Dropped == 1) != c.gone {
				t.Errorf("after two crawls: %+v, %+v", snap, rep)
			}
			if snap != nil && !snap.Stale.Since.Equal(at(9).t) {
				t.Errorf("stale since %v", snap.Stale.Since)
			}
			if !c.gone {
				return
			}
			if last := rep.Events[len(rep.Events)-1]; last.Kind != state.Vanished || !strings.Contains(last.Cause, c.cause) {
				t.Errorf("%+v", rep.Events)
			}
		})
	}
}

// TestBackAgain forgets misses of a repository that is listed again.
func TestBackAgain(t *testing.T) {
	s := newSetup(t)
	h := acme(6)
	s.run(h)
	for range 3 {
		h.Has[1].Private = true
		s.run(h)
		h.Has[1].Private = false
		s.run(h)
	}
	if snap := snapshots(t, s.dir)["svc-0001"]; snap == nil || snap.Stale != nil {
		t.Errorf("%+v", snap)
	}
}

// TestRenamed keeps a repository of another name, and does not fetch it again.
func TestRenamed(t *testing.T) {
	s := newSetup(t)
	h := acme(4)
	s.run(h)
	h.Reset()
	h.Has[1].Name = "new-name"
	rep := s.run(h).Sources[0]
	snaps := snapshots(t, s.dir)
	if snaps["new-name"] == nil || snaps["svc-0001"] != nil || h.Asked("tree") != 0 || len(rep.Events) != 1 || rep.Events[0].Kind != state.Renamed || rep.Events[0].From != "svc-0001" {
		t.Errorf("%d trees, %+v", h.Asked("tree"), rep)
	}
}

// TestReplaced deletes a repository and makes another one of its name: the old
// one is shown until there is something of the new one.
func TestReplaced(t *testing.T) {
	s := newSetup(t)
	h := acme(4)
	s.run(h)
	old := seen(t, s.dir)["svc-0001"]
	next := repo(1)
	next.ID, next.Files["README.md"] = "9999", "another\n"
	h.Has[1] = next
	h.Fault = func(stage, repo string) error {
		if stage == "tree" && repo == "svc-0001" {
			return h.Of(source.Unreachable, "list files")
		}
		return nil
	}
	s.run(h)
	if got := seen(t, s.dir)["svc-0001"]; got != old {
		t.Errorf("%q", got)
	}
	h.Fault = nil
	s.run(h)
	if got := seen(t, s.dir)["svc-0001"]; !strings.Contains(got, "another") || len(snapshots(t, s.dir)) != 4 {
		t.Errorf("%q", got)
	}
}

// TestNothingListed holds that a source that lists nothing empties nothing, not
// even when much may go.
func TestNothingListed(t *testing.T) {
	for _, allow := range []bool{false, true} {
		s := newSetup(t)
		h := acme(4)
		s.run(h)
		whole := seen(t, s.dir)
		s.opt.AllowDrop = allow
		all := h.Has
		h.Has = nil
		for range 3 {
			if rep := s.run(h).Sources[0]; rep.Fault == nil || rep.Dropped != 0 || rep.Kept != 4 {
				t.Errorf("%+v", rep)
			}
		}
		sameContents(t, seen(t, s.dir), whole)
		if snap := snapshots(t, s.dir)["svc-0000"]; snap.Stale == nil || !strings.Contains(snap.Stale.Cause, "no repository at all") {
			t.Errorf("%+v", snap.Stale)
		}
		h.Has = all
		s.run(h)
		if snap := snapshots(t, s.dir)["svc-0000"]; snap.Stale != nil {
			t.Errorf("stale after the list is back: %+v", snap.Stale)
		}
	}
}

// TestGuard loses as many repositories as a fifth, and one more.
func TestGuard(t *testing.T) {
	for _, c := range []struct {
		of, lost int
		allow    bool
		dropped  int
	}{{10, 2, false, 2}, {10, 3, false, 0}, {10, 3, true, 3}, {3, 1, false, 1}, {4, 2, false, 0}, {30, 6, false, 6}, {30, 7, false, 0}} {
		s := newSetup(t)
		s.opt.AllowDrop = c.allow
		h := acme(c.of)
		s.run(h)
		for _, r := range h.Has[:c.lost] {
			r.Private = true
		}
		s.run(h)
		if got := len(snapshots(t, s.dir)); got != c.of {
			t.Errorf("%+v: %d are left after the first crawl", c, got)
		}
		rep := s.run(h).Sources[0]
		if got := len(snapshots(t, s.dir)); got != c.of-c.dropped || rep.Dropped != c.dropped {
			t.Errorf("%+v: %d are left, %+v", c, got, rep)
		}
		if c.dropped == 0 && (rep.Fault == nil || !strings.Contains(rep.Fault.Cause, "more than go at once")) {
			t.Errorf("%+v: %+v", c, rep.Fault)
		}
	}
}

// TestAllowDropLater lets go of what a guard has kept as soon as that is wanted.
func TestAllowDropLater(t *testing.T) {
	s := newSetup(t)
	h := acme(10)
	s.run(h)
	h.Has = h.Has[:5]
	s.run(h)
	s.run(h)
	s.opt.AllowDrop = true
	rep := s.run(h)
	if got := len(snapshots(t, s.dir)); got != 5 || rep.Removed != 5 {
		t.Errorf("%d are left, %+v", got, rep)
	}
}

// TestListBreaksOff keeps what was not listed when the list breaks off, and takes
// what was.
func TestListBreaksOff(t *testing.T) {
	s := newSetup(t)
	h := acme(10)
	s.run(h)
	h.Has[0].Files["README.md"], h.Has[9].Files["README.md"] = "changed\n", "changed\n"
	h.Fault = func(stage, repo string) error {
		if stage == "page" && repo == "svc-0005" {
			return &source.Fault{Kind: source.Denied, Host: "test", What: "list repositories", Status: 401}
		}
		return nil
	}
	for range 3 {
		rep := s.run(h).Sources[0]
		if rep.Listed != 5 || rep.Dropped != 0 || rep.Kept != 5 || rep.Fault == nil || !strings.Contains(rep.Fault.Cause, "401") {
			t.Errorf("%+v", rep)
		}
	}
	snaps := snapshots(t, s.dir)
	if len(snaps) != 10 || snaps["svc-0000"].Stale != nil || snaps["svc-0009"].Stale == nil || snaps["svc-0000"].Revision != h.Has[0].Revision() || snaps["svc-0009"].Revision == h.Has[9].Revision() {
		t.Errorf("%d repositories, %+v", len(snaps), snaps["svc-0009"].Stale)
	}
}

// TestSourceRemoved removes what the configuration does not name any more.
func TestSourceRemoved(t *testing.T) {
	s := newSetup(t)
	a, b := acme(3), acme(2)
	b.Called = "test:other"
	s.run(a, b)
	if n := len(mustOpen(t, s.dir)); n != 2 {
		t.Fatalf("%d sources", n)
	}
	if rep := s.run(a); rep.Removed != 2 || len(mustOpen(t, s.dir)) != 1 {
		t.Errorf("%+v", rep)
	}
}

// TestEvents follows a source through changes.
func TestEvents(t *testing.T) {
	s := newSetup(t)
	h := acme(5)
	if rep := s.run(h).Sources[0]; len(rep.Events) != 0 {
		t.Errorf("the first crawl changes nothing: %+v", rep.Events)
	}
	h.Has[1].Files["README.md"] = "changed\n"
	h.Has = append(h.Has, repo(5))
	h.Fault = func(stage, repo string) error {
		if stage == "tree" && repo == "svc-0002" {
			return h.Of(source.Unreachable, "list files of svc-0002")
		}
		return nil
	}
	h.Has[2].Files["README.md"] = "changed\n"
	s.run(h)
	h.Fault = nil
	s.run(h)
	var got []string
	for _, e := range mustOpen(t, s.dir)[0].Events() {
		got = append(got, e.Repo+" "+string(e.Kind))
	}
	if want := []string{"svc-0001 changed", "svc-0002 changed", "svc-0002 failed", "svc-0002 restored", "svc-0005 appeared"}; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestEmpty takes a repository without a commit for one without files, and
// believes it of one that had some when it is said twice.
func TestEmpty(t *testing.T) {
	s := newSetup(t)
	h := acme(6)
	h.Has = append(h.Has, &crawltest.Repo{Name: "new", ID: "new"})
	rep := s.run(h).Sources[0]
	if snap := snapshots(t, s.dir)["new"]; rep.Failed != 0 || snap == nil || len(snap.Files) != 0 || snap.Stale != nil {
		t.Errorf("%+v", rep)
	}
	h.Has[0].Files = nil
	for i := range 2 {
		s.run(h)
		if got := len(snapshots(t, s.dir)["svc-0000"].Files); (got == 0) != (i == 1) {
			t.Errorf("crawl %d: %d files", i, got)
		}
	}
}

// TestOptions refuses what makes no sense.
func TestOptions(t *testing.T) {
	s := newSetup(t)
	if _, err := s.try(t.Context(), acme(1), acme(1)); err == nil {
		t.Error("two sources of one name")
	}
	for _, shard := range [][2]int{{0, 2}, {3, 2}, {1, -1}} {
		s.opt.Shard, s.opt.Shards = shard[0], shard[1]
		if _, err := s.try(t.Context(), acme(1)); err == nil {
			t.Errorf("shard %v", shard)
		}
	}
}
