// Package timelimit holds fuzz targets to a bound on the time that one input may take,
// on machines that are busy with other work as well. Only tests know it.
package timelimit

import (
	"runtime"
	"testing"
	"time"
)

// PerInput is how long a parser of what strangers send may take over one input: short
// beside a round trip, long beside what any message that somebody would send needs.
// It is longer under the race detector, which slows the work.
const PerInput = slowdown * 10 * time.Millisecond

// Passes over one input before it is held to be slow, and the time after which fewer
// do: the fuzzer of the go command ends a worker that takes 10 s.
const (
	passes  = 20
	atLeast = 3
	budget  = time.Second
)

// Check runs work, and fails t when work takes longer than PerInput: of the processor,
// where the system tells a thread's own time, else by the clock. Since a busy machine
// makes any pass long now and then, a long one is measured again up to 20 times, and
// the fastest counts. Work must do the same each time that it runs, in one goroutine.
func Check(t testing.TB, work func()) {
	t.Helper()
	CheckPrepared(t, func() func() { return work })
}

// CheckPrepared is Check for work that wants something made for each pass, which is
// not measured: prepare makes it and gives the work.
func CheckPrepared(t testing.TB, prepare func() (work func())) {
	t.Helper()
	fastest, n := fastestOf(prepare)
	if fastest > PerInput {
		t.Errorf("the fastest of %d passes over the input took %v, more than %v", n, fastest, PerInput)
	}
}

// fastestOf measures until a pass is within the limit, or often enough.
func fastestOf(prepare func() func()) (fastest time.Duration, n int) {
	begin := time.Now()
	for n < passes && (n == 0 || fastest > PerInput && (n < atLeast || time.Since(begin) < budget)) {
		took := measure(prepare())
		if n == 0 || took < fastest {
			fastest = took
		}
		n++
	}
	return fastest, n
}

var started = time.Now()

// measure counts the processor time of work's own goroutine.
func measure(work func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	begin := spent()
	work()
	return spent() - begin
}
