package fakeproxy_test

import (
	"fmt"
	"io"
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("a chain of proxies", func() {
	It("logs the client in at the first and the first at the second", func() {
		origin, echo := script(plainOK), echoServer()
		next, nextRecord := proxy(fakeproxy.Config{Name: "hq", Auth: byBasic()})
		p, _ := proxy(fakeproxy.Config{Name: "branch", Auth: byNTLM(), Via: next.Addr(), ViaUser: `LAB\bob`, ViaPassword: "pw2"})

		b := browse(p.Addr())
		all := b.login("Proxy-Authorization", user("alice", "pw", 0), get(origin.addr(), "/f")...)
		Expect(statuses(all)).To(Equal([]int{407, 407, 200}))
		Expect(origin.seen()).To(ConsistOf(And(HavePrefix("GET /f HTTP/1.1\r\n"), ContainSubstring("Via: 1.1 branch, 1.1 hq\r\n"), Not(ContainSubstring("Proxy-")))))
		Expect(all[2].Header.Get("Via")).To(Equal("1.1 hq, 1.1 branch"))
		Expect(b.ask(connect(echo)...).StatusCode).To(Equal(200))
		Expect(b.echo("through both")).To(Equal("through both"))
		for _, x := range nextRecord.Exchanges(0) {
			Expect(x.Verified).To(Equal(`LAB\bob`))
		}
		Expect(nextRecord.Exchanges(0)[0].Request.Line).To(Equal("GET http://" + origin.addr() + "/f HTTP/1.1"))
	})

	It("passes the second's refusal on when the first shows the wrong credentials", func() {
		next, _ := proxy(fakeproxy.Config{Name: "hq", Auth: byBasic()})
		p, _ := proxy(fakeproxy.Config{Name: "branch", Via: next.Addr(), ViaUser: "bob", ViaPassword: "no"})
		b := browse(p.Addr())
		Expect(b.ask(get("origin.lab", "/")...).Header.Get("Proxy-Authenticate")).To(Equal(`Basic realm="corp"`))
		a := b.ask(connect("origin.lab:443")...)
		Expect(a.StatusCode).To(Equal(407))
		Expect(a.Header.Get("Proxy-Authenticate")).To(Equal(`Basic realm="corp"`))
		Expect(a.body).To(ContainSubstring("hq"))
	})

	for level := range ntlm.Level(6) {
		It(fmt.Sprintf("lets the client log in to the second with forward-proxy-authorization, at level %d, for plain requests and CONNECT", level), func() {
			origin, echo := script(plainOK), echoServer()
			next, record := proxy(fakeproxy.Config{Name: "hq", Auth: byNTLM()})
			p, _ := proxy(fakeproxy.Config{Name: "branch", Via: next.Addr(), Behaviours: use("forward-proxy-authorization")})
			b := browse(p.Addr())
			Expect(statuses(b.login("Proxy-Authorization", user("alice", "pw", level), get(origin.addr(), "/")...))).To(Equal([]int{407, 407, 200}))
			Expect(record.Exchanges(0)[2].Verified).To(Equal(`LAB\alice`))
			Expect(statuses(b.login("Proxy-Authorization", user("alice", "pw", level), connect(echo)...))).To(Equal([]int{407, 407, 200}))
			Expect(b.echo("hello")).To(Equal("hello"))
		})
	}

	It("keeps the client's proxy credentials without that behaviour", func() {
		origin := script(plainOK)
		next, record := proxy(fakeproxy.Config{Name: "hq"})
		p, _ := proxy(fakeproxy.Config{Name: "branch", Via: next.Addr()})
		b := browse(p.Addr())
		b.ask(get(origin.addr(), "/", "Proxy-Authorization: Basic YTpi")...)
		b.ask(append(connect(echoServer()), "Proxy-Authorization: Basic YTpi")...)
		for _, x := range record.Exchanges(0) {
			Expect(x.Request.Get("Proxy-Authorization")).To(BeEmpty(), x.Request.Line)
		}
		Expect(record.Exchanges(0)).To(HaveLen(2))
	})

	It("answers 502 when the second is not there", func() {
		p, _ := proxy(fakeproxy.Config{Via: nobody()})
		b := browse(p.Addr())
		Expect(b.ask(get("origin.lab", "/")...).StatusCode).To(Equal(502))
		Expect(b.ask(connect("origin.lab:443")...).StatusCode).To(Equal(502))
	})

	It("leaves the second with the client, also in the middle of a login", func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer l.Close()
		p, _ := proxy(fakeproxy.Config{Via: l.Addr().String()})
		b := browse(p.Addr())
		b.send(connect("origin.lab:443")...)
		up, err := l.Accept()
		Expect(err).NotTo(HaveOccurred())
		_, err = io.WriteString(up, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.read("CONNECT").StatusCode).To(Equal(407))
		Expect(b.Close()).To(Succeed())
		Expect(up.SetReadDeadline(time.Now().Add(20 * time.Second))).To(Succeed())
		_, err = io.ReadAll(up)
		Expect(err).NotTo(HaveOccurred())
	})

	It("survives a second that closes after its refusal, or answers nothing", func() {
		next := script("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\nConnection: close\r\n\r\n<close>",
			"<close>", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 9\r\n\r\ncut<close>")
		p, _ := proxy(fakeproxy.Config{Via: next.addr()})
		b := browse(p.Addr())
		Expect(b.ask(connect("origin.lab:443")...).StatusCode).To(Equal(407))
		Expect(b.ask(connect("origin.lab:443")...).StatusCode).To(Equal(502))
		cut := b.ask(connect("origin.lab:443")...)
		Expect(cut.body).To(Equal("cut"))
		Expect(cut.cut).To(HaveOccurred())
	})
})
