package fakeproxy_test

import (
	"fmt"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
)

const plainOK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

var _ = Describe("logging in to the proxy", func() {
	for level := range ntlm.Level(6) {
		It(fmt.Sprintf("takes NTLM of LmCompatibilityLevel %d on a plain GET, and then for the connection", level), func() {
			origin := script(plainOK)
			p, rec := proxy(fakeproxy.Config{Auth: byNTLM()})
			b := browse(p.Addr())
			all := b.login("Proxy-Authorization", user("alice", "pw", level), get(origin.addr(), "/f")...)
			Expect(statuses(all)).To(Equal([]int{407, 407, 200}))
			Expect(b.ask(get(origin.addr(), "/g")...).body).To(Equal("ok"))
			Expect(origin.seen()).To(HaveLen(2), "the origin sees nothing of the handshake")

			x := rec.Exchanges(0)
			Expect(x).To(HaveLen(4))
			Expect([]string{x[1].Verified, x[2].Verified, x[3].Verified}).To(Equal([]string{"", `LAB\alice`, ""}))
			Expect(x[0].Conn).To(Equal(x[3].Conn))
			Expect(x[1].Token(true, "type2")).NotTo(BeNil())
			Expect(x[2].Token(false, "type3")).NotTo(BeNil())
		})

		It(fmt.Sprintf("takes NTLM of LmCompatibilityLevel %d in three CONNECTs on one socket", level), func() {
			echo := echoServer()
			p, rec := proxy(fakeproxy.Config{Auth: byNTLM()})
			b := browse(p.Addr())
			all := b.login("Proxy-Authorization", user("alice", "pw", level), connect(echo)...)
			Expect(statuses(all)).To(Equal([]int{407, 407, 200}))
			Expect(all[2].Status).To(Equal("200 Connection established"))
			Expect(b.echo("through")).To(Equal("through"))
			Expect(rec.Exchanges(0)[2].Verified).To(Equal(`LAB\alice`))
		})
	}

	DescribeTable("verifies at its own level", func(client, server ntlm.Level, status int) {
		origin := script(plainOK)
		auth := byNTLM()
		auth.Level = server
		p, rec := proxy(fakeproxy.Config{Auth: auth})
		all := browse(p.Addr()).login("Proxy-Authorization", user("alice", "pw", client), get(origin.addr(), "/")...)
		Expect(all[2].StatusCode).To(Equal(status))
		Expect(rec.Exchanges(0)[2].Refused == "").To(Equal(status == 200))
	},
		Entry("NTLMv1 at 5", ntlm.Level(2), ntlm.Level(5), 407),
		Entry("NTLMv2 at 5", ntlm.Level(3), ntlm.Level(5), 200),
		Entry("LM with NTLMv1 at 4", ntlm.Level(0), ntlm.Level(4), 200))

	It("refuses a wrong password with a bare 407, says why in the record, and leaves the connection open", func() {
		origin := script(plainOK)
		p, rec := proxy(fakeproxy.Config{Auth: byNTLM()})
		b := browse(p.Addr())
		all := b.login("Proxy-Authorization", user("alice", "wrong", 0), get(origin.addr(), "/")...)
		Expect(statuses(all)).To(Equal([]int{407, 407, 407}))
		Expect(all[2].Header.Values("Proxy-Authenticate")).To(Equal([]string{"NTLM"}))
		Expect(rec.Exchanges(0)[2].Refused).NotTo(BeEmpty())
		Expect(statuses(b.login("Proxy-Authorization", user("alice", "pw", 0), get(origin.addr(), "/")...))).To(Equal([]int{407, 407, 200}))
		Expect(origin.seen()).To(HaveLen(1))
	})

	It("gives each client connection a login of its own", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{Auth: byNTLM()})
		browse(p.Addr()).login("Proxy-Authorization", user("alice", "pw", 0), get(origin.addr(), "/")...)
		Expect(browse(p.Addr()).ask(get(origin.addr(), "/")...).StatusCode).To(Equal(407))
	})

	It("takes Basic, on each request anew", func() {
		origin := script(plainOK)
		p, rec := proxy(fakeproxy.Config{Auth: byBasic()})
		b := browse(p.Addr())
		first := b.ask(get(origin.addr(), "/")...)
		Expect(first.StatusCode).To(Equal(407))
		Expect(first.Header.Values("Proxy-Authenticate")).To(Equal([]string{`Basic realm="corp"`}))
		Expect(b.ask(get(origin.addr(), "/", "Proxy-Authorization: "+basic(`LAB\alice:pw`))...).StatusCode).To(Equal(200))
		Expect(b.ask(get(origin.addr(), "/", "Proxy-Authorization: "+basic(`LAB\alice:no`))...).StatusCode).To(Equal(407))
		Expect(b.ask(get(origin.addr(), "/")...).StatusCode).To(Equal(407))
		Expect(rec.Exchanges(0)[1].Verified).To(Equal(`LAB\alice`))
	})

	It("offers one field for each scheme, in order, with a page of known length on an open connection", func() {
		auth := byNTLM()
		auth.Schemes = []httpauth.Scheme{httpauth.NTLM, httpauth.Basic}
		p, rec := proxy(fakeproxy.Config{Auth: auth})
		a := browse(p.Addr()).ask(get("origin.lab", "/")...)
		Expect(a.Header.Values("Proxy-Authenticate")).To(Equal([]string{"NTLM", `Basic realm="CORP"`}))
		Expect(a.Header.Get("Content-Type")).To(Equal("text/html"))
		Expect(a.ContentLength).To(BeEquivalentTo(len(a.body)))
		Expect(a.body).To(ContainSubstring("407"))
		Expect(a.Header.Get("Proxy-Connection")).To(Equal("keep-alive"))
		Expect(rec.Exchanges(0)[0].Response.Get("Connection")).To(Equal("keep-alive"))
	})

	It("answers HEAD with a 407 that has a length and no body", func() {
		origin := script("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n")
		p, _ := proxy(fakeproxy.Config{Auth: byNTLM()})
		b := browse(p.Addr())
		head := get(origin.addr(), "/")
		head[0] = strings.Replace(head[0], "GET", "HEAD", 1)
		all := b.login("Proxy-Authorization", user("alice", "pw", 0), head...)
		Expect(statuses(all)).To(Equal([]int{407, 407, 200}))
		Expect(all[0].ContentLength).To(BeNumerically(">", 0))
		Expect(all[2].ContentLength).To(BeEquivalentTo(77))
	})

	It("keeps the connection when the refused request had a body of 1 MiB", func() {
		p, _ := proxy(fakeproxy.Config{Auth: byNTLM()})
		b := browse(p.Addr())
		b.send("POST http://origin.lab/ HTTP/1.1", "Host: origin.lab", "Content-Length: 1048576")
		_, err := b.Write(noise(1 << 20))
		Expect(err).NotTo(HaveOccurred())
		Expect(b.read(http.MethodPost).StatusCode).To(Equal(407))
		Expect(b.ask(get("origin.lab", "/")...).StatusCode).To(Equal(407))
	})

	It("does not promise to keep a connection of HTTP/1.0", func() {
		p, _ := proxy(fakeproxy.Config{Auth: byNTLM()})
		b := browse(p.Addr())
		a := b.ask("GET http://origin.lab/ HTTP/1.0")
		Expect(a.StatusCode).To(Equal(407))
		Expect(a.Header.Get("Proxy-Connection")).To(BeEmpty())
		Expect(b.closed()).To(BeTrue())
	})

	It("makes the same challenge from the same seed, another from another", func() {
		type1 := func(seed int64) string {
			p, _ := proxy(fakeproxy.Config{Auth: byNTLM(), Seed: seed})
			mechanism := httpauth.NewNTLM(user("alice", "pw", 0))
			credentials, err := mechanism.Next(httpauth.Challenge{Scheme: "NTLM"})
			Expect(err).NotTo(HaveOccurred())
			a := browse(p.Addr()).ask(get("origin.lab", "/", "Proxy-Authorization: "+credentials)...)
			return a.Header.Get("Proxy-Authenticate")
		}
		Expect(type1(1)).To(Equal(type1(1)))
		Expect(type1(1)).NotTo(Equal(type1(2)))
	})
})
