package crawl_test

import (
	"bytes"
	"io"
	"testing"

	"callboard/internal/crawl/crawltest"
	"callboard/internal/repofs/repofstest"
)

// many are files of which an archive is the cheaper way to bring them.
func many() map[string]string {
	files := map[string]string{"catalog-info.yaml": component("a"), "docs/linked.md": "->../README.md", "README.md": "read me\n"}
	for _, n := range []string{"b", "c", "d", "e", "f", "g"} {
		files["docs/"+n+".md"] = "# " + n + "\n"
	}
	return files
}

// FuzzArchive has hosts that send anything for an archive. The crawl ends with
// what it ends with where there are no archives.
func FuzzArchive(f *testing.F) {
	files := many()
	whole := repofstest.Tarball("a-0123456", "0123456789012345678901234567890123456789", files, nil).Bytes()
	f.Add(whole)
	f.Add(whole[:len(whole)-9])
	files["docs/b.md"] = "# other\n"
	f.Add(repofstest.Tarball("a-0123456", "", files, []string{"docs/c.md"}).Bytes())
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		h := &crawltest.Host{Called: "test:acme", Has: []*crawltest.Repo{{Name: "a", ID: "1", Files: many()}},
			Stream: func(string, io.Reader) io.Reader { return bytes.NewReader(stream) }}
		s, plain := newSetup(t), newSetup(t)
		s.run(h)
		if h.Asked("archive") == 0 {
			t.Fatal("no archive was asked for")
		}
		h.NoArchives = true
		plain.run(h)
		sameContents(t, seen(t, s.dir), seen(t, plain.dir))
	})
}

// FuzzNames has catalog files, configurations and pages that name anything.
// Only files of the repository come, and a second crawl changes nothing.
func FuzzNames(f *testing.F) {
	w := wide().Files
	f.Add(w["catalog-info.yaml"], w["handbook/mkdocs.yml"], w["handbook/pages/a.md"])
	f.Add("kind: Location\nspec: {targets: [\"{a,b}/**\", /, .., \"\\0\", \"https://git.acme.example/a/src/branch/main/../x\"]}\n", "docs_dir: ..\nINHERIT: [x]\n", "![](x)")
	f.Add(leads("l", address("other", "more/*.yaml"), address("a", "b/c.yaml"))+"---\nmetadata: {annotations: {backstage.io/techdocs-ref: \"url:"+address("other", "handbook")+"\"}}\n", "docs_dir: pages", "")
	f.Add("metadata: {annotations: {backstage.io/techdocs-ref: \"dir:/\"}}\n---\n*\n", "&a [*a]", "<img src='.'>")
	f.Fuzz(func(t *testing.T, catalog, mkdocs, page string) {
		files := map[string]string{"catalog-info.yaml": "x" + catalog, "mkdocs.yml": "x" + mkdocs, "docs/index.md": "x" + page, "a": "1", "b/c.yaml": catalog, "b/mkdocs.yml": mkdocs, "b/docs/d.md": page, "e/f.png": "2"}
		for name, text := range map[string]string{"catalog-info.yaml": catalog, "mkdocs.yml": mkdocs, "docs/index.md": page} {
			if len(text) > 1 && text[0] != '-' && text[0] != '=' { // links and submodules of the host
				files[name] = text
			}
		}
		other := map[string]string{"more/x.yaml": catalog, "more/y.yaml": component("y"), "handbook/mkdocs.yml": mkdocs, "handbook/pages/a.md": page, "z": "3"}
		h := &crawltest.Host{Called: "test:acme", Has: []*crawltest.Repo{{Name: "a", ID: "1", Files: files}, {Name: "other", ID: "2", Files: other}}}
		s := newSetup(t)
		if rep := s.run(h).Sources[0]; rep.Fetched != 2 {
			t.Fatalf("%+v", rep)
		}
		before := contents(t, s.dir, true)
		snaps := snapshots(t, s.dir)
		for name, has := range map[string]map[string]string{"a": files, "other": other} {
			for _, p := range paths(snaps[name]) {
				if _, ok := has[p]; !ok {
					t.Errorf("%q is no file of %s", p, name)
				}
			}
		}
		s.run(h)
		sameContents(t, contents(t, s.dir, true), before)
	})
}
