package crawl_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"callboard/internal/crawl/crawltest"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/source/stored"
)

func leads(name string, targets ...string) string {
	return "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: " + name + "}\nspec: {targets: [\"" + strings.Join(targets, `", "`) + "\"]}\n"
}

func address(repo, file string) string {
	return "https://git.acme.example/" + repo + "/src/branch/main/" + file
}

// leading has repositories of an organisation name files of each other: one leads
// to the next, several to the same, and two to each other.
func leading(h *crawltest.Host) {
	h.Has[0].Files["catalog-info.yaml"] = leads("zero", address("svc-0010", "more/*.yaml"), address("svc-0011", "catalog-info.yaml"), address("svc-0002", "elsewhere.yaml"), address("svc-0099", "x.yaml"), "https://other.example/x.yaml")
	h.Has[1].Files["catalog-info.yaml"] = leads("one", address("svc-0010", "other.yaml"), strings.Replace(address("svc-0012", "first.yaml"), "/main/", "/dev/", 1)) + "---\n" +
		strings.Replace(component("one"), "name: one", "name: one\n  annotations: {backstage.io/techdocs-ref: \"url:https://git.acme.example/svc-0013/src/branch/main/handbook\"}", 1)
	f := h.Has[10].Files
	f["more/a.yaml"], f["more/b.yaml"], f["more/c.txt"], f["other.yaml"] = leads("a", "./deep/d.yaml"), leads("b", address("svc-0012", "first.yaml")), "no", component("other")
	f["more/deep/d.yaml"], f["unnamed.yaml"] = component("d"), component("unnamed")
	h.Has[12].Files["first.yaml"] = leads("first", address("svc-0010", "last.yaml"))
	f["last.yaml"] = leads("last", address("svc-0012", "first.yaml"))
	h.Has[13].Files["handbook/mkdocs.yml"] = "site_name: x\ndocs_dir: pages\n"
	h.Has[13].Files["handbook/pages/a.md"] = "# a\n"
	h.Has[13].Files["handbook/README.md"] = "read\n"
	h.Has[2].Files["elsewhere.yaml"] = component("elsewhere")
}

var named = map[string][]string{
	"svc-0010": {"last.yaml", "more/a.yaml", "more/b.yaml", "more/deep/d.yaml", "other.yaml"},
	"svc-0012": {"first.yaml"},
	"svc-0013": {"handbook/README.md", "handbook/mkdocs.yml", "handbook/pages/a.md"},
	"svc-0002": {"elsewhere.yaml"},
}

// TestElsewhere brings what repositories name in others, in rounds, and nothing
// else; asks for it again only when something changes; and lets go of it when
// nobody names it any more.
func TestElsewhere(t *testing.T) {
	for _, batch := range []bool{false, true} {
		h, plain := acme(20), newSetup(t)
		plain.run(host(h, batch))
		before := snapshots(t, plain.dir)
		leading(h)
		s := newSetup(t)
		rep := s.run(host(h, batch)).Sources[0]
		if rep.Annexes != 4 || rep.Failed+len(rep.Faults) > 0 {
			t.Errorf("%+v", rep)
		}
		for name, snap := range snapshots(t, s.dir) {
			want := slices.Concat(paths(before[name]), named[name])
			slices.Sort(want)
			if got := paths(snap); !slices.Equal(got, slices.Compact(want)) {
				t.Errorf("%s has %q, want %q", name, got, want)
			}
		}
		kept := contents(t, s.dir, true)
		h.Reset()
		s.run(host(h, batch))
		sameContents(t, contents(t, s.dir, true), kept)
		if n := h.Asked("tree") + h.Asked("trees") + h.Asked("read") + h.Asked("readmany") + h.Asked("archive"); n > 0 {
			t.Errorf("a second crawl asks %d times", n)
		}
		h.Has[10].Files["other.yaml"] = component("changed")
		s.run(host(h, batch))
		if b, err := snapshots(t, s.dir)["svc-0010"].Read("other.yaml"); err != nil || !strings.Contains(string(b), "changed") {
			t.Errorf("%q, %v", b, err)
		}
		h.Has[0].Files["catalog-info.yaml"] = component("zero")
		s.run(host(h, batch))
		if rep := s.run(host(h, batch)).Sources[0]; rep.Annexes != 2 {
			t.Errorf("%+v", rep)
		}
		fresh := newSetup(t)
		fresh.run(host(h, batch))
		sameContents(t, seen(t, s.dir), seen(t, fresh.dir))
		if n, want := len(contents(t, s.dir, true)), len(contents(t, fresh.dir, true)); n != want {
			t.Errorf("%d files of state, want %d", n, want)
		}
	}
}

// TestElsewhereFails keeps what others name when it cannot be had, says so, and
// brings it when it can.
func TestElsewhereFails(t *testing.T) {
	s := newSetup(t)
	h := acme(20)
	leading(h)
	s.run(h)
	want := maps.Clone(seen(t, s.dir))
	h.Has[10].Files["other.yaml"] = component("changed")
	asked := 0
	h.Fault = func(stage, repo string) error {
		if stage == "tree" && repo == "svc-0010" {
			if asked++; asked > 1 { // the repository itself can be had
				return h.Of(source.Broken, "list files")
			}
		}
		return nil
	}
	rep := s.run(h).Sources[0]
	if len(rep.Faults) != 1 || !rep.Faults[0].Known || rep.Faults[0].Repo != "svc-0010" {
		t.Errorf("%+v", rep.Faults)
	}
	var snap *repofs.Snapshot
	if snap = snapshots(t, s.dir)["svc-0010"]; snap == nil || snap.Stale != nil || snap.Revision != h.Has[10].Revision() {
		t.Fatalf("%+v", snap)
	}
	if b, err := snap.Read("other.yaml"); err != nil || strings.Contains(string(b), "changed") {
		t.Errorf("%q, %v", b, err)
	}
	if ds := findings(t, s.dir, "svc-0010"); len(ds) != 1 || ds[0].Code != stored.CodeStale {
		t.Errorf("%+v", ds)
	}
	h.Fault = nil
	s.run(h)
	want["svc-0010"] = seen(t, s.dir)["svc-0010"]
	if !strings.Contains(want["svc-0010"], "changed") {
		t.Error(want["svc-0010"])
	}
	sameContents(t, seen(t, s.dir), want)
}

// TestElsewhereFaults makes questions fail in every way while what is named has
// changed: nothing is lost meanwhile, and afterwards all is as it would be without.
func TestElsewhereFaults(t *testing.T) {
	change := func(h *crawltest.Host) {
		h.Has[10].Files["other.yaml"], h.Has[12].Files["first.yaml"] = component("changed"), leads("first", address("svc-0010", "unnamed.yaml"))
		h.Has[13].Files["handbook/pages/b.md"] = "# b\n"
	}
	for _, batch := range []bool{false, true} {
		first, fresh := newSetup(t), newSetup(t)
		h := acme(20)
		leading(h)
		first.run(host(h, batch))
		change(h)
		fresh.run(host(h, batch))
		want := seen(t, fresh.dir)
		for i, c := range faults(batch) {
			if testing.Short() && i%3 > 0 || c.stage == "read" && c.kind == source.Unsupported {
				continue
			}
			t.Run(fmt.Sprintf("%v %s %s %s", batch, c.stage, c.kind, c.when), func(t *testing.T) {
				t.Parallel()
				s, h := first.copy(t), acme(20)
				leading(h)
				change(h)
				h.Fault = failing(h, c.stage, c.kind, c.when)
				s.opt.Clock = at(9)
				s.run(host(h, batch))
				for name, files := range named {
					for _, p := range files {
						if p != "last.yaml" && !slices.Contains(paths(snapshots(t, s.dir)[name]), p) {
							t.Errorf("%s has lost %s", name, p)
						}
					}
				}
				h.Fault = nil
				s.run(host(h, batch))
				s.run(host(h, batch))
				sameContents(t, seen(t, s.dir), want)
			})
		}
	}
}
