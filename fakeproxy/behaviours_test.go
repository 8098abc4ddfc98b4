package fakeproxy_test

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeproxy"
)

// file is an origin with the ten digits in a file that knows ranges.
func file() *fakehttp.Server {
	GinkgoHelper()
	return serve(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "f.cab", time.Unix(1e9, 0), strings.NewReader("0123456789"))
	})
}

var _ = Describe("the behaviours", func() {
	It("are described, and each has a Source or is generic", func() {
		names := map[string]bool{}
		for _, d := range fakeproxy.Behaviours() {
			Expect(names).NotTo(HaveKey(d.Name))
			names[d.Name] = true
			Expect(d.Help).To(HaveSuffix("."), d.Name)
			Expect(d.Example).To(ContainSubstring(d.Name))
		}
	})

	It("strip-range lets the origin send the whole file", func() {
		p, rec := proxy(fakeproxy.Config{Behaviours: use("strip-range")})
		a := browse(p.Addr()).ask(get(file().Addr(), "/f.cab", "Range: bytes=2-3")...)
		Expect(a.StatusCode).To(Equal(200))
		Expect(a.body).To(Equal("0123456789"))
		Expect(rec.Exchanges(0)[0].Notes).To(ContainElement(ContainSubstring("strip-range")))
	})

	It("strip-content-range leaves a 206 without its place", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: use("strip-content-range")})
		a := browse(p.Addr()).ask(get(file().Addr(), "/f.cab", "Range: bytes=2-3")...)
		Expect(a.StatusCode).To(Equal(206))
		Expect(a.body).To(Equal("23"))
		Expect(a.Header).NotTo(HaveKey("Content-Range"))
	})

	It("drop-content-length re-frames the origin's body", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: use("drop-content-length")})
		b := browse(p.Addr())
		a := b.ask(get(file().Addr(), "/f.cab")...)
		Expect(a.ContentLength).To(BeEquivalentTo(-1))
		Expect(a.TransferEncoding).To(Equal([]string{"chunked"}))
		Expect(a.body).To(Equal("0123456789"))

		Expect(p.SetBehaviours(use("drop-content-length", "how", "close"))).To(Succeed())
		a = b.ask(get(file().Addr(), "/f.cab")...)
		Expect(a.TransferEncoding).To(BeEmpty())
		Expect(a.ContentLength).To(BeEquivalentTo(-1))
		Expect(a.body).To(Equal("0123456789"))
		Expect(b.closed()).To(BeTrue())
	})

	It("http10 answers in HTTP/1.0, its 407 and its tunnels too, and closes unless keep-alive", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: use("http10"), Auth: byBasic()})
		b := browse(p.Addr())
		a := b.ask(get(file().Addr(), "/f.cab")...)
		Expect(a.Proto).To(Equal("HTTP/1.0"))
		Expect(a.StatusCode).To(Equal(407))
		Expect(a.Header).NotTo(HaveKey("Proxy-Connection"))
		Expect(b.closed()).To(BeTrue())

		p, _ = proxy(fakeproxy.Config{Behaviours: use("http10", "keep-alive", true)})
		b = browse(p.Addr())
		for range 2 {
			a = b.ask(get(file().Addr(), "/f.cab")...)
			Expect(a.Proto).To(Equal("HTTP/1.0"))
			Expect(a.body).To(Equal("0123456789"))
		}
		Expect(b.ask(connect(echoServer())...).Proto).To(Equal("HTTP/1.0"))
		Expect(b.echo("x")).To(Equal("x"))
	})

	It("close-on-407 costs a connection at the bare 407, and the login at the challenge", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{Behaviours: use("close-on-407"), Auth: byNTLM()})
		b := browse(p.Addr())
		a := b.ask(get(origin.addr(), "/")...)
		Expect(a.StatusCode).To(Equal(407))
		Expect(a.Close).To(BeTrue())
		Expect(a.Header).NotTo(HaveKey("Proxy-Connection"))
		Expect(b.closed()).To(BeTrue())

		b = browse(p.Addr())
		a = b.ask(get(origin.addr(), "/", "Proxy-Authorization: NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=")...)
		Expect(a.Header.Get("Proxy-Authenticate")).To(HavePrefix("NTLM TlRMTVNTUAAC"))
		Expect(a.Close).To(BeFalse())

		Expect(p.SetBehaviours(use("close-on-407", "leg", "challenge"))).To(Succeed())
		a = b.ask(get(origin.addr(), "/")...)
		Expect(a.Close).To(BeFalse())
		a = b.ask(get(origin.addr(), "/", "Proxy-Authorization: NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=")...)
		Expect(a.StatusCode).To(Equal(407))
		Expect(b.closed()).To(BeTrue())
	})

	It("close-on-407 takes a realm for no challenge", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: use("close-on-407", "leg", "challenge"), Auth: byBasic()})
		Expect(browse(p.Addr()).ask(get("origin.lab", "/")...).Close).To(BeFalse())
	})

	It("block refuses hosts by name with a page, after the login", func() {
		origin := file()
		p, _ := proxy(fakeproxy.Config{Behaviours: use("block", "hosts", "127.*, *.Example.COM"), Auth: byBasic()})
		b := browse(p.Addr())
		Expect(b.ask(get(origin.Addr(), "/f.cab")...).StatusCode).To(Equal(407))
		credentials := "Proxy-Authorization: " + basic(`LAB\alice:pw`)
		a := b.ask(get(origin.Addr(), "/f.cab", credentials)...)
		Expect(a.StatusCode).To(Equal(403))
		Expect(a.body).To(ContainSubstring("does not allow 127.0.0.1"))
		Expect(b.ask(append(connect("www.EXAMPLE.com:443"), credentials)...).StatusCode).To(Equal(403))
		Expect(b.ask(get("[::1]:1", "/", credentials)...).StatusCode).To(Equal(502))
	})

	It("connect-ports allows CONNECT to some ports only", func() {
		echo := echoServer()
		_, port, _ := strings.Cut(echo, ":")
		p, _ := proxy(fakeproxy.Config{Behaviours: use("connect-ports", "ports", "443, 563")})
		b := browse(p.Addr())
		Expect(b.ask(connect(echo)...).StatusCode).To(Equal(403))
		Expect(b.ask(get(file().Addr(), "/f.cab")...).StatusCode).To(Equal(200), "plain requests go to any port")
		Expect(p.SetBehaviours(use("connect-ports", "ports", "443,"+port))).To(Succeed())
		Expect(b.ask(connect(echo)...).StatusCode).To(Equal(200))
	})

	It("forward-proxy-authorization leaks the client's credentials to an origin", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{Behaviours: use("forward-proxy-authorization"), Auth: byBasic()})
		browse(p.Addr()).ask(get(origin.addr(), "/", "Proxy-Authorization: "+basic(`LAB\alice:pw`))...)
		Expect(origin.seen()[0]).To(ContainSubstring("Proxy-Authorization: " + basic(`LAB\alice:pw`)))
	})

	It("status, status-nth and no-answer see only requests that were let in", func() {
		origin := file()
		credentials := "Proxy-Authorization: " + basic(`LAB\alice:pw`)
		p, _ := proxy(fakeproxy.Config{Behaviours: use("status-nth", "nth", 2, "status", 503), Auth: byBasic()})
		b := browse(p.Addr())
		var got []int
		for _, request := range [][]string{get(origin.Addr(), "/"), get(origin.Addr(), "/", credentials), get(origin.Addr(), "/", credentials), get(origin.Addr(), "/", credentials)} {
			got = append(got, b.ask(request...).StatusCode)
		}
		Expect(got).To(Equal([]int{407, 200, 503, 200}))

		Expect(p.SetBehaviours(use("status", "status", 502))).To(Succeed())
		Expect(b.ask(get(origin.Addr(), "/")...).StatusCode).To(Equal(407))
		Expect(b.ask(get(origin.Addr(), "/", credentials)...).StatusCode).To(Equal(502))

		Expect(p.SetBehaviours(use("no-answer", "how", "reset"))).To(Succeed())
		Expect(b.ask(get(origin.Addr(), "/")...).StatusCode).To(Equal(407))
		b.send(get(origin.Addr(), "/", credentials)...)
		Expect(b.closed()).To(BeTrue())
	})

	It("see all requests in front of authenticate", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: append(use("status-nth", "nth", 2), use("authenticate")...), Auth: byBasic()})
		b := browse(p.Addr())
		Expect(b.ask(get("origin.lab", "/")...).StatusCode).To(Equal(407))
		Expect(b.ask(get("origin.lab", "/")...).StatusCode).To(Equal(503))
		Expect(p.SetBehaviours(append(use("authenticate"), use("status-nth", "nth", 2)...))).To(Succeed())
		Expect(b.ask(get("origin.lab", "/")...).StatusCode).To(Equal(407))
		Expect(b.ask(get("origin.lab", "/")...).StatusCode).To(Equal(407))
	})

	It("close ends the connection after an answer", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: use("close")})
		b := browse(p.Addr())
		Expect(b.ask(get(file().Addr(), "/f.cab")...).body).To(Equal("0123456789"))
		Expect(b.closed()).To(BeTrue())
	})

	It("stay as they were when new ones are wrong", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: use("status", "status", 503)})
		for _, wrong := range [][]fakeproxy.Use{use("no-such"), use("block"), use("block", "hosts", "[a"), use("connect-ports", "ports", "https"), use("http10", "keep-alive", 1)} {
			Expect(p.SetBehaviours(wrong)).NotTo(Succeed())
		}
		Expect(browse(p.Addr()).ask(get("origin.lab", "/")...).StatusCode).To(Equal(503))
	})

	It("come in the order given", func() {
		p, _ := proxy(fakeproxy.Config{Behaviours: append(use("status", "status", 503), use("block", "hosts", "*")...)})
		Expect(browse(p.Addr()).ask(get("origin.lab", "/")...).StatusCode).To(Equal(503))
		Expect(p.SetBehaviours(append(use("block", "hosts", "*"), use("status", "status", 503)...))).To(Succeed())
		Expect(browse(p.Addr()).ask(get("origin.lab", "/")...).StatusCode).To(Equal(403))
	})

	It("are safe under another server", func() {
		for _, d := range fakeproxy.Behaviours() {
			if len(d.Params) > 0 {
				continue
			}
			m, err := fakeproxy.Behaviours().Build(d.Name, nil, behaviour.Env{})
			Expect(err).NotTo(HaveOccurred())
			s := serve(m(http.NotFoundHandler()).ServeHTTP)
			Expect(browse(s.Addr()).ask("GET / HTTP/1.1", "Host: x").StatusCode).To(Equal(404))
		}
	})
})
