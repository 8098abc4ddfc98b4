package negotiate_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("the choice of a mechanism", func() {
	DescribeTable("falls back to NTLM",
		func(change func(*lab), reason string) {
			b := newLab()
			b.client.Kerberos = b.tickets()
			change(b)
			l := b.withNTLM().run()
			Expect(l.err).NotTo(HaveOccurred())
			Expect(l.last().OK).To(BeTrue())
			Expect(l.last().Mech).To(Equal(negotiate.MechNTLM))
			mech, why := l.client.Choice()
			Expect(mech).To(Equal(negotiate.MechNTLM))
			Expect(why).To(Equal(reason))
		},
		Entry("outside a domain", func(b *lab) { b.client.Kerberos = nil }, "The client has no Kerberos, as outside a domain."),
		Entry("without a service name", func(b *lab) { b.client.SPN = "" }, "The service has no principal name."),
		Entry("for an IPv4 address", func(b *lab) { b.client.SPN = "HTTP/127.0.0.1" },
			"HTTP/127.0.0.1 names an IP address, for which no ticket can be had."),
		Entry("for an IPv4 address and a port", func(b *lab) { b.client.SPN = "HTTP/10.0.0.1:8080" },
			"HTTP/10.0.0.1:8080 names an IP address, for which no ticket can be had."),
		Entry("for an IPv6 address", func(b *lab) { b.client.SPN = "HTTP/[::1]" },
			"HTTP/[::1] names an IP address, for which no ticket can be had."),
		Entry("for an IPv6 address and a port", func(b *lab) { b.client.SPN = "HTTP/[fe80::1]:8080" },
			"HTTP/[fe80::1]:8080 names an IP address, for which no ticket can be had."),
		Entry("for an unknown service", func(b *lab) { b.client.SPN = "HTTP/other" },
			"No ticket for HTTP/other can be had: kerberos: KDC_ERR_S_PRINCIPAL_UNKNOWN (7): the realm has no service HTTP/other."),
		Entry("when the script gives no ticket", func(b *lab) {
			b.faults.NoTicket = []string{"http/PROXY.lab.example"}
			b.client.Kerberos = b.tickets()
		}, "No ticket for HTTP/proxy.lab.example can be had: kerberos: KDC_ERR_S_PRINCIPAL_UNKNOWN (7): the realm has no service HTTP/proxy.lab.example."),
		Entry("for an unknown user", func(b *lab) { b.client.Kerberos = b.realm.Login("bob", "pw", b.faults) },
			"No ticket for HTTP/proxy.lab.example can be had: kerberos: KDC_ERR_C_PRINCIPAL_UNKNOWN (6): the realm has no user bob."),
		Entry("for a wrong password", func(b *lab) { b.client.Kerberos = b.realm.Login("alice", "x", b.faults) },
			"No ticket for HTTP/proxy.lab.example can be had: kerberos: KDC_ERR_PREAUTH_FAILED (24): the password of alice is wrong."),
		Entry("for a user that the realm refuses", func(b *lab) {
			Expect(b.realm.RefuseUser("Alice", kerberos.ClientRevoked)).To(Succeed())
		}, "No ticket for HTTP/proxy.lab.example can be had: kerberos: KDC_ERR_CLIENT_REVOKED (18): the realm refuses the user alice."),
	)

	It("follows a server that has no Kerberos", func() {
		b := newLab().withKerberos().withNTLM()
		b.acceptor.NTLM = b.ntlmAcceptor()
		b.client.RequireMechListMIC = true
		l := b.run()
		Expect(l.err).NotTo(HaveOccurred())
		Expect(l.last().OK).To(BeTrue())
		Expect(l.sent[1].String()).To(Equal("NegTokenResp: request-mic, NTLMSSP"))
		Expect(l.sent[2].String()).To(HavePrefix("NegTokenResp: accept-incomplete, NTLMSSP, Type 1: "))
		Expect(l.sent[4].MechListMIC).To(BeTrue())
		Expect(l.sent[5].String()).To(Equal("NegTokenResp: accept-completed, mechListMIC"))
		mech, reason := l.client.Choice()
		Expect(mech).To(Equal(negotiate.MechNTLM))
		Expect(reason).To(Equal("The server does not take Kerberos and asks for NTLM."))
	})

	It("needs mechListMIC after that", func() {
		b := newLab().withKerberos().withNTLM()
		b.acceptor.NTLM = b.ntlmAcceptor()
		b.client.OmitMechListMIC = true
		Expect(b.run().last().Reason).To(Equal("the client sent no mechListMIC"))
	})

	It("fails when neither is left", func() {
		b := newLab().withKerberos()
		b.client.SPN = "HTTP/other"
		_, done, err := must(negotiate.NewClient(b.client)).Next(nil)
		Expect(done).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring(`no mechanism for "HTTP/other": NTLM is not to be used: kerberos: KDC_ERR_S_PRINCIPAL_UNKNOWN`)))
	})

	It("can't follow a server to an NTLM that it has not", func() {
		b := newLab().withKerberos()
		c := must(negotiate.NewClient(b.client))
		_, _, err := c.Next(nil)
		Expect(err).NotTo(HaveOccurred())
		ask := must((&negotiate.NegTokenResp{NegState: new(negotiate.RequestMIC), SupportedMech: negotiate.MechNTLM}).Marshal())
		_, _, err = c.Next(ask)
		Expect(err).To(MatchError("negotiate: the server wants NTLM, which the client has not"))
	})

	It("is not held up by a server that speaks first", func() {
		b := newLab().withNTLM()
		b.acceptor.NTLM = b.ntlmAcceptor()
		hint := must(must(negotiate.NewAcceptor(b.acceptor)).Hint())
		Expect(must(negotiate.Describe(hint)).String()).To(Equal(
			`NegTokenInit2: offers NTLMSSP, hint "not_defined_in_RFC4178@please_ignore"`))
		token, _, err := must(negotiate.NewClient(b.client)).Next(hint)
		Expect(err).NotTo(HaveOccurred())
		Expect(must(negotiate.Describe(token)).Kind).To(Equal(negotiate.KindInit))
	})

	It("is told by configuration errors", func() {
		n, k := newLab().withNTLM().client.NTLM, newLab().tickets()
		for problem, cfg := range map[string]negotiate.ClientConfig{
			"negotiate: client has neither Kerberos nor NTLM":                  {},
			"negotiate: client needs a random source and a clock for Kerberos": {Kerberos: k},
			"negotiate: client can't both omit and require mechListMIC":        {NTLM: n, OmitMechListMIC: true, RequireMechListMIC: true},
		} {
			_, err := negotiate.NewClient(cfg)
			Expect(err).To(MatchError(problem))
		}
		for problem, cfg := range map[string]negotiate.AcceptorConfig{
			"negotiate: acceptor has neither Kerberos nor NTLM":           {},
			"negotiate: acceptor can't both omit and require mechListMIC": {NTLM: newLab().ntlmAcceptor(), OmitMechListMIC: true, RequireMechListMIC: true},
		} {
			_, err := negotiate.NewAcceptor(cfg)
			Expect(err).To(MatchError(problem))
		}
	})

	It("fails when the random source does", func() {
		b := newLab().withKerberos()
		b.client.Rand = empty{}
		_, _, err := must(negotiate.NewClient(b.client)).Next(nil)
		Expect(err).To(MatchError(ContainSubstring("reading 4 random bytes")))
	})
})

var _ = Describe("a client out of turn", func() {
	var c *negotiate.Client
	type1 := func() {
		_, done, err := c.Next(nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(done).To(BeFalse())
	}
	BeforeEach(func() { c = must(negotiate.NewClient(newLab().withNTLM().client)) })

	It("wants to speak first", func() {
		_, _, err := c.Next(must((&negotiate.NegTokenResp{NegState: new(negotiate.AcceptIncomplete)}).Marshal()))
		Expect(err).To(MatchError("negotiate: the server sent NegTokenResp before the client had spoken"))
	})

	It("is not let in before it has logged in", func() {
		Expect(c.Finish(nil)).To(MatchError("negotiate: the server lets the client in before it has logged in"))
		type1()
		Expect(c.Finish(nil)).To(MatchError("negotiate: the server lets the client in before it has logged in"))
	})

	It("is rejected when Type 1 gets a bare challenge", func() {
		type1()
		_, done, err := c.Next(nil)
		Expect(err).To(MatchError(negotiate.ErrRejected))
		Expect(done).To(BeTrue())
	})

	DescribeTable("gives up on a token that is no good",
		func(token []byte, problem string) {
			type1()
			_, _, err := c.Next(token)
			Expect(err).To(MatchError(ContainSubstring(problem)))
			Expect(err).NotTo(MatchError(negotiate.ErrRejected))
			_, _, err = c.Next(token)
			Expect(err).To(HaveOccurred())
		},
		Entry("of no kind", []byte{1, 2}, "it begins with byte 0x01"),
		Entry("without a challenge", must((&negotiate.NegTokenResp{NegState: new(negotiate.AcceptIncomplete)}).Marshal()),
			"NegTokenResp from the server carries no NTLM challenge"),
		Entry("with a challenge that can't be read", []byte("NTLMSSP\x00\x02\x00\x00\x00"), "reading the server's challenge"),
	)

	It("stops when the server never does", func() {
		type1()
		s := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{NTLM: newLab().ntlmAcceptor()})).NewSession()
		step := s.Accept(newLab().withNTLM().client.NTLM.Negotiate())
		_, done, err := c.Next(step.Token)
		Expect(err).NotTo(HaveOccurred())
		Expect(done).To(BeTrue())
		_, _, err = c.Next(step.Token)
		Expect(err).To(MatchError(negotiate.ErrRejected))
	})
})

var _ = Describe("a session", func() {
	var s *negotiate.Session
	BeforeEach(func() {
		s = must(negotiate.NewAcceptor(negotiate.AcceptorConfig{NTLM: newLab().ntlmAcceptor()})).NewSession()
	})
	type1 := newLab().withNTLM().client.NTLM.Negotiate()
	init := func(inner []byte, mechs ...negotiate.Mech) []byte {
		return must((&negotiate.NegTokenInit{MechTypes: mechs, MechToken: inner}).Marshal())
	}
	resp := func(r negotiate.NegTokenResp) []byte { return must(r.Marshal()) }

	DescribeTable("refuses",
		func(reason string, status ntlm.NTStatus, tokens func() [][]byte) {
			var step negotiate.Step
			for _, t := range tokens() {
				step = s.Accept(t)
			}
			Expect(step.OK).To(BeFalse())
			Expect(step.Done).To(BeTrue())
			Expect(step.Reason).To(ContainSubstring(reason))
			Expect(step.Status).To(Equal(status))
			Expect(s.Accept(type1).Done).To(BeFalse(), "a new login begins")
		},
		Entry("no token", "it is empty", ntlm.StatusInvalidParameter, func() [][]byte { return [][]byte{nil} }),
		Entry("a server's token", "NegTokenInit2, which only servers send", ntlm.StatusInvalidParameter, func() [][]byte {
			return [][]byte{must((&negotiate.NegTokenInit{Hints: &negotiate.NegHints{HintName: "x"}}).Marshal())}
		}),
		Entry("mechanisms that it has not", "the client offers [NegoEx Kerberos 1.2.3], the server takes none of them", ntlm.StatusNotSupported,
			func() [][]byte { return [][]byte{init(nil, negotiate.MechNegoEx, negotiate.MechKerberos, "1.2.3")} }),
		Entry("an answer to nothing", "no negotiation open", ntlm.StatusInvalidParameter,
			func() [][]byte { return [][]byte{resp(negotiate.NegTokenResp{ResponseToken: type1})} }),
		Entry("an answer without a token", "carries no token", ntlm.StatusInvalidParameter, func() [][]byte {
			return [][]byte{init(type1, negotiate.MechNTLM), resp(negotiate.NegTokenResp{})}
		}),
		Entry("a client that rejects", "the client rejects", ntlm.StatusLogonFailure, func() [][]byte {
			return [][]byte{init(type1, negotiate.MechNTLM), resp(negotiate.NegTokenResp{NegState: new(negotiate.Reject)})}
		}),
		Entry("Type 1 twice", "an NTLM message of type 1 came out of turn", ntlm.StatusInvalidParameter, func() [][]byte {
			return [][]byte{init(type1, negotiate.MechNTLM), resp(negotiate.NegTokenResp{ResponseToken: type1})}
		}),
		Entry("what is no NTLM", "the NTLM token can't be read", ntlm.StatusInvalidParameter,
			func() [][]byte { return [][]byte{init([]byte("x"), negotiate.MechNTLM)} }),
		Entry("a bare Type 3 first", "a bare NTLM message of type 3 came out of turn", ntlm.StatusInvalidParameter,
			func() [][]byte { return [][]byte{[]byte("NTLMSSP\x00\x03\x00\x00\x00")} }),
		Entry("a bare Type 3 in a wrapped login", "a bare NTLM message of type 3 came out of turn", ntlm.StatusInvalidParameter,
			func() [][]byte {
				return [][]byte{init(type1, negotiate.MechNTLM), []byte("NTLMSSP\x00\x03\x00\x00\x00")}
			}),
		Entry("a bare message that can't be read", "the NTLM token can't be read", ntlm.StatusInvalidParameter,
			func() [][]byte { return [][]byte{[]byte("NTLMSSP\x00\x09\x00\x00\x00")} }),
		Entry("Type 1 that can't be read", "NEGOTIATE_MESSAGE (Type 1) was not accepted", ntlm.StatusInvalidParameter,
			func() [][]byte { return [][]byte{init([]byte("NTLMSSP\x00\x01\x00\x00\x00"), negotiate.MechNTLM)} }),
		Entry("a bare ticket", "a Kerberos token, which the server does not take", ntlm.StatusNotSupported, func() [][]byte {
			token, _, err := must(newLab().tickets().Ticket(proxySPN)).Request(kerberos.RequestOptions{Rand: new(counter), Now: atNoon})
			Expect(err).NotTo(HaveOccurred())
			return [][]byte{token}
		}),
	)

	It("asks for the token of its mechanism when the client's first is another", func() {
		step := s.Accept(init([]byte("opaque"), negotiate.MechNegoEx, negotiate.MechNTLM))
		Expect(step.Done).To(BeFalse())
		Expect(must(negotiate.Describe(step.Token)).String()).To(Equal("NegTokenResp: request-mic, NTLMSSP"))
	})

	It("asks for the token when there is none", func() {
		step := s.Accept(init(nil, negotiate.MechNTLM))
		Expect(must(negotiate.Describe(step.Token)).String()).To(Equal("NegTokenResp: accept-incomplete, NTLMSSP"))
		step = s.Accept(resp(negotiate.NegTokenResp{ResponseToken: type1}))
		Expect(step.Done).To(BeFalse())
		Expect(step.Token).NotTo(BeEmpty())
	})

	It("takes a ticket after the client's first mechanism was another", func() {
		b := newLab()
		s := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{Kerberos: must(kerberos.NewService(b.service))})).NewSession()
		step := s.Accept(init([]byte("opaque"), negotiate.MechNegoEx, negotiate.MechKerberos))
		Expect(must(negotiate.Describe(step.Token)).String()).To(Equal("NegTokenResp: accept-incomplete, Kerberos"))
		token, _, err := must(b.tickets().Ticket(proxySPN)).Request(kerberos.RequestOptions{Rand: new(counter), Now: atNoon})
		Expect(err).NotTo(HaveOccurred())
		step = s.Accept(resp(negotiate.NegTokenResp{ResponseToken: token}))
		Expect(step.OK).To(BeTrue())
		Expect(step.Account()).To(Equal("alice@LAB.EXAMPLE"))
	})

	DescribeTable("gives a refusal the client's form",
		func(sendReject bool, want ...negotiate.Kind) {
			b := newLab()
			a := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{
				Kerberos: must(kerberos.NewService(b.service)), NTLM: b.ntlmAcceptor(), SendReject: sendReject}))
			ticket, _, err := must(b.tickets().Ticket(proxySPN)).Request(kerberos.RequestOptions{
				Rand: new(counter), Now: func() time.Time { return noon.Add(-time.Hour) }})
			Expect(err).NotTo(HaveOccurred())
			var got []negotiate.Kind
			for _, token := range [][]byte{init(ticket, negotiate.MechKerberos), ticket, []byte("NTLMSSP\x00\x03\x00\x00\x00")} {
				step := a.NewSession().Accept(token)
				Expect(step.OK).To(BeFalse())
				t, _ := negotiate.ParseToken(step.Token)
				got = append(got, t.Kind)
			}
			Expect(got).To(Equal(want))
		},
		Entry("when it is to have one", true, negotiate.KindResp, negotiate.KindRawKerberos, negotiate.Kind(0)),
		Entry("else none", false, negotiate.Kind(0), negotiate.Kind(0), negotiate.Kind(0)),
	)

	It("takes no NTLM when it has only Kerberos", func() {
		b := newLab()
		s := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{Kerberos: must(kerberos.NewService(b.service))})).NewSession()
		step := s.Accept(type1)
		Expect(step.Reason).To(Equal("the client sent NTLM, which the server does not take"))
		Expect(step.Status).To(Equal(ntlm.StatusNotSupported))
	})
})
