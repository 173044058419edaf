package repofs

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"callboard/internal/diag"
)

// Limits of an archive. One beyond them is not read on.
const (
	MaxUnpacked = 1 << 30 // bytes
	MaxHeaders  = 2 * MaxFiles
	// MaxNames is how many bytes the names of all entries, and of what links lead
	// to, may have together: these are kept while the archive is read, and one name
	// may be as long as a file.
	MaxNames = 64 << 20
)

// ArchiveError tells that an archive is cut off, damaged or beyond a limit. What
// was taken of it until then is good, and is not all.
type ArchiveError struct {
	// Limit tells that the archive is beyond a limit: asking for it once more does
	// not help.
	Limit bool
	Err   error
}

func (e *ArchiveError) Error() string { return "archive: " + e.Err.Error() }
func (e *ArchiveError) Unwrap() error { return e.Err }

// Archive is what an archive held.
type Archive struct {
	// Entries are all entries in the order of the archive, names as they stood
	// there, but for the one directory that they all are in.
	Entries []Entry
	// Commit is the commit that git wrote into it, or "".
	Commit string
}

// Untar reads a gzipped tar stream as hosts make them of a tree. Nothing is
// unpacked: a file for which want is true goes to take, one at a time, and no
// other content is kept. A content larger than MaxRead is never wanted. The error
// is an *ArchiveError for what is wrong with the archive, and otherwise that of
// ctx, take or the stream.
func Untar(ctx context.Context, stream io.Reader, want func(Entry) bool, take func(Entry, []byte) error) (*Archive, error) {
	return untarWithin(ctx, stream, MaxUnpacked, want, take)
}

func untarWithin(ctx context.Context, stream io.Reader, most int64, want func(Entry) bool, take func(Entry, []byte) error) (*Archive, error) {
	in := &sourceStream{ctx: ctx, r: stream}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, in.archiveError(err)
	}
	u := &untar{out: &Archive{}, in: in, flat: &capped{r: z, most: most, left: most}, want: want, take: take}
	u.tar = tar.NewReader(u.flat)
	for headers := 0; ; headers++ {
		if headers > MaxHeaders {
			return u.out, &ArchiveError{true, fmt.Errorf("it has more than %d entries", MaxHeaders)}
		}
		h, err := u.tar.Next()
		if errors.Is(err, io.EOF) {
			return u.out, u.end()
		}
		if err == nil {
			err = u.entry(h)
		}
		if err != nil {
			return u.out, u.failed(err)
		}
	}
}

type untar struct {
	out  *Archive
	in   *sourceStream
	flat *capped
	tar  *tar.Reader
	want func(Entry) bool
	take func(Entry, []byte) error
	top  string // the directory that all is in
	// names is how many bytes of names are kept.
	names int
}

// ours is an error of what was called, which is not the archive's.
type ours struct{ err error }

func (e ours) Error() string { return e.err.Error() }

func (u *untar) failed(err error) error {
	if o, ok := err.(ours); ok {
		return o.err
	}
	return u.in.archiveError(err)
}

// end sees to it that the archive is whole: two blocks of zeros end it, and the
// stream has the checksum that it says.
func (u *untar) end() error {
	if u.flat.ended {
		return u.in.archiveError(io.ErrUnexpectedEOF)
	}
	if _, err := io.Copy(io.Discard, u.flat); err != nil {
		return u.in.archiveError(err)
	}
	return nil
}

func (u *untar) entry(h *tar.Header) error {
	e := Entry{Size: h.Size}
	switch h.Typeflag {
	case tar.TypeXGlobalHeader:
		u.out.Commit = commit(h.PAXRecords["comment"])
		return nil
	case tar.TypeReg:
	case tar.TypeSymlink:
		e.Kind, e.Target, e.Size = Link, h.Linkname, int64(len(h.Linkname))
	default:
		return nil // directories; what git does not hold, such as devices
	}
	top, name, ok := strings.Cut(h.Name, "/")
	if u.top == "" {
		u.top = top
	}
	if !ok || top != u.top {
		return &ArchiveError{Err: fmt.Errorf("%q is not in the directory %q", shorten(h.Name), shorten(u.top))}
	}
	e.Path = name
	if u.names += len(e.Path) + len(e.Target); u.names > MaxNames {
		return &ArchiveError{true, fmt.Errorf("the names in it have more than %d bytes", MaxNames)}
	}
	u.out.Entries = append(u.out.Entries, e)
	if e.Kind != Regular || e.Size > MaxRead || !u.want(e) {
		return nil
	}
	b := make([]byte, e.Size)
	if _, err := io.ReadFull(u.tar, b); err != nil {
		return err
	}
	if err := u.take(e, b); err != nil {
		return ours{err}
	}
	return nil
}

// commit is a comment if it is a commit.
func commit(s string) string {
	if n := len(s); n != 40 && n != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}

// sourceStream is the stream. It remembers why it broke, which the readers above it
// call a damaged archive.
type sourceStream struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *sourceStream) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// archiveError is what is wrong: the stream, or the archive in it.
func (s *sourceStream) archiveError(err error) error {
	if s.err != nil {
		return s.err
	}
	if ae, ok := errors.AsType[*ArchiveError](err); ok {
		return ae
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &ArchiveError{Err: err}
}

// capped is a reader that gives no more than so much, and knows whether it has
// told its end.
type capped struct {
	r          io.Reader
	most, left int64
	ended      bool
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, &ArchiveError{true, fmt.Errorf("it unpacks to more than %d bytes", c.most)}
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	c.ended = c.ended || n == 0 && errors.Is(err, io.EOF)
	return n, err
}

// pointer is how the file begins that git LFS puts in the place of another
// (git-lfs, docs/spec.md).
const (
	pointer    = "version https://git-lfs.github.com/spec/"
	maxPointer = 1024
)

// IsPointer tells whether a content is a pointer of git LFS to the content that
// is meant.
func IsPointer(content []byte) bool {
	return len(content) < maxPointer && strings.HasPrefix(string(content), pointer)
}

// ReportPointer reports a pointer of git LFS, which is left out.
func (r *Reporter) ReportPointer(file string) {
	r.Report(file, diag.Warning, CodePointer, "the content is kept in Git LFS and is not read here", "commit the file itself")
}
