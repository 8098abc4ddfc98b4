package negotiate_test

import (
	"encoding/hex"
	"io"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
	"github.com/wualab/wualab/auth/ntlm"
)

func TestNegotiate(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "negotiate")
}

const (
	realmName = "LAB.EXAMPLE"
	proxySPN  = "HTTP/proxy.lab.example"
)

var noon = time.Date(2004, 3, 1, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

// counter is a random source that counts.
type counter byte

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		*c++
		b[i] = byte(*c)
	}
	return len(b), nil
}

// empty is a random source that fails.
type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// lab is a domain with one user and one service.
type lab struct {
	realm    *realm.Realm
	password string
	faults   realm.Faults
	client   negotiate.ClientConfig
	ntlm     ntlm.ClientConfig
	acceptor negotiate.AcceptorConfig
	service  kerberos.ServiceConfig
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newLab() *lab { return labWith(new(counter), "pw") }

// newStrangeLab has the same names and other keys and passwords.
func newStrangeLab() *lab {
	from := counter(99)
	return labWith(&from, "not that of the seeds")
}

func labWith(rand io.Reader, password string) *lab {
	r := must(realm.New(realm.Config{Name: realmName, Rand: rand, Now: atNoon}))
	for _, err := range []error{r.AddUser("alice", password), r.AddService(proxySPN)} {
		if err != nil {
			panic(err)
		}
	}
	return &lab{
		realm: r, password: password,
		client:  negotiate.ClientConfig{SPN: proxySPN, Rand: new(counter), Now: atNoon},
		service: kerberos.ServiceConfig{Keytab: r.Keytab(), Rand: new(counter), Now: atNoon},
		ntlm: ntlm.ClientConfig{
			Level: 3, Domain: "LAB", User: "alice", Password: password, Workstation: "PC1",
			OS: ntlm.Windows7(), ExtraFlags: negotiate.NTLMFlags, Rand: new(counter), Now: atNoon,
		},
	}
}

func (l *lab) tickets() *realm.Login { return l.realm.Login("alice", l.password, l.faults) }

func (l *lab) ntlmAcceptor() *ntlm.Acceptor {
	return must(ntlm.NewAcceptor(ntlm.AcceptorConfig{
		NetBIOSComputer: "PROXY", NetBIOSDomain: "LAB", OS: ntlm.Windows7(), Rand: new(counter), Now: atNoon,
		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: l.password}),
	}))
}

// login is how a whole login went.
type login struct {
	client *negotiate.Client
	sent   []negotiate.Description // both sides' tokens in order
	steps  []negotiate.Step
	err    error // of the client
}

func (l login) last() negotiate.Step { return l.steps[len(l.steps)-1] }

// run lets a client log in; with edit, tokens are changed on their way, by their
// place in order.
func run(c *negotiate.Client, s *negotiate.Session, edit ...func(place int, token []byte) []byte) login {
	GinkgoHelper()
	out := login{client: c}
	pass := func(token []byte) []byte {
		for _, e := range edit {
			token = e(len(out.sent), token)
		}
		d, err := negotiate.Describe(token)
		Expect(err).NotTo(HaveOccurred())
		out.sent = append(out.sent, d)
		return token
	}
	var challenge []byte
	for range 6 {
		token, _, err := c.Next(challenge)
		if err != nil {
			out.err = err
			return out
		}
		step := s.Accept(pass(token))
		out.steps = append(out.steps, step)
		challenge = nil
		if step.Token != nil {
			challenge = pass(step.Token)
		}
		if step.OK {
			out.err = c.Finish(challenge)
			return out
		}
	}
	Fail("the client never stops")
	return out
}

// run builds both sides and logs in.
func (l *lab) run(edit ...func(place int, token []byte) []byte) login {
	GinkgoHelper()
	if l.acceptor.NTLM == nil && l.acceptor.Kerberos == nil && l.acceptor.NTLMSession == nil {
		l.acceptor.NTLM, l.acceptor.Kerberos = l.ntlmAcceptor(), must(kerberos.NewService(l.service))
	}
	return run(must(negotiate.NewClient(l.client)), must(negotiate.NewAcceptor(l.acceptor)).NewSession(), edit...)
}

// withNTLM gives the client its NTLM, withKerberos its tickets.
func (l *lab) withNTLM() *lab {
	l.client.NTLM = must(ntlm.NewClient(l.ntlm))
	return l
}

func (l *lab) withKerberos() *lab {
	l.client.Kerberos = l.tickets()
	return l
}
