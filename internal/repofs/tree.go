package repofs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// rootTree is a directory of the machine.
type rootTree struct{ *lister }

func (t rootTree) follow(p string) (fs.FileInfo, error) {
	root, err := t.d.slow()
	if err != nil {
		return nil, err
	}
	return root.Stat(p)
}

// rootLister lists directories on any system. A root of the directory itself
// makes each Lstat one system call.
type rootLister struct{ root *os.Root }

func (l rootLister) list(dir string) ([]entry, error) {
	sub, err := l.root.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer sub.Close()
	f, err := sub.Open(".")
	if err != nil {
		return nil, err
	}
	names, err := f.Readdirnames(-1)
	f.Close()
	if err != nil {
		return nil, err
	}
	out := make([]entry, 0, len(names))
	for _, n := range names {
		info, err := sub.Lstat(n)
		if err != nil {
			continue // gone since it was listed
		}
		out = append(out, entry{n, info.Mode().Type(), info.Size(), stampOf(info)})
	}
	return out, nil
}

// Open opens a regular file below root. It does not wait: a pipe is refused, and
// not opened when somebody comes to write to it.
func Open(root *os.Root, path string) (*os.File, error) {
	f, err := root.OpenFile(path, os.O_RDONLY|doNotWait, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(&fs.PathError{Op: "open", Path: path, Err: errNotRegular}, err, f.Close())
	}
	return f, nil
}

var errNotRegular = errors.New("is not a regular file")

// reader reads below a directory that is lent for each file.
func reader(lend func() (*Dir, func(), error)) readFunc {
	return func(p string, max int64) ([]byte, error) {
		d, done, err := lend()
		if err != nil {
			return nil, err
		}
		defer done()
		return d.read(p, max, false)
	}
}

type fsTree struct{ fsys fs.FS }

func (t fsTree) list(dir string) ([]entry, error) {
	des, err := fs.ReadDir(t.fsys, dir)
	if err != nil {
		return nil, err
	}
	out := make([]entry, 0, len(des))
	for _, de := range des {
		info, err := de.Info()
		if err != nil {
			continue
		}
		out = append(out, entry{name: de.Name(), mode: info.Mode(), size: info.Size()})
	}
	return out, nil
}

func (t fsTree) read(p string, max int64) ([]byte, error) {
	f, err := t.fsys.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, max, false)
}

func (t fsTree) follow(p string) (fs.FileInfo, error) {
	return nil, fmt.Errorf("%s: %w", p, fs.ErrNotExist)
}

// readAll reads a regular file: see readUpTo.
func readAll(f fs.File, most int64, cut bool) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	return readUpTo(f, info.Size(), most, cut)
}

// readUpTo reads r, with one allocation for a file whose size is known. A file
// that is larger than most, or has grown beyond it since it was listed, is cut
// there or refused.
func readUpTo(r io.Reader, size, most int64, cut bool) ([]byte, error) {
	buf := make([]byte, 0, min(size, most)+1)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch got := int64(len(buf)); {
		case got > most && cut:
			return buf[:most], nil
		case got > most:
			return nil, errors.New("grew beyond the limit while it was read")
		case errors.Is(err, io.EOF), err == nil && got == size && size > 0 && len(buf) < cap(buf):
			return buf, nil // a file gives less than is asked for at its end alone
		case err != nil:
			return nil, err
		}
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, 4096)
		}
	}
}
