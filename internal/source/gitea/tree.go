package gitea

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// Find tells the present state of a repository, whatever the filters say. One
// that was renamed or moved is found by its ID, and by its old name for as long
// as nobody else has taken that.
func (h *Host) Find(ctx context.Context, r source.Repo) (source.Repo, error) {
	what := "find " + source.Clip(r.Name)
	c := rest.Call{What: what, Path: []string{"repositories", r.ID}}
	if r.ID == "" {
		var err error
		if c, err = h.call(what, r); err != nil {
			return source.Repo{}, err
		}
	}
	var got repository
	if _, err := h.api.JSON(ctx, c, &got); err != nil {
		return source.Repo{}, err
	}
	_, _, ok := rest.OwnerAndName(got.Full)
	switch {
	case !ok || got.ID <= 0 || r.ID != "" && r.ID != strconv.FormatInt(got.ID, 10):
		return source.Repo{}, h.api.Fault(source.Broken, what, "the answer is another repository")
	case got.Empty, got.Default == "" && h.o.Filters.Branch == "":
		return source.Repo{}, h.api.Fault(source.Empty, what, "")
	}
	out := h.repo(got)
	var err error
	out.Revision, err = h.commit(ctx, what, out)
	return out, err
}

// call is a call about a repository, below whose address path is.
func (h *Host) call(what string, r source.Repo, path ...string) (rest.Call, error) {
	owner, name, ok := rest.OwnerAndName(r.Name)
	if !ok {
		return rest.Call{}, h.api.Fault(source.Broken, what, "no name of a repository")
	}
	return rest.Call{What: what, Path: append([]string{"repos", owner, name}, path...)}, nil
}

// get asks for JSON about a repository.
func (h *Host) get(ctx context.Context, what string, r source.Repo, q url.Values, into any, path ...string) error {
	c, err := h.call(what, r, path...)
	if err != nil {
		return err
	}
	c.Query = q
	_, err = h.api.JSON(ctx, c, into)
	return err
}

// commit is that at the tip of a branch.
func (h *Host) commit(ctx context.Context, what string, r source.Repo) (string, error) {
	if r.Branch == "" {
		return "", h.api.Fault(source.Empty, what, "")
	}
	var b struct{ Commit struct{ ID string } }
	// Slashes of a branch are slashes of the address here.
	if err := h.get(ctx, what, r, nil, &b, append([]string{"branches"}, strings.Split(r.Branch, "/")...)...); err != nil {
		return "", err
	}
	return h.api.CheckTip(what, b.Commit.ID)
}

type treePage struct {
	Truncated bool
	Tree      []struct {
		Path, Mode, Type, SHA string
		Size                  int64
	}
}

// Tree lists the files of a repository.
func (h *Host) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	what := "list files of " + source.Clip(r.Name)
	t, err := rest.EmptyTree(r, func() (string, error) { return h.commit(ctx, what, r) })
	if err != nil {
		return source.Tree{}, err
	}
	c, err := h.call(what, r, "git", "trees", t.Revision)
	if err != nil {
		return source.Tree{}, err
	}
	c.Query = url.Values{"recursive": {"true"}, "per_page": {"1000"}, "page": {"1"}}
	page := 1
	for p, err := range rest.Pages(ctx, h.api, c, func(_ http.Header, p *treePage) url.Values {
		if page++; !p.Truncated || len(p.Tree) == 0 || len(t.Entries) >= rest.MaxEntries {
			return nil
		}
		return url.Values{"page": {strconv.Itoa(page)}}
	}) {
		if err != nil {
			return source.Tree{}, h.noTree(err)
		}
		t.Truncated = p.Truncated // by the last page, or by the host if that is empty
		t.Entries = p.addTo(t.Entries)
	}
	return t, nil
}

// noTree is the fault of a tree that there is not: Gitea calls what it cannot
// find there a bad request.
func (h *Host) noTree(err error) error {
	if f, ok := errors.AsType[*source.Fault](err); ok && f.Status == http.StatusBadRequest {
		gone := *f
		gone.Kind = source.Gone
		return &gone
	}
	return err
}

func (p treePage) addTo(to []source.Entry) []source.Entry {
	for _, e := range p.Tree {
		k, ok := rest.KindOfMode(e.Mode)
		if !ok || e.Type == "tree" {
			continue
		}
		if k == source.Submodule {
			e.Size = -1
		}
		to = append(to, source.Entry{Path: e.Path, Kind: k, Blob: e.SHA, Size: e.Size})
	}
	return to
}

// Read reads files one by one, by the names of their contents.
func (h *Host) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	return rest.OneByOne(files, func(f source.Entry) ([]byte, error) { return h.read(ctx, r, f) })
}

func (h *Host) read(ctx context.Context, r source.Repo, f source.Entry) ([]byte, error) {
	what := "read " + source.Clip(f.Path) + " of " + source.Clip(r.Name)
	if !rest.IsObject(f.Blob) {
		return nil, h.api.Fault(source.Broken, what, "it has no content")
	}
	var blob struct {
		Encoding string
		Content  *string
	}
	if err := h.get(ctx, what, r, nil, &blob, "git", "blobs", f.Blob); err != nil {
		return nil, err
	}
	if f.Size > 0 && (blob.Content == nil || *blob.Content == "") {
		return h.raw(ctx, what, r, f) // larger than the server puts into JSON
	}
	var b []byte
	if blob.Content != nil {
		var err error
		if b, err = base64.StdEncoding.DecodeString(*blob.Content); err != nil {
			return nil, h.api.Fault(source.Broken, what, "the content is not that of the tree")
		}
	}
	return h.api.CheckBlob(what, b, f.Blob)
}

func (h *Host) raw(ctx context.Context, what string, r source.Repo, f source.Entry) ([]byte, error) {
	c, err := h.call(what, r, append([]string{"raw"}, strings.Split(f.Path, "/")...)...)
	if err != nil {
		return nil, err
	}
	c.Query = url.Values{"ref": {cmp.Or(r.Revision, r.Branch)}}
	return h.api.Blob(ctx, c, f.Blob)
}

// Archive is a tar of the repository.
func (h *Host) Archive(ctx context.Context, r source.Repo) (io.ReadCloser, error) {
	c, err := h.call("archive of "+source.Clip(r.Name), r, append([]string{"archive"}, strings.Split(cmp.Or(r.Revision, r.Branch)+".tar.gz", "/")...)...)
	if err != nil {
		return nil, err
	}
	return h.api.Stream(ctx, c)
}
