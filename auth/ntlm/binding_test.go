package ntlm_test

import (
	"crypto/x509"
	"encoding/hex"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("Channel bindings", func() {
	It("are hashed as in the example of Microsoft's open specifications team (NTLM and Channel Binding Hash)", func() {
		cert, err := hex.DecodeString("e3ca49271e5089cc48ce82109f1324f41dbeddc29a777410c738f7868c4ff405")
		Expect(err).NotTo(HaveOccurred())
		hash := ntlm.BindingsOf(append([]byte("tls-server-end-point:"), cert...))
		Expect(hex.EncodeToString(hash[:])).To(Equal("6ea19df066da4622051f9c4f92c6df74"))
	})

	It("depend on the certificate and on the hash of its signature (RFC 5929 4.1)", func() {
		seen := map[[16]byte]bool{}
		for _, signature := range []x509.SignatureAlgorithm{x509.SHA256WithRSA, x509.ECDSAWithSHA384, x509.SHA512WithRSAPSS} {
			for _, raw := range []string{"one", "other"} {
				seen[ntlm.EndpointBindings(&x509.Certificate{Raw: []byte(raw), SignatureAlgorithm: signature})] = true
			}
		}
		Expect(seen).To(HaveLen(6))
		old := &x509.Certificate{Raw: []byte("one"), SignatureAlgorithm: x509.SHA1WithRSA}
		Expect(seen).To(HaveKey(ntlm.EndpointBindings(old)), "SHA-256 takes the place of SHA-1")
	})

	ours, theirs := [16]byte{1}, [16]byte{2}
	DescribeTable("are compared (MS-NLMP 3.2.5.1.2)",
		func(protection ntlm.Protection, os ntlm.OS, level ntlm.Level, sent [16]byte, ok bool) {
			c, a := clientConfig(level), acceptorConfig(0)
			c.OS, c.ChannelBindings = os, sent
			a.Protection, a.ChannelBindings = protection, ours
			r := login(c, a).result
			Expect(r.OK).To(Equal(ok), r.Reason)
			if !ok {
				Expect(r.Status).To(Equal(ntlm.StatusBadBindings))
				Expect(r.Reason).To(ContainSubstring("SEC_E_BAD_BINDINGS"))
			}
		},
		Entry("not at all", ntlm.ProtectionNone, ntlm.Windows7(), ntlm.Level(3), theirs, true),
		Entry("right where they may be missing", ntlm.ProtectionAllow, ntlm.Windows7(), ntlm.Level(3), ours, true),
		Entry("wrong where they may be missing", ntlm.ProtectionAllow, ntlm.Windows7(), ntlm.Level(3), theirs, false),
		Entry("all zero where they may be missing", ntlm.ProtectionAllow, ntlm.Windows7(), ntlm.Level(3), [16]byte{}, true),
		Entry("unknown to the client where they may be missing", ntlm.ProtectionAllow, ntlm.WindowsVista(), ntlm.Level(3), ours, true),
		Entry("right where they must be there", ntlm.ProtectionRequire, ntlm.Windows7(), ntlm.Level(3), ours, true),
		Entry("wrong where they must be there", ntlm.ProtectionRequire, ntlm.Windows7(), ntlm.Level(3), theirs, false),
		Entry("all zero where they must be there", ntlm.ProtectionRequire, ntlm.Windows7(), ntlm.Level(3), [16]byte{}, false),
		Entry("unknown to the client where they must be there", ntlm.ProtectionRequire, ntlm.WindowsVista(), ntlm.Level(3), ours, false),
		Entry("in a response without a place for them", ntlm.ProtectionRequire, ntlm.Windows7(), ntlm.Level(1), ours, false),
	)
})
