//go:build unix

package exec

import (
	"os"
	"syscall"
)

// ownGroup puts a process into a group of its own, so that it can be killed
// with those that it starts.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func killGroup(p *os.Process) {
	if err := syscall.Kill(-p.Pid, syscall.SIGKILL); err != nil {
		_ = p.Kill() // it has ended already
	}
}
