package github

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"

	"callboard/internal/source"
)

// Bounds of one tree. GitHub itself cuts a tree at 100,000 entries; what is
// beyond is walked by subtrees, within these.
const (
	maxEntries  = 300_000
	maxSubtrees = 300 // requests
)

// Tree lists a repository by REST: one request, two if the commit is not known,
// and one for each subtree where GitHub cuts the list.
func (h *Host) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	what := "list files of " + clip(r.Name, 200)
	owner, name, ok := split(r.Name)
	if !ok {
		return source.Tree{}, h.noName(what)
	}
	if r.Revision == "" {
		rev, err := h.commit(ctx, what, owner, name, r.Branch)
		if err != nil {
			return source.Tree{}, err
		}
		r.Revision = rev
	}
	if !isHash(r.Revision) {
		return source.Tree{}, h.broken(what, "a commit without a hash")
	}
	w := walk{h: h, what: what, owner: owner, name: name, tree: source.Tree{Revision: r.Revision}}
	if err := w.all(ctx, "", r.Revision); err != nil {
		return source.Tree{}, err
	}
	return w.tree, nil
}

// A walk lists a tree in as few requests as the host allows.
type walk struct {
	h                 *Host
	what, owner, name string
	requests          int
	tree              source.Tree
}

// all takes in a whole tree, or each subtree by itself if the host cuts it.
func (w *walk) all(ctx context.Context, prefix, oid string) error {
	t, err := w.get(ctx, oid, true)
	if err != nil || t == nil {
		return err
	}
	if !t.GetTruncated() {
		w.take(prefix, t.Entries)
		return nil
	}
	if t, err = w.get(ctx, oid, false); err != nil || t == nil {
		return err
	}
	if t.GetTruncated() { // a single directory that is too large
		w.tree.Truncated = true
	}
	for _, sub := range w.take(prefix, t.Entries) {
		if err := w.all(ctx, prefix+sub.GetPath()+"/", sub.GetSHA()); err != nil {
			return err
		}
	}
	return nil
}

// get is nil, and the tree marked as truncated, beyond the bounds.
func (w *walk) get(ctx context.Context, oid string, recursive bool) (*github.Tree, error) {
	if w.requests++; w.requests > maxSubtrees || len(w.tree.Entries) >= maxEntries || !isHash(oid) {
		w.tree.Truncated = true
		return nil, nil
	}
	t, resp, err := w.h.rest.Git.GetTree(ask(ctx, w.what), w.owner, w.name, oid, recursive)
	if err != nil && resp != nil && resp.StatusCode == http.StatusUnprocessableEntity {
		return nil, &source.Fault{Kind: source.Gone, Host: w.h.at.name, What: w.what, Status: resp.StatusCode}
	}
	if err == nil && (t == nil || slices.Contains(t.Entries, nil)) {
		err = w.h.broken(w.what, "a tree that is nothing")
	}
	return t, w.h.fault(err, w.what)
}

// take adds the files and returns the directories.
func (w *walk) take(prefix string, entries []*github.TreeEntry) (dirs []*github.TreeEntry) {
	for _, e := range entries {
		if e.GetType() == "tree" {
			dirs = append(dirs, e)
			continue
		}
		if len(w.tree.Entries) >= maxEntries {
			w.tree.Truncated = true
			break
		}
		size := int64(-1)
		if e.Size != nil {
			size = int64(e.GetSize())
		}
		w.tree.Entries = append(w.tree.Entries, source.Entry{
			Path: prefix + e.GetPath(), Kind: entryKind(e.GetType(), e.GetMode()), Blob: e.GetSHA(), Size: size,
		})
	}
	return dirs
}

// entryKind is the kind by git's type and its mode in octal digits.
func entryKind(typ, mode string) source.EntryKind {
	switch {
	case typ == "commit" || strings.HasPrefix(mode, "160"):
		return source.Submodule
	case strings.HasPrefix(mode, "120"):
		return source.Symlink
	}
	return source.RegularFile
}
