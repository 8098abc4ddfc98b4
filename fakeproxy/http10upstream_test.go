package fakeproxy_test

import (
	"io"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("the behaviour http10-upstream", func() {
	downgrading := func(params ...any) *browser {
		GinkgoHelper()
		p, _ := proxy(fakeproxy.Config{Behaviours: use("http10-upstream", params...)})
		return browse(p.Addr())
	}
	chunked := func(b *browser, o *scripted) answer {
		GinkgoHelper()
		b.send("POST http://"+o.addr()+"/ HTTP/1.1", "Host: x", "Expect: 100-continue", "Transfer-Encoding: chunked")
		_, err := io.WriteString(b, "3\r\nabc\r\n0\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.read("POST").StatusCode).To(Equal(100))
		return b.read("POST")
	}

	It("asks in HTTP/1.0 on a connection for each request, and answers as ever", func() {
		o := script(plainOK)
		b := downgrading()
		for range 3 {
			a := b.ask(get(o.addr(), "/a?b", "Range: bytes=0-", "Connection: keep-alive")...)
			Expect(a.Proto).To(Equal("HTTP/1.1"))
			Expect(a.body).To(Equal("ok"))
			Expect(a.Close).To(BeFalse())
		}
		Expect(o.seen()).To(HaveEach(And(HavePrefix("GET /a?b HTTP/1.0\r\n"), ContainSubstring("\r\nRange: bytes=0-\r\n"), Not(ContainSubstring("Connection:")))))
		Expect(o.conns).To(Equal(3))
	})
	It("keeps the connection when it asks for that and the origin agrees", func() {
		o := script("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok")
		b := downgrading("keep-alive", true)
		for range 3 {
			Expect(b.ask(get(o.addr(), "/")...).body).To(Equal("ok"))
		}
		Expect(o.seen()).To(HaveEach(ContainSubstring("\r\nConnection: keep-alive\r\n")))
		Expect(o.conns).To(Equal(1))

		o = script("HTTP/1.0 200 OK\r\n\r\nok<close>")
		for range 2 {
			Expect(b.ask(get(o.addr(), "/")...).body).To(Equal("ok"))
			b = downgrading("keep-alive", true)
		}
		Expect(o.conns).To(Equal(2))
	})
	It("refuses a body in chunks, or reads it first", func() {
		o := script(plainOK)
		Expect(chunked(downgrading(), o).StatusCode).To(Equal(411))
		Expect(o.seen()).To(BeEmpty())

		a := chunked(downgrading("chunked", "buffer"), o)
		Expect(a.StatusCode).To(Equal(200))
		Expect(o.seen()[0]).To(And(HavePrefix("POST / HTTP/1.0\r\n"), ContainSubstring("\r\nContent-Length: 3\r\n"),
			Not(ContainSubstring("Transfer-Encoding")), Not(ContainSubstring("Expect"))))
		Expect(chunked(downgrading("chunked", "buffer", "limit", "2B"), o).StatusCode).To(Equal(413))
	})
	It("sends a long request line and a body with its length whole", func() {
		o := script(plainOK)
		long := "/" + strings.Repeat("x", 9000)
		b := downgrading()
		b.send("POST http://"+o.addr()+long+" HTTP/1.1", "Host: x", "Content-Length: 3")
		_, err := io.WriteString(b, "abc")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.read("POST").body).To(Equal("ok"))
		Expect(o.seen()[0]).To(HavePrefix("POST " + long + " HTTP/1.0\r\n"))
	})
	It("loses a login to the origin that needs the connection, unless it is kept", func() {
		o := guarded()
		lost := downgrading().login("Authorization", user("bob", "pw2", 0), get(o.Addr(), "/")...)
		Expect(statuses(lost)).To(Equal([]int{401, 401, 401}))
		kept := downgrading("keep-alive", true).login("Authorization", user("bob", "pw2", 0), get(o.Addr(), "/")...)
		Expect(statuses(kept)).To(Equal([]int{401, 401, 200}))
	})
	It("asks the next proxy for a tunnel in HTTP/1.0, too", func() {
		next := script("HTTP/1.0 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
		p, _ := proxy(fakeproxy.Config{Via: next.addr(), Behaviours: use("http10-upstream")})
		b := browse(p.Addr())
		for range 2 {
			Expect(b.ask(connect("origin.lab:443")...).StatusCode).To(Equal(407))
		}
		Expect(next.seen()).To(HaveEach(HavePrefix("CONNECT origin.lab:443 HTTP/1.0\r\n")))
		Expect(next.conns).To(Equal(2))
	})
})
