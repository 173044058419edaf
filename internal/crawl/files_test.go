package crawl_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"callboard/internal/crawl"
	"callboard/internal/crawl/crawltest"
	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/source/stored"
)

// wide is a repository in which much is wanted for many reasons.
func wide() *crawltest.Repo {
	files := map[string]string{
		"catalog-info.yaml": component("wide") + "---\n" + `apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: pay
  annotations: {backstage.io/techdocs-ref: "dir:./handbook"}
spec: {type: openapi, lifecycle: production, owner: team-a, definition: {$text: ./specs/pay.yml}}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: more}
spec: {targets: [./more/one.yaml, "./more/*/two.yaml", "https://git.acme.example/wide/src/branch/main/more/three.yaml", ../../etc/passwd, /top.yaml]}
`,
		"specs/pay.yml":          "openapi: 3.1.0\n",
		"specs/other.yml":        "no\n",
		"more/one.yaml":          "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: deep}\nspec: {target: ./deep/four.yaml}\n",
		"more/deep/four.yaml":    component("four"),
		"more/x/two.yaml":        component("two"),
		"more/three.yaml":        component("three"),
		"top.yaml":               component("top"),
		"handbook/mkdocs.yml":    "site_name: x\ndocs_dir: pages\nINHERIT: ../base.yml\n",
		"base.yml":               "theme: {name: material}\ndocs_dir: of-base\n",
		"handbook/pages/a.md":    "![](../../img/shown.png) <img alt='' src=\"../../img/also.svg\"> ![no](https://acme.example/x.png)\n",
		"handbook/README.md":     "read me\n",
		"of-base/b.md":           "# b\n",
		"img/shown.png":          "\x89PNG\x00\x01",
		"img/also.svg":           "<svg/>",
		"img/unseen.png":         "\x89PNG\x00\x02",
		"docs/guide/index.md":    "# guide\n",
		"api/openapi.yaml":       "openapi: 3.0.0\n",
		"api/pay.proto":          "syntax = \"proto3\";\n",
		".github/CODEOWNERS":     "* @acme/team-a\n",
		"go.mod":                 "module x\n",
		"LICENSE":                "Apache\n",
		"README.md":              "->README.txt",
		"README.txt":             "the text\n",
		"docs/linked.md":         "->../shared/chain",
		"shared/chain":           "->real.md",
		"shared/real.md":         "# real\n",
		"docs/out.md":            "->/etc/passwd",
		"docs/dir.md":            "->guide",
		"docs/large.bin":         strings.Repeat("x", 2000),
		"docs/lfs.png":           "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
		"vendored":               "=>0123456789012345678901234567890123456789",
		"src/a.go":               "package a\n",
		"node_modules/docs/x.md": "no\n",
	}
	return &crawltest.Repo{Name: "wide", ID: "1", Files: files, ExportIgnore: []string{"docs/guide/index.md", "more/x/two.yaml"}}
}

var wideFiles = []string{".github/CODEOWNERS", "LICENSE", "README.md", "README.txt", "api/openapi.yaml", "api/pay.proto", "base.yml", "catalog-info.yaml", "docs/guide/index.md", "docs/large.bin", "docs/linked.md", "go.mod",
	"handbook/README.md", "handbook/mkdocs.yml", "handbook/pages/a.md", "img/also.svg", "img/shown.png", "more/deep/four.yaml", "more/one.yaml", "more/three.yaml", "more/x/two.yaml", "of-base/b.md", "shared/chain", "shared/real.md", "specs/pay.yml", "top.yaml"}

// routes are hosts that give the same out in different ways.
func routes() map[string]func(*crawltest.Host) source.Host {
	return map[string]func(*crawltest.Host) source.Host{
		"one by one": func(h *crawltest.Host) source.Host { h.NoArchives = true; return h },
		"archive":    func(h *crawltest.Host) source.Host { return h },
		"batches":    func(h *crawltest.Host) source.Host { return &crawltest.Batch{Host: h, Repositories: 3, Files: 5} },
		"large batches": func(h *crawltest.Host) source.Host {
			return &crawltest.Batch{Host: h, Repositories: 50, Files: 100}
		},
		"no sizes":          func(h *crawltest.Host) source.Host { h.NoSizes, h.NoArchives = true, true; return h },
		"no sizes, archive": func(h *crawltest.Host) source.Host { h.NoSizes = true; return h },
		"no revisions":      func(h *crawltest.Host) source.Host { h.NoRevisions = true; return h },
		"cut archive": func(h *crawltest.Host) source.Host {
			h.Stream = func(_ string, r io.Reader) io.Reader { return io.LimitReader(r, 700) }
			return h
		},
	}
}

// TestEveryWayGivesTheSame holds that what is kept does not depend on how it
// came, byte for byte.
func TestEveryWayGivesTheSame(t *testing.T) {
	var first map[string]string
	for name, route := range routes() {
		s := newSetup(t)
		h := acme(7)
		h.Has = append(h.Has, wide())
		rep := s.run(route(h)).Sources[0]
		if rep.Fetched != 8 || rep.Failed != 0 {
			t.Errorf("%s: %+v", name, rep)
		}
		got := contents(t, s.dir, true)
		if first == nil {
			first = got
			if files := paths(snapshots(t, s.dir)["wide"]); !slices.Equal(files, wideFiles) {
				t.Errorf("files %q\nwant %q", files, wideFiles)
			}
		}
		t.Run(name, func(t *testing.T) { sameContents(t, got, first) })
		if name == "archive" && (h.Asked("archive") == 0 || rep.Ways.Archive == 0) || name == "one by one" && h.Asked("archive") != 0 {
			t.Errorf("%s: %d archives, ways %+v", name, h.Asked("archive"), rep.Ways)
		}
	}
}

// TestFindingsOfTrees holds what is said of what a tree holds beside files.
func TestFindingsOfTrees(t *testing.T) {
	s := newSetup(t)
	h := &crawltest.Host{Called: "test:acme", Has: []*crawltest.Repo{wide()}}
	h.Has[0].Files["readme.md"] = "another\n"
	s.run(h)
	sources, err := stored.Open([]string{s.dir}, stored.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var found diag.List
	if _, err := sources[0].Fetch(t.Context(), source.Repo{Name: "wide"}, &found); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range found.All() {
		if d.Pos.Repo != "wide" {
			t.Errorf("%+v", d)
		}
		said = append(said, string(d.Code)+" "+d.Pos.File)
	}
	want := []string{"repo-lfs-pointer docs/lfs.png", "symlink-outside docs/out.md", "repo-path-case readme.md", "repo-submodule vendored"}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	if b, err := snapshots(t, s.dir)["wide"].Read("docs/linked.md"); string(b) != "# real\n" || err != nil {
		t.Errorf("the link reads %q, %v", b, err)
	}
}

// TestOnlyChangesAreFetched changes one file of a repository: its blob is read,
// and nothing else but the tree.
func TestOnlyChangesAreFetched(t *testing.T) {
	s := newSetup(t)
	h := acme(3)
	h.Has = append(h.Has, wide())
	s.run(h)
	h.Reset()
	h.Has[3].Files["docs/guide/index.md"] = "# changed\n"
	rep := s.run(h).Sources[0]
	if h.Asked("tree") != 1 || h.Asked("read") != 1 || h.Asked("archive") != 0 || rep.Changed != 1 || rep.Unchanged != 3 {
		t.Errorf("%d trees, %d files, %+v", h.Asked("tree"), h.Asked("read"), rep)
	}
	if b, _ := snapshots(t, s.dir)["wide"].Read("docs/guide/index.md"); string(b) != "# changed\n" {
		t.Errorf("%q", b)
	}
	fresh := newSetup(t)
	fresh.run(h)
	sameContents(t, seen(t, s.dir), seen(t, fresh.dir))
}

// TestUndescribedRepositories holds that a repository without a catalog file is
// asked for what tells who it is, and no more.
func TestUndescribedRepositories(t *testing.T) {
	s := newSetup(t)
	h := &crawltest.Host{Called: "test:acme", Has: []*crawltest.Repo{{Name: "x", Files: map[string]string{"README.md": "x", "docs/a.md": "x", "openapi.yaml": "x", "package.json": "{}", "LICENSE.txt": "x", "lib/package.json": "{}"}}}}
	s.run(h)
	if got, want := paths(snapshots(t, s.dir)["x"]), []string{"LICENSE.txt", "README.md", "package.json"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	s.want.Code = true
	s.run(h)
	if got := paths(snapshots(t, s.dir)["x"]); len(got) != 6 {
		t.Errorf("with code: %q", got)
	}
	h.Has[0].Files["vendor/y/y.go"], h.Has[0].Files["logo.png"], h.Has[0].Files["main.go"] = "x", "x", "x"
	fresh := newSetup(t)
	fresh.want.Code = true
	fresh.run(h)
	if got := paths(snapshots(t, fresh.dir)["x"]); len(got) != 7 || !slices.Contains(got, "main.go") {
		t.Errorf("with code that can be searched: %q", got)
	}
	other := newSetup(t)
	other.want.Code, other.want.CodeIn = true, []string{"y*"}
	other.run(h)
	if got := paths(snapshots(t, other.dir)["x"]); len(got) != 3 {
		t.Errorf("with code of other repositories: %q", got)
	}
}

// TestLimitsOfWant goes beyond the limit of a file and beyond that of all files.
func TestLimitsOfWant(t *testing.T) {
	s := newSetup(t)
	r := repo(1)
	r.Files["docs/large.bin"] = strings.Repeat("x", repofs.MaxRead+1)
	h := &crawltest.Host{Called: "test:acme", NoArchives: true, Has: []*crawltest.Repo{r, {Name: "many", Files: map[string]string{"catalog-info.yaml": component("many")}}}}
	for i := range crawl.UsualLimits().Files + 5 {
		h.Has[1].Files[fmt.Sprintf("docs/%05d.txt", i)] = "#\n"
	}
	s.run(h)
	snaps := snapshots(t, s.dir)
	if _, ok := snaps[r.Name].Lookup("docs/large.bin"); ok || len(snaps["many"].Files) != crawl.UsualLimits().Files {
		t.Errorf("%d files, large %v", len(snaps["many"].Files), ok)
	}
	for name, code := range map[string]diag.Code{r.Name: repofs.CodeLargeFile, "many": repofs.CodeLarge} {
		if got := findings(t, s.dir, name); len(got) != 1 || got[0].Code != code {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestOtherLimits crawls again when the limits are others, and takes what is
// within them.
func TestOtherLimits(t *testing.T) {
	s := newSetup(t)
	r := &crawltest.Repo{Name: "a", ID: "1", Files: map[string]string{"catalog-info.yaml": component("a"), "docs/1.md": strings.Repeat("x", 300), "docs/2.md": "2", "docs/3.md": "3", "api/a-openapi.yaml": "a", "api/b-openapi.yaml": "b"}}
	h := &crawltest.Host{Called: "test:acme", NoArchives: true, Has: []*crawltest.Repo{r}}
	usual := crawl.UsualLimits()
	for _, c := range []struct {
		change func(*crawl.Limits)
		want   int
		code   diag.Code
	}{
		{func(*crawl.Limits) {}, 6, ""},
		{func(l *crawl.Limits) { l.Files = 3 }, 3, repofs.CodeLarge},
		{func(l *crawl.Limits) { l.FileSize = 299 }, 5, repofs.CodeLargeFile},
		{func(l *crawl.Limits) { l.FileSize = 300 }, 6, ""},
		{func(l *crawl.Limits) { l.Bytes = 300 }, 3, repofs.CodeLarge},
		{func(l *crawl.Limits) { l.Definitions = 1 }, 5, ""},
		{func(l *crawl.Limits) { l.Definitions = 0 }, 4, ""},
		{func(l *crawl.Limits) { l.FileSize = 1 << 40 }, 6, ""},
	} {
		s.want.Limits = usual
		c.change(&s.want.Limits)
		s.run(h)
		got, ds := paths(snapshots(t, s.dir)["a"]), findings(t, s.dir, "a")
		if len(got) != c.want || (c.code == "") != (len(ds) == 0) || c.code != "" && ds[0].Code != c.code {
			t.Errorf("%+v: %q, %+v", s.want.Limits, got, ds)
		}
	}
}

// findings are what a build is told of a repository.
func findings(t *testing.T, dir, name string) []diag.Diagnostic {
	t.Helper()
	sources, err := stored.Open([]string{dir}, stored.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var found diag.List
	if _, err := sources[0].Fetch(t.Context(), source.Repo{Name: name}, &found); err != nil {
		t.Fatal(err)
	}
	return found.All()
}

// TestTruncatedTree completes a tree of which the host leaves out a part with
// the archive, and says so where there is none.
func TestTruncatedTree(t *testing.T) {
	for _, noArchives := range []bool{false, true} {
		s := newSetup(t)
		h := &crawltest.Host{Called: "test:acme", Truncate: 3, NoArchives: noArchives, Has: []*crawltest.Repo{repo(1)}}
		s.run(h)
		got, ds := paths(snapshots(t, s.dir)[h.Has[0].Name]), findings(t, s.dir, h.Has[0].Name)
		if noArchives {
			if len(ds) != 1 || ds[0].Code != repofs.CodeTruncated || len(got) != 3 {
				t.Errorf("%q, %+v", got, ds)
			}
		} else if len(ds) != 0 || len(got) != 4 {
			t.Errorf("with archives: %q, %+v", got, ds)
		}
	}
}

// TestChosenWay holds that the cheaper way is taken.
func TestChosenWay(t *testing.T) {
	for docs, archives := range map[int]int{1: 1, 0: 0, 40: 1} {
		s := newSetup(t)
		r := repo(1)
		for i := range docs {
			r.Files[fmt.Sprintf("docs/%d.md", i)] = "# x\n"
		}
		if docs == 0 {
			r.Files = map[string]string{"catalog-info.yaml": component("x")}
		}
		h := &crawltest.Host{Called: "test:acme", Has: []*crawltest.Repo{r}}
		s.run(h)
		if got := h.Asked("archive"); got != archives {
			t.Errorf("%d pages: %d archives, %d files", docs, got, h.Asked("read"))
		}
	}
	b := &crawltest.Batch{Host: acme(100), Repositories: 20, Files: 100}
	s := newSetup(t)
	rep := s.run(b).Sources[0]
	if b.Asked("trees") != 5 || b.Asked("readmany") > 6 || b.Asked("archive") != 0 || b.Asked("tree")+b.Asked("read") != 0 || rep.Requests > 12 {
		t.Errorf("%d of trees, %d of files, %d archives, %+v", b.Asked("trees"), b.Asked("readmany"), b.Asked("archive"), rep)
	}
}

func TestPlan(t *testing.T) {
	s := newSetup(t)
	h := acme(20)
	s.run(h)
	before := contents(t, s.dir, true)
	h.Has[3].Files["docs/index.md"] = "# changed\n"
	h.Has = append(h.Has, repo(20))
	h.Reset()
	rep := s.plan(h).Sources[0]
	if !slices.Equal(rep.Due, []string{"svc-0003", "svc-0020"}) || rep.New != 1 || rep.Changed != 1 || rep.Unchanged != 19 || rep.Requests < 3 || rep.Requests > 8 {
		t.Errorf("%+v", rep)
	}
	if h.Asked("tree")+h.Asked("read")+h.Asked("archive") != 0 {
		t.Error("a plan fetches")
	}
	sameContents(t, contents(t, s.dir, true), before)
}

func (s *setup) plan(h source.Host) (rep *crawl.Report) {
	s.t.Helper()
	s.open(func(o crawl.Options) (err error) {
		o.Sources = []crawl.Source{{Host: h, Want: s.want}}
		rep, err = crawl.Plan(s.t.Context(), o)
		return err
	})
	return rep
}

// TestOneFileThatIsNeverToBeHad costs that file and no other: some hosts tell no
// sizes, and that a file is too large only when it is read.
func TestOneFileThatIsNeverToBeHad(t *testing.T) {
	s := newSetup(t)
	r := repo(1)
	for _, name := range []string{"a", "b", "c", "d"} {
		r.Files["docs/"+name+".md"] = "# " + name + "\n"
	}
	h := &crawltest.Host{Called: "test:acme", NoArchives: true, NoSizes: true, Has: []*crawltest.Repo{r}}
	whole := newSetup(t)
	whole.run(h)
	want := len(snapshots(t, whole.dir)[r.Name].Files) - 1
	n := 0
	h.Fault = func(stage, _ string) error {
		if stage == "read" {
			if n++; n == 2 {
				return h.Of(source.Unsupported, "read a file")
			}
		}
		return nil
	}
	s.run(h)
	if got := len(snapshots(t, s.dir)[r.Name].Files); got != want {
		t.Errorf("%d files, want %d", got, want)
	}
	if got := findings(t, s.dir, r.Name); len(got) != 1 || got[0].Code != repofs.CodeUnreadable {
		t.Errorf("%+v", got)
	}
}
