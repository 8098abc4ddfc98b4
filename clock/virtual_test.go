package clock_test

import (
	"context"
	"io"
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
)

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

var _ = Describe("a virtual clock", func() {
	var (
		v   *clock.Virtual
		ctx context.Context
	)
	BeforeEach(func() {
		v, ctx = clock.NewVirtual(start), context.Background()
	})

	It("lets 14 days pass while the only work sleeps", func() {
		h := v.Hold("main")
		defer h.Release()
		Expect(h.Sleep(ctx, 14*24*time.Hour)).To(Succeed())
		Expect(v.Now()).To(Equal(start.AddDate(0, 0, 14)))
	})

	It("stands still while any work is in flight, and names it", func() {
		busy, other := v.Hold("busy"), v.Hold("sleeper")
		slept := make(chan struct{})
		go func() {
			defer close(slept)
			_ = other.Sleep(ctx, time.Second)
			other.Release()
		}()
		Consistently(slept, "50ms").ShouldNot(BeClosed())
		Expect(v.Holders()).To(Equal([]string{"busy"}))
		busy.Release()
		Eventually(slept).Should(BeClosed())
	})

	It("lets lapses fire on the way, but does not go there for them", func() {
		v := clock.NewVirtual(start)
		h := v.Hold("spec")
		defer h.Release()
		var fired []string
		note := func(name string) func() { return func() { fired = append(fired, name) } }
		stop := v.Lapse(time.Minute, "a", note("a"))
		v.Lapse(2*time.Minute, "b", note("b"))
		v.Lapse(time.Hour, "c", note("c"))
		Expect(stop()).To(BeTrue())
		Expect(stop()).To(BeFalse())
		v.AfterFunc(3*time.Minute, "d", note("d"))
		idle, err := h.WaitIdle(context.Background(), &clock.Gate{})
		Expect(err).NotTo(HaveOccurred())
		Expect(idle).To(BeTrue())
		Expect(fired).To(Equal([]string{"b", "d"}))
		Expect(v.Now()).To(Equal(start.Add(3 * time.Minute)))
	})

	It("fires timers in order of time, then of setting, one at a time", func() {
		h := v.Hold("main")
		var order []string
		add := func(name string, d time.Duration) {
			v.AfterFunc(d, name, func() { order = append(order, name) })
		}
		add("late", 3*time.Second)
		add("a", time.Second)
		add("b", time.Second)
		stopped := v.AfterFunc(2*time.Second, "stopped", func() { order = append(order, "stopped") })
		Expect(stopped()).To(BeTrue())
		Expect(h.Sleep(ctx, time.Minute)).To(Succeed())
		Expect(order).To(Equal([]string{"a", "b", "late"}))
		h.Release()
	})

	It("hands the hold over at a gate, so no time passes between", func() {
		g := &clock.Gate{}
		waiter, opener := v.Hold("waiter"), v.Hold("opener")
		passedAt := make(chan time.Time)
		go func() {
			defer waiter.Release()
			_ = waiter.Wait(ctx, g)
			passedAt <- v.Now()
		}()
		v.AfterFunc(time.Hour, "temptation", func() {})
		Eventually(v.Holders).Should(Equal([]string{"opener"}))
		g.Open()
		opener.Release()
		Expect(<-passedAt).To(Equal(start))
	})

	It("tells an idle waiter that its gate will never open", func() {
		h := v.Hold("main")
		defer h.Release()
		v.AfterFunc(time.Hour, "last timer", func() {})
		idle, err := h.WaitIdle(ctx, &clock.Gate{})
		Expect(err).NotTo(HaveOccurred())
		Expect(idle).To(BeTrue())
		Expect(v.Now()).To(Equal(start.Add(time.Hour)))
	})

	It("keeps the hold when the context of a sleep ends", func() {
		h, blocker := v.Hold("main"), v.Hold("blocker")
		short, cancel := context.WithCancel(ctx)
		go cancel()
		Expect(h.Sleep(short, time.Hour)).To(MatchError(context.Canceled))
		blocker.Release()
		Expect(v.Holders()).To(Equal([]string{"main"}))
		h.Release()
		Expect(v.Now()).To(Equal(start))
	})
})

var _ = Describe("a fake that delays", func() {
	var (
		v              *clock.Virtual
		ctx            context.Context
		client, server net.Conn
	)
	connect := func() (net.Conn, net.Conn) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer l.Close()
		c, err := net.Dial("tcp", l.Addr().String())
		Expect(err).NotTo(HaveOccurred())
		s, err := l.Accept()
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { _ = c.Close() })
		DeferCleanup(func() { _ = s.Close() })
		return v.Track(c), v.Track(s)
	}
	BeforeEach(func() {
		v, ctx = clock.NewVirtual(start), context.Background()
		client, server = connect()
	})

	It("sleeps on the exchange's hold while the client reads", func() {
		h := v.Hold("exchange")
		h.Bind(client)
		go func() {
			for range 3 {
				_, _ = server.Write([]byte("x"))
				_ = v.SleepFor(ctx, server, 4*time.Minute)
			}
			_ = server.Close()
		}()
		var seen []time.Duration
		for {
			if _, err := client.Read(make([]byte, 1)); err == io.EOF {
				break
			}
			seen = append(seen, v.Now().Sub(start))
		}
		h.Release()
		Expect(seen).To(Equal([]time.Duration{0, 4 * time.Minute, 8 * time.Minute}))
		Expect(v.Now()).To(Equal(start.Add(12 * time.Minute)))
	})

	It("makes progress by every byte that is read, however long a body is", func() {
		before := v.Progress()
		_, err := server.Write([]byte("xy"))
		Expect(err).NotTo(HaveOccurred())
		for range 2 {
			Expect(client.Read(make([]byte, 1))).To(Equal(1))
			Expect(v.Progress()).To(BeNumerically(">", before))
			before = v.Progress()
		}
	})

	It("is abandoned when the client's timer comes first", func() {
		h := v.Hold("exchange")
		h.Bind(client)
		result := make(chan error, 1)
		go func() { result <- v.SleepFor(ctx, server, 10*time.Minute) }()
		v.AfterFunc(5*time.Minute, "receive timeout", func() {
			h.Reclaim()
			_ = client.SetReadDeadline(time.Unix(1, 0))
		})
		_, err := client.Read(make([]byte, 1))
		Expect(err).To(HaveOccurred())
		Expect(v.Now()).To(Equal(start.Add(5 * time.Minute)))
		Expect(<-result).To(MatchError(clock.ErrAbandoned))
		h.Release()
	})

	It("reaches the client's hold through a proxy", func() {
		up, origin := connect() // the proxy's upstream connection and the origin's end of it
		v.Forward(up, server)
		h := v.Hold("exchange")
		h.Bind(client)
		go func() { // the proxy
			b := make([]byte, 1)
			for {
				if _, err := up.Read(b); err != nil {
					return
				}
				_, _ = server.Write(b)
			}
		}()
		go func() {
			_ = v.SleepFor(ctx, origin, time.Hour)
			_, _ = origin.Write([]byte("x"))
		}()
		_, err := client.Read(make([]byte, 1))
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Now()).To(Equal(start.Add(time.Hour)))
		h.Release()
	})
})
