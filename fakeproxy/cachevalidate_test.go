package fakeproxy_test

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/transcript"
)

var _ = Describe("the behaviour cache, as RFC 9111 has caches", func() {
	var (
		o   *digits
		v   *clock.Virtual
		rec *transcript.Recorder
	)
	BeforeEach(func() {
		o, v = tenDigits(), clock.NewVirtual(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC))
	})
	caching := func(params ...any) *browser {
		GinkgoHelper()
		p, r := proxy(fakeproxy.Config{Clock: v, Behaviours: use("cache", params...)})
		rec = r
		return browse(p.Addr())
	}
	ask := func(b *browser, fields ...string) answer {
		GinkgoHelper()
		return b.ask(get(o.Addr(), "/f.cab", fields...)...)
	}
	pass := func(d time.Duration) {
		h := v.Hold("the test")
		defer h.Release()
		Expect(h.Sleep(GinkgoT().Context(), d)).To(Succeed())
	}

	It("asks whether a stale copy is still good, and uses it on", func() {
		b := caching("fresh", "10m", "stale", "revalidate")
		ask(b)
		for range 2 {
			pass(11 * time.Minute)
			a := ask(b, "Range: bytes=2-3")
			Expect(a.StatusCode).To(Equal(206))
			Expect(a.body).To(Equal("23"))
			Expect(a.Header.Get("X-Cache")).To(Equal("HIT from proxy"))
			Expect(a.Header.Get("Age")).To(Equal("0"))
			pass(9 * time.Minute)
			Expect(ask(b).Header.Get("Age")).To(Equal("540"))
		}
		Expect(o.seen()).To(Equal([]string{"GET", `GET "014640"`, `GET "014640"`}))
		Expect(notes(rec)).To(ContainElement(ContainSubstring("still good")))
	})
	It("takes the new state when it is not", func() {
		b := caching("fresh", "10m", "stale", "revalidate")
		ask(b)
		o.replace()
		pass(11 * time.Minute)
		a := ask(b, "Range: bytes=2-3")
		Expect(a.StatusCode).To(Equal(206))
		Expect(a.body).To(Equal("cd"))
		Expect(a.Header.Get("X-Cache")).To(Equal("MISS from proxy"))
		Expect(ask(b).body).To(Equal("abcdefghijabcdefghij"))
		Expect(o.seen()).To(HaveLen(2))
	})
	It("revalidates parts by themselves", func() {
		b := caching("fresh", "10m", "stale", "revalidate", "store", "parts")
		ask(b, "Range: bytes=0-5")
		pass(11 * time.Minute)
		Expect(ask(b, "Range: bytes=2-3").body).To(Equal("23"))
		Expect(o.seen()).To(Equal([]string{"GET bytes=0-5", `GET bytes=2-3 "014640"`}))
		o.replace()
		pass(11 * time.Minute)
		Expect(ask(b, "Range: bytes=2-3").body).To(Equal("cd"))
		Expect(ask(b, "Range: bytes=2-3").body).To(Equal("cd"))
		Expect(o.seen()).To(HaveLen(3))
	})
	DescribeTable("judges conditions by the copy", func(status int, fields ...string) {
		b := caching()
		ask(b)
		a := ask(b, fields...)
		Expect(a.StatusCode).To(Equal(status))
		if status == http.StatusNotModified {
			Expect(a.Header.Get("ETag")).To(Equal(`"014640"`))
			Expect(a.Header).NotTo(HaveKey("Content-Type"))
		}
		Expect(b.ask(head(o.Addr(), "/f.cab")...).StatusCode).To(Equal(200), "the connection is in step")
		Expect(o.seen()).To(HaveLen(1))
	},
		Entry("its tag", 304, `If-None-Match: "x", W/"014640"`),
		Entry("any tag", 304, "If-None-Match: *"),
		Entry("another tag, whatever the time", 200, `If-None-Match: "x"`, "If-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT"),
		Entry("its time", 304, "If-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT"),
		Entry("an older time", 200, "If-Modified-Since: Sun, 09 Sep 2001 01:46:39 GMT"),
		Entry("no date", 200, "If-Modified-Since: yesterday"),
		Entry("If-Match", 412, `If-Match: "x"`),
		Entry("If-Match with a weak tag", 412, `If-Match: W/"014640"`),
		Entry("If-Match of its own", 200, `If-Match: "014640"`),
		Entry("If-Unmodified-Since", 412, "If-Unmodified-Since: Sun, 09 Sep 2001 01:46:39 GMT"),
		Entry("If-Range of its own", 206, "Range: bytes=2-3", `If-Range: "014640"`),
		Entry("If-Range of another", 200, "Range: bytes=2-3", `If-Range: "x"`),
		Entry("If-Range with its time", 206, "Range: bytes=2-3", "If-Range: Sun, 09 Sep 2001 01:46:40 GMT"),
		Entry("a tag without end", 200, `If-None-Match: "014640`))

	Context("of an origin that says more", func() {
		var asked *atomic.Int32
		origin := func(fields ...string) string {
			asked = &atomic.Int32{}
			return serve(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				for i := 0; i < len(fields); i += 2 {
					w.Header().Set(fields[i], fields[i+1])
				}
				w.Header().Set("Date", "Fri, 06 Aug 2004 12:00:00 GMT")
				_, _ = io.WriteString(w, r.Header.Get("User-Agent"))
			}).Addr()
		}
		twice := func(b *browser, addr string, fields ...string) int {
			GinkgoHelper()
			b.ask(get(addr, "/", fields...)...)
			b.ask(get(addr, "/", fields...)...)
			return int(asked.Load())
		}

		It("gives an answer with Vary to those who ask alike", func() {
			addr, b := origin("Vary", "user-agent"), caching()
			for range 2 {
				Expect(b.ask(get(addr, "/", "User-Agent: BITS")...).body).To(Equal("BITS"))
				Expect(b.ask(get(addr, "/", "User-Agent: curl")...).body).To(Equal("curl"))
			}
			Expect(asked.Load()).To(BeEquivalentTo(2))
			addr, b = origin("Vary", "User-Agent"), caching("vary", "ignore")
			b.ask(get(addr, "/", "User-Agent: BITS")...)
			Expect(b.ask(get(addr, "/", "User-Agent: curl")...).body).To(Equal("BITS"), "which was another client's")
			Expect(twice(caching(), origin("Vary", "*"))).To(Equal(2))
		})
		It("obeys Cache-Control and Expires when it is told to", func() {
			for _, c := range []struct {
				times  int
				fields []string
			}{
				{1, []string{"Cache-Control", "public, max-age=60"}}, {2, []string{"Cache-Control", "max-age=0"}}, {2, []string{"Cache-Control", "no-cache"}},
				{1, []string{"Cache-Control", `max-age=0, s-maxage="60"`}}, {2, []string{"Cache-Control", "max-age=60", "Age", "60"}},
				{1, []string{"Expires", "Fri, 06 Aug 2004 12:01:00 GMT"}}, {2, []string{"Expires", "Fri, 06 Aug 2004 12:00:00 GMT"}}, {2, []string{"Expires", "0"}},
				{1, nil},
			} {
				Expect(twice(caching("obey", true), origin(c.fields...))).To(Equal(c.times), "%q", c.fields)
				Expect(twice(caching(), origin(c.fields...))).To(Equal(1), "%q, not obeyed", c.fields)
			}
			Expect(twice(caching("obey", true), origin(), "Cache-Control: no-cache")).To(Equal(2))
			Expect(twice(caching("obey", true), origin(), "Pragma: no-cache")).To(Equal(2))
			Expect(twice(caching("obey", true), origin(), "Cache-Control: max-age=0")).To(Equal(2))
			Expect(twice(caching("obey", true), origin(), "Cache-Control: max-age=60", "Pragma: no-cache")).To(Equal(1))
		})
		It("adds to the age that an answer came with", func() {
			addr, b := origin("Age", "100"), caching()
			b.ask(get(addr, "/")...)
			pass(10 * time.Second)
			Expect(b.ask(get(addr, "/")...).Header.Get("Age")).To(Equal("110"))
		})
		It("forgets a URL that was written to", func() {
			addr, b := origin(), caching()
			b.ask(get(addr, "/")...)
			b.ask("POST http://"+addr+"/ HTTP/1.1", "Host: x", "Content-Length: 0")
			b.ask(get(addr, "/")...)
			Expect(asked.Load()).To(BeEquivalentTo(3))
		})
	})
})
