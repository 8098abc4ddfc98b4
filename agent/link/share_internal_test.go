package link

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestShare(t *testing.T) {
	kbps := func(n int) Limit { return Limit{Limited: true, Rate: Rate(n) * Kbps} }
	for _, c := range []struct {
		name                   string
		is                     conditions
		foreground, background int
		want                   [2]Rate
	}{
		{"nobody", conditions{capacity: 56 * Kbps}, 0, 0, [2]Rate{}},
		{"foreground alone", conditions{capacity: 56 * Kbps}, 1, 0, [2]Rate{56 * Kbps}},
		{"background alone", conditions{capacity: 56 * Kbps}, 0, 1, [2]Rate{0, 56 * Kbps}},
		{"background takes what is idle", conditions{capacity: 56 * Kbps, other: 40 * Kbps}, 0, 1, [2]Rate{0, 16 * Kbps}},
		{"background shares what is idle", conditions{capacity: 56 * Kbps, other: 40 * Kbps}, 0, 2, [2]Rate{0, 8 * Kbps}},
		{"foreground competes with the others", conditions{capacity: 56 * Kbps, other: 56 * Kbps}, 1, 0, [2]Rate{28 * Kbps}},
		{"foreground leaves the others what they want", conditions{capacity: 56 * Kbps, other: 10 * Kbps}, 1, 0, [2]Rate{46 * Kbps}},
		{"two foreground against the others", conditions{capacity: 60 * Kbps, other: 60 * Kbps}, 2, 0, [2]Rate{20 * Kbps}},
		{"a trickle beside the others", conditions{capacity: 56 * Kbps, other: 56 * Kbps, trickle: 2 * Kbps}, 0, 1, [2]Rate{0, 2 * Kbps}},
		{"a trickle beside foreground", conditions{capacity: 56 * Kbps, trickle: 2 * Kbps}, 1, 1, [2]Rate{54 * Kbps, 2 * Kbps}},
		{"the limit", conditions{capacity: 56 * Kbps, limit: kbps(10), trickle: 2 * Kbps}, 0, 2, [2]Rate{0, 5 * Kbps}},
		{"the limit is not foreground's", conditions{capacity: 56 * Kbps, limit: kbps(10)}, 1, 0, [2]Rate{56 * Kbps}},
		{"blocked", conditions{capacity: 56 * Kbps, trickle: 2 * Kbps, limit: Limit{Limited: true, Blocked: true}}, 1, 1, [2]Rate{56 * Kbps}},
		{"offline", conditions{capacity: 56 * Kbps, offline: true, trickle: 2 * Kbps}, 1, 1, [2]Rate{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.is.share(c.foreground, c.background); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestSharesStayWithinTheLink(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	for range 20_000 {
		is := conditions{capacity: MinSpeed + Rate(r.Int64N(int64(Mbps))), trickle: MinSpeed + Rate(r.Int64N(5000))}
		is.other = Rate(r.Int64N(int64(is.capacity) + 1))
		if r.IntN(2) == 0 {
			is.limit = Limit{Limited: true, Rate: 2*Kbps + Rate(r.Int64N(100_000))}
		}
		f, b := r.IntN(5), r.IntN(5)
		each := is.share(f, b)
		foreground, background := each[Foreground]*Rate(f), each[Background]*Rate(b)
		if foreground+background > is.capacity {
			t.Fatalf("%+v: %d and %d get %v", is, f, b, each)
		}
		if background > max(is.idle(), is.trickle) || is.limit.Limited && background > is.limit.Rate {
			t.Fatalf("%+v: background gets %s", is, background)
		}
		if b > 0 && background+Rate(b) <= min(is.trickle, is.capacity/2) && !is.limit.Limited {
			t.Fatalf("%+v: no trickle flows, but %s", is, background)
		}
		if more := is.share(f, b+1); more[Background] > each[Background] && b > 0 || more[Foreground] > each[Foreground] {
			t.Fatalf("%+v: one more gives more", is)
		}
	}
}

func TestConditionsTakeTheLastTrafficThatCovers(t *testing.T) {
	c := Config{Down: 56 * Kbps, Up: 33600, Traffic: []Traffic{
		{Down: 50 * Kbps, Up: 10 * Kbps},
		{When: Window{From: 22 * time.Hour, To: 6 * time.Hour}, Down: 5 * Kbps},
	}}.complete()
	day, night := time.Date(2004, 7, 1, 12, 0, 0, 0, time.UTC), time.Date(2004, 7, 1, 23, 0, 0, 0, time.UTC)
	for _, w := range []struct {
		d    Direction
		at   time.Time
		idle Rate
	}{{Down, day, 6 * Kbps}, {Down, night, 51 * Kbps}, {Up, day, 23600}, {Up, night, 33600}} {
		if got := c.conditions(w.d, w.at).idle(); got != w.idle {
			t.Errorf("%s at %s: %s idle, want %s", w.d, w.at, got, w.idle)
		}
	}
}
