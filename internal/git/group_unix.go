//go:build unix

package git

import (
	"os/exec"
	"syscall"
)

// together puts a command into a group of its own, which ends as a whole: git
// starts others that speak to the network.
func together(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
			return cmd.Process.Kill()
		}
		return nil
	}
}
