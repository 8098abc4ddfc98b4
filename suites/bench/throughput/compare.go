//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wualab/wualab/suites/bench/again"
	"github.com/wualab/wualab/suites/interop/peer"
)

// line is a comparison: ours beside another, under the same load.
type line struct {
	name         string
	ours, theirs *side
	bar          float64 // least rate of ours in theirs; 0 for none
}

// side is a server under a load with what is known of it so far.
type side struct {
	load     load
	group    int // of its processes
	requests int
	took     time.Duration
	cpu      time.Duration
}

func (s *side) rate() float64 { return float64(s.requests) / s.took.Seconds() }

// cost is in microseconds of CPU per request, and depends less than the rate on what
// else the machine does.
func (s *side) cost() float64 { return float64(s.cpu.Microseconds()) / float64(s.requests) }

func (s *side) measure(span time.Duration) error {
	before := peer.CPUTime(s.group)
	n, took, err := s.load.run(span)
	if err != nil {
		return err
	}
	s.requests += n
	s.took += took
	s.cpu += peer.CPUTime(s.group) - before
	return nil
}

// compare measures all lines and prints them.
func compare(o options, out io.Writer) (err error) {
	b, err := startBench(o)
	if b != nil {
		defer func() { err = errors.Join(err, b.stop()) }()
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d connections\n%-34s %18s %18s\n%-34s %9s %8s %9s %8s   %s\n", o.connections,
		"", "ours", "other", "", "per s", "CPU µs", "per s", "CPU µs", "ratio of rates (bar), of CPU")
	for _, l := range b.lines() {
		if !strings.Contains(l.name, o.only) {
			continue
		}
		for range o.rounds {
			for _, s := range []*side{l.ours, l.theirs} {
				if err := s.measure(o.span / time.Duration(o.rounds)); err != nil {
					return fmt.Errorf("%s: %w", l.name, err)
				}
			}
		}
		bar := ""
		if l.bar > 0 {
			bar = fmt.Sprintf("(%.1f)", l.bar)
		}
		fmt.Fprintf(out, "%-34s %9.0f %8.1f %9.0f %8.1f   %.2f %s, %.2f\n", l.name, l.ours.rate(), l.ours.cost(),
			l.theirs.rate(), l.theirs.cost(), l.ours.rate()/l.theirs.rate(), bar, l.theirs.cost()/l.ours.cost())
	}
	return nil
}

// bench is all servers.
type bench struct {
	options
	dir              string
	nginx            *peer.Nginx
	squid            *peer.Squid
	plain, recording *again.Process
	stops            []func() error
}

func startBench(o options) (b *bench, err error) {
	b = &bench{options: o}
	if b.dir, err = os.MkdirTemp("", "wualab-bench-"); err != nil {
		return nil, err
	}
	b.stops = append(b.stops, func() error { return os.RemoveAll(b.dir) })
	noise := make([]byte, fileSize)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(noise)
	for name, text := range map[string][]byte{"scenario.yaml": []byte(scenario), diskFile: noise, "proxy.lua": []byte(proxyScript)} {
		if err := os.WriteFile(filepath.Join(b.dir, name), text, 0o644); err != nil {
			return b, err
		}
	}
	if b.nginx, err = peer.StartNginxForLoad(map[string][]byte{diskFile: noise, madeFile: noise}); err != nil {
		return b, err
	}
	b.stops = append(b.stops, b.nginx.Stop)
	if b.squid, err = peer.StartSquid(peer.Unlogged(peer.Open(peer.ByFakeNTLM(1)))); err != nil {
		return b, err
	}
	b.stops = append(b.stops, b.squid.Stop)
	if b.plain, err = b.startOurs("", "-record=false"); err != nil {
		return b, err
	}
	b.recording, err = b.startOurs(".record", "-record")
	return b, err
}

func (b *bench) startOurs(suffix, record string) (*again.Process, error) {
	args := []string{"-serve", b.dir, record}
	if b.profile != "" {
		args = append(args, "-profile", b.profile+suffix)
	}
	p, err := again.Start(args...)
	if err == nil {
		b.stops = append(b.stops, p.Stop)
	}
	return p, err
}

func (b *bench) stop() error {
	var errs []error
	for i := len(b.stops) - 1; i >= 0; i-- {
		errs = append(errs, b.stops[i]())
	}
	return errors.Join(errs...)
}

// Bars: what we want of our rates.
const (
	smallBar, largeBar, proxyBar = 0.5, 0.8, 1.0
	small, large                 = 4 << 10, 1 << 20
)

func (b *bench) lines() []line {
	var list []line
	for _, size := range []struct {
		name   string
		length int
		bar    float64
	}{{"4 KiB", small, smallBar}, {"1 MiB", large, largeBar}} {
		list = append(list,
			line{"origin, " + size.name + " of a file on disk", b.origin(b.plain, diskFile, size.length), b.ofNginx(diskFile, size.length), size.bar},
			line{"origin, " + size.name + " of generated content", b.origin(b.plain, madeFile, size.length), b.ofNginx(madeFile, size.length), size.bar},
			line{"origin, transcript: " + size.name + " on disk", b.origin(b.recording, diskFile, size.length), b.origin(b.plain, diskFile, size.length), 0},
			line{"proxy, forwarded " + size.name, b.forwarded(b.plain.Words()[1], b.plain.Group(), size.length), b.forwarded(b.squid.Addr(), b.squid.Group(), size.length), proxyBar},
			line{"proxy, tunnelled " + size.name, b.tunnelled(b.plain.Words()[1], b.plain.Group(), size.length), b.tunnelled(b.squid.Addr(), b.squid.Group(), size.length), proxyBar},
			line{"proxy, transcript: forwarded " + size.name, b.forwarded(b.recording.Words()[1], b.recording.Group(), size.length), b.forwarded(b.plain.Words()[1], b.plain.Group(), size.length), 0},
		)
	}
	return list
}

func (b *bench) origin(p *again.Process, file string, length int) *side {
	return &side{group: p.Group(), load: byWrk{url: "http://" + p.Words()[0] + "/" + file, length: length, connections: b.connections}}
}

func (b *bench) ofNginx(file string, length int) *side {
	return &side{group: b.nginx.Group(), load: byWrk{url: "http://" + b.nginx.Addr() + "/" + file, length: length, connections: b.connections}}
}

func (b *bench) forwarded(proxy string, group, length int) *side {
	return &side{group: group, load: byWrk{url: "http://" + proxy + "/", script: filepath.Join(b.dir, "proxy.lua"),
		target: "http://" + b.nginx.Addr() + "/" + diskFile, length: length, connections: b.connections}}
}

func (b *bench) tunnelled(proxy string, group, length int) *side {
	return &side{group: group, load: byTunnel{proxy: proxy, origin: b.nginx.Addr(), path: "/" + diskFile, length: length, connections: b.connections}}
}
