package ntlm_test

import (
	"encoding/hex"
	"time"

	"github.com/Azure/go-ntlmssp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

// azure logs in with github.com/Azure/go-ntlmssp, which knows NTLMv2 only.
func azure(cfg ntlm.AcceptorConfig, user, password string) ntlm.Result {
	GinkgoHelper()
	acceptor, err := ntlm.NewAcceptor(cfg)
	Expect(err).NotTo(HaveOccurred())
	s := acceptor.NewSession()
	type1, err := ntlmssp.NewNegotiateMessage("", "")
	Expect(err).NotTo(HaveOccurred())
	type2, err := s.Challenge(type1)
	Expect(err).NotTo(HaveOccurred())
	type3, err := ntlmssp.NewAuthenticateMessage(type2, user, password, &ntlmssp.AuthenticateMessageOptions{WorkstationName: "GOPC"})
	Expect(err).NotTo(HaveOccurred())
	return s.Verify(type3)
}

var _ = Describe("an independent client, Azure/go-ntlmssp", func() {
	for level := range ntlm.MaxLevel + 1 {
		for _, os := range ntlm.OSes() {
			It(sprintf("logs in to %s at level %d with the right password only", os.Name, level), func() {
				cfg := acceptorConfig(level)
				cfg.OS, cfg.Now = os, time.Now // the peer reads the wall clock
				r := azure(cfg, `LAB\alice`, "SecREt01")
				Expect(r.OK).To(BeTrue(), r.Reason)
				Expect(r.Response).To(Equal(ntlm.ResponseNTLMv2))
				Expect(r.Workstation).To(Equal("GOPC"))
				Expect(azure(cfg, `LAB\alice`, "secret01").Status).To(Equal(ntlm.StatusWrongPassword))
				Expect(azure(cfg, `LAB\bob`, "SecREt01").Status).To(Equal(ntlm.StatusNoSuchUser))
				Expect(azure(cfg, "alice@lab.example", "SecREt01").OK).To(BeTrue())
			})
		}
	}

	It("sends LMv2 to a server without TargetInfo", func() {
		cfg := acceptorConfig(5)
		cfg.NoTargetInfo, cfg.Now = true, time.Now
		Expect(azure(cfg, `LAB\alice`, "SecREt01").OK).To(BeTrue())
	})
})

// squidFake is what ntlm_fake_auth of Debian's squid 5.7 answers: TargetName points
// far beyond the end, and its nine bytes are none of the UTF-16 that the flags claim.
const squidFake = "4e544c4d535350000200000009000900aeaaaaaa078208a26cd10359bba01c680000000000003a00574f524b47524f5550"

var _ = Describe("the challenge of squid's ntlm_fake_auth", func() {
	It("is malformed, and yet a client answers it", func() {
		type2, err := hex.DecodeString(squidFake)
		Expect(err).NotTo(HaveOccurred())
		_, err = ntlm.ParseChallenge(type2)
		Expect(err).To(MatchError(ntlm.ErrMalformed))
		client, err := ntlm.NewClient(clientConfig(3))
		Expect(err).NotTo(HaveOccurred())
		type3, err := client.Authenticate(type2)
		Expect(err).NotTo(HaveOccurred())
		Expect(ntlm.MessageType(type3)).To(Equal(3))
	})
	It("is described as what clients answer, with what is wrong about it", func() {
		type2, err := hex.DecodeString(squidFake)
		Expect(err).NotTo(HaveOccurred())
		d, err := ntlm.Describe(type2)
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Type).To(Equal(2))
		Expect(d.Flags).To(Equal(ntlm.Flags(0xa2088207)))
		Expect(d.TargetName).To(BeEmpty())
		Expect(d.Unread).To(ContainSubstring("TargetNameFields"))
		Expect(d.String()).To(ContainSubstring(d.Unread))
		_, err = ntlm.Describe(type2[:31])
		Expect(err).To(MatchError(ntlm.ErrMalformed))
	})
	It("is not answered when cut within the nonce", func() {
		type2, err := hex.DecodeString(squidFake[:2*31])
		Expect(err).NotTo(HaveOccurred())
		client, err := ntlm.NewClient(clientConfig(3))
		Expect(err).NotTo(HaveOccurred())
		_, err = client.Authenticate(type2)
		Expect(err).To(MatchError(ntlm.ErrMalformed))
	})
})
