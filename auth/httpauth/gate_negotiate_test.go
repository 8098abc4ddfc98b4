package httpauth_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
	"github.com/wualab/wualab/auth/ntlm"
)

const spn = "HTTP/proxy.lab.example"

// kingdom is a realm with alice and the proxy.
func kingdom() *realm.Realm {
	GinkgoHelper()
	r, err := realm.New(realm.Config{Name: "LAB.EXAMPLE", Rand: &counting{n: 5}, Now: epoch})
	Expect(err).NotTo(HaveOccurred())
	Expect(r.AddUser("alice", "pw")).To(Succeed())
	Expect(r.AddService(spn)).To(Succeed())
	return r
}

// negotiating is a proxy that offers Negotiate, with tickets of a realm when there is
// one.
func negotiating(r *realm.Realm) func(*httpauth.GateConfig) {
	GinkgoHelper()
	var service *kerberos.Service
	if r != nil {
		var err error
		service, err = kerberos.NewService(kerberos.ServiceConfig{Keytab: r.Keytab(), Rand: &counting{n: 6}, Now: epoch})
		Expect(err).NotTo(HaveOccurred())
	}
	return func(c *httpauth.GateConfig) {
		c.Schemes = []httpauth.Scheme{httpauth.Negotiate, httpauth.NTLM}
		c.Negotiate.Kerberos = service
	}
}

// negotiator is a client of Windows XP at a level, or with tickets of a realm.
func negotiator(level ntlm.Level, password string, edits ...func(*negotiate.ClientConfig)) httpauth.Mechanism {
	GinkgoHelper()
	n, err := ntlm.NewClient(ntlm.ClientConfig{Level: level, Domain: "LAB", User: "alice", Password: password,
		Workstation: "PC1", OS: ntlm.WindowsXPSP2(), Rand: repeat(3), Now: epoch})
	Expect(err).NotTo(HaveOccurred())
	cfg := negotiate.ClientConfig{SPN: spn, NTLM: n, Rand: &counting{n: 7}, Now: epoch}
	for _, edit := range edits {
		edit(&cfg)
	}
	client, err := negotiate.NewClient(cfg)
	Expect(err).NotTo(HaveOccurred())
	return httpauth.NewNegotiate(client)
}

func raw(c *negotiate.ClientConfig) { c.Raw = true }

func tickets(r *realm.Realm, faults realm.Faults) func(*negotiate.ClientConfig) {
	return func(c *negotiate.ClientConfig) { c.Kerberos, c.Mutual = r.Login("alice", "pw", faults), true }
}

// signOn answers until the gate has decided.
func signOnWith(conn *httpauth.GateConn, m httpauth.Mechanism) httpauth.Outcome {
	GinkgoHelper()
	challenges := conn.Check(asking()).Challenges
	for range 4 {
		out := conn.Check(asking(answer(m, challenges...)))
		if out.Allowed || out.Refused != "" {
			return out
		}
		challenges = out.Challenges
	}
	Fail("the login has no end")
	return httpauth.Outcome{}
}

var _ = Describe("a gate with Negotiate", func() {
	for level := ntlm.Level(0); level <= ntlm.MaxLevel; level++ {
		for _, bare := range []bool{false, true} {
			It(fmt.Sprintf("takes NTLM at level %d, bare %v, and binds it to the connection", level, bare), func() {
				gate := newGate(negotiating(nil))
				conn := gate.NewConn()
				m := negotiator(level, "pw", func(c *negotiate.ClientConfig) { c.Raw = bare })
				out := signOnWith(conn, m)
				Expect(out.Refused).To(BeEmpty())
				Expect(out.Account).To(Equal(`LAB\alice`))
				Expect(out.Scheme).To(Equal(httpauth.Negotiate))
				Expect(out.NTStatus).To(Equal("STATUS_SUCCESS (0x00000000)"))
				Expect(out.Exposure).To(Equal(exposure.Of("NTLM", out.Response)))
				Expect(out.Exposure).NotTo(Equal(exposure.Nothing))
				Expect(m.ConnectionBound()).To(BeTrue())
				h := http.Header{}
				gate.Apply(out, h)
				Expect(m.(httpauth.Concluder).Conclude(httpauth.Proxy, h)).To(Succeed())
				later := conn.Check(asking())
				Expect(later.Account).To(Equal(`LAB\alice`))
				Expect(later.Fresh).To(BeFalse())
				Expect(later.Challenges).To(BeEmpty())
			})
		}
	}

	It("takes a ticket for one request", func() {
		r := kingdom()
		gate := newGate(negotiating(r))
		conn := gate.NewConn()
		m := negotiator(0, "pw", tickets(r, realm.Faults{}))
		out := signOnWith(conn, m)
		Expect(out.Refused).To(BeEmpty())
		Expect(out.Account).To(Equal("alice@LAB.EXAMPLE"))
		Expect(out.Response).To(Equal("Kerberos"))
		Expect(out.Exposure).To(Equal(exposure.Ticket))
		Expect(m.ConnectionBound()).To(BeFalse())
		Expect(out.Challenges).To(ConsistOf(HavePrefix("Negotiate ")), "the AP-REP")
		h := http.Header{}
		gate.Apply(out, h)
		Expect(h).To(HaveKey("Proxy-Authenticate"))
		Expect(m.(httpauth.Concluder).Conclude(httpauth.Proxy, h)).To(Succeed())
		Expect(conn.Check(asking()).Allowed).To(BeFalse())
	})

	It("keeps a ticket's login when it is told to", func() {
		r := kingdom()
		conn := newGate(negotiating(r), func(c *httpauth.GateConfig) { c.Negotiate.KerberosPersists = true }).NewConn()
		Expect(signOnWith(conn, negotiator(0, "pw", tickets(r, realm.Faults{}))).Allowed).To(BeTrue())
		Expect(conn.Check(asking()).Account).To(Equal("alice@LAB.EXAMPLE"))
	})

	It("misses the AP-REP that a client wants", func() {
		r := kingdom()
		gate := newGate(negotiating(r))
		m := negotiator(0, "pw", tickets(r, realm.Faults{}))
		Expect(signOnWith(gate.NewConn(), m).Allowed).To(BeTrue())
		Expect(m.(httpauth.Concluder).Conclude(httpauth.Proxy, http.Header{})).NotTo(Succeed())
	})

	It("falls back to NTLM where there is no ticket", func() {
		r := kingdom()
		out := signOnWith(newGate(negotiating(r)).NewConn(), negotiator(3, "pw", tickets(r, realm.Faults{NoTicket: []string{spn}})))
		Expect(out.Account).To(Equal(`LAB\alice`))
		Expect(out.Exposure).To(Equal(exposure.NTLMv2))
	})

	DescribeTable("refuses a ticket, of which it learned no more",
		func(faults realm.Faults, reason string) {
			r := kingdom()
			out := signOnWith(newGate(negotiating(r)).NewConn(), negotiator(0, "pw", tickets(r, faults)))
			Expect(out.Allowed).To(BeFalse())
			Expect(out.Refused).To(ContainSubstring(reason))
			Expect(out.Exposure).To(Equal(exposure.Ticket))
			Expect(out.NTStatus).NotTo(BeEmpty())
			Expect(out.Challenges).To(HaveLen(2))
		},
		Entry("of a clock that is off", realm.Faults{Skew: time.Hour}, "KRB_AP_ERR_SKEW"),
		Entry("for another key", realm.Faults{WrongKey: true}, "KRB_AP_ERR_MODIFIED"),
	)

	It("refuses a ticket that came already, on any connection", func() {
		gate := newGate(negotiating(kingdom()))
		r := kingdom()
		value := answer(negotiator(0, "pw", tickets(r, realm.Faults{})), "Negotiate")
		Expect(gate.NewConn().Check(asking(value)).Allowed).To(BeTrue())
		out := gate.NewConn().Check(asking(value))
		Expect(out.Refused).To(ContainSubstring("KRB_AP_ERR_REPEAT"))
		Expect(out.Exposure).To(Equal(exposure.Ticket))
	})

	It("sends the token of a refusal when it is told to", func() {
		r := kingdom()
		conn := newGate(negotiating(r), func(c *httpauth.GateConfig) { c.Negotiate.SendReject = true }).NewConn()
		out := signOnWith(conn, negotiator(0, "pw", tickets(r, realm.Faults{Skew: time.Hour})))
		Expect(out.Challenges).To(HaveLen(2))
		Expect(out.Challenges[0]).To(HavePrefix("Negotiate "))
		Expect(out.Challenges[1]).To(Equal("NTLM"))
	})

	It("refuses NTLM when it takes tickets only", func() {
		conn := newGate(negotiating(kingdom()), func(c *httpauth.GateConfig) { c.Negotiate.NoNTLM = true }).NewConn()
		out := signOnWith(conn, negotiator(3, "pw", raw))
		Expect(out.Refused).To(ContainSubstring("NTLM"))
		Expect(out.Exposure).To(Equal(exposure.Nothing), "a Type 1 proves nothing")
	})

	It("refuses a wrong password, and the client knows", func() {
		conn := newGate(negotiating(nil)).NewConn()
		m := negotiator(2, "no")
		out := signOnWith(conn, m)
		Expect(out.Refused).To(ContainSubstring("does not match its password"))
		Expect(out.NTStatus).To(Equal("STATUS_WRONG_PASSWORD (0xC000006A)"))
		Expect(out.Response).To(Equal("NTLM2 session"))
		Expect(out.Exposure).To(Equal(exposure.NTLM2Session))
		_, err := m.Next(httpauth.Challenge{Scheme: "Negotiate"})
		Expect(err).To(MatchError(httpauth.ErrRejected))
	})

	It("forgets a login that another scheme interrupts", func() {
		conn := newGate(negotiating(nil)).NewConn()
		m := negotiator(2, "pw", raw)
		second := conn.Check(asking(answer(m, "Negotiate")))
		conn.Check(asking(answer(login(2, "alice", "pw"), "NTLM")))
		Expect(conn.Check(asking(answer(m, second.Challenges...))).Refused).NotTo(BeEmpty())
	})

	DescribeTable("says what is wrong with",
		func(value, reason string) {
			out := newGate(negotiating(nil)).NewConn().Check(asking(value))
			Expect(out.Refused).To(ContainSubstring(reason))
			Expect(out.NTStatus).To(BeEmpty())
			Expect(out.Challenges).To(Equal([]string{"Negotiate", "NTLM"}))
		},
		Entry("no token", "Negotiate", "the Negotiate token can't be read: there is none"),
		Entry("base64", "Negotiate YII", "base64"),
		Entry("what is no token", "Negotiate YIIB", "malformed"),
	)

	It("needs something to take", func() {
		_, err := httpauth.NewGate(config(negotiating(nil), func(c *httpauth.GateConfig) { c.Negotiate.NoNTLM = true }))
		Expect(err).To(MatchError(HavePrefix("httpauth: gate: negotiate: ")))
	})
})

var _ = Describe("the Negotiate mechanism", func() {
	It("answers no other scheme, nor what is no token", func() {
		m := negotiator(0, "pw")
		Expect(m.Scheme()).To(Equal(httpauth.Negotiate))
		_, err := m.Next(httpauth.Challenge{Scheme: "NTLM"})
		Expect(err).To(MatchError(`httpauth: Negotiate can't answer a challenge of scheme "NTLM"`))
		_, err = m.Next(httpauth.Challenge{Scheme: "Negotiate", Token: "YII"})
		Expect(err).To(MatchError(HavePrefix("httpauth: Negotiate: the server's token can't be read: base64")))
	})

	It("does not take a last token that is none", func() {
		m := negotiator(0, "pw")
		_ = answer(m, "Negotiate")
		err := m.(httpauth.Concluder).Conclude(httpauth.Server, http.Header{"Www-Authenticate": {"Negotiate YII"}})
		Expect(err).To(MatchError(ContainSubstring("the server's last token can't be read")))
	})
})

var _ = Describe("DecodeForTranscript of Negotiate", func() {
	decode := func(header, value string) (typ string, fields map[string]string) {
		GinkgoHelper()
		tokens := httpauth.DecodeForTranscript(header, value)
		Expect(tokens).To(HaveLen(1))
		return tokens[0].Type, tokens[0].Fields
	}

	It("finds NTLM's messages inside SPNEGO", func() {
		conn, m := newGate(negotiating(nil)).NewConn(), negotiator(3, "pw")
		one := answer(m, "Negotiate")
		typ, fields := decode("Proxy-Authorization", one)
		Expect(typ).To(Equal(httpauth.TokenType1))
		Expect(fields).To(And(HaveKeyWithValue("form", "NegTokenInit"), HaveKeyWithValue("mechs", "NTLMSSP"), HaveKey("flags")))
		two := conn.Check(asking(one)).Challenges[0]
		typ, fields = decode("Proxy-Authenticate", two)
		Expect(typ).To(Equal(httpauth.TokenType2))
		Expect(fields).To(And(HaveKeyWithValue("state", "accept-incomplete"), HaveKeyWithValue("target", "LAB")))
		typ, fields = decode("Proxy-Authorization", answer(m, two))
		Expect(typ).To(Equal(httpauth.TokenType3))
		Expect(fields).To(And(HaveKeyWithValue("user", "alice"), HaveKeyWithValue("response", "NTLMv2")))
	})

	It("names the service of a ticket", func() {
		r := kingdom()
		value := answer(negotiator(0, "pw", tickets(r, realm.Faults{})), "Negotiate")
		typ, fields := decode("Proxy-Authorization", value)
		Expect(typ).To(Equal(httpauth.TokenKerberos))
		Expect(fields).To(And(HaveKeyWithValue("service", spn), HaveKeyWithValue("realm", "LAB.EXAMPLE"), HaveKeyWithValue("message", "AP-REQ"), HaveKey("etype")))
	})

	It("knows a token that holds neither", func() {
		state := negotiate.Reject
		token, err := (&negotiate.NegTokenResp{NegState: &state}).Marshal()
		Expect(err).NotTo(HaveOccurred())
		typ, fields := decode("WWW-Authenticate", "Negotiate "+encode(token))
		Expect(typ).To(Equal(httpauth.TokenSPNEGO))
		Expect(fields).To(HaveKeyWithValue("state", "reject"))
	})
})

func encode(b []byte) string { return strings.TrimPrefix(basic(string(b)), "Basic ") }
