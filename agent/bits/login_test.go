package bits_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/httpauth/passport"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// guardedBench is a PC in a domain with a realm and a Passport login server, and
// a server or proxy that demands a login.
type guardedBench struct {
	*bench
	realm    *realm.Realm
	passport *passport.Authority
	target   httpauth.Target
	behind   http.HandlerFunc // what those get who have logged in

	mu    sync.Mutex
	conns map[string]*httpauth.GateConn
}

func newGuarded(target httpauth.Target, schemes ...httpauth.Scheme) *guardedBench {
	GinkgoHelper()
	return tunedGuarded(bits.Tuning{}, target, schemes...)
}

func tunedGuarded(tuning bits.Tuning, target httpauth.Target, schemes ...httpauth.Scheme) *guardedBench {
	GinkgoHelper()
	g := &guardedBench{target: target, behind: file(10, epoch), conns: map[string]*httpauth.GateConn{},
		bench: newBench("xp-sp2", tuning, machine.WithDomain("LAB"))}
	var err error
	g.realm, err = realm.New(realm.Config{Name: "LAB.EXAMPLE", Rand: rand.Reader, Now: g.clock.Now})
	Expect(err).NotTo(HaveOccurred())
	Expect(g.realm.AddUser("alice", "pw")).To(Succeed())
	Expect(g.realm.AddService("HTTP/origin")).To(Succeed())
	Expect(g.realm.AddService("HTTP/corp")).To(Succeed())
	g.passport, err = passport.NewAuthority(passport.Config{Accounts: map[string]string{"alice@lab.example": "pw"}, Rand: rand.Reader, Now: g.clock.Now})
	Expect(err).NotTo(HaveOccurred())
	g.pc.SetPassport(machine.Passport{LoginURL: "http://origin/login2.srf", AllowHTTP: true})
	addr, _ := g.pc.Resolve("origin", 80)
	Expect(g.pc.SetHost("corp", 3128, addr)).To(Succeed())
	Expect(g.pc.SetHost("mirror", 80, addr)).To(Succeed())
	gate := g.gate(schemes)
	g.handler = func(w http.ResponseWriter, r *http.Request) { g.demand(gate, w, r) }
	return g
}

func (g *guardedBench) gate(schemes []httpauth.Scheme, change ...func(*httpauth.Deviations)) *httpauth.Gate {
	GinkgoHelper()
	service, err := kerberos.NewService(kerberos.ServiceConfig{Keytab: g.realm.Keytab(), Rand: rand.Reader, Now: g.clock.Now})
	Expect(err).NotTo(HaveOccurred())
	cfg := httpauth.GateConfig{
		Target: g.target, Schemes: schemes,
		Accounts:        ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
		NetBIOSComputer: "SRV", NetBIOSDomain: "LAB", OS: ntlm.WindowsServer2003(), Rand: rand.Reader, Now: g.clock.Now,
		Negotiate: httpauth.NegotiateConfig{Kerberos: service},
	}
	if g.target == httpauth.Server {
		cfg.Passport = httpauth.PassportConfig{Tickets: g.passport, LoginURL: "http://origin/page"}
	}
	for _, f := range change {
		f(&cfg.Deviations)
	}
	gate, err := httpauth.NewGate(cfg)
	Expect(err).NotTo(HaveOccurred())
	return gate
}

// demand lets in who has logged in; the login server is open to all.
func (g *guardedBench) demand(gate *httpauth.Gate, w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/login2.srf") {
		g.passport.ServeHTTP(w, r)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conns[r.RemoteAddr] == nil {
		g.conns[r.RemoteAddr] = gate.NewConn()
	}
	out := g.conns[r.RemoteAddr].CheckRequest(r)
	gate.Apply(out, w.Header())
	switch {
	case out.Allowed:
		g.behind(w, r)
	case out.Location != "":
		w.WriteHeader(http.StatusFound)
	default:
		w.WriteHeader(g.target.Status())
	}
}

// tickets lets the PC's accounts log in to the realm.
func (g *guardedBench) tickets() {
	g.pc.SetTickets(func(a machine.Account) negotiate.TicketSource {
		return g.realm.Login(a.User, a.Password.Reveal(), realm.Faults{})
	})
}

// download runs a job with these credentials.
func (g *guardedBench) download(creds ...bits.Credentials) (*bits.Job, bits.State) {
	GinkgoHelper()
	j := g.job("j", "/f")
	if g.target == httpauth.Proxy {
		Expect(j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"})).To(Succeed())
	}
	for _, c := range creds {
		Expect(j.SetCredentials(c)).To(Succeed())
	}
	return j, g.run(j)
}

// decision is the last that the record has.
func (g *guardedBench) decision() *transcript.Decision {
	var last *transcript.Decision
	for _, e := range g.record.Events(0) {
		if e.Decision != nil {
			last = e.Decision
		}
	}
	return last
}

func (g *guardedBench) notes() string {
	var list []string
	for _, x := range g.record.Exchanges(0) {
		list = append(list, x.Notes...)
	}
	return strings.Join(list, "\n")
}

// exposure is the worst that any exchange gave away to the partner.
func (g *guardedBench) exposures() (list []string) {
	for _, x := range g.record.Exchanges(0) {
		if x.Exposure != "" {
			list = append(list, x.Exposure)
		}
	}
	return list
}

var _ = Describe("a job's login", func() {
	ruleTarget := func(t httpauth.Target) credrule.Target {
		if t == httpauth.Proxy {
			return credrule.Proxy
		}
		return credrule.Server
	}
	failed := map[httpauth.Target]hresult.HRESULT{
		httpauth.Server: hresult.BG_E_HTTP_ERROR_401, httpauth.Proxy: hresult.BG_E_HTTP_ERROR_407}
	wire := map[credrule.Scheme]httpauth.Scheme{credrule.Basic: httpauth.Basic, credrule.Digest: httpauth.Digest,
		credrule.NTLM: httpauth.NTLM, credrule.Negotiate: httpauth.Negotiate, credrule.Passport: httpauth.Passport}
	user := func(s credrule.Scheme) string {
		if s == credrule.Passport {
			return "alice@lab.example"
		}
		return `LAB\alice`
	}

	for _, target := range []httpauth.Target{httpauth.Server, httpauth.Proxy} {
		for scheme, name := range wire {
			if scheme == credrule.Passport && target == httpauth.Proxy {
				continue // only servers have it
			}
			It("by "+string(name)+" succeeds for the "+target.String()+" with the right password", func() {
				g := newGuarded(target, name)
				j, state := g.download(bits.Explicit(ruleTarget(target), scheme, user(scheme), "pw"))
				e, _ := j.GetError()
				Expect(state).To(Equal(bits.Transferred), "%v", e)
				Expect(g.decision().Scheme).To(Equal(scheme.String()))
				Expect(g.exposures()).NotTo(BeEmpty())
			})

			It("by "+string(name)+" fails for the "+target.String()+" with a wrong one, and the error says so", func() {
				g := newGuarded(target, name)
				j, state := g.download(bits.Explicit(ruleTarget(target), scheme, user(scheme), "wrong"))
				Expect(state).To(Equal(bits.Error))
				e, err := j.GetError()
				Expect(err).NotTo(HaveOccurred())
				Expect(e.Code).To(Equal(failed[target]))
				Expect(e).To(MatchError(httpauth.ErrRejected))
			})

			It("by "+string(name)+" fails for the "+target.String()+" with nothing set, and gives nothing away", func() {
				g := newGuarded(target, name)
				j, state := g.download()
				Expect(state).To(Equal(bits.Error))
				e, err := j.GetError()
				Expect(err).NotTo(HaveOccurred())
				Expect(e.Code).To(Equal(failed[target]))
				Expect(g.decision().Send).To(BeFalse())
				Expect(g.exposures()).To(BeEmpty())
			})
		}

		It("takes the best of all schemes for the "+target.String()+" that the program has credentials for", func() {
			g := newGuarded(target, httpauth.Basic, httpauth.Digest, httpauth.NTLM, httpauth.Negotiate)
			t := ruleTarget(target)
			_, state := g.download(bits.Explicit(t, credrule.Basic, `LAB\alice`, "pw"), bits.Explicit(t, credrule.Digest, `LAB\alice`, "pw"))
			Expect(state).To(Equal(bits.Transferred))
			Expect(g.decision().Scheme).To(Equal("Digest"))
			Expect(g.exposures()).To(Equal([]string{"Digest"}))
		})
	}

	DescribeTable("under Negotiate with logon credentials",
		func(prepare func(*guardedBench), exposure, why string) {
			g := newGuarded(httpauth.Server, httpauth.Negotiate)
			prepare(g)
			j, state := g.download(bits.Implicit(credrule.Server, credrule.Negotiate))
			e, _ := j.GetError()
			Expect(state).To(Equal(bits.Transferred), "%v", e)
			Expect(g.exposures()).To(Equal([]string{exposure}))
			Expect(g.notes()).To(ContainSubstring(why))
		},
		Entry("is Kerberos with a ticket", func(g *guardedBench) { g.tickets() }, "ticket", "Negotiate with the server origin is Kerberos: A ticket for HTTP/origin"),
		Entry("is NTLM without one", func(*guardedBench) {}, "LM", "is NTLMSSP: No ticket"),
		Entry("is NTLM at the machine's level", func(g *guardedBench) {
			Expect(g.pc.Registry().Set(machine.LsaKey, machine.LmCompatibilityLevelValue, machine.DWORD(3))).To(Succeed())
		}, "NTLMv2", "is NTLMSSP"),
		Entry("is NTLM in SPNEGO where that is set", func(g *guardedBench) { g.pc.SetRawNegotiate(false) }, "LM", "is NTLMSSP"),
	)

	It("by Kerberos with explicit credentials is that of their account", func() {
		g := newGuarded(httpauth.Server, httpauth.Negotiate)
		var accounts []string
		g.pc.SetTickets(func(a machine.Account) negotiate.TicketSource {
			accounts = append(accounts, a.Domain+" "+a.User)
			return g.realm.Login(a.User, a.Password.Reveal(), realm.Faults{})
		})
		_, state := g.download(bits.Explicit(credrule.Server, credrule.Negotiate, "alice@lab.example", "pw"))
		Expect(state).To(Equal(bits.Transferred))
		Expect(accounts).To(HaveEach("lab.example alice"))
		Expect(g.exposures()).To(Equal([]string{"ticket"}))
	})

	It("that NtlmMinClientSec forbids is not finished", func() {
		g := newGuarded(httpauth.Server, httpauth.NTLM)
		Expect(g.pc.Registry().Set(machine.MSV1_0Key, machine.NtlmMinClientSecValue, machine.DWORD(0x80000))).To(Succeed())
		plain := g.gate([]httpauth.Scheme{httpauth.NTLM}, func(d *httpauth.Deviations) { d.NoESS = true })
		g.handler = func(w http.ResponseWriter, r *http.Request) { g.demand(plain, w, r) }
		j, state := g.download(bits.Explicit(credrule.Server, credrule.NTLM, `LAB\alice`, "pw"))
		Expect(state).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e).To(MatchError(ntlm.ErrMinSec))
		Expect(g.exposures()).To(BeEmpty())
	})

	It("for a server behind a proxy that wants Digest is beyond XP", func() {
		g := newGuarded(httpauth.Server, httpauth.NTLM)
		server := g.handler
		g.target = httpauth.Proxy
		digest := g.gate([]httpauth.Scheme{httpauth.Digest})
		g.target = httpauth.Server
		g.handler = func(w http.ResponseWriter, r *http.Request) {
			out := digest.NewConn().CheckRequest(r)
			digest.Apply(out, w.Header())
			if !out.Allowed {
				w.WriteHeader(http.StatusProxyAuthRequired)
				return
			}
			server(w, r)
		}
		j := g.job("j", "/f")
		Expect(j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"})).To(Succeed())
		Expect(j.SetCredentials(bits.Explicit(credrule.Proxy, credrule.Digest, `LAB\alice`, "pw"))).To(Succeed())
		Expect(j.SetCredentials(bits.Explicit(credrule.Server, credrule.NTLM, `LAB\alice`, "pw"))).To(Succeed())
		Expect(g.run(j)).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_HTTP_ERROR_401))
		Expect(g.decision().Rule).To(Equal("limit-digest-proxy"))
	})

	DescribeTable("at a mirror that a redirect leads to",
		func(registry bool, creds []bits.Credentials, want bits.State, rule string) {
			g := newGuarded(httpauth.Server, httpauth.NTLM, httpauth.Basic)
			inside := g.handler
			g.handler = func(w http.ResponseWriter, r *http.Request) {
				if r.Host == "origin" {
					http.Redirect(w, r, "http://mirror/f", http.StatusFound)
					return
				}
				inside(w, r)
			}
			if registry {
				Expect(g.pc.Registry().Set(machine.BITSKey, machine.UseLMCompatValue, machine.DWORD(0))).To(Succeed())
			}
			_, state := g.download(creds...)
			Expect(state).To(Equal(want))
			Expect(g.decision().Rule).To(Equal(rule))
			if len(creds) > 0 {
				Expect(g.decision().Words).To(ContainSubstring("a redirect led to mirror"))
				Expect(g.decision().Documented).To(BeFalse())
			}
		},
		Entry("nothing that the program has set is used", false,
			[]bits.Credentials{bits.Explicit(credrule.Server, credrule.Basic, `LAB\alice`, "pw"), bits.Implicit(credrule.Server, credrule.NTLM)},
			bits.Error, "uselmcompat-1"),
		Entry("nor what it has set for the proxy", false, []bits.Credentials{bits.Implicit(credrule.Proxy, credrule.NTLM)}, bits.Error, "uselmcompat-1"),
		Entry("the registry may allow logon credentials", true, nil, bits.Transferred, "uselmcompat-0"),
	)

	DescribeTable("by NTLM for a server behind a proxy that promises nothing",
		func(asked winhttp.SessionProxies, want bits.State) {
			g := tunedGuarded(bits.Tuning{SessionProxies: asked}, httpauth.Server, httpauth.NTLM)
			j := g.job("j", "/f")
			Expect(j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"})).To(Succeed())
			Expect(j.SetCredentials(bits.Explicit(credrule.Server, credrule.NTLM, `LAB\alice`, "pw"))).To(Succeed())
			Expect(g.run(j)).To(Equal(want))
		},
		Entry("is made", winhttp.SessionProxyAny, bits.Transferred),
		Entry("is not made where a promise is asked for", winhttp.SessionProxyPromised, bits.Error),
	)

	It("cannot be given without a name for a scheme that needs one", func() {
		g := newGuarded(httpauth.Server, httpauth.Basic)
		j := g.job("j", "/f")
		for _, s := range []credrule.Scheme{credrule.Basic, credrule.Digest, credrule.Passport} {
			code, _ := hresult.Of(j.SetCredentials(bits.Implicit(credrule.Server, s)))
			Expect(code).To(Equal(hresult.E_INVALIDARG), s.String())
		}
	})
})
