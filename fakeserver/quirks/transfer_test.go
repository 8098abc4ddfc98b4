package quirks_test

import (
	"io"
	"net/http"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
)

var _ = Describe("cut-after", func() {
	DescribeTable("ends the connection inside the body", func(how string, want error) {
		w := with("cut-after", params{"bytes": "100kB", "how": how})
		for range 2 {
			a := w.get()
			Expect(a.Status).To(Equal(http.StatusOK))
			Expect(a.Length).To(Equal(int64(size)))
			Expect(a.Body).To(Equal(sent(0, 99_999)))
			Expect(a.Err).To(MatchError(want))
			Expect(w.notes()).To(ConsistOf("cut-after: cut the connection (" + how + ")"))
		}
	},
		Entry("in good order", "close", io.ErrUnexpectedEOF),
		Entry("with a reset", "reset", syscall.ECONNRESET),
	)

	It("stops after so many times", func() {
		w := with("cut-after", params{"bytes": "1B", "times": 2})
		Expect(w.get().Body).To(HaveLen(1))
		Expect(w.get().Body).To(HaveLen(1))
		a := w.get()
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(a.Body).To(Equal(sent(0, size-1)))
	})

	It("may cut after the head", func() {
		a := with("cut-after", params{"bytes": 0}).get()
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Body).To(BeEmpty())
		Expect(a.Err).To(HaveOccurred())
	})

	It("lets shorter bodies and HEAD pass, which do not count", func() {
		w := with("cut-after", params{"bytes": "100B", "times": 1})
		c := w.dial()
		Expect(c.Head("/a").Err).NotTo(HaveOccurred())
		Expect(c.Get("/a", "Range: bytes=0-99").Body).To(Equal(sent(0, 99)))
		Expect(w.notes()).To(BeEmpty())
		Expect(c.Get("/a", "Range: bytes=0-100").Body).To(Equal(sent(0, 99)))
	})

	It("cuts bodies without length and with chunks", func() {
		cut := fakeserver.Use{Name: "cut-after", Params: params{"bytes": "100B"}}
		a := withAll(cut, fakeserver.Use{Name: "chunked"}).get()
		Expect(a.Body).To(Equal(sent(0, 99)))
		Expect(a.Err).To(MatchError(io.ErrUnexpectedEOF))
		Expect(withAll(cut, fakeserver.Use{Name: "no-content-length"}).get().Body).To(Equal(sent(0, 99)))
	})
})

var _ = Describe("no-answer", func() {
	DescribeTable("ends the connection instead", func(how string, want error) {
		w := with("no-answer", params{"how": how, "times": 1})
		Expect(w.get().Err).To(MatchError(want))
		Expect(w.notes()).To(ConsistOf("no-answer: ended the connection (" + how + ")"))
		Expect(w.get().Status).To(Equal(http.StatusOK))
	},
		Entry("in good order", "close", io.ErrUnexpectedEOF),
		Entry("with a reset", "reset", syscall.ECONNRESET),
	)
})

var _ = Describe("changed-during-transfer", func() {
	const oneHourLater = "Thu, 01 Jul 2004 23:08:00 GMT"

	It("serves another content and stamp from the second request on", func() {
		w := with("changed-during-transfer", nil)
		before := w.get("Range: bytes=0-99")
		Expect(before.Body).To(Equal(sent(0, 99)))
		Expect(w.notes()).To(BeEmpty())
		after := w.get("Range: bytes=100-199")
		Expect(after.Body).To(Equal(generated(size, seed+1, 100, 199)))
		Expect(after.Header.Get("Last-Modified")).To(Equal(oneHourLater))
		Expect(after.Header.Get("ETag")).NotTo(Equal(before.Header.Get("ETag")))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get("If-Unmodified-Since: " + stamp).Status).To(Equal(http.StatusPreconditionFailed))
	})

	It("counts requests", func() {
		w := with("changed-during-transfer", params{"requests": 2, "path": "/a"})
		c := w.dial()
		c.Get("/b/c")
		var stamps []string
		for range 3 {
			stamps = append(stamps, c.Head("/a").Header.Get("Last-Modified"))
		}
		Expect(stamps).To(Equal([]string{stamp, stamp, oneHourLater}))
	})

	It("counts bytes and finishes the answer under way with the old content", func() {
		w := with("changed-during-transfer", params{"bytes": "150B", "seed": 9, "size": "300B", "later": "1d"})
		Expect(w.get("Range: bytes=0-99").Body).To(Equal(sent(0, 99)))
		Expect(w.get("Range: bytes=100-199").Body).To(Equal(sent(100, 199)))
		a := w.get("Range: bytes=200-400")
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 200-299/300"))
		Expect(a.Body).To(Equal(generated(300, 9, 200, 299)))
		Expect(a.Header.Get("Last-Modified")).To(Equal("Fri, 02 Jul 2004 22:08:00 GMT"))
	})

	It("can hide the change behind the old stamp", func() {
		w := with("changed-during-transfer", params{"same-stamp": true})
		before, after := w.get(), w.get()
		Expect(after.Body).NotTo(Equal(before.Body))
		Expect(after.Header).To(Equal(before.Header))
	})

	It("refuses to count both", func() {
		Expect(refusal("changed-during-transfer", params{"requests": 1, "bytes": "1B"})).To(MatchError(ContainSubstring("only one of")))
	})
})
