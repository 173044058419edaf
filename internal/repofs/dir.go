package repofs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
)

// Dir is a directory that is open. What is in it is listed and read by its name
// below it, and never outside: a link that leads out of it leads nowhere. It does
// the work of an os.Root, in fewer system calls where the system is known. Its
// methods may be called from several goroutines.
type Dir struct {
	handle

	up   *Dir // the directory that it was opened in, by this name
	name string

	mu   sync.Mutex
	root *os.Root // nil until it is wanted
}

// DirOf is the directory of a root, which must stay open as long as it is used,
// and is not closed with it.
func DirOf(root *os.Root) *Dir { return &Dir{root: root, handle: noHandle()} }

// Sub opens a directory below d by its path, which must be one that a listing
// told of. d must stay open as long as it is used.
func (d *Dir) Sub(path string) (*Dir, error) {
	h, err := d.openDir(path)
	if err != nil {
		return nil, err
	}
	return &Dir{handle: h, up: d, name: path}, nil
}

// Close closes what was opened for it.
func (d *Dir) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.handle.close()
	if d.up != nil && d.root != nil {
		err = errors.Join(err, d.root.Close())
		d.root = nil
	}
	return err
}

// slow is the directory as package os has it. What is rare goes this way, such as
// links.
func (d *Dir) slow() (*os.Root, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root != nil {
		return d.root, nil
	}
	above, err := d.up.slow()
	if err != nil {
		return nil, err
	}
	d.root, err = above.OpenRoot(d.name)
	return d.root, err
}

// Head is the content of a regular file, at most so many bytes of it. It does not
// wait: a pipe is refused.
func (d *Dir) Head(path string, most int64) ([]byte, error) { return d.read(path, most, true) }

// openSlow opens a regular file through the root.
func (d *Dir) openSlow(path string) (*os.File, error) {
	root, err := d.slow()
	if err != nil {
		return nil, err
	}
	return Open(root, path)
}

// readSlow is read through the root.
func (d *Dir) readSlow(path string, most int64, cut bool) ([]byte, error) {
	f, err := d.openSlow(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, most, cut)
}

// NamesOf tells of what is in a directory of a file system, as Dir.Names does.
func NamesOf(fsys fs.FS, path string, each func(name string, mode fs.FileMode) bool) error {
	f, err := fsys.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	for ok {
		es, err := d.ReadDir(32)
		for _, e := range es {
			if !each(e.Name(), e.Type()) {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return &fs.PathError{Op: "readdir", Path: path, Err: errors.New("is not a directory")}
}
