package cli

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/lint"
	"callboard/internal/yamldoc"
)

const rulePages = "../../content/manual/docs/reference/rules"

// withoutExample are the codes whose pages show no example, with the reason.
var withoutExample = map[string]string{
	"internal-panic":         "it would be a mistake of callboard's",
	"markdown-failed":        "it would be a mistake of callboard's",
	"catalog-files-missing":  "it takes a directory without catalog files; package build tests it",
	"catalog-too-many-files": "it takes 20,000 files; package catalog tests it",
	"repo-too-many-files":    "it takes 200,000 files; package repofs tests it",
	"diagram-not-drawn":      "it takes a program; testdata/script/diagrams.txtar tests it",
	"entity-address-invalid": "it is on the health page alone; package site tests it",
	"people-file":            "it takes a crawl; package people tests it",
	"path-collision":         "not every file system can hold the example; package build tests it",
	"location-target-branch": "it takes two repositories; package catalog tests it",
	"ref-broken-elsewhere":   "it takes a published catalog; testdata/script/lint_since.txtar tests it",
	"theme-invalid":          "it ends a build; package assets tests it",
	"audience-expression":    "it takes audiences; package audience tests it",
	"audience-leak":          "it takes audiences; package audit tests it",
	"audience-rule-unmet":    "it takes audiences; package audience tests it",
	"audience-text-leak":     "it takes audiences; package audit tests it",
	"portal-base":            "it takes a portal that is published; package doctor tests it",
	"portal-books-open":      "it takes a portal that is published; package doctor tests it",
	"portal-cache":           "it takes a portal that is published; package doctor tests it",
	"portal-content-type":    "it takes a portal that is published; package doctor tests it",
	"portal-directory":       "it takes a portal that is published; package doctor tests it",
	"portal-file-differs":    "it takes a portal that is published; package doctor tests it",
	"portal-file-missing":    "it takes a portal that is published; package doctor tests it",
	"portal-header":          "it takes a portal that is published; package doctor tests it",
	"portal-link-broken":     "it takes a portal that is published; package doctor tests it",
	"portal-not-found":       "it takes a portal that is published; package doctor tests it",
	"portal-open":            "it takes a portal that is published; package doctor tests it",
	"portal-policy":          "it takes a portal that is published; package doctor tests it",
	"portal-sign-in":         "it takes a portal that is published; package doctor tests it",
	"portal-sources":         "it takes a portal that is published; package doctor tests it",
	"portal-stale":           "it takes a portal that is published; package doctor tests it",
	"portal-uncompressed":    "it takes a portal that is published; package doctor tests it",
	"processor-files":        "it takes files beyond a limit; package process tests it",
	"processor-not-run":      "it takes a program; package process tests it",
	"processor-said":         "it takes a program; package process tests it",
	"generated-replaced":     "it takes two sources of people; packages catalog and cli test it",
	"people-left-out":        "it takes two sources of people; packages catalog and cli test it",
	"repo-archive-refused":   "it takes two sources of people; packages catalog and cli test it",
	"repo-file-too-large":    "it takes two sources of people; packages catalog and cli test it",
	"repo-lfs-pointer":       "it takes two sources of people; packages catalog and cli test it",
	"repo-path-case":         "it takes two sources of people; packages catalog and cli test it",
	"repo-path-invalid":      "it takes a host; package repofs tests it",
	"repo-stale":             "it takes two sources of people; packages catalog and cli test it",
	"repo-submodule":         "it takes two sources of people; packages catalog and cli test it",
	"repo-too-large":         "it takes two sources of people; packages catalog and cli test it",
	"repo-tree-truncated":    "it takes two sources of people; packages catalog and cli test it",
	"state-damaged":          "it takes a store; package remote tests it",
	"state-overtaken":        "it takes a store and two crawls; a script tests it",
}

// rulePage is a page of the manual about a code.
type rulePage struct {
	title, severities string
	found, notFound   map[string]string
	command, output   string
	text              string
}

var (
	pageHead  = regexp.MustCompile("^# (.+)\n\n`([a-z0-9-]+)` · ((?:error|warning|info)(?:, (?:error|warning|info))*)\n\n")
	pageFile  = regexp.MustCompile("(?ms)^(`{3,})[a-z]+ title=\"([^\"]+)\"\n(.*?)^(`{3,})\n")
	pageShell = regexp.MustCompile("(?ms)^```console\n\\$ callboard ([^\n]*)\n(.*?)^```\n")
)

func readRulePage(t *testing.T, code diag.Code) rulePage {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(rulePages, string(code)+".md"))
	if err != nil {
		t.Fatalf("every code has a page: %v", err)
	}
	p := rulePage{text: string(b)}
	head := pageHead.FindStringSubmatch(p.text)
	if head == nil || head[2] != string(code) {
		t.Fatalf("the page must begin with a heading, and a line of the code and its severities")
	}
	p.title, p.severities = head[1], head[3]
	found, notFound, _ := strings.Cut(p.text, "\n## Not found\n")
	p.found, p.notFound = filesOf(found), filesOf(notFound)
	if m := pageShell.FindStringSubmatch(found); m != nil {
		p.command, p.output = m[1], m[2]
	}
	return p
}

func filesOf(text string) map[string]string {
	files := map[string]string{}
	for _, m := range pageFile.FindAllStringSubmatch(text, -1) {
		files[m[2]] = m[3]
	}
	return files
}

// checkout writes an example, and the group that examples take for granted.
func checkout(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, ".backstage", "team.yaml"), "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-payments}\nspec: {type: team, children: []}\n")
	for name, text := range files {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir
}

// TestDocsRulePages runs the examples of every page: the first must be told of
// as the page says, the second must not.
func TestDocsRulePages(t *testing.T) {
	for _, code := range lint.Codes() {
		t.Run(string(code), func(t *testing.T) {
			p := readRulePage(t, code)
			make, made := madeExamples[code]
			if made {
				dir := checkout(t, nil)
				make(t, dir)
				ds, _ := example(t, dir, "build .")
				checkFound(t, code, p, ds)
				return
			}
			if withoutExample[string(code)] != "" {
				return
			}
			if len(p.found) == 0 || len(p.notFound) == 0 || p.command == "" {
				t.Fatal("the page must have an example that is found, with the command and its output, and one that is not")
			}
			ds, out := example(t, checkout(t, p.found), p.command)
			checkFound(t, code, p, ds)
			compareOutput(t, code, p, out)
			ds, _ = example(t, checkout(t, p.notFound), p.command)
			for _, d := range ds {
				if d.Code == code {
					t.Errorf("the second example is found, too: %s", d.Message)
				}
			}
		})
	}
}

func checkFound(t *testing.T, code diag.Code, p rulePage, ds []diag.Diagnostic) {
	t.Helper()
	seen := false
	for _, d := range ds {
		if d.Code != code {
			continue
		}
		seen = true
		if !slices.Contains(strings.Split(p.severities, ", "), d.Severity.String()) {
			t.Errorf("the page says %s, but the finding is of severity %s", p.severities, d.Severity)
		}
	}
	if !seen {
		t.Errorf("the first example is not found: %v", ds)
	}
}

func compareOutput(t *testing.T, code diag.Code, p rulePage, got string) {
	t.Helper()
	if got == p.output {
		return
	}
	if *update {
		at := pageShell.FindStringSubmatchIndex(p.text)
		text := p.text[:at[4]] + got + p.text[at[5]:]
		if err := os.WriteFile(filepath.Join(rulePages, string(code)+".md"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the page shows\n%s\nbut callboard %s says\n%s\nrepair it with\n\tgo test ./internal/cli -run DocsRulePages -update", p.output, p.command, got)
}

// example is what a command finds in a checkout, and what it prints of that. Of
// build, which prints more, it is all findings.
func example(t *testing.T, dir, command string) (found []diag.Diagnostic, printed string) {
	t.Helper()
	a, p := openExample(t, dir)
	defer closeExample(t, p)
	a.flags.verbose = strings.Contains(command, "--verbose") || strings.HasPrefix(command, "build")
	var l *build.Loaded
	found = p.findings.All()
	switch {
	case p.broken():
	case strings.HasPrefix(command, "build"):
		l, found = built(t, a, p)
	default:
		var err error
		if l, err = a.load(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		found = append(found, l.Diagnostics...)
	}
	var out strings.Builder
	if err := a.printFindings(&out, p, l, a.worthTelling(found)); err != nil {
		t.Fatal(err)
	}
	return found, out.String()
}

// built makes a portal of an example.
func built(t *testing.T, a *app, p *project) (*build.Loaded, []diag.Diagnostic) {
	t.Helper()
	o, err := a.options(p, filepath.Join(t.TempDir(), "public"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := build.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.load(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return l, res.Diagnostics
}

func openExample(t *testing.T, dir string) (*app, *project) {
	t.Helper()
	a, err := newApp(Env{Stdin: strings.NewReader(""), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	a.flags.noCache, a.flags.color = true, "never"
	p, err := a.open(".", projectFlags{})
	if err != nil {
		t.Fatal(err)
	}
	return a, p
}

func closeExample(t *testing.T, p *project) {
	t.Helper()
	if err := p.close(); err != nil {
		t.Error(err)
	}
}

// TestDocsRulesAgree holds the pages to the rules, and the table of contents to
// the pages.
func TestDocsRulesAgree(t *testing.T) {
	for _, r := range lint.Rules() {
		p := readRulePage(t, r.Code)
		if p.title != r.Title || p.severities != r.Severity.String() || !strings.Contains(p.text, r.Why) {
			t.Errorf("%s: the page must have the title %q, the severity %s and the text %q", r.Code, r.Title, r.Severity, r.Why)
		}
	}
	nav, err := os.ReadFile("../../content/manual/mkdocs.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range lint.Codes() {
		if !strings.Contains(string(nav), " reference/rules/"+string(code)+".md\n") {
			t.Errorf("content/manual/mkdocs.yml: nav lacks reference/rules/%s.md", code)
		}
		if got := lint.Page(code); got != "reference/rules/"+string(code)+"/" {
			t.Errorf("%s is at %s", code, got)
		}
	}
	pages, err := filepath.Glob(filepath.Join(rulePages, "*.md"))
	if err != nil || len(pages) != len(lint.Codes()) {
		t.Errorf("%d pages for %d codes: %v", len(pages), len(lint.Codes()), err)
	}
}

// TestDocsDiagnostics holds the index to the pages.
func TestDocsDiagnostics(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Diagnostics\n\nWhat callboard says about files that somebody wrote. Each finding has a place, a severity and one of these codes. Codes are kept: a code never gets another meaning, so scripts may rely on it. The page of a code tells what to do, with an example that is found and one that is not.\n\n")
	b.WriteString("Findings are on the [health page](/health/) of a portal, in `callboard lint`, and in the overlay of `callboard serve`. [Lint](../lint.md) tells how to choose them, to ignore what is meant to be, and to let callboard repair what is certain.\n\n")
	b.WriteString("| severity | the thing |\n|---|---|\n| error | is left out, or cannot be shown right |\n| warning | is shown, but wrong or incomplete |\n| info | is as it should be; worth knowing |\n")
	for _, g := range codeGroups(t) {
		fmt.Fprintf(&b, "\n## %s\n\n| code | severity | what |\n|---|---|---|\n", g.title)
		for _, code := range g.codes {
			p := readRulePage(t, code)
			fmt.Fprintf(&b, "| [`%s`](rules/%s.md) | %s | %s |\n", code, code, p.severities, p.title)
		}
	}
	page(t, "diagnostics.md", b.String())
}

type codeGroup struct {
	title string
	codes []diag.Code
}

// codeGroups are the groups of codes in the navigation of the manual.
func codeGroups(t *testing.T) (groups []codeGroup) {
	t.Helper()
	src, err := os.ReadFile("../../content/manual/mkdocs.yml")
	if err != nil {
		t.Fatal(err)
	}
	var find func(title string, v any)
	find = func(title string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				find(k, x)
			}
		case []any:
			for _, x := range v {
				find(title, x)
			}
		case string:
			name, ok := strings.CutPrefix(v, "reference/rules/")
			if !ok {
				return
			}
			code := diag.Code(strings.TrimSuffix(name, ".md"))
			if title != string(code) {
				t.Errorf("the entry of %s in nav is called %q", code, title)
			}
			groups[len(groups)-1].codes = append(groups[len(groups)-1].codes, code)
		}
	}
	for _, x := range navGroups(t, src) {
		groups = append(groups, codeGroup{title: x.title})
		find("", x.entries)
	}
	return groups
}

type navGroup struct {
	title   string
	entries any
}

// navGroups are the entries below Reference, Rules of a table of contents.
func navGroups(t *testing.T, src []byte) (out []navGroup) {
	t.Helper()
	below := func(list any, title string) any {
		entries, _ := list.([]any)
		for _, e := range entries {
			if m, _ := e.(map[string]any); m[title] != nil {
				return m[title]
			}
		}
		t.Fatalf("nav has no %q", title)
		return nil
	}
	doc := yamldoc.One(src, diag.Pos{}, diag.Discard)
	top, _ := doc.Value.(map[string]any)
	entries, _ := below(below(top["nav"], "Reference"), "Codes").([]any)
	for _, e := range entries {
		m, _ := e.(map[string]any)
		for title, list := range m {
			out = append(out, navGroup{title, list})
		}
	}
	return out
}

// TestCodesAreListed finds every code in the tree: each constant of the type
// diag.Code, and the code of each rule.
func TestCodesAreListed(t *testing.T) {
	found := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s := codeIn(n); s != "" {
				found[s] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for c := range found {
		if !slices.Contains(lint.Codes(), diag.Code(c)) {
			t.Errorf("the code %s is not in internal/lint/codes.go; it needs a page content/manual/docs/reference/rules/%s.md, too, and a line in nav of content/manual/mkdocs.yml", c, c)
		}
	}
	for _, c := range lint.Codes() {
		if !found[string(c)] {
			t.Errorf("the code %s is reported nowhere", c)
		}
	}
	if !slices.IsSorted(lint.Codes()) {
		t.Error("internal/lint/codes.go is not in order")
	}
}

// codeIn is the code that a node makes: diag.Code("x"), or Code: "x".
func codeIn(n ast.Node) string {
	var lit ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Code" && len(n.Args) == 1 {
			lit = n.Args[0]
		}
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Code" {
			lit = n.Value
		}
	}
	b, ok := lit.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(b.Value)
	if err != nil || !regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`).MatchString(s) {
		return ""
	}
	return s
}
