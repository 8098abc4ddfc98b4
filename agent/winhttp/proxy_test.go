package winhttp_test

import (
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

func mustURL(text string) *url.URL {
	GinkgoHelper()
	u, err := url.Parse(text)
	Expect(err).NotTo(HaveOccurred())
	return u
}

var _ = Describe("a proxy list", func() {
	choose := func(list, bypass, url string) string {
		GinkgoHelper()
		proxy, direct, err := winhttp.Choose(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: list, Bypass: bypass}, url)
		Expect(err).NotTo(HaveOccurred())
		Expect(direct).To(Equal(proxy == ""))
		return proxy
	}

	DescribeTable("gives each protocol its proxy",
		func(list, url, want string) { Expect(choose(list, "", url)).To(Equal(want)) },
		Entry("one for all", "proxy", "http://h/", "proxy:80"),
		Entry("with port", "proxy:8080", "https://h/", "proxy:8080"),
		Entry("by protocol", "http=a:1 https=b:2", "https://h/", "b:2"),
		Entry("own before common", "common https=b:2", "https://h/", "b:2"),
		Entry("common for the rest", "https=b:2;common", "http://h/", "common:80"),
		Entry("other protocol only", "https=b", "http://h/", ""),
		Entry("first of several", "p1:1 p2:2", "http://h/", "p1:1"),
		Entry("with protocol://", "http=http://a:81", "http://h/", "a:81"),
		Entry("any case", "HTTP=HTTP://A:81", "http://h/", "A:81"),
		Entry("IPv6", "[::1]:3128", "http://h/", "[::1]:3128"),
		Entry("IPv6 without port", "[fe80::1]", "http://h/", "[fe80::1]:80"),
		Entry("as Internet Explorer stores it", "http=p:80;https=p:80;ftp=p:80;socks=s:1080", "http://h/", "p:80"),
		Entry("spread white space", "\t a:1 \r\n;; b:2 ", "http://h/", "a:1"),
	)

	DescribeTable("is skipped for hosts on the bypass list",
		func(bypass, url string, direct bool) {
			Expect(choose("proxy", bypass, url) == "").To(Equal(direct))
		},
		Entry("name", "origin", "http://ORIGIN/", true),
		Entry("other name", "origin", "http://origin2/", false),
		Entry("not a suffix", "example.com", "http://www.example.com/", false),
		Entry("wildcard", "*.example.com", "http://www.example.com/", true),
		Entry("wildcard and the bare domain", "*.example.com", "http://example.com/", false),
		Entry("wildcard without dot", "*ample.com", "http://example.com/", true),
		Entry("all", "*", "http://x/", true),
		Entry("<local>", "<local>", "http://intranet/", true),
		Entry("<LOCAL>", "<LOCAL>", "https://intranet:81/", true),
		Entry("<local> and a dot", "<local>", "http://a.b/", false),
		Entry("<local> and IPv6", "<local>", "http://[::1]/", false),
		Entry("address", "10.0.0.1", "http://10.0.0.1/", true),
		Entry("port fits", "origin:8080", "http://origin:8080/", true),
		Entry("port differs", "origin:8080", "http://origin/", false),
		Entry("protocol differs", "https://origin", "http://origin/", false),
		Entry("one of several", "a;b origin", "http://origin/", true),
		Entry("final dot", "a.example", "http://a.example./", true),
	)

	DescribeTable("that cannot be read is BG_E_INVALID_PROXY_INFO with the place",
		func(list, bypass, place string) {
			_, direct, err := winhttp.Choose(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: list, Bypass: bypass}, "http://h/")
			code, _ := hresult.Of(err)
			Expect(code).To(Equal(hresult.HRESULT(0x8020003F)))
			Expect(err).To(MatchError(ContainSubstring(place)))
			Expect(direct).To(BeFalse())
			Expect(err.Error()).NotTo(ContainSubstring("secret"))
		},
		Entry("empty", "", "", "is empty"),
		Entry("unknown protocol", "proxy gopherx=a", "", "proxy list, character 7"),
		Entry("unknown protocol of the proxy", "quic://a", "", "proxy list, character 1"),
		Entry("no server", "http=", "", "character 1"),
		Entry("port not a number", "a:1 b:x", "", `character 5: "b:x"`),
		Entry("port too large", "a:65536", "", "character 1"),
		Entry("port zero", "a:0", "", "character 1"),
		Entry("password", "user:secret@a:80", "", "character 1"),
		Entry("path", "http://a/b", "", "character 1"),
		Entry("bad brackets", "[::1", "", "character 1"),
		Entry("text after brackets", "[::1]x", "", "character 1"),
		Entry("characters count, not bytes", "ä b", "", "character 1"),
		Entry("wildcard in the middle", "p", "ok a.*.b", "bypass list, character 4"),
		Entry("wildcard at the right", "p", "10.*", "bypass list, character 1"),
		Entry("two at the left", "p", "**", "bypass list, character 1"),
		Entry("unknown token", "p", "<nonlocal>", "bypass list, character 1"),
	)

	It("fails a request before anything is sent", func() {
		w := newWorld()
		r := w.url("http://origin/")
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "a:b:c"}
		_, err := w.do(r)
		Expect(failure(err).Code).To(Equal(hresult.BG_E_INVALID_PROXY_INFO))
	})

	It("is not asked for a URL that cannot be read", func() {
		_, direct, err := winhttp.Choose(winhttp.ProxySettings{}, "ftp://h/")
		code, _ := hresult.Of(err)
		Expect(code).To(Equal(hresult.ERROR_WINHTTP_UNRECOGNIZED_SCHEME))
		Expect(direct).To(BeFalse())
	})

	It("shows its entries", func() {
		list, err := winhttp.ParseProxyList("http=a b:2")
		Expect(err).NotTo(HaveOccurred())
		Expect(list.Entries()).To(Equal([]winhttp.ProxyEntry{{For: "http", Host: "a", Port: 80}, {Host: "b", Port: 2}}))
	})
})

var _ = Describe("proxy usage", func() {
	It("other than override and preconfig is direct, whatever the lists say", func() {
		for _, usage := range []winhttp.ProxyUsage{winhttp.ProxyNone, winhttp.ProxyAutodetect, 9} {
			_, direct, err := winhttp.Choose(winhttp.ProxySettings{Usage: usage, List: "proxy"}, "http://h/")
			Expect(err).NotTo(HaveOccurred())
			Expect(direct).To(BeTrue())
		}
	})

	Context("preconfigured", func() {
		var pc *machine.Machine
		BeforeEach(func() {
			p, err := machine.ProfileByID("xp-sp2")
			Expect(err).NotTo(HaveOccurred())
			pc = machine.New(p, machine.WithInteractiveUser(machine.Account{User: "alice"}))
		})
		choose := func(url string) string {
			GinkgoHelper()
			ie, err := pc.IEProxy("alice")
			Expect(err).NotTo(HaveOccurred())
			proxy, _, err := winhttp.Choose(winhttp.PreconfigOf(ie), url)
			Expect(err).NotTo(HaveOccurred())
			return proxy
		}

		It("takes the owner's Internet Explorer settings", func() {
			Expect(pc.SetIEProxy("alice", machine.ProxySettings{Enable: true, Server: "corp:8080", Override: "<local>;10.*;*.lab"})).To(Succeed())
			Expect(choose("http://example.com/")).To(Equal("corp:8080"))
			Expect(choose("http://intranet/")).To(BeEmpty())
			Expect(choose("http://10.1.2.3/")).To(BeEmpty())
			Expect(choose("http://a.lab/")).To(BeEmpty())
			Expect(choose("http://210.1.2.3/")).To(Equal("corp:8080"))
		})

		It("is direct when they are switched off", func() {
			Expect(pc.SetIEProxy("alice", machine.ProxySettings{Server: "corp:8080"})).To(Succeed())
			Expect(choose("http://example.com/")).To(BeEmpty())
		})

		It("ignores what proxycfg has set", func() {
			// The value that proxycfg -p corp:8080 writes: header, length, name.
			value := "\x18\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x09\x00\x00\x00corp:8080\x00\x00\x00\x00"
			key := `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections`
			Expect(pc.Registry().Set(key, "WinHttpSettings", machine.Binary([]byte(value)))).To(Succeed())
			Expect(choose("http://example.com/")).To(BeEmpty())
		})
	})
})

var _ = Describe("wildcards", func() {
	It("match any number of characters", func() {
		for pattern, hosts := range map[string]string{"*": "a,", "a*": "a,ab", "*a*b*": "ab,xaxbx", "a*a": "aa,aba"} {
			b := winhttp.IEBypass(pattern)
			for _, host := range strings.Split(hosts, ",") {
				Expect(b.Covers(&url.URL{Scheme: "http", Host: host})).To(BeTrue(), "%s %q", pattern, host)
			}
			Expect(b.Covers(&url.URL{Scheme: "http", Host: "c"})).To(Equal(pattern == "*"))
		}
		Expect(winhttp.IEBypass("a*a").Covers(&url.URL{Host: "a"})).To(BeFalse())
		Expect(winhttp.IEBypass("a*b*").Covers(&url.URL{Host: "ac"})).To(BeFalse())
	})
})
