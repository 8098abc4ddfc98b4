package agent_test

import (
	"context"
	"testing"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
)

// BenchmarkWeekOnAModem is how long a download takes in real time that takes a week
// on the virtual clock: 300 MB over 56 kbit/s, which others use by day whole and by
// night but for 8 kbit/s. It reports the events of the clock and the ranges.
func BenchmarkWeekOnAModem(b *testing.B) {
	const size = 300_000_000
	for b.Loop() {
		clk := clock.NewVirtual(time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC))
		modem, err := link.New(clk, link.Config{Down: 56 * link.Kbps, Up: 33600, Latency: 75 * time.Millisecond, Record: time.Second,
			Traffic: []link.Traffic{{When: link.Window{From: 6 * time.Hour, To: 22 * time.Hour}, Down: 56 * link.Kbps},
				{When: link.Window{From: 22 * time.Hour, To: 6 * time.Hour}, Down: 48 * link.Kbps}}})
		if err != nil {
			b.Fatal(err)
		}
		origin, err := fakeserver.New(fakeserver.Config{Clock: clk, Files: map[string]fakeserver.File{"/sp2.exe": {Size: size, Seed: 7}}})
		if err != nil {
			b.Fatal(err)
		}
		pc, err := agent.New("xp-sp2", agent.WithClock(clk), agent.WithLink(modem), agent.WithHost("origin", 80, origin.Addr()),
			agent.WithTuning(bits.Tuning{BlockTime: time.Minute}))
		if err != nil {
			b.Fatal(err)
		}
		job, err := pc.Download(context.Background(), "sp2", "http://origin/sp2.exe")
		if err != nil || job.State() != bits.Transferred || job.Progress().BytesTransferred != size {
			b.Fatal(err, job.State(), job.Progress())
		}
		b.ReportMetric(clk.Now().Sub(time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)).Hours()/24, "virtual-days")
		b.ReportMetric(float64(clk.Progress()), "clock-events")
		if err := pc.Close(); err != nil {
			b.Fatal(err)
		}
		_ = origin.Close()
	}
}
