package repofs

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"iter"
	"path"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// lister lists the directories below one with few system calls: each is opened
// by its one name in the directory above, which is still open, and never through
// a link; its files are asked for relative to it. The kernel tells what is a
// directory or a link already when it lists them.
type lister struct {
	d    *Dir
	open []openDir // the top and the directories below each other on the way to the last listed
	*dirReader
}

type openDir struct {
	path string
	fd   int
}

func newLister(d *Dir) *lister { return &lister{d: d, dirReader: readers.Get().(*dirReader)} }

func (l *lister) close() {
	l.leave("")
	readers.Put(l.dirReader)
	l.dirReader = nil
}

// leave closes directories until the given one is the last.
func (l *lister) leave(dir string) {
	for n := len(l.open) - 1; n >= 0 && l.open[n].path != dir; n-- {
		if n > 0 { // the top stays open
			unix.Close(l.open[n].fd)
		}
		l.open = l.open[:n]
	}
}

// enter opens a directory.
func (l *lister) enter(dir string) (fd int, err error) {
	if dir == "." {
		l.leave("")
		if fd, err = l.d.descriptor(); err != nil {
			return -1, err
		}
	} else {
		l.leave(path.Dir(dir))
		fd, err = l.openBelow(path.Base(dir))
		if err != nil {
			return -1, &fs.PathError{Op: "openat", Path: dir, Err: err}
		}
	}
	l.open = append(l.open, openDir{dir, fd})
	return fd, nil
}

func (l *lister) openBelow(name string) (int, error) {
	if len(l.open) == 0 {
		return -1, fs.ErrInvalid
	}
	return openat(l.open[len(l.open)-1].fd, name, dirFlags)
}

func (l *lister) list(dir string) ([]entry, error) {
	fd, err := l.enter(dir)
	if err != nil {
		return nil, err
	}
	if dir == "." {
		err = l.readTop(fd)
	} else {
		err = l.read(fd)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: dir, Err: err}
	}
	out := make([]entry, 0, len(l.ends))
	for name, typ := range l.names() {
		if e := (entry{name: name}); describe(fd, typ, &e) {
			out = append(out, e)
		}
	}
	return out, nil
}

// readTop reads the directory whose descriptor stays open, from its beginning.
func (l *lister) readTop(fd int) error {
	l.d.listing.Lock()
	defer l.d.listing.Unlock()
	if _, err := unix.Seek(fd, 0, unix.SEEK_SET); err != nil {
		return err
	}
	return l.read(fd)
}

// dirReader reads directories: names, and what the kernel says they are.
type dirReader struct {
	buf []byte

	// What is read of one directory, in memory that the next one uses again.
	text  []byte
	ends  []int // where each name ends in text
	types []byte
}

// readers are kept: there is a directory to be read all the time.
var readers = sync.Pool{New: func() any { return &dirReader{buf: make([]byte, 8<<10)} }}

// read reads a directory whole.
func (r *dirReader) read(fd int) error {
	r.text, r.ends, r.types = r.text[:0], r.ends[:0], r.types[:0]
	for {
		more, err := r.more(fd)
		if err != nil || !more {
			return err
		}
	}
}

// some reads a part of a directory; false at its end.
func (r *dirReader) some(fd int) (more bool, err error) {
	r.text, r.ends, r.types = r.text[:0], r.ends[:0], r.types[:0]
	return r.more(fd)
}

func (r *dirReader) more(fd int) (bool, error) {
	for {
		n, err := unix.Getdents(fd, r.buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return false, err
		}
		r.take(r.buf[:n])
		return true, nil
	}
}

// names are the names that were read, with their types.
func (r *dirReader) names() iter.Seq2[string, byte] {
	return func(yield func(string, byte) bool) {
		names, from := string(r.text), 0
		for i, end := range r.ends {
			if !yield(names[from:end], r.types[i]) {
				return
			}
			from = end
		}
	}
}

func (r *dirReader) take(b []byte) {
	for {
		name, typ, rest, ok := dirent(b)
		if !ok {
			return
		}
		if b = rest; inside(string(name)) {
			r.text, r.types = append(r.text, name...), append(r.types, typ)
			r.ends = append(r.ends, len(r.text))
		}
	}
}

// dirent takes one linux_dirent64 off a buffer: inode and offset, of 8 bytes
// each, the length of the whole in 2, the type in 1, and the name up to a zero.
func dirent(b []byte) (name []byte, typ byte, rest []byte, ok bool) {
	const head = 19
	if len(b) < head {
		return nil, 0, nil, false
	}
	n := int(binary.NativeEndian.Uint16(b[16:]))
	if n < head || n > len(b) {
		return nil, 0, nil, false
	}
	name = b[head:n]
	if i := bytes.IndexByte(name, 0); i >= 0 {
		name = name[:i]
	}
	return name, b[18], b[n:], true
}

// inside tells whether a name is that of something in the directory, whatever
// file system made it up.
func inside(name string) bool {
	return name != "" && name != "." && name != ".." && strings.IndexByte(name, '/') < 0
}

// typeOf is what a name is by what the kernel says in the listing; false if it
// leaves that open.
func typeOf(typ byte) (fs.FileMode, bool) {
	switch typ {
	case unix.DT_DIR:
		return fs.ModeDir, true
	case unix.DT_LNK:
		return fs.ModeSymlink, true
	case unix.DT_REG:
		return 0, true
	case unix.DT_UNKNOWN:
		return 0, false
	}
	return fs.ModeIrregular, true
}

// describe fills in what a name is. It is false for what is no file, directory
// or link, and for what is gone since it was listed.
func describe(fd int, typ byte, e *entry) bool {
	mode, known := typeOf(typ)
	if e.mode = mode; known && mode != 0 {
		return mode&fs.ModeIrregular == 0
	}
	var st unix.Stat_t
	for {
		err := unix.Fstatat(fd, e.name, &st, unix.AT_SYMLINK_NOFOLLOW)
		if err == nil {
			break
		}
		if err != unix.EINTR {
			return false
		}
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		e.mode = fs.ModeDir
	case unix.S_IFLNK:
		e.mode = fs.ModeSymlink
	case unix.S_IFREG:
		e.size, e.stamp = st.Size, Stamp{unix.TimespecToNsec(st.Mtim), st.Ino}
	default:
		return false
	}
	return true
}
