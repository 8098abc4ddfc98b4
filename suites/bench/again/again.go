//go:build linux

// Package again runs the program that is running a second time, as the server that it
// measures: a process of its own, as the programs are that it is compared with.
package again

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/pprof"
	"strings"
	"syscall"
)

// Process is the program run once more. It belongs to one goroutine.
type Process struct {
	cmd   *exec.Cmd
	in    io.Closer
	words []string
}

// Start runs this program with other arguments, and waits until it has called Serve.
func Start(args ...string) (*Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &Process{cmd: exec.Command(self, args...)}
	p.cmd.Stderr = os.Stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s %s did not come up: %w", self, strings.Join(args, " "), err), p.Stop())
	}
	p.words = strings.Fields(line)
	return p, nil
}

// Words are what the process told Serve.
func (p *Process) Words() []string { return p.words }

// Group is its process group, for peer.CPUTime.
func (p *Process) Group() int { return p.cmd.Process.Pid }

// Stop ends it and waits.
func (p *Process) Stop() error { return errors.Join(p.in.Close(), p.cmd.Wait()) }

// Serve is the other side: it tells Start some words, such as addresses, and returns
// when Stop was called. A CPU profile of what happens between goes to the file of that
// name; no name is no profile.
func Serve(profile string, words ...string) error {
	stop, err := profileTo(profile)
	if err != nil {
		return err
	}
	fmt.Println(strings.Join(words, " "))
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, stop())
}

func profileTo(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error { pprof.StopCPUProfile(); return f.Close() }, nil
}
