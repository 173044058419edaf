package prepare

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"callboard/internal/repofs"
)

// Files reads files of a repository for one page, within the limits, and keeps
// which they were. It is for one goroutine.
type Files struct {
	snap    *repofs.Snapshot
	reads   []Read
	listed  bool
	count   int
	bytes   int
	matches int
}

// NewFiles reads files of a snapshot.
func NewFiles(snap *repofs.Snapshot) *Files { return &Files{snap: snap} }

// errMissing is the reason why most files cannot be read.
var errMissing = errors.New("there is no such file in the repository")

// Listed tells whether it was asked which files there are.
func (f *Files) Listed() bool { return f.listed }

// Under reads files by their paths from a directory of the repository, as
// extensions of Markdown name them; false is for those that cannot be read.
// Images are as they are, all else is text.
func (f *Files) Under(dir string) func(name string) (text string, ok bool) {
	return func(name string) (string, bool) {
		read := f.Read
		switch strings.ToLower(path.Ext(name)) {
		case ".png", ".jpg", ".jpeg", ".gif":
			read = f.bytesOf
		}
		s, err := read(path.Join(dir, name))
		return s, err == nil
	}
}

// Read gives the text of a file by its path in the repository. The error is a
// clause for the page's author: there is no such file, or a limit is reached.
func (f *Files) Read(file string) (string, error) {
	s, err := f.bytesOf(file)
	if s = unix(s); !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	return s, err
}

// bytesOf is the content of a file.
func (f *Files) bytesOf(file string) (string, error) {
	file = path.Clean(file)
	if !fs.ValidPath(file) {
		return "", errors.New("the path leads out of the repository")
	}
	if f.count++; f.count > MaxReads {
		return "", fmt.Errorf("the page reads more than %d files", MaxReads)
	}
	b, sum, err := f.snap.ReadSum(file)
	f.note(Read{file, sum})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", errMissing
	case err != nil:
		return "", errors.New("the file cannot be read")
	}
	if f.bytes += len(b); f.bytes > MaxBytes {
		return "", fmt.Errorf("the page reads more than %d bytes", MaxBytes)
	}
	return string(b), nil
}

// has tells whether there is a file, and remembers that it was asked for.
func (f *Files) has(file string) bool {
	if !fs.ValidPath(file) {
		return false
	}
	if _, ok := f.snap.Lookup(file); ok {
		return true
	}
	f.note(Read{Path: file})
	return false
}

func (f *Files) note(r Read) {
	if !slices.ContainsFunc(f.reads, func(have Read) bool { return have.Path == r.Path }) && len(f.reads) < 4*MaxReads {
		f.reads = append(f.reads, r)
	}
}

// Reads are the files that were read or looked for so far, sorted.
func (f *Files) Reads() []Read {
	out := slices.Clone(f.reads)
	slices.SortFunc(out, func(a, b Read) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// Current tells whether what was read of a snapshot is as it was.
func Current(snap *repofs.Snapshot, reads []Read) bool {
	for _, r := range reads {
		sum, err := snap.Sum(r.Path)
		if err != nil && !r.Sum.IsZero() || err == nil && sum != r.Sum {
			return false
		}
	}
	return true
}
