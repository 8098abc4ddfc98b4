//go:build linux

package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// load is what clients do to a server, with keep-alive: the same range over and over.
type load interface {
	// run does it for so long and gives the number of answers and the time they took.
	run(span time.Duration) (requests int, took time.Duration, err error)
}

// byWrk asks with wrk.
type byWrk struct {
	url         string // as wrk is called: where it connects to
	script      string // file of a script that sets the request target; "" for none
	target      string // that the script sets
	length      int
	connections int
}

var (
	wrkCount  = regexp.MustCompile(`(?m)^\s*(\d+) requests in ([0-9.]+)s, ([0-9.]+)(GB|MB|KB) read`)
	wrkFailed = regexp.MustCompile(`(?m)^\s*(Non-2xx.*|Socket errors.*)$`)
)

func (w byWrk) run(span time.Duration) (int, time.Duration, error) {
	args := []string{"-t1", fmt.Sprintf("-c%d", w.connections), fmt.Sprintf("-d%ds", max(1, int(span.Seconds()))),
		"-H", fmt.Sprintf("Range: bytes=%d-%d", rangeStart, rangeStart+w.length-1)}
	if w.script != "" {
		args = append(args, "-s", w.script)
	}
	args = append(args, w.url)
	if w.script != "" {
		args = append(args, w.target)
	}
	out, err := exec.Command("wrk", args...).CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("wrk %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return readWrk(string(out), w.length)
}

// rangeStart is where ranges begin, off any border of pages.
const rangeStart = 1_000_001

// readWrk reads wrk's report. Answers that are no 2xx or bring less than the range
// are an error.
func readWrk(out string, length int) (requests int, took time.Duration, err error) {
	if bad := wrkFailed.FindString(out); bad != "" {
		return 0, 0, fmt.Errorf("wrk: %s", strings.TrimSpace(bad))
	}
	m := wrkCount.FindStringSubmatch(out)
	if m == nil {
		return 0, 0, fmt.Errorf("wrk reports in another way:\n%s", out)
	}
	requests, _ = strconv.Atoi(m[1])
	seconds, _ := strconv.ParseFloat(m[2], 64)
	read, _ := strconv.ParseFloat(m[3], 64)
	unit := map[string]float64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}[m[4]]
	if got := read * unit; got < 0.98*float64(requests)*float64(length) { // it rounds
		return 0, 0, fmt.Errorf("wrk: %d answers brought %.0f bytes, less than %d each", requests, got, length)
	}
	return requests, time.Duration(seconds * float64(time.Second)), nil
}

// proxyScript makes wrk write the whole URL, as clients do to a proxy.
const proxyScript = "init = function(args) wrk.path = args[1] end\n"
