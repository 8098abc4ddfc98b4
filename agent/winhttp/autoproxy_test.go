package winhttp_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

// network is what the PC's network says of proxies.
type network struct {
	url   string
	asked []string
}

func (n network) Wpad() (string, []string)             { return n.url, n.asked }
func (n network) OwnAddress() string                   { return "10.1.2.3" }
func (n network) AddressOf(host string) (string, bool) { return "10.9.9.9", host == "near" }

var _ = Describe("automatic proxy configuration", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.serve("origin:80", always(200, "direct"))
		w.serve("near:80", always(200, "direct"))
		w.serve("a:8080", always(200, "by a"))
		w.serve("b:8080", always(200, "by b"))
	})
	script := func(body string) {
		w.serve("config:80", always(200, body, "Content-Type: application/x-ns-proxy-autoconfig"))
	}
	says := func(answer string) { script(`function FindProxyForURL(url, host) { return ` + answer + `; }`) }
	byURL := func(url string) *winhttp.Request {
		r := w.url(url)
		r.Proxy = winhttp.ProxySettings{ScriptURL: "http://config/proxy.pac"}
		return r
	}
	noted := func() string {
		var list []string
		for _, e := range w.rec.Events(0) {
			if e.Subject == "proxy" {
				list = append(list, e.Text)
			}
		}
		return strings.Join(list, "\n")
	}

	It("gives the script names in the case that they have in the URL", func() {
		w.cfg.Discovery = network{}
		says(`host == "Origin" && url == "http://Origin/" ? "PROXY a:8080" : "DIRECT"`)
		_, body := w.get(byURL("http://Origin/"))
		Expect(body).To(Equal("by a"))
		_, body = w.get(byURL("http://origin/"))
		Expect(body).To(Equal("direct"))
	})

	It("asks the script of the settings directly, for each URL", func() {
		w.cfg.Discovery = network{}
		says(`isInNet(host, "10.9.0.0", "255.255.0.0") && myIpAddress() == "10.1.2.3" ? "DIRECT" : "PROXY a:8080"`)
		_, body := w.get(byURL("http://origin/"))
		Expect(body).To(Equal("by a"))
		_, body = w.get(byURL("http://NEAR/"))
		Expect(body).To(Equal("direct"))
		Expect(w.heads[0]).To(ContainSubstring("GET /proxy.pac HTTP/1.1\r\n"))
		Expect(w.heads[0]).To(ContainSubstring("User-Agent: WinHttp-Autoproxy-Service/5.1\r\n"))
		Expect(w.seen()).To(HaveLen(4), "each request without a memory fetches it anew")
	})

	It("fetches the script once for requests that share what was found", func() {
		says(`"PROXY a:8080"`)
		auto := &winhttp.AutoProxy{}
		for range 3 {
			r := byURL("http://origin/")
			r.AutoProxy = auto
			_, body := w.get(r)
			Expect(body).To(Equal("by a"))
		}
		Expect(w.seen()).To(HaveLen(4))
	})

	It("goes on to the next proxy when one is down, and keeps to it", func() {
		says(`"PROXY gone:8080; PROXY b:8080; DIRECT"`)
		auto := &winhttp.AutoProxy{}
		for range 2 {
			r := byURL("http://origin/")
			r.AutoProxy = auto
			_, body := w.get(r)
			Expect(body).To(Equal("by b"))
		}
		Expect(strings.Count(noted(), "proxy gone:8080 cannot be reached")).To(Equal(1))

		r := byURL("http://origin/")
		r.AutoProxy = &winhttp.AutoProxy{FirstOnly: true}
		_, err := w.do(r)
		Expect(failure(err).Op).To(Equal("connect"))
	})

	It("does not go on when the proxy was reached and refused", func() {
		w.serve("door:8080", always(407, "who?", "Proxy-Authenticate: Basic realm=x"))
		says(`"PROXY door:8080; PROXY b:8080"`)
		resp, _ := w.get(byURL("http://origin/"))
		Expect(resp.Status).To(Equal(407))
	})

	It("asks the script for where a redirect leads, too", func() {
		w.serve("a:8080", always(302, "", "Location: http://near/there"))
		says(`host == "near" ? "DIRECT" : "PROXY a:8080"`)
		_, body := w.get(byURL("http://origin/"))
		Expect(body).To(Equal("direct"))
	})

	DescribeTable("falls back to the other settings", func(prepare func(), code hresult.HRESULT) {
		prepare()
		r := byURL("http://origin/")
		r.Proxy.List = "b:8080"
		_, body := w.get(r)
		Expect(body).To(Equal("by b"))
		Expect(noted()).To(HavePrefix(code.Describe() + ": http://config/proxy.pac: "))
	},
		Entry("without a server", func() {}, hresult.ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT),
		Entry("at another status", func() { w.serve("config:80", always(404, "")) }, hresult.ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT),
		Entry("at a login", func() { w.serve("config:80", always(401, "", "WWW-Authenticate: NTLM")) }, hresult.ERROR_WINHTTP_LOGIN_FAILURE),
		Entry("with no JavaScript", func() { script("<html>") }, hresult.ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT),
		Entry("with one that throws", func() { says("no.such.thing") }, hresult.ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT),
		Entry("with an answer of no form", func() { says(`"a:8080"`) }, hresult.ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT),
		Entry("with more than a megabyte", func() { script(strings.Repeat(" ", 1<<20+1)) }, hresult.ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT))

	It("takes a minute of the world's time for a script without end", func() {
		says("(function () { for (;;) {} })()")
		began := w.clk.Now()
		_, body := w.get(byURL("http://origin/"))
		Expect(body).To(Equal("direct"))
		Expect(w.clk.Now().Sub(began)).To(Equal(time.Minute))
	})

	It("detects the script, and goes directly where there is none", func() {
		says(`"PROXY a:8080"`)
		detect := func(n network) string {
			w.cfg.Discovery, w.client = n, nil
			r := w.url("http://origin/")
			r.Proxy.Usage = winhttp.ProxyAutodetect
			_, body := w.get(r)
			return body
		}
		Expect(detect(network{url: "http://config/wpad.dat", asked: []string{"wpad.x.y"}})).To(Equal("by a"))
		Expect(w.heads[0]).To(ContainSubstring("GET /wpad.dat "))
		Expect(detect(network{asked: []string{"wpad.x.y"}})).To(Equal("direct"))
		Expect(noted()).To(ContainSubstring(hresult.ERROR_WINHTTP_AUTODETECTION_FAILED.Describe() + ": no DHCP option 252, and no wpad.x.y"))
	})

	It("follows from the owner's Internet Explorer settings", func() {
		ie := machine.ProxySettings{Server: "p:1", AutoConfigURL: "http://config/proxy.pac", AutoDetect: true}
		Expect(winhttp.PreconfigOf(ie)).To(Equal(winhttp.ProxySettings{Detect: true, ScriptURL: "http://config/proxy.pac"}))
		ie.Enable = true
		Expect(winhttp.PreconfigOf(ie).List).To(Equal("p:1"))
	})
})
