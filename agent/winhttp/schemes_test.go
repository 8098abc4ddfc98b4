package winhttp_test

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/hresult"
)

// way is one way to log in: a scheme with what is inside.
type way string

const (
	byBasic    way = "Basic"
	byDigest   way = "Digest"
	byNTLM     way = "NTLM"
	byRaw      way = "Negotiate with NTLM"
	byWrapped  way = "Negotiate with NTLM in SPNEGO"
	byKerberos way = "Negotiate with Kerberos"
)

func (y way) scheme() httpauth.Scheme {
	name, _, _ := strings.Cut(string(y), " ")
	return httpauth.Scheme(name)
}

// lab is a world with a Kerberos realm, and who logs in.
type lab struct {
	*world
	realm    *realm.Realm
	way      way
	password string
	faults   realm.Faults
	asked    int
}

func newLab(y way) *lab {
	GinkgoHelper()
	l := &lab{world: newWorld(), way: y, password: "pw"}
	var err error
	l.realm, err = realm.New(realm.Config{Name: "LAB.EXAMPLE", Rand: rand.Reader, Now: l.clk.Now})
	Expect(err).NotTo(HaveOccurred())
	Expect(l.realm.AddUser("alice", "pw")).To(Succeed())
	for _, spn := range []string{"HTTP/origin", "HTTP/corp"} {
		Expect(l.realm.AddService(spn)).To(Succeed())
	}
	return l
}

// labGate demands the way's scheme; change alters its configuration.
func (l *lab) labGate(target httpauth.Target, change ...func(*httpauth.GateConfig)) *httpauth.Gate {
	GinkgoHelper()
	service, err := kerberos.NewService(kerberos.ServiceConfig{Keytab: l.realm.Keytab(), Rand: rand.Reader, Now: l.clk.Now})
	Expect(err).NotTo(HaveOccurred())
	cfg := httpauth.GateConfig{
		Target: target, Schemes: []httpauth.Scheme{l.way.scheme()},
		Accounts:        ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
		NetBIOSComputer: "CORP", NetBIOSDomain: "LAB", OS: ntlm.WindowsServer2003(), Rand: rand.Reader, Now: l.clk.Now,
		Negotiate: httpauth.NegotiateConfig{Kerberos: service},
	}
	for _, f := range change {
		f(&cfg)
	}
	g, err := httpauth.NewGate(cfg)
	Expect(err).NotTo(HaveOccurred())
	return g
}

// Answer logs in by the lab's way, whoever asks.
func (l *lab) Answer(q winhttp.Question) winhttp.Answer {
	l.asked++
	client, err := ntlm.NewClient(ntlm.ClientConfig{Level: 3, Domain: "LAB", User: "alice", Password: l.password,
		Workstation: "PC", OS: ntlm.WindowsXPSP2(), Rand: rand.Reader, Now: l.clk.Now})
	if err != nil {
		return winhttp.Answer{}
	}
	host, _, _ := strings.Cut(q.Host, ":")
	cfg := negotiate.ClientConfig{SPN: "HTTP/" + host, NTLM: client, Raw: l.way == byRaw, Mutual: true, Rand: rand.Reader, Now: l.clk.Now}
	switch l.way {
	case byBasic:
		return winhttp.Answer{Mechanism: httpauth.NewBasic("alice", "LAB", l.password)}
	case byDigest:
		return winhttp.Answer{Mechanism: httpauth.NewDigest(`LAB\alice`, l.password,
			httpauth.DigestOptions{Method: q.Method, Target: q.RequestTarget, Rand: rand.Reader})}
	case byNTLM:
		return winhttp.Answer{Mechanism: httpauth.NewNTLM(client)}
	case byKerberos:
		cfg.Kerberos, cfg.NTLM = l.realm.Login("alice", l.password, l.faults), nil
	}
	c, err := negotiate.NewClient(cfg)
	if err != nil {
		return winhttp.Answer{}
	}
	return winhttp.Answer{Mechanism: httpauth.NewNegotiate(c)}
}

// demand answers as the gate says, on one connection; others answers what is
// let in.
func (l *lab) demand(g *httpauth.Gate, others func(*link, *http.Request, http.Header)) func(int, *link) {
	return func(_ int, c *link) {
		state := g.NewConn()
		for r := c.head(); r != nil; r = c.head() {
			out := state.CheckRequest(r)
			h := http.Header{}
			g.Apply(out, h)
			if !out.Allowed {
				c.answer(g.Target().Status(), body300, fields(h)...)
				continue
			}
			others(c, r, h)
		}
	}
}

// fields writes a header, sorted.
func fields(h http.Header) []string {
	var list []string
	for name, values := range h {
		for _, v := range values {
			list = append(list, name+": "+v)
		}
	}
	slices.Sort(list)
	return list
}

func in(c *link, _ *http.Request, h http.Header) { c.answer(200, "in", fields(h)...) }

// request is one that logs in, by the target that demands it.
func (l *lab) request(target string) *winhttp.Request {
	r := l.url("http://origin/f?a=1")
	if target != "server" {
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
	}
	if target == "tunnel" {
		r.URL = "https://origin/f"
	}
	r.Auth = l
	return r
}

// serveFor sets up who demands a login: the server, the proxy for the request
// itself, or the proxy for a tunnel.
func (l *lab) serveFor(target string, change ...func(*httpauth.GateConfig)) {
	GinkgoHelper()
	switch target {
	case "server":
		l.serve("origin:80", l.demand(l.labGate(httpauth.Server, change...), in))
	case "proxy":
		l.serve("corp:3128", l.demand(l.labGate(httpauth.Proxy, change...), in))
	case "tunnel":
		cert, pool := certificate("origin")
		l.cfg.TLS = &tls.Config{RootCAs: pool}
		g := l.labGate(httpauth.Proxy, change...)
		l.serve("corp:3128", l.demand(g, func(c *link, _ *http.Request, _ http.Header) {
			c.say("HTTP/1.1 200 Connection established\r\n\r\n")
			inside := c.secure(cert, "inside")
			for inside.head() != nil {
				inside.answer(200, "in")
			}
		}))
	}
}

var ways = []way{byBasic, byDigest, byNTLM, byRaw, byWrapped, byKerberos}

// exchanges is how many a login takes; 1 for a ticket or a password, 2 for NTLM.
func (y way) exchanges() int {
	switch y {
	case byNTLM, byRaw, byWrapped:
		return 3
	}
	return 2
}

// exposes is what each way gives away.
func (y way) exposes() string {
	return map[way]string{byBasic: "clear password", byDigest: "Digest", byNTLM: "NTLMv2", byRaw: "NTLMv2",
		byWrapped: "NTLMv2", byKerberos: "ticket"}[y]
}

var _ = Describe("a login", func() {
	for _, y := range ways {
		for _, target := range []string{"server", "proxy", "tunnel"} {
			It("by "+string(y)+" for the "+target+" is let in with the right password", func() {
				l := newLab(y)
				l.serveFor(target)
				resp, body := l.get(l.request(target))
				Expect([]any{resp.Status, body}).To(Equal([]any{200, "in"}), "%v", resp.LoginFailure)
				Expect(l.asked).To(Equal(1))
				count := y.exchanges()
				if target == "tunnel" {
					count++
				}
				list := l.rec.Exchanges(0)
				Expect(list).To(HaveLen(count))
				login := list[y.exchanges()-1]
				Expect(login.Exposure).To(Equal(y.exposes()))
				Expect(list[0].Exposure).To(BeEmpty())
			})

			It("by "+string(y)+" for the "+target+" ends with a wrong password", func() {
				l := newLab(y)
				l.serveFor(target)
				l.password = "wrong"
				resp, _ := l.get(l.request(target))
				status := 407
				if target == "server" {
					status = 401
				}
				Expect(resp.Status).To(Equal(status))
				Expect(resp.LoginFailure).To(HaveOccurred())
				Expect(l.asked).To(Equal(1), "one bad password counts once")
			})

			It("by "+string(y)+" for the "+target+" does not happen without credentials", func() {
				l := newLab(y)
				l.serveFor(target)
				r := l.request(target)
				r.Auth = nil
				resp, _ := l.get(r)
				Expect(resp.Status).To(BeElementOf(401, 407))
				Expect(l.rec.Exchanges(0)).To(HaveLen(1))
				Expect(l.rec.Exchanges(0)[0].Exposure).To(BeEmpty())
			})
		}

		for _, other := range ways {
			It("by "+string(y)+" for the proxy goes with one by "+string(other)+" for the server, on one connection", func() {
				l, behind := newLab(y), newLab(other)
				behind.world, behind.realm = l.world, l.realm
				outer, inner := l.labGate(httpauth.Proxy), behind.labGate(httpauth.Server)
				l.serve("corp:3128", func(n int, c *link) {
					state := inner.NewConn()
					l.demand(outer, func(c *link, r *http.Request, h http.Header) {
						out := state.CheckRequest(r)
						inner.Apply(out, h)
						if out.Allowed {
							in(c, r, h)
						} else {
							c.answer(401, body300, fields(h)...)
						}
					})(n, c)
				})
				r := l.request("proxy")
				r.Auth = winhttp.AuthenticatorFunc(func(q winhttp.Question) winhttp.Answer {
					if q.Target == httpauth.Server {
						return behind.Answer(q)
					}
					return l.Answer(q)
				})
				resp, body := l.get(r)
				Expect([]any{resp.Status, body}).To(Equal([]any{200, "in"}), "%v", resp.LoginFailure)
				for _, x := range l.rec.Exchanges(0) {
					Expect(x.Conn).To(Equal("client#1"))
				}
			})
		}
	}
})

var _ = Describe("Digest", func() {
	nonces := func(w *world) (list []string) {
		for _, x := range w.rec.Exchanges(0) {
			_, rest, ok := strings.Cut(x.Request.Get("Authorization"), `nonce="`)
			if !ok {
				list = append(list, "-")
				continue
			}
			nonce, after, _ := strings.Cut(rest, `"`)
			_, nc, _ := strings.Cut(after, "nc=")
			if len(list) > 0 && strings.HasPrefix(list[len(list)-1], nonce+" ") {
				nonce = "same"
			}
			list = append(list, nonce+" "+nc[:8])
		}
		return list
	}
	moving := func(c *link, r *http.Request, h http.Header) {
		if r.URL.Path == "/f" {
			h.Set("Location", "/g")
			c.answer(302, "", fields(h)...)
			return
		}
		in(c, r, h)
	}

	It("counts the requests that a nonce served", func() {
		l := newLab(byDigest)
		l.serve("origin:80", l.demand(l.labGate(httpauth.Server), moving))
		resp, _ := l.get(l.request("server"))
		Expect(resp.Status).To(Equal(200))
		list := nonces(l.world)
		Expect(list).To(HaveLen(3))
		Expect(list[1]).To(HaveSuffix(" 00000001"))
		Expect(list[2]).To(Equal("same 00000002"))
	})

	It("goes on with the nonce that an answer brought", func() {
		l := newLab(byDigest)
		l.serve("origin:80", l.demand(l.labGate(httpauth.Server, func(c *httpauth.GateConfig) { c.Digest.NextNonce = true }), moving))
		resp, _ := l.get(l.request("server"))
		Expect(resp.Status).To(Equal(200))
		list := nonces(l.world)
		Expect(list[2]).To(And(HaveSuffix(" 00000001"), Not(HavePrefix("same"))))
	})

	It("takes a stale nonce as no refusal", func() {
		l := newLab(byDigest)
		l.serve("origin:80", l.demand(l.labGate(httpauth.Server, func(c *httpauth.GateConfig) { c.Digest.NonceUses = 1 }), moving))
		resp, body := l.get(l.request("server"))
		Expect(body).To(Equal("in"), "%v", resp.LoginFailure)
		Expect(l.asked).To(Equal(1))
	})

	It("that is stale for ever is given up", func() {
		l := newLab(byDigest)
		l.serve("origin:80", always(401, "", `WWW-Authenticate: Digest realm="x", nonce="n", qop="auth", stale=true`))
		resp, _ := l.get(l.request("server"))
		Expect(resp.Status).To(Equal(401))
		Expect(resp.LoginFailure).To(MatchError(httpauth.ErrRejected))
		Expect(len(l.rec.Exchanges(0))).To(BeNumerically("<=", 1+winhttp.DefaultLimits().AuthRounds))
	})

	It("whose realm changes with each refusal is refused once", func() {
		l := newLab(byDigest)
		l.serve("origin:80", func(_ int, c *link) {
			for n := 'a'; c.head() != nil; n++ {
				c.answer(401, "", `WWW-Authenticate: Digest realm="`+string(n)+`", nonce="n", qop="auth"`)
			}
		})
		resp, _ := l.get(l.request("server"))
		Expect(resp.Status).To(Equal(401))
		Expect(l.rec.Exchanges(0)).To(HaveLen(2))
	})

	It("is never sent before it is asked for", func() {
		l := newLab(byDigest)
		l.serve("origin:80", l.demand(l.labGate(httpauth.Server), in))
		l.get(l.request("server"))
		l.get(l.request("server"))
		Expect(l.wire()).To(Equal([]string{"client#1 401", "client#1 digest 200", "client#1 401", "client#1 digest 200"}))
	})

	It("fails when the server does not know the password that it accepts", func() {
		l := newLab(byDigest)
		l.serve("origin:80", func(_ int, c *link) {
			c.head()
			c.answer(401, "", `WWW-Authenticate: Digest realm="x", nonce="n", qop="auth"`)
			c.head()
			c.answer(200, "in", `Authentication-Info: rspauth="0123456789abcdef0123456789abcdef", qop=auth`)
		})
		_, err := l.do(l.request("server"))
		e := failure(err)
		Expect([]any{e.Op, e.Code}).To(Equal([]any{"log in", hresult.ERROR_WINHTTP_LOGIN_FAILURE}))
	})
})

var _ = Describe("Kerberos", func() {
	DescribeTable("that goes wrong ends with the 401",
		func(faults realm.Faults) {
			l := newLab(byKerberos)
			l.faults = faults
			l.serve("origin:80", l.demand(l.labGate(httpauth.Server), in))
			resp, _ := l.get(l.request("server"))
			Expect(resp.Status).To(Equal(401))
			Expect(resp.LoginFailure).To(HaveOccurred())
			Expect(l.rec.Exchanges(0)).To(HaveLen(2))
		},
		Entry("a wrong clock", realm.Faults{Skew: 6 * time.Minute}),
		Entry("a wrong key", realm.Faults{WrongKey: true}),
		Entry("an old ticket", realm.Faults{Age: 24 * time.Hour}),
	)

	It("without a ticket says so, and sends nothing", func() {
		l := newLab(byKerberos)
		l.faults = realm.Faults{NoTicket: []string{"HTTP/origin"}}
		l.serve("origin:80", l.demand(l.labGate(httpauth.Server), in))
		resp, _ := l.get(l.request("server"))
		Expect(resp.LoginFailure).To(MatchError(ContainSubstring("HTTP/origin")))
		Expect(l.rec.Exchanges(0)).To(HaveLen(1))
	})

	It("takes a new ticket for each request, unless the server keeps the login", func() {
		for _, keeps := range []bool{false, true} {
			l := newLab(byKerberos)
			g := l.labGate(httpauth.Server, func(c *httpauth.GateConfig) {
				c.Negotiate.KerberosPersists = keeps
				if keeps {
					c.PersistentAuth = httpauth.PersistTrue
				}
			})
			l.serve("origin:80", l.demand(g, func(c *link, r *http.Request, h http.Header) {
				if r.URL.Path == "/f" {
					h.Set("Location", "/g")
					c.answer(302, "", fields(h)...)
					return
				}
				in(c, r, h)
			}))
			resp, body := l.get(l.request("server"))
			Expect(body).To(Equal("in"), "%v", resp.LoginFailure)
			want := []string{"client#1 401", "client#1 negotiate 302", "client#1 negotiate 200"}
			if keeps {
				want[2] = "client#1 200"
			}
			Expect(l.wire()).To(Equal(want))
		}
	})

	DescribeTable("and the server's proof",
		func(change func(string) string, fails bool) {
			l := newLab(byKerberos)
			l.serve("origin:80", l.demand(l.labGate(httpauth.Server), func(c *link, r *http.Request, h http.Header) {
				Expect(h[httpauth.Server.ChallengeHeader()]).To(ConsistOf(HavePrefix("Negotiate ")))
				proof := change(h[httpauth.Server.ChallengeHeader()][0])
				delete(h, httpauth.Server.ChallengeHeader())
				if proof != "" {
					h[httpauth.Server.ChallengeHeader()] = []string{proof}
				}
				in(c, r, h)
			}))
			resp, err := l.do(l.request("server"))
			if !fails {
				Expect(err).NotTo(HaveOccurred())
				Expect(resp.Body.Close()).To(Succeed())
				return
			}
			Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_LOGIN_FAILURE))
		},
		Entry("right", func(s string) string { return s }, false),
		Entry("missing", func(string) string { return "" }, false),
		Entry("not a token", func(string) string { return "Negotiate AAAA" }, true),
		Entry("a token without it", func(string) string { return "Negotiate oRQwEqADCgEAoQsGCSqGSIb3EgECAg==" }, true),
		Entry("damaged", func(s string) string { return s[:len(s)-8] + "AAAAAAAA" }, true),
	)
})

var _ = Describe("servers that misbehave in a login", func() {
	DescribeTable("are given up",
		func(y way, change func(*httpauth.Deviations)) {
			l := newLab(y)
			l.serve("origin:80", l.demand(l.labGate(httpauth.Server, func(c *httpauth.GateConfig) { change(&c.Deviations) }), in))
			resp, err := l.do(l.request("server"))
			if err != nil {
				var e *winhttp.Error
				Expect(errors.As(err, &e)).To(BeTrue())
			} else {
				Expect(resp.Status).To(Equal(401))
				Expect(resp.LoginFailure).To(HaveOccurred())
				Expect(resp.Body.Close()).To(Succeed())
			}
			Expect(len(l.rec.Exchanges(0))).To(BeNumerically("<=", 6))
		},
		Entry("Type 3 answered with Type 2 for ever", byNTLM, func(d *httpauth.Deviations) { d.Type3LoopsType2 = true }),
		Entry("the same under Negotiate", byRaw, func(d *httpauth.Deviations) { d.Type3LoopsType2 = true }),
		Entry("the same in SPNEGO", byWrapped, func(d *httpauth.Deviations) { d.Type3LoopsType2 = true }),
		Entry("a new challenge on each leg", byNTLM, func(d *httpauth.Deviations) { d.NewChallengeEachLeg = true }),
		Entry("a stale Type 2", byNTLM, func(d *httpauth.Deviations) { d.StaleType2 = true }),
	)

	DescribeTable("are coped with",
		func(y way, change func(*httpauth.Deviations)) {
			l := newLab(y)
			l.serve("origin:80", l.demand(l.labGate(httpauth.Server, func(c *httpauth.GateConfig) { change(&c.Deviations) }), in))
			resp, body := l.get(l.request("server"))
			Expect(body).To(Equal("in"), "%v", resp.LoginFailure)
		},
		Entry("schemes in lower case", byNTLM, func(d *httpauth.Deviations) { d.LowerCaseSchemes = true }),
		Entry("schemes merged in one line", byNTLM, func(d *httpauth.Deviations) { d.MergedSchemes = true }),
		Entry("unknown schemes too", byNTLM, func(d *httpauth.Deviations) { d.ExtraSchemes = []string{"Vendor", `Other a="b, c"`} }),
		Entry("no TargetInfo", byNTLM, func(d *httpauth.Deviations) { d.TargetInfo = httpauth.TargetInfoMissing }),
	)
})
