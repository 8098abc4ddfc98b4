package bits_test

import (
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

const kib = 1 << 10

var _ = Describe("a download on the wire", func() {
	DescribeTable("begins and goes on as its BITS version does",
		func(profile string, priority bits.Priority, size int, want ...string) {
			b := newBench(profile, bits.Tuning{FirstBlock: 64 * kib, MaxBlock: 1024 * kib})
			b.handler = file(size, epoch)
			j := b.job("j", "/f")
			Expect(j.SetPriority(priority)).To(Succeed())
			Expect(b.run(j)).To(Equal(bits.Transferred))
			Expect(b.requests()).To(Equal(want))
			Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(size))
		},
		Entry("BITS 1.0 asks for the size first", "xp-rtm", bits.Normal, 100*kib, "HEAD", "GET 0-65535", "GET 65536-102399"),
		Entry("BITS 1.2, too", "xp-sp1", bits.Normal, 100*kib, "HEAD", "GET 0-65535", "GET 65536-102399"),
		Entry("and leaves Range out for a file of one block", "xp-sp1", bits.Normal, 10*kib, "HEAD", "GET"),
		Entry("BITS 2.0 begins with GET and reaches past the end", "xp-sp2", bits.Normal, 100*kib, "GET 0-65535", "GET 65536-196607"),
		Entry("BITS 2.5 begins with GET and ends at the end", "xp-sp3", bits.Normal, 100*kib, "GET 0-65535", "GET 65536-102399"),
		Entry("a foreground job takes all without Range", "xp-sp2", bits.Foreground, 100*kib, "GET"),
		Entry("an empty file", "xp-sp1", bits.Normal, 0, "HEAD"),
		Entry("an empty file without HEAD", "xp-sp2", bits.Normal, 0, "GET 0-65535"),
	)

	DescribeTable("with a server that answers HEAD in HTTP/1.0", func(profile string, want ...string) {
		b := newBench(profile, bits.Tuning{FirstBlock: 64 * kib})
		var protos []string
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			protos = append(protos, r.Proto)
			if r.Method != http.MethodHead {
				file(100, epoch)(w, r)
				return
			}
			conn, out, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = out.WriteString("HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n")
				_ = out.Flush()
				_ = conn.Close()
			}
		}
		Expect(b.run(b.job("j", "/f"))).To(Equal(bits.Transferred))
		Expect(protos).To(Equal(want))
	},
		Entry("BITS 1.2 goes on in HTTP/1.0", "xp-sp1", "HTTP/1.1", "HTTP/1.0"),
		Entry("BITS 1.5 stays with HTTP/1.1", "server-2003", "HTTP/1.1", "HTTP/1.1"),
	)

	It("asks for the size of each file when there are several", func() {
		b := newBench("xp-sp3", bits.Tuning{})
		b.handler = file(10, epoch)
		Expect(b.run(b.job("j", "/a", "/b"))).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal([]string{"HEAD", "GET", "HEAD", "GET"}))
	})

	It("gives the file its name, bytes and time at Complete, not before", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(1000, epoch)
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		temp := j.Files()[0].Path()
		Expect(temp).To(MatchRegexp(`/c/j/BIT[0-9A-F]+\.tmp$`))
		code, err := j.Complete()
		Expect(err).NotTo(HaveOccurred())
		Expect(code).To(Equal(hresult.S_OK))
		final := j.Files()[0].Path()
		Expect(final).To(HaveSuffix("/c/j/0.bin"))
		info, err := os.Stat(final)
		Expect(err).NotTo(HaveOccurred())
		Expect(info.ModTime()).To(BeTemporally("==", epoch))
		Expect(info.Size()).To(BeEquivalentTo(1000))
		Expect(temp).NotTo(BeAnExistingFile())
		Expect(b.bits.Jobs()).To(BeEmpty())
	})

	It("begins a file anew when it changed at the server", func() {
		b := newBench("xp-sp2", bits.Tuning{FirstBlock: 100, MaxBlock: 100})
		var n atomic.Int32
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) == 1 {
				file(250, epoch)(w, r)
				return
			}
			file(150, epoch.Add(time.Hour))(w, r)
		}
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal([]string{"GET 0-99", "GET 100-199", "GET 0-99", "GET 100-199"}))
		Expect(j.Progress().BytesTotal).To(BeEquivalentTo(150))
	})

	It("begins none of the other files anew", func() {
		b := newBench("xp-sp2", bits.Tuning{FirstBlock: 100, MaxBlock: 100})
		var n atomic.Int32
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			modified := epoch
			if r.URL.Path == "/second" && n.Add(1) > 2 { // after HEAD and a block
				modified = epoch.Add(time.Hour)
			}
			file(150, modified)(w, r)
		}
		j := b.job("j", "/first", "/second")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal([]string{"HEAD", "GET 0-99", "GET 100-199", "HEAD", "GET 0-99", "GET 100-199", "HEAD", "GET 0-99", "GET 100-199"}))
		Expect(j.Progress()).To(Equal(bits.Progress{BytesTotal: 300, BytesTransferred: 300, FilesTotal: 2, FilesTransferred: 2}))
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		Expect(j.Files()[0].Path()).To(BeAnExistingFile())
	})

	It("gives up on a file that changes every time", func() {
		b := newBench("xp-sp2", bits.Tuning{FirstBlock: 100, MaxBlock: 100, Restarts: 3})
		var n atomic.Int64
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			file(250, epoch.Add(time.Duration(n.Add(1))*time.Hour))(w, r)
		}
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_INVALID_SERVER_RESPONSE))
	})

	It("goes on at the exact byte after a cut", func() {
		b := newBench("xp-sp3", bits.Tuning{})
		var n atomic.Int32
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) == 1 {
				w.Header().Set("Content-Length", "1000")
				w.Header().Set("Last-Modified", epoch.Format(http.TimeFormat))
				_, _ = w.Write([]byte(strings.Repeat("0123456789", 40)))
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			}
			file(1000, epoch)(w, r)
		}
		j := b.job("j", "/f")
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal([]string{"GET", "GET 400-999"}))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(600 * time.Second))
		Expect(j.ErrorCount()).To(Equal(1))
	})
})

var _ = Describe("what the server answers", func() {
	head := func(fields ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			status := http.StatusOK
			for i := 0; i < len(fields); i += 2 {
				if fields[i] == "status" {
					status = http.StatusPartialContent
					continue
				}
				w.Header().Set(fields[i], fields[i+1])
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(strings.Repeat("x", 100)))
		}
	}
	DescribeTable("is checked against what was asked",
		func(profile string, handler http.HandlerFunc, code hresult.HRESULT) {
			b := newBench(profile, bits.Tuning{FirstBlock: 100, MaxBlock: 100})
			b.handler = handler
			j := b.job("j", "/f")
			Expect(b.run(j, bits.TransientError)).To(Equal(bits.Error))
			e, err := j.GetError()
			Expect(err).NotTo(HaveOccurred())
			Expect(e.Code).To(Equal(code), e.Error())
			Expect(e.Context).To(Equal(hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
			Expect(e.Exchange).NotTo(BeNil())
		},
		Entry("200 for a range", "xp-sp2", head("Content-Length", "100"), hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT),
		Entry("206 without Content-Range", "xp-sp2", head("status", "", "Content-Length", "100"), hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT),
		Entry("206 without Content-Length", "xp-sp2", head("status", "", "Content-Range", "bytes 0-99/250", "Transfer-Encoding", "chunked"), hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT),
		Entry("another range", "xp-sp2", head("status", "", "Content-Length", "100", "Content-Range", "bytes 50-149/250"), hresult.BG_E_INVALID_SERVER_RESPONSE),
		Entry("a range past its total", "xp-sp2", head("status", "", "Content-Length", "100", "Content-Range", "bytes 0-99/99"), hresult.BG_E_INVALID_SERVER_RESPONSE),
		Entry("a malformed Content-Range", "xp-sp2", head("status", "", "Content-Length", "100", "Content-Range", "0-99/250"), hresult.BG_E_INVALID_SERVER_RESPONSE),
		Entry("HEAD without Content-Length", "xp-sp1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}), hresult.BG_E_MISSING_FILE_SIZE),
	)
})
