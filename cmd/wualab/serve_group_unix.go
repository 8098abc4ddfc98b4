//go:build unix

package main

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// ownGroup gives the client a process group of its own, so that what it starts can be
// ended with it. A client at a terminal stays in ours, where Ctrl-C reaches all and it
// may read.
func ownGroup(cmd *exec.Cmd, terminal bool) {
	if !terminal {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
	cmd.Cancel = func() error {
		if terminal {
			return cmd.Process.Signal(syscall.SIGINT)
		}
		return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
	}
}

// endGroup ends what the client has left behind: at first politely, and after grace for
// good. It returns when all are gone, or have got the last signal.
func endGroup(cmd *exec.Cmd, grace time.Duration) (left bool) {
	if cmd.Process == nil || cmd.SysProcAttr == nil {
		return false
	}
	group := -cmd.Process.Pid
	if errors.Is(syscall.Kill(group, syscall.SIGTERM), syscall.ESRCH) {
		return false
	}
	for until := time.Now().Add(grace); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if errors.Is(syscall.Kill(group, 0), syscall.ESRCH) {
			return true
		}
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	return true
}
