package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	"callboard/internal/corpustest"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/pymarkdown"
	"callboard/internal/repofs"
)

// extensionsOf are the extensions of a mkdocs.yml, "" for none.
func extensionsOf(t *testing.T, mkdocs, profile string) []pymarkdown.Extension {
	t.Helper()
	files := map[string]string{"docs/index.md": ""}
	spec := docs.Spec{Of: ref, Title: "x", Dir: ".", Profile: profile}
	if mkdocs != "" {
		files["mkdocs.yml"], spec.Config = mkdocs, "mkdocs.yml"
	}
	spec.Snap = repofs.Memory("r", nil, files)
	var found diag.List
	p := docs.Open(spec, &found)
	for _, d := range found.All() {
		t.Errorf("%s", d.Message)
	}
	return p.Extensions()
}

func named(exts []pymarkdown.Extension, name string) map[string]any {
	for _, e := range exts {
		if e.Name == name {
			return e.Options
		}
	}
	return nil
}

// TestTechDocsExtensions holds that a set without mkdocs.yml, and one that lists
// techdocs-core, has the extensions that techdocs-core 1.7 hands on.
func TestTechDocsExtensions(t *testing.T) {
	raw, err := os.ReadFile(corpustest.Path(t, "markdown", "profiles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Profiles map[string]struct {
			Extensions []string
			Configs    map[string]map[string]any
		}
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	ref := want.Profiles["techdocs"]
	for _, yml := range []string{"", "plugins: [techdocs-core]\n", "site_name: x\n"} {
		got := extensionsOf(t, yml, "")
		var names []string
		for _, e := range got {
			if e.Name == "gh_admonitions" { // a plugin of techdocs-core, and no extension there
				continue
			}
			names = append(names, e.Name)
			if e.Name == "pymdownx.emoji" {
				if py, ok := e.Options["emoji_generator"].(pymarkdown.Py); !ok || py.Name != "pymdownx.emoji.to_svg" {
					t.Errorf("emoji: %v", e.Options)
				}
				continue
			}
			if w := ref.Configs[e.Name]; len(w)+len(e.Options) > 0 && !reflect.DeepEqual(w, map[string]any(e.Options)) {
				t.Errorf("%s: %v, want %v", e.Name, e.Options, w)
			}
		}
		if !reflect.DeepEqual(names, ref.Extensions) {
			t.Errorf("%q: %v\nwant %v", yml, names, ref.Extensions)
		}
	}
}

// TestTechDocsMergesOptions holds that a set's options come after the defaults,
// that those of extra's parts are extra's, and that snippets stay inside.
func TestTechDocsMergesOptions(t *testing.T) {
	got := extensionsOf(t, `plugins: [techdocs-core]
markdown_extensions:
  - toc: {toc_depth: 2}
  - pymdownx.superfences: {preserve_tabs: true}
  - pymdownx.betterem: {smart_enable: none}
  - pymdownx.snippets: {base_path: x, restrict_base_path: false}
  - pymdownx.highlight: {linenums: false}
`, "mkdocs")
	for name, want := range map[string]map[string]any{
		"toc":                  {"permalink": true, "toc_depth": 2},
		"pymdownx.superfences": nil,
		"pymdownx.extra":       {"pymdownx.betterem": map[string]any{"smart_enable": "all"}, "pymdownx.superfences": map[string]any{"preserve_tabs": true}},
		"pymdownx.snippets":    {"base_path": "x", "restrict_base_path": true},
		"pymdownx.highlight":   {"linenums": false, "pygments_lang_class": true},
	} {
		if o := named(got, name); fmt.Sprint(o) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", name, o, want)
		}
	}
}

// TestExtensions holds that MkDocs' own come first, that each is there once, and
// that Python's tags are data.
func TestExtensions(t *testing.T) {
	got := extensionsOf(t, `markdown_extensions:
  - markdown.extensions.admonition
  - toc:
      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}
  - admonition
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
  - pymdownx.snippets:
      base_path: [!relative $docs_dir/inc, !relative , "."]
  - attr_list
`, docs.ProfileMkDocs)
	want := []pymarkdown.Extension{
		{Name: "toc", Options: map[string]any{"slugify": pymarkdown.Py{Name: "pymdownx.slugs.slugify", Kwargs: map[string]any{"case": "lower"}}}},
		{Name: "tables"}, {Name: "fenced_code"}, {Name: "admonition"}, {Name: "admonition"},
		{Name: "pymdownx.emoji", Options: map[string]any{"emoji_index": pymarkdown.Py{Name: "material.extensions.emoji.twemoji"}}},
		{Name: "pymdownx.snippets", Options: map[string]any{"base_path": []any{
			pymarkdown.Py{Name: docs.Relative, Args: []any{"$docs_dir/inc"}}, pymarkdown.Py{Name: docs.Relative, Args: []any{""}}, "."}}},
		{Name: "attr_list"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// TestHistory holds that pages tell of their files' history, if there is one.
func TestHistory(t *testing.T) {
	day := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	spec := docs.Spec{Of: ref, Title: "x", Dir: ".", Snap: repofs.Memory("r", nil, map[string]string{"docs/index.md": "", "docs/new.md": ""}), History: func(file string) (docs.Change, bool) {
		return docs.Change{Created: day, Revised: day, Authors: []string{"An\nna"}}, file == "docs/index.md"
	}}
	p := docs.Open(spec, diag.Discard)
	set, _ := p.Finish(blank(p), diag.Discard)
	if c := set.Pages[0].Change; c == nil || !c.Revised.Equal(day) || len(c.Authors) != 1 || c.Authors[0] != "An na" {
		t.Errorf("%+v", c)
	}
	if set.Pages[1].Change != nil {
		t.Error("a file without a history has one")
	}
}

// TestAloneWithoutIndex holds that a site without an index has its pages where
// MkDocs puts them, and that its root leads to the first.
func TestAloneWithoutIndex(t *testing.T) {
	spec := docs.Spec{Title: "x", Dir: ".", Alone: true, Snap: repofs.Memory("r", nil, map[string]string{"docs/b.md": "", "docs/c.md": ""})}
	p := docs.Open(spec, diag.Discard)
	set, _ := p.Finish(blank(p), diag.Discard)
	if len(set.Redirects) != 1 || set.Redirects[0] != (docs.Redirect{Path: "index.html"}) || set.Pages[0].Path != "b/" {
		t.Errorf("%+v, %+v", set.Redirects, set.Pages)
	}
}

// TestPrebuilt tells a finished site from the source of one.
func TestPrebuilt(t *testing.T) {
	for want, files := range map[bool]map[string]string{true: {"s/index.html": "", "s/a/x.png": ""}, false: {"s/index.html": "", "s/mkdocs.yml": ""}} {
		got, ok := docs.Prebuilt(repofs.Memory("r", nil, files), "s")
		if ok != want || ok && len(got) != 2 {
			t.Errorf("%v: %v %v", files, got, ok)
		}
	}
}

// TestDrafts holds that drafts are pages only where they are wanted.
func TestDrafts(t *testing.T) {
	spec := docs.Spec{Of: ref, Title: "x", Dir: ".", Config: "mkdocs.yml", Snap: repofs.Memory("r", nil, map[string]string{"mkdocs.yml": "draft_docs: d.md\n", "docs/index.md": "", "docs/d.md": ""})}
	for _, want := range []int{1, 2} {
		spec.Drafts = want == 2
		if got := docs.Open(spec, diag.Discard).Sources(); len(got) != want {
			t.Errorf("%v: %v", spec.Drafts, got)
		}
	}
}
