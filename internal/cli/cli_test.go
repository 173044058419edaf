package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

const team = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n"

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// run runs a command in dir, without a cache.
func run(t *testing.T, ctx context.Context, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(ctx, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dir: dir}, append(args, "--no-cache"))
	return code, out.String(), errs.String()
}

func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "org", "catalog-info.yaml"), team)
	if code, _, msg := run(t, t.Context(), dir, "build", "org"); code != ExitOK {
		t.Fatal(code, msg)
	}
	before, err := os.ReadFile(filepath.Join(dir, "public", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "org", "catalog-info.yaml"), strings.ReplaceAll(team, "team", "other"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"build", "org"}, {"lint", "org"}, {"catalog", "org"}, {"serve", "org", "--addr", "127.0.0.1:0"}} {
		code, _, msg := run(t, ctx, dir, args...)
		if code != ExitFailure || !strings.Contains(msg, "callboard: interrupted") {
			t.Errorf("%v: %d %s", args, code, msg)
		}
	}
	after, err := os.ReadFile(filepath.Join(dir, "public", "manifest.json"))
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the portal changed", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".public*"))
	if err != nil || len(left) > 0 {
		t.Error("left behind:", left, err)
	}
}

func TestMainWithoutEnvironment(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Main(t.Context(), Env{Stdout: &out, Stderr: &errs}, []string{"version", "--format", "json"}); code != ExitOK || !strings.Contains(out.String(), `"version":"`) {
		t.Error(code, out.String(), errs.String())
	}
}

func TestColor(t *testing.T) {
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	for _, c := range []struct {
		mode colorMode
		env  map[string]string
		want bool
	}{
		{"always", map[string]string{"NO_COLOR": "1"}, true},
		{"never", nil, false},
		{"auto", nil, false}, // a buffer is no terminal
	} {
		if got := c.mode.on(new(bytes.Buffer), env(c.env)); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "org", "catalog-info.yaml"), "kind: X\n")
	if _, out, _ := run(t, t.Context(), dir, "lint", "org", "--color", "always"); !strings.Contains(out, "\x1b[31;1merror\x1b[0m") {
		t.Errorf("%q", out)
	}
	if _, out, _ := run(t, t.Context(), dir, "lint", "org"); strings.Contains(out, "\x1b") {
		t.Errorf("%q", out)
	}
}

// clock is a clock that a test moves.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func TestProgress(t *testing.T) {
	steps := []struct {
		after time.Duration
		p     build.Progress
	}{
		{0, build.Progress{Stage: "catalog", Done: 1, Total: 3}},
		{time.Millisecond, build.Progress{Stage: "catalog", Done: 2, Total: 3}},
		{20 * time.Second, build.Progress{Stage: "catalog", Done: 3, Total: 3}},
		{time.Millisecond, build.Progress{Stage: "pages", Done: 64}},
	}
	for name, c := range map[string]struct {
		p    *progress
		want string
	}{
		"log":      {&progress{}, "reading repositories: 3\nreading repositories: 3 of 3\nrendering pages: 64\n"},
		"timings":  {&progress{timings: true}, "reading repositories: 3\nreading repositories: 3 of 3\n  catalog took 20.002s\nrendering pages: 64\n  pages took 0s\n"},
		"brief":    {&progress{brief: true}, "reading repositories: 3 of 3\n"},
		"terminal": {&progress{terminal: true}, "\r\x1b[Kreading repositories: 1 of 3\r\x1b[Kreading repositories: 3 of 3\r\x1b[K\r\x1b[Krendering pages: 64\r\x1b[K"},
	} {
		var b bytes.Buffer
		clock := &clock{time.Unix(1e9, 0)}
		p := c.p
		p.w, p.now, p.last = &b, clock.now, clock.t
		for _, s := range steps {
			clock.t = clock.t.Add(s.after)
			p.told(s.p)
		}
		p.end()
		if b.String() != c.want {
			t.Errorf("%s:\n got %q\nwant %q", name, b.String(), c.want)
		}
	}
	var silent *progress
	silent.told(build.Progress{Stage: "x"})
	silent.end()
}

func TestRefOfAddress(t *testing.T) {
	pay := entity.NewRef("component", "default", "pay")
	for s, want := range map[string]entity.Ref{
		"/catalog/default/component/pay/":                        pay,
		"catalog/default/component/pay/index.html":               pay,
		"https://h.example/x/catalog/default/Component/Pay/":     pay,
		"https://h.example/x/catalog/default/component/pay/?a#b": pay,
		"/x/docs/default/component/pay/guide/":                   pay,
		"/x/catalog/default/component/con~/":                     entity.NewRef("component", "default", "con"),
		"/x/catalog/":                                            {},
		"component:pay":                                          {},
		"pay":                                                    {},
		"http://[::1":                                            {},
		"default/pay":                                            {},
		"/x/other/a/b/c":                                         {},
	} {
		if got, ok := refOfAddress(s, "/x/"); got != want || ok == want.IsZero() {
			t.Errorf("%q: %v %v", s, got, ok)
		}
	}
}

func TestWhereFilesAre(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"many/a/c.yaml", "one/c.yaml", "two/x/c.yaml"} {
		put(t, filepath.Join(dir, f), "")
	}
	p := &project{places: []place{{name: "many", root: filepath.Join(dir, "many")}, {name: "one", root: filepath.Join(dir, "one")}, {name: "two", root: filepath.Join(dir, "two")}}}
	if got := p.abs(diag.Pos{Repo: "x", File: "none.yaml"}); got != "" {
		t.Errorf("a file that is not there is at %q", got)
	}
	for at, want := range map[diag.Pos]string{
		{Repo: "a", File: "c.yaml"}:      "many/a/c.yaml",
		{Repo: "many/a", File: "c.yaml"}: "many/a/c.yaml",
		{Repo: "one", File: "c.yaml"}:    "one/c.yaml",
		{Repo: ".", File: "c.yaml"}:      "one/c.yaml",
		{Repo: "x", File: "c.yaml"}:      "two/x/c.yaml",
		{File: "callboard.yaml"}:         "",
	} {
		got := p.abs(at)
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if got != want {
			t.Errorf("%v is %q, want %q", at, got, want)
		}
	}
}

func TestWorstKeepsErrors(t *testing.T) {
	var ds []diag.Diagnostic
	for i := range 30 {
		ds = append(ds, diag.Diagnostic{Severity: diag.Warning, Pos: diag.Pos{File: "a", Line: i + 1}})
	}
	ds = append(ds, diag.Diagnostic{Severity: diag.Error, Pos: diag.Pos{File: "z", Line: 1}})
	got := worst(ds, 20)
	if len(got) != 20 || got[19].Severity != diag.Error || got[0].Pos.Line != 1 {
		t.Errorf("%v", got)
	}
}

func TestGlobsOfNamesAreThatName(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "[x]*.yaml"), team)
	put(t, filepath.Join(dir, "x1.yaml"), "not: [read")
	if code, out, msg := run(t, t.Context(), dir, "lint", "[x]*.yaml"); code != ExitOK || out != "" || !strings.Contains(msg, "1 entity: no errors or warnings") {
		t.Error(code, out, msg)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", 1536: "1.5 KB", 3 << 20: "3.0 MB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
