package gitlab

import (
	"cmp"
	"context"
	"io"
	"iter"
	"net/url"
	"strconv"
	"strings"

	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// Find tells the present state of a project, whatever the filters say. One that
// was renamed or moved is found by its ID, and by its old path for as long as
// GitLab leads on from there.
func (h *Host) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	what := "find " + source.Clip(r.Name)
	var p project
	if _, err := h.api.JSON(ctx, h.call(what, r), &p); err != nil {
		return source.Repo{}, err
	}
	switch {
	case p.ID <= 0 || p.Path == "" || r.ID != "" && r.ID != strconv.FormatInt(p.ID, 10):
		return source.Repo{}, h.api.Fault(source.Broken, what, "the answer is another project")
	case p.Doomed != nil:
		return source.Repo{}, h.api.Fault(source.Gone, what, "it is marked for deletion")
	case p.Empty, p.Default == "" && h.o.Filters.Branch == "":
		return source.Repo{}, h.api.Fault(source.Empty, what, "")
	}
	out := h.repo(p)
	if t := h.tips(ctx, []project{p})[p.ID]; t != nil {
		h.add(&out, t)
	}
	if out.Revision != "" {
		return out, nil
	}
	var err error
	out.Revision, err = h.commit(ctx, what, out)
	return out, err
}

// call is a call about a project, below whose address path is.
func (h *Host) call(what string, r source.Repo, path ...string) rest.Call {
	return rest.Call{What: what, Path: append([]string{"projects", cmp.Or(r.ID, r.Name)}, path...)}
}

// commit is that at the tip of a branch.
func (h *Host) commit(ctx context.Context, what string, r source.Repo) (string, error) {
	if r.Branch == "" {
		return "", h.api.Fault(source.Empty, what, "")
	}
	var b struct{ Commit struct{ ID string } }
	if _, err := h.api.JSON(ctx, h.call(what, r, "repository", "branches", r.Branch), &b); err != nil {
		return "", err
	}
	return h.api.CheckTip(what, b.Commit.ID)
}

// Tree lists the files of a project. GitLab does not tell their sizes.
func (h *Host) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	what := "list files of " + source.Clip(r.Name)
	t, err := rest.EmptyTree(r, func() (string, error) { return h.commit(ctx, what, r) })
	if err != nil {
		return source.Tree{}, err
	}
	c := h.call(what, r, "repository", "tree")
	c.Query = url.Values{"ref": {t.Revision}, "recursive": {"true"}, "per_page": {perPage}, "pagination": {"keyset"}}
	return rest.Fill(t, rest.Items[treeEntry](ctx, h.api, c, next), treeEntry.addTo)
}

type treeEntry struct{ ID, Path, Mode, Type string }

func (e treeEntry) addTo(to []source.Entry) []source.Entry {
	if k, ok := rest.KindOfMode(e.Mode); ok && e.Type != "tree" {
		to = append(to, source.Entry{Path: e.Path, Kind: k, Blob: e.ID, Size: -1})
	}
	return to
}

// Read reads files one by one, by the names of their contents.
func (h *Host) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	return rest.OneByOne(files, func(f source.Entry) ([]byte, error) { return h.read(ctx, r, f) })
}

func (h *Host) read(ctx context.Context, r source.Repo, f source.Entry) ([]byte, error) {
	return h.api.Blob(ctx, h.call("read "+source.Clip(f.Path)+" of "+source.Clip(r.Name), r, "repository", "blobs", f.Blob, "raw"), f.Blob)
}

// Archive is a tar of the project, with the pointers of LFS as they are in git.
func (h *Host) Archive(ctx context.Context, r source.Repo) (io.ReadCloser, error) {
	c := h.call("archive of "+source.Clip(r.Name), r, "repository", "archive.tar.gz")
	c.Query = url.Values{"sha": {cmp.Or(r.Revision, r.Branch)}, "include_lfs_blobs": {"false"}}
	return h.api.Stream(ctx, c)
}

// inBase is an address on the pages of the instance, "" for what is no path.
func (h *Host) inBase(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return ""
	}
	at, err := rest.Address(h.base)
	if err != nil {
		return ""
	}
	return at.Scheme + "://" + at.Host + path
}
