package build_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/output"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/treetest"
)

// troubled is a source of which something could not be had.
type troubled struct {
	source.Source
	all *[]source.Trouble
}

func (t troubled) Troubles() []source.Trouble { return *t.all }

// TestTroubles: a source that cannot be read, and a repository that never could,
// stand on the health page and in the files for programs, and are gone with the
// trouble, in builds that know the ones before.
func TestTroubles(t *testing.T) {
	dir := t.TempDir()
	var all []source.Trouble
	o := hosted(t, filepath.Join(dir, "public"), filepath.Join(dir, "cache"), func(repo string, s *repofs.Snapshot) {
		if len(all) > 0 && repo == "booking" {
			s.Stale = &repofs.Stale{Since: epoch, Cause: all[0].Cause}
		}
	})
	for i, s := range o.Sources {
		o.Sources[i] = troubled{s, &all}
	}
	check := func(has bool) {
		t.Helper()
		mustRun(t, o)
		for page, words := range map[string][]string{
			"health/index.html":         {"Sources that cannot be read", "One repository is shown as it was.", "Bad credentials. Is the token set", "Not there yet", "acme/&lt;new&gt;", `<time datetime="` + epoch.UTC().Format("2006-01-02")},
			"health/sources/index.html": {"Bad credentials", "acme/&lt;new&gt;"},
			"index.html":                {"1 source not readable"},
			"health.json":               {"Bad credentials", `"kind":"denied"`, "new"},
			"status.json":               {`"failedSources":1`, `"failedSince":"` + epoch.UTC().Format("2006-01-02")},
		} {
			text := read(t, o, page)
			for _, w := range words {
				if strings.Contains(text, w) != has {
					t.Errorf("%s: %q: %v, want %v", page, w, !has, has)
				}
			}
		}
		var health struct{ Troubles []source.Trouble }
		if err := json.Unmarshal([]byte(read(t, o, "health.json")), &health); err != nil || len(health.Troubles) != len(all)*len(o.Sources) {
			t.Errorf("%v: %+v", err, health)
		}
	}
	check(false)
	all = []source.Trouble{{Kind: "denied", Cause: "git.acme.example: list repositories: denied (HTTP 401): Bad credentials.", Since: epoch}, {Repo: "acme/<new>", Kind: "unreachable", Cause: "it broke", Since: epoch}}
	check(true)
	if strings.Contains(read(t, o, "health/index.html"), "Not up to date") {
		t.Error("what is told of a source is told of each of its repositories, too")
	}
	all = nil
	check(false)
}

// TestTroublesAreForThoseWhoSeeAll: whoever sees a part of the portal is told no
// names of sources and hosts.
func TestTroublesAreForThoseWhoSeeAll(t *testing.T) {
	o := acme(t, company, "zebrafish", "")
	o.Sources[0] = troubled{o.Sources[0], &[]source.Trouble{{Kind: "denied", Cause: "crocodile.example does not know us", Since: epoch}}}
	mustRun(t, o)
	for name, want := range map[string]bool{"guests": false, "staff": false, "guards": true} {
		told := false
		for _, text := range treetest.Files(t, filepath.Join(o.Out, "a", name)) {
			told = told || strings.Contains(text, "crocodile.example")
		}
		if told != want {
			t.Errorf("%s are told: %v", name, told)
		}
	}
}

// An entity that is called as a page is, is told of once, not for every page.
func TestEntityNamedAsAPage(t *testing.T) {
	o := at(t, org(t, map[string]string{"a/catalog-info.yaml": component("index.html", "")}), t.TempDir(), "")
	n := 0
	for _, d := range mustRun(t, o).Diagnostics {
		if d.Code == output.CodeCollision {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d findings of %s, want 1", n, output.CodeCollision)
	}
}
