package bitsupload_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("in the corners", func() {
	const server = hresult.BG_ERROR_CONTEXT_REMOTE_FILE

	It("insists on HTTP/1.1", func() {
		w := serve(bitsupload.Config{})
		c := w.dial()
		_, err := io.WriteString(c, "BITS_POST /upload/x HTTP/1.0\r\nBITS-Packet-Type: Ping\r\nContent-Length: 0\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		resp, err := http.ReadResponse(c.r, nil)
		Expect(err).NotTo(HaveOccurred())
		defer resp.Body.Close()
		Expect(resp.StatusCode).To(Equal(http.StatusBadRequest))
		Expect(resp.Header.Get("BITS-Error")).To(Equal("0x80070057"))
	})

	It("takes no body without a length, in chunks", func() {
		w := serve(bitsupload.Config{})
		c := w.dial().begin()
		a := c.raw(bitsupload.Verb, "1\r\nx\r\n0\r\n\r\n", "BITS-Packet-Type: Fragment", "BITS-Session-Id: "+c.id,
			"Content-Range: bytes 0-0/1", "Transfer-Encoding: chunked")
		Expect(a).To(refuse(http.StatusBadRequest, hresult.E_INVALIDARG, server))
		Expect(c.fragment(0, 1, "x")).To(accept(1))
	})

	It("knows the URL of an upload over TLS", func() {
		up, err := bitsupload.New(bitsupload.Config{Path: "/upload/"})
		Expect(err).NotTo(HaveOccurred())
		r := httptest.NewRequest(bitsupload.Verb, "https://upload"+target, nil)
		r.Header = bitsupload.Packet{Type: bitsupload.CreateSession, Protocols: []string{bitsupload.Protocol15}}.Header()
		up.ServeHTTP(httptest.NewRecorder(), r)
		Expect(up.Sessions()).To(ConsistOf(HaveField("URL", "https://upload"+target)))
	})

	It("finds no folder beneath a file", func() {
		w := serve(bitsupload.Config{Files: map[string][]byte{"report.xml": nil}})
		c := w.dial()
		c.path = target + "/inner"
		Expect(c.create()).To(refuse(http.StatusNotFound, hresult.ERROR_PATH_NOT_FOUND, server))
		_, err := w.File("report.xml/inner")
		Expect(err).To(MatchError(os.ErrNotExist))
		Expect(w.Remove("report.xml/inner")).To(MatchError(os.ErrNotExist))
	})

	It("notices at the last fragment that a directory has taken the name, or the folder has gone", func() {
		dir := GinkgoT().TempDir()
		w := serve(bitsupload.Config{Dir: dir})
		c := w.dial().begin()
		Expect(os.Mkdir(filepath.Join(dir, "report.xml"), 0o700)).To(Succeed())
		Expect(c.fragment(0, 1, "x")).To(refuse(http.StatusBadRequest, hresult.E_INVALIDARG, server))
		c.path = target + "/inner"
		c.begin()
		Expect(os.Remove(filepath.Join(dir, "report.xml"))).To(Succeed())
		Expect(c.fragment(0, 1, "x")).To(refuse(http.StatusNotFound, hresult.ERROR_PATH_NOT_FOUND, server))
	})

	It("says at the end that a session's data have vanished from disk", func() {
		dir := GinkgoT().TempDir()
		w := serve(bitsupload.Config{Dir: dir})
		c := w.dial().begin()
		Expect(c.fragment(0, 2, "x")).To(accept(1))
		Expect(os.Remove(filepath.Join(dir, "BITS-Sessions", c.id, "request"))).To(Succeed())
		Expect(c.end()).To(refuse(http.StatusNotFound, hresult.ERROR_FILE_NOT_FOUND, server))
		Expect(w.Sessions()).To(BeEmpty())
	})

	for _, dir := range []func() string{func() string { return "" }, func() string { return GinkgoT().TempDir() }} {
		It("does not know a session that is forgotten while its fragment arrives", func() {
			w := serve(bitsupload.Config{Dir: dir()})
			c := w.dial().begin()
			head := "BITS_POST " + target + " HTTP/1.1\r\nHost: upload\r\nBITS-Packet-Type: Fragment\r\nBITS-Session-Id: " + c.id +
				"\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\n01234"
			_, err := io.WriteString(c, head)
			Expect(err).NotTo(HaveOccurred())
			Eventually(w.Sessions).Should(ConsistOf(HaveField("Received", int64(5))))
			Expect(w.Forget(c.id)).To(BeTrue())
			_, err = io.WriteString(c, "56789")
			Expect(err).NotTo(HaveOccurred())
			resp, err := http.ReadResponse(c.r, nil)
			Expect(err).NotTo(HaveOccurred())
			defer resp.Body.Close()
			Expect(resp.Header.Get("BITS-Error")).To(Equal("0x8020001F"))
			Expect(w.names()).To(BeEmpty())
		})
	}

	It("says in words why it refuses", func() {
		_, err := bitsupload.ParsePacket(http.Header{}, 0)
		Expect(err).To(MatchError(`unknown-packet: packet type "" (400 Bad Request, E_INVALIDARG (0x80070057))`))
	})

	DescribeTable("completes the application's URL", func(setting, query, want string) {
		w, a := newWorld(), &app{}
		address := w.application(a.ServeHTTP)
		base := address[:len(address)-len("/handle.asp")]
		if setting[0] == '/' {
			setting = base + setting
		}
		w.serve(bitsupload.Config{BaseURL: base + "/", Properties: bitsupload.Properties{NotificationType: bitsupload.NotifyByValue, NotificationURL: setting}})
		c := w.dial()
		c.path += query
		Expect(c.begin().fragment(0, 1, "x")).To(accept(1))
		Expect(a.told).To(HaveLen(1))
		Expect(a.told[0].uri).To(Equal(want))
		Expect(a.told[0].original).To(Equal(base + target + query))
	},
		Entry("absolute", "/bag.asp", "", "/bag.asp"),
		Entry("with the upload's query", "/bag.asp", "?ACCOUNT=86433", "/bag.asp?ACCOUNT=86433"),
		Entry("with both queries", "/bag.asp?a=b", "?ACCOUNT=86433", "/bag.asp?a=b&ACCOUNT=86433"),
		Entry("relative", "myasp.asp", "?x", "/upload/myasp.asp?x"),
	)

	It("gives an application up when the client does", func() {
		w := newWorld()
		address := w.application(func(_ http.ResponseWriter, r *http.Request) {
			if fakehttp.Sleep(r, 4*time.Minute) != nil {
				panic(http.ErrAbortHandler)
			}
		})
		w.serve(bitsupload.Config{Properties: bitsupload.Properties{NotificationType: bitsupload.NotifyByValue, NotificationURL: address}})
		c := w.dial().begin()
		w.clk.AfterFunc(time.Minute, "the client's time-out", func() {
			w.hold.Reclaim()
			_ = c.Close()
		})
		Expect(c.fragment(0, 1, "x").Err).To(HaveOccurred())
		Expect(w.clk.Now().Sub(start)).To(Equal(time.Minute))
		again := w.dial()
		again.id = c.id
		Expect(again.fragment(0, 1, "x")).To(accept(1))
		Expect(w.Sessions()).To(ConsistOf(HaveField("Notified", 2)))
	})

	It("limits the application's time under net/http alone", func() {
		a := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}))
		DeferCleanup(a.Close)
		up, err := bitsupload.New(bitsupload.Config{Path: "/upload/", Properties: bitsupload.Properties{
			NotificationType: bitsupload.NotifyByValue, NotificationURL: a.URL, NotificationTimeout: time.Millisecond}})
		Expect(err).NotTo(HaveOccurred())
		s := httptest.NewServer(up)
		DeferCleanup(s.Close)
		Expect(dial(s.Listener.Addr().String(), plain).begin().fragment(0, 1, "x").Error).To(Equal(hresult.ERROR_WINHTTP_TIMEOUT))
	})

	It("waits for an answer by its own clock under net/http alone", func() {
		w := newWorld()
		up, err := bitsupload.New(bitsupload.Config{Path: "/upload/", Clock: w.clk,
			Faults: []bitsupload.Fault{{Kind: bitsupload.SlowAck, Packet: bitsupload.Ping, Delay: time.Hour}}})
		Expect(err).NotTo(HaveOccurred())
		s := httptest.NewServer(up)
		DeferCleanup(s.Close)
		w.hold.Release()
		Expect(dial(s.Listener.Addr().String(), plain).ping()).To(accept(-1))
		Expect(w.clk.Now().Sub(start)).To(Equal(time.Hour))
	})
})
