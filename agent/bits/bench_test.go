package bits_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
)

// BenchmarkTenThousandJobs makes 10,000 queued jobs of a file each, lists them,
// finds each by its GUID and by its name, and restarts the service, with every
// sync of the disk. Their owner is logged off, so that they stay queued. At a
// time says how many programs make jobs at once: each call waits until its
// change is on the disk, and those that wait together share a sync.
func BenchmarkTenThousandJobs(b *testing.B) {
	const jobs = 10_000
	for _, programs := range []int{1, 64, jobs} {
		b.Run(fmt.Sprintf("at a time=%d", programs), func(b *testing.B) {
			spent := map[string]time.Duration{}
			timed := func(what string, f func()) {
				begin := time.Now()
				f()
				spent[what] += time.Since(begin)
			}
			for b.Loop() {
				cfg := queueConfig(b)
				m := begun(b, cfg)
				timed("make", func() { makeJobs(b, m, jobs, programs) })
				timed("list", func() { listJobs(b, m, jobs) })
				timed("restart", func() {
					if err := m.Close(); err != nil {
						b.Fatal(err)
					}
					m = begun(b, cfg)
				})
				timed("list", func() { listJobs(b, m, jobs) })
				if err := m.Close(); err != nil {
					b.Fatal(err)
				}
			}
			for what, d := range spent {
				b.ReportMetric(float64(d.Milliseconds())/float64(b.N), "ms-"+what)
			}
		})
	}
}

func queueConfig(b *testing.B) bits.Config {
	b.Helper()
	p, err := machine.ProfileByID("xp-sp2")
	if err != nil {
		b.Fatal(err)
	}
	pc := machine.New(p, machine.WithInteractiveUser(machine.Account{Domain: "LAB", User: "alice"}))
	if err := pc.Logoff(owner); err != nil {
		b.Fatal(err)
	}
	client := winhttp.New(winhttp.Config{})
	b.Cleanup(client.Close)
	dir := b.TempDir()
	return bits.Config{Machine: pc, HTTP: client, Clock: clock.Wall{}, Dir: dir, Store: filepath.Join(dir, "queue")}
}

func begun(b *testing.B, cfg bits.Config) *bits.Manager {
	b.Helper()
	m, err := bits.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// makeJobs queues n jobs, so many at a time.
func makeJobs(b *testing.B, m *bits.Manager, n, programs int) {
	var all sync.WaitGroup
	for p := range programs {
		all.Go(func() {
			for i := p; i < n; i += programs {
				if err := makeJob(m, i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func makeJob(m *bits.Manager, i int) error {
	j, err := m.CreateJob(fmt.Sprint("job ", i), bits.Download, owner)
	if err != nil {
		return err
	}
	if err := j.AddFile(fmt.Sprintf("http://origin/%d.cab", i), fmt.Sprintf(`C:\updates\%d.cab`, i)); err != nil {
		return err
	}
	return j.Resume()
}

func listJobs(b *testing.B, m *bits.Manager, n int) {
	b.Helper()
	list := m.Jobs()
	if len(list) != n {
		b.Fatalf("%d jobs, not %d", len(list), n)
	}
	for _, j := range list {
		byID, err := m.GetJob(j.ID())
		byName, err2 := m.Job(j.Name())
		if err != nil || err2 != nil || byID != j || byName != j || j.State() != bits.Queued {
			b.Fatalf("job %s %q %v is not found: %v, %v", j.ID(), j.Name(), j.State(), err, err2)
		}
	}
}
