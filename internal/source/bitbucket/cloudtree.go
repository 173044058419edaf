package bitbucket

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// tooDeep is the status of lists that take Bitbucket too long to make.
const tooDeep = 555

// Depths of lists: so deep that all is in one, and as Bitbucket lists without
// being told.
const (
	allBelow = "100"
	flat     = ""
)

// maxDirectories is how many directories of one repository are asked for, each
// with a request of its own; what is in more is cut off.
const maxDirectories = 500

type cloudEntry struct {
	Path, Type string
	Size       int64
	Attributes []string
}

// Tree lists the files of a repository: at once, or where that takes Bitbucket
// too long, by directories.
func (c *Cloud) Tree(ctx context.Context, r source.Repo) (source.Tree, error) {
	what := "list files of " + source.Clip(r.Name)
	t, err := rest.EmptyTree(r, func() (string, error) { return c.commit(ctx, what, r) })
	if err != nil {
		return source.Tree{}, err
	}
	asked := 0
	for dirs := []string{""}; len(dirs) > 0; asked++ {
		if asked == maxDirectories || len(t.Entries) >= rest.MaxEntries {
			t.Truncated = true
			break
		}
		below, err := c.list(ctx, what, r, &t, dirs[0])
		if err != nil {
			return source.Tree{}, err
		}
		dirs = append(dirs[1:], below...)
	}
	return t, nil
}

// list adds the files of a directory, and of all directories in it but those that
// it returns.
func (c *Cloud) list(ctx context.Context, what string, r source.Repo, t *source.Tree, dir string) (below []string, err error) {
	had := len(t.Entries)
	_, err = c.listTo(ctx, what, r, t, dir, allBelow)
	if f, ok := errors.AsType[*source.Fault](err); !ok || f.Status != tooDeep {
		return nil, err
	}
	t.Entries, t.Truncated = t.Entries[:had], false
	return c.listTo(ctx, what, r, t, dir, flat)
}

func (c *Cloud) listTo(ctx context.Context, what string, r source.Repo, t *source.Tree, dir, depth string) (dirs []string, err error) {
	path := []string{"src", t.Revision}
	if dir != "" {
		path = append(path, strings.Split(dir, "/")...)
	}
	call, err := c.call(what, r, path...)
	if err != nil {
		return nil, err
	}
	// The address of a directory ends with a slash.
	call.Slash, call.Query = true, url.Values{"pagelen": {"100"}}
	if depth != flat {
		call.Query.Set("max_depth", depth)
	}
	for e, err := range cloudItems[cloudEntry](ctx, c.api, call) {
		switch {
		case err != nil:
			return nil, err
		case len(t.Entries) == rest.MaxEntries:
			t.Truncated = true
			return nil, nil
		case e.Type == "commit_directory" && len(dirs) < maxDirectories:
			dirs = append(dirs, e.Path)
		}
		t.Entries = e.addTo(t.Entries, t.Revision)
	}
	return dirs, nil
}

func (e cloudEntry) addTo(to []source.Entry, commit string) []source.Entry {
	if e.Type != "commit_file" {
		return to
	}
	out := source.Entry{Path: e.Path, Size: e.Size, Blob: blob(commit, e.Path)}
	switch {
	case slices.Contains(e.Attributes, "subrepository"):
		out.Kind, out.Size = source.Submodule, -1
	case slices.Contains(e.Attributes, "link"):
		out.Kind = source.Symlink
	case slices.Contains(e.Attributes, "lfs"):
		// Bitbucket leads on to the content itself, which is of another size than what
		// is in git.
		out.Size = -1
	}
	return append(to, out)
}
