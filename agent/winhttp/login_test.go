package winhttp_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
)

// ticket is a login by Negotiate that takes one step, as Kerberos does.
type ticket struct{ given int }

func (*ticket) Scheme() httpauth.Scheme { return httpauth.Negotiate }
func (*ticket) ConnectionBound() bool   { return false }
func (t *ticket) Next(httpauth.Challenge) (string, error) {
	if t.given++; t.given > 1 {
		return "", fmt.Errorf("the ticket: %w", httpauth.ErrRejected)
	}
	return "Negotiate dGlja2V0", nil
}

func tickets() winhttp.Authenticator {
	return winhttp.AuthenticatorFunc(func(winhttp.Question) winhttp.Answer { return winhttp.Answer{Mechanism: &ticket{}} })
}

// originBehind answers as a server behind a proxy, with its own login.
func (w *world) originBehind(server *httpauth.GateConn, l *link, authorization string) {
	header := map[string][]string{}
	if authorization != "" {
		header["Authorization"] = []string{authorization}
	}
	if out := server.Check(header); out.Allowed {
		l.answer(200, "both")
	} else {
		l.challenge(httpauth.Server, out, body300)
	}
}

var _ = Describe("Persistent-Auth", func() {
	// moving answers credentials with a redirect on the same server, and all
	// else but /g with a challenge.
	moving := func(w *world, persistent string) {
		w.serve("origin:80", func(_ int, l *link) {
			for r := l.head(); r != nil; r = l.head() {
				switch {
				case r.URL.Path == "/g":
					l.answer(200, "g")
				case r.Header.Get("Authorization") == "":
					l.answer(401, "", "WWW-Authenticate: Negotiate")
				case persistent == "":
					l.answer(302, "", "Location: /g")
				default:
					l.answer(302, "", "Location: /g", "Persistent-Auth: "+persistent)
				}
			}
		})
	}

	DescribeTable("says whether a ticket goes along with the next request",
		func(persistent, want string) {
			w := newWorld()
			moving(w, persistent)
			r := w.url("http://origin/f")
			r.Auth = tickets()
			w.get(r)
			Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 negotiate 302", "client#1" + want + " 200"}))
		},
		Entry("true: the connection is logged in", "true", ""),
		Entry("TRUE", "TRUE", ""),
		Entry("false", "false", " negotiate"),
		Entry("absent: a ticket is for its request", "", " negotiate"),
		Entry("another value counts for nothing", "maybe", " negotiate"),
	)

	DescribeTable("and the login of the connection, which the rules for schemes behind a proxy ask for",
		func(persistent string, want httpauth.Scheme) {
			w := newWorld()
			a := w.alice()
			asked := 0
			w.serve("corp:3128", func(_ int, l *link) {
				state := w.gate(httpauth.Proxy, httpauth.NTLM).NewConn()
				for r := l.head(); r != nil; r = l.head() {
					asked++
					if out := state.Check(r.Header); !out.Allowed {
						l.challenge(httpauth.Proxy, out, "")
					} else if asked == 3 {
						l.answer(200, "first", "Persistent-Auth: "+persistent)
					} else {
						l.answer(401, "second", "WWW-Authenticate: NTLM")
					}
				}
			})
			r := w.url("http://origin/f")
			r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
			r.Auth = a
			w.get(r)
			w.get(r)
			Expect(a.questions[1].Target).To(Equal(httpauth.Server))
			Expect(a.questions[1].ProxyScheme).To(Equal(want))
		},
		Entry("true", "true", httpauth.NTLM),
		Entry("false", "false", httpauth.Scheme("")),
	)
})

var _ = Describe("logins that are accepted", func() {
	It("do not count towards AuthRounds: a server may ask for each request of many", func() {
		w := newWorld()
		g := w.gate(httpauth.Server, httpauth.NTLM)
		w.serve("origin:80", func(_ int, l *link) {
			state := g.NewConn()
			for r := l.head(); r != nil; r = l.head() {
				switch out := state.Check(r.Header); {
				case !out.Allowed:
					l.challenge(httpauth.Server, out, "")
				case len(r.URL.Path) < 6:
					state = g.NewConn()
					l.answer(302, "", "Location: "+r.URL.Path+"g")
				default:
					l.answer(200, "end")
				}
			}
		})
		r := w.url("http://origin/f")
		r.Auth = w.alice()
		resp, body := w.get(r)
		Expect(body).To(Equal("end"), "%v", resp.LoginFailure)
		Expect(resp.Redirected).To(Equal(4))
	})
})

var _ = Describe("a server's login through a proxy", func() {
	DescribeTable("where the proxy has to promise to keep the connection",
		func(scheme httpauth.Scheme, promise string, want int) {
			w := newWorld()
			g := w.gate(httpauth.Server, scheme)
			w.serve("corp:3128", func(_ int, l *link) {
				state := g.NewConn()
				for r := l.head(); r != nil; r = l.head() {
					out := state.Check(r.Header)
					switch {
					case out.Allowed:
						l.answer(200, "in")
					case promise == "":
						l.challenge(httpauth.Server, out, "")
					default:
						l.challenge(httpauth.Server, out, "", "Proxy-Support: "+promise)
					}
				}
			})
			r := w.url("http://origin/f")
			r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
			a := w.alice()
			r.Auth, r.SessionProxies = a, winhttp.SessionProxyPromised
			resp, _ := w.get(r)
			Expect(resp.Status).To(Equal(want))
			if want == 401 {
				Expect(resp.LoginFailure).To(MatchError(ContainSubstring("RFC 4559")))
				Expect(resp.Exchange.Notes).To(ContainElement(ContainSubstring("RFC 4559")))
				Expect(a.questions).To(BeEmpty())
			}
		},
		Entry("NTLM, no promise", httpauth.NTLM, "", 401),
		Entry("NTLM, another promise", httpauth.NTLM, "Something-Else", 401),
		Entry("NTLM, promised", httpauth.NTLM, "Session-Based-Authentication", 200),
		Entry("NTLM, promised among others", httpauth.NTLM, "other, session-based-authentication", 200),
		Entry("Basic needs no promise", httpauth.Basic, "", 200),
	)

	It("takes another scheme beside NTLM when nothing is promised", func() {
		w := newWorld()
		g := w.gate(httpauth.Server, httpauth.NTLM, httpauth.Basic)
		w.serve("corp:3128", w.guarded(g))
		r := w.url("http://origin/f")
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		r.Auth, r.SessionProxies = w.alice(), winhttp.SessionProxyPromised
		w.get(r)
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 basic 200"}))
	})

	It("is not asked about for a direct connection, a tunnel, or the proxy's own login", func() {
		w := newWorld()
		w.serve("origin:80", w.guarded(w.gate(httpauth.Server, httpauth.NTLM)))
		r := w.url("http://origin/f")
		r.Auth, r.SessionProxies = w.alice(), winhttp.SessionProxyPromised
		resp, _ := w.get(r)
		Expect(resp.Status).To(Equal(200))
		w.serve("corp:3128", w.proxy(w.gate(httpauth.Proxy, httpauth.NTLM), func(l *link, _ string) { l.answer(200, "through") }))
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		resp, _ = w.get(r)
		Expect(resp.Status).To(Equal(200))
	})
})

var _ = Describe("a challenge that stays", func() {
	DescribeTable("is explained",
		func(scheme httpauth.Scheme, words string) {
			w := newWorld()
			w.serve("origin:80", w.guarded(w.gate(httpauth.Server, scheme)))
			a := w.alice()
			a.password = "wrong"
			r := w.url("http://origin/f")
			r.Auth = a
			resp, _ := w.get(r)
			Expect(resp.LoginFailure).To(MatchError(ContainSubstring(words)))
		},
		Entry("NTLM", httpauth.NTLM, "server origin: httpauth: NTLM: Type 3 was not accepted"),
		Entry("Basic", httpauth.Basic, "credentials rejected"),
	)

	It("by a server that answers Type 3 with Type 2 for ever ends after one Type 3", func() {
		w := newWorld()
		g := w.gate(httpauth.Server, httpauth.NTLM)
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			l.answer(401, "", "WWW-Authenticate: NTLM")
			for r := l.head(); r != nil; r = l.head() {
				state := g.NewConn()
				out := state.Check(map[string][]string{"Authorization": {"NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAA="}})
				l.challenge(httpauth.Server, out, "")
			}
		})
		r := w.url("http://origin/f")
		r.Auth = w.alice()
		resp, _ := w.get(r)
		Expect(resp.Status).To(Equal(401))
		Expect(resp.LoginFailure).To(MatchError(httpauth.ErrRejected))
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 type1 401", "client#1 type3 401"}))
	})

	It("by the rules has no failure beside the decision", func() {
		w := newWorld()
		w.serve("origin:80", w.guarded(w.gate(httpauth.Server, httpauth.NTLM)))
		r := w.url("http://origin/f")
		r.Auth = winhttp.AuthenticatorFunc(func(winhttp.Question) winhttp.Answer {
			return winhttp.Answer{}
		})
		resp, _ := w.get(r)
		Expect(resp.LoginFailure).NotTo(HaveOccurred())
	})

	It("or not: what the login does is recorded with the challenge, once", func() {
		w := newWorld()
		w.serve("origin:80", w.guarded(w.gate(httpauth.Server, httpauth.NTLM)))
		a := w.alice()
		r := w.url("http://origin/f")
		r.Auth = winhttp.AuthenticatorFunc(func(q winhttp.Question) winhttp.Answer {
			answer := a.Answer(q)
			answer.Explain = func() string { return "as it was told" }
			return answer
		})
		w.get(r)
		var notes []string
		for _, x := range w.rec.Exchanges(0) {
			notes = append(notes, x.Notes...)
		}
		Expect(notes).To(Equal([]string{"as it was told"}))
		Expect(w.rec.Exchanges(0)[0].Notes).To(HaveLen(1))
	})
})

var _ = Describe("a redirect", func() {
	DescribeTable("tells the Authenticator when it leads to another server",
		func(location string, other bool) {
			w := newWorld()
			a := w.alice()
			w.serve("origin:80", func(_ int, l *link) {
				for r := l.head(); r != nil; r = l.head() {
					if r.URL.Path == "/f" {
						l.answer(302, "", "Location: "+location)
					} else {
						l.answer(401, "", "WWW-Authenticate: NTLM")
						l.Close()
					}
				}
			})
			w.serve("mirror:80", always(401, "", "WWW-Authenticate: NTLM"))
			w.serve("origin:81", always(401, "", "WWW-Authenticate: NTLM"))
			r := w.url("http://origin/f")
			r.Auth = a
			_, _ = w.do(r)
			Expect(a.questions).NotTo(BeEmpty())
			Expect(a.questions[0].Redirected).To(BeTrue())
			Expect(a.questions[0].OtherServer).To(Equal(other))
		},
		Entry("the same server", "/g", false),
		Entry("the same server by its full name", "http://ORIGIN:80/g", false),
		Entry("another host", "http://mirror/g", true),
		Entry("another port", "http://origin:81/g", true),
	)

	It("to another host takes no credentials along, not even those sent with each request", func() {
		w := newWorld()
		w.serve("origin:80", func(_ int, l *link) {
			for r := l.head(); r != nil; r = l.head() {
				if r.Header.Get("Authorization") == "" {
					l.answer(401, "", "WWW-Authenticate: Basic realm=x")
				} else {
					l.answer(302, "", "Location: http://mirror/g")
				}
			}
		})
		w.serve("mirror:80", always(200, "open"))
		r := w.url("http://origin/f")
		r.Auth = w.alice()
		w.get(r)
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 basic 302", "client#2 200"}))
	})
})

var _ = Describe("a chain of proxies", func() {
	It("shows its first link only: the client logs in to that one by its scheme", func() {
		w := newWorld()
		inner := w.gate(httpauth.Proxy, httpauth.Basic)
		w.serve("corp:3128", w.proxy(w.gate(httpauth.Proxy, httpauth.NTLM), func(l *link, _ string) {
			// The inner proxy asks; the outer one answers it by itself.
			out := inner.NewConn().Check(map[string][]string{"Proxy-Authorization": {"Basic bGFiXGFsaWNlOnB3"}})
			Expect(out.Allowed).To(BeTrue(), out.Refused)
			l.answer(200, "through both")
		}))
		r := w.url("http://origin/f")
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		r.Auth = w.alice()
		_, body := w.get(r)
		Expect(body).To(Equal("through both"))
		Expect(w.wire()).To(Equal([]string{"client#1 407", "client#1 type1 407", "client#1 type3 200"}))
	})

	It("whose inner 407 comes through ends the login: its credentials are not the client's to give", func() {
		w := newWorld()
		w.serve("corp:3128", w.proxy(w.gate(httpauth.Proxy, httpauth.NTLM), func(l *link, _ string) {
			l.answer(407, "inner", "Proxy-Authenticate: Basic realm=inner")
		}))
		r := w.url("http://origin/f")
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		r.Auth = w.alice()
		resp, _ := w.get(r)
		Expect(resp.Status).To(Equal(407))
		Expect(resp.LoginFailure).To(MatchError(ContainSubstring("does not offer NTLM")))
		for _, h := range w.heads {
			Expect(h).NotTo(ContainSubstring("Proxy-Authorization: Basic"))
		}
	})
})
