package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/digest"
)

// Repository is the index of a repository's file: which of its files were wanted
// at a revision, and what was wrong with them.
type Repository struct {
	Source string `json:"source"`
	Key    string `json:"key"`
	// Revision is the commit, or a digest of what was generated.
	Revision string `json:"revision"`
	// Want is the digest of the rules by which files were wanted.
	Want digest.Sum `json:"want"`
	// Entries are the glob patterns of catalog files, if the repository has its
	// own.
	Entries   []string `json:"entries,omitempty"`
	Generated bool     `json:"generated,omitempty"`
	// Files are in order of their paths.
	Files []File `json:"files,omitempty"`
	// Links are the targets of the symbolic links that were followed, by their
	// blobs, and Pointers the blobs that are pointers of git LFS, in order: what a
	// later crawl need not ask for again.
	Links    map[string]string `json:"links,omitempty"`
	Pointers []string          `json:"pointers,omitempty"`
	// Elsewhere is what its files name in other repositories.
	Elsewhere Elsewhere `json:"elsewhere,omitzero"`
	// Seeds, of an annex, are the files that others name: what Annex.Seeds says.
	Seeds []string `json:"seeds,omitempty"`
	// Diagnostics name no repository.
	Diagnostics []diag.Diagnostic `json:"diagnostics,omitempty"`

	file string     // where it is
	sum  digest.Sum // of the index
}

// Elsewhere is what the files of a repository name in others, in order.
type Elsewhere struct {
	// Files are addresses of catalog files, which may be patterns; Docs are those
	// of directories with documentation.
	Files []string `json:"files,omitempty"`
	Docs  []string `json:"docs,omitempty"`
}

// File is a file of a repository.
type File struct {
	Path string     `json:"path"`
	Size int64      `json:"size"`
	Sum  digest.Sum `json:"sum"`
	// Blob is git's name for the content: the SHA-1 of its object.
	Blob string `json:"blob"`
	// At is where the content begins.
	At int64 `json:"at"`
}

// Find is the file at a path.
func (r *Repository) Find(path string) (File, bool) {
	i, ok := slices.BinarySearchFunc(r.Files, path, func(f File, p string) int { return strings.Compare(f.Path, p) })
	if !ok {
		return File{}, false
	}
	return r.Files[i], true
}

// The file of a repository is a head, the contents, the index as JSON, the
// digest and the length of the index, and the tail.
const (
	head     = "callboard repository 1\n"
	tail     = "repo\n"
	footLen  = sha256.Size + 8 + len(tail)
	maxIndex = 256 << 20
)

func (d *Dir) place(source, key string) string {
	dir, name := hashed("repository", source, key)
	return d.file(reposDir, dir, name)
}

// Repository reads the index of a repository: nil if there is none, or none that
// is whole.
func (d *Dir) Repository(source, key string) (*Repository, error) {
	r, err := readIndex(d.place(source, key))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrDamaged):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the state of %s: %w", key, err)
	case r.Source != source || r.Key != key:
		return nil, nil
	}
	return r, nil
}

func readIndex(name string) (*Repository, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	foot := make([]byte, footLen)
	if info.Size() < int64(len(head)+footLen) {
		return nil, ErrDamaged
	}
	if _, err := f.ReadAt(foot, info.Size()-int64(footLen)); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(foot[sha256.Size:])
	if string(foot[sha256.Size+8:]) != tail || n > maxIndex || int64(n) > info.Size()-int64(len(head)+footLen) {
		return nil, ErrDamaged
	}
	index := make([]byte, n)
	end := info.Size() - int64(footLen) - int64(n) // of the contents
	if _, err := f.ReadAt(index, end); err != nil {
		return nil, err
	}
	r := &Repository{file: name, sum: digest.Of(index)}
	if !bytes.Equal(r.sum[:], foot[:sha256.Size]) || json.Unmarshal(index, r) != nil || slices.ContainsFunc(r.Files, func(f File) bool { return !f.within(end) }) {
		return nil, ErrDamaged
	}
	return r, nil
}

// within tells whether the content lies before an end. An index may come from
// elsewhere, such as the job that crawled a part, and say of sizes what it likes.
func (f File) within(end int64) bool {
	return f.Size >= 0 && f.At >= 0 && f.Size <= end && f.At <= end-f.Size
}

// Read reads the content of one of the files. It is ErrDamaged if that is not
// what was written, or the repository has been fetched anew since its index was
// read.
func (r *Repository) Read(file File) ([]byte, error) {
	f, err := os.Open(r.file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Path, reason(err))
	}
	defer f.Close()
	return readPart(f, file)
}

func readPart(f io.ReaderAt, file File) ([]byte, error) {
	b := make([]byte, file.Size)
	if n, err := f.ReadAt(b, file.At); err != nil && (n < len(b) || !errors.Is(err, io.EOF)) {
		return nil, fmt.Errorf("%s: %w", file.Path, ErrDamaged)
	}
	if digest.Of(b) != file.Sum {
		return nil, fmt.Errorf("%s: %w", file.Path, ErrDamaged)
	}
	return b, nil
}

// reason is an error without the path of this machine.
func reason(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
