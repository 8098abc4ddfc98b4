package httpauth_test

import (
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

func TestHTTPAuth(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "auth/httpauth")
}

// repeat is a random source that gives one byte for ever.
type repeat byte

func (r repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r)
	}
	return len(b), nil
}

func epoch() time.Time { return time.Date(2004, 8, 25, 12, 0, 0, 0, time.UTC) }

// recently is a clock for peers that have no other than the real one.
func recently() time.Time { return time.Now() }

// people are the accounts that most specs use.
func people() *ntlm.Accounts {
	return ntlm.NewAccounts(
		ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"},
		ntlm.Account{Domain: "LAB", User: "zoë", Password: "café:ü"},
		ntlm.Account{Domain: "LAB", User: "gone", Password: "pw", Disabled: true},
		ntlm.Account{User: "local", Password: "secret"},
	)
}

// config is a gate that offers NTLM and Basic; edits change it.
func config(edits ...func(*httpauth.GateConfig)) httpauth.GateConfig {
	cfg := httpauth.GateConfig{
		Target: httpauth.Proxy, Schemes: []httpauth.Scheme{httpauth.NTLM, httpauth.Basic},
		Accounts: people(), Realm: "corp", NetBIOSDomain: "LAB", NetBIOSComputer: "PROXY",
		DNSDomain: "lab.example", DNSComputer: "proxy.lab.example",
		OS: ntlm.WindowsServer2003(), Rand: repeat(7), Now: epoch,
	}
	for _, edit := range edits {
		edit(&cfg)
	}
	return cfg
}

func server(cfg *httpauth.GateConfig) { cfg.Target = httpauth.Server }

func newGate(edits ...func(*httpauth.GateConfig)) *httpauth.Gate {
	GinkgoHelper()
	gate, err := httpauth.NewGate(config(edits...))
	Expect(err).NotTo(HaveOccurred())
	return gate
}

// asking is a request to the proxy with these credentials.
func asking(credentials ...string) http.Header {
	h := http.Header{}
	for _, c := range credentials {
		h.Add("Proxy-Authorization", c)
	}
	return h
}

// login is an NTLM mechanism of a Windows XP at a level.
func login(level ntlm.Level, user, password string) httpauth.Mechanism {
	GinkgoHelper()
	client, err := ntlm.NewClient(ntlm.ClientConfig{
		Level: level, Domain: "LAB", User: user, Password: password, Workstation: "PC1",
		OS: ntlm.WindowsXPSP2(), Rand: repeat(3), Now: epoch,
	})
	Expect(err).NotTo(HaveOccurred())
	return httpauth.NewNTLM(client)
}

// answer feeds the only challenge of an outcome to a mechanism.
func answer(m httpauth.Mechanism, challenges ...string) string {
	GinkgoHelper()
	offered, err := httpauth.ParseChallenges(challenges)
	Expect(err).NotTo(HaveOccurred())
	challenge, ok := httpauth.Preferred(offered, func(s httpauth.Scheme) bool { return s == m.Scheme() })
	Expect(ok).To(BeTrue(), "no challenge for %s in %q", m.Scheme(), challenges)
	credentials, err := m.Next(challenge)
	Expect(err).NotTo(HaveOccurred())
	return credentials
}
