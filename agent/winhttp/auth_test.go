package winhttp_test

import (
	"errors"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

const body300 = "<html>you must log in, and this text must be read before the connection can serve again</html>"

// guarded serves files behind a gate.
func (w *world) guarded(g *httpauth.Gate) func(int, *link) {
	return func(_ int, l *link) {
		state := g.NewConn()
		for {
			r := l.head()
			if r == nil {
				return
			}
			if out := state.Check(r.Header); out.Allowed {
				l.answer(200, "for "+out.Account)
			} else {
				l.challenge(g.Target(), out, body300)
			}
		}
	}
}

var _ = Describe("a server's 401", func() {
	var (
		w *world
		a *alice
	)
	BeforeEach(func() { w = newWorld(); a = w.alice() })
	request := func() *winhttp.Request {
		r := w.url("http://origin/f")
		r.Auth = a
		return r
	}

	It("is answered by NTLM on one connection, which stays logged in", func() {
		w.serve("origin:80", w.guarded(w.gate(httpauth.Server, httpauth.NTLM)))
		_, body := w.get(request())
		Expect(body).To(Equal(`for LAB\alice`))
		w.get(request())
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 type1 401", "client#1 type3 200", "client#1 200"}))
		Expect(a.questions).To(HaveLen(1))
		Expect(a.questions[0]).To(Equal(winhttp.Question{Target: httpauth.Server, Host: "origin", URL: "http://origin/f", Method: "GET", RequestTarget: "/f",
			Challenges: []httpauth.Challenge{{Scheme: "NTLM"}}}))
	})

	It("puts the credentials after Connection, as assumed for WinHTTP 5.1", func() {
		w.serve("origin:80", w.guarded(w.gate(httpauth.Server, httpauth.Basic)))
		w.get(request())
		Expect(w.heads[1]).To(HaveSuffix("Host: origin\r\nConnection: Keep-Alive\r\nAuthorization: Basic TEFCXGFsaWNlOnB3\r\n\r\n"))
	})

	It("is taken by a HEAD, so that the GET needs no login", func() {
		g := w.gate(httpauth.Server, httpauth.NTLM)
		w.serve("origin:80", func(_ int, l *link) {
			state := g.NewConn()
			for r := l.head(); r != nil; r = l.head() {
				out := state.Check(r.Header)
				status, fields := 200, ""
				if !out.Allowed {
					status, fields = 401, "WWW-Authenticate: "+out.Challenges[0]+"\r\n"
				}
				l.say(fmt.Sprintf("HTTP/1.1 %d X\r\n%sContent-Length: 5\r\n\r\n", status, fields))
				if r.Method == "GET" {
					l.say("hello")
				}
			}
		})
		r := request()
		r.Method = "HEAD"
		resp, body := w.get(r)
		Expect([]any{resp.ContentLength, body}).To(Equal([]any{int64(5), ""}))
		_, body = w.get(request())
		Expect(body).To(Equal("hello"))
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 type1 401", "client#1 type3 200", "client#1 200"}))
	})

	It("is returned when nobody answers, with its body", func() {
		w.serve("origin:80", w.guarded(w.gate(httpauth.Server, httpauth.NTLM)))
		resp, body := w.get(w.url("http://origin/f"))
		Expect(resp.Status).To(Equal(401))
		Expect(body).To(Equal(body300))
		Expect(resp.Decisions).To(BeEmpty())
	})

	It("is returned when the rules say no, and the reason is recorded", func() {
		w.serve("origin:80", w.guarded(w.gate(httpauth.Server, httpauth.NTLM)))
		r := request()
		no := credrule.Decision{Rule: "uselmcompat-1", Words: "the level is below 2", Source: "KB 842309", Documented: true, Remedies: []string{"raise it"}}
		r.Auth = winhttp.AuthenticatorFunc(func(winhttp.Question) winhttp.Answer { return winhttp.Answer{Decision: no} })
		resp, _ := w.get(r)
		Expect(resp.Status).To(Equal(401))
		Expect(resp.Decisions).To(Equal([]credrule.Decision{no}))
		want := &transcript.Decision{Target: "server", Rule: "uselmcompat-1", Words: "the level is below 2", Source: "KB 842309", Documented: true, Remedies: []string{"raise it"}}
		Expect(w.rec.Exchanges(0)[0].Decisions).To(Equal([]*transcript.Decision{want}))
		events := w.rec.Events(0)
		Expect(events).To(HaveLen(1))
		Expect(events[0].Kind).To(Equal(transcript.KindDecision))
		Expect(events[0].Decision).To(Equal(want))
		Expect([]string{events[0].Node, events[0].Conn, events[0].Subject}).To(Equal([]string{"client", "client#1", "origin"}))
	})

	DescribeTable("that refuses the password ends the login at once",
		func(scheme httpauth.Scheme, want ...string) {
			w.serve("origin:80", w.guarded(w.gate(httpauth.Server, scheme)))
			a.password = "wrong"
			resp, _ := w.get(request())
			Expect(resp.Status).To(Equal(401))
			Expect(w.wire()).To(Equal(want))
			last := w.rec.Exchanges(0)[len(want)-1]
			Expect(last.Notes).To(ContainElement(ContainSubstring("credentials rejected")))
		},
		Entry("NTLM", httpauth.NTLM, "client#1 401", "client#1 type1 401", "client#1 type3 401"),
		Entry("Basic", httpauth.Basic, "client#1 401", "client#1 basic 401"),
	)

	It("offers no scheme: is returned", func() {
		w.serve("origin:80", always(401, "no"))
		resp, body := w.get(request())
		Expect(resp.Status).To(Equal(401))
		Expect(body).To(Equal("no"))
		Expect(a.questions).To(BeEmpty())
	})

	It("with a Type 2 that cannot be read is returned", func() {
		w.serve("origin:80", func(_ int, l *link) {
			l.head()
			l.answer(401, "", "WWW-Authenticate: ntlm")
			l.head()
			l.answer(401, "", "WWW-Authenticate: NTLM AAAA")
		})
		resp, _ := w.get(request())
		Expect(resp.Status).To(Equal(401))
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 type1 401"}))
	})

	It("sends Basic with each request of the same call only", func() {
		g := w.gate(httpauth.Server, httpauth.Basic)
		w.serve("origin:80", func(_ int, l *link) {
			state := g.NewConn()
			for r := l.head(); r != nil; r = l.head() {
				switch out := state.Check(r.Header); {
				case !out.Allowed:
					l.challenge(httpauth.Server, out, body300)
				case r.URL.Path == "/f":
					l.answer(302, "", "Location: /g")
				default:
					l.answer(200, "g")
				}
			}
		})
		_, body := w.get(request())
		Expect(body).To(Equal("g"))
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 basic 302", "client#1 basic 200"}))
	})

	It("after a login is answered anew, within AuthRounds", func() {
		// A server that logs each request in by itself.
		g := w.gate(httpauth.Server, httpauth.NTLM)
		w.serve("origin:80", func(_ int, l *link) {
			state := g.NewConn()
			for r := l.head(); r != nil; r = l.head() {
				out := state.Check(r.Header)
				switch {
				case !out.Allowed:
					l.challenge(httpauth.Server, out, "")
				case r.URL.Path == "/f":
					state = g.NewConn()
					l.answer(302, "", "Location: /g")
				default:
					l.answer(200, "g")
				}
			}
		})
		w.get(request())
		Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 type1 401", "client#1 type3 302",
			"client#1 401", "client#1 type1 401", "client#1 type3 200"}))
		Expect(a.questions[1].Restart).To(BeTrue())
		Expect(a.questions[1].Redirected).To(BeTrue())
		Expect(w.rec.Events(0)).To(HaveLen(1), "the same decision is recorded once")
	})

	It("without end is bounded by AuthRounds", func() {
		w.limits.AuthRounds = 4
		w.serve("origin:80", always(401, "", "WWW-Authenticate: Endless"))
		r := request()
		r.Auth = winhttp.AuthenticatorFunc(func(winhttp.Question) winhttp.Answer {
			return winhttp.Answer{Mechanism: endless{}}
		})
		resp, _ := w.get(r)
		Expect(resp.Status).To(Equal(401))
		Expect(w.wire()).To(HaveLen(5))
		Expect(resp.Exchange.Notes).To(ContainElement(ContainSubstring("given up")))
	})

	It("whose body is too large to skip is an error", func() {
		w.limits.DrainBytes = 1000
		w.serve("origin:80", always(401, strings.Repeat("x", 1001), "WWW-Authenticate: NTLM"))
		_, err := w.do(request())
		Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_RESPONSE_DRAIN_OVERFLOW))
	})

	Context("on connections that close", func() {
		closing := func(closeAfter func(n int, out httpauth.Outcome, credentials string) bool, announce bool) {
			g := w.gate(httpauth.Server, httpauth.NTLM)
			w.serve("origin:80", func(n int, l *link) {
				state := g.NewConn()
				for r := l.head(); r != nil; r = l.head() {
					out := state.Check(r.Header)
					ends := closeAfter(n, out, kind(r.Header.Get("Authorization")))
					var fields []string
					if ends && announce {
						fields = []string{"Connection: close"}
					}
					if out.Allowed {
						l.answer(200, "in", fields...)
					} else {
						l.challenge(httpauth.Server, out, body300, fields...)
					}
					if ends {
						if !announce {
							l.head()
						}
						return
					}
				}
			})
		}
		bare := func(_ int, _ httpauth.Outcome, c string) bool { return c == "unreadable" }
		type2 := func(times int) func(int, httpauth.Outcome, string) bool {
			done := 0
			return func(_ int, _ httpauth.Outcome, c string) bool {
				if c == "type1" && done < times {
					done++
					return true
				}
				return false
			}
		}

		It("after the bare challenge: goes on with Type 1 on a new one", func() {
			closing(bare, true)
			_, body := w.get(request())
			Expect(body).To(Equal("in"))
			Expect(w.wire()).To(Equal([]string{"client#1 401", "client#2 type1 401", "client#2 type3 200"}))
			Expect(a.questions).To(HaveLen(1))
		})

		It("after the bare challenge, unannounced: sends Type 1 again on a new one", func() {
			closing(bare, false)
			w.get(request())
			Expect(w.wire()).To(Equal([]string{"client#1 401", "client#1 type1 0", "client#2 type1 401", "client#2 type3 200"}))
		})

		for _, announce := range []bool{true, false} {
			It(fmt.Sprintf("between Type 2 and Type 3 once, announced %v: begins anew from Type 1", announce), func() {
				closing(type2(1), announce)
				_, body := w.get(request())
				Expect(body).To(Equal("in"))
				want := []string{"client#1 401", "client#1 type1 401", "client#1 type3 0", "client#2 type1 401", "client#2 type3 200"}
				if announce {
					want = append(want[:2], want[3:]...)
				}
				Expect(w.wire()).To(Equal(want))
				Expect(a.questions).To(HaveLen(2))
				Expect(a.questions[1].Restart).To(BeTrue())
				Expect(w.rec.Events(0)).To(HaveLen(1))
			})

			It(fmt.Sprintf("between Type 2 and Type 3 twice, announced %v: is an error", announce), func() {
				closing(type2(2), announce)
				_, err := w.do(request())
				e := failure(err)
				Expect(e.Code).To(Equal(hresult.ERROR_WINHTTP_CONNECTION_ERROR))
				Expect(e.Op).To(Equal("log in"))
				Expect(e.Error()).To(ContainSubstring("server origin"))
				Expect(a.questions).To(HaveLen(2))
			})
		}
	})
})

// endless is a login that never comes to an end.
type endless struct{}

func (endless) Scheme() httpauth.Scheme                 { return "Endless" }
func (endless) ConnectionBound() bool                   { return true }
func (endless) Next(httpauth.Challenge) (string, error) { return "Endless x", nil }

// proxy forwards absolute-form requests by answering them itself, or opens
// tunnels, when its gate allows.
func (w *world) proxy(g *httpauth.Gate, origin func(*link, string)) func(int, *link) {
	return func(_ int, l *link) {
		state := g.NewConn()
		for r := l.head(); r != nil; r = l.head() {
			if out := state.Check(r.Header); !out.Allowed {
				l.challenge(httpauth.Proxy, out, body300)
				continue
			}
			origin(l, r.Header.Get("Authorization"))
		}
	}
}

var _ = Describe("a proxy's 407", func() {
	var (
		w *world
		a *alice
	)
	BeforeEach(func() { w = newWorld(); a = w.alice() })
	request := func() *winhttp.Request {
		r := w.url("http://origin/f")
		r.Auth = a
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		return r
	}

	It("is answered by NTLM on the connection, which later requests use without credentials", func() {
		w.serve("corp:3128", w.proxy(w.gate(httpauth.Proxy, httpauth.NTLM), func(l *link, _ string) { l.answer(200, "through") }))
		resp, body := w.get(request())
		Expect(body).To(Equal("through"))
		Expect(resp.ViaProxy).To(Equal("corp:3128"))
		w.get(request())
		Expect(w.wire()).To(Equal([]string{"client#1 407", "client#1 type1 407", "client#1 type3 200", "client#1 200"}))
		Expect(w.heads[1]).To(ContainSubstring("Proxy-Connection: Keep-Alive\r\nProxy-Authorization: NTLM "))
		Expect(a.questions[0].Target).To(Equal(httpauth.Proxy))
		Expect(a.questions[0].Host).To(Equal("corp:3128"))
	})

	It("and the server's 401 behind it are answered one after the other on one connection", func() {
		origin := w.gate(httpauth.Server, httpauth.NTLM)
		g := w.gate(httpauth.Proxy, httpauth.NTLM)
		w.serve("corp:3128", func(n int, l *link) {
			server := origin.NewConn()
			w.proxy(g, func(l *link, authorization string) {
				out := server.Check(map[string][]string{"Authorization": {authorization}})
				if authorization == "" {
					out = server.Check(nil)
				}
				if out.Allowed {
					l.answer(200, "both")
				} else {
					l.challenge(httpauth.Server, out, body300)
				}
			})(n, l)
		})
		resp, body := w.get(request())
		Expect(body).To(Equal("both"))
		Expect(w.wire()).To(Equal([]string{"client#1 407", "client#1 type1 407", "client#1 type3 401", "client#1 type1 401", "client#1 type3 200"}))
		Expect(resp.Decisions).To(HaveLen(2))
		Expect(a.questions[1].Target).To(Equal(httpauth.Server))
		Expect(a.questions[1].ProxyScheme).To(Equal(httpauth.NTLM))
		Expect(resp.Exchange.Tokens).NotTo(BeNil())
	})

	It("with Basic gets credentials with each request, beside the server's login", func() {
		origin := w.gate(httpauth.Server, httpauth.NTLM)
		g := w.gate(httpauth.Proxy, httpauth.Basic)
		w.serve("corp:3128", func(n int, l *link) {
			server := origin.NewConn()
			w.proxy(g, func(l *link, authorization string) {
				header := map[string][]string{}
				if authorization != "" {
					header["Authorization"] = []string{authorization}
				}
				if out := server.Check(header); out.Allowed {
					l.answer(200, "both")
				} else {
					l.challenge(httpauth.Server, out, body300)
				}
			})(n, l)
		})
		w.get(request())
		Expect(w.wire()).To(Equal([]string{"client#1 407", "client#1 basic 401", "client#1 basic type1 401", "client#1 basic type3 200"}))
	})

	It("in the middle of the server's login lets that go on", func() {
		// The proxy logs each request in by itself: an NTLM login for each leg.
		origin := w.gate(httpauth.Server, httpauth.NTLM)
		g := w.gate(httpauth.Proxy, httpauth.NTLM)
		w.limits.AuthRounds = 6
		w.serve("corp:3128", func(_ int, l *link) {
			server, proxy := origin.NewConn(), g.NewConn()
			for r := l.head(); r != nil; r = l.head() {
				if out := proxy.Check(r.Header); !out.Allowed {
					l.challenge(httpauth.Proxy, out, "")
					continue
				}
				proxy = g.NewConn()
				if out := server.Check(r.Header); out.Allowed {
					l.answer(200, "both")
				} else {
					l.challenge(httpauth.Server, out, "")
				}
			}
		})
		_, body := w.get(request())
		Expect(body).To(Equal("both"))
		Expect(w.wire()).To(Equal([]string{
			"client#1 407", "client#1 type1 407", "client#1 type3 401",
			"client#1 type1 407", "client#1 type1 type1 407", "client#1 type3 type1 401",
			"client#1 type3 407", "client#1 type1 type3 407", "client#1 type3 type3 200"}))
	})

	It("is returned when the rules say no, and the server is never asked", func() {
		w.serve("corp:3128", w.proxy(w.gate(httpauth.Proxy, httpauth.NTLM), func(l *link, _ string) { l.answer(200, "") }))
		r := request()
		r.Auth = nil
		resp, _ := w.get(r)
		Expect([]any{resp.Status, resp.Connect}).To(Equal([]any{407, false}))
		Expect(w.wire()).To(Equal([]string{"client#1 407"}))
	})

	It("from a server that is no proxy is returned", func() {
		w.serve("origin:80", always(407, "", "Proxy-Authenticate: NTLM"))
		r := request()
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyNone}
		resp, _ := w.get(r)
		Expect(resp.Status).To(Equal(407))
		Expect(a.questions).To(BeEmpty())
	})

	It("may be chunked, or end with the connection", func() {
		g := w.gate(httpauth.Proxy, httpauth.NTLM)
		w.serve("corp:3128", func(n int, l *link) {
			if n == 1 {
				l.head()
				l.say("HTTP/1.1 407 X\r\nProxy-Authenticate: NTLM\r\n\r\nuntil the end")
				return
			}
			state := g.NewConn()
			r := l.head()
			l.say("HTTP/1.1 407 X\r\nTransfer-Encoding: chunked\r\nProxy-Authenticate: " + state.Check(r.Header).Challenges[0] + "\r\n\r\n4\r\ntext\r\n0\r\n\r\n")
			r = l.head()
			Expect(state.Check(r.Header).Allowed).To(BeTrue())
			l.answer(200, "in")
		})
		_, body := w.get(request())
		Expect(body).To(Equal("in"))
		Expect(w.wire()).To(Equal([]string{"client#1 407", "client#2 type1 407", "client#2 type3 200"}))
	})
})

var _ = Describe("the autologon policy", func() {
	It("lets logon credentials go where the documents say", func() {
		bypass, err := winhttp.ParseBypassList("intranet *.corp.example")
		Expect(err).NotTo(HaveOccurred())
		allowed := func(p winhttp.AutologonPolicy) string {
			var list []string
			for _, host := range []string{"intranet", "www.corp.example", "example.com"} {
				if p.Allows(httpauth.Server, mustURL("http://"+host+"/"), bypass) {
					list = append(list, host)
				}
			}
			if p.Allows(httpauth.Proxy, mustURL("http://example.com/"), bypass) {
				list = append(list, "proxy")
			}
			return p.String() + ": " + strings.Join(list, " ")
		}
		Expect(allowed(winhttp.AutologonMedium)).To(Equal("medium: intranet www.corp.example proxy"))
		Expect(allowed(winhttp.AutologonLow)).To(Equal("low: intranet www.corp.example example.com proxy"))
		Expect(allowed(winhttp.AutologonHigh)).To(Equal("high: "))
	})

	It("follows from a decision of BITS", func() {
		Expect(winhttp.PolicyOf(credrule.Decision{Send: true, Kind: credrule.LogonCredentials})).To(Equal(winhttp.AutologonLow))
		Expect(winhttp.PolicyOf(credrule.Decision{Send: true, Kind: credrule.ProgramCredentials})).To(Equal(winhttp.AutologonHigh))
		Expect(winhttp.PolicyOf(credrule.Decision{})).To(Equal(winhttp.AutologonHigh))
	})
})

var _ = Describe("errors of a login", func() {
	It("wrap the code for hresult.Of", func() {
		_, err := newWorld().do(&winhttp.Request{URL: "http://nowhere/"})
		code, ok := hresult.Of(err)
		Expect(ok).To(BeTrue())
		Expect(code).To(Equal(hresult.ERROR_WINHTTP_NAME_NOT_RESOLVED))
		Expect(errors.Is(err, winhttp.ErrNameNotResolved)).To(BeTrue())
	})
})
