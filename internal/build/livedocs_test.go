package build_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/treetest"
	"callboard/themes"
)

// liveSite is a documentation set that is changed while it is built live.
type liveSite struct {
	t     *testing.T
	live  build.LiveDocs
	dir   string
	o     build.DocsOptions
	files map[string]string
}

func newLiveSite(t *testing.T) *liveSite {
	s := &liveSite{t: t, dir: t.TempDir(), files: map[string]string{
		"mkdocs.yml":    "site_name: Live\nextra_css: [look.css]\nmarkdown_extensions: [pymdownx.snippets, toc]\n",
		"docs/index.md": "# Live\n\nRead [one](p1.md#part), ![it](a.png).\n", "docs/look.css": "h1 { color: red }\n", "docs/a.png": "\x89PNG\r\n\x1a\n1", "docs/part.txt": "a part\n",
	}}
	for i := range 6 {
		s.files[fmt.Sprintf("docs/p%d.md", i)] = fmt.Sprintf("# Page %d\n\nTo [the next](p%d.md#part) and [nothing](gone.md).\n\n## Part\n\nText %d.\n", i, (i+1)%6, i)
	}
	s.files["docs/with.md"] = "# With\n\n--8<-- \"docs/part.txt\"\n"
	writeHandbook(t, s.dir, s.files)
	scratch := t.TempDir()
	s.o = build.DocsOptions{Dir: s.dir, Out: filepath.Join(scratch, "out"), CacheDir: filepath.Join(scratch, "cache"), Version: "test", Theme: themes.Default(), Bundle: themes.Bundle()}
	s.build()
	return s
}

// options are those of a build that begins now, as if all had been changed long
// ago, so that stamps are trusted.
func (s *liveSite) options() build.DocsOptions {
	o := s.o
	o.Started = time.Now().Add(time.Minute)
	return o
}

func (s *liveSite) build() (*build.Result, bool) {
	s.t.Helper()
	r, shown, err := s.live.Build(s.t.Context(), s.options())
	if err != nil {
		s.t.Fatal(err)
	}
	return r, shown
}

func (s *liveSite) set(name, text string) {
	s.files[name] = text
	writeHandbook(s.t, s.dir, map[string]string{name: text})
}

// fresh is the site as it is built from nothing, and what is wrong with it.
func (s *liveSite) fresh() (map[string]string, []diag.Diagnostic) {
	s.t.Helper()
	o := s.options()
	o.Out, o.CacheDir = filepath.Join(s.t.TempDir(), "fresh"), ""
	r, err := build.Docs(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	return treetest.Files(s.t, o.Out), r.Diagnostics
}

// TestLiveDocs changes a set at random, forty times: what is made ahead, and
// what is found, is what a build from nothing makes and finds; and so is the whole
// site once it is built.
func TestLiveDocs(t *testing.T) {
	s, dice := newLiveSite(t), rand.New(rand.NewPCG(3, 4))
	ahead, builds := 0, 0
	for i := range 40 {
		what := s.change(dice, i)
		want, found := s.fresh()
		a, ok := s.live.Ahead(t.Context(), s.options())
		if ok {
			ahead++
			if !slices.EqualFunc(a.Diagnostics, found, func(a, b diag.Diagnostic) bool { return a.Compare(b) == 0 }) {
				t.Errorf("change %d, %s: ahead it is found %v, want %v", i, what, a.Diagnostics, found)
			}
		}
		for p, text := range a.Pages {
			if string(text) != want[p] {
				t.Errorf("change %d, %s: %s is another page ahead", i, what, p)
			}
		}
		if dice.IntN(3) == 0 { // several changes come before the rest is built
			builds++
			s.build()
			treetest.Same(t, fmt.Sprintf("change %d, %s", i, what), treetest.Files(t, s.o.Out), want)
		}
		if t.Failed() {
			return
		}
	}
	if ahead < 12 || builds < 8 {
		t.Errorf("%d times pages were made ahead, %d times all was built", ahead, builds)
	}
}

// change changes something.
func (s *liveSite) change(dice *rand.Rand, i int) string {
	page := fmt.Sprintf("docs/p%d.md", dice.IntN(6))
	text, there := s.files[page]
	switch n := dice.IntN(12); {
	case !there:
		s.set(page, fmt.Sprintf("# Page again %d\n\n## Part\n", i))
		return "a page comes"
	case n == 0:
		delete(s.files, page)
		os.Remove(filepath.Join(s.dir, page))
		return "a page goes"
	case n == 1:
		s.set(page, strings.Replace(text, "# Page", "# New page", 1))
		return "a title"
	case n == 2:
		s.set("docs/part.txt", fmt.Sprintf("part %d\n", i))
		return "what a page includes"
	case n == 3:
		s.set("docs/a.png", fmt.Sprintf("\x89PNG\r\n\x1a\n%d", i))
		return "an image"
	case n == 4:
		s.set("docs/look.css", fmt.Sprintf("h1 { color: #%03d }\n", i))
		return "a style"
	case n == 5:
		s.set(page, strings.Replace(text, "## Part", "## Another part", 1))
		return "a heading"
	case n == 6:
		s.set(page, text+"\nSee [none](none.md).\n")
		return "a broken link"
	case n == 7:
		s.set("docs/p0.md", "# Zero\n")
		s.set("docs/index.md", fmt.Sprintf("# Live\n\nText %d.\n", i))
		return "two pages"
	}
	s.set(page, text+fmt.Sprintf("\nMore %d.\n", i))
	return "a text"
}

// TestLiveDocsShow: readers' pages are loaded again when something that they see has
// changed, and not when they have it already.
func TestLiveDocsShow(t *testing.T) {
	s := newLiveSite(t)
	text := s.files["docs/p1.md"]
	for _, c := range []struct {
		name   string
		change map[string]string
		ahead  int
		shown  bool
	}{
		{"a text", map[string]string{"docs/p1.md": text + "More.\n"}, 1, false},
		{"a title", map[string]string{"docs/p1.md": "# Other\n\n## Part\n"}, 1, true},
		{"nothing", nil, 0, false},
		{"an image", map[string]string{"docs/a.png": "\x89PNG\r\n\x1a\nother"}, 0, true},
		{"a text and an image", map[string]string{"docs/a.png": "\x89PNG\r\n\x1a\nthird", "docs/p2.md": "# Page 2\n\n## Part\n"}, 0, true},
		{"the configuration", map[string]string{"mkdocs.yml": "site_name: Other\n"}, 0, true},
	} {
		writeHandbook(t, s.dir, c.change)
		a, _ := s.live.Ahead(t.Context(), s.options())
		if _, shown := s.build(); len(a.Pages) != c.ahead || shown != c.shown {
			t.Errorf("%s: ahead %v, shown %t", c.name, slices.Collect(maps.Keys(a.Pages)), shown)
		}
	}
}

// TestLiveDocsMeanwhile: of a page that has changed again after it was made ahead,
// the later text is shown.
func TestLiveDocsMeanwhile(t *testing.T) {
	s := newLiveSite(t)
	s.set("docs/p1.md", "# Page 1\n\n## Part\n\nFirst.\n")
	if a, ok := s.live.Ahead(t.Context(), s.options()); !ok || !strings.Contains(string(a.Pages["p1/index.html"]), "First.") {
		t.Fatalf("ahead: %v", a.Pages)
	}
	s.set("docs/p1.md", "# Page 1\n\n## Part\n\nSecond.\n")
	if _, shown := s.build(); !shown {
		t.Error("the second text is not shown")
	}
	if page := treetest.Files(t, s.o.Out)["p1/index.html"]; !strings.Contains(page, "Second.") {
		t.Error(page)
	}
}
