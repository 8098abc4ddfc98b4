package link_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// start is a Thursday, at noon.
var start = time.Date(2004, 7, 1, 12, 0, 0, 0, time.UTC)

const kB = 1000

// pc is a clock with a link and a hold on it.
type pc struct {
	*clock.Virtual
	*link.Link
	hold clock.Hold
}

func newPC(cfg link.Config) *pc {
	GinkgoHelper()
	v := clock.NewVirtual(start)
	l, err := link.New(v, cfg)
	Expect(err).NotTo(HaveOccurred())
	h := v.Hold("spec")
	DeferCleanup(h.Release)
	return &pc{v, l, h}
}

// elapsed is the time since start.
func (p *pc) elapsed() time.Duration { return p.Now().Sub(start) }

// together runs transfers at once and gives when each was over.
func (p *pc) together(transfers ...func(h clock.Hold)) []time.Duration {
	GinkgoHelper()
	ends := make([]time.Duration, len(transfers))
	var all sync.WaitGroup
	for i, f := range transfers {
		h := p.Hold("transfer")
		all.Go(func() {
			defer GinkgoRecover()
			defer h.Release()
			f(h)
			ends[i] = p.elapsed()
		})
	}
	p.hold.Release()
	all.Wait()
	p.hold = p.Hold("spec")
	return ends
}

// takes is a transfer of n bytes in parts.
func (p *pc) takes(d link.Direction, c link.Class, n, part int64) func(clock.Hold) {
	return func(h clock.Hold) {
		m := p.Meter(d, c)
		for left := n; left > 0; left -= part {
			moved, err := m.Take(context.Background(), h, min(part, left))
			Expect(err).NotTo(HaveOccurred())
			Expect(moved).To(Equal(min(part, left)))
		}
		Expect(m.Taken()).To(Equal(n))
	}
}

func (p *pc) take(ctx context.Context, c link.Class, n int64) (int64, error) {
	return p.Meter(link.Down, c).Take(ctx, p.hold, n)
}

// givesUp cancels after d; time then stands still until done.
func (p *pc) givesUp(ctx context.Context, d time.Duration) (short context.Context, done func()) {
	short, cancel := context.WithCancel(ctx)
	held := make(chan clock.Hold, 1)
	p.AfterFunc(d, "caller", func() {
		held <- p.Hold("caller")
		cancel()
	})
	return short, func() { (<-held).Release() }
}

// codeOf gives the result code of an error.
func codeOf(err error) hresult.HRESULT {
	code, _ := hresult.Of(err)
	return code
}

// resumes says when a link that stopped a transfer lets it on again; zero: it did not.
func resumes(err error) time.Time {
	var offline *link.OfflineError
	var blocked *link.BlockedError
	switch {
	case errors.As(err, &offline):
		return offline.Until
	case errors.As(err, &blocked):
		return blocked.Until
	}
	return time.Time{}
}

var busyByDay = []link.Traffic{{When: link.Window{From: 6 * time.Hour, To: 22 * time.Hour}, Down: 48 * link.Kbps}}

var _ = Describe("a link", func() {
	It("takes no time when it has no speed, nor when it is nil", func(ctx SpecContext) {
		p := newPC(link.Config{})
		Expect(p.take(ctx, link.Background, 1<<40)).To(Equal(int64(1 << 40)))
		Expect(p.elapsed()).To(BeZero())
		var none *link.Link
		Expect(none.Meter(link.Up, link.Foreground).Take(ctx, p.hold, 5)).To(Equal(int64(5)))
		Expect(none.RoundTrip(ctx, p.hold, link.Foreground)).To(Succeed())
		Expect(none.Connected(start)).To(BeTrue())
		Expect(none.Idle(link.Down, start)).To(Equal(link.Unlimited))
	})

	It("takes the time that its speed makes, in either direction", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 56 * link.Kbps, Up: 28 * link.Kbps})
		Expect(p.take(ctx, link.Foreground, 7*kB)).To(Equal(int64(7 * kB)))
		Expect(p.elapsed()).To(Equal(time.Second))
		Expect(p.Meter(link.Up, link.Background).Take(ctx, p.hold, 7*kB)).To(Equal(int64(7 * kB)))
		Expect(p.elapsed()).To(Equal(3 * time.Second))
	})

	It("takes nothing for nothing", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 56 * link.Kbps})
		Expect(p.take(ctx, link.Foreground, 0)).To(BeZero())
		Expect(p.take(ctx, link.Foreground, -1)).To(BeZero())
	})

	It("waits for a round trip", func(ctx SpecContext) {
		p := newPC(link.Config{Latency: 150 * time.Millisecond})
		Expect(p.RoundTrip(ctx, p.hold, link.Foreground)).To(Succeed())
		Expect(p.elapsed()).To(Equal(300 * time.Millisecond))
		p.Plug(false)
		Expect(p.RoundTrip(ctx, p.hold, link.Foreground)).To(MatchError("the network link is down"))
	})

	It("gives background what is idle, as the day goes by", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 56 * link.Kbps, Traffic: busyByDay})
		// ten hours at 8 Kbps are 36 MB; the other 7 MB go at night at 56 Kbps
		Expect(p.take(ctx, link.Background, 43_000*kB)).To(Equal(int64(43_000 * kB)))
		Expect(p.elapsed()).To(Equal(10*time.Hour + 1000*time.Second))
		Expect(p.Idle(link.Down, start)).To(Equal(8 * link.Kbps))
		Expect(p.Idle(link.Down, start.Add(10*time.Hour))).To(Equal(56 * link.Kbps))
	})

	It("shares among transfers as they come and go", func() {
		p := newPC(link.Config{Down: 80 * link.Kbps})
		ends := p.together(
			p.takes(link.Down, link.Foreground, 10*kB, 1<<30), // 2 s at 40 Kbps
			p.takes(link.Down, link.Foreground, 20*kB, 1<<30), // and 1 s at 80 Kbps
			p.takes(link.Up, link.Foreground, 20*kB, 1<<30),
		)
		Expect(ends).To(Equal([]time.Duration{2 * time.Second, 3 * time.Second, 0}))
	})

	It("lets a trickle flow beside foreground, and all when that is over", func() {
		p := newPC(link.Config{Down: 80 * link.Kbps, Trickle: 8 * link.Kbps})
		ends := p.together(
			p.takes(link.Down, link.Foreground, 9*kB, 1800),   // 1 s at 72 Kbps
			p.takes(link.Down, link.Background, 11*kB, 1<<30)) // 1 kB beside it
		Expect(ends).To(Equal([]time.Duration{time.Second, 2 * time.Second}))
	})

	It("ends a transfer early when its caller gives up", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 8 * link.Kbps})
		short, done := p.givesUp(ctx, 3*time.Second)
		moved, err := p.take(short, link.Foreground, 10*kB)
		done()
		Expect(err).To(MatchError(context.Canceled))
		Expect(moved).To(Equal(int64(3 * kB)))
		Expect(p.take(ctx, link.Foreground, kB)).To(Equal(int64(kB)))
		Expect(p.elapsed()).To(Equal(4 * time.Second))
	})

	It("refuses what is no link", func() {
		for _, cfg := range []link.Config{
			{Down: 999}, {Up: -1}, {Trickle: 1}, {Latency: -1},
			{Traffic: []link.Traffic{{Down: -1}}}, {Traffic: []link.Traffic{{When: link.Window{From: -1}}}},
			{Offline: []link.Window{{To: 25 * time.Hour}}}, {Offline: []link.Window{{Begin: start, End: start}}},
			{Policy: link.Policy{From: 24}},
		} {
			Expect(link.New(clock.NewVirtual(start), cfg)).Error().To(HaveOccurred(), "%+v", cfg)
		}
		Expect(newPC(link.Config{}).SetPolicy(link.Policy{To: -1})).NotTo(Succeed())
	})
})

var _ = Describe("a link that goes down", func() {
	oneHour := []link.Window{{From: 13 * time.Hour, To: 14 * time.Hour}}

	It("ends transfers by its schedule, says until when, and lets them in again", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 8 * link.Kbps, Offline: oneHour})
		moved, err := p.take(ctx, link.Foreground, 5000*kB)
		Expect(moved).To(Equal(int64(3600 * kB)))
		Expect(err).To(Equal(&link.OfflineError{Until: start.Add(2 * time.Hour)}))
		Expect(codeOf(err)).To(Equal(hresult.BG_E_NETWORK_DISCONNECTED))
		Expect(p.Connected(p.Now())).To(BeFalse())
		Expect(p.take(ctx, link.Foreground, 1)).Error().To(MatchError(ContainSubstring("down until 2004-07-01T14:00:00Z")))
		Expect(p.hold.Sleep(ctx, time.Hour)).To(Succeed())
		Expect(p.take(ctx, link.Foreground, kB)).To(Equal(int64(kB)))
	})

	It("ends transfers when the cable is pulled", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 8 * link.Kbps})
		p.AfterFunc(time.Second, "cable", func() { p.Plug(false) })
		p.AfterFunc(time.Minute, "cable", func() { p.Plug(true) })
		moved, err := p.take(ctx, link.Background, 10*kB)
		Expect(moved).To(Equal(int64(kB)))
		Expect(err).To(Equal(&link.OfflineError{}))
		Expect(p.hold.Sleep(ctx, 59*time.Second)).To(Succeed())
		Expect(p.take(ctx, link.Background, kB)).To(Equal(int64(kB)))
	})

})

var _ = Describe("a link under the policy", func() {
	office := link.Policy{Enabled: true, OnSchedule: 8, From: 8, To: 17, UseSystemMaximum: true}

	It("limits background in the window, and foreground never", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 56 * link.Kbps, Policy: office})
		Expect(p.take(ctx, link.Foreground, 7*kB)).To(Equal(int64(7 * kB)))
		Expect(p.elapsed()).To(Equal(time.Second))
		Expect(p.take(ctx, link.Background, 4*kB)).To(Equal(int64(4 * kB)))
		Expect(p.elapsed()).To(Equal(5 * time.Second))
		Expect(p.Limit(p.Now())).To(Equal(link.Limit{Limited: true, Rate: 8 * link.Kbps, Until: start.Add(5 * time.Hour)}))
	})

	It("blocks background with the documented error until the window ends", func(ctx SpecContext) {
		closed := office
		closed.OnSchedule = 0
		p := newPC(link.Config{Down: 56 * link.Kbps, Policy: closed})
		m := p.Meter(link.Down, link.Background)
		moved, err := m.Take(ctx, p.hold, 7*kB)
		Expect(moved).To(BeZero())
		Expect(err).To(Equal(&link.BlockedError{Until: start.Add(5 * time.Hour)}))
		Expect(codeOf(err)).To(Equal(hresult.BG_E_BLOCKED_BY_POLICY))
		Expect(p.take(ctx, link.Foreground, 7*kB)).To(Equal(int64(7 * kB)))
		Expect(p.hold.Sleep(ctx, 5*time.Hour-p.elapsed())).To(Succeed())
		moved, err = m.Take(ctx, p.hold, 1_000_000*kB) // the next window begins after 15 hours
		Expect(moved).To(Equal(int64(15 * 3600 * 7 * kB)))
		Expect(err).To(Equal(&link.BlockedError{Until: start.Add(29 * time.Hour)}))
	})

	It("heeds a new policy at once", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 56 * link.Kbps})
		p.AfterFunc(time.Second, "policy", func() { _ = p.SetPolicy(office) })
		Expect(p.take(ctx, link.Background, 9*kB)).To(Equal(int64(9 * kB)))
		Expect(p.elapsed()).To(Equal(3 * time.Second))
	})

	It("lies in the PC's time zone", func(ctx SpecContext) {
		p := newPC(link.Config{Policy: office, Location: time.FixedZone("UTC+5", 5*3600)})
		Expect(p.Limit(start)).To(Equal(link.Limit{Until: start.Add(15 * time.Hour).In(time.FixedZone("UTC+5", 5*3600))}))
	})
})

var _ = Describe("a download of a week", func() {
	cfg := link.Config{Down: 56 * link.Kbps, Traffic: []link.Traffic{
		{Down: 56 * link.Kbps}, // busy all day,
		{When: link.Window{From: 22 * time.Hour, To: 6 * time.Hour, Days: []time.Weekday{1, 2, 3, 4, 5, 6}}, Down: 46 * link.Kbps},
	}, Record: time.Hour}
	const size = 300_000 * kB

	run := func() (time.Duration, link.Series) {
		GinkgoHelper()
		p := newPC(cfg)
		ends := p.together(p.takes(link.Down, link.Background, size, 16*kB))
		return ends[0], p.Series(link.Down)
	}

	It("is over in a moment, and its record can be plotted", func() {
		begin := time.Now()
		took, series := run()
		Expect(time.Since(begin)).To(BeNumerically("<", 20*time.Second), "an upper bound that a busy machine keeps too")
		Expect(took).To(BeNumerically(">", 6*24*time.Hour))
		Expect(took).To(BeNumerically("<", 8*24*time.Hour))
		_, background := series.Total()
		Expect(background).To(Equal(int64(size)))
		night := 0
		for i, point := range series.Points {
			if i > 0 {
				Expect(point.At.Sub(series.Points[i-1].At)).To(Equal(time.Hour))
			}
			idle := max(link.DefaultTrickle, newPC(cfg).Idle(link.Down, point.At))
			if i < len(series.Points)-1 {
				Expect(series.Rate(point.Background)).To(BeNumerically("~", idle, 5), "%s", point.At)
			}
			if idle > link.DefaultTrickle {
				night++
			}
		}
		Expect(night).To(BeNumerically(">", 40))
	})

	It("goes the same way every time", func() {
		took, series := run()
		again, same := run()
		Expect(again).To(Equal(took))
		Expect(same).To(Equal(series))
	})

	It("takes as long as was foretold", func() {
		p := newPC(cfg)
		foretold, ok := p.Duration(link.Down, link.Background, start, size)
		Expect(ok).To(BeTrue())
		took, _ := run()
		Expect(took).To(BeNumerically("~", foretold, time.Millisecond), "each part ends on a nanosecond")
	})
})

// randomConfig is a link with some of everything.
func randomConfig(r *rand.Rand) link.Config {
	hour := func() time.Duration { return time.Duration(r.IntN(25)) * time.Hour }
	window := func() link.Window {
		w := link.Window{From: hour(), To: hour()}
		if r.IntN(3) == 0 {
			w.Days = []time.Weekday{time.Weekday(r.IntN(7)), time.Weekday(r.IntN(7))}
		}
		return w
	}
	c := link.Config{Down: link.Rate(1000 + r.IntN(200_000)), Record: time.Hour}
	for range r.IntN(4) {
		c.Traffic = append(c.Traffic, link.Traffic{When: window(), Down: link.Rate(r.IntN(200_000))})
	}
	if r.IntN(2) == 0 {
		w := window()
		w.To = (w.From + time.Duration(1+r.IntN(20))*time.Hour) % (24 * time.Hour)
		c.Offline = []link.Window{w}
	}
	if r.IntN(2) == 0 {
		c.Policy = link.Policy{Enabled: true, OnSchedule: uint32(r.IntN(50)), From: r.IntN(24), To: r.IntN(24), UseSystemMaximum: true}
	}
	return c
}

var _ = Describe("what a link foretells", func() {
	It("agrees with itself: the bytes of a duration, and its monotony", func() {
		for seed := range uint64(300) {
			r := rand.New(rand.NewPCG(seed, 1))
			l, err := link.New(clock.NewVirtual(start), randomConfig(r))
			Expect(err).NotTo(HaveOccurred())
			n := 1 + r.Int64N(50_000_000)
			c := link.Class(r.IntN(2))
			took, ok := l.Duration(link.Down, c, start, n)
			if !ok {
				continue
			}
			Expect(l.Bytes(link.Down, c, start, start.Add(took))).To(Equal(n), "seed %d", seed)
			Expect(l.Bytes(link.Down, c, start, start.Add(took-1))).To(BeNumerically("<", n), "seed %d", seed)
			more, ok := l.Duration(link.Down, c, start, n+1000)
			if ok {
				Expect(more).To(BeNumerically(">", took), "seed %d", seed)
			}
			mid := start.Add(took / 2)
			sum := l.Bytes(link.Down, c, start, mid) + l.Bytes(link.Down, c, mid, start.Add(took))
			Expect(sum).To(BeNumerically("~", n, 1), "seed %d", seed)
		}
	})

	It("is what a transfer then takes", func(ctx SpecContext) {
		for seed := range uint64(100) {
			r := rand.New(rand.NewPCG(seed, 2))
			p := newPC(randomConfig(r))
			n := 1 + r.Int64N(20_000_000)
			c := link.Class(r.IntN(2))
			foretold, ok := p.Duration(link.Down, c, start, n)
			if !ok {
				continue
			}
			m := p.Meter(link.Down, c)
			for m.Taken() < n {
				_, err := m.Take(ctx, p.hold, n-m.Taken())
				if until := resumes(err); !until.IsZero() {
					Expect(p.hold.Sleep(ctx, until.Sub(p.Now()))).To(Succeed())
				}
			}
			Expect(p.elapsed()).To(BeNumerically("~", foretold, 10*time.Second), "seed %d: what a byte takes, at each stop", seed)
		}
	})

	It("says never when there is no end", func() {
		p := newPC(link.Config{Down: 56 * link.Kbps, Policy: link.Policy{Enabled: true}})
		_, ok := p.Duration(link.Down, link.Background, start, 1)
		Expect(ok).To(BeFalse())
		p.Plug(false)
		_, ok = p.Duration(link.Down, link.Foreground, start, 1)
		Expect(ok).To(BeFalse())
		Expect(p.Bytes(link.Down, link.Foreground, start, start.Add(time.Hour))).To(BeZero())
	})

	It("says at once on a link without a speed", func() {
		p := newPC(link.Config{})
		took, ok := p.Duration(link.Down, link.Foreground, start, 1<<40)
		Expect(ok).To(BeTrue())
		Expect(took).To(BeZero())
	})
})

var _ = Describe("many transfers at once", func() {
	It("never carry more than the link does, and the same each time", func() {
		for seed := range uint64(20) {
			cfg := randomConfig(rand.New(rand.NewPCG(seed, 3)))
			cfg.Offline, cfg.Policy = nil, link.Policy{}
			run := func() ([]time.Duration, link.Series, int64) {
				r := rand.New(rand.NewPCG(seed, 4))
				p := newPC(cfg)
				var transfers []func(clock.Hold)
				var sum int64
				for range 2 + r.IntN(4) {
					n := 1 + r.Int64N(3_000_000)
					sum += n
					transfers = append(transfers, p.takes(link.Down, link.Class(r.IntN(2)), n, 1+n/int64(1+r.IntN(50))))
				}
				return p.together(transfers...), p.Series(link.Down), sum
			}
			ends, series, sum := run()
			again, same, _ := run()
			Expect(again).To(Equal(ends), "seed %d", seed)
			Expect(same).To(Equal(series), "seed %d", seed)
			foreground, background := series.Total()
			Expect(foreground+background).To(Equal(sum), "seed %d", seed)
			for _, point := range series.Points {
				Expect(series.Rate(point.Foreground+point.Background)).To(BeNumerically("<=", cfg.Down+1), "seed %d", seed)
			}
		}
	})
})

var _ = Describe("bytes in pieces", func() {
	It("take as long as in one, to the nanosecond", func(ctx SpecContext) {
		const n = 300 * kB
		p := newPC(link.Config{Down: 33_337})
		whole, ok := p.Duration(link.Down, link.Background, start, n)
		Expect(ok).To(BeTrue())
		m := p.Meter(link.Down, link.Background)
		random := rand.New(rand.NewPCG(1, 2))
		for left := int64(n); left > 0; {
			piece := min(left, 1+random.Int64N(999))
			Expect(m.Take(ctx, p.hold, piece)).To(Equal(piece))
			left -= piece
		}
		Expect(p.elapsed()).To(Equal(whole))
	})

	DescribeTable("are about a second long", func(cfg link.Config, c link.Class, piece int) {
		Expect(newPC(cfg).Meter(link.Down, c).Piece()).To(BeEquivalentTo(piece))
	},
		Entry("of ISDN", link.Config{Down: 128 * link.Kbps}, link.Foreground, 16_000),
		Entry("of a trickle, at the least", link.Config{Down: 56 * link.Kbps, Traffic: []link.Traffic{{Down: 56 * link.Kbps}}}, link.Background, 8<<10),
		Entry("of a LAN, at the most", link.Config{Down: 100 * link.Mbps}, link.Background, 64<<10),
		Entry("of no link", link.Config{}, link.Background, 64<<10),
	)
})

var _ = Describe("traffic of other machines", func() {
	DescribeTable("holds background transfers back when it is seen", func(cfg link.Config, read bool, want link.Rate) {
		cfg.Down = 56 * link.Kbps
		cfg.Traffic[0].Elsewhere = true
		p := newPC(cfg)
		p.ReadGateway(read)
		Expect(p.Offer(link.Down, link.Background, start)).To(Equal(want))
		Expect(p.Idle(link.Down, start)).To(Equal(56*link.Kbps - cfg.Traffic[0].Down))
		Expect(p.Offer(link.Down, link.Foreground, start)).To(Equal(28 * link.Kbps))
	},
		Entry("not by the network card", link.Config{Traffic: []link.Traffic{{Down: 40 * link.Kbps}}}, false, 28*link.Kbps),
		Entry("not by a gateway that is not asked", link.Config{Gateway: true, Traffic: []link.Traffic{{Down: 40 * link.Kbps}}}, false, 28*link.Kbps),
		Entry("not by asking where no gateway is", link.Config{Traffic: []link.Traffic{{Down: 40 * link.Kbps}}}, true, 28*link.Kbps),
		Entry("by a gateway that is asked", link.Config{Gateway: true, Traffic: []link.Traffic{{Down: 40 * link.Kbps}}}, true, 16*link.Kbps),
		Entry("and no policy is passed", link.Config{Traffic: []link.Traffic{{Down: 40 * link.Kbps}},
			Policy: link.Policy{Enabled: true, OnSchedule: 10, OffSchedule: 10}}, false, 10*link.Kbps),
	)
})
