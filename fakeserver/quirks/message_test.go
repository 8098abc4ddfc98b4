package quirks_test

import (
	"io"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
)

var _ = Describe("no-content-length", func() {
	It("lets the connection end the body", func() {
		w := with("no-content-length", nil)
		c := w.dial()
		a := c.Get("/a")
		Expect(a.Length).To(Equal(int64(-1)))
		Expect(a.TE).To(BeEmpty())
		Expect(a.Close).To(BeTrue())
		Expect(a.Body).To(Equal(sent(0, size-1)))
		Expect(w.notes()).To(HaveLen(1))
	})

	It("leaves it out for HEAD", func() {
		c := with("no-content-length", nil).dial()
		a := c.Head("/a")
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Header).NotTo(HaveKey("Content-Length"))
		Expect(c.End()).To(MatchError(io.EOF))
	})
})

var _ = Describe("chunked", func() {
	It("sends chunks and keeps the connection", func() {
		w := with("chunked", nil)
		c := w.dial()
		a := c.Get("/a")
		Expect(a.TE).To(Equal([]string{"chunked"}))
		Expect(a.Header).NotTo(HaveKey("Content-Length"))
		Expect(a.Body).To(Equal(sent(0, size-1)))
		Expect(w.notes()).To(HaveLen(1))
		Expect(c.Head("/a").Header).NotTo(HaveKey("Content-Length"))
		Expect(c.Get("/a", "Range: bytes=0-0").Body).To(HaveLen(1))
	})
})

var _ = Describe("http10", func() {
	It("answers in HTTP/1.0 and closes", func() {
		w := with("http10", nil)
		c := w.dial()
		a := c.Get("/a")
		Expect(a.Proto).To(Equal("HTTP/1.0"))
		Expect(a.Body).To(Equal(sent(0, size-1)))
		Expect(a.Header.Get("Connection")).To(Equal("close"))
		Expect(w.notes()).To(HaveLen(1))
		Expect(c.End()).To(MatchError(io.EOF))
	})

	It("keeps the connection when told, as far as HTTP/1.0 can", func() {
		c := with("http10", params{"keep-alive": true}).dial()
		for range 2 {
			a := c.Get("/a", "Range: bytes=0-9")
			Expect(a.Proto).To(Equal("HTTP/1.0"))
			Expect(a.Status).To(Equal(http.StatusPartialContent))
			Expect(a.Header.Get("Connection")).To(Equal("keep-alive"))
		}
	})

	It("sends no chunks", func() {
		w := withAll(fakeserver.Use{Name: "http10", Params: params{"keep-alive": true}}, fakeserver.Use{Name: "chunked"})
		a := w.get()
		Expect(a.TE).To(BeEmpty())
		Expect(a.Close).To(BeTrue())
		Expect(a.Body).To(Equal(sent(0, size-1)))
	})
})

var _ = Describe("close", func() {
	It("closes after the answer and says so", func() {
		w := with("close", nil)
		c := w.dial()
		a := c.Get("/a")
		Expect(a.Close).To(BeTrue())
		Expect(a.Body).To(HaveLen(size))
		Expect(c.End()).To(MatchError(io.EOF))
		Expect(w.notes()).To(HaveLen(1))
	})

	It("also after a handler that writes nothing, but not after one that answers nothing", func() {
		w := with("close", nil)
		Expect(w.SetRoutes([]fakeserver.Route{
			{Path: "/silent", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})},
			{Path: "/gone", Behaviours: []fakeserver.Use{{Name: "no-answer"}}},
		})).To(Succeed())
		Expect(w.dial().Get("/silent").Close).To(BeTrue())
		Expect(w.dial().Get("/gone").Err).To(HaveOccurred())
		Expect(w.notes()).To(ConsistOf(HavePrefix("no-answer: ")))
	})
})

var _ = Describe("no-head", func() {
	It("refuses HEAD only", func() {
		w := with("no-head", nil)
		c := w.dial()
		a := c.Head("/a")
		Expect(a.Status).To(Equal(http.StatusMethodNotAllowed))
		Expect(a.Header.Get("Allow")).To(Equal("GET"))
		Expect(w.notes()).To(HaveLen(1))
		Expect(c.Get("/a").Status).To(Equal(http.StatusOK))
	})
})

var _ = Describe("header fields", func() {
	It("no-accept-ranges leaves Accept-Ranges out", func() {
		w := with("no-accept-ranges", nil)
		Expect(w.get("Range: bytes=0-9").Header).NotTo(HaveKey("Accept-Ranges"))
		Expect(w.notes()).To(HaveLen(1))
	})

	It("no-last-modified leaves Last-Modified out, of 304 too", func() {
		w := with("no-last-modified", nil)
		Expect(w.get().Header).NotTo(HaveKey("Last-Modified"))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get("If-Modified-Since: " + stamp).Header).NotTo(HaveKey("Last-Modified"))
	})

	DescribeTable("strip-header leaves out", func(name string) {
		w := with("strip-header", params{"name": name})
		a := w.get("Range: bytes=0-9")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header).NotTo(HaveKey(http.CanonicalHeaderKey(name)))
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("Content-Range", "Content-Range"),
		Entry("ETag in any spelling", "etag"),
		Entry("Date, which net/http would add", "Date"),
	)

	It("set-header sets one field in place of another", func() {
		w := with("set-header", params{"name": "last-modified", "value": "never"})
		a := w.get()
		Expect(a.Header.Values("Last-Modified")).To(Equal([]string{"never"}))
		Expect(w.notes()).To(HaveLen(1))
	})

	It("refuses what frames the message and what is no name or value", func() {
		Expect(refusal("strip-header", params{"name": "Content-Length"})).To(MatchError(ContainSubstring(`use the behaviour "no-content-length"`)))
		Expect(refusal("set-header", params{"name": "Connection", "value": "x"})).To(MatchError(ContainSubstring(`use the behaviour "close"`)))
		Expect(refusal("set-header", params{"name": "A B", "value": "x"})).To(MatchError(ContainSubstring("is not a field name")))
		Expect(refusal("set-header", params{"name": "A", "value": "x\r\nB: y"})).To(MatchError(ContainSubstring("line end")))
	})
})
