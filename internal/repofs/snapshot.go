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
	"time"

	"callboard/internal/digest"
	"callboard/internal/facts"
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

// Stale is since when and why the last known good is shown of a repository.
type Stale struct {
	Since time.Time
	// Cause is one clause for readers, such as "git.acme.example: read files of
	// payments: unreachable (HTTP 502)".
	Cause string
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
	// Files are all regular files within the limits, sorted by Path. Of a
	// repository that was crawled they are those that were wanted.
	Files []File
	// Facts are what the host told beside the files; nil if there is no host.
	Facts *facts.Repo
	// Stale tells that this is not the present state of the repository, because
	// the present one could not be had; nil if it is.
	Stale *Stale
	// Generated tells that callboard wrote the files, of what a host knows of
	// people. What people write by hand has precedence over it.
	Generated bool
	// History tells what came before; nil if nothing is known of it.
	History History

	read    readFunc
	partial bool

	mu   sync.Mutex
	sums map[int]digest.Sum // by the place in Files
}

// readFunc reads at most max bytes of the file.
type readFunc func(path string, max int64) ([]byte, error)

// ReadFunc reads a file of a snapshot; Snapshot.Read is one.
type ReadFunc func(path string) ([]byte, error)

// Lookup finds a file by its exact path.
func (s *Snapshot) Lookup(path string) (File, bool) {
	i, ok := s.find(path)
	if !ok {
		return File{}, false
	}
	return s.Files[i], true
}

func (s *Snapshot) find(path string) (int, bool) {
	return slices.BinarySearchFunc(s.Files, path, comparePath)
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
	if sum, ok := s.digested(path); ok {
		return sum, nil
	}
	_, sum, err := s.ReadSum(path)
	return sum, err
}

// ReadSum is Read and Sum of one file, which is read once.
func (s *Snapshot) ReadSum(path string) ([]byte, digest.Sum, error) {
	b, err := s.Read(path)
	if err != nil {
		return nil, digest.Sum{}, err
	}
	if sum, ok := s.digested(path); ok {
		return b, sum, nil
	}
	sum := digest.Of(b)
	s.keep(path, sum)
	return b, sum, nil
}

// digested is a file's digest, if it is known already.
func (s *Snapshot) digested(path string) (digest.Sum, bool) {
	i, ok := s.find(path)
	if !ok {
		return digest.Sum{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sum, ok := s.sums[i]
	return sum, ok
}

func (s *Snapshot) keep(path string, sum digest.Sum) {
	i, ok := s.find(path)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sums == nil {
		s.sums = map[int]digest.Sum{}
	}
	s.sums[i] = sum
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
			s.keep(k.Path, k.Sum)
		}
	}
}

// Digests returns what has been digested so far, sorted by path, for a later
// Remember. Files changed at or after the time before (nanoseconds since 1970)
// are left out: they may change again without their stamp changing.
func (s *Snapshot) Digests(before int64) []Known {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Known
	for i, sum := range s.sums {
		if f := s.Files[i]; f.Stamp.ModTime < before {
			out = append(out, Known{f.Path, f.Size, f.Stamp, sum})
		}
	}
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

// Given makes a snapshot of files that are known and kept elsewhere, such as in
// the state of a crawl. Files need not be in order; those whose paths could lead
// anywhere are left out. Read gives at most max bytes of one of them.
func Given(repo string, files []File, read func(path string, max int64) ([]byte, error)) *Snapshot {
	s := &Snapshot{Repo: repo, read: read}
	for _, f := range files {
		if fs.ValidPath(f.Path) && f.Path != "." {
			s.Files = append(s.Files, f)
		}
	}
	slices.SortFunc(s.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	s.Files = slices.CompactFunc(s.Files, func(a, b File) bool { return a.Path == b.Path })
	return s
}

// Memory makes a snapshot of files held in memory.
func Memory(repo string, entries []string, files map[string]string) *Snapshot {
	s := &Snapshot{Repo: repo, Entries: entries, read: func(p string, _ int64) ([]byte, error) { return []byte(files[p]), nil }}
	for p, c := range files {
		s.Files = append(s.Files, File{Path: p, Size: int64(len(c))})
	}
	slices.SortFunc(s.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return s
}
