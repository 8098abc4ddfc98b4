//go:build linux

package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
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

// made is what it took to make all PCs.
type made struct {
	took time.Duration
	held holdings
}

// holdings are what PCs that do nothing hold.
type holdings struct {
	goroutines int
	heap       int64 // bytes
}

func holding() holdings {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return holdings{runtime.NumGoroutine(), int64(m.HeapAlloc)}
}

func (h holdings) less(before holdings) holdings {
	return holdings{h.goroutines - before.goroutines, h.heap - before.heap}
}

// text is what the fleet took, for people.
func (f *fleet) text(took time.Duration) string {
	var w strings.Builder
	n := len(f.pcs)
	fmt.Fprintf(&w, "%d PCs made in %v; at rest each holds %d KiB and all %d goroutines\n", n, f.made.took.Round(time.Millisecond), f.made.held.heap/int64(n)>>10, f.made.held.goroutines)
	fmt.Fprintf(&w, "%-12s %6s %10s %10s %10s %10s\n", "phase", "PCs", "p50", "p90", "p99", "max")
	for i, d := range f.times {
		fmt.Fprintf(&w, "%-12s %6d %10v %10v %10v %10v\n", phases[i].name, len(d), short(d.at(50)), short(d.at(90)), short(d.at(99)), short(d.at(100)))
	}
	failed := len(f.errs)
	fmt.Fprintf(&w, "%d of %d PCs through in %v, %d failed; processor time %v, peak resident memory %d MiB\n",
		n-failed, n, took.Round(time.Millisecond), failed, processor().Round(time.Millisecond), peak()>>20)
	return w.String()
}

func short(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// processor is the processor time that the process has used, of all cores.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

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
