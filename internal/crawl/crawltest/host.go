// Package crawltest is a host in memory, for tests of crawls. It counts what it
// is asked, and fails as it is told to.
package crawltest

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"callboard/internal/crawl/state"
	"callboard/internal/digest"
	"callboard/internal/facts"
	"callboard/internal/repofs/repofstest"
	"callboard/internal/source"
)

// Repo is a repository of the host.
type Repo struct {
	Name, ID string
	// Files are contents by path. One that begins with "->" is a symbolic link,
	// one that begins with "=>" a submodule.
	Files map[string]string
	Facts facts.Repo
	// ExportIgnore are paths that archives leave out.
	ExportIgnore []string
	// Private repositories are not listed, and not found.
	Private bool
	// Hidden repositories are not listed, and found.
	Hidden bool
}

// Revision is the digest of the files, as a commit.
func (r *Repo) Revision() string {
	h := digest.New("commit")
	for _, p := range slices.Sorted(maps.Keys(r.Files)) {
		h.String(p).String(r.Files[p])
	}
	return h.Sum().String()[:40]
}

// Host is a host in memory. Its fields may be changed between crawls.
type Host struct {
	Called string
	Has    []*Repo
	// NoRevisions tells that the list names no revisions, NoSizes that trees name
	// no sizes, NoArchives that there are no archives.
	NoRevisions, NoSizes, NoArchives bool
	// Truncate is how many entries of a tree are listed; 0 is all.
	Truncate int
	// Fault, if not nil, is asked before every answer. Its stages are list, which
	// it is asked about before every repository, find, tree, read, which it is
	// asked about before every file, archive, trees and readmany.
	Fault func(stage, repo string) error
	// Stream, if not nil, changes the stream of an archive, Content the content of
	// a file that is read.
	Stream  func(repo string, r io.Reader) io.Reader
	Content func(repo, path string, b []byte) []byte

	mu    sync.Mutex
	asked map[string]int
}

// Name is the name of the source.
func (h *Host) Name() string { return h.Called }

// Asked is how many questions of a stage have been asked since the last Reset.
func (h *Host) Asked(stage string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[stage]
}

// Reset forgets what has been asked.
func (h *Host) Reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = nil
}

// ask counts a question, and tells how it fails.
func (h *Host) ask(ctx context.Context, stage, repo string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	if h.asked == nil {
		h.asked = map[string]int{}
	}
	h.asked[stage]++
	h.mu.Unlock()
	if h.Fault == nil {
		return nil
	}
	return h.Fault(stage, repo)
}

// Of is the fault of a kind, as this host has it.
func (h *Host) Of(kind source.FaultKind, what string) error {
	return &source.Fault{Kind: kind, Host: h.Called, What: what}
}

func (h *Host) describe(r *Repo) source.Repo {
	out := source.Repo{Name: r.Name, ID: r.ID, Revision: r.Revision(), Branch: "main", WebURL: "https://git.acme.example/" + r.Name, CloneURL: "https://git.acme.example/" + r.Name + ".git",
		Topics: r.Facts.Topics, Facts: r.Facts}
	if h.NoRevisions || r.Files == nil {
		out.Revision = ""
	}
	return out
}

// Repos lists the repositories in the order of Has.
func (h *Host) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) {
		if err := h.ask(ctx, "list", ""); err != nil {
			yield(source.Repo{}, err)
			return
		}
		for _, r := range h.Has {
			if r.Private || r.Hidden {
				continue
			}
			if err := h.ask(ctx, "page", r.Name); err != nil {
				yield(source.Repo{}, err)
				return
			}
			if !yield(h.describe(r), nil) {
				return
			}
		}
	}
}

func (h *Host) find(r source.Repo) *Repo {
	for _, x := range h.Has {
		if !x.Private && (r.ID != "" && x.ID == r.ID || r.ID == "" && x.Name == r.Name) {
			return x
		}
	}
	return nil
}

// Find finds a repository.
func (h *Host) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	if err := h.ask(ctx, "find", r.Name); err != nil {
		return source.Repo{}, err
	}
	x := h.find(r)
	if x == nil {
		return source.Repo{}, h.Of(source.Gone, "find "+r.Name)
	}
	return h.describe(x), nil
}

// Tree lists the files.
func (h *Host) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	if err := h.ask(ctx, "tree", r.Name); err != nil {
		return source.Tree{}, err
	}
	return h.tree(r)
}

func (h *Host) tree(r source.Repo) (source.Tree, error) {
	x := h.find(r)
	switch {
	case x == nil:
		return source.Tree{}, h.Of(source.Gone, "list files of "+r.Name)
	case x.Files == nil:
		return source.Tree{}, h.Of(source.Empty, "list files of "+r.Name)
	}
	t := source.Tree{Revision: x.Revision()}
	for _, p := range slices.Sorted(maps.Keys(x.Files)) {
		if h.Truncate > 0 && len(t.Entries) == h.Truncate {
			t.Truncated = true
			break
		}
		t.Entries = append(t.Entries, h.entry(p, x.Files[p]))
	}
	return t, nil
}

func (h *Host) entry(p, text string) source.Entry {
	e := source.Entry{Path: p}
	if to, ok := strings.CutPrefix(text, "->"); ok {
		e.Kind, text = source.Symlink, to
	} else if to, ok := strings.CutPrefix(text, "=>"); ok {
		return source.Entry{Path: p, Kind: source.Submodule, Blob: to, Size: -1}
	}
	e.Blob, e.Size = state.Blob([]byte(text)), int64(len(text))
	if h.NoSizes {
		e.Size = -1
	}
	return e
}

// Read reads files, each of which counts as a question.
func (h *Host) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		now := h.revision(r)
		for _, f := range files {
			if err := h.ask(ctx, "read", r.Name); err != nil {
				yield(nil, err)
				return
			}
			b, err := h.content(r, f, now)
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// revision is the present one of a repository.
func (h *Host) revision(r source.Repo) string {
	if x := h.find(r); x != nil {
		return x.Revision()
	}
	return ""
}

func (h *Host) content(r source.Repo, f source.Entry, now string) ([]byte, error) {
	x := h.find(r)
	if x == nil {
		return nil, h.Of(source.Gone, "read "+f.Path)
	}
	text, ok := x.Files[f.Path]
	if !ok || r.Revision != now {
		return nil, h.Of(source.Gone, "read "+f.Path)
	}
	b := []byte(strings.TrimPrefix(text, "->"))
	if h.Content != nil {
		b = h.Content(r.Name, f.Path, b)
	}
	return b, nil
}

// Archive is a gzipped tar of the files.
func (h *Host) Archive(ctx context.Context, r source.Repo) (io.ReadCloser, error) {
	if h.NoArchives {
		return nil, errors.ErrUnsupported
	}
	if err := h.ask(ctx, "archive", r.Name); err != nil {
		return nil, err
	}
	x := h.find(r)
	if x == nil {
		return nil, h.Of(source.Gone, "archive "+r.Name)
	}
	var s io.Reader = repofstest.Tarball(x.Name+"-"+x.Revision()[:7], x.Revision(), x.Files, x.ExportIgnore)
	if h.Stream != nil {
		s = h.Stream(r.Name, s)
	}
	return io.NopCloser(s), nil
}
