package winhttp_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/hresult"
)

// certificate makes one for names, valid in 2004, and a pool that trusts it.
func certificate(names ...string) (tls.Certificate, *x509.CertPool) {
	GinkgoHelper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: names, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Date(2004, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	Expect(err).NotTo(HaveOccurred())
	cert, err := x509.ParseCertificate(der)
	Expect(err).NotTo(HaveOccurred())
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// secure speaks TLS on an accepted connection.
func (l *link) secure(cert tls.Certificate, name string) *link {
	conn := tls.Server(l.Conn, &tls.Config{Certificates: []tls.Certificate{cert}})
	return &link{Conn: conn, w: l.w, name: name, br: bufio.NewReader(conn)}
}

var _ = Describe("https", func() {
	var (
		w    *world
		cert tls.Certificate
	)
	BeforeEach(func() {
		w = newWorld()
		var pool *x509.CertPool
		cert, pool = certificate("origin", "untrusted")
		w.cfg.TLS = &tls.Config{RootCAs: pool}
	})

	It("is spoken to the server, and recorded as HTTP", func() {
		w.serve("origin:443", func(n int, l *link) { always(200, "secret")(n, l.secure(cert, l.name)) })
		for range 2 {
			_, body := w.get(w.url("https://origin/f"))
			Expect(body).To(Equal("secret"))
		}
		Expect(w.seen()).To(Equal([]string{"origin:443#1 GET /f", "origin:443#1 GET /f"}))
		Expect(w.wire()).To(Equal([]string{"client#1 200", "client#1 200"}))
	})

	DescribeTable("is refused",
		func(host string, at time.Duration, code hresult.HRESULT) {
			w.serve(host+":443", func(n int, l *link) { always(200, "")(n, l.secure(cert, l.name)) })
			now := w.clk.Now().Add(at)
			w.cfg.TLS.Time = func() time.Time { return now }
			if host == "untrusted" {
				w.cfg.TLS.RootCAs = x509.NewCertPool()
			}
			_, err := w.do(w.url("https://" + host + "/"))
			Expect(failure(err).Code).To(Equal(code))
		},
		Entry("for another name", "other", time.Duration(0), hresult.ERROR_WINHTTP_SECURE_CERT_CN_INVALID),
		Entry("after its time", "origin", 365*24*time.Hour, hresult.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID),
		Entry("from an unknown authority", "untrusted", time.Duration(0), hresult.ERROR_WINHTTP_SECURE_INVALID_CA),
	)

	It("goes by the simulated PC's clock", func() {
		w.serve("origin:443", func(n int, l *link) { always(200, "")(n, l.secure(cert, l.name)) })
		Expect(w.hold.Sleep(GinkgoT().Context(), 365*24*time.Hour)).To(Succeed())
		_, err := w.do(w.url("https://origin/"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID))
	})

	It("that a peer ends with an alert is a channel error", func() {
		w.serve("origin:443", func(_ int, l *link) {
			_, _ = l.Read(make([]byte, 4096))
			l.say("\x15\x03\x01\x00\x02\x02\x28") // handshake_failure (RFC 8446 6.2)
			_, _ = io.Copy(io.Discard, l)
		})
		_, err := w.do(w.url("https://origin/"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_SECURE_CHANNEL_ERROR))
	})

	It("with a peer that does not speak TLS is a channel error", func() {
		w.serve("origin:443", func(_ int, l *link) {
			_, _ = l.Read(make([]byte, 1))
			l.say("HTTP/1.1 400 Bad Request\r\n\r\n")
			_, _ = io.Copy(io.Discard, l)
		})
		_, err := w.do(w.url("https://origin/"))
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_SECURE_CHANNEL_ERROR))
	})

	Context("through a proxy", func() {
		request := func(a winhttp.Authenticator) *winhttp.Request {
			r := w.url("https://origin/f")
			r.Auth = a
			r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
			return r
		}
		// tunnels behaves like a proxy that answers CONNECT; inside speaks the
		// server on its own end of the tunnel.
		tunnels := func(g *httpauth.Gate, closes bool, inside func(*link)) {
			w.serve("corp:3128", func(_ int, l *link) {
				state := g.NewConn()
				for r := l.head(); r != nil; r = l.head() {
					out := state.Check(r.Header)
					if out.Allowed {
						l.say("HTTP/1.1 200 Connection established\r\n\r\n")
						inside(l.secure(cert, "inside "+l.name))
						return
					}
					l.challenge(httpauth.Proxy, out, body300)
					if closes && r.Header.Get("Proxy-Authorization") == "" {
						l.head()
						return
					}
				}
			})
		}
		simple := func(l *link) { always(200, "tunnelled")(0, l) }

		It("asks for a tunnel with a login of its own, and for the file inside", func() {
			tunnels(w.gate(httpauth.Proxy, httpauth.NTLM), false, simple)
			for range 2 {
				resp, body := w.get(request(w.alice()))
				Expect(body).To(Equal("tunnelled"))
				Expect(resp.ViaProxy).To(Equal("corp:3128"))
			}
			Expect(w.wire()).To(Equal([]string{"client#1 407", "client#1 type1 407", "client#1 type3 200", "client#2 200", "client#2 200"}))
			Expect(w.heads[0]).To(Equal(strings.ReplaceAll(`corp:3128#1 CONNECT origin:443 HTTP/1.1
User-Agent: Microsoft BITS/6.6
Host: origin:443
Content-Length: 0
Proxy-Connection: Keep-Alive
Pragma: no-cache

`, "\n", "\r\n")))
			Expect(w.heads[3]).To(Equal(strings.ReplaceAll(`inside corp:3128#1 GET /f HTTP/1.1
User-Agent: Microsoft BITS/6.6
Host: origin
Connection: Keep-Alive

`, "\n", "\r\n")))
		})

		It("survives a proxy that hangs up after a refused CONNECT without saying so", func() {
			tunnels(w.gate(httpauth.Proxy, httpauth.NTLM), true, simple)
			_, body := w.get(request(w.alice()))
			Expect(body).To(Equal("tunnelled"))
			Expect(w.wire()[:4]).To(Equal([]string{"client#1 407", "client#1 type1 0", "client#2 type1 407", "client#2 type3 200"}))
		})

		It("answers the server's 401 inside the tunnel", func() {
			origin := w.gate(httpauth.Server, httpauth.NTLM)
			tunnels(w.gate(httpauth.Proxy, httpauth.Basic), false, func(l *link) { w.guarded(origin)(0, l) })
			a := w.alice()
			_, body := w.get(request(a))
			Expect(body).To(Equal(`for LAB\alice`))
			Expect(w.wire()).To(Equal([]string{"client#1 407", "client#1 basic 200", "client#2 401", "client#2 type1 401", "client#2 type3 200"}))
			Expect(a.questions[1].ProxyScheme).To(Equal(httpauth.Basic))
			Expect(a.questions[1].HTTPS).To(BeTrue())
		})

		It("never shows the proxy's credentials to the server, nor the other way round", func() {
			tunnels(w.gate(httpauth.Proxy, httpauth.Basic), false, simple)
			w.get(request(w.alice()))
			Expect(w.heads[2]).To(HavePrefix("inside"))
			Expect(w.heads[2]).NotTo(ContainSubstring("uthorization"))
		})

		DescribeTable("returns the proxy's answer when it makes no tunnel",
			func(status int) {
				w.serve("corp:3128", always(status, "no"))
				resp, body := w.get(request(nil))
				Expect([]any{resp.Status, resp.Connect, body}).To(Equal([]any{status, true, "no"}))
				w.get(request(nil))
				Expect(w.seen()).To(Equal([]string{"corp:3128#1 CONNECT origin:443", "corp:3128#2 CONNECT origin:443"}))
			},
			Entry("407", 407), Entry("403", 403), Entry("502", 502),
			Entry("a 401, which is no challenge of a proxy", 401),
			Entry("a redirect, which is not followed", 302),
		)

		It("refuses bytes that come before the tunnel is used", func() {
			w.serve("corp:3128", func(_ int, l *link) {
				l.head()
				l.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
				_, _ = io.Copy(io.Discard, l)
			})
			_, err := w.do(request(nil))
			Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_INVALID_SERVER_RESPONSE))
		})

		It("keeps a tunnel for its own server", func() {
			var pool *x509.CertPool
			cert, pool = certificate("origin", "other")
			w.cfg.TLS = &tls.Config{RootCAs: pool}
			tunnels(w.gate(httpauth.Proxy, httpauth.Basic), false, simple)
			w.get(request(w.alice()))
			r := request(w.alice())
			r.URL = "https://other/"
			w.get(r)
			Expect(w.seen()).To(ContainElement("corp:3128#2 CONNECT other:443"))
		})
	})
})
