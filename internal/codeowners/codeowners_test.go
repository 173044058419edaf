package codeowners_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"callboard/internal/codeowners"
	"callboard/internal/diag"
)

// say writes matches as "owner owner", sections as "Name: owner".
func say(ms []codeowners.Match) string {
	var out []string
	for _, m := range ms {
		var s []string
		for _, o := range m.Owners {
			s = append(s, o.Text)
		}
		text := strings.Join(s, " ")
		if m.Section != "" {
			text = m.Section + ": " + text
		}
		if m.Optional {
			text = "^" + text
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, "; ")
}

type question struct{ path, want string }

func ask(t *testing.T, src string, d codeowners.Dialect, qs []question) {
	t.Helper()
	var sink diag.List
	r := codeowners.Parse([]byte(src), d, diag.Pos{File: "CODEOWNERS"}, &sink)
	for _, q := range qs {
		got := say(r.Of(q.path))
		if dir, ok := strings.CutSuffix(q.path, "/"); ok {
			got = say(r.OfDir(dir))
		}
		if got != q.want {
			t.Errorf("%s is owned by %q, want %q", q.path, got, q.want)
		}
	}
	for _, f := range sink.All() {
		t.Errorf("unexpected: %s: %s", f.Pos, f.Message)
	}
}

// The patterns are those of GitHub's page about code owners, each with the
// paths that the page says it matches, and those it says it does not.
func TestGitHub(t *testing.T) {
	for _, c := range []struct {
		src string
		qs  []question
	}{
		{"* @a @acme/b", []question{{"x", "@a @acme/b"}, {"d/e/f.go", "@a @acme/b"}, {"./", "@a @acme/b"}, {"d/", "@a @acme/b"}}},
		{"* @a\n*.js @js # inline comment\n", []question{{"x.go", "@a"}, {"d/x.js", "@js"}, {"d/", "@a"}}},
		{"*.go docs@example.com", []question{{"a/b.go", "docs@example.com"}, {"a/b.c", "-"}}},
		{"/build/logs/ @d", []question{{"build/logs/a/b", "@d"}, {"x/build/logs/a", "-"}, {"build/logs/", "@d"}, {"build/logs", "-"}, {"build/", "-"}}},
		{"docs/* docs@example.com", []question{{"docs/getting-started.md", "docs@example.com"}, {"docs/build-app/troubleshooting.md", "-"}, {"x/docs/a.md", "-"}}},
		{"apps/ @o", []question{{"apps/a", "@o"}, {"x/apps/b/c", "@o"}, {"x/apps/", "@o"}, {"apps", "-"}}},
		{"/docs/ @d", []question{{"docs/a/b", "@d"}, {"x/docs/a", "-"}}},
		{"/scripts/ @d @o", []question{{"scripts/a", "@d @o"}}},
		{"**/logs @o", []question{{"build/logs", "@o"}, {"deeply/nested/logs/a", "@o"}, {"logs/x", "@o"}, {"catalogs", "-"}}},
		{"/apps/ @o\n/apps/github\n", []question{{"apps/x", "@o"}, {"apps/github", ""}, {"apps/github/x", ""}, {"apps/github2", "@o"}}},
		{"/apps/ @o\n/apps/github @d", []question{{"apps/github/main.go", "@d"}}},
		{"a/**/z @o", []question{{"a/z", "@o"}, {"a/b/c/z/y", "@o"}, {"a/b", "-"}}},
		{"/a/** @o", []question{{"a/b", "@o"}, {"a", "-"}, {"a/", "@o"}}},
		{`/with\ space/ @o`, []question{{"with space/a", "@o"}}},
		{`\#hash @o`, []question{{"#hash", "@o"}}},
		{"/CamelCase @o", []question{{"camelcase", "-"}}},
		{"\uFEFF* @a\r\n/b @b\r\n", []question{{"x", "@a"}, {"b", "@b"}}},
	} {
		t.Run(strings.ReplaceAll(c.src, "/", "∕"), func(t *testing.T) { ask(t, c.src, codeowners.GitHub, c.qs) })
	}
}

// The cases are those of GitLab's page about the syntax of CODEOWNERS.
func TestGitLab(t *testing.T) {
	for _, c := range []struct {
		src string
		qs  []question
	}{
		{"/docs @file\n", []question{{"docs", "@file"}, {"docs/a", "-"}}},
		{"internal/README.md @u\n", []question{{"internal/README.md", "@u"}, {"docs/api/internal/README.md", "@u"}}},
		{"/docs/ @a\n/docs/* @b\n", []question{{"docs/x/y", "@a"}, {"docs/x", "@b"}}},
		{"/docs/**/*.md @m\n", []question{{"docs/index.md", "@m"}, {"docs/a/b/c.md", "@m"}, {"docs/a", "-"}}},
		{"* @all\n[Docs] @d/writers\ndocs/\nREADME.md @d/writers @m\n[Database]\nREADME.md @db\n", []question{
			{"README.md", "@all; Docs: @d/writers @m; Database: @db"}, {"docs/a", "@all; Docs: @d/writers"}, {"x", "@all"}}},
		{"[Ruby]\n*.rb @ruby\n!/config/*.rb\n[ruby] @more\nspec/\n", []question{{"a.rb", "Ruby: @ruby"}, {"config/a.rb", "-"}, {"spec/x", "Ruby: @more"}}},
		{"^[Optional][2] @a\n*\n", []question{{"x", "^Optional: @a"}}},
		{"[Team]\n*\n", []question{{"x", "Team: "}}},
		{"/x/ @@maintainers a@b.example @g/s/t\n", []question{{"x/y", "@@maintainers a@b.example @g/s/t"}}},
		{"[abc].go @o\n", []question{{"a.go", "@o"}, {"x/b.go", "@o"}, {"d.go", "-"}}},
		{"/ @o\n", []question{{"a/b", "@o"}}},
	} {
		t.Run(strings.ReplaceAll(c.src, "/", "∕"), func(t *testing.T) { ask(t, c.src, codeowners.GitLab, c.qs) })
	}
}

func TestSectionsTellTheDialect(t *testing.T) {
	ask(t, "[Docs]\ndocs/*.md @a/b/c\n", codeowners.GitHub, []question{{"x/docs/a.md", "Docs: @a/b/c"}})
}

func TestFindings(t *testing.T) {
	for _, c := range []struct {
		src  string
		d    codeowners.Dialect
		at   string
		want string
	}{
		{"* @a\n  /x nobody\n", codeowners.GitHub, "1:-", ""},
		{"/x @a nobody\n", codeowners.GitHub, "1:7", `"nobody" is no owner`},
		{"/x @a/b/c\n", codeowners.GitHub, "1:4", `"@a/b/c" is no owner`},
		{"/x @@owner\n", codeowners.GitHub, "1:4", `"@@owner" is no owner`},
		{"!x @a\n", codeowners.GitHub, "1:1", "exclamation mark"},
		{"[a-z].go @a\n", codeowners.GitHub, "1:1", "range in brackets"},
		{"/x @a nobody\n", codeowners.GitLab, "1:7", "is left out"},
		{"[S] x\n/é y @b\n", codeowners.GitLab, "1:5", "is left out"},
		{"[] @a\n", codeowners.GitLab, "1:1", "cannot be read"},
	} {
		var sink diag.List
		codeowners.Parse([]byte(c.src), c.d, diag.Pos{File: "CODEOWNERS"}, &sink)
		if c.want == "" {
			c.at, c.want = "2:6", `"nobody" is no owner`
		}
		if !slices.ContainsFunc(sink.All(), func(d diag.Diagnostic) bool {
			return fmt.Sprintf("%d:%d", d.Pos.Line, d.Pos.Col) == c.at && strings.Contains(d.Message, c.want)
		}) {
			t.Errorf("%q: want %q at %s, got %v", c.src, c.want, c.at, sink.All())
		}
	}
}

// A line with a mistake has no effect at GitHub; at GitLab its other owners do.
func TestMistakes(t *testing.T) {
	src := []byte("* @a\n/x nobody @b\n")
	if got := say(codeowners.Parse(src, codeowners.GitHub, diag.Pos{}, diag.Discard).Of("x")); got != "@a" {
		t.Errorf("GitHub: %s", got)
	}
	if got := say(codeowners.Parse(src, codeowners.GitLab, diag.Pos{}, diag.Discard).Of("x")); got != "@b" {
		t.Errorf("GitLab: %s", got)
	}
}

func TestLimits(t *testing.T) {
	var sink diag.List
	big := []byte("* @a\n" + strings.Repeat("#", codeowners.MaxBytes))
	if r := codeowners.Parse(big, codeowners.GitHub, diag.Pos{}, &sink); len(r.Of("x")) != 0 || len(sink.All()) != 1 {
		t.Errorf("a file beyond the limit was read: %v", sink.All())
	}
	for _, extra := range []int{0, 1} {
		sink = diag.List{}
		src := strings.Repeat("/a @a\n", codeowners.MaxRules-1+extra) + "/z @z\n"
		got := say(codeowners.Parse([]byte(src), codeowners.GitHub, diag.Pos{}, &sink).Of("z"))
		if want := []string{"@z", "-"}[extra]; got != want || len(sink.All()) != extra {
			t.Errorf("%d lines too many: z is owned by %s, %v", extra, got, sink.All())
		}
	}
	sink = diag.List{}
	codeowners.Parse([]byte(strings.Repeat("x nobody\n", 1000)), codeowners.GitHub, diag.Pos{}, &sink)
	if n := len(sink.All()); n != codeowners.MaxFindings {
		t.Errorf("%d findings", n)
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		url, files, path string
		d                codeowners.Dialect
	}{
		{"https://github.com/a/b", "CODEOWNERS .github/CODEOWNERS docs/CODEOWNERS", ".github/CODEOWNERS", codeowners.GitHub},
		{"https://gitlab.com/a/b", "CODEOWNERS .gitlab/CODEOWNERS", "CODEOWNERS", codeowners.GitLab},
		{"", ".gitlab/CODEOWNERS", ".gitlab/CODEOWNERS", codeowners.GitLab},
		{"https://gitlab.acme.example/a/b", ".github/CODEOWNERS", ".github/CODEOWNERS", codeowners.GitHub},
		{"", "README.md", "", codeowners.GitHub},
	} {
		path, d, ok := codeowners.Find(c.url, func(p string) bool { return slices.Contains(strings.Fields(c.files), p) })
		if path != c.path || d != c.d || ok != (c.path != "") {
			t.Errorf("%s %s: %s %d %t", c.url, c.files, path, d, ok)
		}
	}
}

func TestOwner(t *testing.T) {
	for _, c := range []struct {
		d         codeowners.Dialect
		text, ref string
	}{
		{codeowners.GitHub, "@acme/payments", "group:payments"}, {codeowners.GitHub, "@ann", "user:ann"}, {codeowners.GitHub, "a@b.example", ""},
		{codeowners.GitLab, "@acme/platform/payments", "group:payments"}, {codeowners.GitLab, "@acme", "group:acme"}, {codeowners.GitLab, "@@developer", ""},
	} {
		ms := codeowners.Parse([]byte("* "+c.text), c.d, diag.Pos{}, diag.Discard).Of("x")
		if len(ms) != 1 || len(ms[0].Owners) != 1 || ms[0].Owners[0].EntityRef() != c.ref || ms[0].Owners[0].Col != 3 {
			t.Errorf("%s: %+v", c.text, ms)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("* @a @acme/b\n/docs/ d@e.example # why\n[Section][2] @x\n!*.rb\n"), "docs/a/b")
	f.Add([]byte(strings.Repeat("**/", 300)+"z @a\n"), strings.Repeat("a/", 300)+"y")
	f.Add([]byte("*a*a*a*a*a*a*a*a*b @a\n"), strings.Repeat("a", 500))
	f.Fuzz(func(t *testing.T, src []byte, path string) {
		for _, d := range []codeowners.Dialect{codeowners.GitHub, codeowners.GitLab} {
			for _, m := range codeowners.Parse(src, d, diag.Pos{}, diag.Discard).Of(path) {
				if m.Line < 1 || m.Pattern == "" {
					t.Errorf("%+v", m)
				}
			}
		}
	})
}
