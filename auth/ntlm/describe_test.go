package ntlm_test

import (
	"encoding/hex"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("Describe", func() {
	It("puts each message on one line", func() {
		for raw, want := range map[string]string{
			recordedType1: `Type 1: client, version 6.2.0, flags 0xe2088217 UNICODE|OEM|REQUEST_TARGET|SIGN|NTLM|ALWAYS_SIGN|EXTENDED_SESSIONSECURITY|VERSION|128|KEY_EXCH|56`,
			recordedType2: `Type 2: challenge, target VM, version 6.2.0, flags 0xe28a8215 UNICODE|REQUEST_TARGET|SIGN|NTLM|ALWAYS_SIGN|TARGET_TYPE_SERVER|EXTENDED_SESSIONSECURITY|TARGET_INFO|VERSION|128|KEY_EXCH|56, target info MsvAvNbComputerName=VM MsvAvNbDomainName=WORKSTATION MsvAvDnsComputerName=vm MsvAvFlags=0x0 MsvAvTimestamp=`,
			recordedType3: `Type 3: LAB\user from VM, NTLMv2 (LM 0 bytes, NT 146 bytes), MIC, target HTTP/localhost, version 6.2.0, flags 0xe28a8215 `,
		} {
			d, err := ntlm.Describe(unhex(raw))
			Expect(err).NotTo(HaveOccurred())
			Expect(d.String()).To(HavePrefix(want))
			Expect(d.String()).NotTo(ContainSubstring("\n"))
		}
	})

	It("shows no secret", func() {
		d, err := ntlm.Describe(unhex(recordedType3))
		Expect(err).NotTo(HaveOccurred())
		for _, secret := range []string{"6fddd687", "e8cabaa3", "efec43f8", "b73ee851"} {
			Expect(d.String()).NotTo(ContainSubstring(secret))
			Expect(sprintf("%+v", d)).NotTo(ContainSubstring(secret))
		}
	})

	DescribeTable("guesses the response kind",
		func(level ntlm.Level, noESS bool, kind ntlm.ResponseKind) {
			a := acceptorConfig(0)
			a.NoESS = noESS
			h := login(clientConfig(level), a)
			d, err := ntlm.Describe(h.type3.Marshal())
			Expect(err).NotTo(HaveOccurred())
			Expect(d.Response).To(Equal(kind))
			Expect([]string{d.Domain, d.User, d.Workstation}).To(Equal([]string{"LAB", "alice", "PC1"}))
		},
		Entry("level 0", ntlm.Level(0), false, ntlm.ResponseLMAndNTLMv1),
		Entry("level 1", ntlm.Level(1), false, ntlm.ResponseNTLM2Session),
		Entry("level 2 without ESS", ntlm.Level(2), true, ntlm.ResponseNTLMv1),
		Entry("level 3", ntlm.Level(3), false, ntlm.ResponseNTLMv2),
	)

	It("keeps control characters of a peer out of the line", func() {
		m := &ntlm.AuthenticateMessage{Flags: ntlm.NegotiateUnicode, Domain: "LAB", User: "a\nb\x1b"}
		d, err := ntlm.Describe(m.Marshal())
		Expect(err).NotTo(HaveOccurred())
		Expect(d.String()).To(HavePrefix(`Type 3: LAB\a\nb\x1b, none`))
	})

	It("counts the pairs of a list that nobody wants to read", func() {
		d, err := ntlm.Describe(longChallenge())
		Expect(err).NotTo(HaveOccurred())
		Expect(strings.Count(d.String(), "AvId 99=")).To(Equal(32))
		Expect(d.String()).To(HaveSuffix("AvId 99= and 5968 more"))
	})

	It("says what is wrong with a broken message", func() {
		_, err := ntlm.Describe([]byte("NTLMSSP\x00\x02\x00\x00\x00"))
		Expect(err).To(MatchError(ContainSubstring("CHALLENGE_MESSAGE: TargetNameFields at offset 12")))
		_, err = ntlm.Describe([]byte("Basic"))
		Expect(err).To(MatchError(ntlm.ErrMalformed))
	})

	It("prints no key", func() {
		k := ntlm.NTOWFv1("SecREt01")
		Expect(hex.EncodeToString(k[:4])).To(Equal("cd06ca7c"))
		Expect(sprintf("%v %+v %x %#v %s", k, k, k, k, k)).NotTo(MatchRegexp(`cd06|205|0xcd`))
	})
})
