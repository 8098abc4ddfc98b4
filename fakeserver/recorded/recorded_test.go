package recorded_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/internal/rawhttp"
	"github.com/wualab/wualab/fakeserver/recorded"
	"github.com/wualab/wualab/transcript"
)

// world is a server that gives recorded answers.
type world struct {
	*fakeserver.Server
	rec *transcript.Recorder
}

func serve(answers ...recorded.Answer) *world {
	GinkgoHelper()
	w := &world{rec: transcript.New(transcript.Options{})}
	dir := GinkgoT().TempDir()
	Expect(os.WriteFile(filepath.Join(dir, "body"), []byte("0123456789"), 0o600)).To(Succeed())
	var err error
	w.Server, err = fakeserver.New(fakeserver.Config{Recorder: w.rec, Dir: dir, Recorded: answers,
		Files: map[string]fakeserver.File{"/file": {Size: 5, Seed: 1}}})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.Close)
	return w
}

func (w *world) dial() *rawhttp.Conn {
	GinkgoHelper()
	c, err := rawhttp.Dial(w.Addr(), nil)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { _ = c.Close() })
	return c
}

// notes are those of the last exchange.
func (w *world) notes() []string {
	all := w.rec.Exchanges(0)
	return all[len(all)-1].Notes
}

func fields(lines ...string) (list []transcript.Field) {
	for i := 0; i < len(lines); i += 2 {
		list = append(list, transcript.Field{Name: lines[i], Value: lines[i+1]})
	}
	return list
}

// whole is a recorded answer with all of /a.
func whole(more ...string) recorded.Answer {
	return recorded.Answer{Method: "GET", Target: "/a", Status: 200, Length: -1, Body: fakeserver.File{From: "body"},
		Fields: fields(append([]string{"Server", "nginx", "ETag", `"x"`, "Content-Type", "text/x", "Content-Length", "10", "Date", "then"}, more...)...)}
}

// part is a recorded answer with the bytes 100 to 109 of 1000 of /a.
func part() recorded.Answer {
	return recorded.Answer{Method: "GET", Target: "/a", Range: "bytes=100-109", Status: 206, Length: -1, Body: fakeserver.File{From: "body"},
		Fields: fields("Server", "nginx", "content-range", "bytes 100-109/1000")}
}

var _ = Describe("a recorded answer", func() {
	It("is given again with its head and body", func() {
		a := serve(whole("X-Two", "1", "X-Two", "2", "odd_Name", "y")).dial().Get("/a")
		Expect(a.Status).To(Equal(200))
		Expect(string(a.Body)).To(Equal("0123456789"))
		Expect(a.Header.Values("X-Two")).To(Equal([]string{"1", "2"}))
		Expect(a.Header).To(And(HaveKeyWithValue("Server", []string{"nginx"}), HaveKeyWithValue("Odd_name", []string{"y"})))
		Expect(a.Header.Get("Date")).NotTo(Equal("then"), "the date is that of the world")
		Expect(a.Length).To(Equal(int64(10)))
	})

	It("has no fields that were not recorded", func() {
		a := serve(recorded.Answer{Method: "GET", Target: "/a", Status: 503, Length: -1}).dial().Get("/a")
		Expect(a.Status).To(Equal(503))
		Expect(a.Header).To(And(HaveLen(2), HaveKey("Date"), HaveKey("Content-Length")))
	})

	It("is that to the same method, path, query and range", func() {
		w := serve(whole(), recorded.Answer{Method: "GET", Target: "/a?b=1", Status: 404, Length: -1},
			recorded.Answer{Method: "HEAD", Target: "/a", Status: 403, Length: 7}, recorded.Answer{Method: "GET", Target: "/a", Range: "bytes=0-1", Status: 500, Length: -1},
			recorded.Answer{Method: "POST", Target: "/a", Status: 201, Length: -1})
		c := w.dial()
		Expect(c.Get("/a").Status).To(Equal(200))
		Expect(c.Get("/a?b=1").Status).To(Equal(404))
		head := c.Head("/a")
		Expect(head.Status).To(Equal(403))
		Expect(head.Length).To(Equal(int64(7)))
		Expect(c.Get("/a", "Range: bytes=0-1").Status).To(Equal(500))
		Expect(c.Do("POST", "/a").Status).To(Equal(201))
		Expect(w.notes()).To(BeEmpty())
	})

	It("does not depend on secrets in the query", func() {
		c := serve(recorded.Answer{Method: "GET", Target: "/a?x=1&sig=(redacted)", Status: 200, Length: -1}).dial()
		Expect(c.Get("/a?x=1&sig=abc").Status).To(Equal(200))
		Expect(c.Get("/a?x=2&sig=abc").Status).To(Equal(404))
	})

	It("comes in the recorded order, the last again and again", func() {
		c := serve(recorded.Answer{Method: "GET", Target: "/a", Status: 503, Length: -1}, whole()).dial()
		var got []int
		for range 4 {
			got = append(got, c.Get("/a").Status)
		}
		Expect(got).To(Equal([]int{503, 200, 200, 200}))
	})

	It("to a condition is for requests with conditions", func() {
		c := serve(recorded.Answer{Method: "GET", Target: "/a", Status: 304, Length: -1}, whole()).dial()
		Expect(c.Get("/a").Status).To(Equal(200))
		Expect(c.Get("/a", `If-None-Match: "x"`).Status).To(Equal(200), "the 304 came first and is over")
		c = serve(whole(), recorded.Answer{Method: "GET", Target: "/a", Status: 304, Length: -1}).dial()
		Expect(c.Get("/a").Status).To(Equal(200))
		Expect(c.Get("/a").Status).To(Equal(200))
		Expect(c.Get("/a", `If-None-Match: "other"`).Status).To(Equal(304), "as it was recorded")
	})

	DescribeTable("ends as it did", func(framing recorded.Framing, te []string, closes bool) {
		a := whole()
		a.Framing = framing
		got := serve(a).dial().Get("/a")
		Expect(string(got.Body)).To(Equal("0123456789"))
		Expect(got.TE).To(Equal(te))
		Expect(got.Close).To(Equal(closes))
	},
		Entry("by its length", recorded.ByLength, nil, false),
		Entry("in chunks", recorded.Chunked, []string{"chunked"}, false),
		Entry("with the connection", recorded.ToClose, nil, true),
	)

	It("breaks off where it did", func() {
		a := whole()
		a.Length = 300
		w := serve(a)
		got := w.dial().Get("/a")
		Expect(got.Length).To(Equal(int64(300)))
		Expect(string(got.Body)).To(Equal("0123456789"))
		Expect(got.Err).To(MatchError(io.ErrUnexpectedEOF))
		Expect(w.notes()).To(ContainElement("recorded: broke off after 10 of 300 bytes"))
	})

	It("may be none", func() {
		w := serve(recorded.Answer{Method: "GET", Target: "/a", Closed: true})
		Expect(w.dial().Get("/a").Err).To(HaveOccurred())
		Expect(w.notes()).To(ConsistOf("recorded: closed the connection without an answer"))
	})

	It("must have its body", func() {
		a := whole()
		a.Body.From = "missing"
		_, err := fakeserver.New(fakeserver.Config{Dir: GinkgoT().TempDir(), Recorded: []recorded.Answer{a}})
		Expect(err).To(MatchError(And(ContainSubstring("recorded answer to GET /a"), ContainSubstring("missing"))))
	})
})

var _ = Describe("what nobody asked for in the recording", func() {
	It("is made from the recorded whole", func() {
		w := serve(whole())
		c := w.dial()
		a := c.Get("/a", "Range: bytes=2-4")
		Expect(a.Status).To(Equal(206))
		Expect(string(a.Body)).To(Equal("234"))
		Expect(a.Header.Get("Content-Range")).To(Equal("bytes 2-4/10"))
		Expect(a.Header).To(And(HaveKeyWithValue("Server", []string{"nginx"}), HaveKeyWithValue("Etag", []string{`"x"`}), HaveKeyWithValue("Content-Type", []string{"text/x"})))
		Expect(a.Header).NotTo(Or(HaveKey("Last-Modified"), HaveKey("Accept-Ranges")), "the real server had none")
		Expect(w.notes()).To(ConsistOf("recorded: no answer to GET /a bytes=2-4; made from the whole that was recorded"))
		Expect(c.Head("/a").Length).To(Equal(int64(10)))
		Expect(c.Get("/a", "Range: bytes=50-").Status).To(Equal(416))
	})

	It("is whole when the server took no ranges", func() {
		a := serve(whole("Accept-Ranges", "none")).dial().Get("/a", "Range: bytes=2-4")
		Expect(a.Status).To(Equal(200))
		Expect(a.Header.Values("Accept-Ranges")).To(Equal([]string{"none"}))
	})

	It("is whole when the server ignored a range", func() {
		a := whole()
		a.Range = "bytes=0-0"
		c := serve(a).dial()
		Expect(c.Get("/a", "Range: bytes=2-4").Status).To(Equal(200))
	})

	It("is whole when the server did not know the length", func() {
		a := whole()
		a.Framing = recorded.Chunked
		c := serve(a).dial()
		got := c.Get("/a", "Range: bytes=2-4")
		Expect([]any{got.Status, got.TE}).To(Equal([]any{200, []string{"chunked"}}))
		Expect(c.Head("/a").Length).To(Equal(int64(-1)))
	})

	It("has no type that the server did not tell, but the parts of several ranges", func() {
		a := whole()
		a.Fields = nil
		c := serve(a).dial()
		Expect(c.Get("/a", "Range: bytes=2-4").Header).NotTo(Or(HaveKey("Content-Type"), HaveKey("Etag"), HaveKey("Server")))
		Expect(c.Get("/a", "Range: bytes=2-4,6-7").Header.Get("Content-Type")).To(HavePrefix("multipart/byteranges"))
	})

	It("is cut out of a recorded range", func() {
		w := serve(part())
		c := w.dial()
		a := c.Get("/a", "Range: bytes=103-104")
		Expect(a.Status).To(Equal(206))
		Expect(string(a.Body)).To(Equal("34"))
		Expect(a.Header.Values("Content-Range")).To(Equal([]string{"bytes 103-104/1000"}))
		Expect(w.notes()).To(ConsistOf("recorded: bytes 103-104 are out of the recorded bytes 100-109"))
		head := c.Head("/a")
		Expect([]any{head.Status, head.Length, head.Header.Values("Content-Range")}).To(Equal([]any{200, int64(1000), []string(nil)}))
		Expect(c.Get("/a", "Range: bytes=99-104").Status).To(Equal(404))
		Expect(c.Get("/a").Status).To(Equal(404))
	})

	It("is the error or redirect that the path met otherwise", func() {
		a := whole("Location", "/b")
		a.Status = 302
		w := serve(a)
		c := w.dial()
		head := c.Head("/a")
		Expect([]any{head.Status, head.Header.Get("Location"), head.Length}).To(Equal([]any{302, "/b", int64(10)}))
		Expect(w.notes()).To(ConsistOf("recorded: no answer to HEAD /a; that to GET takes its place"))
		Expect(c.Get("/a", "Range: bytes=0-1").Status).To(Equal(302))
		Expect(c.Do("PUT", "/a").Status).To(Equal(404))
	})

	It("may be a file", func() { Expect(serve(whole()).dial().Get("/file").Body).To(HaveLen(5)) })

	It("is not found, and the transcript says why", func() {
		w := serve(whole())
		a := w.dial().Get("/b?c", "Range: bytes=0-1")
		Expect(a.Status).To(Equal(http.StatusNotFound))
		Expect(w.notes()).To(ConsistOf("recorded: nothing was recorded for GET /b?c bytes=0-1"))
		Expect(w.dial().Do("PUT", "/a").Status).To(Equal(http.StatusNotFound))
	})
})
