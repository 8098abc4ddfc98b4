package link_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/link"
)

var _ = Describe("the record of a link", func() {
	minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

	It("has a point for each interval, also for those in which nothing went", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 8 * link.Kbps, Record: time.Minute})
		Expect(p.take(ctx, link.Background, 90*kB)).To(Equal(int64(90 * kB)))
		Expect(p.hold.Sleep(ctx, 2*time.Minute)).To(Succeed())
		Expect(p.take(ctx, link.Foreground, kB)).To(Equal(int64(kB)))
		series := p.Series(link.Down)
		Expect(series).To(Equal(link.Series{Interval: time.Minute, Points: []link.Point{
			{At: minute(0), Background: 60 * kB}, {At: minute(1), Background: 30 * kB},
			{At: minute(2)}, {At: minute(3), Foreground: kB},
		}}))
		Expect(series.Rate(60 * kB)).To(Equal(8 * link.Kbps))
		Expect(p.Series(link.Up).Points).To(BeEmpty())
	})

	It("tells the classes apart while both go", func() {
		p := newPC(link.Config{Down: 9 * link.Kbps, Trickle: link.Kbps, Record: time.Minute})
		p.together(
			p.takes(link.Down, link.Background, 15*kB, 1<<20), // 125 bytes a second beside the other
			p.takes(link.Down, link.Foreground, 120*kB, 1<<20))
		Expect(p.Series(link.Down).Points).To(Equal([]link.Point{
			{At: minute(0), Foreground: 60 * kB, Background: 7500}, {At: minute(1), Foreground: 60 * kB, Background: 7500},
		}))
	})

	It("takes in what takes no time, and is empty when none is asked for", func(ctx SpecContext) {
		p := newPC(link.Config{Record: time.Minute})
		Expect(p.take(ctx, link.Background, 7)).To(Equal(int64(7)))
		Expect(p.Series(link.Down).Points).To(Equal([]link.Point{{At: minute(0), Background: 7}}))
		p = newPC(link.Config{})
		Expect(p.take(ctx, link.Background, 7)).To(Equal(int64(7)))
		Expect(p.Series(link.Down)).To(Equal(link.Series{}))
		Expect(link.Series{}.Rate(7)).To(BeZero())
	})

	It("goes up to now, in the middle of a transfer", func() {
		p := newPC(link.Config{Down: 8 * link.Kbps, Record: time.Minute})
		var seen []link.Point
		p.AfterFunc(90*time.Second, "look", func() { seen = p.Series(link.Down).Points })
		p.together(p.takes(link.Down, link.Foreground, 600*kB, 1<<20))
		Expect(seen).To(Equal([]link.Point{{At: minute(0), Foreground: 60 * kB}, {At: minute(1), Foreground: 30 * kB}}))
	})
})

func TestWords(t *testing.T) {
	for want, got := range map[string]interface{ String() string }{
		"56 Kbps": 56 * link.Kbps, "33601 bps": link.Rate(33601), "2 Mbps": 2 * link.Mbps, "1500 Kbps": 1500 * link.Kbps,
		"7 bps": link.Rate(7), "unlimited": link.Unlimited, "1000 Mbps": link.Gbps,
		"up": link.Up, "down": link.Down, "foreground": link.Foreground, "background": link.Background,
	} {
		if got.String() != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

var _ = Describe("a series of a long time", func() {
	It("goes over to longer intervals and loses no byte", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 8 * link.Kbps, Record: time.Second})
		m := p.Meter(link.Down, link.Background)
		for day := range 30 {
			Expect(m.Take(ctx, p.hold, 3_600*kB)).To(BeEquivalentTo(3_600 * kB))
			Expect(p.hold.Sleep(ctx, 23*time.Hour)).To(Succeed())
			s := p.Series(link.Down)
			Expect(len(s.Points)).To(BeNumerically("<=", 4096))
			_, background := s.Total()
			Expect(background).To(BeEquivalentTo((day + 1) * 3_600 * kB))
		}
		s := p.Series(link.Down)
		Expect(s.Interval).To(Equal(30 * time.Minute))
		coarse := s.Coarse(40)
		Expect(coarse.Interval).To(Equal(24 * time.Hour))
		_, background := coarse.Total()
		Expect(background).To(BeEquivalentTo(30 * 3_600 * kB))
	})

	It("is summed within a window, by class", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 8 * link.Kbps, Record: time.Second})
		Expect(p.Meter(link.Down, link.Background).Take(ctx, p.hold, 2*3600*kB)).To(BeEquivalentTo(2 * 3600 * kB)) // 12 to 14 h
		Expect(p.Meter(link.Down, link.Foreground).Take(ctx, p.hold, 3600*kB)).To(BeEquivalentTo(3600 * kB))       // to 15 h
		Expect(p.hold.Sleep(ctx, 24*time.Hour)).To(Succeed())
		s := p.Series(link.Down)
		afternoon := link.Window{From: 13 * time.Hour, To: 17 * time.Hour}
		all := s.Within(afternoon, start, p.Now(), link.Foreground, link.Background)
		Expect(all.Bytes).To(BeEquivalentTo(2 * 3600 * kB))
		Expect(all.Time).To(Equal(6 * time.Hour)) // 13 to 17 h, and to 15 h on the next day
		Expect(all.Peak).To(Equal(8 * link.Kbps))
		Expect(s.Within(afternoon, start, p.Now(), link.Background).Bytes).To(BeEquivalentTo(3600 * kB))
		Expect(s.Within(link.Window{}, start, p.Now(), link.Background).Rate()).To(BeNumerically("~", 2*8000/27, 1))
		Expect(s.Within(link.Window{From: 16 * time.Hour, To: 17 * time.Hour}, start, p.Now(), link.Foreground)).
			To(Equal(link.Sum{Time: time.Hour}))
	})
})

var _ = Describe("the history of a link", func() {
	It("has both directions without gaps, and what was offered", func(ctx SpecContext) {
		p := newPC(link.Config{Down: 8 * link.Kbps, Record: time.Second,
			Traffic: []link.Traffic{{When: link.Window{From: 13 * time.Hour, To: 14 * time.Hour}, Down: 4 * link.Kbps}}})
		Expect(p.Meter(link.Down, link.Background).Take(ctx, p.hold, 3600*kB)).To(BeEquivalentTo(3600 * kB))
		Expect(p.hold.Sleep(ctx, 2*time.Hour)).To(Succeed())
		Expect(p.Meter(link.Up, link.Foreground).Take(ctx, p.hold, 500)).To(BeEquivalentTo(500))
		h := p.History(4)
		Expect(h.Interval).To(Equal(time.Hour))
		var offered []link.Rate
		for i, m := range h.Moments {
			Expect(m.At).To(Equal(start.Add(time.Duration(i) * time.Hour)))
			offered = append(offered, m.Offered)
		}
		Expect(offered).To(Equal([]link.Rate{8000, 4000, 8000, 8000}))
		Expect(h.Rate(h.Moments[0].Down.Background)).To(Equal(8 * link.Kbps))
		Expect(h.Moments[3].Up.Foreground).To(BeEquivalentTo(500))
		Expect(p.History(1).Moments).To(HaveLen(1))
	})

	It("is empty when nothing is recorded", func() {
		Expect(newPC(link.Config{}).History(10).Moments).To(BeEmpty())
		var none *link.Link
		Expect(none.History(10).Moments).To(BeEmpty())
	})
})
