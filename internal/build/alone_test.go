package build_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/themes"
)

var handbook = map[string]string{
	"mkdocs.yml": `site_name: Handbook
site_url: https://acme.example/handbook/
extra_css: [look.css]
theme: {features: [navigation.tabs]}
nav:
  - index.md
  - Guide:
      - guide/start.md
      - Far: guide/deep/far.md
  - Out: https://elsewhere.example/
`,
	"docs/index.md":          "# Welcome\n\nRead [the start](guide/start.md#one), see ![it](img/a.png).\n",
	"docs/guide/start.md":    "# Start\n\n## One\n\nTo [the far end](deep/far.md), [home](../index.md) and [itself](#one).\n",
	"docs/guide/deep/far.md": "# Far\n\nBack to [the start](../start.md). Zebra.\n",
	"docs/guide/search.md":   "# Not in the navigation\n",
	"docs/img/a.png":         "\x89PNG\r\n\x1a\n",
	"docs/look.css":          "h1 { color: red } .x { background: url(https://evil.example) } .bar { position: fixed }",
}

func writeHandbook(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		f := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(f), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// buildDocs builds a directory and returns the files of the site.
func buildDocs(t *testing.T, dir, out, cache string) (map[string]string, *build.Result) {
	t.Helper()
	// The files must be older than the build for their stamps to count.
	r, err := build.Docs(t.Context(), build.DocsOptions{Dir: dir, SiteName: "x", Out: out, CacheDir: cache, Started: time.Now().Add(time.Hour), Version: "test", Theme: themes.Default()})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = fs.WalkDir(os.DirFS(out), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(out), name)
		got[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, r
}

func TestDocsStandAlone(t *testing.T) {
	dir := t.TempDir()
	writeHandbook(t, dir, handbook)
	files, r := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), "")
	for _, want := range []string{"index.html", "guide/start/index.html", "guide/deep/far/index.html", "guide/search/index.html", "img/a.png", "404.html", "search.html", "sitemap.xml", "techdocs_metadata.json", "search/search_index.json", "data/site.json"} {
		if _, ok := files[want]; !ok {
			t.Errorf("there is no %s", want)
		}
	}
	for _, d := range r.Diagnostics {
		if d.Severity > diag.Info {
			t.Errorf("%v", d)
		}
	}
	for name, text := range files {
		if path.Ext(name) == ".html" && name != "404.html" {
			checkLinks(t, files, name, text)
		}
	}
	if far := files["guide/deep/far/index.html"]; !strings.Contains(far, `<a href="../../start/">the start</a>`) && !strings.Contains(far, `<a href="../../../guide/start/">the start</a>`) {
		t.Errorf("a link among pages is not relative: %s", far)
	}
}

// TestLinksToWhatIsNotInTheSite: what is in the repository and not in the site has no
// address there, unless the code host shows it; a link that leads to nothing at all
// stays as it is written, as MkDocs leaves it.
func TestLinksToWhatIsNotInTheSite(t *testing.T) {
	dir := t.TempDir()
	writeHandbook(t, dir, map[string]string{
		"mkdocs.yml":    "site_name: X\n",
		"docs/index.md": "# X\n\n[run](run.sh) [keys](keys.reg) [page](old.html) [make](../Makefile) [dir](lib) [gone](gone.md) ![scan](scan.tiff)\n",
		"docs/run.sh":   "echo", "docs/keys.reg": "k", "docs/old.html": "<p>", "docs/lib/a.js": "1", "docs/scan.tiff": "t", "Makefile": "all:",
	})
	files, r := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), "")
	if got := files["index.html"]; !strings.Contains(got, `<p><a href="./run.sh">run</a> <a href="./keys.reg">keys</a> <a>page</a> <a>make</a> <a>dir</a> <a href="gone.md">gone</a> <img alt="scan" decoding="async" loading="lazy" /></p>`) {
		t.Error(got[strings.Index(got, "<h1"):])
	}
	if files["run.sh"] == "" || files["keys.reg"] == "" || files["old.html"] != "" || files["lib/a.js"] != "" {
		t.Error("other files are copied than those that a browser shows as text or saves")
	}
	var found []string
	for _, d := range r.Diagnostics {
		found = append(found, string(d.Code))
	}
	if want := []string{"docs-asset-refused", "docs-asset-refused", "docs-link-broken", "docs-link-broken", "docs-asset-refused"}; !slices.Equal(found, want) {
		t.Error(found)
	}
}

// checkLinks holds that every address on a page is relative and leads to a file,
// or is of another host.
func checkLinks(t *testing.T, files map[string]string, name, text string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "src" && a.Key != "action" && a.Key != "data-base" {
				continue
			}
			to, _, _ := strings.Cut(a.Val, "#")
			if strings.Contains(to, "://") || to == "" {
				continue
			}
			file := path.Join(path.Dir(name), to)
			if strings.HasSuffix(to, "/") {
				file = path.Join(file, "index.html")
			}
			if _, ok := files[file]; !ok || strings.HasPrefix(to, "/") {
				t.Errorf("%s: %s=%q leads to nothing", name, a.Key, a.Val)
			}
		}
	}
}

func TestDocsForBackstage(t *testing.T) {
	dir := t.TempDir()
	writeHandbook(t, dir, handbook)
	files, _ := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), "")
	var meta map[string]any
	if err := json.Unmarshal([]byte(files["techdocs_metadata.json"]), &meta); err != nil {
		t.Fatal(err)
	}
	if _, told := meta["build_timestamp"]; told || meta["site_name"] != "Handbook" {
		t.Errorf("%v", meta)
	}
	if list, _ := meta["files"].([]any); !slices.Contains(list, any("guide/start/index.html")) || slices.Contains(list, any("techdocs_metadata.json")) {
		t.Errorf("files: %v", list)
	}
	var index struct {
		Docs []struct{ Location, Title, Text string } `json:"docs"`
	}
	if err := json.Unmarshal([]byte(files["search/search_index.json"]), &index); err != nil {
		t.Fatal(err)
	}
	var locations []string
	for _, d := range index.Docs {
		locations = append(locations, d.Location)
		if d.Location == "guide/deep/far/" && !strings.Contains(d.Text, "Zebra") {
			t.Errorf("the text of %s is %q", d.Location, d.Text)
		}
	}
	if !slices.Contains(locations, "guide/start/#one") || !slices.Contains(locations, "") {
		t.Errorf("the index has %q", locations)
	}
}

// TestDocsStyles: a style of the author's holds within the article.
func TestDocsStyles(t *testing.T) {
	dir := t.TempDir()
	writeHandbook(t, dir, handbook)
	files, _ := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), "")
	found := ""
	for name, text := range files {
		if strings.HasPrefix(name, "assets/style.") {
			found = text
		}
	}
	if want := "@layer custom{article.prose{contain:paint}article.prose h1{color:red}}\n"; found != want {
		t.Errorf("%q, want %q", found, want)
	}
	if !strings.Contains(files["guide/start/index.html"], `href="../../assets/style.`) {
		t.Error("a page does not load the style")
	}
}

// TestDocsAgain: the same files make the same site to the byte, with a cache and
// without; and one changed page is all that is rendered again.
func TestDocsAgain(t *testing.T) {
	dir, out, cache := t.TempDir(), filepath.Join(t.TempDir(), "site"), t.TempDir()
	writeHandbook(t, dir, handbook)
	first, r := buildDocs(t, dir, out, cache)
	if r.Stats.Docs != 4 || r.Stats.Rendered != 4 {
		t.Errorf("%+v, want 4 pages", r.Stats)
	}
	other, _ := buildDocs(t, dir, filepath.Join(t.TempDir(), "elsewhere"), "")
	for name, text := range first {
		if other[name] != text {
			t.Errorf("%s differs from build to build", name)
		}
	}
	writeHandbook(t, dir, map[string]string{"docs/guide/deep/far.md": "# Far\n\nAnother text, another word: quagga.\n"})
	again, r := buildDocs(t, dir, out, cache)
	if r.Stats.Rendered != 1 {
		t.Errorf("%d pages are rendered for one that changed", r.Stats.Rendered)
	}
	if !strings.Contains(again["search/search_index.json"], "quagga") || strings.Contains(again["search/search_index.json"], "Zebra") {
		t.Error("the index of MkDocs is not renewed")
	}
	_, r = buildDocs(t, dir, out, cache)
	if r.Stats.Rendered != 0 || r.Stats.Written != 0 {
		t.Errorf("%+v for a build of what has not changed", r.Stats)
	}
}

// TestDocsMoved: what redirects and tags of mkdocs.yml make.
func TestDocsMoved(t *testing.T) {
	dir := t.TempDir()
	writeHandbook(t, dir, map[string]string{
		"mkdocs.yml":    "site_name: x\nplugins:\n  - redirects: {redirect_maps: {old/place.md: 'a/new.md#part', gone.md: 'https://elsewhere.example/x'}}\n  - tags: {tags_file: tags.md}\n",
		"docs/index.md": "# Home\n", "docs/a/new.md": "---\ntags: [blue, green]\n---\n# New\n\n## Part\n", "docs/tags.md": "# Tags\n",
	})
	files, _ := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), "")
	for name, want := range map[string]string{
		"old/place/index.html": `content="0; url=../../a/new/#part"`,
		"gone/index.html":      `content="0; url=https://elsewhere.example/x"`,
		"a/new/index.html":     `href="../../tags/#cb-tag-0">blue</a>`,
		"tags/index.html":      `<h2 id="cb-tag-1">green</h2><ul><li><a href="../a/new/">New</a>`,
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s does not have %q", name, want)
		}
	}
}

// TestDocsOfNothing: a directory without documentation is refused, and one with a
// README alone is not.
func TestDocsOfNothing(t *testing.T) {
	_, err := build.Docs(t.Context(), build.DocsOptions{Dir: t.TempDir(), Out: filepath.Join(t.TempDir(), "site"), Version: "test", Theme: themes.Default()})
	if err == nil || !strings.Contains(err.Error(), "no mkdocs.yml") {
		t.Errorf("%v", err)
	}
	dir := t.TempDir()
	writeHandbook(t, dir, map[string]string{"README.md": "# Hello\n"})
	files, _ := buildDocs(t, dir, filepath.Join(t.TempDir(), "site"), "")
	if !strings.Contains(files["index.html"], "Hello") {
		t.Error("the README is not the first page")
	}
}
