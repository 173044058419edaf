package repofs

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// With is the snapshot with other content of some files, by path, as an editor
// has it before it is saved. A path that the snapshot lacks is a file more. The
// bytes must not change afterwards; s itself stays as it is.
func (s *Snapshot) With(files map[string][]byte) *Snapshot {
	if len(files) == 0 {
		return s
	}
	out := s.bare()
	out.Files = make([]File, 0, len(s.Files)+len(files))
	for _, f := range s.Files {
		if _, other := files[f.Path]; !other {
			out.Files = append(out.Files, f)
		}
	}
	for p, b := range files {
		out.Files = append(out.Files, File{Path: p, Size: int64(len(b))})
	}
	slices.SortFunc(out.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	out.read = func(path string, max int64) ([]byte, error) {
		if b, other := files[path]; other {
			return slices.Clone(b), nil
		}
		return s.read(path, max)
	}
	return out
}

// bare is a snapshot with the same name and origin, without files.
func (s *Snapshot) bare() *Snapshot {
	return &Snapshot{Repo: s.Repo, Revision: s.Revision, WebURL: s.WebURL, Branch: s.Branch, Topics: s.Topics, Entries: s.Entries, Facts: s.Facts, Stale: s.Stale, Generated: s.Generated, History: s.History, partial: s.partial}
}

// Without is the snapshot as if it had not the files that are hidden.
func (s *Snapshot) Without(hidden func(path string) bool) *Snapshot {
	out := s.bare()
	out.read = s.read
	for _, f := range s.Files {
		if !hidden(f.Path) {
			out.Files = append(out.Files, f)
		}
	}
	out.partial = out.partial || len(out.Files) < len(s.Files)
	return out
}

// Partial tells that files were taken out by Without: what names a file that is
// not there may name one that readers are not to know of.
func (s *Snapshot) Partial() bool { return s.partial }

// IsEntry tells whether a path is one that is read as a catalog file because of
// its name, whether or not there is such a file.
func (s *Snapshot) IsEntry(path string) bool {
	return slices.ContainsFunc(s.Entries, func(g string) bool {
		return g == path || doublestar.MatchUnvalidated(g, path)
	})
}
