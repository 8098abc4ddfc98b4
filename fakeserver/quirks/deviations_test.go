package quirks_test

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
)

const oneRange = "Range: bytes=100-199"

var _ = Describe("clamped-range", func() {
	It("sends the beginning of what was asked for", func() {
		w := with("clamped-range", params{"most": "10B"})
		a := w.get(oneRange)
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 100-109/200000"))
		Expect(a.Body).To(Equal(sent(100, 109)))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get("Range: bytes=0-9").Body).To(Equal(sent(0, 9)))
		Expect(w.notes()).To(BeEmpty())
		Expect(refusal("clamped-range", params{"most": 0})).To(MatchError(ContainSubstring("at least one byte")))
	})
})

var _ = Describe("part-as-200", func() {
	DescribeTable("sends a part with 200", func(p params, contentRange string) {
		w := with("part-as-200", p)
		a := w.get(oneRange)
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Header.Get("Content-Range")).To(Equal(contentRange))
		Expect(a.Length).To(BeEquivalentTo(100))
		Expect(a.Body).To(Equal(sent(100, 199)))
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("as if it were all", nil, ""),
		Entry("and says which", params{"content-range": true}, "bytes 100-199/200000"),
	)
})

var _ = Describe("unasked-206", func() {
	It("answers a request for all with a part", func() {
		w := with("unasked-206", params{"bytes": "10B"})
		a := w.get()
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 0-9/200000"))
		Expect(a.Body).To(Equal(sent(0, 9)))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get(oneRange).Header.Get("Content-Range")).To(Equal("bytes 100-199/200000"))
	})

	It("may send all of it", func() {
		a := with("unasked-206", nil).get()
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 0-199999/200000"))
	})
})

var _ = Describe("range-416", func() {
	DescribeTable("tells the size or something else", func(what, want string) {
		a := with("range-416", params{"content-range": what}).get(oneRange)
		Expect(a.Status).To(Equal(http.StatusRequestedRangeNotSatisfiable))
		Expect(a.Header.Get("Content-Range")).To(Equal(want))
	},
		Entry("the size", "size", "bytes */200000"),
		Entry("nothing", "missing", ""),
		Entry("another size", "wrong", "bytes */200001"),
		Entry("zero", "zero", "bytes */0"),
		Entry("no size", "star", "bytes */*"),
	)
})

var _ = Describe("wrong-content-range", func() {
	DescribeTable("has further forms", func(what, want string) {
		a := with("wrong-content-range", params{"what": what}).get(oneRange)
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal(want))
		Expect(a.Body).To(Equal(sent(100, 199)))
	},
		Entry("a total too small", "total-short", "bytes 100-199/199999"),
		Entry("an end too small", "end-short", "bytes 100-198/200000"),
		Entry("another unit", "unit", "octets 100-199/200000"),
		Entry("the ends exchanged", "reversed", "bytes 199-100/200000"),
		Entry("no range", "unsatisfied", "bytes */200000"),
		Entry("an equals sign", "equals", "bytes=100-199/200000"),
		Entry("no numbers", "words", "bytes first-last/all"),
		Entry("numbers out of bounds", "huge", "bytes 99999999999999999999-99999999999999999999/99999999999999999999"),
	)
})

var _ = Describe("multipart answers", func() {
	const several = "Range: bytes=100-199,1000-1009,2000-2009"

	It("overlapping-parts makes parts overlap", func() {
		w := with("overlapping-parts", params{"by": "5B"})
		a := w.get(several)
		Expect(ranges(a.Body)).To(Equal([]string{"bytes 100-199/200000", "bytes 995-1009/200000", "bytes 1995-2009/200000"}))
		Expect(string(a.Body)).To(ContainSubstring("\r\n\r\n" + string(sent(995, 1009)) + "\r\n--"))
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(w.notes()).To(HaveLen(1))
	})

	DescribeTable("missing-part leaves one out", func(p params, want ...string) {
		w := with("missing-part", p)
		a := w.get(several)
		Expect(ranges(a.Body)).To(Equal(want))
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("the first", nil, "bytes 1000-1009/200000", "bytes 2000-2009/200000"),
		Entry("the second", params{"part": 2}, "bytes 100-199/200000", "bytes 2000-2009/200000"),
		Entry("the last", params{"part": 9}, "bytes 100-199/200000", "bytes 1000-1009/200000"),
	)

	It("missing-part counts from 1", func() {
		Expect(refusal("missing-part", params{"part": 0})).To(MatchError(ContainSubstring("from 1")))
	})

	DescribeTable("wrong-boundary", func(what, kind string, body func(string)) {
		w := with("wrong-boundary", params{"what": what})
		a := w.get(several)
		Expect(a.Header.Get("Content-Type")).To(MatchRegexp(kind))
		Expect(a.Err).NotTo(HaveOccurred())
		body(string(a.Body))
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("other", "other", "^multipart/byteranges; boundary=another-one$", func(body string) {
			Expect(body).NotTo(ContainSubstring("another-one"))
		}),
		Entry("missing", "missing", "^multipart/byteranges$", func(body string) { Expect(body).To(HaveSuffix("--\r\n")) }),
		Entry("quoted", "quoted", `^multipart/byteranges; boundary="wualab-.*"$`, func(body string) { Expect(body).To(HaveSuffix("--\r\n")) }),
		Entry("no-last", "no-last", "^multipart/byteranges; boundary=wualab", func(body string) {
			Expect(body).To(HaveSuffix(string(sent(2000, 2009))))
		}),
		Entry("bare-lf", "bare-lf", "^multipart/byteranges; boundary=wualab", func(body string) {
			Expect(body).To(MatchRegexp("^--wualab-[^\r\n]*\nContent-Type: application/octet-stream\nContent-Range: bytes 100-199/200000\n\n"))
			Expect(body).To(HaveSuffix("--\n"))
		}),
	)

	DescribeTable("multipart-type", func(kind, want string) {
		w := with("multipart-type", params{"type": kind})
		a := w.get(several)
		Expect(a.Header.Get("Content-Type")).To(MatchRegexp(want))
		Expect(ranges(a.Body)).To(HaveLen(3))
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("of old", "multipart/x-byteranges", "^multipart/x-byteranges; boundary=wualab"),
		Entry("of mail", "multipart/mixed", "^multipart/mixed; boundary=wualab"),
		Entry("of files", "application/octet-stream", "^application/octet-stream$"),
	)

	DescribeTable("no-multi-range", func(instead string, status int) {
		w := with("no-multi-range", params{"instead": instead})
		Expect(w.get(several).Status).To(Equal(status))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get(oneRange).Status).To(Equal(http.StatusPartialContent))
		Expect(w.notes()).To(BeEmpty())
	},
		Entry("sends all", "whole", http.StatusOK),
		Entry("refuses", "416", http.StatusRequestedRangeNotSatisfiable),
	)
})

var _ = Describe("suffix-from-start", func() {
	It("sends the first bytes for the last ones", func() {
		w := with("suffix-from-start", nil)
		a := w.get("Range: bytes=-500")
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 0-500/200000"))
		Expect(a.Body).To(Equal(sent(0, 500)))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get(oneRange).Body).To(Equal(sent(100, 199)))
		Expect(w.notes()).To(BeEmpty())
	})
})

var _ = Describe("wrong-part-length", func() {
	DescribeTable("sends another number of bytes", func(what string, length, arrived int64, ends bool) {
		w := with("wrong-part-length", params{"what": what, "bytes": "10B"})
		a := w.get(oneRange)
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 100-199/200000"))
		Expect(a.Length).To(Equal(length))
		Expect(a.Body).To(Equal(sent(100, 99+arrived)))
		Expect(a.Err != nil).To(Equal(ends))
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("fewer", "fewer", int64(90), int64(90), false),
		Entry("more", "more", int64(110), int64(110), false),
		Entry("fewer than promised", "cut", int64(100), int64(90), true),
	)
})

var _ = Describe("wrong-bytes", func() {
	DescribeTable("sends other bytes under a sound head", func(what string, want func() []byte) {
		w := with("wrong-bytes", params{"what": what})
		a := w.get(oneRange)
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 100-199/200000"))
		Expect(a.Body).To(Equal(want()))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get().Body).To(Equal(sent(0, size-1)))
	},
		Entry("the first ones", "from-beginning", func() []byte { return sent(0, 99) }),
		Entry("the next ones", "shifted", func() []byte { return sent(101, 200) }),
		Entry("zeros", "zeros", func() []byte { return make([]byte, 100) }),
	)

	It("knows the end of the file", func() {
		a := with("wrong-bytes", params{"what": "shifted"}).get("Range: bytes=199990-")
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(a.Body).To(Equal(append(sent(199_991, 199_999), 0)))
	})
})

var _ = Describe("false-accept-ranges", func() {
	DescribeTable("says what is not so", func(says string, status int) {
		w := with("false-accept-ranges", params{"says": says})
		a := w.get(oneRange)
		Expect(a.Header.Get("Accept-Ranges")).To(Equal(says))
		Expect(a.Status).To(Equal(status))
		Expect(w.notes()).To(ContainElement("false-accept-ranges: said " + says))
	},
		Entry("none", "none", http.StatusPartialContent),
		Entry("bytes", "bytes", http.StatusOK),
	)
})

var _ = Describe("ignore-conditions", func() {
	DescribeTable("does not see them", func(which, line string, status, without int) {
		w := with("ignore-conditions", params{"which": which})
		Expect(w.get(oneRange, line).Status).To(Equal(status))
		Expect(w.notes()).To(ConsistOf("ignore-conditions: did not see " + line))
		Expect(withAll().get(oneRange, line).Status).To(Equal(without), "without the behaviour")
	},
		Entry("If-Range", "if-range", `If-Range: "other"`, 206, 200),
		Entry("If-Unmodified-Since", "if-unmodified-since", "If-Unmodified-Since: Fri, 01 Jan 1999 00:00:00 GMT", 206, 412),
		Entry("any", "all", `If-Match: "other"`, 206, 412),
	)

	It("sees others", func() {
		w := with("ignore-conditions", params{"which": "if-range"})
		Expect(w.get(oneRange, `If-Match: "other"`).Status).To(Equal(http.StatusPreconditionFailed))
	})
})

var _ = Describe("validators", func() {
	stampOf := func(h http.Header) string { return h.Get("Last-Modified") }

	It("etag may be missing", func() {
		w := with("etag", params{"form": "missing"})
		a := w.get()
		Expect(a.Header).NotTo(HaveKey("Etag"))
		Expect(stampOf(a.Header)).To(Equal(stamp))
		Expect(w.notes()).To(ConsistOf("etag: left ETag out"))
	})

	It("etag may be weak, which If-Range does not accept", func() {
		w := with("etag", params{"form": "weak"})
		tag := w.get().Header.Get("ETag")
		Expect(tag).To(HavePrefix(`W/"`))
		Expect(w.notes()).To(ConsistOf("etag: sent " + tag))
		Expect(w.get(oneRange, "If-Range: "+tag).Status).To(Equal(http.StatusOK))
		Expect(w.get("If-None-Match: " + tag).Status).To(Equal(http.StatusNotModified))
	})

	It("etag may lack its quotes", func() {
		tag := with("etag", params{"form": "unquoted"}).get().Header.Get("ETag")
		Expect(tag).To(MatchRegexp("^[0-9a-f]+:[0-9a-f]+$"))
	})

	DescribeTable("last-modified", func(form, want string) {
		w := with("last-modified", params{"form": form})
		a := w.get()
		Expect(a.Header).To(HaveKeyWithValue("Last-Modified", []string{want}))
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("in the future", "future", "Sat, 07 Aug 2004 12:00:00 GMT"),
		Entry("of RFC 850", "rfc850", "Thursday, 01-Jul-04 22:08:00 GMT"),
		Entry("of asctime", "asctime", "Thu Jul  1 22:08:00 2004"),
		Entry("that is no date", "malformed", "2004-07-01 22:08:00"),
		Entry("that is empty", "empty", ""),
	)

	// stamps asks n times and gives the stamps, as minutes after the file's own.
	tags := func(w *world, n int) (stamps, tags []string) {
		c := w.dial()
		for range n {
			h := c.Get("/a", "Range: bytes=0-0").Header
			stamps, tags = append(stamps, strings.Fields(stampOf(h))[4]), append(tags, h.Get("ETag"))
		}
		return stamps, tags
	}

	It("changing-validators change with each request", func() {
		w := with("changing-validators", nil)
		stamps, etags := tags(w, 3)
		Expect(stamps).To(Equal([]string{"22:08:00", "23:08:00", "00:08:00"}))
		Expect(etags[0]).NotTo(Equal(etags[1]))
		Expect(w.notes()).To(ConsistOf("changing-validators: changed 2 times so far"))
	})

	It("changing-validators change with each few", func() {
		stamps, _ := tags(with("changing-validators", params{"every": 2}), 5)
		Expect(stamps).To(Equal([]string{"22:08:00", "22:08:00", "23:08:00", "23:08:00", "00:08:00"}))
	})

	It("changing-validators change at a time", func() {
		w := withAll(fakeserver.Use{Name: "changing-validators", Params: params{"after": "2m"}},
			fakeserver.Use{Name: "delay", Params: params{"duration": "1m"}})
		c := w.dial()
		h := w.clk.Hold("client")
		defer h.Release()
		h.Bind(c.Conn)
		var stamps []string
		for range 4 {
			stamps = append(stamps, strings.Fields(stampOf(c.Get("/a").Header))[4])
		}
		Expect(stamps).To(Equal([]string{"22:08:00", "22:08:00", "23:08:00", "23:08:00"}))
	})

	DescribeTable("changing-validators change one of them", func(which string, stamp, etag bool) {
		stamps, etags := tags(with("changing-validators", params{"which": which}), 2)
		Expect(stamps[0] != stamps[1]).To(Equal(stamp))
		Expect(etags[0] != etags[1]).To(Equal(etag))
	},
		Entry("the stamp", "last-modified", true, false),
		Entry("the tag", "etag", false, true),
		Entry("both", "both", true, true),
	)

	It("changing-validators refuses what makes no sense", func() {
		Expect(refusal("changing-validators", params{"every": 0})).To(HaveOccurred())
		Expect(refusal("changing-validators", params{"every": 1, "after": "1m"})).To(HaveOccurred())
	})

	It("validators-by-method tells HEAD others", func() {
		w := with("validators-by-method", nil)
		c := w.dial()
		head, get := c.Head("/a").Header, c.Get("/a").Header
		Expect(stampOf(head)).To(Equal("Thu, 01 Jul 2004 23:08:00 GMT"))
		Expect(stampOf(get)).To(Equal(stamp))
		Expect(head.Get("ETag")).NotTo(Equal(get.Get("ETag")))
	})

	It("validators-by-connection differ from connection to connection", func() {
		w := with("validators-by-connection", params{"servers": 3})
		var all []string
		for range 4 {
			c := w.dial()
			first, second := c.Get("/a").Header, c.Get("/a").Header
			Expect(first.Get("ETag")).To(Equal(second.Get("ETag")))
			all = append(all, strings.Fields(stampOf(first))[4])
		}
		Expect(all).To(Equal([]string{"22:08:00", "23:08:00", "00:08:00", "22:08:00"}))
		Expect(refusal("validators-by-connection", params{"servers": 1})).To(HaveOccurred())
	})
})
