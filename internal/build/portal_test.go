package build_test

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callboard/content"
	"callboard/internal/build"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/site/sitetest"
	"callboard/internal/source"
	"callboard/internal/source/dir"
	"callboard/themes"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// demo are the options of a build of the embedded demo.
func demo(t testing.TB, out, cache string) build.Options {
	t.Helper()
	text, err := fs.ReadFile(content.FS, "callboard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var found diag.List
	cfg := config.Load(text, diag.Pos{File: "callboard.yaml"}, &found).Config
	if ds := found.All(); len(ds) > 0 {
		t.Fatal(ds)
	}
	o := options(t, cfg, out, cache)
	for _, s := range cfg.Sources {
		sub, err := fs.Sub(content.FS, path.Clean(s.Dir))
		if err != nil {
			t.Fatal(err)
		}
		o.Sources = append(o.Sources, dir.FS(s.Dir, sub, dir.Options{Repositories: s.Repositories, Entries: cfg.Catalog.Files, Ignore: cfg.Catalog.Ignore, WebURL: s.WebURL, Branch: s.Branch}))
	}
	return o
}

func options(t testing.TB, cfg *config.Config, out, cache string) build.Options {
	t.Helper()
	return build.Options{Config: cfg, Out: out, CacheDir: cache, Now: epoch, Theme: themes.Default(), Version: "test"}
}

// at are the options of a build of a directory.
func at(t *testing.T, org, out, cache string) build.Options {
	t.Helper()
	o := options(t, config.Default(), out, cache)
	src := dir.New("org", org, dir.Options{Repositories: dir.Auto, Entries: o.Config.Catalog.Files, Ignore: o.Config.Catalog.Ignore})
	t.Cleanup(func() { src.Close() })
	o.Sources = []source.Source{src}
	return o
}

func mustRun(t testing.TB, o build.Options) *build.Result {
	t.Helper()
	r, err := build.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func walk(t *testing.T, out string) {
	t.Helper()
	problems, err := sitetest.Check(os.DirFS(out), "/")
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range problems {
		if i == 40 {
			t.Errorf("and %d more", len(problems)-i)
			break
		}
		t.Error(p)
	}
}

func TestDemo(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	o := demo(t, out, "")
	mustRun(t, o)
	walk(t, out)
	everyEntityHasAPage(t, o, out)
	ownersSaySystems(t, out)
	for _, p := range []string{"index.html", "404.html", "catalog.json", "data/site.json", "manifest.json", "docs/index.html", "search/index.html", "health/index.html", "catalog/default/component/booking-service/entity.json"} {
		if _, err := os.Stat(filepath.Join(out, p)); err != nil {
			t.Error(err)
		}
	}
}

func everyEntityHasAPage(t *testing.T, o build.Options, out string) {
	t.Helper()
	for _, e := range catalogOf(t, o).Entities() {
		page := filepath.Join(out, "catalog", strings.ToLower(e.Namespace), strings.ToLower(e.Kind), strings.ToLower(e.Name), "index.html")
		if b, err := os.ReadFile(page); err != nil {
			t.Errorf("%v has no page: %v", e.Ref, err)
		} else if !strings.Contains(string(b), "<h1>") {
			t.Errorf("%v has a page without a heading", e.Ref)
		}
	}
}

// ownersSaySystems holds that the table of what a team owns tells the systems of
// things, and not on each line whose page it is.
func ownersSaySystems(t *testing.T, out string) {
	t.Helper()
	for page, want := range map[string]string{"catalog/default/group/watchkeepers": "System", "catalog/default/system/sailings/parts": "Owner"} {
		b, err := os.ReadFile(filepath.Join(out, page, "index.html"))
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(b), `<th scope="col" class="opt">`+want+"</th>"); !has {
			t.Errorf("%s: no column %q", page, want)
		}
	}
}

// catalogOf is the catalog of a build.
func catalogOf(t testing.TB, o build.Options) *catalog.Catalog {
	t.Helper()
	l, err := build.Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return l.Catalog
}
