package passport_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/httpauth/passport"
	"github.com/wualab/wualab/auth/ntlm"
)

func TestPassport(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "auth/httpauth/passport")
}

// counter is a random source that never gives the same block twice.
type counter struct{ n byte }

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		c.n += 7
		b[i] = c.n
	}
	return len(b), nil
}

func epoch() time.Time { return time.Date(2004, 8, 25, 12, 0, 0, 0, time.UTC) }

func newAuthority(edits ...func(*passport.Config)) *passport.Authority {
	GinkgoHelper()
	cfg := passport.Config{Accounts: map[string]string{"Alice@Example.com": "p, wä"}, Rand: &counter{}, Now: epoch}
	for _, edit := range edits {
		edit(&cfg)
	}
	a, err := passport.NewAuthority(cfg)
	Expect(err).NotTo(HaveOccurred())
	return a
}

// visit is the client's way over TLS to whatever host.
func visit(client *http.Client) httpauth.PassportVisit {
	return func(url, authorization string) (int, http.Header, error) {
		r, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			return 0, nil, err
		}
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		resp, err := client.Do(r)
		if err != nil {
			return 0, nil, err
		}
		return resp.StatusCode, resp.Header, resp.Body.Close()
	}
}

var _ = Describe("the login server", func() {
	// world starts a login server with TLS and gives a client's options for it.
	world := func(a *passport.Authority) httpauth.PassportOptions {
		srv := httptest.NewTLSServer(a)
		DeferCleanup(srv.Close)
		client := srv.Client()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		DeferCleanup(client.CloseIdleConnections)
		Expect(client.Transport.(*http.Transport).TLSClientConfig).To(BeAssignableToTypeOf(&tls.Config{}))
		return httpauth.PassportOptions{Visit: visit(client), Method: "GET", URL: "http://origin/a,b", ConfigURL: srv.URL + passport.ConfigPath}
	}
	gateOf := func(a *passport.Authority, now func() time.Time) *httpauth.Gate {
		GinkgoHelper()
		gate, err := httpauth.NewGate(httpauth.GateConfig{Schemes: []httpauth.Scheme{httpauth.Passport}, Accounts: ntlm.NewAccounts(),
			Passport: httpauth.PassportConfig{Tickets: a}, NetBIOSComputer: "ORIGIN", OS: ntlm.WindowsServer2003(), Rand: &counter{}, Now: now})
		Expect(err).NotTo(HaveOccurred())
		return gate
	}
	signOn := func(gate *httpauth.Gate, m httpauth.Mechanism) (httpauth.Outcome, error) {
		GinkgoHelper()
		conn := gate.NewConn()
		offered, err := httpauth.ParseChallenges(conn.Check(http.Header{}).Challenges)
		Expect(err).NotTo(HaveOccurred())
		credentials, err := m.Next(offered[0])
		if err != nil {
			return httpauth.Outcome{}, err
		}
		return conn.Check(http.Header{"Authorization": {credentials}}), nil
	}

	It("signs in by way of the configuration server, on the wire", func() {
		a := newAuthority()
		out, err := signOn(gateOf(a, epoch), httpauth.NewPassport("alice@example.COM", "p, wä", world(a)))
		Expect(err).NotTo(HaveOccurred())
		Expect(out.Allowed).To(BeTrue())
		Expect(out.Account).To(Equal("Alice@Example.com"))
	})

	DescribeTable("refuses",
		func(name, password string) {
			a := newAuthority()
			_, err := signOn(gateOf(a, epoch), httpauth.NewPassport(name, password, world(a)))
			Expect(err).To(MatchError(httpauth.ErrRejected))
		},
		Entry("a wrong password", "alice@example.com", "no"),
		Entry("an unknown name", "bob@example.com", "p, wä"),
		Entry("nobody", "", ""),
	)

	It("wants no second try when it is told to", func() {
		a := newAuthority(func(c *passport.Config) { c.NoRetry = true })
		_, err := signOn(gateOf(a, epoch), httpauth.NewPassport("alice@example.com", "p, wä", world(a)))
		Expect(err).To(MatchError(ContainSubstring("failed-noretry")))
	})

	It("sends a sign-in on to another login server", func() {
		right := newAuthority()
		target := httptest.NewTLSServer(right)
		DeferCleanup(target.Close)
		wrong := newAuthority(func(c *passport.Config) { c.RedirectURL = target.URL + passport.LoginPath })
		out, err := signOn(gateOf(right, epoch), httpauth.NewPassport("alice@example.com", "p, wä", world(wrong)))
		Expect(err).NotTo(HaveOccurred())
		Expect(out.Account).To(Equal("Alice@Example.com"))
	})

	It("ends its tickets", func() {
		now := epoch()
		a := newAuthority(func(c *passport.Config) { c.Now = func() time.Time { return now } })
		ticket, err := a.Issue("alice")
		Expect(err).NotTo(HaveOccurred())
		Expect(ticket).To(MatchRegexp(`^'t=[0-9a-f]{32}&p='$`))
		now = now.Add(time.Hour)
		Expect(a.Verify(ticket)).To(Equal("alice"))
		now = now.Add(time.Second)
		_, err = a.Verify(ticket)
		Expect(err).To(MatchError("the ticket of alice has ended"))
		_, err = a.Verify("'t=1&p='")
		Expect(err).To(MatchError("the login server gave no such ticket"))
	})

	It("forgets tickets before 4096 others", func() {
		a := newAuthority(func(c *passport.Config) { c.Rand = &wide{} })
		first, err := a.Issue("alice")
		Expect(err).NotTo(HaveOccurred())
		for range 4095 {
			_, err = a.Issue("bob")
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(a.Verify(first)).To(Equal("alice"))
		_, err = a.Issue("bob")
		Expect(err).NotTo(HaveOccurred())
		_, err = a.Verify(first)
		Expect(err).To(HaveOccurred())
	})

	ask := func(a *passport.Authority, edit func(*http.Request)) *http.Response {
		r := httptest.NewRequest(http.MethodGet, "http://login"+passport.LoginPath, nil)
		edit(r)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		return w.Result()
	}

	It("knows by its cookie who signed in before", func() {
		a := newAuthority()
		in := ask(a, func(r *http.Request) {
			r.Header.Set("Authorization", "Passport1.4 sign-in=alice%40example.com,pwd=p%2C%20w%C3%A4,OrgVerb=GET,OrgUrl=http://o/")
		})
		Expect(in.StatusCode).To(Equal(200))
		Expect(in.Header.Get("Authentication-Info")).To(MatchRegexp(`^Passport1.4 da-status=success,tname=PPAuth,from-PP='t=.*&p=',ru=http://o/$`))
		again := ask(a, func(r *http.Request) {
			r.Header.Set("Authorization", "Passport1.4 tname=,OrgVerb=GET,OrgUrl=http://o/")
			r.AddCookie(in.Cookies()[0])
		})
		Expect(again.StatusCode).To(Equal(200))
		for _, cookie := range []string{"x", "%2"} {
			bad := ask(a, func(r *http.Request) {
				r.Header.Set("Authorization", "Passport1.4 tname=,OrgVerb=GET,OrgUrl=http://o/")
				r.AddCookie(&http.Cookie{Name: "PPAuth", Value: cookie})
			})
			Expect(bad.StatusCode).To(Equal(401))
		}
	})

	DescribeTable("asks for a sign-in",
		func(authorization string) {
			resp := ask(newAuthority(), func(r *http.Request) { r.Header.Set("Authorization", authorization) })
			Expect(resp.StatusCode).To(Equal(401))
			Expect(resp.Header).To(HaveKeyWithValue("WWW-Authenticate", []string{"Passport1.4 da-status=failed,srealm=Passport.Net,ts=-3,prompt"}))
		},
		Entry("of who sends none", ""),
		Entry("of who has another scheme", "Basic YTpi"),
		Entry("of who asks for a ticket", "Passport1.4 tname=,OrgVerb=GET,OrgUrl=http://o/"),
		Entry("of who escapes badly", "Passport1.4 sign-in=alice%4,pwd=%"),
	)

	It("says over what it is reached, and what it was told", func() {
		config := func(a *passport.Authority) string {
			w := httptest.NewRecorder()
			a.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://nexus:81"+passport.ConfigPath, nil))
			for name, values := range w.Result().Header {
				if name == "PassportURLs" {
					return values[0]
				}
			}
			return ""
		}
		Expect(config(newAuthority())).To(Equal("DARealm=Passport.Net,DALogin=http://nexus:81/login2.srf,ConfigVersion=15"))
		Expect(config(newAuthority(func(c *passport.Config) { c.LoginURL, c.Realm = "login/x", "Lab" }))).To(Equal("DARealm=Lab,DALogin=login/x,ConfigVersion=15"))
	})

	It("needs chance and a clock", func() {
		_, err := passport.NewAuthority(passport.Config{Now: epoch})
		Expect(err).To(MatchError("passport: the login server needs a random source and a clock"))
		a := newAuthority(func(c *passport.Config) { c.Rand = empty{} })
		resp := ask(a, func(r *http.Request) {
			r.Header.Set("Authorization", "Passport1.4 sign-in=alice%40example.com,pwd=p%2C%20w%C3%A4")
		})
		Expect(resp.StatusCode).To(Equal(500))
	})
})

// wide is a counter over all bytes of a block.
type wide struct{ n uint32 }

func (w *wide) Read(b []byte) (int, error) {
	w.n++
	for i := range b {
		b[i] = byte(w.n >> (8 * (i % 4)))
	}
	return len(b), nil
}

type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, http.ErrBodyReadAfterClose }
