package repofs

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// lister lists the directories below a root with few system calls: each is
// opened by its one name in the directory above, which is still open, and never
// through a link; its files are asked for relative to it. The kernel tells what
// is a directory or a link already when it lists them.
type lister struct {
	root *os.Root
	top  *os.File
	open []openDir // the top and the directories below each other on the way to the last listed
	buf  []byte

	// What is read of one directory, in memory that the next one uses again.
	text  []byte
	ends  []int // where each name ends in text
	types []byte
}

type openDir struct {
	path string
	fd   int
}

func newLister(root *os.Root) *lister { return &lister{root: root, buf: make([]byte, 8<<10)} }

func (l *lister) close() {
	l.leave("")
	if l.top != nil {
		l.top.Close()
	}
}

// leave closes directories until the given one is the last.
func (l *lister) leave(dir string) {
	for n := len(l.open) - 1; n >= 0 && l.open[n].path != dir; n-- {
		if n > 0 { // the top is closed with its file
			unix.Close(l.open[n].fd)
		}
		l.open = l.open[:n]
	}
}

// enter opens a directory.
func (l *lister) enter(dir string) (fd int, err error) {
	if dir == "." {
		l.close()
		if l.top, err = l.root.Open("."); err != nil {
			return -1, err
		}
		fd = int(l.top.Fd())
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
	for {
		fd, err := unix.Openat(l.open[len(l.open)-1].fd, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

func (l *lister) list(dir string) ([]entry, error) {
	fd, err := l.enter(dir)
	if err != nil {
		return nil, err
	}
	if err := l.read(fd); err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: dir, Err: err}
	}
	out := make([]entry, 0, len(l.ends))
	names, from := string(l.text), 0
	for i, end := range l.ends {
		e := entry{name: names[from:end]}
		if from = end; describe(fd, l.types[i], &e) {
			out = append(out, e)
		}
	}
	return out, nil
}

// read reads a directory: its names, and what the kernel says they are.
func (l *lister) read(fd int) error {
	l.text, l.ends, l.types = l.text[:0], l.ends[:0], l.types[:0]
	for {
		n, err := unix.Getdents(fd, l.buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return err
		}
		l.take(l.buf[:n])
	}
}

func (l *lister) take(b []byte) {
	for {
		name, typ, rest, ok := dirent(b)
		if !ok {
			return
		}
		if b = rest; inside(name) {
			l.text, l.types = append(l.text, name...), append(l.types, typ)
			l.ends = append(l.ends, len(l.text))
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
func inside(name []byte) bool {
	return len(name) > 0 && string(name) != "." && string(name) != ".." && bytes.IndexByte(name, '/') < 0
}

// describe fills in what a name is. It is false for what is no file, directory
// or link, and for what is gone since it was listed.
func describe(fd int, typ byte, e *entry) bool {
	switch typ {
	case unix.DT_DIR:
		e.mode = fs.ModeDir
		return true
	case unix.DT_LNK:
		e.mode = fs.ModeSymlink
		return true
	case unix.DT_REG, unix.DT_UNKNOWN:
	default:
		return false
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
