package fakeserver_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/internal/rawhttp"
)

const size, seed = 2000, 3

func oneFile() *world {
	return serve(fakeserver.Config{Files: map[string]fakeserver.File{"/a": {Size: size, Seed: seed, ContentType: "application/x-cab"}}})
}

var _ = Describe("ranges", func() {
	DescribeTable("single", func(value string, first, last int64) {
		a := oneFile().get("/a", "Range: "+value)
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Header.Get("Content-Range")).To(Equal(fmt.Sprintf("bytes %d-%d/%d", first, last, size)))
		Expect(a.Length).To(Equal(last - first + 1))
		Expect(a.Body).To(Equal(slice(size, seed, first, last)))
		Expect(a.Header.Get("Content-Type")).To(Equal("application/x-cab"))
		Expect(a.Header.Get("Last-Modified")).NotTo(BeEmpty())
	},
		Entry("from the start", "bytes=0-99", int64(0), int64(99)),
		Entry("in the middle, not aligned", "bytes=125-1131", int64(125), int64(1131)),
		Entry("one byte", "bytes=1999-1999", int64(1999), int64(1999)),
		Entry("the whole file", "bytes=0-1999", int64(0), int64(1999)),
		Entry("open", "bytes=1900-", int64(1900), int64(1999)),
		Entry("suffix", "bytes=-100", int64(1900), int64(1999)),
		Entry("suffix longer than the file", "bytes=-5000", int64(0), int64(1999)),
		Entry("past the end, brought back", "bytes=1900-2000", int64(1900), int64(1999)),
		Entry("the huge range of BITS 7.8, brought back", "bytes=0-2147483646", int64(0), int64(1999)),
		Entry("several, one of which can be satisfied", "bytes=5000-6000,7-8", int64(7), int64(8)),
	)

	DescribeTable("that lie outside get 416", func(value string) {
		a := oneFile().get("/a", "Range: "+value)
		Expect(a.Status).To(Equal(http.StatusRequestedRangeNotSatisfiable))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes */2000"))
		Expect(a.Err).NotTo(HaveOccurred())
	},
		Entry("past the end", "bytes=2000-2001"),
		Entry("open past the end", "bytes=2000-"),
		Entry("empty suffix", "bytes=-0"),
		Entry("several", "bytes=2000-2001,3000-"),
	)

	DescribeTable("that are malformed are ignored", func(value string) {
		a := oneFile().get("/a", "Range: "+value)
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Body).To(HaveLen(size))
	},
		Entry("backwards", "bytes=9-5"),
		Entry("no number", "bytes=a-b"),
		Entry("one bad among good", "bytes=0-1,x"),
		Entry("another unit", "lines=0-1"),
		Entry("too many", "bytes="+strings.Repeat("0-0,", 1025)),
	)

	It("are ignored on HEAD", func() {
		a := oneFile().dial().Head("/a", "Range: bytes=0-9")
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Length).To(Equal(int64(size)))
	})

	It("come as parts in the order asked for, not merged", func() {
		a := oneFile().get("/a", "Range: bytes=125-199,1000-1099,200-224,150-160")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(a.Err).NotTo(HaveOccurred())
		Expect(a.Length).To(Equal(int64(len(a.Body))))
		Expect(a.Header.Get("Content-Range")).To(BeEmpty())
		Expect(partsOf(a)).To(Equal([]string{"bytes 125-199/2000", "bytes 1000-1099/2000", "bytes 200-224/2000", "bytes 150-160/2000"}))
	})

	It("may be longer together than the file", func() {
		a := oneFile().get("/a", "Range: bytes=0-1999,0-9")
		Expect(partsOf(a)).To(Equal([]string{"bytes 0-1999/2000", "bytes 0-9/2000"}))
	})

	It("keep parts within what BITS reads before and in them", func() {
		a := oneFile().get("/a", "Range: bytes=0-0,2-2")
		Expect(string(a.Body)).To(HavePrefix("--"), "at most two line ends may stand before the first boundary")
		head, _, _ := bytes.Cut(a.Body, []byte("\r\n\r\n"))
		_, fields, _ := bytes.Cut(head, []byte("\r\n"))
		Expect(len(fields)).To(BeNumerically("<=", 180))
	})
})

// partsOf checks each part's bytes and returns their Content-Range fields.
func partsOf(a rawhttp.Answer) []string {
	kind, params, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	Expect(err).NotTo(HaveOccurred())
	Expect(kind).To(Equal("multipart/byteranges"))
	var list []string
	for r := multipart.NewReader(bytes.NewReader(a.Body), params["boundary"]); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			return list
		}
		Expect(err).NotTo(HaveOccurred())
		Expect(part.Header.Get("Content-Type")).To(Equal("application/x-cab"))
		got, err := io.ReadAll(part)
		Expect(err).NotTo(HaveOccurred())
		field := part.Header.Get("Content-Range")
		list = append(list, field)
		var first, last, total int64
		_, err = fmt.Sscanf(field, "bytes %d-%d/%d", &first, &last, &total)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal(slice(size, seed, first, last)))
	}
}

var _ = Describe("conditions", func() {
	const (
		same   = "Thu, 01 Jul 2004 22:08:00 GMT"
		before = "Thu, 01 Jul 2004 22:07:59 GMT"
		after  = "Thu, 01 Jul 2004 22:08:01 GMT"
	)
	DescribeTable("decide in the order of RFC 9110", func(status int, lines ...string) {
		w := serve(fakeserver.Config{Files: map[string]fakeserver.File{"/a": {Size: size, Seed: seed, ETag: `"v"`}}})
		a := w.get("/a", lines...)
		Expect(a.Status).To(Equal(status))
		Expect(a.Err).NotTo(HaveOccurred())
		if status == http.StatusNotModified {
			Expect(a.Header.Get("Last-Modified")).To(Equal(same))
		}
	},
		Entry("If-Unmodified-Since the stamp", 206, "If-Unmodified-Since: "+same, "Range: bytes=0-9"),
		Entry("If-Unmodified-Since before it", 412, "If-Unmodified-Since: "+before, "Range: bytes=0-9"),
		Entry("If-Unmodified-Since no date", 200, "If-Unmodified-Since: yesterday"),
		Entry("If-Modified-Since the stamp", 304, "If-Modified-Since: "+same),
		Entry("If-Modified-Since before it", 200, "If-Modified-Since: "+before),
		Entry("If-Modified-Since after it, with Range", 304, "If-Modified-Since: "+after, "Range: bytes=0-9"),
		Entry("If-Range with the stamp", 206, "If-Range: "+same, "Range: bytes=0-9"),
		Entry("If-Range with another stamp", 200, "If-Range: "+after, "Range: bytes=0-9"),
		Entry("If-Range with the ETag", 206, `If-Range: "v"`, "Range: bytes=0-9"),
		Entry("If-Range with another ETag", 200, `If-Range: "w"`, "Range: bytes=0-9"),
		Entry("If-Range with a weak ETag", 200, `If-Range: W/"v"`, "Range: bytes=0-9"),
		Entry("If-Range, failing, before a range outside", 200, `If-Range: "w"`, "Range: bytes=5000-"),
		Entry("If-Match", 200, `If-Match: "u", "v"`),
		Entry("If-Match any", 200, "If-Match: *"),
		Entry("If-Match weak", 412, `If-Match: W/"v"`),
		Entry("If-Match other", 412, `If-Match: "u","w"`),
		Entry("If-Match wins over If-Unmodified-Since", 200, `If-Match: "v"`, "If-Unmodified-Since: "+before),
		Entry("If-None-Match", 304, `If-None-Match: "u", W/"v"`),
		Entry("If-None-Match other wins over If-Modified-Since", 200, `If-None-Match: "u"`, "If-Modified-Since: "+same),
		Entry("If-None-Match unquoted", 200, `If-None-Match: v`),
	)
})
