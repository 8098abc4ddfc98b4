package winhttp_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	pclink "github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// A byte takes a millisecond down and two up on this modem.
var modem = pclink.Config{Down: 8 * pclink.Kbps, Up: 4 * pclink.Kbps}

var _ = Describe("on a network link", func() {
	var (
		w     *world
		start time.Time
	)
	BeforeEach(func() { w = newWorld(); start = w.clk.Now() })
	passed := func() time.Duration { return w.clk.Now().Sub(start) }
	on := func(cfg pclink.Config) {
		GinkgoHelper()
		l, err := pclink.New(w.clk, cfg)
		Expect(err).NotTo(HaveOccurred())
		w.cfg.Link = l
	}
	// crossed is the time that the recorded bytes take on the modem.
	crossed := func() time.Duration {
		var down, up int64
		for _, x := range w.rec.Exchanges(0) {
			up += int64(len(x.Request.Head)) + x.Request.Body.Length
			if x.Response != nil {
				down += int64(len(x.Response.Head)) + x.Response.Body.Length
			}
		}
		return time.Duration(down+2*up) * time.Millisecond
	}

	It("heads and bodies take their time, in both directions", func() {
		on(modem)
		w.serve("origin:80", always(200, strings.Repeat("x", 100_000)))
		r := w.url("http://origin/")
		r.Method, r.Body = "BITS_POST", make([]byte, 10_000)
		_, body := w.get(r)
		Expect(body).To(HaveLen(100_000))
		Expect(crossed()).To(BeNumerically(">", 120*time.Second))
		Expect(passed()).To(Equal(crossed()))
	})

	It("a connection costs a round trip, and each answer another", func() {
		on(pclink.Config{Latency: 200 * time.Millisecond})
		w.serve("origin:80", always(200, "body"))
		w.get(w.url("http://origin/"))
		Expect(passed()).To(Equal(800 * time.Millisecond))
		w.get(w.url("http://origin/"))
		Expect(passed()).To(Equal(1200 * time.Millisecond))
	})

	It("TLS costs a round trip more and bytes that no record has", func() {
		on(pclink.Config{Down: 8 * pclink.Kbps, Up: 4 * pclink.Kbps, Latency: 10 * time.Second})
		cert, pool := certificate("origin")
		w.cfg.TLS = &tls.Config{RootCAs: pool}
		w.serve("origin:443", func(n int, l *link) { always(200, "secret")(n, l.secure(cert, l.name)) })
		w.get(w.url("https://origin/"))
		Expect(passed()).To(BeNumerically(">", 60*time.Second+crossed()+time.Second))
	})

	It("the messages of an NTLM login count", func() {
		on(modem)
		w.serve("corp:3128", func(_ int, l *link) {
			gate := w.gate(httpauth.Proxy, httpauth.NTLM).NewConn()
			for r := l.head(); r != nil; r = l.head() {
				if out := gate.Check(r.Header); !out.Allowed {
					l.challenge(httpauth.Proxy, out, "")
					continue
				}
				l.answer(200, "in")
			}
		})
		r := w.url("http://origin/")
		r.Auth = w.alice()
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		w.get(r)
		Expect(w.wire()).To(Equal([]string{"client#1 407", "client#1 type1 407", "client#1 type3 200"}))
		Expect(passed()).To(Equal(crossed()))
	})

	It("no time-out comes while bytes flow, however slowly", func() {
		on(pclink.Config{Down: pclink.Kbps})
		w.serve("origin:80", always(200, strings.Repeat("x", 200_000)))
		w.get(w.url("http://origin/"))
		Expect(passed()).To(BeNumerically(">", 1600*time.Second))
	})

	It("nor while they are sent", func() {
		on(pclink.Config{Up: pclink.Kbps})
		w.serve("origin:80", always(200, ""))
		r := w.url("http://origin/")
		r.Method, r.Body = "BITS_POST", make([]byte, 100_000)
		w.get(r)
		Expect(passed()).To(BeNumerically(">", 800*time.Second))
	})

	It("the time-out counts from the last byte", func() {
		on(modem)
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			l.say("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + strings.Repeat("x", 30_000))
			_ = w.clk.SleepFor(context.Background(), l, time.Hour)
		})
		resp, err := w.do(w.url("http://origin/"))
		Expect(err).NotTo(HaveOccurred())
		body, err := io.ReadAll(resp.Body)
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_TIMEOUT))
		Expect(body).To(HaveLen(30_000))
		Expect(passed()).To(BeNumerically("~", 330*time.Second, time.Second))
	})

	It("what had come is read when the link goes down, and the code says so", func() {
		on(modem)
		w.serve("origin:80", always(200, strings.Repeat("x", 100_000)))
		w.clk.AfterFunc(50*time.Second, "the cable", func() { w.cfg.Link.Plug(false) })
		resp, err := w.do(w.url("http://origin/"))
		Expect(err).NotTo(HaveOccurred())
		body, err := io.ReadAll(resp.Body)
		Expect(failure(err).Code).To(Equal(hresult.BG_E_NETWORK_DISCONNECTED))
		Expect(passed()).To(Equal(50 * time.Second))
		x := w.rec.Exchanges(0)[0]
		heads := time.Duration(len(x.Response.Head)+2*len(x.Request.Head)) * time.Millisecond
		Expect(time.Duration(len(body)) * time.Millisecond).To(Equal(50*time.Second - heads))
	})

	It("nothing is asked while the link is down", func() {
		on(modem)
		w.cfg.Link.Plug(false)
		w.serve("origin:80", always(200, "body"))
		_, err := w.do(w.url("http://origin/"))
		e := failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.BG_E_NETWORK_DISCONNECTED, "connect"}))
		w.cfg.Link.Plug(true)
		w.get(w.url("http://origin/"))
		w.cfg.Link.Plug(false)
		_, err = w.do(w.url("http://origin/"))
		e = failure(err)
		Expect([]any{e.Code, e.Op}).To(Equal([]any{hresult.BG_E_NETWORK_DISCONNECTED, "send"}))
	})

	It("the end of a call is felt within a piece, and what had come is read", func() {
		on(modem)
		w.serve("origin:80", always(200, strings.Repeat("x", 100_000)))
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		held := make(chan clock.Hold, 1)
		w.clk.AfterFunc(50*time.Second+time.Nanosecond, "caller", func() {
			held <- w.clk.Hold("caller")
			cancel()
		})
		w.client = winhttp.New(w.cfg)
		resp, err := w.client.Do(ctx, w.hold, w.url("http://origin/"))
		Expect(err).NotTo(HaveOccurred())
		body, err := io.ReadAll(resp.Body)
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_OPERATION_CANCELLED))
		Expect(errors.Is(err, context.Canceled)).To(BeTrue())
		Expect(passed()).To(Equal(50*time.Second + time.Nanosecond))
		Expect(len(body)).To(BeNumerically("~", 49_700, 200))
		(<-held).Release()
	})

	It("a far server's connection times out", func() {
		on(pclink.Config{Latency: 31 * time.Second})
		w.serve("origin:80", always(200, "body"))
		_, err := w.do(w.url("http://origin/"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_TIMEOUT))
		Expect(passed()).To(Equal(time.Minute))
	})

	It("a request says how it stands to other traffic", func() {
		on(pclink.Config{Down: 8 * pclink.Kbps, Traffic: []pclink.Traffic{{Down: 8 * pclink.Kbps}}})
		w.serve("origin:80", always(200, strings.Repeat("x", 10_000)))
		for _, class := range []pclink.Class{pclink.Foreground, pclink.Background} {
			start = w.clk.Now()
			r := w.url("http://origin/")
			r.Class = class
			w.get(r)
			rate := map[pclink.Class]time.Duration{pclink.Foreground: 2, pclink.Background: 4}[class]
			Expect(passed()).To(BeNumerically("~", rate*10*time.Second, time.Second), "%v", class)
		}
	})
})
