//go:build linux

package peer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// How long a program may take to come up, and to go on its own.
const (
	startTimeout = 30 * time.Second
	stopTimeout  = 5 * time.Second
	pollInterval = 50 * time.Millisecond
)

// watched runs a program and, when the pipe at descriptor 3 closes because the
// test process has died, ends the whole process group.
const watched = `"$@" </dev/null 3<&- &
child=$!
(cat <&3 >/dev/null; trap '' TERM; kill -TERM 0; sleep 3; kill -KILL 0) &
wait $child`

// process is one program with all its children: a process group.
type process struct {
	name  string
	cmd   *exec.Cmd
	alive *os.File // the pipe whose closing ends the group
	log   string
	done  chan struct{}
}

// command is what to run: a program of /usr/bin or /usr/sbin with its
// arguments, and environment variables beyond our own.
type command struct {
	program string
	args    []string
	env     []string
}

// start runs a program whose output goes to a file in dir, and waits until
// ready gives no error.
func start(c command, dir string, ready func() error) (*process, error) {
	path, err := find(c.program)
	if err != nil {
		return nil, err
	}
	p := &process{name: c.program, log: filepath.Join(dir, c.program+".out"), done: make(chan struct{})}
	if err := p.launch(append([]string{path}, c.args...), c.env); err != nil {
		return nil, fmt.Errorf("%s: %w", c.program, err)
	}
	if err := p.await(ready); err != nil {
		tail := p.tail()
		return nil, errors.Join(fmt.Errorf("%s did not come up: %w; its last lines:\n%s", c.program, err, tail), p.stop())
	}
	return p, nil
}

func (p *process) launch(argv, env []string) error {
	out, err := os.Create(p.log)
	if err != nil {
		return err
	}
	defer out.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	p.alive = write
	p.cmd = exec.Command("/bin/sh", append([]string{"-c", watched, "sh"}, argv...)...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.ExtraFiles = []*os.File{read}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := p.cmd.Start(); err != nil {
		return errors.Join(err, write.Close())
	}
	go func() {
		_ = p.cmd.Wait() // the log tells more than the exit status
		close(p.done)
	}()
	return nil
}

func (p *process) await(ready func() error) error {
	deadline := time.Now().Add(startTimeout)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return errors.New("it ended")
		case <-time.After(pollInterval):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not ready after %s: %w", startTimeout, err)
		}
	}
}

// stop ends the whole group, by force when it does not go in time.
func (p *process) stop() error {
	if p == nil {
		return nil
	}
	group := p.cmd.Process.Pid
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		_ = syscall.Kill(-group, signal) // no such group is what we want
		if gone(group, stopTimeout) {
			<-p.done
			return p.alive.Close()
		}
	}
	return fmt.Errorf("%s: process group %d survives SIGKILL", p.name, group)
}

func gone(group int, within time.Duration) bool {
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(pollInterval) {
		if !running(group) {
			return true
		}
	}
	return false
}

// killCalled ends the processes that were called with an argument, such as
// samba-dcerpcd, which leaves the group of the daemon that started it.
func killCalled(argument string) error {
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range lines {
		text, _ := os.ReadFile(file) // one that has just ended has none
		if !slices.Contains(strings.Split(string(text), "\x00"), argument) {
			continue
		}
		if pid, notOne := strconv.Atoi(filepath.Base(filepath.Dir(file))); notOne == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
		}
	}
	return err
}

// running says whether a process of the group runs. Zombies do not count:
// orphans stay such for ever where no init collects them.
func running(group int) bool {
	for _, fields := range members(group) {
		if fields[0] != "Z" {
			return true
		}
	}
	return false
}

// members gives, for each process of a group, the columns of /proc/PID/stat that
// follow the name: state, parent, group and so on, as proc(5) lists them from 3.
func members(group int) [][]string {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil
	}
	var found [][]string
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has just ended
		}
		_, after, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(after); len(fields) > systemTicks && fields[2] == fmt.Sprint(group) {
			found = append(found, fields)
		}
	}
	return found
}

// Columns of members, in ticks of 10 ms on every Linux of today.
const (
	userTicks, systemTicks = 11, 12
	tick                   = 10 * time.Millisecond
)

// CPUTime is what the living processes of a group have used of the processors.
func CPUTime(group int) time.Duration {
	var used time.Duration
	for _, fields := range members(group) {
		for _, column := range []int{userTicks, systemTicks} {
			ticks, err := strconv.Atoi(fields[column])
			if err == nil {
				used += time.Duration(ticks) * tick
			}
		}
	}
	return used
}

// tail gives the last lines of the program's output.
func (p *process) tail() string { return lastLines(p.log) }

func lastLines(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// find looks for a program also where a user's PATH has no administrator's
// folders.
func find(program string) (string, error) {
	for _, candidate := range []string{program, "/usr/sbin/" + program, "/usr/bin/" + program} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: not installed; suites/interop/install.sh installs it", program)
}
