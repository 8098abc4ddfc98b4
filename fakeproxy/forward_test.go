package fakeproxy_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeproxy"
)

var _ = Describe("forwarding a plain request", func() {
	It("sends the origin what the client sent, in origin-form, less what is the hop's own", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{Auth: byBasic()})
		a := browse(p.Addr()).ask(get(origin.addr(), "/a%20b/c|d?q={1}&r=%2f",
			"Accept: */*", "User-Agent: Microsoft BITS/6.6", "Range: bytes=10-19", "If-Unmodified-Since: Fri, 06 Aug 2004 12:00:00 GMT",
			"Authorization: Basic YTpi", "Proxy-Authorization: "+basic(`LAB\alice:pw`), "Proxy-Connection: Keep-Alive",
			"Connection: Keep-Alive, X-Hop", "X-Hop: 1", "SOAPAction: \"x\"", "BITS-Packet-Type: Ping")...)
		Expect(a.StatusCode).To(Equal(200))
		lines := strings.Split(strings.TrimSpace(origin.seen()[0]), "\r\n")
		Expect(lines[0]).To(Equal("GET /a%20b/c|d?q={1}&r=%2f HTTP/1.1"))
		Expect(lines[1:]).To(ConsistOf("Host: "+origin.addr(), "Accept: */*", "User-Agent: Microsoft BITS/6.6",
			"Range: bytes=10-19", "If-Unmodified-Since: Fri, 06 Aug 2004 12:00:00 GMT", "Authorization: Basic YTpi",
			"Via: 1.1 corp", "SOAPAction: \"x\"", "BITS-Packet-Type: Ping"))
	})

	It("says that there is no body when the client says so, whatever the method", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		for _, method := range []string{"BITS_POST", "POST"} {
			request := get(origin.addr(), "/", "Content-Length: 0")
			request[0] = strings.Replace(request[0], "GET", method, 1)
			b.ask(request...)
		}
		for _, head := range origin.seen() {
			Expect(head).To(ContainSubstring("Content-Length: 0\r\n"))
			Expect(head).NotTo(ContainSubstring("Transfer-Encoding"))
		}
	})

	It("adds no User-Agent and no Accept-Encoding, but passes those of the client on", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		b.ask(get(origin.addr(), "/")...)
		browse(p.Addr()).ask(get(origin.addr(), "/", "Connection: close")...)
		b.ask(get(origin.addr(), "/", "Accept-Encoding: identity", "Via: 1.0 other")...)
		Expect(origin.seen()[0]).To(Equal("GET / HTTP/1.1\r\nHost: " + origin.addr() + "\r\nVia: 1.1 corp\r\n\r\n"))
		Expect(origin.seen()[1]).To(Equal(origin.seen()[0]), "a client that closes is no reason to close upstream")
		Expect(origin.seen()[2]).To(ContainSubstring("Accept-Encoding: identity\r\n"))
		Expect(origin.seen()[2]).To(ContainSubstring("Via: 1.0 other, 1.1 corp\r\n"))
	})

	It("gives the client the origin's head, less what is the hop's own, and its body untouched", func() {
		origin := script("HTTP/1.1 206 Partial Content\r\nServer: Microsoft-IIS/6.0\r\nContent-Length: 4\r\nContent-Range: bytes 2-5/10\r\n" +
			"ETag: \"x\"\r\nContent-Encoding: gzip\r\nWWW-Authenticate: NTLM\r\nWWW-Authenticate: Negotiate\r\nConnection: close\r\nKeep-Alive: 5\r\n\r\nabcd<close>")
		p, rec := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		Expect(b.ask(get(origin.addr(), "/")...).body).To(Equal("abcd"))
		lines := strings.Split(strings.TrimSpace(string(rec.Exchanges(0)[0].Response.Head)), "\r\n")
		Expect(lines).To(ConsistOf("HTTP/1.1 206 Partial Content", "Server: Microsoft-IIS/6.0", "Content-Length: 4", "Content-Range: bytes 2-5/10",
			"ETag: \"x\"", "Content-Encoding: gzip", "WWW-Authenticate: NTLM", "WWW-Authenticate: Negotiate", "Via: 1.1 corp"))
		Expect(b.ask(get(origin.addr(), "/")...).body).To(Equal("abcd"), "the origin's close is not the client's")
	})

	It("passes HEAD on with the length and no body", func() {
		origin := script("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n")
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		for range 2 {
			a := b.ask("HEAD http://"+origin.addr()+"/ HTTP/1.1", "Host: x")
			Expect(a.ContentLength).To(BeEquivalentTo(300000))
		}
		Expect(origin.seen()[0]).To(HavePrefix("HEAD / HTTP/1.1\r\nHost: " + origin.addr()))
	})

	It("carries a body to the origin", func() {
		got := make(chan []byte, 1)
		origin := serve(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got <- body
		})
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		b.send("POST http://"+origin.Addr()+"/ HTTP/1.1", "Host: x", "Content-Length: 300000")
		_, err := b.Write(noise(300000))
		Expect(err).NotTo(HaveOccurred())
		Expect(b.read("POST").StatusCode).To(Equal(200))
		Expect(bytes.Equal(<-got, noise(300000))).To(BeTrue())
	})

	It("brings 5 MiB across byte for byte, with a length and without", func() {
		whole := noise(5 << 20)
		origin := serve(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/length" {
				w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			}
			_, _ = w.Write(whole)
		})
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		for _, path := range []string{"/length", "/chunked"} {
			a := b.ask(get(origin.Addr(), path)...)
			Expect(a.cut).NotTo(HaveOccurred())
			Expect(a.body == string(whole)).To(BeTrue(), path)
		}
	})

	It("passes on at once what has arrived, the head before any body too", func() {
		more := make(chan string)
		origin := serve(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "4")
			for text := range more {
				_, _ = io.WriteString(w, text)
				_ = http.NewResponseController(w).Flush()
			}
		})
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		b.send(get(origin.Addr(), "/")...)
		more <- ""
		resp, err := http.ReadResponse(b.in, nil)
		Expect(err).NotTo(HaveOccurred())
		for _, text := range []string{"ab", "cd"} {
			more <- text
			part := make([]byte, 2)
			_, err := io.ReadFull(resp.Body, part)
			Expect(err).NotTo(HaveOccurred())
			Expect(string(part)).To(Equal(text))
		}
		close(more)
	})

	DescribeTable("cuts the client's body where the origin's is cut", func(text string) {
		origin := script(text)
		p, rec := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		a := b.ask(get(origin.addr(), "/")...)
		Expect(a.body).To(Equal("part"))
		Expect(a.cut).To(HaveOccurred())
		Expect(b.closed()).To(BeTrue())
		Expect(rec.Exchanges(0)[0].Notes).To(ContainElement(ContainSubstring("ended early")))
	},
		Entry("with a length", "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\npart<close>"),
		Entry("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n<close>"))

	It("passes an HTTP/1.0 origin on whose body lasts until it closes, and then closes", func() {
		origin := script("HTTP/1.0 200 OK\r\nServer: old\r\n\r\nbody<close>")
		p, rec := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		Expect(b.ask(get(origin.addr(), "/")...).body).To(Equal("body"))
		Expect(b.closed()).To(BeTrue())
		head := string(rec.Exchanges(0)[0].Response.Head)
		Expect(head).To(And(ContainSubstring("Via: 1.0 corp\r\n"), Not(ContainSubstring("Transfer-Encoding")), Not(ContainSubstring("Content-Type"))))
	})

	It("refuses origin-form and explains", func() {
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		a := b.ask("GET /f HTTP/1.1", "Host: origin.lab")
		Expect(a.StatusCode).To(Equal(400))
		Expect(a.body).To(ContainSubstring(`"/f" has no host; a proxy wants the whole URL`))
		Expect(b.ask("GET https://origin.lab/ HTTP/1.1", "Host: origin.lab").StatusCode).To(Equal(501))
	})

	DescribeTable("answers for an origin that can't be reached", func(fail error, status int, words string) {
		p, rec := proxy(fakeproxy.Config{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, fail }})
		b := browse(p.Addr())
		a := b.ask(get("origin.lab", "/")...)
		Expect(a.StatusCode).To(Equal(status))
		Expect(a.Header.Get("Content-Type")).To(Equal("text/plain"))
		Expect(a.ContentLength).To(BeEquivalentTo(len(a.body)))
		Expect(a.body).To(And(HavePrefix("proxy corp: "), ContainSubstring(words)))
		Expect(rec.Exchanges(0)[0].Notes).To(ContainElement(ContainSubstring(words)))
		Expect(b.ask(connect("origin.lab:443")...).StatusCode).To(Equal(status))
	},
		Entry("unknown", &net.DNSError{Err: "no such host", Name: "origin.lab", IsNotFound: true}, 502, "cannot resolve host origin.lab: no such host"),
		Entry("refused", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", io.ErrClosedPipe)}, 502, "cannot connect to origin.lab:"),
		Entry("too slow", os.ErrDeadlineExceeded, 504, "in time"))

	It("answers 502 for an origin that closes without an answer", func() {
		origin := script("<close>")
		p, _ := proxy(fakeproxy.Config{})
		a := browse(p.Addr()).ask(get(origin.addr(), "/")...)
		Expect(a.StatusCode).To(Equal(502))
		Expect(a.body).To(ContainSubstring("no usable answer"))
	})

	It("answers nothing to a client that has gone", func() {
		stalled, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer stalled.Close()
		p, rec := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		b.send(get(stalled.Addr().String(), "/")...)
		up, err := stalled.Accept()
		Expect(err).NotTo(HaveOccurred())
		Expect(b.Close()).To(Succeed())
		_, err = io.ReadAll(up)
		Expect(err).NotTo(HaveOccurred(), "the connection upstream ends too")
		Expect(p.Close()).To(Succeed())
		Expect(rec.Exchanges(0)[0].Response).To(BeNil())
		Expect(rec.Exchanges(0)[0].Notes).To(ContainElement(HavePrefix("broken off: ")))
	})

	It("refuses clients above its limit with 503 and takes them when others have gone", func() {
		origin := script(plainOK)
		p, _ := proxy(fakeproxy.Config{MaxConns: 1})
		first, second := browse(p.Addr()), browse(p.Addr())
		Expect(first.ask(get(origin.addr(), "/")...).StatusCode).To(Equal(200))
		Expect(second.ask(get(origin.addr(), "/")...).StatusCode).To(Equal(503))
		Expect(second.closed()).To(BeTrue())
		Expect(first.Close()).To(Succeed())
		Eventually(func() int { return browse(p.Addr()).ask(get(origin.addr(), "/")...).StatusCode }).Should(Equal(200))
	})

	DescribeTable("checks its configuration", func(cfg fakeproxy.Config, words string) {
		_, err := fakeproxy.New(cfg)
		Expect(err).To(MatchError(And(HavePrefix("fakeproxy: "), ContainSubstring(words))))
	},
		Entry("no name", fakeproxy.Config{}, "name"),
		Entry("name", fakeproxy.Config{Name: "a b"}, "name"),
		Entry("limit", fakeproxy.Config{Name: "corp", MaxConns: -1}, "negative"),
		Entry("via", fakeproxy.Config{Name: "corp", Via: "next"}, "next proxy"),
		Entry("user without via", fakeproxy.Config{Name: "corp", ViaUser: "u"}, "no next proxy"),
		Entry("user", fakeproxy.Config{Name: "corp", Via: "next:1", ViaUser: "a:b"}, "colon"),
		Entry("behaviour", fakeproxy.Config{Name: "corp", Behaviours: use("unpined")}, `did you mean "unpinned"?`),
		Entry("schemes", fakeproxy.Config{Name: "corp", Auth: &fakeproxy.Auth{}}, "no scheme"),
		Entry("address", fakeproxy.Config{Name: "corp", Addr: "127.0.0.1:99999"}, "corp"))
})
