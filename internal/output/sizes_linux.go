package output

import (
	"os"

	"golang.org/x/sys/unix"
)

// sizes tells the sizes of a portal's files. Asking relative to the open
// directory saves the kernel the way there and us the path.
type sizes struct{ dir *os.File }

func openSizes(out string) (sizes, error) {
	dir, err := os.Open(out)
	return sizes{dir}, err
}

// of is the size of a regular file, false if there is none.
func (s sizes) of(path string) (int64, bool) {
	var st unix.Stat_t
	for {
		err := unix.Fstatat(int(s.dir.Fd()), path, &st, unix.AT_SYMLINK_NOFOLLOW)
		if err != unix.EINTR {
			return st.Size, err == nil && st.Mode&unix.S_IFMT == unix.S_IFREG
		}
	}
}

func (s sizes) close() error { return s.dir.Close() }
