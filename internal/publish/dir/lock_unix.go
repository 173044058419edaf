//go:build unix

package dir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"callboard/internal/publish"
)

// lockName is locked while something is compared and written. The system lets go
// of it when a process ends, however it does.
var lockName = filepath.FromSlash(publish.Prefix + "lock")

func (s *Store) lock() (unlock func(), err error) {
	s.mu.Lock()
	defer func() {
		if err != nil {
			s.mu.Unlock()
		}
	}()
	if err := s.root.MkdirAll(filepath.Dir(lockName), 0o755); err != nil {
		return nil, err
	}
	f, err := s.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { f.Close(); s.mu.Unlock() }, nil
}

// gone tells that there is no file of a name: nothing of that name, or something
// that is no directory above it.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
