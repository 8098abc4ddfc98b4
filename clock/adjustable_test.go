package clock_test

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
)

var _ = Describe("the adjustable clock", func() {
	var clk *clock.Adjustable
	BeforeEach(func() { clk = clock.NewAdjustable() })

	// sleep sleeps in a goroutine and gives a channel with what came of it.
	sleep := func(ctx context.Context, d time.Duration) <-chan error {
		done := make(chan error, 1)
		before, _ := clk.Next()
		go func() { done <- clk.SleepFor(ctx, nil, d) }()
		Eventually(func() int { n, _ := clk.Next(); return n }).Should(Equal(before + 1))
		return done
	}

	It("shows the machine's time until it is put forward", func() {
		Expect(clk.Now()).To(BeTemporally("~", time.Now(), time.Second))
		_, err := clk.Advance(48 * time.Hour)
		Expect(err).NotTo(HaveOccurred())
		Expect(clk.Now()).To(BeTemporally("~", time.Now().Add(48*time.Hour), time.Second))
		Expect(clk.Offset()).To(Equal(48 * time.Hour))
		Expect(clk.Now().Location()).To(Equal(time.UTC))
	})

	It("passes as real time does", func(ctx SpecContext) {
		Expect(clk.SleepFor(ctx, nil, time.Millisecond)).To(Succeed())
		Expect(clk.Hold("x").Sleep(ctx, -time.Second)).To(Succeed())
		var ran atomic.Bool
		clk.AfterFunc(time.Millisecond, "x", func() { ran.Store(true) })
		Eventually(ran.Load).Should(BeTrue())
	}, SpecTimeout(10*time.Second))

	It("wakes those whose time has come, and no others", func(ctx SpecContext) {
		short, long := sleep(ctx, 5*time.Minute), sleep(ctx, time.Hour)
		waiting, when := clk.Next()
		Expect(waiting).To(Equal(2))
		Expect(when).To(BeTemporally("~", time.Now().Add(5*time.Minute), time.Second))
		Expect(clk.Advance(4 * time.Minute)).To(Equal(0))
		Expect(clk.Advance(time.Minute)).To(Equal(1))
		Eventually(short).Should(Receive(BeNil()))
		Expect(long).NotTo(Receive())
		Expect(clk.Advance(time.Hour)).To(Equal(1))
		Eventually(long).Should(Receive(BeNil()))
		Expect(clk.Advance(time.Hour)).To(Equal(0))
	}, SpecTimeout(10*time.Second))

	It("jumps to who wakes next, and waits for one to sleep", func(ctx SpecContext) {
		clk.Lapse(time.Minute, "forgotten", func() {})
		jumped := make(chan time.Duration, 1)
		go func() {
			defer GinkgoRecover()
			by, woken, err := clk.AdvanceToNext(ctx)
			Expect(err).NotTo(HaveOccurred())
			Expect(woken).To(Equal(2), "the lapse and the sleeper")
			jumped <- by
		}()
		Consistently(jumped, "30ms").ShouldNot(Receive())
		Expect(clk.SleepFor(ctx, nil, 24*time.Hour)).To(Succeed())
		Expect(<-jumped).To(BeNumerically("~", 24*time.Hour, time.Second))
		soon, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, _, err := clk.AdvanceToNext(soon)
		Expect(err).To(MatchError(context.DeadlineExceeded))
	}, SpecTimeout(10*time.Second))

	It("forgets who does not wait any more", func(ctx SpecContext) {
		short, cancel := context.WithCancel(ctx)
		done := sleep(short, time.Hour)
		cancel()
		Eventually(done).Should(Receive(MatchError(context.Canceled)))
		stop := clk.AfterFunc(time.Hour, "x", func() { Fail("a timer that was stopped") })
		Expect(stop()).To(BeTrue())
		Expect(stop()).To(BeFalse())
		waiting, when := clk.Next()
		Expect(waiting).To(BeZero())
		Expect(when).To(BeZero())
		Expect(clk.Advance(2 * time.Hour)).To(Equal(0))
	}, SpecTimeout(10*time.Second))

	It("is not put back, nor out of what can be measured", func() {
		for _, d := range []time.Duration{-1, math.MinInt64, math.MaxInt64} {
			_, err := clk.Advance(d)
			Expect(err).To(HaveOccurred())
		}
		Expect(clk.Offset()).To(BeZero())
	})
})
