package quirks_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("status", func() {
	It("answers with it and keeps the connection", func() {
		w := with("status", params{"status": 503, "retry-after": 1500 * time.Millisecond})
		c := w.dial()
		a := c.Get("/a")
		Expect(a.Status).To(Equal(http.StatusServiceUnavailable))
		Expect(a.Header.Get("Retry-After")).To(Equal("2"))
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(w.notes()).To(HaveLen(1))
		Expect(c.Head("/a").Status).To(Equal(http.StatusServiceUnavailable))
	})
})

var _ = Describe("status-nth", func() {
	DescribeTable("answers", func(p params, want ...int) {
		w := with("status-nth", p)
		c := w.dial()
		var got []int
		for range want {
			got = append(got, c.Get("/a", "Range: bytes=0-0").Status)
		}
		Expect(got).To(Equal(want))
	},
		Entry("the nth", params{"nth": 2}, 206, 503, 206, 206),
		Entry("from one on", params{"from": 2, "status": 500}, 206, 500, 500),
		Entry("up to one", params{"to": 2}, 503, 503, 206),
		Entry("from one to another", params{"from": 2, "to": 3}, 206, 503, 503, 206),
		Entry("every nth", params{"every": 2, "status": 404}, 206, 404, 206, 404),
	)

	It("sends Retry-After with it and notes it", func() {
		w := with("status-nth", params{"nth": 1, "retry-after": "1m"})
		Expect(w.get().Header.Get("Retry-After")).To(Equal("60"))
		Expect(w.notes()).To(ConsistOf("status-nth: answered request 1 with 503"))
	})

	It("counts only requests that its path and method match", func() {
		w := with("status-nth", params{"nth": 2, "path": "/b/", "method": "GET"})
		c := w.dial()
		var got []int
		for range 2 {
			got = append(got, c.Head("/b/c").Status, c.Get("/a").Status, c.Get("/b/c").Status)
		}
		Expect(got).To(Equal([]int{200, 200, 200, 200, 200, 503}))
	})

	DescribeTable("refuses", func(p params, message string) {
		Expect(refusal("status-nth", p)).To(MatchError(ContainSubstring(message)))
	},
		Entry("nothing", nil, "exactly one of"),
		Entry("two forms", params{"nth": 1, "every": 2}, "exactly one of"),
		Entry("nth 0", params{"nth": 0}, "counted from 1"),
		Entry("every 0", params{"every": 0}, "counted from 1"),
		Entry("backwards", params{"from": 3, "to": 2}, `"to" is less than "from"`),
		Entry("to 0", params{"to": 0}, `"to" is less than "from"`),
	)
})

var _ = Describe("redirect", func() {
	It("sends the client elsewhere", func() {
		w := with("redirect", params{"to": "/b/c", "path": "/a"})
		c := w.dial()
		a := c.Get("/a")
		Expect(a.Status).To(Equal(http.StatusFound))
		Expect(a.Header.Get("Location")).To(Equal("/b/c"))
		Expect(w.notes()).To(ConsistOf("redirect: 302 to /b/c"))
		Expect(c.Get("/b/c").Status).To(Equal(http.StatusOK))
	})

	It("takes any redirecting status and lets its target be reached", func() {
		c := with("redirect", params{"to": "/b/c", "status": 301}).dial()
		Expect(c.Head("/a").Status).To(Equal(http.StatusMovedPermanently))
		Expect(c.Get("/b/c").Status).To(Equal(http.StatusOK))
		Expect(refusal("redirect", params{"to": "/", "status": 304})).To(MatchError(ContainSubstring("304 is no redirection")))
	})
})

var _ = Describe("delay", func() {
	It("waits on behalf of the exchange before the first byte", func() {
		w := with("delay", params{"duration": "6m"})
		c := w.dial()
		h := w.clk.Hold("exchange")
		defer h.Release()
		h.Bind(c.Conn)
		a := c.Get("/a")
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Header.Get("Date")).To(Equal(start.Format(http.TimeFormat)), "made when the request came")
		Expect(w.clk.Now()).To(Equal(start.Add(6 * time.Minute)))
		Expect(w.notes()).To(ConsistOf("delay: waited 6m0s"))
	})

	It("gives up with its client", func() {
		w := with("delay", params{"duration": "10m"})
		c := w.dial()
		h := w.clk.Hold("exchange")
		defer h.Release()
		h.Bind(c.Conn)
		w.clk.AfterFunc(5*time.Minute, "receive time-out", func() {
			h.Reclaim()
			_ = c.SetReadDeadline(time.Unix(1, 0))
		})
		Expect(c.Get("/a").Err).To(HaveOccurred())
		Expect(w.clk.Now()).To(Equal(start.Add(5 * time.Minute)))
		Eventually(w.notes).Should(ContainElement(HavePrefix("delay: gave up")))
	})
})
