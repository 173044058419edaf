package githubtest

import (
	"os/exec"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Bare is a bare repository on disk, read by git.
type Bare struct {
	t   testing.TB
	dir string

	mu    sync.Mutex
	trees map[string]*Tree
}

// NewBare is the repository in dir. The test is skipped if there is no git.
func NewBare(t testing.TB, dir string) *Bare {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git:", err)
	}
	return &Bare{t: t, dir: dir, trees: map[string]*Tree{}}
}

func (b *Bare) git(args ...string) (string, bool) {
	cmd := exec.Command("git", append([]string{"-C", b.dir}, args...)...)
	out, err := cmd.Output()
	return string(out), err == nil
}

// Tip is the commit at the end of a branch.
func (b *Bare) Tip(branch string) string {
	out, _ := b.git("rev-parse", "--verify", "--quiet", "refs/heads/"+branch)
	return strings.TrimSpace(out)
}

// Tree is a tree by the hash of its commit or its own.
func (b *Bare) Tree(oid string) *Tree {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.trees[oid]; t != nil {
		return t
	}
	top, ok := b.git("rev-parse", "--verify", "--quiet", oid+"^{tree}")
	list, listed := b.git("ls-tree", "-r", "-t", "-l", "-z", oid)
	if !ok || !listed {
		return nil
	}
	t := &Tree{OID: strings.TrimSpace(top)}
	if kind, _ := b.git("cat-file", "-t", oid); strings.TrimSpace(kind) == "commit" {
		t.Commit = oid
	}
	at := map[string]*Tree{".": t}
	for line := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		head, name, _ := strings.Cut(line, "\t")
		f := strings.Fields(head) // mode, type, hash, size
		if len(f) != 4 {
			continue
		}
		size, _ := strconv.ParseInt(f[3], 10, 64)
		e := Entry{Name: path.Base(name), Mode: f[0], OID: f[2], Size: size}
		if f[1] == "tree" {
			e.Sub = &Tree{OID: e.OID}
			at[name] = e.Sub
			b.trees[e.OID] = e.Sub
		}
		parent := at[path.Dir(name)]
		parent.Entries = append(parent.Entries, e)
	}
	b.trees[oid] = t
	return t
}

// Blob is a content by its hash.
func (b *Bare) Blob(oid string) ([]byte, bool) {
	out, ok := b.git("cat-file", "blob", oid)
	return []byte(out), ok
}
