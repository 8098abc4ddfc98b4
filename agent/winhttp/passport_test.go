package winhttp_test

import (
	"errors"
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
)

// visiting is a login that gets its ticket from another server.
type visiting struct {
	visit winhttp.Visitor
	url   string
	given bool
}

func (*visiting) Scheme() httpauth.Scheme { return httpauth.Passport }
func (*visiting) ConnectionBound() bool   { return false }
func (v *visiting) Next(httpauth.Challenge) (string, error) {
	if v.given {
		return "", httpauth.ErrRejected
	}
	v.given = true
	status, header, err := v.visit(v.url, "Passport1.4 sign-in=alice")
	switch {
	case err != nil:
		return "", err
	case status != http.StatusOK:
		return "", fmt.Errorf("the login server answers %d", status)
	}
	return "Passport1.4 " + header.Get("Ticket"), nil
}

var _ = Describe("a login at another server", func() {
	const challenge = "WWW-Authenticate: Passport1.4 ct=1"
	var (
		w    *world
		auth winhttp.Authenticator
	)
	BeforeEach(func() {
		w = newWorld()
		auth = winhttp.AuthenticatorFunc(func(q winhttp.Question) winhttp.Answer {
			return winhttp.Answer{Mechanism: &visiting{visit: q.Visit, url: "http://login/signin"}}
		})
	})
	// partner lets tickets in and sends others to the login page.
	partner := func(_ int, l *link) {
		for r := l.head(); r != nil; r = l.head() {
			if r.Header.Get("Authorization") == "Passport1.4 from-PP='t=1'" {
				l.answer(200, "in")
			} else {
				l.answer(302, "", challenge, "Location: http://login/page")
			}
		}
	}
	signIn := func(status int) func(int, *link) {
		return always(status, "", "Ticket: from-PP='t=1'")
	}
	request := func() *winhttp.Request {
		r := w.url("http://origin/f")
		r.Auth = auth
		return r
	}

	It("answers a redirect that is a challenge, by a connection of its own", func() {
		w.serve("origin:80", partner)
		w.serve("login:80", signIn(200))
		_, body := w.get(request())
		Expect(body).To(Equal("in"))
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /f", "login:80#1 GET /signin", "origin:80#1 GET /f"}))
		Expect(w.heads[1]).To(ContainSubstring("\r\nAuthorization: Passport1.4 sign-in=alice\r\n"))
		Expect(w.heads[0]).NotTo(ContainSubstring("uthorization"))
	})

	It("that fails leaves a 401, and the page is not asked for", func() {
		w.serve("origin:80", partner)
		w.serve("login:80", signIn(401))
		resp, _ := w.get(request())
		Expect(resp.Status).To(Equal(401))
		Expect(resp.LoginFailure).To(MatchError(ContainSubstring("the login server answers 401")))
		Expect(w.seen()).To(HaveLen(2))
	})

	It("leaves it to the login where the login server sends it on to", func() {
		w.serve("origin:80", partner)
		w.serve("login:80", always(302, "", "Location: http://elsewhere/"))
		resp, _ := w.get(request())
		Expect(resp.LoginFailure).To(MatchError(ContainSubstring("the login server answers 302")))
		Expect(w.seen()).To(HaveLen(2))
	})

	It("whose server does not exist says so", func() {
		w.serve("origin:80", partner)
		resp, _ := w.get(request())
		Expect(resp.Status).To(Equal(401))
		Expect(errors.Is(resp.LoginFailure, winhttp.ErrNameNotResolved)).To(BeTrue())
	})

	It("whose ticket is refused ends there", func() {
		w.serve("origin:80", always(302, "", challenge, "Location: /page"))
		w.serve("login:80", signIn(200))
		resp, _ := w.get(request())
		Expect(resp.Status).To(Equal(401))
		Expect(resp.LoginFailure).To(MatchError(httpauth.ErrRejected))
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /f", "login:80#1 GET /signin", "origin:80#1 GET /f"}))
	})

	It("by the rules does not happen: the redirect is the 401 that it stands for", func() {
		w.serve("origin:80", partner)
		auth = winhttp.AuthenticatorFunc(func(winhttp.Question) winhttp.Answer { return winhttp.Answer{} })
		resp, _ := w.get(request())
		Expect(resp.Status).To(Equal(401))
		Expect(w.seen()).To(HaveLen(1))
	})

	It("is nothing to a request without an Authenticator, which follows the redirect", func() {
		w.serve("origin:80", partner)
		w.serve("login:80", always(200, "page"))
		r := request()
		r.Auth = nil
		_, body := w.get(r)
		Expect(body).To(Equal("page"))
	})

	It("logs in to the proxy on the way, and shows the login server nothing else", func() {
		g := w.gate(httpauth.Proxy, httpauth.NTLM)
		w.serve("corp:3128", func(_ int, l *link) {
			state := g.NewConn()
			for r := l.head(); r != nil; r = l.head() {
				switch out := state.Check(r.Header); {
				case !out.Allowed:
					l.challenge(httpauth.Proxy, out, "")
				case r.URL.Host == "login":
					l.answer(200, "", "Ticket: from-PP='t=1'")
				case r.Header.Get("Authorization") == "":
					l.answer(401, "", challenge)
				default:
					l.answer(200, "in")
				}
			}
		})
		a := w.alice()
		passport := auth
		auth = winhttp.AuthenticatorFunc(func(q winhttp.Question) winhttp.Answer {
			if q.Target == httpauth.Proxy {
				return a.Answer(q)
			}
			return passport.Answer(q)
		})
		r := request()
		r.Proxy = winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}
		_, body := w.get(r)
		Expect(body).To(Equal("in"))
		Expect(w.wire()).To(Equal([]string{
			"client#1 407", "client#1 type1 407", "client#1 type3 401",
			"client#2 passport1.4 407", "client#2 type1 passport1.4 407", "client#2 type3 passport1.4 200",
			"client#1 passport1.4 200"}))
	})
})
