package git_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"callboard/internal/git"
)

// at commits everything by somebody, at a time.
func (r *repo) at(day int, who string) {
	r.t.Helper()
	when := time.Date(2024, 1, day, 12, 0, 0, 0, time.FixedZone("", 3600)).Format(time.RFC3339)
	r.git("add", "-A")
	cmd := exec.Command("git", "-c", "user.name="+who, "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "x")
	cmd.Dir, cmd.Env = r.dir, append(os.Environ(), "GIT_AUTHOR_DATE="+when, "GIT_COMMITTER_DATE="+when)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("%v\n%s", err, out)
	}
}

func (r *repo) history(paths ...string) map[string]git.Change {
	r.t.Helper()
	h, err := r.open().History(r.t.Context(), r.git("rev-parse", "HEAD"), paths...)
	if err != nil {
		r.t.Fatal(err)
	}
	return h
}

func day(n int) time.Time { return time.Date(2024, 1, n, 11, 0, 0, 0, time.UTC) }

func check(t *testing.T, h map[string]git.Change, file string, created, revised int, authors ...string) {
	t.Helper()
	c, ok := h[file]
	want := time.Time{}
	if created > 0 {
		want = day(created)
	}
	if !ok || !c.Created.Equal(want) || !c.Revised.Equal(day(revised)) || !slices.Equal(c.Authors, authors) {
		t.Errorf("%s: %+v", file, c)
	}
}

// TestHistory holds what is told of files that were changed, moved, deleted and
// made again, and that nothing is told of what lies elsewhere.
func TestHistory(t *testing.T) {
	r := newRepo(t)
	r.write("docs/a.md", "one\n")
	r.write("docs/old.md", "a page that moves\n")
	r.write("docs/again.md", "first\n")
	r.write("docs/ü \"q\".md", "odd\n")
	r.write("src/x.go", "x\n")
	r.at(1, "Ada")
	r.write("docs/a.md", "two\n")
	r.at(2, "Bob")
	if err := os.Rename(filepath.Join(r.dir, "docs/old.md"), filepath.Join(r.dir, "docs/new.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(r.dir, "docs/again.md")); err != nil {
		t.Fatal(err)
	}
	r.at(3, "Cy")
	r.write("docs/again.md", "second\n")
	r.write("docs/a.md", "three\n")
	r.at(4, "Ada")
	r.write("docs/untracked.md", "x\n")

	h := r.history("docs")
	check(t, h, "docs/a.md", 1, 4, "Ada", "Bob")
	check(t, h, "docs/new.md", 1, 3, "Cy", "Ada")
	check(t, h, "docs/again.md", 4, 4, "Ada")
	check(t, h, "docs/ü \"q\".md", 1, 1, "Ada")
	if len(h) != 4 {
		t.Errorf("%v", h)
	}
	if h := r.history("docs/a.md", "src"); len(h) != 2 {
		t.Errorf("%v", h)
	}
	if h := r.history("."); h["src/x.go"].Revised != day(1) {
		t.Errorf("%v", h["src/x.go"])
	}
}

// TestShallowHistory holds that the edge of a shallow clone is not taken for the
// beginning of what lies in it.
func TestShallowHistory(t *testing.T) {
	r := newRepo(t)
	r.write("a.md", "one\n")
	r.write("b.md", "one\n")
	r.at(1, "Ada")
	r.write("b.md", "two\n")
	r.at(2, "Bob")
	r.write("a.md", "two\n")
	r.write("c.md", "one\n")
	r.at(3, "Cy")
	clone := &repo{t, filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--depth", "2", "file://"+r.dir, clone.dir)
	h := clone.history(".")
	check(t, h, "a.md", 0, 3, "Cy")
	check(t, h, "c.md", 3, 3, "Cy")
	if c, ok := h["b.md"]; ok {
		t.Errorf("%+v", c)
	}
}

// TestHistoryObeysNoConfiguration holds that a configuration in the checkout
// neither has programs run nor changes what is told.
func TestHistoryObeysNoConfiguration(t *testing.T) {
	r := newRepo(t)
	r.write("docs/a.md", "one\n")
	r.write(".mailmap", "Mallory <m@example.com> <x@example.com>\n")
	r.write(".gitattributes", "*.md diff=evil\n")
	r.at(1, "Ada")
	r.write("docs/a.md", "two\n")
	r.at(2, "Ada")
	ran := filepath.Join(r.dir, "ran")
	evil := filepath.Join(r.dir, "evil")
	if err := os.WriteFile(evil, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	for key, val := range map[string]string{
		"diff.external": evil, "diff.evil.command": evil, "diff.evil.textconv": evil, "gpg.program": evil, "log.showSignature": "true", "core.pager": evil,
		"core.fsmonitor": evil, "log.mailmap": "true", "log.follow": "true", "diff.relative": "true", "diff.orderFile": evil, "core.quotePath": "true",
		"format.pretty": "oneline", "log.decorate": "full", "color.ui": "always", "diff.noprefix": "true", "log.showRoot": "false", "diff.renames": "false",
	} {
		r.git("config", key, val)
	}
	check(t, r.history("docs"), "docs/a.md", 1, 2, "Ada")
	if _, err := os.Stat(ran); err == nil {
		t.Error("a program that the configuration names was run")
	}
}
