package quirks_test

import (
	"net/http"
	"regexp"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
)

// ranges returns the Content-Range fields of a multipart body, in order.
func ranges(body []byte) (list []string) {
	for _, m := range regexp.MustCompile(`\r\nContent-Range: ([^\r]*)\r\n`).FindAllSubmatch(body, -1) {
		list = append(list, string(m[1]))
	}
	return list
}

var _ = Describe("ignore-range", func() {
	It("answers with the whole file", func() {
		w := with("ignore-range", nil)
		a := w.get("Range: bytes=5-9")
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Body).To(Equal(sent(0, size-1)))
		Expect(a.Header.Get("Content-Range")).To(BeEmpty())
		Expect(w.notes()).To(ConsistOf("ignore-range: did not see Range: bytes=5-9"))
	})
})

var _ = Describe("range-416", func() {
	It("refuses every range, and only those", func() {
		w := with("range-416", nil)
		a := w.get("Range: bytes=0-9")
		Expect(a.Status).To(Equal(http.StatusRequestedRangeNotSatisfiable))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes */200000"))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get().Status).To(Equal(http.StatusOK))
		Expect(w.get("Range: nonsense").Status).To(Equal(http.StatusOK))
		Expect(w.notes()).To(BeEmpty())
	})
})

var _ = Describe("wrong-content-range", func() {
	DescribeTable("sends the right bytes under", func(p params, want string) {
		w := with("wrong-content-range", p)
		a := w.get("Range: bytes=100-199")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal(want))
		Expect(a.Body).To(Equal(sent(100, 199)))
		Expect(w.notes()).To(HaveLen(1))
	},
		Entry("another offset, by default", nil, "bytes 101-200/200000"),
		Entry("another offset", params{"what": "offset"}, "bytes 101-200/200000"),
		Entry("another total", params{"what": "total"}, "bytes 100-199/200001"),
		Entry("an end past the file's", params{"what": "end-past-eof"}, "bytes 100-200000/200000"),
		Entry("nothing", params{"what": "missing"}, ""),
		Entry("an unknown total", params{"what": "total-star"}, "bytes 100-199/*"),
	)

	It("does so in every part", func() {
		a := with("wrong-content-range", params{"what": "total"}).get("Range: bytes=0-9,20-29")
		Expect(ranges(a.Body)).To(Equal([]string{"bytes 0-9/200001", "bytes 20-29/200001"}))
		Expect(a.Err).NotTo(HaveOccurred())
	})
})

var _ = Describe("parts", func() {
	const several = "Range: bytes=100-199,50-119,0-9"

	It("single-range-for-multi sends the first only", func() {
		w := with("single-range-for-multi", nil)
		a := w.get(several)
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 100-199/200000"))
		Expect(a.Body).To(Equal(sent(100, 199)))
		Expect(w.notes()).To(HaveLen(1))
		w.get("Range: bytes=0-9")
		Expect(w.notes()).To(BeEmpty())
	})

	It("multipart-for-one makes one range a multipart", func() {
		w := with("multipart-for-one", nil)
		a := w.get("Range: bytes=100-199")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Type")).To(HavePrefix("multipart/byteranges; boundary="))
		Expect(a.Header.Get("Content-Range")).To(BeEmpty())
		Expect(ranges(a.Body)).To(Equal([]string{"bytes 100-199/200000"}))
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(w.get().Header.Get("Content-Type")).To(Equal("application/octet-stream"))
	})

	DescribeTable("reordered-parts sends another order", func(p params, want ...string) {
		w := with("reordered-parts", p)
		a := w.get(several)
		Expect(ranges(a.Body)).To(Equal(want))
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(w.notes()).To(HaveLen(1))
		w.get("Range: bytes=0-9")
		Expect(w.notes()).To(BeEmpty())
	},
		Entry("reverse", nil, "bytes 0-9/200000", "bytes 50-119/200000", "bytes 100-199/200000"),
		Entry("sorted", params{"order": "sorted"}, "bytes 0-9/200000", "bytes 50-119/200000", "bytes 100-199/200000"),
	)

	It("reordered-parts tells reverse from sorted", func() {
		const upward = "Range: bytes=0-9,50-59"
		Expect(ranges(with("reordered-parts", nil).get(upward).Body)).To(Equal([]string{"bytes 50-59/200000", "bytes 0-9/200000"}))
		w := with("reordered-parts", params{"order": "sorted"})
		Expect(ranges(w.get(upward).Body)).To(Equal([]string{"bytes 0-9/200000", "bytes 50-59/200000"}))
		Expect(w.notes()).To(BeEmpty())
	})

	DescribeTable("merged-parts joins ranges that overlap or touch", func(p params, value string, want ...string) {
		a := with("merged-parts", p).get("Range: bytes=" + value)
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Err).NotTo(HaveOccurred())
		if len(want) == 1 {
			Expect(a.Header.Get("Content-Range")).To(Equal(want[0]))
			return
		}
		Expect(ranges(a.Body)).To(Equal(want))
	},
		Entry("overlapping", nil, "100-199,50-119,0-9", "bytes 0-9/200000", "bytes 50-199/200000"),
		Entry("touching, to one", nil, "10-19,0-9", "bytes 0-19/200000"),
		Entry("one within another", nil, "0-99,10-19", "bytes 0-99/200000"),
		Entry("near", params{"gap": "5B"}, "0-9,15-19,26-29", "bytes 0-19/200000", "bytes 26-29/200000"),
		Entry("not, and keeps their order then", nil, "20-29,0-9", "bytes 20-29/200000", "bytes 0-9/200000"),
	)

	It("padded-parts stretches heads and what stands before them", func() {
		w := with("padded-parts", params{"line-ends": 3, "fields": "181B"})
		a := w.get("Range: bytes=0-9,20-29")
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(string(a.Body)).To(HavePrefix("\r\n\r\n\r\n--"))
		Expect(regexp.MustCompile(`\r\n(X-Padding: x+\r\n)`).FindAllSubmatch(a.Body, -1)).To(
			HaveEach(ContainElement(HaveLen(181))))
		Expect(ranges(a.Body)).To(Equal([]string{"bytes 0-9/200000", "bytes 20-29/200000"}))
		Expect(w.notes()).To(HaveLen(1))
		Expect(w.get("Range: bytes=0-9").Body).To(Equal(sent(0, 9)))
		Expect(w.notes()).To(BeEmpty())
	})

	It("are bent by the innermost behaviour first", func() {
		total := fakeserver.Use{Name: "wrong-content-range", Params: params{"what": "total"}}
		w := withAll(total, fakeserver.Use{Name: "merged-parts"})
		Expect(w.get("Range: bytes=10-19,0-9").Header.Get("Content-Range")).To(Equal("bytes 0-19/200001"))
	})
})
