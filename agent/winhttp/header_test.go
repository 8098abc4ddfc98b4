package winhttp_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

func bitsFields() []winhttp.Field {
	return []winhttp.Field{
		{Name: "Accept", Value: "*/*"},
		{Name: "Accept-Encoding", Value: "identity"},
		{Name: "If-Unmodified-Since", Value: "Fri, 06 Aug 2004 12:00:00 GMT"},
		{Name: "Range", Value: "bytes=0-1119"},
	}
}

var _ = Describe("the bytes of a request", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.serve("origin:80", always(200, "ok"))
		w.serve("origin:8080", always(200, "ok"))
		w.serve("corp:3128", always(200, "ok"))
	})
	sent := func(r *winhttp.Request) string {
		GinkgoHelper()
		w.get(r)
		_, head, _ := strings.Cut(w.heads[len(w.heads)-1], " ")
		return strings.ReplaceAll(head, "\r\n", "\n")
	}

	It("are in BITS 2.0's order: Host and Connection last", func() {
		r := w.url("http://origin/update.cab?a=b")
		r.Header = bitsFields()
		Expect(sent(r)).To(Equal(`GET /update.cab?a=b HTTP/1.1
Accept: */*
Accept-Encoding: identity
If-Unmodified-Since: Fri, 06 Aug 2004 12:00:00 GMT
Range: bytes=0-1119
User-Agent: Microsoft BITS/6.6
Host: origin
Connection: Keep-Alive

`))
	})

	It("are in BITS 7.8's order: Connection first, Host last", func() {
		r := w.url("http://origin/update.cab")
		r.Header, r.UserAgent = bitsFields(), "Microsoft BITS/7.8"
		r.Layout = winhttp.LayoutFor(machine.FileVersion{Major: 7, Minor: 8})
		Expect(sent(r)).To(Equal(`GET /update.cab HTTP/1.1
Connection: Keep-Alive
Accept: */*
Accept-Encoding: identity
If-Unmodified-Since: Fri, 06 Aug 2004 12:00:00 GMT
Range: bytes=0-1119
User-Agent: Microsoft BITS/7.8
Host: origin

`))
	})

	It("have the absolute form and Proxy-Connection towards a proxy", func() {
		r := w.url("http://origin:8080/a%20b.cab")
		r.Method, r.Header = "HEAD", bitsFields()[:2]
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		w.serve("corp:3128", func(_ int, l *link) {
			for l.head() != nil {
				l.say("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n")
			}
		})
		Expect(sent(r)).To(Equal(`HEAD http://origin:8080/a%20b.cab HTTP/1.1
Accept: */*
Accept-Encoding: identity
User-Agent: Microsoft BITS/6.6
Host: origin:8080
Proxy-Connection: Keep-Alive

`))
	})

	It("have Content-Length before Connection when there is a body, as MC-BUP 4.1 shows", func() {
		r := w.url("http://origin/up")
		r.Method, r.Body = "BITS_POST", []byte{}
		r.Header = []winhttp.Field{{Name: "Accept", Value: "*/*"}, {Name: "BITS-Packet-Type", Value: "Ping"}}
		Expect(sent(r)).To(Equal(`BITS_POST /up HTTP/1.1
Accept: */*
BITS-Packet-Type: Ping
User-Agent: Microsoft BITS/6.6
Host: origin
Content-Length: 0
Connection: Keep-Alive

`))
	})

	It("never hold the URL's credentials or its fragment", func() {
		resp, _ := w.get(w.url("http://alice:pw@origin/f#part"))
		Expect(resp.URL).To(Equal("http://origin/f"))
		Expect(w.heads[0]).To(ContainSubstring("GET /f HTTP/1.1\r\n"))
		Expect(w.heads[0]).NotTo(ContainSubstring("alice"))
		Expect(w.heads[0]).NotTo(ContainSubstring("Authorization"))
	})

	It("say HTTP/1.0 when asked to, as BITS on XP SP1 does to such servers", func() {
		r := w.url("http://origin/f")
		r.HTTP10 = true
		Expect(sent(r)).To(HavePrefix("GET /f HTTP/1.0\n"))
	})

	It("carry the host of the request into the record", func() {
		resp, _ := w.get(w.url("http://origin:8080/f"))
		Expect(resp.Exchange.Target).To(Equal("origin:8080"))
		Expect(resp.Exchange.Node).To(Equal("client"))
	})

	DescribeTable("are refused when they would break out of their line",
		func(change func(*winhttp.Request), code hresult.HRESULT) {
			r := w.url("http://origin/f")
			change(r)
			_, err := w.do(r)
			Expect(failure(err).Code).To(Equal(code))
			Expect(err.Error()).NotTo(ContainSubstring("secret"))
			Expect(w.heads).To(BeEmpty())
		},
		Entry("field value", func(r *winhttp.Request) { r.Header = []winhttp.Field{{Name: "Range", Value: "a\r\nX: y"}} }, hresult.ERROR_WINHTTP_INVALID_HEADER),
		Entry("field name", func(r *winhttp.Request) { r.Header = []winhttp.Field{{Name: "Ran ge", Value: "a"}} }, hresult.ERROR_WINHTTP_INVALID_HEADER),
		Entry("user agent", func(r *winhttp.Request) { r.UserAgent = "a\nb" }, hresult.ERROR_WINHTTP_INVALID_HEADER),
		Entry("method", func(r *winhttp.Request) { r.Method = "GET /x" }, hresult.ERROR_WINHTTP_INVALID_HEADER),
		Entry("no URL", func(r *winhttp.Request) { r.URL = "http://u:secret@:80/%zz" }, hresult.ERROR_WINHTTP_INVALID_URL),
		Entry("no host", func(r *winhttp.Request) { r.URL = "http:///f" }, hresult.ERROR_WINHTTP_INVALID_URL),
		Entry("port 0", func(r *winhttp.Request) { r.URL = "http://origin:0/" }, hresult.ERROR_WINHTTP_INVALID_URL),
		Entry("port 65536", func(r *winhttp.Request) { r.URL = "http://origin:65536/" }, hresult.ERROR_WINHTTP_INVALID_URL),
		Entry("ftp", func(r *winhttp.Request) { r.URL = "ftp://origin/" }, hresult.ERROR_WINHTTP_UNRECOGNIZED_SCHEME),
	)
})

var _ = Describe("header layouts", func() {
	It("go with the version of QMgr.dll", func() {
		Expect(winhttp.LayoutFor(machine.FileVersion{Major: 6, Minor: 7}).ID).To(Equal("winhttp-5.1"))
		Expect(winhttp.LayoutFor(machine.FileVersion{Major: 7, Minor: 0}).ID).To(Equal("winhttp-6"))
	})
	It("have every slot that a request needs, once, and a source", func() {
		for _, l := range []winhttp.HeaderLayout{winhttp.LayoutWinHTTP51(), winhttp.LayoutWinHTTP6()} {
			Expect(l.Request).To(ConsistOf(winhttp.SlotFields, winhttp.SlotUserAgent, winhttp.SlotHost, winhttp.SlotContentLength,
				winhttp.SlotConnection, winhttp.SlotProxyAuthorization, winhttp.SlotAuthorization))
			Expect(l.Connect).To(ConsistOf(winhttp.SlotUserAgent, winhttp.SlotHost, winhttp.SlotContentLength,
				winhttp.SlotConnection, winhttp.SlotProxyAuthorization, winhttp.SlotPragma))
			Expect(l.Source).NotTo(BeEmpty())
			Expect(l.Assumed).NotTo(BeEmpty())
		}
	})
})
