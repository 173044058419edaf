package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/timetest"
)

// navFiles are the plugins that make a navigation of files in the directories of a
// set, and the names of those.
var navFiles = map[string]string{"awesome-pages": ".pages", "awesome-nav": ".nav.yml", "literate-nav": "SUMMARY.md"}

// FuzzNavFiles writes one text into the navigation files of two directories, under
// each plugin. Every page comes out once, and every entry leads somewhere safe or
// nowhere.
func FuzzNavFiles(f *testing.F) {
	for _, s := range []string{
		"nav:\n  - index.md\n  - ... | *.md\n  - sub\n  - A: [b.md, {X: https://example.com}]\n",
		"nav: [\"*\", {glob: \"**/@(a|b)*\", sort: {by: title, direction: desc}}, sub/, ., ../a.md]\nignore: [$inherit, /a*]\n",
		"title: x\nhide: true\ncollapse: true\norder: desc\nsort_type: natural\norder_by: title\n",
		"arrange: [b.md, '...']\n", "nav:\n  - ... | regex=(a+)+$\n  - ... | flat | **/**/**\n", "append_unmatched: true\nflatten_single_child_sections: true\nuse_index_title: true\n",
		"* [A](a.md)\n* Sub\n    * [B](b.md)\n    * *.md\n* [D](sub/)\n", "<!--nav-->\n- [x](../../x)\n- */*/\n- [](a.md)\n", "1. *\n2. **/*\n", "* a\n\n    text\n", "- [a]: b\n- <a.md>\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		timetest.Fuzz.Within(t, len(text), func() {
			for plugin, name := range navFiles {
				files := map[string]string{"mkdocs.yml": "plugins: [" + plugin + ", section-index]\n",
					"docs/index.md": "", "docs/a.md": "", "docs/b.md": "", "docs/sub/index.md": "", "docs/sub/c.md": "", "docs/sub/deep/d.md": ""}
				files["docs/"+name], files["docs/sub/"+name] = text, text
				var found diag.List
				p := open(files, &found)
				set, order := p.Finish(blank(p), &found)
				if len(set.Pages) != len(p.Sources()) || len(order) != len(set.Pages) {
					t.Errorf("%s: %d pages of %d files", plugin, len(set.Pages), len(p.Sources()))
				}
				checkNav(t, set, set.Nav)
			}
		})
	})
}

// TestNavBombs holds that files which multiply each other's entries stop at a
// limit.
func TestNavBombs(t *testing.T) {
	many := func(format string) string { return strings.Repeat(format, 60) }
	files := map[string]map[string]string{
		"awesome-nav":  {"nav": "nav:\n" + many("  - sub\n")},
		"literate-nav": {"nav": many("* [x](sub/)\n")},
	}
	for plugin, text := range files {
		repo := map[string]string{"mkdocs.yml": "plugins: [" + plugin + "]\n", "docs/index.md": ""}
		dir := "docs/"
		for range 15 {
			repo[dir+navFiles[plugin]], repo[dir+"p.md"] = text["nav"], ""
			dir += "sub/"
		}
		p := open(repo, diag.Discard)
		set, _ := p.Finish(blank(p), diag.Discard)
		if n := navSize(set.Nav); n > 50_000 {
			t.Errorf("%s: %d entries", plugin, n)
		}
	}
	included := map[string]string{"mkdocs.yml": "nav:\n" + many("  - X: '!include ./s/mkdocs.yml'\n"), "s/docs/a.md": "", "docs/index.md": ""}
	included["s/mkdocs.yml"] = "site_name: s\nnav:\n" + strings.Repeat("  - a.md\n", 5000)
	p := open(included, diag.Discard)
	set, _ := p.Finish(blank(p), diag.Discard)
	if n := navSize(set.Nav); n > 50_000 {
		t.Errorf("monorepo: %d entries", n)
	}
}

func navSize(items []docs.NavItem) int {
	n := len(items)
	for _, it := range items {
		n += navSize(it.Children)
	}
	return n
}

// TestHostileGlobs holds that patterns with many stars take no more time than a
// limit allows: the test would not end otherwise.
func TestHostileGlobs(t *testing.T) {
	stars := strings.Repeat("**/", 60) + "x"
	var many strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&many, "  - '... | glob=%s%d'\n", strings.Repeat("*a", 40), i)
	}
	repo := map[string]string{"mkdocs.yml": "plugins: [awesome-pages, {exclude: {glob: '" + strings.Repeat("*a", 200) + "'}}]\nexclude_docs: |\n  " + stars + "\n", "docs/.pages": "nav:\n" + many.String()}
	for i := range 2000 {
		repo[fmt.Sprintf("docs/%s%d.md", strings.Repeat("a", 60), i)] = ""
	}
	p := open(repo, diag.Discard)
	set, _ := p.Finish(blank(p), diag.Discard)
	if len(set.Pages) != 2000 {
		t.Errorf("%d pages", len(set.Pages))
	}
}
