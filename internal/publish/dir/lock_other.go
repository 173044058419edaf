//go:build !unix

package dir

import (
	"errors"
	"io/fs"
)

// lock keeps others of this process out. Other processes on such systems are kept
// out by the lease alone.
func (s *Store) lock() (unlock func(), err error) {
	s.mu.Lock()
	return s.mu.Unlock, nil
}

// gone tells that there is no file of a name.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
