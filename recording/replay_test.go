package recording_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/recording"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

const password = "Summer-2004"

func accounts() *ntlm.Accounts {
	db := ntlm.NewAccounts()
	db.Put(ntlm.Account{Domain: "LAB", User: "alice", Password: password})
	return db
}

func origin(cfg fakeserver.Config) *fakeserver.Server {
	GinkgoHelper()
	cfg.Files = map[string]fakeserver.File{"/update.cab": {Size: 300_000, Seed: 7}}
	s, err := fakeserver.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	return s
}

func record(cfg recording.Config) (*recording.Recorder, *recording.Bodies) {
	GinkgoHelper()
	cfg.Bodies = recording.NewBodies(GinkgoT().TempDir(), 0, 0)
	r, err := recording.Start(cfg)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(r.Close)
	return r, cfg.Bodies
}

func parsed(text string) *url.URL {
	GinkgoHelper()
	u, err := url.Parse(text)
	Expect(err).NotTo(HaveOccurred())
	return u
}

// pc is one of alice's.
func pc(options ...agent.Option) *agent.Agent {
	GinkgoHelper()
	a, err := agent.New("xp-sp2", append(options, agent.WithMachine(machine.WithDomain("LAB")),
		agent.WithOwner(machine.Account{Domain: "LAB", User: "alice", Password: password}))...)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(a.Close)
	Expect(a.Machine.Registry().Set(machine.LsaKey, machine.LmCompatibilityLevelValue, machine.DWORD(3))).To(Succeed())
	return a
}

// fetch downloads a URL with BITS and gives the state that the job ends in.
func fetch(ctx context.Context, a *agent.Agent, remote string, credentials ...bits.Credentials) bits.State {
	GinkgoHelper()
	job, err := a.BITS.CreateJob("j", bits.Download, a.Owner())
	Expect(err).NotTo(HaveOccurred())
	Expect(job.AddFile(remote, `C:\update.cab`)).To(Succeed())
	for _, c := range credentials {
		Expect(job.SetCredentials(c)).To(Succeed())
	}
	Expect(job.Resume()).To(Succeed())
	h := clock.Wall{}.Hold("test")
	defer h.Release()
	state, err := job.Wait(ctx, h, bits.Transferred, bits.Error, bits.TransientError)
	Expect(err).NotTo(HaveOccurred())
	return state
}

// tell writes what was recorded, and gives the file and its text.
func tell(r *recording.Recorder, bodies *recording.Bodies, opt recording.Options) (path, text string) {
	GinkgoHelper()
	Expect(r.Close()).To(Succeed())
	place := recording.PlaceFor(filepath.Join(GinkgoT().TempDir(), "case"))
	Expect(place.Check(false)).To(Succeed())
	opt.Name, opt.Bodies, opt.Folder, opt.Origins, opt.Self = place.Name(), bodies, place.Folder(), r.Origins(), r.URL()
	if opt.Source == "" {
		opt.Source = "a test"
	}
	story, err := recording.Tell(r.Record(), opt)
	Expect(err).NotTo(HaveOccurred())
	Expect(story.Save(place)).To(Succeed())
	b, err := os.ReadFile(place.File)
	Expect(err).NotTo(HaveOccurred())
	return place.File, string(b)
}

// replay plays a recording.
func replay(ctx context.Context, path string) (verdict scenarios.Verdict, record *transcript.Record) {
	GinkgoHelper()
	file, err := scenarios.LoadFile(path)
	Expect(err).NotTo(HaveOccurred())
	for result := range (&scenarios.Runner{KeepRecords: true}).Run(ctx, file) {
		Expect(result.Err).NotTo(HaveOccurred())
		verdict, record = result.Verdict, result.Record
	}
	return verdict, record
}

// verified are those whom a node let in.
func verified(r *transcript.Record, node string) (list []string) {
	for _, x := range r.Exchanges() {
		if x.Node == node && x.Verified != "" {
			list = append(list, x.Verified)
		}
	}
	return list
}

var _ = Describe("a recording", func() {
	It("of BITS and a server with NTLM is replayed with the login", func(ctx SpecContext) {
		s := origin(fakeserver.Config{Auth: &fakeserver.Auth{Schemes: []httpauth.Scheme{httpauth.NTLM, httpauth.Basic}, Accounts: accounts(), Realm: "a realm",
			NetBIOSDomain: "LAB", NetBIOSComputer: "FILER", DNSDomain: "lab.example"}})
		r, bodies := record(recording.Config{Upstream: parsed(s.URL(""))})
		Expect(fetch(ctx, pc(), r.URL()+"/update.cab", bits.Explicit(credrule.Server, credrule.NTLM, `LAB\alice`, password))).To(Equal(bits.Transferred))
		path, text := tell(r, bodies, recording.Options{})
		Expect(text).To(And(ContainSubstring("auth: [ntlm, basic]"), ContainSubstring("accounts: [alice]"), ContainSubstring("realm: a realm"),
			ContainSubstring("computer: FILER, dns-domain: lab.example"), ContainSubstring("registry: {LmCompatibilityLevel: 3}"),
			ContainSubstring("range: bytes=65536-196607"), ContainSubstring("files:\n      /update.cab: {from: ")))
		Expect(text).NotTo(Or(ContainSubstring(password), ContainSubstring("NTLM TlRMTVNT")))
		verdict, again := replay(ctx, path)
		Expect(verdict).To(Equal(scenarios.Pass), text)
		Expect(verified(again, "origin")).To(ContainElement(`LAB\alice`))
	})

	It("through a proxy with NTLM keeps the connection that is logged in", func(ctx SpecContext) {
		s := origin(fakeserver.Config{})
		p, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Auth: &fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.NTLM}, Accounts: accounts(), NetBIOSDomain: "LAB"}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(p.Close)
		r, bodies := record(recording.Config{UpstreamProxy: p.Addr()})
		client := pc()
		Expect(client.Machine.SetIEProxy(client.Owner(), machine.ProxySettings{Enable: true, Server: r.Addr()})).To(Succeed())
		Expect(fetch(ctx, client, s.URL("/update.cab"))).To(Equal(bits.Transferred))
		path, text := tell(r, bodies, recording.Options{Proxy: "the proxy corp"})
		Expect(text).To(ContainSubstring("proxies:\n  proxy:\n    # the proxy corp\n    auth: [ntlm]\n    accounts: [alice]\n    domain: LAB\n    target-info: {computer: CORP}"))
		verdict, again := replay(ctx, path)
		Expect(verdict).To(Equal(scenarios.Pass), text)
		Expect(verified(again, "proxy")).To(ContainElement(`LAB\alice`))
	})

	It("of a login that failed lets nobody in", func(ctx SpecContext) {
		s := origin(fakeserver.Config{Auth: &fakeserver.Auth{Schemes: []httpauth.Scheme{httpauth.Basic}, Accounts: accounts(), Realm: "r"}})
		r, bodies := record(recording.Config{Upstream: parsed(s.URL(""))})
		Expect(fetch(ctx, pc(), r.URL()+"/update.cab", bits.Explicit(credrule.Server, credrule.Basic, `LAB\alice`, "wrong"))).To(Equal(bits.Error))
		path, text := tell(r, bodies, recording.Options{})
		Expect(text).To(And(ContainSubstring("# nobody came in\n    accounts: []"), ContainSubstring("state: ERROR, error: BG_E_HTTP_ERROR_401"), ContainSubstring("alice: {domain: LAB, user: alice, password: placeholder}")))
		verdict, _ := replay(ctx, path)
		Expect(verdict).To(Equal(scenarios.Pass), text)
	})

	It("of a client that sends Basic unasked has its credentials judged, at a server and at a proxy", func(ctx SpecContext) {
		s := origin(fakeserver.Config{})
		basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(`LAB\alice:`+password))
		get := func(header, url string, via *url.URL) {
			GinkgoHelper()
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			Expect(err).NotTo(HaveOccurred())
			request.Header.Set(header, basic)
			transport := &http.Transport{DisableKeepAlives: true}
			if via != nil {
				transport.Proxy = http.ProxyURL(via)
			}
			resp, err := transport.RoundTrip(request)
			Expect(err).NotTo(HaveOccurred())
			_, err = io.Copy(io.Discard, resp.Body)
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			Expect(resp.StatusCode).To(Equal(200))
		}
		for header, node := range map[string]string{"Authorization": "origin", "Proxy-Authorization": "proxy"} {
			cfg, remote, via := recording.Config{Upstream: parsed(s.URL(""))}, "", (*url.URL)(nil)
			if node == "proxy" {
				cfg = recording.Config{}
			}
			r, bodies := record(cfg)
			if remote = r.URL() + "/update.cab"; node == "proxy" {
				remote, via = s.URL("/update.cab"), parsed("http://"+r.Addr())
			}
			get(header, remote, via)
			path, text := tell(r, bodies, recording.Options{})
			Expect(text).To(And(ContainSubstring("credentials unasked"), ContainSubstring("    auth: [basic]\n    accounts: [alice]\n")))
			Expect(text).NotTo(Or(ContainSubstring(password), ContainSubstring(basic)))
			verdict, again := replay(ctx, path)
			Expect(verdict).To(Equal(scenarios.Pass), text)
			Expect(verified(again, node)).To(ContainElement(`LAB\alice`))
		}
	})

	It("takes a tunnel apart where that was asked", func(ctx SpecContext) {
		ca := authority.New(authority.Config{From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour), Outside: true})
		config, err := ca.Server("origin", []string{"origin"}, nil)
		Expect(err).NotTo(HaveOccurred())
		trust, err := ca.Client(time.Now)
		Expect(err).NotTo(HaveOccurred())
		s := origin(fakeserver.Config{TLS: config})
		own := authority.New(authority.Config{From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour), Outside: true})
		ownTrust, err := own.Client(time.Now)
		Expect(err).NotTo(HaveOccurred())
		for _, opened := range []bool{true, false} {
			r, bodies := record(recording.Config{Authority: own, ServerTLS: trust, Intercept: func(string) bool { return opened }})
			roots := trust.RootCAs
			if opened {
				roots = ownTrust.RootCAs
			}
			client := pc(agent.WithTLS(&tls.Config{RootCAs: roots}))
			Expect(client.Machine.SetIEProxy(client.Owner(), machine.ProxySettings{Enable: true, Server: r.Addr()})).To(Succeed())
			Expect(fetch(ctx, client, "https://localhost:"+port(s)+"/update.cab")).To(Equal(bits.Transferred))
			path, text := tell(r, bodies, recording.Options{})
			Expect(strings.Contains(text, "tls: true")).To(BeTrue(), text)
			if !opened {
				Expect(text).To(And(ContainSubstring("whose content nobody saw"), ContainSubstring("nothing was fetched that BITS could fetch"), Not(ContainSubstring("recorded:"))))
				continue
			}
			Expect(text).To(ContainSubstring("range: bytes=0-65535"))
			verdict, _ := replay(ctx, path)
			Expect(verdict).To(Equal(scenarios.Pass), text)
		}
	})

	It("is the same for the same traffic", func(ctx SpecContext) {
		var all []string
		for range 2 {
			s := origin(fakeserver.Config{})
			r, bodies := record(recording.Config{Upstream: parsed(s.URL(""))})
			Expect(fetch(ctx, pc(), r.URL()+"/update.cab")).To(Equal(bits.Transferred))
			_, text := tell(r, bodies, recording.Options{})
			all = append(all, strings.ReplaceAll(text, port(s), "PORT"))
		}
		Expect(all[0]).To(Equal(all[1]))
	})

	It("answers in place of a server that is not there", func(ctx SpecContext) {
		r, bodies := record(recording.Config{Upstream: parsed("http://127.0.0.1:1")})
		Expect(fetch(ctx, pc(), r.URL()+"/update.cab")).To(Equal(bits.TransientError))
		Expect(r.Record().Exchanges()[0].Status()).To(Equal(502))
		_, err := recording.Tell(r.Record(), recording.Options{Bodies: bodies})
		Expect(err).To(MatchError(And(ContainSubstring("nothing was recorded: left out GET /update.cab, which the recorder answered itself: "), ContainSubstring("refused"))))
	})

	It("leaves out what the recorder answered itself, and says so", func(ctx SpecContext) {
		s := origin(fakeserver.Config{})
		r, bodies := record(recording.Config{})
		ask := func(target string) int {
			GinkgoHelper()
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
			Expect(err).NotTo(HaveOccurred())
			resp, err := (&http.Transport{DisableKeepAlives: true, Proxy: http.ProxyURL(parsed("http://" + r.Addr()))}).RoundTrip(request)
			Expect(err).NotTo(HaveOccurred())
			_, err = io.Copy(io.Discard, resp.Body)
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			return resp.StatusCode
		}
		Expect(ask(s.URL("/update.cab"))).To(Equal(200))
		Expect(ask("http://127.0.0.1:1/gone")).To(Equal(502))
		path, text := tell(r, bodies, recording.Options{})
		Expect(text).To(And(ContainSubstring("# Left out: GET http://127.0.0.1:1/gone, which the recorder answered"), Not(ContainSubstring("status: 502"))))
		verdict, _ := replay(ctx, path)
		Expect(verdict).To(Equal(scenarios.Pass), text)
	})

	It("is none when nobody came", func() {
		r, bodies := record(recording.Config{})
		_, err := recording.Tell(r.Record(), recording.Options{Bodies: bodies})
		Expect(err).To(MatchError(ContainSubstring("nothing was recorded")))
	})
})

func port(s *fakeserver.Server) string {
	_, port, _ := strings.Cut(s.Addr(), ":")
	return port
}
