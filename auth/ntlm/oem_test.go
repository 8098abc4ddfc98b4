package ntlm_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

// wget 1.21 offers OEM alone (flags 0x0202) and answers with names in OEM under flags
// that say UTF-16 (0x8201). The flags of a message on a connection are those negotiated
// before (MS-NLMP 2.2.1.3).
var _ = Describe("A client that claims UTF-16 where OEM was agreed", func() {
	It("is understood, and described", func() {
		cfg := acceptorConfig(0)
		cfg.OEMOnly = true
		client, err := ntlm.NewClient(clientConfig(0))
		Expect(err).NotTo(HaveOccurred())
		acceptor, err := ntlm.NewAcceptor(cfg)
		Expect(err).NotTo(HaveOccurred())
		session := acceptor.NewSession()
		type2, err := session.Challenge(client.Negotiate())
		Expect(err).NotTo(HaveOccurred())
		type3, err := client.Authenticate(type2)
		Expect(err).NotTo(HaveOccurred())
		const flags = 60
		Expect(type3[flags] & byte(ntlm.NegotiateUnicode)).To(BeZero())
		type3[flags] |= byte(ntlm.NegotiateUnicode)
		result := session.Verify(type3)
		Expect(result.OK).To(BeTrue(), result.Reason)
		described, err := ntlm.Describe(type3)
		Expect(err).NotTo(HaveOccurred())
		Expect(described.Domain).To(Equal("LAB"))
		Expect(described.User).To(Equal("alice"))
	})
})
