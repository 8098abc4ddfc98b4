//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/wualab/wualab/suites/bench/again"
	"github.com/wualab/wualab/suites/interop/peer"
)

// warmUp is how long a proxy is used before it is measured.
const warmUp = 500 * time.Millisecond

// compare measures both proxies in turns, so that what else the machine does
// falls on both, and prints a line for each number of connections.
func compare(o options, out io.Writer) (err error) {
	site, err := startOrigin()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	ours, err := again.Start("-serve", "-profile", o.profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.Stop()) }()
	squid, err := peer.StartSquid(peer.Unlogged(peer.ByFakeNTLM(slices.Max(o.connections))))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, squid.Stop()) }()
	fmt.Fprintf(out, "%11s %18s %18s\n%11s %9s %8s %9s %8s\n", "", "fakeproxy", "squid",
		"connections", "logins/s", "CPU µs", "logins/s", "CPU µs")
	for _, n := range o.connections {
		a, b := &measured{addr: ours.Words()[0], group: ours.Group()}, &measured{addr: squid.Addr(), group: squid.Group()}
		if err := o.measure(n, site.Addr().String(), a, b); err != nil {
			return err
		}
		fmt.Fprintf(out, "%11d %9.0f %8.0f %9.0f %8.0f   ratio %.2f\n", n, a.rate(), a.cost(), b.rate(), b.cost(), a.rate()/b.rate())
	}
	return nil
}

// measured is a proxy with what is known of it so far.
type measured struct {
	addr   string
	group  int // of its processes
	logins int
	took   time.Duration
	cpu    time.Duration // that its processes used
}

// rate is in logins per second.
func (m *measured) rate() float64 { return float64(m.logins) / m.took.Seconds() }

// cost is in microseconds of CPU per login, and depends less than the rate on what
// else the machine does.
func (m *measured) cost() float64 { return float64(m.cpu.Microseconds()) / float64(m.logins) }

// measure has n clients log in at each proxy.
func (o options) measure(n int, origin string, proxies ...*measured) error {
	for range o.rounds {
		for _, m := range proxies {
			w := workload{proxy: m.addr, origin: origin, workers: n}
			if _, _, err := w.run(warmUp); err != nil {
				return fmt.Errorf("warming up %s: %w", m.addr, err)
			}
			before := peer.CPUTime(m.group)
			logins, took, err := w.run(o.span / time.Duration(o.rounds))
			if err != nil {
				return fmt.Errorf("measuring %s: %w", m.addr, err)
			}
			m.logins += logins
			m.took += took
			m.cpu += peer.CPUTime(m.group) - before
		}
	}
	return nil
}
