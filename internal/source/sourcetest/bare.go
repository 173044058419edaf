package sourcetest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/source"
)

// Git runs git in a directory and returns what it prints. Without git the test is
// skipped.
func Git(t *testing.T, dir, input string, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git here")
	}
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// Bare makes a bare repository at dir of r, and notes the commit in r.
func (r *Repo) Bare(t *testing.T, dir string, flags ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	Git(t, dir, "", append([]string{"init", "-q", "--bare", "--template=", "-b", r.Branch, "."}, flags...)...)
	Git(t, dir, "", "config", "uploadpack.allowFilter", "true")
	if r.Empty() {
		return
	}
	r.Push(t, dir)
}

// Push replaces what is on the branch by the files of r.
func (r *Repo) Push(t *testing.T, dir string) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "commit refs/heads/%s\ncommitter x <x@example.com> 1700000000 +0000\ndata 1\nx\ndeleteall\n", r.Branch)
	for _, f := range r.Files {
		path := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(f.Path) + `"`
		if f.Kind == source.Submodule {
			fmt.Fprintf(&b, "M %s %s %s\n", f.Mode(), f.Text, path)
			continue
		}
		fmt.Fprintf(&b, "M %s inline %s\ndata %d\n%s\n", f.Mode(), path, len(f.Text), f.Text)
	}
	Git(t, dir, b.String(), "fast-import", "--quiet", "--force")
	r.SHA = Git(t, dir, "", "rev-parse", "refs/heads/"+r.Branch)
}

// Backend serves the bare repositories below dir by HTTP, as git does.
func Backend(t *testing.T, dir string) http.Handler {
	t.Helper()
	path := filepath.Join(Git(t, dir, "", "--exec-path"), "git-http-backend")
	if _, err := os.Stat(path); err != nil {
		t.Skip("there is no git http-backend here:", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var said bytes.Buffer
		h := cgi.Handler{Path: path, Stderr: &said, Env: []string{
			"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_PROTOCOL=" + r.Header.Get("Git-Protocol"), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		}}
		h.ServeHTTP(w, r)
	})
}
