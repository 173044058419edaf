// Package repofs is the gate through which files of strangers come in. A
// repository becomes a Snapshot: names and sizes, taken within limits through
// an os.Root, so that no name a repository chose can lead out of it. Names in
// a snapshot are data, slash-separated and relative; they are opened through
// the snapshot only.
package repofs

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"callboard/internal/digest"
)

// File is one regular file of a repository.
type File struct {
	Path string
	Size int64
	// Stamp changes whenever the file does: modification time and inode. It is
	// zero where the file system tells nothing.
	Stamp Stamp
}

// Stamp is what a file system tells of a file's identity without reading it.
type Stamp struct {
	ModTime int64  `json:"m,omitempty"` // nanoseconds since 1970
	Inode   uint64 `json:"i,omitempty"`
}

// Snapshot is the state of one repository. Its methods may be called from
// several goroutines.
type Snapshot struct {
	// Repo is the repository's name within the build, such as "payments".
	Repo string
	// Revision is the commit the files were taken at, if known.
	Revision string
	// WebURL is the address of the repository's root at its host, if known,
	// without a trailing slash, such as "https://github.com/acme/payments".
	WebURL string
	// Branch is the branch or tag for links to the source, "" if unknown.
	Branch string
	// Topics are the words by which the host lists the repository, if it has
	// them, such as GitHub's topics.
	Topics []string
	// Entries are the glob patterns of the files that are read as catalog
	// files, relative to the root (doublestar syntax).
	Entries []string
	// Files are all regular files within the limits, sorted by Path.
	Files []File

	read readFunc
	sums sync.Map // path -> digest.Sum
}

// readFunc reads at most max bytes of the file.
type readFunc func(path string, max int64) ([]byte, error)

// ReadFunc reads a file of a snapshot; Snapshot.Read is one.
type ReadFunc func(path string) ([]byte, error)

// Lookup finds a file by its exact path.
func (s *Snapshot) Lookup(path string) (File, bool) {
	i, ok := slices.BinarySearchFunc(s.Files, path, comparePath)
	if !ok {
		return File{}, false
	}
	return s.Files[i], true
}

func comparePath(f File, p string) int { return strings.Compare(f.Path, p) }

// Under returns the files below a directory of the snapshot, "" or "." for all.
func (s *Snapshot) Under(dir string) []File {
	if dir == "" || dir == "." {
		return s.Files
	}
	dir = strings.TrimSuffix(dir, "/") + "/"
	from, _ := slices.BinarySearchFunc(s.Files, dir, comparePath)
	to := from
	for to < len(s.Files) && strings.HasPrefix(s.Files[to].Path, dir) {
		to++
	}
	return s.Files[from:to]
}

// MaxRead is the size in bytes above which Read refuses a file.
const MaxRead = 16 << 20

// TooLargeError tells that a file is larger than MaxRead.
type TooLargeError struct {
	Path string
	Size int64
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s: %d bytes are more than the limit of %d", e.Path, e.Size, int64(MaxRead))
}

// Read returns the content of a file of the snapshot. The error wraps
// fs.ErrNotExist for a path that is not in the snapshot and is a
// *TooLargeError for a file that is too large.
func (s *Snapshot) Read(path string) ([]byte, error) {
	f, ok := s.Lookup(path)
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	if f.Size > MaxRead {
		return nil, &TooLargeError{path, f.Size}
	}
	b, err := s.read(path, MaxRead)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return b, nil
}

// Sum is the digest of a file's content. It is read once, and not at all when
// Remember told it before.
func (s *Snapshot) Sum(path string) (digest.Sum, error) {
	if v, ok := s.sums.Load(path); ok {
		return v.(digest.Sum), nil
	}
	b, err := s.Read(path)
	if err != nil {
		return digest.Sum{}, err
	}
	sum := digest.Of(b)
	s.sums.Store(path, sum)
	return sum, nil
}

// ReadSum is Read and Sum of one file, which is read once.
func (s *Snapshot) ReadSum(path string) ([]byte, digest.Sum, error) {
	b, err := s.Read(path)
	if err != nil {
		return nil, digest.Sum{}, err
	}
	if v, ok := s.sums.Load(path); ok {
		return b, v.(digest.Sum), nil
	}
	sum := digest.Of(b)
	s.sums.Store(path, sum)
	return b, sum, nil
}

// Known is a digest together with the file it was taken of.
type Known struct {
	Path  string     `json:"p"`
	Size  int64      `json:"s"`
	Stamp Stamp      `json:"t"`
	Sum   digest.Sum `json:"d"`
}

// Remember takes over digests of an earlier run for the files whose size and
// stamp are as they were.
func (s *Snapshot) Remember(known []Known) {
	for _, k := range known {
		f, ok := s.Lookup(k.Path)
		if ok && f.Size == k.Size && f.Stamp == k.Stamp && f.Stamp != (Stamp{}) {
			s.sums.Store(k.Path, k.Sum)
		}
	}
}

// Digests returns what has been digested so far, sorted by path, for a later
// Remember. Files changed at or after the time before (nanoseconds since 1970)
// are left out: they may change again without their stamp changing.
func (s *Snapshot) Digests(before int64) []Known {
	var out []Known
	s.sums.Range(func(k, v any) bool {
		f, ok := s.Lookup(k.(string))
		if ok && f.Stamp.ModTime < before {
			out = append(out, Known{f.Path, f.Size, f.Stamp, v.(digest.Sum)})
		}
		return true
	})
	slices.SortFunc(out, func(a, b Known) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// Listing is a digest of the names of all files, without their content.
func (s *Snapshot) Listing() digest.Sum {
	h := digest.New("listing")
	for _, f := range s.Files {
		h.String(f.Path)
	}
	return h.Sum()
}

// Fingerprint is a digest of the names, sizes and stamps of all files: while it
// is the same, so is their content. It is false if the stamps cannot tell,
// because there are none or because a file was changed at or after the time
// before (nanoseconds since 1970) and may change again without its stamp
// changing.
func (s *Snapshot) Fingerprint(before int64) (digest.Sum, bool) {
	h := digest.New("fingerprint").Int(len(s.Files))
	for _, f := range s.Files {
		if f.Stamp == (Stamp{}) || f.Stamp.ModTime >= before {
			return digest.Sum{}, false
		}
		h.String(f.Path).Int(int(f.Size)).Int(int(f.Stamp.ModTime)).Int(int(f.Stamp.Inode))
	}
	return h.Sum(), true
}

// Memory makes a snapshot of files held in memory, for tests.
func Memory(repo string, entries []string, files map[string]string) *Snapshot {
	s := &Snapshot{Repo: repo, Entries: entries, read: func(p string, _ int64) ([]byte, error) { return []byte(files[p]), nil }}
	for p, c := range files {
		s.Files = append(s.Files, File{Path: p, Size: int64(len(c))})
	}
	slices.SortFunc(s.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return s
}
