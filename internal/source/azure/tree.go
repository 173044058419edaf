package azure

import (
	"context"
	"iter"
	"net/url"
	"strings"

	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// Limits of what is read of a repository.
const (
	maxEntries = 100_000  // of a tree; what is beyond is cut off
	maxBlob    = 16 << 20 // bytes of one file, as in repofs
)

// item is an entry of a tree. The description calls what it is gitObjectType;
// links are blobs whose isSymLink is set.
type item struct {
	ObjectID string
	Type     string `json:"gitObjectType"`
	Path     string
	Link     bool `json:"isSymLink"`
}

// Tree lists the files of a repository. Azure does not tell their sizes.
func (h *Host) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	what := "list files of " + clip(r.Name)
	t := source.Tree{Revision: r.Revision}
	if t.Revision == "" {
		var err error
		if t.Revision, err = h.commit(ctx, what, r); err != nil {
			return source.Tree{}, err
		}
	}
	c, err := h.call(what, r, url.Values{
		"scopePath": {"/"}, "recursionLevel": {"Full"}, "versionDescriptor.version": {t.Revision}, "versionDescriptor.versionType": {"commit"},
	}, "items")
	if err != nil {
		return source.Tree{}, err
	}
	for e, err := range items[item](ctx, h.api, c) {
		if err != nil {
			return source.Tree{}, err
		}
		if len(t.Entries) == maxEntries {
			t.Truncated = true
			break
		}
		t.Entries = e.addTo(t.Entries)
	}
	return t, nil
}

func (e item) addTo(to []source.Entry) []source.Entry {
	out := source.Entry{Path: strings.TrimPrefix(e.Path, "/"), Blob: e.ObjectID, Size: -1}
	switch {
	case out.Path == "", e.Type != "blob" && e.Type != "commit":
		return to
	case e.Type == "commit":
		out.Kind = source.Submodule
	case e.Link:
		out.Kind = source.Symlink
	}
	return append(to, out)
}

// Read reads files one by one, by the names of their contents.
func (h *Host) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, f := range files {
			b, err := h.read(ctx, r, f)
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

func (h *Host) read(ctx context.Context, r source.Repo, f source.Entry) ([]byte, error) {
	what := "read " + clip(f.Path) + " of " + clip(r.Name)
	if !rest.IsObject(f.Blob) {
		return nil, h.api.Fault(source.Broken, what, "it has no content")
	}
	c, err := h.call(what, r, url.Values{"$format": {"octetstream"}}, "blobs", f.Blob)
	if err != nil {
		return nil, err
	}
	c.Max, c.Accept = maxBlob, "application/octet-stream"
	b, err := h.api.Bytes(ctx, c)
	if err == nil && !rest.IsBlob(b, f.Blob) {
		err = h.api.Fault(source.Broken, what, "the content is not that of the tree")
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}
