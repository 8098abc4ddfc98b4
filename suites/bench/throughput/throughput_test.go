//go:build linux

package main

import (
	"testing"
	"time"
)

const report = `Running 1s test @ http://127.0.0.1:8080/disk.bin
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   455.23us  200.11us   5.00ms   91.00%
  20000 requests in 1.10s, 83.92MB read
Requests/sec:  18181.81
Transfer/sec:     76.29MB
`

// What is counted must be answers with the whole range.
func TestReadWrk(t *testing.T) {
	n, took, err := readWrk(report, 4096)
	if n != 20000 || took != 1100*time.Millisecond || err != nil {
		t.Errorf("%d requests in %v, %v", n, took, err)
	}
	if _, _, err := readWrk(report, 1<<20); err == nil {
		t.Error("answers that are too short were counted")
	}
	if _, _, err := readWrk(report+"  Non-2xx or 3xx responses: 3\n", 4096); err == nil {
		t.Error("errors were counted")
	}
	if _, _, err := readWrk("usage: wrk", 4096); err == nil {
		t.Error("anything is taken for a report")
	}
}
