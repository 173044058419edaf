package build_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/treetest"
)

// advisory is what has been published about TechDocs, as an attack: a repository
// that does what the advisory tells of. "secret.md" two directories above it is a
// file outside of what may be read, and says "leaked".
type advisory struct {
	name  string
	files map[string]string
	links map[string]string // symbolic links, to what they lead
	code  diag.Code         // of what is reported, or ""
	// never are words that may be in no file of the documentation.
	never []string
	// shown are words that the documentation's first page shows nevertheless.
	shown string
}

var advisories = []advisory{
	{
		// Script in a page ran in the portal: rendered HTML was not sanitised.
		name: "CVE-2021-32661",
		files: map[string]string{
			"mkdocs.yml":    "site_name: X\nmarkdown_extensions: [md_in_html, attr_list, pymdownx.blocks.html, pymdownx.superfences]\n",
			"docs/index.md": "# Fine page\n\n<script>evil1()</script>\n\n<img src=x onerror=evil2()>\n\n<div markdown onclick=evil3()>\n*x*\n</div>\n\n[a](javascript:evil4()){ onmouseover=evil5() }\n\n![](javascript:evil6())\n\n/// html | script\nevil7()\n///\n\n/// html | a[href=javascript:evil8()]\nb\n///\n\n<svg><script>evil9()</script></svg>\n",
		},
		never: []string{"evil1", "evil2", "evil3", "evil4", "evil5", "evil6", "evil7()</script", `="javascript:`, "evil9"}, shown: "Fine page",
	},
	{
		// docs_dir and symbolic links led out of the repository.
		name:  "CVE-2021-32662 docs_dir",
		files: map[string]string{"mkdocs.yml": "site_name: X\ndocs_dir: ../..\n", "docs/index.md": "# Fine page\n"},
		code:  "mkdocs-invalid",
	},
	{
		name:  "CVE-2021-32662 symbolic link",
		files: map[string]string{"mkdocs.yml": "site_name: X\n", "docs/index.md": "# Fine page\n\n[x](out.md)\n"},
		links: map[string]string{"docs/out.md": "../../../secret.md", "docs/outdir": "../../.."},
		code:  "symlink-outside", shown: "Fine page",
	},
	{
		// Chains of links and links to nothing got past the check of a path
		// (CVE-2024-26150, CVE-2026-24046, CVE-2026-24047).
		name:  "CVE-2026-24047",
		files: map[string]string{"mkdocs.yml": "site_name: X\n", "docs/index.md": "# Fine page\n\n![x](b.png)\n\n--8<-- \"docs/a.md\"\n"},
		links: map[string]string{"docs/a.md": "b.md", "docs/b.md": "c/secret.md", "docs/c": "../../..", "docs/b.png": "/nowhere/at/all.png", "docs/d": "d"},
		code:  "symlink-outside", shown: "Fine page",
	},
	{
		// Paths in the names of files and addresses led out of the storage.
		name: "CVE-2024-45816",
		files: map[string]string{
			"mkdocs.yml":            "site_name: X\nplugins:\n  - redirects:\n      redirect_maps: {'../../../out.md': index.md, 'a.md': 'javascript:evil()', '/../b.md': '../../secret.md'}\n",
			"docs/index.md":         "# Fine page\n\n![x](..%2f..%2f..%2fsecret.md) [y](/%2e%2e/%2e%2e/secret.md) [z](..\\..\\secret.md)\n",
			"docs/..%2f..%2fx.md":   "# Percent\n",
			"docs/..\\..\\y.md":     "# Backslash\n",
			"docs/ \u202egnp.md":    "# Turned\n",
			"docs/index.md/x":       "",
			"docs/CON/aux.md":       "# Devices\n",
			"docs/.well-known/a.md": "# Hidden\n",
		},
		code: "docs-nav-missing", never: []string{"javascript:evil"}, shown: "Fine page",
	},
	{
		// HTML and SVG files of the author's were served as they were.
		name: "CVE-2024-46976",
		files: map[string]string{
			"mkdocs.yml":       "site_name: X\n",
			"docs/index.md":    "# Fine page\n\n[page](page.html) ![drawing](drawing.svg) [xml](page.xhtml) [script](x.js)\n",
			"docs/page.html":   "<script>evil1()</script>",
			"docs/page.xhtml":  "<html xmlns='http://www.w3.org/1999/xhtml'><script>evil2()</script></html>",
			"docs/x.js":        "evil3()",
			"docs/drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="evil4()"><script>evil5()</script><foreignObject><iframe srcdoc="evil6()"/></foreignObject><a href="javascript:evil7()"><text>x</text></a><circle r="1"/></svg>`,
		},
		never: []string{"evil1", "evil2", "evil3", "evil4", "evil5", "evil6", "evil7"}, shown: "Fine page",
	},
	{
		// The environment was shown.
		name: "CVE-2024-47762",
		files: map[string]string{
			"mkdocs.yml":    "site_name: !ENV CALLBOARD_TEST_TOKEN\nrepo_url: !ENV [CALLBOARD_TEST_TOKEN, 'https://ok.example/x']\nextra: {token: !ENV CALLBOARD_TEST_TOKEN}\nplugins: [search, macros]\n",
			"docs/index.md": "# Fine page\n\n{{ extra.token }} {{ environment.CALLBOARD_TEST_TOKEN }} {{ environ['CALLBOARD_TEST_TOKEN'] }} {{ os.environ }} {{ config.site_name }} {{ ''.__class__.__mro__[1].__subclasses__() }}\n",
		},
		code: "mkdocs-unsupported", never: []string{"token-of-the-machine", "<class", "&lt;class"}, shown: "Fine page",
	},
	{
		// Paths in mkdocs.yml led out of the directory that it was generated in.
		name: "CVE-2026-25152",
		files: map[string]string{
			"mkdocs.yml": "INHERIT: ../../secret.yml\nsite_name: X\nnav:\n  - index.md\n  - Out: '!include ../../secret.yml'\n  - ../../secret.md\n  - /etc/passwd\nextra_css: [../../../secret.css, 'https://evil.example/x.css']\nplugins: [search, monorepo, macros, include-markdown]\n" +
				"markdown_extensions:\n  - pymdownx.snippets: {base_path: ['../..', /etc], restrict_base_path: false, url_download: true, auto_append: [../../../secret.md]}\n  - pymdownx.b64: {base_path: ../..}\n  - abbr: {glossary: '!include ../../secret.md'}\n",
			"docs/index.md": "# Fine page\n\n--8<-- \"../../secret.md\"\n\n--8<-- \"secret.md\"\n\n--8<-- \"/etc/passwd\"\n\n--8<-- \"https://evil.example/x\"\n\n{% include-markdown \"../../../secret.md\" %}\n\n{% include \"../../secret.md\" %}\n\n![x](../../../secret.md)\n",
		},
		code: "mkdocs-invalid",
	},
	{
		// hooks ran the author's code, and so did Python's tags.
		name: "CVE-2026-25153",
		files: map[string]string{
			"mkdocs.yml":    "site_name: X\nhooks: [evil.py]\nextra: {x: !!python/object/apply:os.system ['echo leaked > ran.txt']}\n",
			"evil.py":       "open('ran.txt', 'w').write('leaked')\n",
			"docs/index.md": "# Fine page\n",
		},
		code: "mkdocs-unsupported", never: []string{"open('ran.txt'"}, shown: "Fine page",
	},
	{
		// More ways to run code: plugins, themes, extensions by module, and programs
		// that options name.
		name: "CVE-2026-29184",
		files: map[string]string{
			"mkdocs.yml": "site_name: X\ntheme: {name: material, custom_dir: evil}\nextra_javascript: [evil.js, 'https://evil.example/x.js']\nplugins: [evil_plugin, {gen-files: {scripts: [evil.py]}}, {exec: {cmd: 'touch ran.txt'}}, {macros: {module_name: evil}}, {with-pdf: {}}]\n" +
				"markdown_extensions: ['evil:Class', evil.module, {plantuml_markdown: {plantuml_cmd: 'touch ran.txt', server: 'https://evil.example'}}, {pymdownx.superfences: {custom_fences: [{name: x, class: x, format: !!python/name:os.system }]}}, {toc: {slugify: !!python/name:os.system }}]\n",
			"evil/main.html": "<script>evil1()</script>",
			"docs/evil.js":   "evil2()",
			"evil.py":        "open('ran.txt', 'w').write('leaked')\n",
			"docs/index.md":  "# Fine page\n\n```x\ntouch ran.txt\n```\n\n```plantuml\n@startuml\n!include ../../secret.md\n@enduml\n```\n",
		},
		code: "mkdocs-unsupported", never: []string{"evil1", "evil2", "evil.example"}, shown: "Fine page",
	},
	{
		// Addresses that were no web addresses (CVE-2023-25571).
		name: "CVE-2023-25571",
		files: map[string]string{
			"mkdocs.yml":    "site_name: X\nsite_url: javascript:evil1()\nrepo_url: 'javascript:evil2()//'\nedit_uri_template: 'javascript:evil3()//{path}'\nnav: [index.md, {Bad: 'javascript:evil4()'}, {Worse: 'data:text/html,evil5()'}]\nextra: {social: [{icon: x, link: 'javascript:evil6()'}], homepage: 'javascript:evil7()'}\ncopyright: <script>evil8()</script>\n",
			"docs/index.md": "# Fine page\n\n<javascript:evil9()> [a][b] <a href=\"java&Tab;script:evil10()\">c</a>\n\n[b]: vbscript:evil11()\n",
		},
		// The text of a link may be shown; it must not be an address.
		never: []string{`="javascript:`, `="java`, `="data:text`, `="vbscript:`, "<script>evil8"}, shown: "Fine page",
	},
	{
		// Redirects and addresses of other hosts were followed (CVE-2026-24048).
		name: "CVE-2026-24048",
		files: map[string]string{
			"mkdocs.yml":    "site_name: X\nmarkdown_extensions: [{pymdownx.snippets: {url_download: true}}]\nplugins: [include-markdown]\n",
			"docs/index.md": "# Fine page\n\n--8<-- \"http://169.254.169.254/latest/meta-data\"\n\n{% include-markdown \"http://127.0.0.1:1/x\" %}\n\n![x](http://127.0.0.1:1/y.png)\n",
		},
		never: []string{`src="http`}, shown: "Fine page",
	},
}

// TestAdvisories builds all of them into one portal.
func TestAdvisories(t *testing.T) {
	t.Setenv("CALLBOARD_TEST_TOKEN", "token-of-the-machine")
	files := map[string]string{
		"aaa/.git/HEAD": "x", "aaa/catalog-info.yaml": good,
		"org/.git/HEAD": "x", "org/catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\nspec: {type: team, children: []}\n",
	}
	for _, a := range advisories {
		repo := a.repo()
		files[repo+"/.git/HEAD"] = "x"
		files[repo+"/catalog-info.yaml"] = component(repo, "")
		for p, text := range a.files {
			if _, isDir := a.files[filepath.Dir(p)]; !isDir {
				files[repo+"/"+p] = text
			}
		}
	}
	root := org(t, files)
	for _, secret := range []string{"secret.md", "secret.yml", "secret.css"} {
		if err := os.WriteFile(filepath.Join(root, "..", secret), []byte("site_name: leaked\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range advisories {
		for from, to := range a.links {
			if err := os.Symlink(to, filepath.Join(root, a.repo(), from)); err != nil {
				t.Skip(err)
			}
		}
	}
	found, site := hostileSite(t, root)
	for _, a := range advisories {
		t.Run(a.name, func(t *testing.T) { a.check(t, root, found, site) })
	}
}

// repo is the name of its repository and entity.
func (a advisory) repo() string { return strings.ReplaceAll(strings.ToLower(a.name), " ", "-") }

func (a advisory) check(t *testing.T, root string, found []diag.Diagnostic, site map[string]string) {
	if a.code != "" {
		hasCode(t, found, a.code, a.repo())
	}
	for p, text := range site {
		if !strings.HasPrefix(p, "docs/default/component/"+a.repo()+"/") {
			continue // pages that quote what was found, as text
		}
		for _, word := range a.never {
			// A twin is what its author wrote, served as plain text.
			if in, ok := strings.CutPrefix(p, "docs/default/component/"+a.repo()+"/"); ok && strings.HasSuffix(p, ".md") && strings.Contains(a.files["docs/"+in], word) {
				continue
			}
			if strings.Contains(text, word) {
				i := strings.Index(text, word)
				t.Errorf("%s holds %q: %s", p, word, text[max(0, i-60):min(len(text), i+60)])
			}
		}
	}
	if page := site["docs/default/component/"+a.repo()+"/index.html"]; a.shown != "" && !strings.Contains(page, a.shown) {
		t.Errorf("the page does not show %q", a.shown)
	}
	for _, dir := range []string{".", a.repo(), a.repo() + "/docs"} {
		if _, err := os.Stat(filepath.Join(root, dir, "ran.txt")); err == nil {
			t.Error("a program ran")
		}
	}
}

// hostileSite builds a directory, requires what must always hold, and gives what
// was found and the files of the site.
func hostileSite(t *testing.T, root string) ([]diag.Diagnostic, map[string]string) {
	t.Helper()
	above := t.TempDir()
	out := filepath.Join(above, "out")
	r := mustRun(t, at(t, root, out, ""))
	walk(t, out)
	site := treetest.Files(t, out)
	for p, text := range site {
		for _, word := range []string{"leaked", "root:x:", "token-of-the-machine"} {
			if strings.Contains(text, word) {
				t.Errorf("%s holds %q", p, word)
			}
		}
	}
	entries, err := os.ReadDir(above)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() != "out" }) {
		t.Errorf("there is more than the site: %v", entries)
	}
	return r.Diagnostics, site
}
