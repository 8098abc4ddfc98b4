//go:build interop && linux

package interop_test

import (
	"io"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
)

// The domain of the fakes, and what they hold.
const (
	lab         = "LAB"
	levels      = ntlm.Level(6) // LmCompatibilityLevels
	fileSize    = 300_000
	unprotected = httpauth.Scheme("")
)

func accounts() *ntlm.Accounts {
	return ntlm.NewAccounts(ntlm.Account{Domain: lab, User: alice.User, Password: alice.Password})
}

// origin starts a fake server with /update.cab and /echo that demands the scheme.
func origin(scheme httpauth.Scheme, level ntlm.Level) *fakeserver.Server {
	GinkgoHelper()
	if scheme == unprotected {
		return startOrigin(nil)
	}
	return startOrigin(&fakeserver.Auth{Schemes: []httpauth.Scheme{scheme}, Accounts: accounts(), Level: level, NetBIOSDomain: lab})
}

// originTaking demands Negotiate.
func originTaking(takes httpauth.NegotiateConfig) *fakeserver.Server {
	GinkgoHelper()
	return startOrigin(&fakeserver.Auth{Schemes: []httpauth.Scheme{httpauth.Negotiate}, Accounts: accounts(), Negotiate: takes})
}

func startOrigin(auth *fakeserver.Auth) *fakeserver.Server {
	GinkgoHelper()
	s, err := fakeserver.New(fakeserver.Config{
		Files:  map[string]fakeserver.File{"/update.cab": {Size: fileSize, Seed: 7}},
		Routes: []fakeserver.Route{{Path: "/echo", Handler: http.HandlerFunc(echo)}},
		Auth:   auth,
	})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	return s
}

// echo answers with the request's body.
func echo(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }

// proxy starts a fake proxy that demands the scheme.
func proxy(scheme httpauth.Scheme, level ntlm.Level) *fakeproxy.Server {
	GinkgoHelper()
	if scheme == unprotected {
		return startProxy(nil)
	}
	return startProxy(&fakeproxy.Auth{Schemes: []httpauth.Scheme{scheme}, Accounts: accounts(), Level: level, NetBIOSDomain: lab})
}

// proxyTaking demands Negotiate.
func proxyTaking(takes httpauth.NegotiateConfig) *fakeproxy.Server {
	GinkgoHelper()
	return startProxy(&fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.Negotiate}, Accounts: accounts(), Negotiate: takes})
}

func startProxy(auth *fakeproxy.Auth) *fakeproxy.Server {
	GinkgoHelper()
	p, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Auth: auth})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(p.Close)
	return p
}

// served is what /update.cab of origin holds.
func served() []byte {
	b, err := io.ReadAll(io.NewSectionReader(fakeserver.Content(fileSize, 7), 0, fileSize))
	Expect(err).NotTo(HaveOccurred())
	return b
}
