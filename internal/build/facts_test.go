package build_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/facts"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/treetest"
)

// crawled is a source whose repositories come with what a host tells of them.
type crawled struct {
	source.Source
	of func(repo string, s *repofs.Snapshot)
}

func (c crawled) Fetch(ctx context.Context, r source.Repo, sink diag.Sink) (*repofs.Snapshot, error) {
	s, err := c.Source.Fetch(ctx, r, sink)
	if err == nil {
		c.of(r.Name, s)
	}
	return s, err
}

func some(n int) *int { return &n }

// known are facts of every sort.
func known() *facts.Repo {
	return &facts.Repo{
		Observed: epoch.Add(-2 * time.Hour), Description: "Takes <bookings> and keeps them.", Homepage: "https://booking.acme.example/", Topics: []string{"go", "booking"},
		Languages: []facts.Language{{Name: "Go", Bytes: 70_000}, {Name: "TypeScript", Bytes: 20_000}, {Name: "Shell", Bytes: 10_000}},
		Licence:   "Apache-2.0", Visibility: "internal", Created: epoch.AddDate(-3, 0, 0), Pushed: epoch.AddDate(0, 0, -3),
		OpenPulls: some(7), OpenIssues: some(0), Stars: some(12),
		Release:      &facts.Release{Name: "Spring", Tag: "v1.4.0", URL: "https://git.acme.example/r/v1.4.0", Published: epoch.AddDate(0, -1, 0)},
		Run:          &facts.Run{Name: "CI", Result: "failure", URL: "javascript:alert(1)", Finished: epoch.Add(-26 * time.Hour)},
		Contributors: some(23), Top: []facts.Contributor{{Login: "ada", Commits: 900}, {Login: "grace", Commits: 80}},
		Codeowners: []facts.CodeownersError{{Line: 3, Kind: "Unknown owner", Message: "make sure @acme/ghosts exists"}},
	}
}

// hosted is a small organisation at a host.
func hosted(t *testing.T, out, cache string, of func(string, *repofs.Snapshot)) build.Options {
	t.Helper()
	org := filepath.Join(filepath.Dir(out), "org")
	for path, text := range map[string]string{
		"booking/catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: booking\n  description: Books.\n  annotations:\n    backstage.io/techdocs-ref: dir:.\nspec:\n  type: service\n  lifecycle: production\n  owner: group:rooms\n",
		"booking/docs/index.md":     "# Booking\n\nHow to book.\n",
		"booking/mkdocs.yml":        "site_name: Booking\n",
		"catalog/catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: rooms\nspec:\n  type: team\n  children: []\n---\napiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata:\n  name: rooms-db\n  annotations:\n    backstage.io/source-location: url:https://git.acme.example/acme/booking/tree/main/db/\nspec:\n  type: database\n  owner: rooms\n",
	} {
		write(t, org, path, text)
	}
	o := at(t, org, out, cache)
	for i, s := range o.Sources {
		o.Sources[i] = crawled{s, func(repo string, snap *repofs.Snapshot) {
			snap.WebURL, snap.Branch = "https://git.acme.example/acme/"+repo, "main"
			of(repo, snap)
		}}
	}
	return o
}

func read(t *testing.T, o build.Options, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(o.Out, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func mustHave(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("there is no %q", w)
		}
	}
}

func TestFactsOnPages(t *testing.T) {
	o := hosted(t, filepath.Join(t.TempDir(), "public"), "", func(repo string, s *repofs.Snapshot) {
		if repo == "booking" {
			s.Facts = known()
		}
	})
	mustRun(t, o)
	for _, page := range []string{"catalog/default/component/booking/index.html", "catalog/default/resource/rooms-db/index.html"} {
		text := read(t, o, page)
		mustHave(t, text, "<h2>Repository</h2>", `href="https://git.acme.example/acme/booking"`, "Takes &lt;bookings&gt; and keeps them.", "booking.acme.example", "70.0 %", `width="700"`,
			"Apache-2.0", `<a href="https://git.acme.example/acme/booking/pulls" rel="noopener noreferrer">7</a>`, ">0</a>", "v1.4.0", "Spring", `class="pill bad">failure`, "ada, grace",
			"line 3: Unknown owner", `<time datetime="`+known().Observed.UTC().Format(time.RFC3339)+`">`, "internal")
		if strings.Contains(text, "javascript:") || strings.Contains(text, "Archived") {
			t.Errorf("%s has what it must not have", page)
		}
	}
	if text := read(t, o, "catalog/default/group/rooms/index.html"); strings.Contains(text, "Repository") {
		t.Error("a team has a repository")
	}
}

func TestStaleOnPages(t *testing.T) {
	o := hosted(t, filepath.Join(t.TempDir(), "public"), "", func(repo string, s *repofs.Snapshot) {
		if repo == "booking" {
			s.Stale = &repofs.Stale{Since: epoch.AddDate(0, 0, -2), Cause: "git.acme.example: read files of booking: unreachable (HTTP 502)."}
			s.Facts = &facts.Repo{Archived: true}
		}
	})
	mustRun(t, o)
	at := `<time datetime="` + epoch.AddDate(0, 0, -2).UTC().Format(time.RFC3339) + `">`
	for _, page := range []string{"catalog/default/component/booking/index.html", "catalog/default/component/booking/source/index.html", "docs/default/component/booking/index.html"} {
		mustHave(t, read(t, o, page), "Not up to date", "booking could not be read: git.acme.example: read files of booking: unreachable (HTTP 502). What stands here is the last that is known, of "+at)
	}
	mustHave(t, read(t, o, "catalog/default/component/booking/index.html"), "Archived", `class="pill warn">archived`)
	mustHave(t, read(t, o, "catalog/default/resource/rooms-db/index.html"), "Archived")
	if strings.Contains(read(t, o, "catalog/default/resource/rooms-db/index.html"), "Not up to date") {
		t.Error("what is declared in another repository is not up to date")
	}
	for _, page := range []string{"health/index.html", "health/sources/index.html"} {
		mustHave(t, read(t, o, page), "Not up to date", at, "HTTP 502")
	}
}

// TestFactsAreLookedAt: with other facts, the pages that show them are others,
// and no other page is rendered; a warm build is what a cold one is.
func TestFactsAreLookedAt(t *testing.T) {
	dir := t.TempDir()
	var booking, catalog *facts.Repo
	var stale *repofs.Stale
	of := func(repo string, s *repofs.Snapshot) {
		s.Facts = catalog
		if repo == "booking" {
			s.Facts, s.Stale = booking, stale
		}
	}
	o := hosted(t, filepath.Join(dir, "public"), filepath.Join(dir, "cache"), of)
	mustRun(t, o)
	for _, c := range []struct {
		name     string
		change   func()
		rendered int
	}{
		{"nothing", func() {}, 0},
		{"facts come", func() { booking = known() }, 2},
		{"facts of a repository that no entity is in", func() { catalog = known() }, 0},
		{"they are observed again", func() { booking = known(); booking.Observed = epoch }, 2},
		{"the repository is archived", func() { booking = known(); booking.Archived = true }, 5},
		{"it cannot be read", func() { stale = &repofs.Stale{Since: epoch, Cause: "gone"} }, 6},
		{"it can be read again", func() { stale = nil }, 6},
		{"facts go", func() { booking, catalog = nil, nil }, 5},
	} {
		c.change()
		r := mustRun(t, o)
		if r.Stats.Rendered != c.rendered {
			t.Errorf("%s: %d pages rendered, want %d", c.name, r.Stats.Rendered, c.rendered)
		}
		if stale == nil && booking != nil {
			continue // building everything takes its time
		}
		cold := hosted(t, filepath.Join(dir, "cold"), "", of)
		mustRun(t, cold)
		treetest.Same(t, c.name, treetest.Files(t, o.Out), treetest.Files(t, cold.Out))
		if err := os.RemoveAll(cold.Out); err != nil {
			t.Fatal(err)
		}
	}
}
