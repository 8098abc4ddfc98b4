//go:build linux

package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/wusp"
)

// small is a fleet of two PCs of each profile.
func small() options {
	return options{agents: 2 * len(profiles), updates: 5, size: 70_000, within: time.Minute, memory: 1024}
}

func TestFleetGetsThrough(t *testing.T) {
	var out bytes.Buffer
	if err := run(context.Background(), small(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"scan again ", "12 of 12 PCs through", "all 0 goroutines"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// What is measured must be work that was done.
func TestFleetFails(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*fleet)
		want  string
	}{
		"reports are refused": {func(f *fleet) {
			f.wsus.SetFaults([]wsus.Fault{{Operation: "ReportEventBatch", ErrorCode: wusp.InternalServerError}})
		}, "0 PCs reported that the update is installed, not 12"},
		"one scan is refused": {func(f *fleet) {
			f.wsus.SetFaults([]wsus.Fault{{Operation: "SyncUpdates", Nth: 1, ErrorCode: wusp.InternalServerError}})
		}, "PC-000"},
		"too much memory": {func(f *fleet) { f.memory = 1 }, "more than 1"},
		"too long":        {func(f *fleet) { f.within = 1 }, "more than 1ns"},
		"a wrong password": {func(f *fleet) {
			for _, p := range f.pcs[:1] {
				other, err := newPC(f.agents, f.proxy.Addr(), nil)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = p.Close() })
				f.pcs[0] = other
			}
		}, "the proxy refused"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := start(small())
			if err != nil {
				t.Fatal(err)
			}
			c.spoil(f)
			f.work(context.Background())
			if err := f.verdict(time.Second); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, not %v", c.want, err)
			}
			if err := f.close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOptionsThatMeasureNothing(t *testing.T) {
	if err := run(context.Background(), options{}, new(bytes.Buffer)); err == nil {
		t.Error("no PCs were accepted")
	}
}

func TestPercentiles(t *testing.T) {
	var d durations
	for i := range 200 {
		d = append(d, time.Duration(200-i))
	}
	for percent, want := range map[int]time.Duration{50: 100, 90: 180, 99: 198, 100: 200} {
		if got := d.at(percent); got != want {
			t.Errorf("p%d is %d, not %d", percent, got, want)
		}
	}
	if (durations{}).at(50) != 0 {
		t.Error("nothing took some time")
	}
}
