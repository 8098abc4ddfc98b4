package ntlm_test

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

func TestNTLM(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "auth/ntlm")
}

// repeat is a random source that gives one byte for ever.
type repeat byte

func (r repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r)
	}
	return len(b), nil
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

var noon = time.Date(2004, 8, 25, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// unhex joins hexadecimal parts.
func unhex(parts ...string) []byte {
	b, err := hex.DecodeString(strings.Join(parts, ""))
	if err != nil {
		panic(err)
	}
	return b
}

func hexKey(s string) ntlm.Key  { return ntlm.Key(unhex(s)) }
func hexNonce(s string) [8]byte { return [8]byte(unhex(s)) }

func clientConfig(level ntlm.Level) ntlm.ClientConfig {
	return ntlm.ClientConfig{
		Level: level, Domain: "LAB", User: "alice", Password: "SecREt01", Workstation: "PC1",
		OS: ntlm.WindowsXPSP2(), Rand: &counter{}, Now: at(noon),
	}
}

func acceptorConfig(level ntlm.Level) ntlm.AcceptorConfig {
	return ntlm.AcceptorConfig{
		Level: level, NetBIOSComputer: "PROXY", NetBIOSDomain: "LAB",
		DNSComputer: "proxy.lab.example", DNSDomain: "lab.example",
		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "SecREt01"}),
		OS:       ntlm.WindowsServer2003(), Rand: &counter{}, Now: at(noon),
	}
}

// handshake is a whole login; edit may change message 3 before it is judged.
type handshake struct {
	client  *ntlm.Client
	session *ntlm.Session
	type2   *ntlm.ChallengeMessage
	type3   *ntlm.AuthenticateMessage
	result  ntlm.Result
}

func login(c ntlm.ClientConfig, a ntlm.AcceptorConfig, edit ...func(*ntlm.AuthenticateMessage)) handshake {
	GinkgoHelper()
	var h handshake
	var err error
	h.client, err = ntlm.NewClient(c)
	Expect(err).NotTo(HaveOccurred())
	acceptor, err := ntlm.NewAcceptor(a)
	Expect(err).NotTo(HaveOccurred())
	h.session = acceptor.NewSession()
	type2, err := h.session.Challenge(h.client.Negotiate())
	Expect(err).NotTo(HaveOccurred())
	h.type2, err = ntlm.ParseChallenge(type2)
	Expect(err).NotTo(HaveOccurred())
	type3, err := h.client.Authenticate(type2)
	Expect(err).NotTo(HaveOccurred())
	h.type3, err = ntlm.ParseAuthenticate(type3)
	Expect(err).NotTo(HaveOccurred())
	for _, e := range edit {
		e(h.type3)
		type3 = h.type3.Marshal()
	}
	h.result = h.session.Verify(type3)
	return h
}
