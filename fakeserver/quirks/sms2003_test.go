package quirks_test

import (
	"io"
	"net/http"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("sms2003-rtm", func() {
	const overshoot = "Range: bytes=199900-200000"

	It("answers a range past the end with 500", func() {
		w := with("sms2003-rtm", nil)
		Expect(w.get(overshoot).Status).To(Equal(http.StatusInternalServerError))
		Expect(w.notes()).To(ConsistOf("sms2003-rtm: status for a range past the end of 200000 bytes"))
	})

	It("does so with another status, and for the huge first range", func() {
		w := with("sms2003-rtm", params{"status": 400})
		Expect(w.get("Range: bytes=0-2147483646").Status).To(Equal(http.StatusBadRequest))
		Expect(w.get("Range: bytes=300000-300001").Status).To(Equal(http.StatusBadRequest))
	})

	DescribeTable("does not touch", func(status int, lines ...string) {
		w := with("sms2003-rtm", nil)
		Expect(w.get(lines...).Status).To(Equal(status))
		Expect(w.notes()).To(BeEmpty())
	},
		Entry("no range", 200),
		Entry("a range up to the last byte", 206, "Range: bytes=199900-199999"),
		Entry("an open range", 206, "Range: bytes=199900-"),
		Entry("a long suffix", 206, "Range: bytes=-300000"),
		Entry("an overshooting range on a failed condition", 412, overshoot, "If-Unmodified-Since: Thu, 01 Jul 2004 22:07:00 GMT"),
	)

	It("promises the length asked for and delivers less", func() {
		a := with("sms2003-rtm", params{"misbehaviour": "short-206"}).get("Range: bytes=199900-200099")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 199900-200099/200000"))
		Expect(a.Length).To(Equal(int64(200)))
		Expect(a.Body).To(Equal(sent(199_900, 199_999)))
		Expect(a.Err).To(MatchError(io.ErrUnexpectedEOF))
	})

	It("promises bytes of which there is none", func() {
		a := with("sms2003-rtm", params{"misbehaviour": "short-206"}).get("Range: bytes=200000-200099")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Length).To(Equal(int64(100)))
		Expect(a.Body).To(BeEmpty())
		Expect(a.Err).To(MatchError(io.ErrUnexpectedEOF))
	})

	It("falls short in a multipart answer too", func() {
		a := with("sms2003-rtm", params{"misbehaviour": "short-206"}).get("Range: bytes=0-9,-5,199990-200009")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(ranges(a.Body)).To(Equal([]string{"bytes 0-9/200000", "bytes 199995-199999/200000", "bytes 199990-200009/200000"}))
		Expect(a.Length).To(Equal(int64(len(a.Body) + 10)))
		Expect(a.Err).To(MatchError(io.ErrUnexpectedEOF))
	})

	It("sends the whole file", func() {
		a := with("sms2003-rtm", params{"misbehaviour": "whole-200"}).get(overshoot)
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Header.Get("Content-Range")).To(BeEmpty())
		Expect(a.Body).To(Equal(sent(0, size-1)))
	})

	It("resets the connection", func() {
		a := with("sms2003-rtm", params{"misbehaviour": "reset"}).get(overshoot)
		Expect(a.Err).To(MatchError(syscall.ECONNRESET))
	})
})

var _ = Describe("sms2003-sp1", func() {
	It("brings the range back to the end and says so", func() {
		w := with("sms2003-sp1", nil)
		a := w.get("Range: bytes=199900-200000")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 199900-199999/200000"))
		Expect(a.Body).To(Equal(sent(199_900, 199_999)))
		Expect(w.notes()).To(ConsistOf("sms2003-sp1: brought a range back to the end of 200000 bytes"))
	})

	It("says nothing of other requests", func() {
		w := with("sms2003-sp1", nil)
		w.get("Range: bytes=0-9")
		Expect(w.notes()).To(BeEmpty())
		Expect(w.get("Range: bytes=200000-200001").Status).To(Equal(http.StatusRequestedRangeNotSatisfiable))
		Expect(w.notes()).To(BeEmpty())
	})
})
