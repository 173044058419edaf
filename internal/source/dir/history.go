package dir

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/git"
	"callboard/internal/repofs"
)

// history is that of a checkout, for a repository that is all of it or a directory
// in it.
type history struct {
	top, below string // below is the repository's directory, slash-separated, "." for top itself
	search     string
	at         checkout
}

// history is that of a repository, or nil if there is none that could be read.
func (s *Source) history(name string, g checkout) repofs.History {
	if s.opt.Search == "" || s.at == "" {
		return nil
	}
	h := history{top: filepath.Join(s.at, filepath.FromSlash(name)), below: ".", search: s.opt.Search, at: g}
	if s.opt.Top != "" && name == oneName {
		rel, err := filepath.Rel(s.opt.Top, s.at)
		if err != nil || !filepath.IsLocal(rel) {
			return nil
		}
		if h.top, h.below = s.opt.Top, filepath.ToSlash(rel); rel != "." {
			h.at = checkoutAt(s.opt.Top)
		}
	}
	if h.at.revision == "" {
		return nil
	}
	return h
}

// checkoutAt reads what git knows of a directory that may lie above a source.
func checkoutAt(top string) checkout {
	root, err := os.OpenRoot(top)
	if err != nil {
		return checkout{}
	}
	defer root.Close()
	return readGit(func(name string) ([]byte, error) { return headOf(root.FS(), name) })
}

// Key is the digest of the commit and of where history ends.
func (h history) Key() digest.Sum {
	return digest.New("git/1").String(h.at.revision).String(h.at.shallow).String(h.below).Sum()
}

// Shallow tells that the clone is shallow.
func (h history) Shallow() bool { return h.at.shallow != "" }

// Of runs git.
func (h history) Of(ctx context.Context, paths ...string) (map[string]repofs.Change, error) {
	c, err := git.Open(h.top, h.search)
	if err != nil {
		return nil, err
	}
	within := make([]string, len(paths))
	for i, p := range paths {
		within[i] = path.Join(h.below, p)
	}
	all, err := c.History(ctx, h.at.revision, within...)
	if err != nil {
		return nil, err
	}
	out := make(map[string]repofs.Change, len(all))
	for name, change := range all {
		if h.below != "." {
			name = strings.TrimPrefix(name, h.below+"/")
		}
		out[name] = repofs.Change(change)
	}
	return out, nil
}
