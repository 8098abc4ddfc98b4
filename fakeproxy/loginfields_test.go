package fakeproxy_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("what the gate says to those it lets through", func() {
	persistent := func() fakeproxy.Config {
		auth := byNTLM()
		auth.PersistentAuth = httpauth.PersistTrue
		return fakeproxy.Config{Auth: auth}
	}

	It("comes with the answer of the origin, once", func() {
		origin := script(plainOK)
		p, _ := proxy(persistent())
		b := browse(p.Addr())
		all := b.login("Proxy-Authorization", user("alice", "pw", 3), get(origin.addr(), "/f")...)
		Expect(all[2].StatusCode).To(Equal(200))
		Expect(all[2].Header.Values("Persistent-Auth")).To(Equal([]string{"true"}))
		Expect(b.ask(get(origin.addr(), "/g")...).Header).NotTo(HaveKey("Persistent-Auth"), "that was of the login")
	})

	It("comes in front of what the origin says under the same name", func() {
		origin := script("HTTP/1.1 200 OK\r\nPersistent-Auth: false\r\nContent-Length: 2\r\n\r\nok")
		p, _ := proxy(persistent())
		all := browse(p.Addr()).login("Proxy-Authorization", user("alice", "pw", 3), get(origin.addr(), "/f")...)
		Expect(all[2].Header.Values("Persistent-Auth")).To(Equal([]string{"true", "false"}))
	})

	It("comes with the answer to CONNECT", func() {
		p, _ := proxy(persistent())
		b := browse(p.Addr())
		all := b.login("Proxy-Authorization", user("alice", "pw", 3), connect(echoServer())...)
		Expect(all[2].StatusCode).To(Equal(200))
		Expect(all[2].Header.Get("Persistent-Auth")).To(Equal("true"))
		Expect(b.echo("through")).To(Equal("through"))
	})

	It("comes with an answer of the proxy's own", func() {
		p, _ := proxy(persistent())
		all := browse(p.Addr()).login("Proxy-Authorization", user("alice", "pw", 3), get("nowhere.invalid", "/")...)
		Expect(all[2].StatusCode).To(Equal(502))
		Expect(all[2].Header.Values("Persistent-Auth")).To(Equal([]string{"true"}))
	})

	It("demands a login for each request, when told", func() {
		origin := script(plainOK)
		auth := byNTLM()
		auth.PerRequest = true
		p, _ := proxy(fakeproxy.Config{Auth: auth})
		b := browse(p.Addr())
		all := b.login("Proxy-Authorization", user("alice", "pw", 3), get(origin.addr(), "/f")...)
		Expect(all[2].StatusCode).To(Equal(200))
		Expect(b.ask(get(origin.addr(), "/g")...).StatusCode).To(Equal(407))
	})
})

var _ = Describe("Proxy-support", func() {
	challenge := "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n"
	DescribeTable("promises pinned connections where somebody wants a login",
		func(on bool, text string, want []string) {
			origin := script(text)
			p, _ := proxy(fakeproxy.Config{SessionBasedAuthentication: on})
			Expect(browse(p.Addr()).ask(get(origin.addr(), "/")...).Header.Values("Proxy-Support")).To(Equal(want))
		},
		Entry("a challenge", true, challenge, []string{"Session-Based-Authentication"}),
		Entry("another answer", true, plainOK, nil),
		Entry("not told so", false, challenge, nil),
	)
})

var _ = Describe("deviations of a login", func() {
	It("act in front of the gate, wherever they stand", func() {
		p, _ := proxy(fakeproxy.Config{Auth: byNTLM(), Behaviours: append(use("delay", "duration", "1ms"), use("lower-case-schemes")...)})
		Expect(browse(p.Addr()).ask(get("origin.lab", "/")...).Header.Get("Proxy-Authenticate")).To(Equal("ntlm"))
	})

	It("begin a connection's login anew when they change", func() {
		origin := script(plainOK)
		p, rec := proxy(fakeproxy.Config{Auth: byNTLM(), Behaviours: use("lower-case-schemes")})
		b := browse(p.Addr())
		login := func() []int {
			return statuses(b.login("Proxy-Authorization", user("alice", "pw", 3), get(origin.addr(), "/")...))
		}
		Expect(login()).To(Equal([]int{407, 407, 200}))
		Expect(b.ask(get(origin.addr(), "/")...).StatusCode).To(Equal(200))
		Expect(p.SetBehaviours(nil)).To(Succeed())
		Expect(login()).To(Equal([]int{407, 407, 200}))
		last := rec.Exchanges(0)[6]
		Expect(last.Exposure).To(Equal("NTLMv2"))
		Expect(last.NTStatus).To(Equal("STATUS_SUCCESS (0x00000000)"))
	})

	It("leave on record what a proxy sees of the origin's credentials", func() {
		origin := script(plainOK)
		p, rec := proxy(fakeproxy.Config{})
		Expect(browse(p.Addr()).ask(get(origin.addr(), "/", "Authorization: "+basic("alice:pw"))...).StatusCode).To(Equal(200))
		Expect(rec.Exchanges(0)[0].Exposure).To(Equal("clear password"))
	})

	for _, form := range []string{"chunked", "no-length", "none"} {
		It(fmt.Sprintf("leave a CONNECT possible: challenge-body %s", form), func() {
			p, _ := proxy(fakeproxy.Config{Auth: byBasic(), Behaviours: use("challenge-body", "form", form)})
			Expect(browse(p.Addr()).ask(connect("origin.lab:443")...).StatusCode).To(Equal(407))
			b := browse(p.Addr())
			Expect(b.ask(append(connect(echoServer()), "Proxy-Authorization: "+basic(`LAB\alice:pw`))...).StatusCode).To(Equal(200))
			Expect(b.echo("through")).To(Equal("through"))
		})
	}
})
