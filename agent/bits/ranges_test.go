package bits_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("AddFileWithRanges", func() {
	ranges := []bits.FileRange{{InitialOffset: 100, Length: 100}, {InitialOffset: 900, Length: bits.LengthToEOF}, {InitialOffset: 0, Length: 3}}
	want := strings.Repeat("0123456789", 10) + strings.Repeat("0123456789", 10) + "012"

	get := func(profile string, handler http.HandlerFunc, tuning bits.Tuning) (*bench, *bits.Job) {
		b := newBench(profile, tuning)
		b.handler = handler
		j := b.job("j")
		Expect(j.AddFileWithRanges("http://origin/f", `C:\f`, ranges)).To(Succeed())
		return b, j
	}
	content := func(j *bits.Job) string {
		data, err := os.ReadFile(j.Files()[0].Path())
		Expect(err).NotTo(HaveOccurred())
		return string(data)
	}

	It("asks for the size, then for all ranges at once, and keeps their order", func() {
		b, j := get("xp-sp2", file(1000, epoch), bits.Tuning{})
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal([]string{"HEAD", "GET 100-199,900-999,0-2"}))
		Expect(content(j)).To(Equal(want))
		Expect(j.Progress().BytesTotal).To(BeEquivalentTo(len(want)))
	})

	It("cuts fragments across ranges, as the published example does", func() {
		b, j := get("xp-sp2", file(1000, epoch), bits.Tuning{FirstBlock: 60, MaxBlock: 60})
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal([]string{"HEAD", "GET 100-159", "GET 160-199,900-919", "GET 920-979", "GET 980-999,0-2"}))
		Expect(content(j)).To(Equal(want))
	})

	multipart := func(edit func(string) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Range"), ",") {
				file(1000, epoch)(w, r)
				return
			}
			body := ""
			for _, p := range []string{"100-199", "900-999", "0-2"} {
				var from, to int
				_, _ = fmt.Sscanf(p, "%d-%d", &from, &to)
				body += fmt.Sprintf("--B\r\nContent-Range: bytes %s/1000\r\n\r\n%s\r\n", p, strings.Repeat("0123456789", 100)[from:to+1])
			}
			w.Header().Set("Content-Type", "multipart/byteranges; boundary=B")
			w.Header().Set("Last-Modified", epoch.Format(http.TimeFormat))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write([]byte(edit(body + "--B--\r\n")))
		}
	}
	DescribeTable("goes over to one range at a time when the answer is not right", func(handler http.HandlerFunc, requests ...string) {
		b, j := get("xp-sp2", handler, bits.Tuning{})
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal(append([]string{"HEAD", "GET 100-199,900-999,0-2"}, requests...)))
		Expect(content(j)).To(Equal(want))
	},
		Entry("right", multipart(func(s string) string { return s })),
		Entry("the whole file", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Range"), ",") {
				r.Header.Del("Range")
			}
			file(1000, epoch)(w, r)
		}), "GET 100-199", "GET 900-999", "GET 0-2"),
		Entry("the first part is another one", multipart(func(s string) string {
			return strings.Replace(s, "bytes 100-199/1000", "bytes 0-99/1000", 1)
		}), "GET 100-199", "GET 900-999", "GET 0-2"),
		Entry("the second part is another one: the first stays", multipart(func(s string) string {
			return strings.Replace(s, "bytes 900-999/1000", "bytes 900-999/1001", 1)
		}), "GET 900-999", "GET 0-2"),
		Entry("a part is missing", multipart(func(s string) string {
			i := strings.LastIndex(s, "--B\r\n")
			return s[:i] + "--B--\r\n"
		}), "GET 0-2"),
		Entry("too many part headers", multipart(func(s string) string {
			return strings.Replace(s, "--B\r\n", "--B\r\nX: "+strings.Repeat("y", 200)+"\r\n", 1)
		}), "GET 100-199", "GET 900-999", "GET 0-2"),
	)

	It("ends in ERROR when a range lies outside the file", func() {
		b, j := get("xp-sp2", file(500, epoch), bits.Tuning{})
		Expect(b.run(j)).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_INVALID_RANGE))
	})

	It("came with BITS 2.0", func() {
		b := newBench("server-2003", bits.Tuning{})
		Expect(b.job("j").AddFileWithRanges("http://origin/f", `C:\f`, ranges)).To(failWith(hresult.E_NOINTERFACE))
	})

	It("refuses overlapping ranges at once", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		Expect(b.job("j").AddFileWithRanges("http://origin/f", `C:\f`, []bits.FileRange{{Length: 10}, {InitialOffset: 9, Length: 1}})).To(failWith(hresult.BG_E_OVERLAPPING_RANGES))
	})
})
