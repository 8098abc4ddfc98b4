package ntlm_test

import (
	"bytes"
	"io"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("Configuration", func() {
	DescribeTable("of a client",
		func(spoil func(*ntlm.ClientConfig), want string) {
			cfg := clientConfig(0)
			spoil(&cfg)
			_, err := ntlm.NewClient(cfg)
			Expect(err).To(MatchError(want))
		},
		Entry("no system", func(c *ntlm.ClientConfig) { c.OS = ntlm.OS{} }, "ntlm: client has no operating system"),
		Entry("no chance", func(c *ntlm.ClientConfig) { c.Rand = nil }, "ntlm: client needs a random source and a clock"),
		Entry("no clock", func(c *ntlm.ClientConfig) { c.Now = nil }, "ntlm: client needs a random source and a clock"),
	)

	DescribeTable("of an acceptor",
		func(spoil func(*ntlm.AcceptorConfig), want string) {
			cfg := acceptorConfig(0)
			spoil(&cfg)
			_, err := ntlm.NewAcceptor(cfg)
			Expect(err).To(MatchError(want))
		},
		Entry("no accounts", func(c *ntlm.AcceptorConfig) { c.Accounts = nil }, "ntlm: acceptor has no account database"),
		Entry("no name", func(c *ntlm.AcceptorConfig) { c.NetBIOSComputer = "" }, "ntlm: acceptor has no NetBIOS computer name"),
		Entry("no system", func(c *ntlm.AcceptorConfig) { c.OS = ntlm.OS{} }, "ntlm: acceptor has no operating system"),
		Entry("no chance", func(c *ntlm.AcceptorConfig) { c.Rand = nil }, "ntlm: acceptor needs a random source and a clock"),
	)

	It("passes on that chance has run out", func() {
		dry := bytes.NewReader(nil)
		a := acceptorConfig(0)
		a.Rand = dry
		acceptor, err := ntlm.NewAcceptor(a)
		Expect(err).NotTo(HaveOccurred())
		client, err := ntlm.NewClient(clientConfig(0))
		Expect(err).NotTo(HaveOccurred())
		_, err = acceptor.NewSession().Challenge(client.Negotiate())
		Expect(err).To(MatchError(io.EOF))
		Expect(err).To(MatchError(ContainSubstring("server challenge")))

		for level, challenge := range map[ntlm.Level]string{1: msChallengeESS, 3: msChallengeV2} {
			c := clientConfig(level)
			c.Rand = dry
			client, err := ntlm.NewClient(c)
			Expect(err).NotTo(HaveOccurred())
			_, err = client.Authenticate(unhex(challenge))
			Expect(err).To(MatchError(io.EOF))
			Expect(err).To(MatchError(ContainSubstring("client challenge")))
		}
	})

	It("passes on that the server's pairs are broken, when they matter", func() {
		challenge := (&ntlm.ChallengeMessage{
			Flags: ntlm.NegotiateUnicode | ntlm.NegotiateTargetInfo, TargetInfo: []byte{2, 0, 9, 0},
		}).Marshal()
		for level, broken := range map[ntlm.Level]bool{0: false, 3: true} {
			client, err := ntlm.NewClient(clientConfig(level))
			Expect(err).NotTo(HaveOccurred())
			_, err = client.Authenticate(challenge)
			Expect(err != nil).To(Equal(broken))
		}
	})

	It("wants the session key where key exchange was agreed", func() {
		c := clientConfig(3)
		c.ExtraFlags = ntlm.NegotiateSign | ntlm.NegotiateKeyExch
		cut := func(m *ntlm.AuthenticateMessage) { m.EncryptedRandomSessionKey = nil }
		r := login(c, acceptorConfig(0), cut).result
		Expect(r.OK).To(BeFalse())
		Expect(r.Reason).To(ContainSubstring("EncryptedRandomSessionKeyFields at offset 52: has 0 bytes, key exchange needs 16"))
	})

	It("cuts sealing keys as MS-NLMP 3.4.5.3 says without extended session security", func() {
		k := hexKey("000102030405060708090a0b0c0d0e0f")
		lm := ntlm.NegotiateLMKey
		Expect(ntlm.SEALKEY(0, k, true)).To(Equal(k[:]))
		Expect(ntlm.SEALKEY(lm|ntlm.Negotiate56, k, true)).To(Equal(unhex("00010203040506a0")))
		Expect(ntlm.SEALKEY(lm, k, true)).To(Equal(unhex("0001020304e538b0")))
		Expect(ntlm.SIGNKEY(lm, k, true)).To(BeNil())
	})

	It("signs each direction and each message differently", func() {
		k := hexKey(msRandom)
		sealer := ntlm.NewSealer(msFlagsV2, k, true)
		first, second := sealer.Sign(plaintext), sealer.Sign(plaintext)
		Expect(second[12:]).To(Equal([]byte{1, 0, 0, 0}))
		Expect(first[4:12]).NotTo(Equal(second[4:12]))
		Expect(ntlm.NewSealer(msFlagsV2, k, false).Sign(plaintext)).NotTo(Equal(first))
	})
})
