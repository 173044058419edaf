package azure

import (
	"context"
	"iter"
	"net/url"
	"strings"

	"callboard/internal/source"
	"callboard/internal/source/rest"
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
	what := "list files of " + source.Clip(r.Name)
	t, err := rest.EmptyTree(r, func() (string, error) { return h.commit(ctx, what, r) })
	if err != nil {
		return source.Tree{}, err
	}
	c, err := h.call(what, r, url.Values{
		"scopePath": {"/"}, "recursionLevel": {"Full"}, "versionDescriptor.version": {t.Revision}, "versionDescriptor.versionType": {"commit"},
	}, "items")
	if err != nil {
		return source.Tree{}, err
	}
	return rest.Fill(t, items[item](ctx, h.api, c), item.addTo)
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
	return rest.OneByOne(files, func(f source.Entry) ([]byte, error) { return h.read(ctx, r, f) })
}

func (h *Host) read(ctx context.Context, r source.Repo, f source.Entry) ([]byte, error) {
	what := "read " + source.Clip(f.Path) + " of " + source.Clip(r.Name)
	c, err := h.call(what, r, url.Values{"$format": {"octetstream"}}, "blobs", f.Blob)
	if err != nil {
		return nil, err
	}
	c.Accept = "application/octet-stream"
	return h.api.Blob(ctx, c, f.Blob)
}
