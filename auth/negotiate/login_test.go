package negotiate_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
	"github.com/wualab/wualab/auth/ntlm"
)

// kinds lists the forms of a login's tokens.
func kinds(l login) []negotiate.Kind {
	var out []negotiate.Kind
	for _, d := range l.sent {
		out = append(out, d.Kind)
	}
	return out
}

var _ = Describe("a login by Kerberos", func() {
	It("takes one token", func() {
		l := newLab().withKerberos().withNTLM().run()
		Expect(l.err).NotTo(HaveOccurred())
		Expect(l.last().OK).To(BeTrue())
		Expect(l.last().Account()).To(Equal("alice@LAB.EXAMPLE"))
		Expect(l.last().Mech).To(Equal(negotiate.MechMSKerberos))
		Expect(l.last().Status).To(Equal(ntlm.StatusSuccess))
		Expect(kinds(l)).To(Equal([]negotiate.Kind{negotiate.KindInit, negotiate.KindResp}))
		mech, reason := l.client.Choice()
		Expect(mech).To(Equal(negotiate.MechKerberos))
		Expect(reason).To(Equal("A ticket for HTTP/proxy.lab.example can be had."))
		Expect(l.client.ConnectionBound()).To(BeFalse())
		Expect(l.sent[0].String()).To(HavePrefix("NegTokenInit: offers MS-Kerberos, Kerberos, NTLMSSP, AP-REQ for HTTP/proxy.lab.example@LAB.EXAMPLE, rc4-hmac, kvno 1"))
		Expect(l.sent[1].String()).To(Equal("NegTokenResp: accept-completed, MS-Kerberos"))
	})

	It("proves the service when the client wants it", func() {
		b := newLab().withKerberos()
		b.client.Mutual = true
		l := b.run()
		Expect(l.err).NotTo(HaveOccurred())
		Expect(l.sent[0].Kerberos.Mutual).To(BeTrue())
		Expect(l.sent[1].String()).To(Equal("NegTokenResp: accept-completed, MS-Kerberos, AP-REP, rc4-hmac"))
	})

	It("fails at the client without the proof that it wants", func() {
		b := newLab().withKerberos()
		b.client.Mutual = true
		c := must(negotiate.NewClient(b.client))
		_, done, err := c.Next(nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(done).To(BeTrue())
		Expect(c.Finish(nil)).To(MatchError("kerberos: KRB_AP_ERR_MUT_FAIL (46): the service sent no AP-REP"))
	})

	DescribeTable("is refused",
		func(faults realm.Faults, refuse kerberos.ErrorCode, code kerberos.ErrorCode, status ntlm.NTStatus, reason string) {
			b := newLab()
			b.faults, b.service.Refuse = faults, refuse
			b.acceptor.SendReject = true
			l := b.withKerberos().withNTLM().run()
			if faults.Replay {
				Expect(l.last().OK).To(BeTrue())
				l = b.run()
				Expect(l.last().OK).To(BeTrue(), "another service remembers nothing")
				session := must(negotiate.NewAcceptor(b.acceptor)).NewSession()
				l = run(must(negotiate.NewClient(b.client)), session)
			}
			step := l.last()
			Expect(step.OK).To(BeFalse())
			Expect(step.Done).To(BeTrue())
			Expect(step.Kerberos.Code()).To(Equal(code))
			Expect(step.Status).To(Equal(status))
			Expect(step.Reason).To(ContainSubstring(reason))
			Expect(step.Mech.IsKerberos()).To(BeTrue())
			Expect(l.err).To(MatchError(negotiate.ErrRejected))
			Expect(l.err).To(MatchError(ContainSubstring(code.Name())))
		},
		Entry("for a wrong clock", realm.Faults{Skew: 301e9}, kerberos.ErrorCode(0), kerberos.Skew,
			ntlm.StatusTimeDifferenceAtDC, "KRB_AP_ERR_SKEW (37): the clocks differ by 5m1s, more than 5m0s"),
		Entry("for a clock that is late", realm.Faults{Skew: -301e9}, kerberos.ErrorCode(0), kerberos.Skew,
			ntlm.StatusTimeDifferenceAtDC, "KRB_AP_ERR_SKEW"),
		Entry("for a wrong key", realm.Faults{WrongKey: true}, kerberos.ErrorCode(0), kerberos.Modified,
			ntlm.StatusLogonFailure, "KRB_AP_ERR_MODIFIED (41): the ticket is not encrypted with the service's key"),
		Entry("for an old ticket", realm.Faults{Age: 11 * 3600e9}, kerberos.ErrorCode(0), kerberos.TicketExpired,
			ntlm.StatusLogonFailure, "KRB_AP_ERR_TKT_EXPIRED (32): the ticket was valid until 2004-03-01T11:00:00Z"),
		Entry("for a ticket from the future", realm.Faults{Age: -3600e9}, kerberos.ErrorCode(0), kerberos.TicketNotYet,
			ntlm.StatusLogonFailure, "KRB_AP_ERR_TKT_NYV (33): the ticket is valid from 2004-03-01T13:00:00Z"),
		Entry("when the script says so", realm.Faults{}, kerberos.Repeat, kerberos.Repeat,
			ntlm.StatusLogonFailure, "KRB_AP_ERR_REPEAT (34): the service was told to"),
	)

	It("is let in with a clock that is wrong by five minutes", func() {
		b := newLab()
		b.faults.Skew = 300e9
		Expect(b.withKerberos().run().last().OK).To(BeTrue())
	})

	It("is refused when it repeats itself, and only then", func() {
		for _, replay := range []bool{false, true} {
			b := newLab()
			b.faults.Replay = replay
			b.withKerberos()
			b.acceptor.Kerberos = must(kerberos.NewService(b.service))
			Expect(b.run().last().OK).To(BeTrue())
			second := b.run().last()
			Expect(second.OK).To(Equal(!replay))
			if replay {
				Expect(second.Kerberos.Code()).To(Equal(kerberos.Repeat))
			}
		}
	})

	It("carries no token with a refusal unless told to", func() {
		b := newLab()
		b.faults.WrongKey = true
		l := b.withKerberos().run()
		Expect(l.last().Token).To(BeNil())
		Expect(l.err).To(MatchError("negotiate: Kerberos was answered with a bare challenge: credentials rejected"))
	})

	It("may come without SPNEGO", func() {
		b := newLab()
		ticket := must(b.tickets().Ticket(proxySPN))
		token, exchange, err := ticket.Request(kerberos.RequestOptions{Rand: new(counter), Now: atNoon, Mutual: true})
		Expect(err).NotTo(HaveOccurred())
		s := must(negotiate.NewAcceptor(negotiate.AcceptorConfig{Kerberos: must(kerberos.NewService(b.service))})).NewSession()
		step := s.Accept(token)
		Expect(step.OK).To(BeTrue())
		Expect(step.Kind).To(Equal(negotiate.KindRawKerberos))
		Expect(exchange.Finish(step.Token)).To(Succeed())
		step = s.Accept(token)
		Expect(step.Kerberos.Code()).To(Equal(kerberos.Repeat))
	})

	It("is the same each time with the same clock and random source", func() {
		token := func() []byte {
			b := newLab().withKerberos()
			token, _, err := must(negotiate.NewClient(b.client)).Next(nil)
			Expect(err).NotTo(HaveOccurred())
			return token
		}
		Expect(token()).To(Equal(token()))
	})
})

var _ = Describe("a login by NTLM", func() {
	It("is wrapped, with mechListMIC both ways", func() {
		b := newLab().withNTLM()
		b.client.RequireMechListMIC, b.acceptor.RequireMechListMIC = true, true
		l := b.run()
		Expect(l.err).NotTo(HaveOccurred())
		Expect(l.last().OK).To(BeTrue())
		Expect(l.last().Account()).To(Equal(`LAB\alice`))
		Expect(l.last().NTLM.Response).To(Equal(ntlm.ResponseNTLMv2))
		Expect(kinds(l)).To(Equal([]negotiate.Kind{
			negotiate.KindInit, negotiate.KindResp, negotiate.KindResp, negotiate.KindResp}))
		Expect(l.sent[0].String()).To(HavePrefix("NegTokenInit: offers NTLMSSP, Type 1: "))
		Expect(l.sent[1].String()).To(HavePrefix("NegTokenResp: accept-incomplete, NTLMSSP, Type 2: "))
		Expect(l.sent[2].String()).To(MatchRegexp(`^NegTokenResp: accept-incomplete, NTLMSSP, Type 3: LAB\\alice from PC1.*, mechListMIC$`))
		Expect(l.sent[3].String()).To(Equal("NegTokenResp: accept-completed, mechListMIC"))
		Expect(l.client.ConnectionBound()).To(BeTrue())
	})

	It("is bare when the client has only NTLM to offer", func() {
		b := newLab().withNTLM()
		b.client.Raw = true
		l := b.run()
		Expect(l.err).NotTo(HaveOccurred())
		Expect(l.last().OK).To(BeTrue())
		Expect(l.last().Token).To(BeNil())
		Expect(kinds(l)).To(Equal([]negotiate.Kind{negotiate.KindRawNTLM, negotiate.KindRawNTLM, negotiate.KindRawNTLM}))
		Expect(l.sent[2].String()).To(HavePrefix(`NTLM: Type 3: LAB\alice`))
	})

	DescribeTable("does without mechListMIC, as systems before Vista",
		func(client, server bool) {
			b := newLab().withNTLM()
			b.client.OmitMechListMIC, b.acceptor.OmitMechListMIC = client, server
			l := b.run()
			Expect(l.err).NotTo(HaveOccurred())
			Expect(l.last().OK).To(BeTrue())
			Expect(l.sent[2].MechListMIC).To(Equal(!client))
			Expect(l.sent[3].MechListMIC).To(BeFalse())
		},
		Entry("at both ends", true, true),
		Entry("at the client", true, false),
		Entry("at the server", false, true),
	)

	It("has no mechListMIC when nothing can be signed", func() {
		b := newLab()
		b.ntlm.ExtraFlags = 0
		l := b.withNTLM().run()
		Expect(l.err).NotTo(HaveOccurred())
		Expect(l.last().OK).To(BeTrue())
		Expect(l.sent[2].MechListMIC).To(BeFalse())
		Expect(l.sent[3].String()).To(Equal("NegTokenResp: accept-completed"))
	})

	It("asks for what Windows asks for under Negotiate", func() {
		b := newLab()
		b.ntlm.Level, b.ntlm.OS = 1, ntlm.WindowsXPSP2()
		token := b.withNTLM().client.NTLM.Negotiate()
		Expect(token[12:16]).To(Equal([]byte{0x97, 0x82, 0x08, 0xe2}))
	})

	It("is refused by a server that wants mechListMIC", func() {
		b := newLab().withNTLM()
		b.client.OmitMechListMIC, b.acceptor.RequireMechListMIC = true, true
		step := b.run().last()
		Expect(step.Reason).To(Equal("the client sent no mechListMIC"))
		Expect(step.Status).To(Equal(ntlm.StatusAccessDenied))
	})

	It("is broken off by a client that wants mechListMIC", func() {
		b := newLab().withNTLM()
		b.client.RequireMechListMIC, b.acceptor.OmitMechListMIC = true, true
		Expect(b.run().err).To(MatchError("negotiate: the server sent no mechListMIC"))
	})

	It("notices a list that was changed on its way", func() {
		add := func(place int, token []byte) []byte {
			if place != 0 {
				return token
			}
			t := must(negotiate.ParseToken(token))
			return must((&negotiate.NegTokenInit{
				MechTypes: append(t.Init.MechTypes, negotiate.MechKerberos), MechToken: t.Init.MechToken}).Marshal())
		}
		step := newLab().withNTLM().run(add).last()
		Expect(step.OK).To(BeFalse())
		Expect(step.Reason).To(Equal("the client's mechListMIC is wrong"))
	})

	DescribeTable("judges the server's mechListMIC",
		func(change func(*negotiate.NegTokenResp), problem string) {
			l := newLab().withNTLM().run(func(place int, token []byte) []byte {
				if place != 3 {
					return token
				}
				t := must(negotiate.ParseToken(token))
				change(t.Resp)
				return must(t.Marshal())
			})
			Expect(l.last().OK).To(BeTrue())
			if problem == "" {
				Expect(l.err).NotTo(HaveOccurred())
				return
			}
			Expect(l.err).To(MatchError(ContainSubstring(problem)))
		},
		Entry("wrong", func(r *negotiate.NegTokenResp) { r.MechListMIC[5] ^= 1 }, "the server's mechListMIC is wrong"),
		Entry("short", func(r *negotiate.NegTokenResp) { r.MechListMIC = r.MechListMIC[:4] }, "the server's mechListMIC is wrong"),
		Entry("a copy of the token, as from Windows 2000", func(r *negotiate.NegTokenResp) {
			r.ResponseToken = []byte{1, 2, 3}
			r.MechListMIC = r.ResponseToken
		}, ""),
		Entry("with a reject", func(r *negotiate.NegTokenResp) { r.NegState = new(negotiate.Reject) }, "the server rejects the login"),
		Entry("before the end", func(r *negotiate.NegTokenResp) { r.NegState = new(negotiate.AcceptIncomplete) },
			"the server lets the client in with accept-incomplete"),
	)

	DescribeTable("is refused for what is wrong with the user",
		func(change func(*ntlm.ClientConfig), raw bool, status ntlm.NTStatus) {
			b := newLab()
			change(&b.ntlm)
			b.client.Raw = raw
			l := b.withNTLM().run()
			Expect(l.last().Status).To(Equal(status))
			Expect(l.last().NTLM.Status).To(Equal(status))
			Expect(l.last().Reason).NotTo(BeEmpty())
			Expect(l.last().Token).To(BeNil())
			Expect(l.err).To(MatchError(negotiate.ErrRejected))
		},
		Entry("password, wrapped", func(c *ntlm.ClientConfig) { c.Password = "x" }, false, ntlm.StatusWrongPassword),
		Entry("password, bare", func(c *ntlm.ClientConfig) { c.Password = "x" }, true, ntlm.StatusWrongPassword),
		Entry("name, wrapped", func(c *ntlm.ClientConfig) { c.User = "bob" }, false, ntlm.StatusNoSuchUser),
	)

	It("works at every level, with and without extended session security", func() {
		for level := range ntlm.Level(6) {
			for _, old := range []bool{false, true} {
				b := newLab()
				b.ntlm.Level = level
				b.client.RequireMechListMIC = true
				if old {
					b.ntlm.OS = ntlm.Windows2000()
				}
				l := b.withNTLM().run()
				Expect(l.err).NotTo(HaveOccurred(), "level %d", level)
				Expect(l.last().OK).To(BeTrue(), "level %d: %s", level, l.last().Reason)
			}
		}
	})
})
