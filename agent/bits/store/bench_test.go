package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/wualab/wualab/agent/bits/store"
)

// BenchmarkTenThousandJobs puts, lists and opens again a queue of 10,000 jobs
// of 1 kB, with every sync of the disk.
func BenchmarkTenThousandJobs(b *testing.B) {
	records := make([]store.Record, 10_000)
	for i := range records {
		records[i] = store.Record{ID: fmt.Sprintf("{00000000-0000-0000-0000-%012d}", i), Data: make([]byte, 1024)}
	}
	var put, list, again time.Duration
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "q")
		s := must(store.Open(path, store.Options{}))(b)
		put += timed(b, func() error { return s.Put(records...) })
		list += timed(b, func() error {
			all, err := s.All()
			if len(all) != len(records) {
				b.Fatalf("%d jobs", len(all))
			}
			return err
		})
		again += timed(b, func() (err error) {
			if err = s.Close(); err == nil {
				s, err = store.Open(path, store.Options{})
			}
			return err
		})
		if s.Len() != len(records) || s.Close() != nil {
			b.Fatal("jobs are lost")
		}
	}
	for unit, d := range map[string]time.Duration{"put": put, "list": list, "reopen": again} {
		b.ReportMetric(float64(d.Milliseconds())/float64(b.N), "ms-"+unit)
	}
}

// BenchmarkPut is one change of one job in a queue of 10,000.
func BenchmarkPut(b *testing.B) {
	for _, noSync := range []bool{false, true} {
		b.Run(fmt.Sprintf("NoSync=%t", noSync), func(b *testing.B) {
			s := must(store.Open(filepath.Join(b.TempDir(), "q"), store.Options{NoSync: noSync}))(b)
			defer s.Close()
			records := make([]store.Record, 10_000)
			for i := range records {
				records[i] = store.Record{ID: fmt.Sprint(i), Data: make([]byte, 1024)}
			}
			if err := s.Put(records...); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				if err := s.Put(records[i*7919%len(records)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func timed(b *testing.B, f func() error) time.Duration {
	begin := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

func must[T any](v T, err error) func(*testing.B) T {
	return func(b *testing.B) T {
		if err != nil {
			b.Fatal(err)
		}
		return v
	}
}
