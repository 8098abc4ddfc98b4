package machine_test

import (
	"crypto/rand"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("a login from the machine", func() {
	now := time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)
	alice := machine.Account{Domain: "LAB", User: "alice", Password: "pw"}
	var pc *machine.Machine
	BeforeEach(func() {
		p, err := machine.ProfileByID("xp-sp2")
		Expect(err).NotTo(HaveOccurred())
		pc = machine.New(p)
		Expect(pc.Registry().Set(machine.LsaKey, machine.LmCompatibilityLevelValue, machine.DWORD(3))).To(Succeed())
	})

	// answer makes Type 3 for the challenge of a server.
	answer := func(noESS bool) (*ntlm.AuthenticateMessage, error) {
		GinkgoHelper()
		client, err := pc.NTLMClient(alice, machine.Peer{Host: "proxy"}, rand.Reader, func() time.Time { return now })
		Expect(err).NotTo(HaveOccurred())
		a, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
			NetBIOSComputer: "PROXY", OS: ntlm.WindowsServer2003(), NoESS: noESS, Rand: rand.Reader, Now: func() time.Time { return now }})
		Expect(err).NotTo(HaveOccurred())
		challenge, err := a.NewSession().Challenge(client.Negotiate())
		Expect(err).NotTo(HaveOccurred())
		type3, err := client.Authenticate(challenge)
		if err != nil {
			return nil, err
		}
		m, err := ntlm.ParseAuthenticate(type3)
		Expect(err).NotTo(HaveOccurred())
		return m, nil
	}

	DescribeTable("has the time of the machine's own clock",
		func(skew time.Duration) {
			pc.SetClockSkew(skew)
			Expect(pc.ClockSkew()).To(Equal(skew))
			m, err := answer(false)
			Expect(err).NotTo(HaveOccurred())
			c, err := ntlm.ParseClientChallenge(m.NtResponse[16:])
			Expect(err).NotTo(HaveOccurred())
			Expect(c.Time.Time()).To(BeTemporally("==", now.Add(skew)))
		},
		Entry("right", time.Duration(0)),
		Entry("ahead", 37*time.Hour),
		Entry("behind", -6*time.Minute),
	)

	DescribeTable("breaks off when NtlmMinClientSec is not met",
		func(minimum machine.Value, noESS, met bool) {
			Expect(pc.Registry().Set(machine.MSV1_0Key, machine.NtlmMinClientSecValue, minimum)).To(Succeed())
			_, err := answer(noESS)
			if met {
				Expect(err).NotTo(HaveOccurred())
			} else {
				Expect(err).To(MatchError(ntlm.ErrMinSec))
			}
		},
		Entry("nothing asked for", machine.DWORD(0), true, true),
		Entry("NTLMv2 session security, offered", machine.DWORD(0x80000), false, true),
		Entry("NTLMv2 session security, not offered", machine.DWORD(0x80000), true, false),
		Entry("a text counts for nothing", machine.SZ("0x80000"), true, true),
	)

	It("needs a clock", func() {
		_, err := pc.NTLMClient(alice, machine.Peer{Host: "proxy"}, rand.Reader, nil)
		Expect(err).To(HaveOccurred())
	})
})

var _ = DescribeTable("the family that limits of schemes are named for",
	func(profile string, want credrule.OS) {
		p, err := machine.ProfileByID(profile)
		Expect(err).NotTo(HaveOccurred())
		Expect(p.OS.Family()).To(Equal(want))
	},
	Entry("Windows 2000", "windows-2000-sp4", credrule.OtherOS),
	Entry("XP", "xp-sp2", credrule.XP),
	Entry("Server 2003", "server-2003", credrule.Server2003),
	Entry("Vista", "vista", credrule.OtherOS),
)
