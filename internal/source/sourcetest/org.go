// Package sourcetest holds what tests of hosts share: repositories made up of
// texts, with the names that git gives their contents, a suite that every
// source.Host must pass, a clock that does not wait, and ways to break servers.
package sourcetest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha1" //nolint:gosec // git names objects by it
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/source"
)

// File is a file of a repository; the text of a symbolic link is where it leads,
// that of a submodule its commit.
type File struct {
	Path, Text string
	Kind       source.EntryKind
}

// Blob is what git calls the content.
func (f File) Blob() string {
	if f.Kind == source.Submodule {
		return f.Text
	}
	return sum("blob", f.Text)
}

// Mode is that of git.
func (f File) Mode() string {
	return [...]string{source.RegularFile: "100644", source.Symlink: "120000", source.Submodule: "160000"}[f.Kind]
}

func sum(kind, text string) string {
	s := sha1.Sum([]byte(fmt.Sprintf("%s %d\x00%s", kind, len(text), text))) //nolint:gosec // see above
	return hex.EncodeToString(s[:])
}

// Repo is a repository with one branch.
type Repo struct {
	ID          int64
	Owner, Name string
	Branch      string
	Description string
	Topics      []string
	Files       []File
	// Old is a name below the owner by which the repository was known.
	Old                     string
	Archived, Fork, Private bool
	// SHA is the commit, if it is a real one; see Bare.
	SHA string
}

// Without are the repositories but those with the names.
func Without(repos []*Repo, names ...string) []*Repo {
	return slices.DeleteFunc(slices.Clone(repos), func(r *Repo) bool { return slices.Contains(names, r.Name) })
}

// Full is the name with the owner's.
func (r *Repo) Full() string { return r.Owner + "/" + r.Name }

// Empty tells that there is no commit.
func (r *Repo) Empty() bool { return len(r.Files) == 0 }

// Commit stands for the commit at the tip of the branch; it differs with the
// files.
func (r *Repo) Commit() string {
	if r.SHA != "" {
		return r.SHA
	}
	var b strings.Builder
	fmt.Fprint(&b, r.ID)
	for _, f := range r.Files {
		fmt.Fprintf(&b, "%s %s\x00%s\n", f.Mode(), f.Path, f.Blob())
	}
	return sum("commit", b.String())
}

// File is that at a path, nil if there is none.
func (r *Repo) File(path string) *File {
	i := slices.IndexFunc(r.Files, func(f File) bool { return f.Path == path })
	if i < 0 {
		return nil
	}
	return &r.Files[i]
}

// Tar is a gzipped tar of the files below a directory.
func (r *Repo) Tar(dir string) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	must(w.WriteHeader(&tar.Header{Name: dir + "/", Typeflag: tar.TypeDir, Mode: 0o755}))
	for _, f := range r.Files {
		h := &tar.Header{Name: dir + "/" + f.Path, Mode: 0o644, Typeflag: tar.TypeReg, Size: int64(len(f.Text))}
		switch f.Kind {
		case source.Symlink:
			h.Typeflag, h.Size, h.Linkname = tar.TypeSymlink, 0, f.Text
		case source.Submodule:
			h.Typeflag, h.Size, h.Name = tar.TypeDir, 0, h.Name+"/"
		}
		must(w.WriteHeader(h))
		if f.Kind == source.RegularFile {
			_, err := w.Write([]byte(f.Text))
			must(err)
		}
	}
	must(w.Close())
	must(z.Close())
	return out.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Org is an organisation with what is odd about repositories: a file name that
// needs escaping, a link, a submodule, a text that is no UTF-8, a branch with a
// slash, more files than a page holds, none at all, an archived one and a fork.
func Org(owner string) []*Repo {
	many := []File{{Path: "catalog-info.yaml", Text: "kind: Component\n"}}
	for i := range 240 {
		many = append(many, File{Path: fmt.Sprintf("docs/part-%03d/page.md", i), Text: fmt.Sprintf("# Page %d\n", i)})
	}
	plain := func(text string) []File { return []File{{Path: "catalog-info.yaml", Text: text}} }
	return []*Repo{
		{ID: 101, Owner: owner, Name: "payments", Branch: "main", Description: "Takes <b>money</b>", Topics: []string{"backend", "money"}, Old: "billing", Files: []File{
			{Path: "README.md", Text: "# Payments\n"},
			{Path: "catalog-info.yaml", Text: "kind: Component\nmetadata:\n  name: payments\n"},
			{Path: "docs/a b#c?d%e+ü.md", Text: "odd name\n"},
			{Path: "docs/latin.md", Text: "caf\xe9\n"},
			{Path: "empty", Text: ""},
			{Path: "link", Text: "README.md", Kind: source.Symlink},
			{Path: "third_party/lib", Text: strings.Repeat("ab", 20), Kind: source.Submodule},
		}},
		{ID: 102, Owner: owner, Name: "docs", Branch: "main", Files: many, Private: true},
		{ID: 103, Owner: owner, Name: "empty", Branch: "main"},
		{ID: 104, Owner: owner, Name: "old-shop", Branch: "main", Files: plain("old: true\n"), Archived: true},
		{ID: 105, Owner: owner, Name: "forked", Branch: "main", Files: plain("fork: true\n"), Fork: true, Topics: []string{"backend"}},
		{ID: 106, Owner: owner, Name: "slashed", Branch: "release/2026-1", Files: plain("branch: slashed\n")},
	}
}

// Clock is a clock on which waiting takes no time.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock that starts on an ordinary day.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the clock on.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	c.now = c.now.Add(d)
	return nil
}

// Names are the names of repositories in the order of a list.
func Names(t *testing.T, h source.Host) []string {
	t.Helper()
	var out []string
	for r, err := range h.Repos(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Name)
	}
	return out
}
