package fakehttp_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

// client is one raw connection.
type client struct {
	net.Conn
	*bufio.Reader
}

func dial(s *fakehttp.Server, wrap func(net.Conn) net.Conn) client {
	conn, err := net.Dial("tcp", s.Addr())
	Expect(err).NotTo(HaveOccurred())
	conn = wrap(conn)
	DeferCleanup(func() { _ = conn.Close() })
	Expect(conn.SetDeadline(time.Now().Add(10 * time.Second))).To(Succeed())
	return client{conn, bufio.NewReader(conn)}
}

func plain(c net.Conn) net.Conn { return c }

func (c client) Read(b []byte) (int, error) { return c.Reader.Read(b) }

func (c client) get(path string) *http.Response {
	_, err := fmt.Fprintf(c.Conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	Expect(err).NotTo(HaveOccurred())
	resp, err := http.ReadResponse(c.Reader, nil)
	Expect(err).NotTo(HaveOccurred())
	return resp
}

func text(resp *http.Response) string {
	b, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return string(b)
}

// closing counts how often it was closed.
type closing struct{ n atomic.Int32 }

func (c *closing) Close() error { c.n.Add(1); return nil }

var _ = Describe("a fake's listener", func() {
	var (
		clk   *clock.Virtual
		rec   *transcript.Recorder
		serve func(http.HandlerFunc) *fakehttp.Server
	)
	BeforeEach(func() {
		clk = clock.NewVirtual(start)
		rec = transcript.New(transcript.Options{Now: clk.Now})
		serve = func(h http.HandlerFunc) *fakehttp.Server {
			s, err := fakehttp.Start(fakehttp.Config{Name: "origin", Clock: clk, Recorder: rec, Handler: h})
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(s.Close)
			return s
		}
	})

	It("dates its answers by the world's clock", func() {
		s := serve(func(http.ResponseWriter, *http.Request) {})
		Expect(dial(s, plain).get("/").Header.Get("Date")).To(Equal("Fri, 06 Aug 2004 12:00:00 GMT"))
	})

	It("records exchanges with what handlers say of them", func() {
		s := serve(func(w http.ResponseWriter, r *http.Request) {
			c := fakehttp.ConnOf(r)
			c.Note("seen on %s", c.ID())
			c.Annotate(func(x *transcript.Exchange) { x.Verified = `LAB\alice` })
			_, _ = io.WriteString(w, "hello")
		})
		Expect(text(dial(s, plain).get("/a"))).To(Equal("hello"))
		var x *transcript.Exchange
		Eventually(func() bool { x = rec.Exchanges(0)[0]; return !x.End.IsZero() }).Should(BeTrue())
		Expect(x.Conn).To(Equal("origin#1"))
		Expect(x.Role).To(Equal(transcript.Server))
		Expect(x.Notes).To(Equal([]string{"seen on origin#1"}))
		Expect(x.Verified).To(Equal(`LAB\alice`))
		Expect(x.Response.Body.Length).To(Equal(int64(5)))
	})

	It("keeps values per connection and closes them with it", func() {
		made, seen := 0, make(chan *closing, 4)
		s := serve(func(_ http.ResponseWriter, r *http.Request) {
			seen <- fakehttp.ConnOf(r).Value("key", func() any { made++; return &closing{} }).(*closing)
		})
		a := dial(s, plain)
		a.get("/1")
		a.get("/2")
		first := <-seen
		Expect(<-seen).To(BeIdenticalTo(first))
		dial(s, plain).get("/3")
		Expect(<-seen).NotTo(BeIdenticalTo(first))
		Expect(made).To(Equal(2))
		Expect(first.n.Load()).To(BeZero())
		Expect(a.Conn.Close()).To(Succeed())
		Eventually(first.n.Load).Should(Equal(int32(1)))
	})

	It("resets a connection", func() {
		s := serve(fakehttp.Reset)
		c := dial(s, plain)
		_, _ = io.WriteString(c.Conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		_, err := c.Read(make([]byte, 1))
		Expect(errors.Is(err, syscall.ECONNRESET)).To(BeTrue(), "%v", err)
	})

	It("closes a connection in good order", func() {
		s := serve(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "some")
			_ = fakehttp.Settle(w, r)
			fakehttp.Close(w, r)
		})
		c := dial(s, clk.Track)
		_, _ = io.WriteString(c.Conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		all, err := io.ReadAll(c)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(all)).To(HaveSuffix("4\r\nsome\r\n"), "no last chunk")
	})

	It("loses nothing of what it settled before a reset", func() {
		body := strings.Repeat("x", 4<<20)
		s := serve(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, body)
			_ = fakehttp.Settle(w, r)
			fakehttp.Reset(w, r)
		})
		resp := dial(s, clk.Track).get("/")
		got, err := io.ReadAll(resp.Body)
		Expect(errors.Is(err, syscall.ECONNRESET)).To(BeTrue(), "%v", err)
		Expect(got).To(HaveLen(len(body)))
	})

	It("writes raw bytes and notes what went wrong", func() {
		s := serve(func(w http.ResponseWriter, r *http.Request) {
			fakehttp.Raw(w, r, func(c net.Conn) error {
				_, _ = io.WriteString(c, "HTTP/1.1 299 Odd\r\n\r\nbytes")
				return errors.New("enough")
			})
		})
		resp := dial(s, plain).get("/")
		Expect(resp.StatusCode).To(Equal(299))
		Expect(text(resp)).To(Equal("bytes"))
		Expect(rec.Exchanges(0)[0].Notes).To(Equal([]string{"raw answer: enough"}))
	})

	It("answers one request in HTTP/1.0 when asked and keeps the connection", func() {
		s := serve(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/10" {
				fakehttp.ConnOf(r).AnswerHTTP10()
			}
		})
		c := dial(s, plain)
		Expect(c.get("/10").Proto).To(Equal("HTTP/1.0"))
		Expect(c.get("/11").Proto).To(Equal("HTTP/1.1"))
	})

	It("sleeps on behalf of the exchange, in virtual time", func() {
		s := serve(func(w http.ResponseWriter, r *http.Request) {
			if fakehttp.Sleep(r, time.Hour) == nil {
				_, _ = io.WriteString(w, clk.Now().Format(time.TimeOnly))
			}
		})
		c := dial(s, clk.Track)
		h := clk.Hold("exchange")
		defer h.Release()
		h.Bind(c.Conn)
		Expect(text(c.get("/"))).To(Equal("13:00:00"))
	})

	It("serves TLS beneath the record", func() {
		cert, pool := labCertificate()
		s, err := fakehttp.Start(fakehttp.Config{
			Name: "secure", Clock: clk, Recorder: rec,
			TLS:     &tls.Config{Certificates: []tls.Certificate{cert}},
			Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hidden") }),
		})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		c := dial(s, func(c net.Conn) net.Conn {
			return tls.Client(c, &tls.Config{RootCAs: pool, ServerName: "origin.lab"})
		})
		Expect(text(c.get("/s"))).To(Equal("hidden"))
		Expect(rec.Exchanges(0)[0].Request.Line).To(Equal("GET /s HTTP/1.1"))
	})

	It("bounds heads and the time to send one", func() {
		s, err := fakehttp.Start(fakehttp.Config{
			HeaderTimeout: 50 * time.Millisecond, MaxHeaderBytes: 1024,
			Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
		})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		big := dial(s, plain)
		go func() { _, _ = fmt.Fprintf(big.Conn, "GET / HTTP/1.1\r\nX: %s\r\n\r\n", strings.Repeat("x", 64<<10)) }()
		resp, err := http.ReadResponse(big.Reader, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(http.StatusRequestHeaderFieldsTooLarge))
		slow := dial(s, plain)
		_, _ = io.WriteString(slow.Conn, "GET / HT")
		rest, err := io.ReadAll(slow)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(rest)).NotTo(ContainSubstring("200"))
	})

	It("needs a handler and a free address", func() {
		_, err := fakehttp.Start(fakehttp.Config{})
		Expect(err).To(MatchError("starting a fake: no handler"))
		s := serve(func(http.ResponseWriter, *http.Request) {})
		_, err = fakehttp.Start(fakehttp.Config{Name: "second", Addr: s.Addr(), Handler: http.NotFoundHandler()})
		Expect(err).To(MatchError(ContainSubstring(`starting fake "second"`)))
	})
})

var _ = Describe("closing a fake", func() {
	It("ends idle, sleeping and hijacked connections and waits for all", func() {
		before := gleak.Goroutines()
		clk := clock.NewVirtual(start)
		busy := clk.Hold("keeps the clock still")
		defer busy.Release()
		returned, entered := &atomic.Int32{}, make(chan struct{}, 8)
		values := &closing{}
		s, err := fakehttp.Start(fakehttp.Config{Clock: clk, Handler: http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				defer returned.Add(1)
				fakehttp.ConnOf(r).Value("v", func() any { return values })
				entered <- struct{}{}
				switch r.URL.Path {
				case "/sleep":
					_ = fakehttp.Sleep(r, time.Hour)
				case "/tunnel": // as a proxy does: the handler returns first
					conn, _, _ := http.NewResponseController(w).Hijack()
					go func() { _, _ = io.Copy(io.Discard, conn) }()
				case "/raw":
					fakehttp.Raw(w, r, func(c net.Conn) error { _, err := io.ReadAll(c); return err })
				}
			})})
		Expect(err).NotTo(HaveOccurred())
		for _, path := range []string{"/idle", "/sleep", "/tunnel", "/raw"} {
			_, _ = fmt.Fprintf(dial(s, plain).Conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
			<-entered
		}
		Expect(s.Close()).To(Succeed())
		Expect(returned.Load()).To(Equal(int32(4)))
		Expect(values.n.Load()).To(Equal(int32(4)))
		Expect(s.Close()).To(Succeed())
		Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before))
	})
})
