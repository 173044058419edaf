package build_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/treetest"
)

// TestTwiceTheSame builds the same portal with one worker and with eight, with
// and without a cache, from sources in another order, and over itself.
func TestTwiceTheSame(t *testing.T) {
	dir := t.TempDir()
	first := demo(t, filepath.Join(dir, "first"), "")
	first.Jobs = 1
	mustRun(t, first)
	want := treetest.Files(t, first.Out)
	cache := filepath.Join(dir, "cache")
	for _, c := range []struct {
		name   string
		change func(*build.Options)
	}{
		{"eight workers", func(o *build.Options) { o.Jobs = 8 }},
		{"sources in another order", func(o *build.Options) { slices.Reverse(o.Sources) }},
		{"cold cache", func(o *build.Options) { o.CacheDir = cache }},
		{"warm cache, no output", func(o *build.Options) { o.CacheDir, o.Jobs = cache, 8 }},
	} {
		o := demo(t, filepath.Join(dir, c.name), "")
		c.change(&o)
		mustRun(t, o)
		treetest.Same(t, c.name, treetest.Files(t, o.Out), want)
	}
	again := demo(t, filepath.Join(dir, "cold cache"), cache)
	r := mustRun(t, again)
	treetest.Same(t, "over itself", treetest.Files(t, again.Out), want)
	if r.Stats.Rendered != 0 || r.Stats.Written != 0 || r.Stats.Removed != 0 {
		t.Errorf("over itself: %d pages rendered, %d files written, %d removed; want none", r.Stats.Rendered, r.Stats.Written, r.Stats.Removed)
	}
}

// org is a small organisation on disk, whose files are old enough for their
// stamps to be trusted.
func org(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for p, s := range files {
		write(t, root, p, s)
	}
	return root
}

func write(t *testing.T, root, p, s string) {
	t.Helper()
	name := filepath.Join(root, filepath.FromSlash(p))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(s), 0o644); err != nil {
		t.Fatal(err)
	}
	old := epoch.AddDate(0, -1, len(s)) // another length, another stamp
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
}

func component(name, rest string) string {
	return "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: " + name + "\n  annotations: {backstage.io/techdocs-ref: 'dir:.'}\nspec: {type: service, lifecycle: production, owner: crew" + rest + "}\n"
}

func small() map[string]string {
	return map[string]string{
		"pay/.git/HEAD":          "ref: refs/heads/main\n",
		"pay/catalog-info.yaml":  component("pay", ", dependsOn: ['component:ship']"),
		"pay/mkdocs.yml":         "site_name: Pay\n",
		"pay/docs/index.md":      "# Pay\n\nSee [the guide](guide.md).\n",
		"pay/docs/guide.md":      "# Guide\n\nHow to pay.\n",
		"ship/.git/HEAD":         "ref: refs/heads/main\n",
		"ship/catalog-info.yaml": component("ship", ""),
		"ship/mkdocs.yml":        "site_name: Ship\n",
		"ship/docs/index.md":     "# Ship\n\nHow to ship.\n",
		"crew/.git/HEAD":         "ref: refs/heads/main\n",
		"crew/catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\nspec: {type: team, children: []}\n",
	}
}

// TestRebuild changes one thing at a time and compares the portal built over
// the old one with one built from nothing.
func TestRebuild(t *testing.T) {
	root, dir := org(t, small()), t.TempDir()
	out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
	mustRun(t, at(t, root, out, cache))
	for _, c := range []struct {
		name     string
		change   func()
		rendered int // at most
	}{
		{"nothing", func() {}, 0},
		{"a page", func() { write(t, root, "pay/docs/guide.md", "# Guide\n\nHow to pay, told anew.\n") }, 1},
		{"a page's title", func() { write(t, root, "pay/docs/guide.md", "# Guide to paying\n\nHow to pay.\n") }, 8},
		{"a new page", func() { write(t, root, "pay/docs/faq.md", "# Questions\n\nWhy pay?\n") }, 12},
		{"a description", func() {
			write(t, root, "ship/catalog-info.yaml", "# changed\n"+component("ship", ""))
		}, 8},
		{"a comment that moves nothing", func() { write(t, root, "crew/catalog-info.yaml", small()["crew/catalog-info.yaml"]+"# end\n") }, 0},
		{"a new entity", func() {
			write(t, root, "ship/catalog-info.yaml", component("ship", "")+"---\n"+component("shed", ""))
		}, 40},
		{"an entity less", func() { write(t, root, "ship/catalog-info.yaml", component("ship", "")) }, 40},
		{"a page less", func() { os.Remove(filepath.Join(root, "pay/docs/faq.md")) }, 8},
	} {
		c.change()
		r := mustRun(t, at(t, root, out, cache))
		if r.Stats.Rendered > c.rendered {
			t.Errorf("%s: %d pages rendered, want at most %d", c.name, r.Stats.Rendered, c.rendered)
		}
		fresh := at(t, root, filepath.Join(t.TempDir(), "out"), "")
		mustRun(t, fresh)
		treetest.Same(t, c.name, treetest.Files(t, out), treetest.Files(t, fresh.Out))
	}
}

// TestLostOutput repairs an output directory that somebody has touched.
func TestLostOutput(t *testing.T) {
	root, dir := org(t, small()), t.TempDir()
	out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
	mustRun(t, at(t, root, out, cache))
	want := treetest.Files(t, out)
	for _, p := range []string{"docs/default/component/pay/guide/index.html", "catalog/default/component/ship/index.html", "catalog.json"} {
		if err := os.Remove(filepath.Join(out, p)); err != nil {
			t.Fatal(err)
		}
		mustRun(t, at(t, root, out, cache))
		treetest.Same(t, "without "+p, treetest.Files(t, out), want)
	}
}

// TestCancelled interrupts builds at every stage: the portal stays as it was.
func TestCancelled(t *testing.T) {
	root, dir := org(t, small()), t.TempDir()
	out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
	mustRun(t, at(t, root, out, cache))
	want := treetest.Files(t, out)
	write(t, root, "pay/docs/guide.md", "# Guide\n\nSomething else.\n")
	interrupted := 0
	for _, stage := range []string{"catalog", "docs", "pages", "search"} {
		ctx, cancel := context.WithCancel(context.Background())
		o := at(t, root, out, filepath.Join(dir, "cache-"+stage))
		o.Progress = func(p build.Progress) {
			if p.Stage == stage {
				cancel()
			}
		}
		_, err := build.Run(ctx, o)
		cancel()
		switch {
		case errors.Is(err, context.Canceled):
			interrupted++
			treetest.Same(t, stage, treetest.Files(t, out), want)
		case err != nil:
			t.Errorf("%s: %v", stage, err)
		default:
			want = treetest.Files(t, out) // it was done before it could be told
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".out.new-*")); len(left) > 0 {
			t.Errorf("%s: %v is left behind", stage, left)
		}
	}
	if interrupted == 0 {
		t.Error("no build was interrupted")
	}
}

// TestBrokenTheme stops a build before it has changed anything.
func TestBrokenTheme(t *testing.T) {
	root, dir := org(t, small()), t.TempDir()
	o := at(t, root, filepath.Join(dir, "out"), "")
	mustRun(t, o)
	want := treetest.Files(t, o.Out)
	overlay := org(t, map[string]string{"ts/app.ts": "const = 1;\n"})
	o = at(t, root, o.Out, "")
	o.Overlay = os.DirFS(overlay)
	_, err := build.Run(context.Background(), o)
	var broken *build.ThemeError
	if !errors.As(err, &broken) || !slices.ContainsFunc(broken.Diagnostics, func(d diag.Diagnostic) bool { return d.Pos.File == "theme/ts/app.ts" && d.Pos.Line == 1 }) {
		t.Errorf("the error is %v", err)
	}
	treetest.Same(t, "broken theme", treetest.Files(t, o.Out), want)
}
