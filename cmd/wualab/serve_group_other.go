//go:build !unix

package main

import (
	"os/exec"
	"time"
)

// ownGroup lets the client be killed; there are no process groups here.
func ownGroup(cmd *exec.Cmd, _ bool) { cmd.Cancel = func() error { return cmd.Process.Kill() } }

// endGroup does nothing: what the client has left behind stays.
func endGroup(*exec.Cmd, time.Duration) (left bool) { return false }
