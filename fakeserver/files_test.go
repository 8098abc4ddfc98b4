package fakeserver_test

import (
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/fakeserver"
)

var _ = Describe("a plain server", func() {
	It("answers HEAD and GET on one connection, with what BITS needs to know", func() {
		c := serve(fakeserver.Config{Files: map[string]fakeserver.File{"/a.cab": {Size: 200_000, Seed: 7}}}).dial()
		head, get := c.Head("/a.cab"), c.Get("/a.cab")
		Expect(head.Err).NotTo(HaveOccurred())
		Expect(head.Header).To(Equal(get.Header))
		Expect(head.Status).To(Equal(http.StatusOK))
		Expect(head.Body).To(BeEmpty())
		Expect(get.Proto).To(Equal("HTTP/1.1"))
		Expect(get.Close).To(BeFalse())
		Expect(get.Length).To(Equal(int64(200_000)))
		Expect(get.Body).To(Equal(slice(200_000, 7, 0, 199_999)))
		Expect(get.Header).To(Equal(http.Header{
			"Server": {"Microsoft-IIS/6.0"}, "Date": {"Fri, 06 Aug 2004 12:00:00 GMT"},
			"Content-Type": {"application/octet-stream"}, "Content-Length": {"200000"},
			"Accept-Ranges": {"bytes"}, "Last-Modified": {"Thu, 01 Jul 2004 22:08:00 GMT"},
			"Etag": get.Header["Etag"],
		}))
		Expect(get.Header.Get("ETag")).To(MatchRegexp(`^"[0-9a-f]+:[0-9a-f]+"$`))
	})

	It("writes ETag as IIS does", func() {
		w := serve(fakeserver.Config{Files: map[string]fakeserver.File{"/a": {ETag: `"x:1"`}}})
		w.get("/a")
		Expect(string(w.last().Response.Head)).To(ContainSubstring("\r\nETag: \"x:1\"\r\n"))
	})

	It("serves what a file says of itself", func() {
		w := serve(fakeserver.Config{Files: map[string]fakeserver.File{"/page": {
			Body: []byte("hello"), ETag: `"v1"`, ContentType: "text/plain", LastModified: start.Add(300 * time.Millisecond),
		}}})
		a := w.get("/page")
		Expect(string(a.Body)).To(Equal("hello"))
		Expect(a.Header.Get("ETag")).To(Equal(`"v1"`))
		Expect(a.Header.Get("Content-Type")).To(Equal("text/plain"))
		Expect(a.Header.Get("Last-Modified")).To(Equal("Fri, 06 Aug 2004 12:00:00 GMT"))
	})

	It("has 404 for other paths and 405 for other methods, and keeps the connection", func() {
		c := serve(fakeserver.Config{Files: map[string]fakeserver.File{"/a": {Size: 1}}}).dial()
		Expect(c.Get("/b").Status).To(Equal(http.StatusNotFound))
		head := c.Head("/b")
		Expect(head.Status).To(Equal(http.StatusNotFound))
		Expect(head.Err).NotTo(HaveOccurred())
		post := c.Do("POST", "/a", "Content-Length: 0")
		Expect(post.Status).To(Equal(http.StatusMethodNotAllowed))
		Expect(post.Header.Get("Allow")).To(Equal("GET, HEAD"))
		Expect(c.Get("/a").Status).To(Equal(http.StatusOK))
	})

	It("serves an empty file", func() {
		w := serve(fakeserver.Config{Files: map[string]fakeserver.File{"/empty": {}}})
		a := w.get("/empty")
		Expect(a.Status).To(Equal(http.StatusOK))
		Expect(a.Length).To(BeZero())
		Expect(w.get("/empty", "Range: bytes=0-0").Status).To(Equal(http.StatusRequestedRangeNotSatisfiable))
	})
})

var _ = Describe("files from disk", func() {
	var dir string
	BeforeEach(func() {
		parent := GinkgoT().TempDir()
		dir = filepath.Join(parent, "served")
		Expect(os.MkdirAll(filepath.Join(dir, "sub"), 0o755)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "sub", "a.txt"), []byte("from disk"), 0o600)).To(Succeed())
		Expect(os.Chtimes(filepath.Join(dir, "sub", "a.txt"), start, start)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(parent, "secret"), []byte("secret"), 0o600)).To(Succeed())
		Expect(os.Symlink("sub/a.txt", filepath.Join(dir, "inside"))).To(Succeed())
		Expect(os.Symlink("../secret", filepath.Join(dir, "outside"))).To(Succeed())
		Expect(syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600)).To(Succeed())
	})
	from := func(name string) map[string]fakeserver.File { return map[string]fakeserver.File{"/f": {From: name}} }

	It("are served with their own stamp, in ranges too", func() {
		w := serve(fakeserver.Config{Dir: dir, Files: from("sub/a.txt")})
		a := w.get("/f", "Range: bytes=5-")
		Expect(a.Status).To(Equal(http.StatusPartialContent))
		Expect(string(a.Body)).To(Equal("disk"))
		Expect(a.Header.Get("Last-Modified")).To(Equal(start.Format(http.TimeFormat)))
	})

	It("may be reached by a link that stays inside", func() {
		Expect(string(serve(fakeserver.Config{Dir: dir, Files: from("inside")}).get("/f").Body)).To(Equal("from disk"))
	})

	DescribeTable("are refused when they are", func(name, message string) {
		_, err := fakeserver.New(fakeserver.Config{Dir: dir, Files: from(name)})
		Expect(err).To(MatchError(ContainSubstring(message)))
	},
		Entry("outside by a link", "outside", "escapes"),
		Entry("outside by dots", "../secret", "escapes"),
		Entry("absolute", "/etc/passwd", "escapes"),
		Entry("missing", "nothing", "no such file"),
		Entry("a directory", "sub", "not a regular file"),
		Entry("a FIFO", "fifo", "not a regular file"),
	)

	It("are 404 once they are gone, and the transcript says why", func() {
		w := serve(fakeserver.Config{Dir: dir, Files: from("sub/a.txt")})
		Expect(os.Remove(filepath.Join(dir, "sub", "a.txt"))).To(Succeed())
		Expect(w.get("/f").Status).To(Equal(http.StatusNotFound))
		Expect(w.last().Notes).To(ConsistOf(ContainSubstring("no such file")))
	})
})

var _ = Describe("a wrong configuration", func() {
	DescribeTable("is refused with what and where", func(cfg fakeserver.Config, message string) {
		_, err := fakeserver.New(cfg)
		Expect(err).To(MatchError(And(HavePrefix(`fakeserver "origin": `), ContainSubstring(message))))
	},
		Entry("path", fakeserver.Config{Files: map[string]fakeserver.File{"a": {}}}, `file "a": the path does not begin with a slash`),
		Entry("size", fakeserver.Config{Files: map[string]fakeserver.File{"/a": {Size: -1}}}, "file /a: size -1 is negative"),
		Entry("etag", fakeserver.Config{Files: map[string]fakeserver.File{"/a": {ETag: "x"}}}, "file /a: etag x has no quotes"),
		Entry("no directory", fakeserver.Config{Files: map[string]fakeserver.File{"/a": {From: "x"}}}, "no directory is set"),
		Entry("directory", fakeserver.Config{Dir: "/does/not/exist"}, "opening the directory of files"),
		Entry("behaviour", fakeserver.Config{Behaviours: []fakeserver.Use{{Name: "close"}, {Name: "clos"}}},
			`behaviour 2 of 2: unknown behaviour "clos"; did you mean "close"?`),
		Entry("route", fakeserver.Config{Routes: []fakeserver.Route{{Path: "x"}}}, `route "x": the path does not begin with a slash`),
		Entry("route's behaviour", fakeserver.Config{Routes: []fakeserver.Route{{Path: "/x", Behaviours: []fakeserver.Use{{Name: "delay"}}}}},
			`route "/x": behaviour 1 of 1: behaviour "delay": parameter "duration" is missing`),
		Entry("authentication", fakeserver.Config{Auth: &fakeserver.Auth{Schemes: []httpauth.Scheme{"Kerberos"}}}, `unknown scheme "Kerberos"`),
		Entry("address", fakeserver.Config{Addr: "127.0.0.1:notaport"}, "notaport"),
	)
})
