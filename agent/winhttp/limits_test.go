package winhttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// stuckConn is a connection whose peer takes nothing: Write lasts until the
// deadline.
type stuckConn struct {
	net.Conn
	hold clock.Hold
	gate clock.Gate
}

func (c *stuckConn) Write([]byte) (int, error) {
	_ = c.hold.Wait(context.Background(), &c.gate)
	return 0, errors.New("i/o timeout")
}

func (c *stuckConn) SetDeadline(t time.Time) error {
	c.gate.Open()
	return c.Conn.SetDeadline(t)
}

var _ = Describe("time-outs", func() {
	var (
		w     *world
		start time.Time
	)
	BeforeEach(func() { w = newWorld(); start = w.clk.Now() })
	passed := func() time.Duration { return w.clk.Now().Sub(start) }
	// stall makes the server wait, and reports whether it was given up.
	stall := func(l *link, d time.Duration) bool {
		return errors.Is(w.clk.SleepFor(context.Background(), l, d), clock.ErrAbandoned)
	}

	It("end the wait for an answer after 5 minutes", func() {
		abandoned := make(chan bool, 1)
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			abandoned <- stall(l, time.Hour)
		})
		_, err := w.do(w.url("http://origin/"))
		e := failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_TIMEOUT, "receive"}))
		Expect(passed()).To(Equal(5 * time.Minute))
		Expect(<-abandoned).To(BeTrue())
		Expect(e.Exchange.Err).To(ContainSubstring("timed out after 5m0s"))
	})

	It("leave an answer alone that comes in time", func() {
		w.serve("origin:80", func(_ int, l *link) {
			for l.head() != nil {
				stall(l, 5*time.Minute-time.Second)
				l.answer(200, "late")
			}
		})
		for range 2 {
			_, body := w.get(w.url("http://origin/"))
			Expect(body).To(Equal("late"))
		}
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /", "origin:80#1 GET /"}))
		Expect(passed()).To(Equal(10*time.Minute - 2*time.Second))
	})

	It("begin anew with each read of a body, and end it", func() {
		w.limits.ReceiveTimeout = time.Minute
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			l.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
			for range 2 {
				stall(l, 50*time.Second)
				l.say("abc")
			}
			stall(l, time.Hour)
		})
		resp, err := w.do(w.url("http://origin/"))
		Expect(err).NotTo(HaveOccurred())
		body, err := io.ReadAll(resp.Body)
		Expect(string(body)).To(Equal("abcabc"))
		e := failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_TIMEOUT, "read body"}))
		Expect(passed()).To(Equal(160 * time.Second))
		Expect(e.Exchange.Response.Body.Length).To(Equal(int64(6)))
	})

	It("end a connection attempt", func() {
		w.cfg.Dial = func(ctx context.Context, _ string, _ int) (net.Conn, error) {
			return nil, w.hold.Sleep(ctx, time.Hour)
		}
		_, err := w.do(w.url("http://origin/"))
		e := failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_TIMEOUT, "connect"}))
		Expect(passed()).To(Equal(time.Minute))
	})

	It("end a TLS handshake", func() {
		w.serve("origin:443", func(_ int, l *link) {
			_, _ = l.Read(make([]byte, 4096))
			stall(l, time.Hour)
		})
		_, err := w.do(w.url("https://origin/"))
		e := failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_TIMEOUT, "TLS handshake"}))
		Expect(passed()).To(Equal(time.Minute))
	})

	It("end the sending of a request", func() {
		w.serve("origin:80", func(_ int, l *link) { l.head() })
		w.limits.SendTimeout = 30 * time.Second
		w.cfg.Dial = func(ctx context.Context, host string, port int) (net.Conn, error) {
			c, err := winhttp.DialResolved(w)(ctx, host, port)
			return &stuckConn{Conn: c, hold: w.hold}, err
		}
		_, err := w.do(w.url("http://origin/"))
		e := failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_TIMEOUT, "send"}))
		Expect(passed()).To(Equal(30 * time.Second))
	})

	It("can be switched off", func() {
		w.limits.ReceiveTimeout = -1
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			stall(l, 24*time.Hour)
			l.answer(200, "at last")
		})
		_, body := w.get(w.url("http://origin/"))
		Expect(body).To(Equal("at last"))
	})

	It("apply to the skipping of a challenge", func() {
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			l.say("HTTP/1.1 401 X\r\nWWW-Authenticate: NTLM\r\nContent-Length: 9\r\n\r\n")
			stall(l, time.Hour)
		})
		r := w.url("http://origin/")
		r.Auth = w.alice()
		_, err := w.do(r)
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_TIMEOUT))
	})
})

var _ = Describe("the context", func() {
	It("ends a wait, also one that a fake sleeps for", func() {
		w := newWorld()
		start := w.clk.Now()
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		w.clk.AfterFunc(time.Minute, "cancel", func() { // the clock is held until Do has ended
			cancel()
			<-done
		})
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			_ = w.clk.SleepFor(context.Background(), l, time.Hour)
		})
		w.client = winhttp.New(w.cfg)
		_, err := w.client.Do(ctx, w.hold, w.url("http://origin/"))
		close(done)
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_OPERATION_CANCELLED))
		Expect(w.clk.Now()).To(Equal(start.Add(time.Minute)))
		Expect(errors.Is(err, context.Canceled)).To(BeTrue())
		Expect(w.clk.Holders()).To(ContainElement("spec"))
		_, err = w.client.Do(ctx, w.hold, w.url("http://origin/"))
		Expect(errors.Is(err, context.Canceled)).To(BeTrue())
	})

	It("ends the reading of a body, whose connection is dropped", func() {
		w := newWorld()
		ctx, cancel := context.WithCancel(context.Background())
		w.serve("origin:80", always(200, "0123456789"))
		w.client = winhttp.New(w.cfg)
		resp, err := w.client.Do(ctx, w.hold, w.url("http://origin/"))
		Expect(err).NotTo(HaveOccurred())
		cancel()
		_, err = resp.Body.Read(make([]byte, 4))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_OPERATION_CANCELLED))
		w.get(w.url("http://origin/"))
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /", "origin:80#2 GET /"}))
	})
})

var _ = Describe("what a peer may send", func() {
	var w *world
	BeforeEach(func() { w = newWorld() })
	answer := func(text string) (*winhttp.Response, error) {
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			l.say(text)
		})
		return w.do(w.url("http://origin/"))
	}

	It("is a head of HeaderBytes and no more", func() {
		head := func(n int) string {
			const frame = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: \r\n\r\n"
			return strings.Replace(frame, "X: ", "X: "+strings.Repeat("x", n-len(frame)), 1)
		}
		resp, err := answer(head(64 << 10))
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Status).To(Equal(200))
		_, err = answer(head(64<<10 + 1))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_HEADER_SIZE_OVERFLOW))
	})

	It("is a large body after a head, which is no part of HeaderBytes", func() {
		w.limits.HeaderBytes = 100
		w.serve("origin:80", always(200, strings.Repeat("x", 100000)))
		_, body := w.get(w.url("http://origin/"))
		Expect(body).To(HaveLen(100000))
	})

	It("is 10 interim answers and no more", func() {
		interim := func(n int) string {
			return strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", n) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
		}
		resp, err := answer(interim(10))
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Status).To(Equal(200))
		_, err = answer(interim(11))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE))
	})

	DescribeTable("must be HTTP/1.x",
		func(text string) {
			_, err := answer(text)
			e := failure(err)
			Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE, "receive"}))
		},
		Entry("no status line", "hello\r\n\r\n"),
		Entry("another protocol", "ICY 200 OK\r\n\r\n"),
		Entry("HTTP/2", "HTTP/2.0 200 OK\r\n\r\n"),
		Entry("status not a number", "HTTP/1.1 abc OK\r\n\r\n"),
		Entry("status too long", "HTTP/1.1 2000 OK\r\n\r\n"),
		Entry("status too low", "HTTP/1.1 099 OK\r\n\r\n"),
		Entry("a field without colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"),
		Entry("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
		Entry("a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
	)

	It("may be HTTP/1.0, which the response says", func() {
		resp, err := answer("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		Expect([]any{resp.HTTP10, resp.Proto}).To(Equal([]any{true, "HTTP/1.0"}))
	})

	It("may be nothing at all: an error", func() {
		_, err := answer("")
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_CONNECTION_ERROR))
		Expect(w.seen()).To(HaveLen(1))
	})

	DescribeTable("that ends within the body is an error of the reading",
		func(text string) {
			resp, err := answer(text)
			Expect(err).NotTo(HaveOccurred())
			body, err := io.ReadAll(resp.Body)
			Expect(string(body)).To(Equal("half"))
			e := failure(err)
			Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.ERROR_WINHTTP_CONNECTION_ERROR, "read body"}))
		},
		Entry("counted", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
		Entry("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
	)

	It("has chunks that can be read: else an error, in a challenge too", func() {
		resp, err := answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
		Expect(err).NotTo(HaveOccurred())
		_, err = io.ReadAll(resp.Body)
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE))
		w.serve("other:80", func(_ int, l *link) {
			l.head()
			l.say("HTTP/1.1 401 X\r\nWWW-Authenticate: NTLM\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
		})
		r := w.url("http://other/")
		r.Auth = w.alice()
		_, err = w.do(r)
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE))
	})

	It("has a ContentLength of -1 when the head says none", func() {
		resp, err := answer("HTTP/1.1 200 OK\r\n\r\nbody")
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.ContentLength).To(Equal(int64(-1)))
		Expect(io.ReadAll(resp.Body)).To(Equal([]byte("body")))
	})
})

var _ = Describe("limits", func() {
	It("all have a source", func() {
		var named []string
		for _, s := range winhttp.LimitSources() {
			named = append(named, s.Limit)
			Expect(s.Source).NotTo(BeEmpty())
		}
		fields := strings.Fields(strings.NewReplacer("{", " ", "}", " ").Replace(fmt.Sprintf("%+v", winhttp.DefaultLimits())))
		for i, f := range fields {
			name, _, _ := strings.Cut(f, ":")
			Expect(named[i]).To(Equal(name))
		}
	})
})

var _ = Describe("connecting", func() {
	It("needs a name that exists", func() {
		w := newWorld()
		_, err := w.do(w.url("http://nowhere.example/"))
		Expect(failure(err).Code).To(Equal(hresult.HRESULT(0x80072EE7)))
		r := w.url("http://origin/")
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "noproxy"}
		_, err = w.do(r)
		Expect(failure(err).Code).To(Equal(hresult.HRESULT(0x80072EE7)))
	})

	It("needs somebody who listens", func() {
		w := newWorld()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		w.names["origin:80"] = l.Addr().String()
		Expect(l.Close()).To(Succeed())
		_, err = w.do(w.url("http://origin/"))
		Expect(failure(err).Code).To(Equal(hresult.HRESULT(0x80072EFD)))
	})

	It("takes addresses as they are", func() {
		w := newWorld()
		w.serve("x", always(200, "by address"))
		_, body := w.get(w.url("http://" + w.names["x"] + "/"))
		Expect(body).To(Equal("by address"))
	})

	It("needs a hold", func() {
		_, err := winhttp.New(winhttp.Config{}).Do(context.Background(), nil, &winhttp.Request{URL: "http://x/"})
		Expect(err).To(MatchError(ContainSubstring("no hold")))
	})

	It("works on the wall clock and without a record", func() {
		w := newWorld()
		w.serve("origin:80", always(200, "real time"))
		w.cfg.Clock, w.cfg.Recorder = nil, nil
		resp, body := w.get(w.url("http://origin/"))
		Expect(body).To(Equal("real time"))
		Expect(resp.Exchange).To(BeNil())
	})
})
