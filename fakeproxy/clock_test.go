package fakeproxy_test

import (
	"io"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("on a virtual clock", func() {
	var (
		v      *clock.Virtual
		start  time.Time
		origin *fakehttp.Server
	)
	BeforeEach(func() {
		start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)
		v = clock.NewVirtual(start)
		var err error
		origin, err = fakehttp.Start(fakehttp.Config{Name: "origin", Clock: v, Handler: http.HandlerFunc(slow)})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(origin.Close)
	})

	// agent is a client whose work holds the clock while it waits for an answer.
	agent := func(p *fakeproxy.Server) (*browser, clock.Hold) {
		b := browse(p.Addr())
		b.Conn = v.Track(b.Conn)
		b.in.Reset(b.Conn)
		h := v.Hold("agent")
		DeferCleanup(h.Release)
		h.Bind(b.Conn)
		return b, h
	}

	It("lets an origin's delays pass on behalf of the client, before the answer and within it", func() {
		p, _ := proxy(fakeproxy.Config{Clock: v})
		b, _ := agent(p)
		for range 2 {
			Expect(b.ask(get(origin.Addr(), "/")...).body).To(Equal("onetwo"))
		}
		Expect(v.Now().Sub(start)).To(Equal(2 * 7 * time.Minute))
	})

	It("does so on shared connections, for whoever asks", func() {
		p, _ := proxy(fakeproxy.Config{Clock: v, Behaviours: use("unpinned")})
		first, h := agent(p)
		Expect(first.ask(get(origin.Addr(), "/")...).body).To(Equal("onetwo"))
		h.Release()
		second, _ := agent(p)
		Expect(second.ask(get(origin.Addr(), "/")...).body).To(Equal("onetwo"))
		Expect(v.Now().Sub(start)).To(Equal(2 * 7 * time.Minute))
	})

	It("does so through a chain, and through tunnels", func() {
		next, _ := proxy(fakeproxy.Config{Name: "hq", Clock: v})
		p, _ := proxy(fakeproxy.Config{Clock: v, Via: next.Addr()})
		b, _ := agent(p)
		Expect(b.ask(get(origin.Addr(), "/")...).body).To(Equal("onetwo"))
		Expect(b.ask(connect(origin.Addr())...).StatusCode).To(Equal(200))
		Expect(b.ask("GET / HTTP/1.1", "Host: x").body).To(Equal("onetwo"))
		Expect(v.Now().Sub(start)).To(Equal(2 * 7 * time.Minute))
	})

	It("waits itself, with the behaviour delay", func() {
		quick := serve(func(w http.ResponseWriter, r *http.Request) {})
		p, rec := proxy(fakeproxy.Config{Clock: v, Behaviours: use("delay", "duration", "22h")})
		b, _ := agent(p)
		Expect(b.ask(get(quick.Addr(), "/")...).StatusCode).To(Equal(200))
		Expect(v.Now().Sub(start)).To(Equal(22 * time.Hour))
		Expect(rec.Exchanges(0)[0].End).To(Equal(start.Add(22 * time.Hour)))
	})

	It("dates its own answers by it", func() {
		p, _ := proxy(fakeproxy.Config{Clock: v, Auth: byNTLM()})
		Expect(browse(p.Addr()).ask(get("origin.lab", "/")...).Header.Get("Date")).To(Equal("Fri, 06 Aug 2004 12:00:00 GMT"))
		p, _ = proxy(fakeproxy.Config{Clock: v})
		Expect(browse(p.Addr()).ask(get(nobody(), "/")...).Header.Get("Date")).To(Equal("Fri, 06 Aug 2004 12:00:00 GMT"))
	})
})

// slow answers after 5 minutes, and takes 2 more for the second half.
func slow(w http.ResponseWriter, r *http.Request) {
	if fakehttp.Sleep(r, 5*time.Minute) != nil {
		return
	}
	w.Header().Set("Content-Length", "6")
	_, _ = io.WriteString(w, "one")
	_ = http.NewResponseController(w).Flush()
	if fakehttp.Sleep(r, 2*time.Minute) != nil {
		return
	}
	_, _ = io.WriteString(w, "two")
}
