package ntlm_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

// What a client of each level proves itself with: Windows 2000 Resource Kit,
// "LmCompatibilityLevel". The second column is for a server without extended session
// security.
var clientKinds = [6][2]ntlm.ResponseKind{
	{ntlm.ResponseLMAndNTLMv1, ntlm.ResponseLMAndNTLMv1},
	{ntlm.ResponseNTLM2Session, ntlm.ResponseLMAndNTLMv1},
	{ntlm.ResponseNTLM2Session, ntlm.ResponseNTLMv1},
	{ntlm.ResponseNTLMv2, ntlm.ResponseNTLMv2},
	{ntlm.ResponseNTLMv2, ntlm.ResponseNTLMv2},
	{ntlm.ResponseNTLMv2, ntlm.ResponseNTLMv2},
}

var _ = Describe("LmCompatibilityLevel of client and server", func() {
	for client := range ntlm.MaxLevel + 1 {
		for server := range ntlm.MaxLevel + 1 {
			for column, noESS := range []bool{false, true} {
				kind := clientKinds[client][column]
				accepted := server < 5 || client >= 3
				It(fmt.Sprintf("client %d, server %d, ESS refused %v: %s, accepted %v", client, server, noESS, kind, accepted), func() {
					a := acceptorConfig(server)
					a.NoESS = noESS
					h := login(clientConfig(client), a)
					Expect(h.result.Response).To(Equal(kind))
					Expect(h.result.OK).To(Equal(accepted), h.result.Reason)
					Expect(h.result.User).To(Equal("alice"))
					Expect(h.result.Workstation).To(Equal("PC1"))
					if accepted {
						Expect(h.result.Status).To(Equal(ntlm.StatusSuccess))
						Expect(h.result.Reason).To(Equal(kind.String() + ` response of LAB\alice matches its password`))
						ours, _ := h.client.SessionKey()
						theirs, _ := h.session.SessionKey()
						Expect(ours).To(Equal(theirs))
						return
					}
					Expect(h.result.Status).To(Equal(ntlm.StatusLogonFailure))
					Expect(h.result.Reason).To(Equal(
						"server at LmCompatibilityLevel 5 (Send NTLMv2 response only. Refuse LM & NTLM) refuses " + kind.String() + " responses"))
				})
			}
		}
	}

	DescribeTable("a client that sends only the LM field",
		func(client, server ntlm.Level, kind ntlm.ResponseKind, accepted bool) {
			dropNT := func(m *ntlm.AuthenticateMessage) { m.NtResponse = nil }
			h := login(clientConfig(client), acceptorConfig(server), dropNT)
			Expect(h.result.Response).To(Equal(kind))
			Expect(h.result.OK).To(Equal(accepted), h.result.Reason)
			if !accepted {
				Expect(h.result.Reason).To(ContainSubstring("LmCompatibilityLevel %d", server))
				Expect(h.result.Reason).To(HaveSuffix("refuses LM responses"))
			}
		},
		Entry("LM at 0", ntlm.Level(0), ntlm.Level(0), ntlm.ResponseLM, true),
		Entry("LM at 3", ntlm.Level(0), ntlm.Level(3), ntlm.ResponseLM, true),
		Entry("LM at 4", ntlm.Level(0), ntlm.Level(4), ntlm.ResponseLM, false),
		Entry("LM at 5", ntlm.Level(0), ntlm.Level(5), ntlm.ResponseLM, false),
		Entry("LMv2 at 0", ntlm.Level(3), ntlm.Level(0), ntlm.ResponseLMv2, true),
		Entry("LMv2 at 5", ntlm.Level(3), ntlm.Level(5), ntlm.ResponseLMv2, true),
	)

	It("lets the NT response decide when the LM response is right", func() {
		spoil := func(m *ntlm.AuthenticateMessage) { m.NtResponse[0] ^= 1 }
		h := login(clientConfig(0), acceptorConfig(0), spoil)
		Expect(h.result.OK).To(BeFalse())
		Expect(h.result.Status).To(Equal(ntlm.StatusWrongPassword))
	})

	It("repeats the NTLMv1 response at level 2 and for a password without LM hash", func() {
		a := acceptorConfig(4)
		a.NoESS = true
		h := login(clientConfig(2), a)
		Expect(h.type3.LmResponse).To(Equal(h.type3.NtResponse))

		const long = "longer than fourteen"
		c := clientConfig(0)
		c.Password = long
		a.Accounts = ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: long})
		h = login(c, a)
		Expect(h.type3.LmResponse).To(Equal(h.type3.NtResponse))
		Expect(h.result.OK).To(BeTrue(), h.result.Reason)
		Expect(h.result.Response).To(Equal(ntlm.ResponseNTLMv1))

		a.Level = 0
		onlyLM := func(m *ntlm.AuthenticateMessage) { m.NtResponse = nil }
		Expect(login(c, a, onlyLM).result.Status).To(Equal(ntlm.StatusWrongPassword))
	})

	It("refuses levels that do not exist", func() {
		_, err := ntlm.NewClient(clientConfig(6))
		Expect(err).To(MatchError("ntlm: LmCompatibilityLevel is 6, not 0 to 5"))
		_, err = ntlm.NewAcceptor(acceptorConfig(-1))
		Expect(err).To(MatchError("ntlm: LmCompatibilityLevel is -1, not 0 to 5"))
	})
})
