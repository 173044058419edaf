package git_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callboard/internal/git"
	"callboard/internal/secret"
)

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"https://git.example.com/acme/a.git":    "git.example.com",
		"http://127.0.0.1:8080/a":               "127.0.0.1:8080",
		"ssh://git@git.example.com:2222/~a/b":   "git.example.com:2222",
		"git@git.example.com:acme/a.git":        "git.example.com",
		"git.example.com:acme/a.git":            "git.example.com",
		"file:///srv/git/a.git":                 "",
		"/srv/git/a.git":                        "",
		"ext::sh -c touch% /tmp/x":              "no",
		"ext::sh":                               "no",
		"fd::17":                                "no",
		"git://git.example.com/a":               "no",
		"ftp://git.example.com/a":               "no",
		"-oProxyCommand=touch":                  "no",
		"--upload-pack=touch":                   "no",
		"ssh://-oProxyCommand=touch/a":          "no",
		"ssh://git@-oProxyCommand=touch/a":      "no",
		"ssh://-x@git.example.com/a":            "no",
		"-x@git.example.com:a":                  "no",
		"git@-x:a":                              "no",
		"git@git.example.com:-x":                "no",
		"ssh://git.example.com/-x":              "no",
		"https://git.example.com":               "no",
		"https://user@git.example.com/a":        "no",
		"https://user:s3cret@git.example.com/a": "no",
		"ssh://git:s3cret@git.example.com/a":    "no",
		"https://git.example.com/a?x=1":         "no",
		"https://git.example.com/a b":           "no",
		"https://git.example.com/a\nb":          "no",
		"https:///a":                            "no",
		"file://host/a":                         "no",
		"relative/path":                         "no",
		"../up":                                 "no",
		"":                                      "no",
		"https://git.example.com/" + strings.Repeat("a", 3000): "no",
	} {
		a, err := git.ParseAddress(text, true)
		switch {
		case want == "no" && err == nil:
			t.Errorf("%q was taken as %q", text, a)
		case want != "no" && (err != nil || a.Host() != want):
			t.Errorf("%q: %q, %v", text, a.Host(), err)
		case err != nil && strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%q: the error shows the password: %v", text, err)
		}
	}
	for _, text := range []string{"file:///srv/git/a.git", "/srv/git/a.git"} {
		if _, err := git.ParseAddress(text, false); err == nil {
			t.Errorf("%q was taken though directories are not allowed", text)
		}
	}
}

func TestValidBranch(t *testing.T) {
	for _, ok := range []string{"main", "release/2026-1", "a.b", "ü", "a@b", "a-"} {
		if !git.ValidBranch(ok) {
			t.Errorf("%q was refused", ok)
		}
	}
	for _, bad := range []string{"", "-x", "--upload-pack=x", "a..b", "a b", "a:b", "a~1", "a^", "a*", "a?", "a[", "a\\b", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "@", "a@{b", "a\nb", "a\x00", "a\x7f", strings.Repeat("a", 2000)} {
		if git.ValidBranch(bad) {
			t.Errorf("%q was taken", bad)
		}
	}
}

// remote is one of the repository of r, kept in dir.
func remote(t *testing.T, r *repo, dir string) *git.Remote {
	t.Helper()
	a, err := git.ParseAddress(r.dir, true)
	if err != nil {
		t.Fatal(err)
	}
	m, err := git.OpenRemote(git.RemoteOptions{Address: a, Dir: dir, Search: os.Getenv("PATH"), Token: secret.New("x"), Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What was kept is read again by the next crawl, and may have been changed since:
// nothing that it says is run.
func TestNothingOfWhatIsKeptIsRun(t *testing.T) {
	r := newRepo(t)
	r.write("a.yaml", "1\n")
	r.write(".gitattributes", "*.yaml filter=evil diff=evil\n")
	r.write(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c true\n\tupdate = !true\n")
	r.commit()
	dir := filepath.Join(t.TempDir(), "kept.git")
	if _, err := remote(t, r, dir).Fetch(t.Context(), "main", ""); err != nil {
		t.Fatal(err)
	}
	mark := filepath.Join(t.TempDir(), "mark")
	script := filepath.Join(t.TempDir(), "run.sh")
	evil := "#!/bin/sh\necho \"$0 $*\" >>" + mark + "\ncat\n"
	keys := []string{"core.fsmonitor", "core.pager", "core.sshCommand", "core.alternateRefsCommand", "core.askPass", "credential.helper", "core.gitProxy", "filter.evil.smudge", "filter.evil.process",
		"remote.origin.uploadpack", "alias.fetch", "alias.ls-tree", "alias.cat-file", "uploadpack.packObjectsHook"}
	if err := os.MkdirAll(filepath.Join(dir, "hooks"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{script, filepath.Join(dir, "hooks", "reference-transaction"), filepath.Join(dir, "hooks", "post-checkout"), filepath.Join(dir, "hooks", "post-merge")} {
		if err := os.WriteFile(path, []byte(evil), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	kept := &repo{t, dir}
	for _, key := range keys {
		kept.git("config", key, script)
	}
	kept.git("config", "core.hooksPath", filepath.Join(dir, "hooks"))
	kept.git("config", "url."+script+".insteadOf", "file:")
	_ = os.Remove(mark) // what making it so has run
	m := remote(t, r, dir)
	if _, _, err := m.Tip(t.Context(), "main"); err != nil {
		t.Fatal(err)
	}
	at, err := m.Fetch(t.Context(), "main", r.git("rev-parse", "HEAD"))
	if err != nil {
		t.Fatal(err)
	}
	es, err := m.List(t.Context(), at)
	if err != nil || len(es) != 3 {
		t.Fatal(es, err)
	}
	for _, err := range m.Contents(t.Context(), []string{es[0].Sum, es[1].Sum, es[2].Sum}, 1<<20) {
		if err != nil {
			t.Fatal(err)
		}
	}
	r.write("b.yaml", "2\n")
	r.commit()
	if _, err := m.Fetch(t.Context(), "main", ""); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(mark); err == nil {
		t.Errorf("something was run: %s", b)
	}
}

func TestContentsHaveLimits(t *testing.T) {
	r := newRepo(t)
	r.write("a", "123")
	r.write("b", "1234")
	r.commit()
	m := remote(t, r, filepath.Join(t.TempDir(), "kept.git"))
	at, err := m.Fetch(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	es, err := m.List(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for b, err := range m.Contents(t.Context(), []string{es[0].Sum, es[1].Sum}, 3) {
		if i == 0 && (err != nil || string(b) != "123") || i == 1 && !errors.Is(err, git.ErrTooLarge) {
			t.Errorf("file %d: %q, %v", i, b, err)
		}
		i++
	}
	for _, bad := range []string{"--help", "HEAD", strings.Repeat("1", 40)} {
		for b, err := range m.Contents(t.Context(), []string{bad}, 3) {
			if err == nil {
				t.Errorf("%s: %q", bad, b)
			}
		}
	}
	if _, err := m.List(t.Context(), "--help"); err == nil {
		t.Error("an option was taken for a commit")
	}
	if _, _, err := m.Tip(t.Context(), "--heads"); !errors.Is(err, git.ErrNoBranch) {
		t.Error(err)
	}
}
