package link_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
)

func policyOf(t *testing.T, dwords map[string]uint32) (link.Policy, error) {
	t.Helper()
	r := machine.NewRegistry()
	for name, v := range dwords {
		if err := r.Set(link.PolicyKey, name, machine.DWORD(v)); err != nil {
			t.Fatal(err)
		}
	}
	return link.ParsePolicy(r)
}

func TestParsePolicy(t *testing.T) {
	for _, c := range []struct {
		name   string
		dwords map[string]uint32
		want   link.Policy
		wrong  string
	}{
		{"nothing configured", nil, link.Policy{}, ""},
		{"disabled", map[string]uint32{"EnableBITSMaxBandwidth": 0, "MaxTransferRateOnSchedule": 10}, link.Policy{}, ""},
		{"enabled alone", map[string]uint32{"EnableBITSMaxBandwidth": 1},
			link.Policy{Enabled: true, OnSchedule: 1000, From: 8, To: 17, UseSystemMaximum: true}, ""},
		{"all", map[string]uint32{"EnableBITSMaxBandwidth": 1, "MaxTransferRateOnSchedule": 10, "MaxBandwidthValidFrom": 22,
			"MaxBandwidthValidTo": 6, "UseSystemMaximum": 0, "MaxTransferRateOffSchedule": 20},
			link.Policy{Enabled: true, OnSchedule: 10, OffSchedule: 20, From: 22, To: 6}, ""},
		{"the system's maximum goes before the limit outside", map[string]uint32{"EnableBITSMaxBandwidth": 1,
			"MaxTransferRateOnSchedule": 10, "UseSystemMaximum": 1, "MaxTransferRateOffSchedule": 20},
			link.Policy{Enabled: true, OnSchedule: 10, OffSchedule: 20, From: 8, To: 17, UseSystemMaximum: true}, ""},
		{"a limit outside, and nothing said of the maximum", map[string]uint32{"EnableBITSMaxBandwidth": 1, "MaxTransferRateOffSchedule": 1},
			link.Policy{Enabled: true, OnSchedule: 1000, OffSchedule: 1, From: 8, To: 17}, ""},
		{"no such hour", map[string]uint32{"EnableBITSMaxBandwidth": 1, "MaxBandwidthValidFrom": 24, "MaxBandwidthValidTo": 23},
			link.Policy{Enabled: true, OnSchedule: 1000, From: 8, To: 23, UseSystemMaximum: true}, "MaxBandwidthValidFrom: 24 is more than 23"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := policyOf(t, c.dwords)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
				t.Errorf("error is %v, want %q", err, c.wrong)
			}
		})
	}
}

func TestParsePolicyOfOtherTypes(t *testing.T) {
	r := machine.NewRegistry()
	_ = r.Set(link.PolicyKey, "EnableBITSMaxBandwidth", machine.DWORD(1))
	_ = r.Set(link.PolicyKey, "MaxTransferRateOnSchedule", machine.SZ("10"))
	p, err := link.ParsePolicy(r)
	if p.OnSchedule != link.DefaultOnSchedule || err == nil || !strings.Contains(err.Error(), "MaxTransferRateOnSchedule") {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestPolicyAt(t *testing.T) {
	day := func(hour int) time.Time { return time.Date(2004, 7, 1, hour, 0, 0, 0, time.UTC) }
	rate := func(r link.Rate, until time.Time) link.Limit {
		return link.Limit{Limited: true, Rate: r, Until: until}
	}
	blocked := func(until time.Time) link.Limit { return link.Limit{Limited: true, Blocked: true, Until: until} }
	by := func(on, off uint32, from, to int) link.Policy {
		return link.Policy{Enabled: true, OnSchedule: on, OffSchedule: off, From: from, To: to}
	}
	office := link.Policy{Enabled: true, OnSchedule: 10, From: 8, To: 17, UseSystemMaximum: true}
	for _, c := range []struct {
		name string
		p    link.Policy
		at   time.Time
		want link.Limit
	}{
		{"none", link.Policy{}, day(9), link.Limit{}},
		{"before the window", office, day(7), link.Limit{Until: day(8)}},
		{"in the window", office, day(8), rate(10*link.Kbps, day(17))},
		{"at its end", office, day(17), link.Limit{Until: day(32)}},
		{"outside, limited too", by(10, 20, 8, 17), day(20), rate(20*link.Kbps, day(32))},
		{"over midnight", by(10, 20, 22, 6), day(23), rate(10*link.Kbps, day(30))},
		{"over midnight, in the morning", by(10, 20, 22, 6), day(5), rate(10*link.Kbps, day(6))},
		{"over midnight, by day", by(10, 20, 22, 6), day(6), rate(20*link.Kbps, day(22))},
		{"1 is about 2", by(1, 1, 8, 17), day(9), rate(2*link.Kbps, time.Time{})},
		{"0 blocks until the window ends", by(0, 20, 8, 17), day(9), blocked(day(17))},
		{"0 outside blocks until it begins", by(10, 0, 8, 17), day(18), blocked(day(32))},
		{"0 and 0 block for ever", by(0, 0, 8, 17), day(9), blocked(time.Time{})},
		{"the same on both sides never changes", by(10, 10, 8, 17), day(9), rate(10*link.Kbps, time.Time{})},
		{"from an hour to itself is the whole day", by(10, 20, 8, 8), day(3), rate(10*link.Kbps, time.Time{})},
		{"the largest number", by(math.MaxUint32, 1, 8, 17), day(9), rate(math.MaxUint32*link.Kbps, day(17))},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, c.p.At(c.at)); d != "" {
				t.Error(d)
			}
		})
	}
}

// FuzzParsePolicy: whatever the registry holds, the policy is one that a link
// takes, and its limit changes only where it says so.
func FuzzParsePolicy(f *testing.F) {
	f.Add(uint32(1), uint32(10), uint32(8), uint32(17), uint32(1), uint32(0), uint32(0), false)
	f.Add(uint32(1), uint32(0), uint32(22), uint32(6), uint32(0), uint32(5), uint32(23), false)
	f.Add(uint32(7), uint32(math.MaxUint32), uint32(24), uint32(99), uint32(2), uint32(1), uint32(12), true)
	names := []string{"EnableBITSMaxBandwidth", "MaxTransferRateOnSchedule", "MaxBandwidthValidFrom", "MaxBandwidthValidTo",
		"UseSystemMaximum", "MaxTransferRateOffSchedule"}
	f.Fuzz(func(t *testing.T, enable, on, from, to, system, off, hour uint32, text bool) {
		r := machine.NewRegistry()
		for i, v := range []uint32{enable, on, from, to, system, off} {
			value := machine.DWORD(v)
			if text && v%2 == 1 && i > 0 {
				value = machine.SZ("1")
			}
			if err := r.Set(link.PolicyKey, names[i], value); err != nil {
				t.Fatal(err)
			}
		}
		p, err := link.ParsePolicy(r)
		if p.Enabled != (enable != 0) {
			t.Fatalf("enabled is %t: %v", p.Enabled, err)
		}
		now := time.Date(2004, 7, 1, int(hour%24), int(hour%60), 0, 0, time.UTC)
		limit := p.At(now)
		if limit.Limited && !limit.Blocked && limit.Rate < 2*link.Kbps {
			t.Fatalf("limit of %s", limit.Rate)
		}
		for h := range 48 {
			later := now.Add(time.Duration(h) * time.Hour / 2)
			same := p.At(later)
			same.Until = limit.Until
			if (limit.Until.IsZero() || later.Before(limit.Until)) && same != limit {
				t.Fatalf("%+v became %+v at %s", limit, same, later)
			}
		}
		if !limit.Until.IsZero() {
			if then := p.At(limit.Until); then.Rate == limit.Rate && then.Limited == limit.Limited && then.Blocked == limit.Blocked {
				t.Fatalf("%+v does not change", limit)
			}
		}
	})
}
