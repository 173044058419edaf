package build_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/treetest"
)

// good is a neighbour that must be built whatever stands beside it.
const good = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: good}\nspec: {type: service, lifecycle: production, owner: crew}\n"

// hostile are files of repositories that are wrong, each with the code of the
// finding that must be made of it.
var hostile = []struct {
	name, file, text string
	code             diag.Code
}{
	{"not YAML", "catalog-info.yaml", "a: [1, 2\n", "yaml-syntax"},
	{"no entity", "catalog-info.yaml", "- a\n- list\n", "entity-not-an-object"},
	{"a text", "catalog-info.yaml", "just words\n", "entity-not-an-object"},
	{"no kind", "catalog-info.yaml", "a: 1\n", "entity-not-an-object"},
	{"wrong types", "catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x, tags: 7}\nspec: {type: [1], lifecycle: {}, owner: 3}\n", "entity-schema"},
	{"unknown kind", "catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Thing\nmetadata: {name: x}\nspec: {}\n", "entity-kind-unknown"},
	{"empty", "catalog-info.yaml", "", "catalog-file-empty"},
	{"alias bomb", "catalog-info.yaml", bomb(), "yaml-too-large"},
	{"deep nesting", "catalog-info.yaml", "a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "\n", "yaml-too-large"},
	{"invalid UTF-8", "catalog-info.yaml", "kind: \xff\xfe\n", "yaml-encoding"},
	{"two of one name", "catalog-info.yaml", good, "entity-duplicate"},
	{"a name that is no name", "catalog-info.yaml", strings.Replace(good, "good", "../../etc", 1), "entity-format"},
	{"a namespace that is a route", "catalog-info.yaml", strings.Replace(good, "name: good", "name: x, namespace: '-'", 1), "entity-format"},
	{"a docs page beyond all bounds", "docs/index.md", strings.Repeat("x", 20<<20), "file-unreadable"},
	{"a link to the outside", "docs/index.md", "# X\n\n[x](../../../../etc/passwd)\n", "docs-link-broken"},
}

func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		ref := "*a" + string(rune('0'+(i-1)%10))
		if i > 10 {
			ref = "*b0"
		}
		name := "a" + string(rune('0'+i%10))
		if i >= 10 {
			name = "b" + string(rune('0'+i-10))
		}
		b.WriteString(name + ": &" + name + " [" + strings.Repeat(ref+", ", 9) + ref + "]\n")
	}
	return b.String()
}

// TestHostileFiles puts each of them beside a good repository.
func TestHostileFiles(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{
				"aaa/.git/HEAD": "x", "aaa/catalog-info.yaml": good,
				"bad/.git/HEAD": "x", "bad/" + h.file: h.text,
				"org/.git/HEAD": "x", "org/catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\nspec: {type: team, children: []}\n",
			}
			if h.file != "catalog-info.yaml" {
				files["bad/catalog-info.yaml"] = component("bad", "")
				files["bad/mkdocs.yml"] = "site_name: Bad\n"
			}
			found := buildHostile(t, org(t, files))
			hasCode(t, found, h.code, "bad")
		})
	}
}

// TestHostileTrees is about what a file system can hold beside files.
func TestHostileTrees(t *testing.T) {
	root := org(t, map[string]string{"aaa/.git/HEAD": "x", "aaa/catalog-info.yaml": good, "bad/.git/HEAD": "x", "bad/README.md": "x"})
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte(strings.Replace(good, "good", "leaked", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(root, "bad/catalog-info.yaml")); err != nil {
		t.Skip(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "bad/sub/catalog-info.yaml/deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(root, "bad/sub/loop")); err != nil {
		t.Fatal(err)
	}
	found := buildHostile(t, root)
	hasCode(t, found, "symlink-outside", "bad")
}

// buildHostile builds a directory and requires of the portal what must hold
// however wrong its input is.
func buildHostile(t *testing.T, root string) []diag.Diagnostic {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	r := mustRun(t, at(t, root, out, ""))
	if _, err := os.Stat(filepath.Join(out, "catalog/default/component/good/index.html")); err != nil {
		t.Errorf("the neighbour has no page: %v", err)
	}
	walk(t, out)
	for p, text := range treetest.Files(t, out) {
		if strings.Contains(text, "leaked") || strings.Contains(text, "root:x:") {
			t.Errorf("%s tells what is outside of the repository", p)
		}
	}
	return r.Diagnostics
}

func hasCode(t *testing.T, found []diag.Diagnostic, code diag.Code, repo string) {
	t.Helper()
	for _, d := range found {
		if d.Code == code && d.Pos.Repo == repo && d.Message != "" {
			if d.Pos.File == "" {
				t.Errorf("%v tells no file", d)
			}
			return
		}
	}
	t.Errorf("no finding %s in %s among %v", code, repo, found)
}

// TestHostileText puts HTML and script into every text that a page shows.
func TestHostileText(t *testing.T) {
	const evil = `</title><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) "'><b onclick=x>`
	q := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	var b strings.Builder
	for _, kind := range []struct{ kind, spec string }{
		{"Component", "type: EVIL, lifecycle: EVIL, owner: crew, system: sys, dependsOn: ['resource:res']"},
		{"Resource", "type: EVIL, owner: crew, system: sys"},
		{"System", "owner: crew, domain: dom, type: EVIL"},
		{"Domain", "owner: crew, type: EVIL"},
		{"Group", "type: EVIL, children: [], profile: {displayName: EVIL, email: EVIL}"},
		{"User", "memberOf: [], profile: {displayName: EVIL, email: EVIL, picture: 'javascript:alert(1)'}"},
		{"API", "type: openapi, lifecycle: EVIL, owner: crew, definition: EVIL"},
		{"API", "type: graphql, lifecycle: x, owner: crew, definition: 'type Query { \"EVIL2\" a: Int }'"},
	} {
		name := map[string]string{"Resource": "res", "System": "sys", "Domain": "dom", "Group": "crew"}[kind.kind]
		if name == "" {
			name = "n" + strings.ToLower(kind.kind) + string(rune('a'+b.Len()%26))
		}
		spec := strings.ReplaceAll(strings.ReplaceAll(kind.spec, "EVIL2", "</script><script>alert(1)</script>"), "EVIL", q(evil))
		b.WriteString("---\napiVersion: backstage.io/v1alpha1\nkind: " + kind.kind + "\nmetadata:\n  name: " + name + "\n  title: " + q(evil) + "\n  description: " + q(evil+"\n\n[x](javascript:alert(1)) <iframe src=//evil.example>") +
			"\n  links: [{url: 'javascript:alert(1)', title: " + q(evil) + "}, {url: 'https://ok.example/\"onmouseover=\"x', title: " + q(evil) + ", icon: " + q(evil) + ", type: " + q(evil) + "}]\n  annotations: {evil.example/x: " + q(evil) + ", backstage.io/techdocs-ref: 'dir:.'}\nspec: {" + spec + "}\n")
	}
	root := org(t, map[string]string{
		"aaa/.git/HEAD": "x", "aaa/catalog-info.yaml": good, "bad/.git/HEAD": "x", "bad/catalog-info.yaml": b.String(),
		"bad/mkdocs.yml":    "site_name: " + q(evil) + "\nnav: [{" + q(evil) + ": index.md}, {" + q(evil) + ": 'javascript:alert(1)'}]\n",
		"bad/docs/index.md": "---\ntitle: " + q(evil) + "\n---\n# " + evil + "\n\n" + evil + "\n\n<script>alert(1)</script><svg onload=alert(1)><style>*{}</style>\n\n[x](javascript:alert(1)) ![x](javascript:alert(1)) <a href='data:text/html,x'>x</a>\n\n```\"><script>\nx\n```\n",
	})
	buildHostile(t, root)
}
