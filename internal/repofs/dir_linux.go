package repofs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// handle is the descriptor of a Dir.
type handle struct {
	fd   int      // negative until it is wanted
	file *os.File // that the descriptor belongs to, if it does
	// The place in the list of a directory belongs to its descriptor.
	listing *sync.Mutex
}

func noHandle() handle { return handle{fd: -1, listing: new(sync.Mutex)} }

func (h *handle) close() (err error) {
	switch {
	case h.file != nil:
		err = h.file.Close()
	case h.fd >= 0:
		err = unix.Close(h.fd)
	}
	h.fd, h.file = -1, nil
	return err
}

// descriptor is that of the directory.
func (d *Dir) descriptor() (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fd >= 0 {
		return d.fd, nil
	}
	if d.root == nil || d.up != nil {
		return -1, fs.ErrClosed
	}
	f, err := d.root.Open(".")
	if err != nil {
		return -1, err
	}
	d.file, d.fd = f, int(f.Fd())
	return d.fd, nil
}

const (
	dirFlags  = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
	fileFlags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOFOLLOW | unix.O_CLOEXEC
)

func openat(fd int, name string, flags int) (int, error) {
	for {
		n, err := unix.Openat(fd, name, flags, 0)
		if err != unix.EINTR {
			return n, err
		}
	}
}

// descend opens something below a directory: the directories on the way and what
// they lead to, each by its one name in the one above and never through a link.
func (d *Dir) descend(p string, flags int) (int, error) {
	fd, err := d.descriptor()
	if err != nil {
		return -1, err
	}
	if p != "." && !local(p) {
		return -1, &fs.PathError{Op: "openat", Path: p, Err: fs.ErrInvalid}
	}
	at, owned := fd, false
	for rest := p; ; {
		name, more, deeper := strings.Cut(rest, "/")
		want := flags
		if deeper {
			want = dirFlags
		}
		next, err := openat(at, name, want)
		if owned {
			unix.Close(at)
		}
		if err != nil {
			return -1, &fs.PathError{Op: "openat", Path: p, Err: err}
		}
		if !deeper {
			return next, nil
		}
		at, owned, rest = next, true, more
	}
}

// local tells whether a path is a way down, whatever bytes its names are of.
func local(p string) bool {
	for name := range strings.SplitSeq(p, "/") {
		if !inside(name) {
			return false
		}
	}
	return true
}

func (d *Dir) openDir(p string) (handle, error) {
	fd, err := d.descend(p, dirFlags)
	if err != nil {
		return handle{}, err
	}
	h := noHandle()
	h.fd = fd
	return h, nil
}

// Names tells of what is in a directory, its own being ".", in any order, until
// each has had enough.
func (d *Dir) Names(dir string, each func(name string, mode fs.FileMode) bool) error {
	fd, err := d.descend(dir, dirFlags)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	r := readers.Get().(*dirReader)
	defer readers.Put(r)
	for {
		more, err := r.some(fd)
		if err != nil {
			return &fs.PathError{Op: "readdir", Path: dir, Err: err}
		}
		for name, typ := range r.names() {
			mode, known := typeOf(typ)
			if !known {
				e := entry{name: name}
				if !describe(fd, typ, &e) {
					continue
				}
				mode = e.mode
			}
			if !each(name, mode) {
				return nil
			}
		}
		if !more {
			return nil
		}
	}
}

// Is tells whether d is the directory that info is about.
func (d *Dir) Is(info fs.FileInfo) bool {
	fd, err := d.descriptor()
	if err != nil {
		return false
	}
	var own unix.Stat_t
	other, ok := info.Sys().(*syscall.Stat_t)
	return ok && unix.Fstat(fd, &own) == nil && own.Dev == other.Dev && own.Ino == other.Ino
}

// read is the content of a regular file; one of more bytes than most is cut
// there, or refused. What cannot be opened without links goes through the root,
// which follows those that stay inside.
func (d *Dir) read(p string, most int64, cut bool) ([]byte, error) {
	fd, err := d.descend(p, fileFlags)
	if isLink(err) {
		return d.readSlow(p, most, cut)
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, &fs.PathError{Op: "fstat", Path: p, Err: err}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, &fs.PathError{Op: "open", Path: p, Err: errNotRegular}
	}
	return readUpTo(descriptor(fd), st.Size, most, cut)
}

func isLink(err error) bool { return errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOTDIR) }

// descriptor is an open file.
type descriptor int

// Read makes it an io.Reader.
func (d descriptor) Read(b []byte) (int, error) {
	for {
		n, err := unix.Read(int(d), b)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, err
		case n == 0 && len(b) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}
