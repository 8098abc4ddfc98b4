package fakeproxy_test

import (
	"io"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("the behaviour virus-scan", func() {
	var (
		o     *digits
		v     *clock.Virtual
		start time.Time
	)
	BeforeEach(func() {
		start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)
		o, v = tenDigits(), clock.NewVirtual(start)
	})
	// scanned asks for the file while the client's work holds the clock, and reads the
	// first bytes as they come.
	scanned := func(p *fakeproxy.Server, first int) (resp *http.Response, early time.Duration, body string, err error) {
		GinkgoHelper()
		b := browse(p.Addr())
		b.Conn = v.Track(b.Conn)
		b.in.Reset(b.Conn)
		h := v.Hold("agent")
		defer h.Release()
		h.Bind(b.Conn)
		b.send(get(o.Addr(), "/f.cab", "Range: bytes=0-1")...)
		resp, err = http.ReadResponse(b.in, nil)
		Expect(err).NotTo(HaveOccurred())
		some := make([]byte, first)
		_, err = io.ReadFull(resp.Body, some)
		Expect(err).NotTo(HaveOccurred())
		early = v.Now().Sub(start)
		rest, err := io.ReadAll(resp.Body)
		return resp, early, string(some) + string(rest), err
	}

	It("trickles while it scans, then sends the rest", func() {
		p, rec := proxy(fakeproxy.Config{Clock: v, Behaviours: use("virus-scan", "duration", "1m", "trickle", "2B", "every", "10s")})
		resp, early, body, err := scanned(p, 4)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(200), "Range was dropped")
		Expect(early).To(Equal(20 * time.Second))
		Expect(body).To(Equal("01234567890123456789"))
		Expect(v.Now().Sub(start)).To(Equal(time.Minute))
		Expect(notes(rec)).To(ContainElement(ContainSubstring("clean after 1m0s, 12 of them sent")))
	})

	It("sends nothing before the end without a trickle", func() {
		p, _ := proxy(fakeproxy.Config{Clock: v, Behaviours: use("virus-scan", "duration", "1m", "trickle", "0B")})
		_, early, _, err := scanned(p, 0)
		Expect(err).NotTo(HaveOccurred())
		Expect(early).To(Equal(time.Minute))
	})

	It("shows a page for an infected file, cuts when it has begun, and knows the URL then", func() {
		p, _ := proxy(fakeproxy.Config{Clock: v, Behaviours: use("virus-scan", "infected", true)})
		resp, _, body, err := scanned(p, 0)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(403))
		Expect(body).To(ContainSubstring("virus"))
		Expect(resp.Header).NotTo(HaveKey("Etag"))

		Expect(p.SetBehaviours(use("virus-scan", "infected", true, "duration", "30s", "trickle", "3B"))).To(Succeed())
		resp, _, body, err = scanned(p, 0)
		Expect(resp.StatusCode).To(Equal(200))
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
		Expect(body).To(Equal("012345678"))
		resp, _, _, _ = scanned(p, 0)
		Expect(resp.StatusCode).To(Equal(403))
		Expect(o.seen()).To(HaveLen(2))
	})

	It("lets errors and files longer than its memory pass unscanned", func() {
		p, rec := proxy(fakeproxy.Config{Behaviours: use("virus-scan", "infected", true, "limit", "10B")})
		b := browse(p.Addr())
		Expect(b.ask(get(o.Addr(), "/f.cab")...).body).To(HaveLen(20))
		Expect(notes(rec)).To(ContainElement(ContainSubstring("longer than 10 bytes")))
		Expect(p.SetBehaviours(use("virus-scan", "infected", true))).To(Succeed())
		Expect(b.ask(get(o.Addr(), "/missing")...).StatusCode).To(Equal(404))
	})
})
