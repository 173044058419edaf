package build_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callboard/internal/news"
	"callboard/internal/repofs"
	"callboard/internal/site/sitetest"
	"callboard/internal/treetest"
)

func feedOf(t *testing.T, text string) (out struct {
	V        int
	Editions []news.Edition
}) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWhatIsNew builds an organisation, changes it, and builds it again: with and
// without what is kept of other things, the news are the same.
func TestWhatIsNew(t *testing.T) {
	dir := t.TempDir()
	quiet := func(string, *repofs.Snapshot) {}
	o := hosted(t, filepath.Join(dir, "public"), filepath.Join(dir, "cache"), quiet)
	o.News = filepath.Join(dir, "news")
	o.Config.BaseURL = "https://acme.example/portal/"
	mustRun(t, o)
	if x := feedOf(t, read(t, o, "changes.json")); x.V != 1 || x.Editions == nil || len(x.Editions) != 0 {
		t.Errorf("the first build tells %+v", x)
	}
	mustHave(t, read(t, o, "changes/index.html"), "Nothing yet", `href="/portal/changes/all.atom"`)
	mustHave(t, read(t, o, "catalog/default/group/rooms/index.html"), `href="/portal/changes/group-default-rooms.atom"`, `<a href="/portal/changes/">Changes</a>`)
	mustHave(t, read(t, o, "changes/group-default-rooms.atom"), "<updated>1970-01-01T00:00:00Z</updated>")

	o.Now = epoch.AddDate(0, 0, 1)
	first := treetest.Files(t, o.Out)
	delete(first, "data/site.json") // tells the time
	delete(first, "status.json")
	if r := mustRun(t, o); r.Stats.Rendered != 0 {
		t.Errorf("%d pages are rendered though nothing is new", r.Stats.Rendered)
	}
	second := treetest.Files(t, o.Out)
	delete(second, "data/site.json")
	delete(second, "status.json")
	delete(first, "manifest.json")
	delete(second, "manifest.json")
	treetest.Same(t, "nothing new", second, first)

	org := filepath.Join(dir, "org")
	booking := filepath.Join(org, "booking/catalog-info.yaml")
	b, err := os.ReadFile(booking)
	if err != nil {
		t.Fatal(err)
	}
	write(t, org, "booking/catalog-info.yaml", strings.Replace(string(b), "lifecycle: production", "lifecycle: deprecated", 1))
	write(t, org, "more/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: more\nspec:\n  type: service\n  lifecycle: production\n  owner: rooms\n")
	o.Now = epoch.AddDate(0, 0, 2)
	before, err := os.ReadFile(o.News)
	if err != nil {
		t.Fatal(err)
	}
	mustRun(t, o)
	x := feedOf(t, read(t, o, "changes.json")).Editions
	if len(x) != 1 || !x[0].At.Equal(o.Now.Truncate(time.Second)) || x[0].Appeared != 1 || x[0].Changed != 1 || x[0].Vanished != 0 ||
		x[0].Changes[0].Text() != "component:default/booking changed. lifecycle: production, now deprecated." || x[0].Changes[1].Ref != "component:default/more" {
		t.Errorf("%+v", x)
	}
	mustHave(t, read(t, o, "changes/index.html"), "1 appeared, 1 changed.", "lifecycle: production, now deprecated", "declared in more", `class="pill ok">appeared`)
	for _, feed := range []string{"changes/all.atom", "changes/group-default-rooms.atom"} {
		mustHave(t, read(t, o, feed), "booking changed", "more appeared", `href="https://acme.example/portal/catalog/default/component/more/"`, "<updated>"+o.Now.UTC().Format(time.RFC3339)+"</updated>")
	}
	if problems, err := sitetest.Check(os.DirFS(o.Out), "/portal/"); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}

	cold := o
	cold.Out, cold.CacheDir, cold.News = filepath.Join(dir, "cold"), "", filepath.Join(dir, "cold-news")
	if err := os.WriteFile(cold.News, before, 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, cold)
	treetest.Same(t, "without a cache", treetest.Files(t, cold.Out), treetest.Files(t, o.Out))

	if err := os.RemoveAll(filepath.Join(org, "more")); err != nil {
		t.Fatal(err)
	}
	o.Now = epoch.AddDate(0, 0, 3)
	mustRun(t, o)
	mustHave(t, read(t, o, "changes/index.html"), "more</", "vanished", "its repository is no longer read")
	if x := feedOf(t, read(t, o, "changes.json")).Editions; len(x) != 2 || x[0].Vanished != 1 {
		t.Errorf("%+v", x)
	}
}
