// Package repofs is the gate through which files of strangers come in. A
// repository becomes a Snapshot: names, sizes and digests, taken within limits
// through an os.Root, so that no name a repository chose can lead out of it.
// Names in a snapshot are data, slash-separated and relative; they are opened
// through the snapshot only.
package repofs

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"callboard/internal/digest"
)

// File is one regular file of a repository.
type File struct {
	Path string
	Size int64
	Sum  digest.Sum
}

// Snapshot is the state of one repository. It is immutable; Read may be called
// from several goroutines.
type Snapshot struct {
	// Repo is the repository's name within the build, such as "payments" or
	// "acme/payments".
	Repo string
	// Revision is the commit the files were taken at, if known.
	Revision string
	// WebURL is the address of the repository's root at its host, if known,
	// without a trailing slash.
	WebURL string
	// Entries are the glob patterns of the files that are read as catalog
	// files, relative to the root (doublestar syntax).
	Entries []string
	// Files are all regular files within the limits, sorted by Path.
	Files []File

	read func(path string, max int64) ([]byte, error)
}

// Lookup finds a file by its exact path.
func (s *Snapshot) Lookup(path string) (File, bool) {
	i, ok := slices.BinarySearchFunc(s.Files, path, func(f File, p string) int { return strings.Compare(f.Path, p) })
	if !ok {
		return File{}, false
	}
	return s.Files[i], true
}

// Under returns the files below a directory of the snapshot, "" or "." for all.
func (s *Snapshot) Under(dir string) []File {
	if dir == "" || dir == "." {
		return s.Files
	}
	dir = strings.TrimSuffix(dir, "/") + "/"
	cmp := func(f File, p string) int { return strings.Compare(f.Path, p) }
	from, _ := slices.BinarySearchFunc(s.Files, dir, cmp)
	to := from
	for to < len(s.Files) && strings.HasPrefix(s.Files[to].Path, dir) {
		to++
	}
	return s.Files[from:to]
}

// MaxRead is the size above which Read refuses a file.
const MaxRead = 16 << 20

// Read returns the content of a file of the snapshot. The error wraps
// fs.ErrNotExist for a path that is not in the snapshot.
func (s *Snapshot) Read(path string) ([]byte, error) {
	f, ok := s.Lookup(path)
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	if f.Size > MaxRead {
		return nil, fmt.Errorf("%s: %d bytes are more than the limit of %d", path, f.Size, MaxRead)
	}
	return s.read(path, MaxRead)
}

// ReadFunc reads a file of a snapshot; Snapshot.Read is one.
type ReadFunc func(path string) ([]byte, error)

// Memory makes a snapshot of files held in memory, for tests and for entities
// that callboard makes itself.
func Memory(repo string, entries []string, files map[string]string) *Snapshot {
	s := &Snapshot{Repo: repo, Entries: entries, read: func(p string, _ int64) ([]byte, error) { return []byte(files[p]), nil }}
	for p, c := range files {
		s.Files = append(s.Files, File{Path: p, Size: int64(len(c)), Sum: digest.Of([]byte(c))})
	}
	slices.SortFunc(s.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return s
}
