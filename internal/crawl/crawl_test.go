package crawl_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/crawl"
	"callboard/internal/crawl/crawltest"
	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/source/stored"
	"callboard/internal/treetest"
)

// clock is a clock that stands still until it is set.
type clock struct{ t time.Time }

func (c *clock) Now() time.Time { return c.t }

func (c *clock) Sleep(context.Context, time.Duration) error { return nil }

func at(hour int) *clock {
	return &clock{time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)}
}

var want = crawl.Want{Entries: []string{"**/catalog-info.yaml"}, Ignore: []string{"**/node_modules"}}

// acme is a host with n repositories of a few files.
func acme(n int) *crawltest.Host {
	h := &crawltest.Host{Called: "test:acme"}
	for i := range n {
		h.Has = append(h.Has, repo(i))
	}
	return h
}

func repo(i int) *crawltest.Repo {
	name := fmt.Sprintf("svc-%04d", i)
	return &crawltest.Repo{Name: name, ID: fmt.Sprint(1000 + i), Files: map[string]string{
		"catalog-info.yaml":         component(name),
		"mkdocs.yml":                "site_name: x\n",
		"docs/index.md":             "# " + name + "\n",
		"README.md":                 "read me\n",
		"src/main.go":               "package main\n",
		"node_modules/x/docs/x.md":  "no\n",
		"node_modules/package.json": "{}",
	}}
}

func component(name string) string {
	return "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: " + name + "\nspec: {type: service, lifecycle: production, owner: team-a}\n"
}

type setup struct {
	t     *testing.T
	dir   string
	opt   crawl.Options
	state state.Options
	want  crawl.Want
	// people is the directory of every host, nil for none.
	people *directory
}

func newSetup(t *testing.T) *setup {
	return &setup{t: t, dir: filepath.Join(t.TempDir(), "state"), opt: crawl.Options{Clock: at(8)}, want: want, state: state.Options{Sync: func(*os.File) error { return nil }}}
}

// run crawls hosts and fails the test if callboard could not work.
func (s *setup) run(hosts ...source.Host) *crawl.Report {
	s.t.Helper()
	rep, err := s.try(s.t.Context(), hosts...)
	if err != nil {
		s.t.Fatal(err)
	}
	return rep
}

func (s *setup) try(ctx context.Context, hosts ...source.Host) (*crawl.Report, error) {
	s.t.Helper()
	d, err := state.Open(s.dir, s.state)
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	o := s.opt
	o.Dir = d
	for _, h := range hosts {
		src := crawl.Source{Host: h, Want: s.want}
		if s.people != nil {
			src.Directory = s.people
		}
		if h == nil {
			src.Name = "people:file"
		}
		o.Sources = append(o.Sources, src)
	}
	return crawl.Run(ctx, o)
}

// open does something with the state.
func (s *setup) open(f func(crawl.Options) error) {
	s.t.Helper()
	d, err := state.Open(s.dir, s.state)
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	o := s.opt
	o.Dir = d
	if err := f(o); err != nil {
		s.t.Fatal(err)
	}
}

// snapshots are what a build would see.
func snapshots(t *testing.T, dirs ...string) map[string]*repofs.Snapshot {
	t.Helper()
	out := map[string]*repofs.Snapshot{}
	sources, err := stored.Open(dirs, stored.Options{Entries: []string{"**/catalog-info.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		for r, err := range s.Repos(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			snap, err := s.Fetch(t.Context(), r, diag.Discard)
			if err != nil {
				t.Fatal(err)
			}
			out[r.Name] = snap
		}
	}
	return out
}

// seen is what a build sees of contents, as one text for each repository.
func seen(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, s := range snapshots(t, dirs...) {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s\n", s.Revision, s.WebURL)
		for _, f := range s.Files {
			text, err := s.Read(f.Path)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s: %q\n", f.Path, text)
		}
		out[name] = b.String()
	}
	return out
}

func mustOpen(t *testing.T, dirs ...string) []*stored.Source {
	t.Helper()
	sources, err := stored.Open(dirs, stored.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func paths(s *repofs.Snapshot) (out []string) {
	if s == nil {
		return nil
	}
	for _, f := range s.Files {
		out = append(out, f.Path)
	}
	return out
}

// contents are all files of a directory of state, times left out if asked.
func contents(t *testing.T, dir string, times bool) map[string]string {
	t.Helper()
	out := treetest.Files(t, dir)
	if !times {
		maps.DeleteFunc(out, func(p, _ string) bool { return strings.HasPrefix(p, "times") })
	}
	return out
}

func sameContents(t *testing.T, got, want map[string]string) {
	t.Helper()
	treetest.Same(t, "the state", got, want)
}

func TestCrawl(t *testing.T) {
	h := acme(3)
	s := newSetup(t)
	rep := s.run(h).Sources[0]
	if rep.Listed != 3 || rep.New != 3 || rep.Fetched != 3 || rep.Failed != 0 {
		t.Errorf("%+v", rep)
	}
	snaps := snapshots(t, s.dir)
	if got, want := paths(snaps["svc-0001"]), []string{"README.md", "catalog-info.yaml", "docs/index.md", "mkdocs.yml"}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	snap := snaps["svc-0001"]
	if b, err := snap.Read("docs/index.md"); string(b) != "# svc-0001\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if snap.Revision != h.Has[1].Revision() || snap.Branch != "main" || snap.WebURL != "https://git.acme.example/svc-0001" || snap.Stale != nil || snap.Facts == nil || !slices.Equal(snap.Entries, want.Entries) {
		t.Errorf("%+v", snap)
	}
}

// TestTwiceEqualsOnce holds that a second crawl of the same asks for the list
// alone and changes not a byte, with facts that take requests of their own, too;
// and that those are asked for again when they are a day old, and change nothing
// but the time of that.
func TestTwiceEqualsOnce(t *testing.T) {
	for _, facts := range []bool{false, true} {
		h, s := acme(5), newSetup(t)
		host := source.Host(h)
		if facts {
			host = &crawltest.Facts{Host: h, Cost: 2}
		}
		first := s.run(host).Sources[0]
		if (first.Enriched == 5) != facts {
			t.Fatalf("the facts of %d repositories", first.Enriched)
		}
		before, pages := contents(t, s.dir, true), seen(t, s.dir)
		maps.DeleteFunc(before, func(k, _ string) bool { return strings.HasPrefix(k, "times") })
		for _, hour := range []int{9, 8 + 25} {
			again := facts && hour > 9
			h.Reset()
			s.opt.Clock = at(hour)
			rep := s.run(host).Sources[0]
			if rep.Unchanged != 5 || rep.Fetched != 0 || h.Asked("tree")+h.Asked("read")+h.Asked("archive")+h.Asked("find") != 0 {
				t.Errorf("%+v, asked for %d trees", rep, h.Asked("tree"))
			}
			if got := h.Asked("enrich"); got != map[bool]int{true: 5}[again] {
				t.Errorf("at %d: asked for facts of %d repositories", hour, got)
			}
			sameContents(t, contents(t, s.dir, false), before)
			sameContents(t, seen(t, s.dir), pages)
		}
	}
}
