//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/wualab/wualab/suites/interop/peer"
)

// bench is a server with the file, and a folder to download to.
type bench struct {
	options
	self string // this program
	url  string
}

func compare(o options, out io.Writer) (err error) {
	b := bench{options: o}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	nginx, err := peer.StartNginx(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, nginx.Stop()) }()
	if err := nginx.AddSparse("big.bin", o.size); err != nil {
		return err
	}
	b.url = "http://" + nginx.Addr() + "/big.bin"
	if b.dir, err = os.MkdirTemp(o.dir, "wualab-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	fmt.Fprintf(out, "%d bytes, %d rounds; seconds: median (least), processor\n%-34s %15s %6s %8s %15s %6s %8s %6s\n",
		o.size, o.rounds, "", "agent", "CPU", "MiB", "curl", "CPU", "MiB", "ratio")
	for _, w := range ways() {
		if err := b.measure(w, out); err != nil {
			return fmt.Errorf("%s: %w", w.title, err)
		}
	}
	return nil
}

// measure prints a line for a way. What else the machine does falls on both,
// since they take turns and the first of a round is the second of the next.
func (b bench) measure(w way, out io.Writer) error {
	ours, curl := &sample{argv: b.agent(w)}, &sample{argv: b.curl(w)}
	turns := []*sample{ours, curl}
	for range b.rounds {
		for _, s := range turns {
			if err := errors.Join(s.run(), b.clear()); err != nil {
				return err
			}
		}
		slices.Reverse(turns)
	}
	fmt.Fprintf(out, "%-34s %s %s %6.2f\n", w.title, ours, curl, median(ours.took).Seconds()/median(curl.took).Seconds())
	return nil
}

func (b bench) agent(w way) []string {
	return []string{b.self, "-size", fmt.Sprintf("%dB", b.size), "-dir", b.dir, "-fetch", w.name, b.url}
}

func (b bench) curl(w way) []string {
	to := filepath.Join(b.dir, "curl")
	if w.discard {
		to = os.DevNull
	}
	return []string{"curl", "-q", "-sSf", "--noproxy", "*", "-o", to, b.url}
}

// clear removes what was downloaded.
func (b bench) clear() error {
	entries, err := os.ReadDir(b.dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(b.dir, e.Name())))
	}
	return err
}

// sample is one program's downloads.
type sample struct {
	argv   []string
	took   []time.Duration
	cpu    []time.Duration
	memory int64 // the most resident at a time, in KiB
}

func (s *sample) run() error {
	cmd := exec.Command(s.argv[0], s.argv[1:]...)
	cmd.Stderr = os.Stderr
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", s.argv[0], err)
	}
	s.took = append(s.took, time.Since(begun))
	s.cpu = append(s.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.memory = max(s.memory, usage.Maxrss)
	}
	return nil
}

func median(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// String gives the median with the least, the processor's time, which depends
// less on what else the machine does, and the memory.
func (s *sample) String() string {
	return fmt.Sprintf("%7.3f (%5.3f) %6.3f %8.1f", median(s.took).Seconds(), slices.Min(s.took).Seconds(),
		median(s.cpu).Seconds(), float64(s.memory)/1024)
}
