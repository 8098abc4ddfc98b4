package fakeproxy_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("the behaviour cache", func() {
	var (
		o *digits
		v *clock.Virtual
	)
	BeforeEach(func() {
		o, v = tenDigits(), clock.NewVirtual(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC))
	})
	caching := func(params ...any) *browser {
		GinkgoHelper()
		p, _ := proxy(fakeproxy.Config{Clock: v, Behaviours: use("cache", params...)})
		return browse(p.Addr())
	}
	ranges := func(b *browser, span string) answer {
		return b.ask(get(o.Addr(), "/f.cab", "Range: bytes="+span)...)
	}
	pass := func(d time.Duration) {
		h := v.Hold("the test")
		defer h.Release()
		Expect(h.Sleep(GinkgoT().Context(), d)).To(Succeed())
	}

	It("answers GET, HEAD and ranges from a whole copy, with its age, until it is stale", func() {
		b := caching("fresh", "10m")
		Expect(b.ask(get(o.Addr(), "/f.cab")...).Header.Get("X-Cache")).To(Equal("MISS from proxy"))
		o.replace()
		pass(90 * time.Second)
		a := ranges(b, "2-3")
		Expect(a.StatusCode).To(Equal(206))
		Expect(a.body).To(Equal("23"))
		Expect(a.Header.Get("Age")).To(Equal("90"))
		Expect(a.Header.Get("X-Cache")).To(Equal("HIT from proxy"))
		Expect(a.Header.Get("ETag")).To(Equal(`"014640"`))
		Expect(b.ask(head(o.Addr(), "/f.cab")...).ContentLength).To(BeEquivalentTo(20))
		Expect(ranges(b, "20-").StatusCode).To(Equal(416))
		pass(10 * time.Minute)
		Expect(b.ask(get(o.Addr(), "/f.cab")...).body).To(Equal("abcdefghijabcdefghij"))
		Expect(o.seen()).To(Equal([]string{"GET", "GET"}))
	})

	It("lets ranges pass by, fetches the whole for them, or keeps them", func() {
		b := caching()
		ranges(b, "2-3")
		ranges(b, "2-3")
		Expect(o.seen()).To(Equal([]string{"GET bytes=2-3", "GET bytes=2-3"}))

		b = caching("store", "fetch-whole")
		Expect(ranges(b, "2-3").body).To(Equal("23"))
		Expect(ranges(b, "4-5").body).To(Equal("45"))
		Expect(o.seen()[2:]).To(Equal([]string{"GET"}))

		b = caching("store", "parts")
		ranges(b, "0-5")
		Expect(ranges(b, "6-9").StatusCode).To(Equal(206))
		a := ranges(b, "4-7")
		Expect(a.body).To(Equal("4567"), "put together")
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 4-7/20"))
		Expect(ranges(b, "8-11").body).To(Equal("8901"))
		Expect(o.seen()[3:]).To(Equal([]string{"GET bytes=0-5", "GET bytes=6-9", "GET bytes=8-11"}))
	})

	It("drops the parts of an old state, or mixes them with the new", func() {
		b := caching("store", "parts")
		ranges(b, "0-9")
		o.replace()
		Expect(ranges(b, "10-19").body).To(Equal("abcdefghij"))
		Expect(ranges(b, "0-9").body).To(Equal("abcdefghij"), "asked anew")

		o = tenDigits()
		b = caching("store", "parts", "mix", true, "validators", "newest")
		first := ranges(b, "0-9")
		o.replace()
		second := ranges(b, "10-19")
		mixed := b.ask(get(o.Addr(), "/f.cab")...)
		Expect(mixed.StatusCode).To(Equal(200))
		Expect(mixed.body).To(Equal("0123456789abcdefghij"))
		Expect(mixed.Header.Get("ETag")).To(Equal(second.Header.Get("ETag")))
		Expect(first.Header.Get("ETag")).NotTo(Equal(second.Header.Get("ETag")))
		Expect(o.seen()).To(HaveLen(2))
	})

	It("keeps nothing of a request with Authorization, nor what it is told not to", func() {
		b := caching()
		for range 2 {
			b.ask(get(o.Addr(), "/f.cab", "Authorization: Basic eDp5")...)
		}
		Expect(o.seen()).To(HaveLen(2))
		private := script("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nCache-Control: private\r\n\r\nx")
		for range 2 {
			b.ask(get(private.addr(), "/")...)
		}
		Expect(private.seen()).To(HaveLen(2))
	})

	It("drops an old state at a 412", func() {
		b := caching("store", "parts")
		ranges(b, "0-9")
		o.replace()
		since := "If-Unmodified-Since: " + time.Unix(1e9, 0).UTC().Format(http.TimeFormat)
		Expect(b.ask(get(o.Addr(), "/f.cab", "Range: bytes=10-19", since)...).StatusCode).To(Equal(412))
		Expect(ranges(b, "0-9").body).To(Equal("abcdefghij"))
	})

	It("keeps a 404 when it is told to", func() {
		b := caching("errors", "5m")
		for range 2 {
			Expect(b.ask(get(o.Addr(), "/missing")...).StatusCode).To(Equal(http.StatusNotFound))
		}
		Expect(o.seen()).To(HaveLen(1))
		pass(5 * time.Minute)
		b.ask(get(o.Addr(), "/missing")...)
		Expect(o.seen()).To(HaveLen(2))
	})

	It("does not hand out one client's login with a copy", func() {
		p, _ := proxy(fakeproxy.Config{Clock: v, Behaviours: use("cache"), Auth: byNTLM()})
		first := browse(p.Addr())
		Expect(first.login("Proxy-Authorization", user("alice", "pw", 0), get(o.Addr(), "/f.cab")...)[2].StatusCode).To(Equal(200))
		Expect(browse(p.Addr()).ask(get(o.Addr(), "/f.cab")...).StatusCode).To(Equal(407))
	})

	It("stays within its memory, and drops the oldest", func() {
		p, rec := proxy(fakeproxy.Config{Clock: v, Behaviours: use("cache", "limit", "4200B")})
		b := browse(p.Addr())
		for _, path := range []string{"/a", "/b", "/c", "/b", "/c", "/a"} {
			b.ask(get(o.Addr(), path)...)
		}
		Expect(o.seen()).To(HaveLen(4), "/b and /c were there, /a was not")
		Expect(notes(rec)).To(ContainElement(ContainSubstring("is full")))
	})
})
