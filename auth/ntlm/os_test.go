package ntlm_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

var sprintf = fmt.Sprintf

// blobPairs are the AV pairs inside an NTLMv2 response.
func blobPairs(m *ntlm.AuthenticateMessage) (ntlm.ClientChallenge, ntlm.AVPairs) {
	GinkgoHelper()
	blob, err := ntlm.ParseClientChallenge(m.NtResponse[16:])
	Expect(err).NotTo(HaveOccurred())
	pairs, err := blob.Pairs()
	Expect(err).NotTo(HaveOccurred())
	return blob, pairs
}

var _ = Describe("Windows versions", func() {
	// MS-NLMP product notes: what each client does with a server that sends a
	// timestamp.
	DescribeTable("as NTLMv2 client of a server that sends a timestamp",
		func(os ntlm.OS, copies, mic, z24, target, bindings bool) {
			c, a := clientConfig(3), acceptorConfig(5)
			c.OS, c.TargetName = os, "HTTP/proxy.lab.example"
			a.OS, c.Now = ntlm.Windows10(), at(noon.Add(60_000_000_000))
			h := login(c, a)
			Expect(h.result.OK).To(BeTrue(), h.result.Reason)
			blob, pairs := blobPairs(h.type3)
			Expect(blob.Time == ntlm.NewFileTime(noon)).To(Equal(copies))
			Expect(h.type3.HasMIC).To(Equal(mic))
			Expect(h.type3.LmResponse).To(HaveLen(24))
			if z24 {
				Expect(h.type3.LmResponse).To(HaveEach(byte(0)))
			} else {
				Expect(h.type3.LmResponse[16:]).To(Equal(blob.Challenge[:]))
			}
			Expect(pairs.Text(ntlm.MsvAvTargetName) == "HTTP/proxy.lab.example").To(Equal(target))
			_, hasBindings := pairs.Get(ntlm.MsvAvChannelBindings)
			Expect(hasBindings).To(Equal(bindings))
			Expect(h.type3.Version.IsZero()).To(Equal(!os.SendVersion))
		},
		Entry("2000", ntlm.Windows2000(), false, false, false, false, false),
		Entry("XP", ntlm.WindowsXP(), false, false, true, false, false),
		Entry("XP SP2", ntlm.WindowsXPSP2(), false, false, true, false, false),
		Entry("2003", ntlm.WindowsServer2003(), false, false, true, false, false),
		Entry("Vista", ntlm.WindowsVista(), true, true, true, true, false),
		Entry("7", ntlm.Windows7(), true, true, true, true, true),
		Entry("10", ntlm.Windows10(), true, true, true, true, true),
	)

	It("copes with a server that sends no TargetInfo", func() {
		for _, os := range ntlm.OSes() {
			c, a := clientConfig(3), acceptorConfig(5)
			c.OS, a.NoTargetInfo = os, true
			h := login(c, a)
			Expect(h.result.OK).To(BeTrue(), h.result.Reason)
			Expect(h.type2.TargetInfo).To(BeNil())
			Expect(h.type3.NtResponse).To(HaveLen(16 + 28 + 4))
			Expect(h.type3.HasMIC).To(BeFalse())
		}
	})

	DescribeTable("as server, TargetInfo by what was asked",
		func(os ntlm.OS, offered ntlm.Flags, sent bool) {
			a := acceptorConfig(0)
			a.OS = os
			acceptor, err := ntlm.NewAcceptor(a)
			Expect(err).NotTo(HaveOccurred())
			raw, err := acceptor.NewSession().Challenge((&ntlm.NegotiateMessage{Flags: offered | ntlm.NegotiateUnicode}).Marshal())
			Expect(err).NotTo(HaveOccurred())
			m, err := ntlm.ParseChallenge(raw)
			Expect(err).NotTo(HaveOccurred())
			Expect(m.TargetInfo != nil).To(Equal(sent))
			Expect(m.TargetName == "LAB").To(Equal(offered.Has(ntlm.RequestTarget)))
		},
		Entry("2003, nothing", ntlm.WindowsServer2003(), ntlm.NegotiateNTLM, false),
		Entry("2003, target", ntlm.WindowsServer2003(), ntlm.RequestTarget, true),
		Entry("2003, ESS", ntlm.WindowsServer2003(), ntlm.NegotiateExtendedSessionSecurity, true),
		Entry("Vista, nothing", ntlm.WindowsVista(), ntlm.NegotiateNTLM, true),
	)

	It("names the target and lists the pairs of a domain member", func() {
		a := acceptorConfig(0)
		a.OS = ntlm.Windows10()
		h := login(clientConfig(0), a)
		Expect(h.type2.TargetName).To(Equal("LAB"))
		Expect(h.type2.Flags.Has(ntlm.TargetTypeDomain)).To(BeTrue())
		pairs, err := h.type2.Pairs()
		Expect(err).NotTo(HaveOccurred())
		Expect(pairs.String()).To(Equal("MsvAvNbDomainName=LAB MsvAvNbComputerName=PROXY MsvAvDnsDomainName=lab.example " +
			"MsvAvDnsComputerName=proxy.lab.example MsvAvDnsTreeName=lab.example MsvAvTimestamp=2004-08-25T12:00:00Z"))
		Expect(h.type2.Version.String()).To(Equal("10.0.19041"))
	})

	It("names itself outside a domain", func() {
		a := acceptorConfig(0)
		a.NetBIOSDomain = ""
		h := login(clientConfig(0), a)
		Expect(h.type2.TargetName).To(Equal("PROXY"))
		Expect(h.type2.Flags.Has(ntlm.TargetTypeServer)).To(BeTrue())
	})

	It("makes message 1 as each system does", func() {
		for _, c := range []struct {
			os    ntlm.OS
			level ntlm.Level
			want  string
		}{
			{ntlm.Windows2000(), 0, "Type 1: LAB from PC1, flags 0xa000b207"},
			{ntlm.WindowsXPSP2(), 0, "Type 1: client, version 5.1.2600, flags 0xa2008207"},
			{ntlm.WindowsXPSP2(), 1, "Type 1: client, version 5.1.2600, flags 0xa2088207"},
			{ntlm.Windows10(), 3, "Type 1: client, version 10.0.19041, flags 0xa2088207"},
		} {
			cfg := clientConfig(c.level)
			cfg.OS = c.os
			client, err := ntlm.NewClient(cfg)
			Expect(err).NotTo(HaveOccurred())
			d, err := ntlm.Describe(client.Negotiate())
			Expect(err).NotTo(HaveOccurred())
			Expect(d.String()).To(HavePrefix(c.want))
		}
	})

	It("negotiates signing with key exchange when a caller asks", func() {
		c := clientConfig(3)
		c.ExtraFlags = ntlm.NegotiateSign | ntlm.NegotiateKeyExch
		h := login(c, acceptorConfig(5))
		Expect(h.result.OK).To(BeTrue(), h.result.Reason)
		Expect(h.type3.EncryptedRandomSessionKey).To(HaveLen(16))
		ours, flags := h.client.SessionKey()
		theirs, agreed := h.session.SessionKey()
		Expect(theirs).To(Equal(ours))
		Expect(ntlm.NewSealer(agreed, theirs, true).Sign([]byte("mechTypes"))).
			To(Equal(ntlm.NewSealer(flags, ours, true).Sign([]byte("mechTypes"))))
	})

	It("speaks OEM with a server that knows no Unicode", func() {
		client, err := ntlm.NewClient(clientConfig(0))
		Expect(err).NotTo(HaveOccurred())
		challenge := &ntlm.ChallengeMessage{Flags: ntlm.NegotiateOEM | ntlm.NegotiateNTLM, TargetName: "OLD"}
		raw, err := client.Authenticate(challenge.Marshal())
		Expect(err).NotTo(HaveOccurred())
		Expect(string(raw)).To(ContainSubstring("LABalicePC1"))
		challenge.Flags = ntlm.NegotiateNTLM
		_, err = client.Authenticate(challenge.Marshal())
		Expect(err).To(MatchError(ContainSubstring("NegotiateFlags at offset 20: has neither UNICODE nor OEM")))
	})
})
