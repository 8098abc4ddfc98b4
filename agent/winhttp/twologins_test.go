package winhttp_test

import (
	"crypto/tls"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
)

var _ = Describe("what is known of a proxy's login", func() {
	// proxied makes a request through corp, whose answers are these, one by one.
	proxied := func(w *world, answers ...func(*link, *http.Request)) *winhttp.Request {
		w.serve("corp:3128", func(_ int, l *link) {
			for _, answer := range answers {
				r := l.head()
				if r == nil {
					return
				}
				answer(l, r)
			}
		})
		r := w.url("http://origin/f")
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		return r
	}
	says := func(status int, fields ...string) func(*link, *http.Request) {
		return func(l *link, _ *http.Request) { l.answer(status, "", fields...) }
	}
	const wantsNTLM = "Proxy-Authenticate: NTLM"
	// steps are the two last legs of a login to the proxy, the second let in.
	steps := func(w *world, allowed func(*link, *http.Request)) (type2, type3 func(*link, *http.Request)) {
		state := w.gate(httpauth.Proxy, httpauth.NTLM).NewConn()
		type2 = func(l *link, r *http.Request) { l.challenge(httpauth.Proxy, state.Check(r.Header), "") }
		type3 = func(l *link, r *http.Request) {
			Expect(state.Check(r.Header).Allowed).To(BeTrue())
			allowed(l, r)
		}
		return type2, type3
	}

	It("is forgotten when the proxy asks again", func() {
		w := newWorld()
		a := w.alice()
		type2, type3 := steps(w, says(200))
		r := proxied(w, says(407, wantsNTLM), type2, type3, says(407, wantsNTLM), says(401, "WWW-Authenticate: Other"))
		r.Auth = a
		w.get(r)
		r.Auth = winhttp.AuthenticatorFunc(func(winhttp.Question) winhttp.Answer { return winhttp.Answer{} })
		w.get(r)
		r.Auth = a
		w.get(r)
		Expect(a.questions[1].Target).To(Equal(httpauth.Server))
		Expect(a.questions[1].ProxyScheme).To(BeEmpty())
	})

	It("stays when Persistent-Auth speaks of the server's", func() {
		w := newWorld()
		a := w.alice()
		type2, type3 := steps(w, says(200, "Persistent-Auth: false"))
		r := proxied(w, says(401, "WWW-Authenticate: Negotiate"), says(407, wantsNTLM), type2, type3, says(401, "WWW-Authenticate: Other"))
		r.Auth = winhttp.AuthenticatorFunc(func(q winhttp.Question) winhttp.Answer {
			if q.Target == httpauth.Server {
				return winhttp.Answer{Mechanism: &ticket{}}
			}
			return a.Answer(q)
		})
		w.get(r)
		r.Auth = a
		w.get(r)
		Expect(a.questions[1].Target).To(Equal(httpauth.Server))
		Expect(a.questions[1].ProxyScheme).To(Equal(httpauth.NTLM))
	})
})

var _ = Describe("a server inside a tunnel", func() {
	for _, y := range ways {
		It("gets a login by "+string(y)+" as if there were no proxy", func() {
			l := newLab(y)
			cert, pool := certificate("origin")
			l.cfg.TLS = &tls.Config{RootCAs: pool}
			outer, inner := l.gate(httpauth.Proxy, httpauth.NTLM), l.labGate(httpauth.Server)
			l.serve("corp:3128", l.demand(outer, func(c *link, _ *http.Request, _ http.Header) {
				c.say("HTTP/1.1 200 Connection established\r\n\r\n")
				l.demand(inner, in)(0, c.secure(cert, "inside"))
			}))
			a := l.alice()
			r := l.request("tunnel")
			r.SessionProxies = winhttp.SessionProxyPromised
			r.Auth = winhttp.AuthenticatorFunc(func(q winhttp.Question) winhttp.Answer {
				if q.Target == httpauth.Proxy {
					return a.Answer(q)
				}
				return l.Answer(q)
			})
			resp, body := l.get(r)
			Expect(body).To(Equal("in"), "%v", resp.LoginFailure)
			Expect(l.rec.Exchanges(0)).To(HaveLen(3 + y.exchanges()))
			Expect(resp.Exchange.Exposure).To(Equal(y.exposes()))
		})
	}

	It("alone gets the credentials that a caller wrote", func() {
		l := newLab(byBasic)
		cert, pool := certificate("origin")
		l.cfg.TLS = &tls.Config{RootCAs: pool}
		l.serve("corp:3128", func(_ int, c *link) {
			c.head()
			c.say("HTTP/1.1 200 Connection established\r\n\r\n")
			always(200, "in")(0, c.secure(cert, "inside"))
		})
		r := l.request("tunnel")
		r.Header = []winhttp.Field{{Name: "Authorization", Value: "Basic YTpi"}}
		l.get(r)
		list := l.rec.Exchanges(0)
		Expect(list[0].Exposure).To(BeEmpty())
		Expect(list[1].Exposure).To(Equal("clear password"))
	})
})
