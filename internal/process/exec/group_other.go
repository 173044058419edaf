//go:build !unix

package exec

import (
	"os"
	"syscall"
)

// ownGroup does nothing where there are no process groups.
func ownGroup() *syscall.SysProcAttr { return nil }

func killGroup(p *os.Process) { _ = p.Kill() }
