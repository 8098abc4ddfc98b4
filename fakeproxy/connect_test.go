package fakeproxy_test

import (
	"io"
	"net"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeproxy"
)

// echoServer sends everything back, and at the end of file says bye.
func echoServer() string {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
				_, _ = io.WriteString(conn, "bye")
			}()
		}
	}()
	return l.Addr().String()
}

func (b *browser) echo(text string) string {
	GinkgoHelper()
	_, err := io.WriteString(b, text)
	Expect(err).NotTo(HaveOccurred())
	back := make([]byte, len(text))
	_, err = io.ReadFull(b.in, back)
	Expect(err).NotTo(HaveOccurred())
	return string(back)
}

var _ = Describe("CONNECT", func() {
	It("tunnels both ways and passes an end of file on while the other way stays open", func() {
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		Expect(b.ask(connect(echoServer())...).StatusCode).To(Equal(200))
		Expect(b.echo(string(noise(100000)))).To(Equal(string(noise(100000))))
		Expect(b.Conn.(*net.TCPConn).CloseWrite()).To(Succeed())
		rest, err := io.ReadAll(b.in)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(rest)).To(Equal("bye"))
	})

	It("loses nothing that the client sends right behind the request", func() {
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		_, err := io.WriteString(b, strings.Join(connect(echoServer()), "\r\n")+"\r\n\r\nearly")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.read("CONNECT").StatusCode).To(Equal(200))
		Expect(b.echo("")).To(BeEmpty())
		early := make([]byte, 5)
		_, err = io.ReadFull(b.in, early)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(early)).To(Equal("early"))
	})

	It("answers 502 when nobody listens, says so, and leaves the connection open", func() {
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		a := b.ask(connect(nobody())...)
		Expect(a.StatusCode).To(Equal(502))
		Expect(a.body).To(ContainSubstring("cannot connect to"))
		Expect(b.ask(connect(echoServer())...).StatusCode).To(Equal(200))
	})

	It("wants host:port", func() {
		p, _ := proxy(fakeproxy.Config{})
		a := browse(p.Addr()).ask("CONNECT origin.lab HTTP/1.1", "Host: origin.lab")
		Expect(a.StatusCode).To(Equal(400))
		Expect(a.body).To(ContainSubstring("host:port"))
	})

	It("answers a client of HTTP/1.0 in its version", func() {
		p, _ := proxy(fakeproxy.Config{})
		a := browse(p.Addr()).ask("CONNECT " + echoServer() + " HTTP/1.0")
		Expect(a.StatusCode).To(Equal(200))
		Expect(a.Proto).To(Equal("HTTP/1.0"))
	})

	It("closes the connection upstream when the client's breaks", func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer l.Close()
		p, _ := proxy(fakeproxy.Config{})
		b := browse(p.Addr())
		Expect(b.ask(connect(l.Addr().String())...).StatusCode).To(Equal(200))
		up, err := l.Accept()
		Expect(err).NotTo(HaveOccurred())
		Expect(b.Conn.(*net.TCPConn).SetLinger(0)).To(Succeed())
		Expect(b.Close()).To(Succeed())
		_, err = up.Read(make([]byte, 1))
		Expect(err).To(HaveOccurred())
		_ = up.Close()
	})
})

// nobody is an address at which nothing listens.
func nobody() string {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	Expect(l.Close()).To(Succeed())
	return l.Addr().String()
}
