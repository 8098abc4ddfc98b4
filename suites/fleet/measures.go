//go:build linux

package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// durations are those of one phase, in no order.
type durations []time.Duration

// at gives the duration that a share of all does not exceed: the nearest rank.
func (d durations) at(percent int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

// text is what the fleet took, for people.
func (f *fleet) text(took time.Duration) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%d PCs made in %v\n", len(f.pcs), f.made.Round(time.Millisecond))
	fmt.Fprintf(&w, "%-12s %6s %10s %10s %10s %10s\n", "phase", "PCs", "p50", "p90", "p99", "max")
	for i, d := range f.times {
		fmt.Fprintf(&w, "%-12s %6d %10v %10v %10v %10v\n", phases[i].name, len(d), short(d.at(50)), short(d.at(90)), short(d.at(99)), short(d.at(100)))
	}
	failed := len(f.errs)
	fmt.Fprintf(&w, "%d of %d PCs through in %v, %d failed; peak resident memory %d MiB\n", len(f.pcs)-failed, len(f.pcs), took.Round(time.Millisecond), failed, peak()>>20)
	return w.String()
}

func short(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// peak is the most memory that the process was resident in, in bytes.
func peak() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return n << 10
		}
	}
	return 0
}
