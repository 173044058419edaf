//go:build !unix

package git

import "os/exec"

// together does nothing where there are no process groups.
func together(*exec.Cmd) {}
