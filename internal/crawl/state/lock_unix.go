//go:build unix

package state

import (
	"os"
	"syscall"
)

// lock keeps other crawls out until the file is closed, also by the end of the
// process.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
