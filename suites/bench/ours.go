//go:build linux

package main

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

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
)

// ours is the fake proxy in a process of its own, as squid is.
type ours struct {
	addr string
	cmd  *exec.Cmd
	in   io.Closer
}

// startOurs runs this program again, as the proxy.
func startOurs(profile string) (*ours, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &ours{cmd: exec.Command(self, "-serve", "-profile", profile)}
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
		return nil, errors.Join(fmt.Errorf("fakeproxy did not come up: %w", err), p.stop())
	}
	p.addr = strings.TrimSpace(line)
	return p, nil
}

func (p *ours) group() int { return p.cmd.Process.Pid }

func (p *ours) stop() error { return errors.Join(p.in.Close(), p.cmd.Wait()) }

// serveProxy is the other process: it says where it listens and serves until in ends.
func serveProxy(profile string, in io.Reader, out io.Writer) error {
	proxy, err := newProxy()
	if err != nil {
		return err
	}
	stop, err := profileTo(profile)
	if err != nil {
		return errors.Join(err, proxy.Close())
	}
	fmt.Fprintln(out, proxy.Addr())
	_, err = io.Copy(io.Discard, in)
	return errors.Join(err, stop(), proxy.Close())
}

func newProxy() (*fakeproxy.Server, error) {
	return fakeproxy.New(fakeproxy.Config{Name: "corp", Auth: &fakeproxy.Auth{
		Schemes:       []httpauth.Scheme{httpauth.NTLM},
		Accounts:      ntlm.NewAccounts(ntlm.Account{Domain: domain, User: user, Password: password}),
		NetBIOSDomain: domain,
	}})
}

// profileTo begins a CPU profile and gives what ends it; no name is no profile.
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
