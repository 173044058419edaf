package cli

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// gated serves a portal below /board/ to those who send a token, and a sign-in to
// all others.
func gated(t *testing.T, dir, token string) *httptest.Server {
	t.Helper()
	files := http.StripPrefix("/board/", http.FileServer(http.Dir(filepath.Join(dir, "public"))))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case token != "" && r.Header.Get("Authorization") != "Bearer "+token:
			http.Redirect(w, r, "https://login.example/?from="+r.URL.Path, http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/pages/"):
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<title>Sign in</title>"))
		default:
			files.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func runEnv(t *testing.T, dir string, getenv func(string) string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(t.Context(), Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: getenv, Dir: dir}, args)
	return code, out.String(), errs.String()
}

// TestMCP asks a portal and the files beside it as an agent does.
func TestMCP(t *testing.T) {
	dir := t.TempDir()
	indexed(t, dir)
	put(t, filepath.Join(dir, "catalog-info.yaml"), strings.ReplaceAll(team, "type: team", "parent: nobody\n  type: team"))
	said := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"money"}}}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"lint","arguments":{"path":"catalog-info.yaml"}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"lint","arguments":{"path":"../x"}}}
`
	var out, errs bytes.Buffer
	env := Env{Stdin: strings.NewReader(said), Stdout: &out, Stderr: &errs, Dir: dir}
	if code := Main(t.Context(), env, []string{"mcp"}); code != ExitOK {
		t.Fatal(code, errs.String())
	}
	for _, want := range []string{`component:default/pay`, `\"diagnostics\"`, `is no path below the directory`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s lacks %q", out.String(), want)
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 3 {
		t.Errorf("%d lines for 3 requests", n)
	}
	if code, _, msg := run(t, t.Context(), t.TempDir(), "mcp"); code != ExitFailure || !strings.Contains(msg, "there is no portal") {
		t.Error(code, msg)
	}
}

// TestSearchOfAnAddress asks a portal at an address, with and without what its
// gate wants.
func TestSearchOfAnAddress(t *testing.T) {
	dir := t.TempDir()
	indexed(t, dir)
	open := gated(t, dir, "").URL
	code, out, msg := run(t, t.Context(), dir, "search", "money", "--site", open+"/board")
	if code != ExitOK || !strings.Contains(out, open+"/board/catalog/default/component/pay/") || !strings.Contains(msg, "2 matches") {
		t.Error(code, out, msg)
	}
	if code, _, msg := run(t, t.Context(), dir, "search", "money", "--site", open+"/elsewhere/"); code != ExitFailure || !strings.Contains(msg, "holds no portal") {
		t.Error(code, msg)
	}
	if code, _, msg := run(t, t.Context(), dir, "search", "money", "--site", open+"/pages/"); code != ExitFailure || !strings.Contains(msg, "a sign-in stands before the portal") {
		t.Error(code, msg)
	}
	closed := gated(t, dir, "sesame").URL
	if code, _, msg := run(t, t.Context(), dir, "search", "money", "--site", closed+"/board/"); code != ExitFailure || !strings.Contains(msg, "a sign-in stands before the portal") || strings.Contains(msg, "login.example") {
		t.Error(code, msg)
	}
	env := func(name string) string {
		if name == portalHeaders {
			return "Authorization: Bearer sesame\n"
		}
		return ""
	}
	if code, out, msg := runEnv(t, dir, env, "search", "money", "--site", closed+"/board/"); code != ExitOK || !strings.Contains(out, "Payments") {
		t.Error(code, out, msg)
	}
	if code, _, msg := run(t, t.Context(), dir, "search", "money", "--site", "http://portal.example/"); code != ExitUsage || !strings.Contains(msg, "is not https") {
		t.Error(code, msg)
	}
	if code, _, msg := runEnv(t, dir, func(string) string { return "nonsense" }, "search", "money", "--site", closed); code != ExitUsage || !strings.Contains(msg, "no header") {
		t.Error(code, msg)
	}
}

// FuzzHeaderLines holds that any text gives headers or a mistake.
func FuzzHeaderLines(f *testing.F) {
	f.Add("A: b\nC:d\n")
	f.Add(":\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := headerLines(text)
		if err == nil && strings.TrimSpace(text) != "" && len(h) == 0 {
			t.Errorf("%q is neither", text)
		}
	})
}
