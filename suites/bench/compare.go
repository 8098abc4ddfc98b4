//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

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
	ours, err := startOurs(o.profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.stop()) }()
	squid, err := peer.StartSquid(peer.Unlogged(peer.ByFakeNTLM(slices.Max(o.connections))))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, squid.Stop()) }()
	fmt.Fprintf(out, "%11s %14s %14s %7s\n", "connections", "fakeproxy/s", "squid/s", "ratio")
	for _, n := range o.connections {
		rates, err := o.measure(n, site.Addr().String(), ours.addr, squid.Addr())
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%11d %14.0f %14.0f %7.2f\n", n, rates[0], rates[1], rates[0]/rates[1])
	}
	return nil
}

// measure gives, for each proxy, the logins per second of n connections.
func (o options) measure(n int, origin string, proxies ...string) ([]float64, error) {
	logins, took := make([]int, len(proxies)), make([]time.Duration, len(proxies))
	for range o.rounds {
		for i, proxy := range proxies {
			w := workload{proxy: proxy, origin: origin, workers: n}
			if _, _, err := w.run(warmUp); err != nil {
				return nil, fmt.Errorf("warming up %s: %w", proxy, err)
			}
			count, elapsed, err := w.run(o.span / time.Duration(o.rounds))
			if err != nil {
				return nil, fmt.Errorf("measuring %s: %w", proxy, err)
			}
			logins[i] += count
			took[i] += elapsed
		}
	}
	rates := make([]float64, len(proxies))
	for i := range rates {
		rates[i] = float64(logins[i]) / took[i].Seconds()
	}
	return rates, nil
}
