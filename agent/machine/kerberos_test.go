package machine_test

import (
	"crypto/rand"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("a login under Negotiate", func() {
	now := func() time.Time { return time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC) }
	alice := machine.Account{Domain: "LAB", User: "alice", Password: "pw"}
	var lab *realm.Realm
	BeforeEach(func() {
		var err error
		lab, err = realm.New(realm.Config{Name: "LAB.EXAMPLE", Rand: rand.Reader, Now: now})
		Expect(err).NotTo(HaveOccurred())
		Expect(lab.AddUser("alice", "pw")).To(Succeed())
		Expect(lab.AddService("HTTP/proxy")).To(Succeed())
	})
	pc := func(profile string, options ...machine.Option) *machine.Machine {
		GinkgoHelper()
		p, err := machine.ProfileByID(profile)
		Expect(err).NotTo(HaveOccurred())
		m := machine.New(p, append([]machine.Option{machine.WithDomain("LAB"), machine.WithHostname("PC1")}, options...)...)
		m.SetTickets(func(a machine.Account) negotiate.TicketSource {
			if a.User == "bob" {
				return nil
			}
			return lab.Login(a.User, a.Password.Reveal(), realm.Faults{})
		})
		return m
	}
	begin := func(m *machine.Machine, a machine.Account, host string) (*negotiate.Client, []byte) {
		GinkgoHelper()
		c, err := m.NegotiateClient(a, machine.Peer{Host: host}, rand.Reader, now)
		Expect(err).NotTo(HaveOccurred())
		token, _, err := c.Next(nil)
		Expect(err).NotTo(HaveOccurred())
		return c, token
	}

	DescribeTable("is Kerberos or NTLM, and says why",
		func(a machine.Account, host, domain string, want negotiate.Mech, why string) {
			c, _ := begin(pc("xp-sp2", machine.WithDomain(domain)), a, host)
			mech, reason := c.Choice()
			Expect(mech).To(Equal(want))
			Expect(reason).To(ContainSubstring(why))
		},
		Entry("a ticket for the host", alice, "proxy", "LAB", negotiate.MechKerberos, "HTTP/proxy"),
		Entry("a ticket for the host without its port", alice, "proxy:8080", "LAB", negotiate.MechKerberos, "HTTP/proxy"),
		Entry("no service of that name", alice, "origin", "LAB", negotiate.MechNTLM, "no service HTTP/origin"),
		Entry("an address", alice, "10.0.0.1:8080", "LAB", negotiate.MechNTLM, "IP address"),
		Entry("an address of version 6", alice, "[::1]:8080", "LAB", negotiate.MechNTLM, "IP address"),
		Entry("a workgroup", alice, "proxy", "", negotiate.MechNTLM, "outside a domain"),
		Entry("an account of the computer", machine.Account{Domain: "pc1", User: "alice", Password: "pw"}, "proxy", "LAB", negotiate.MechNTLM, "account of the computer"),
		Entry("nobody", machine.Account{Kind: machine.Anonymous}, "proxy", "LAB", negotiate.MechNTLM, "nobody"),
		Entry("a wrong password", machine.Account{Domain: "LAB", User: "alice", Password: "x"}, "proxy", "LAB", negotiate.MechNTLM, "password of alice is wrong"),
		Entry("no realm for the account", machine.Account{Domain: "LAB", User: "bob"}, "proxy", "LAB", negotiate.MechNTLM, "no Kerberos realm"),
	)

	DescribeTable("sends NTLM without SPNEGO by the version of Windows, unless it is told otherwise",
		func(profile string, basis machine.Basis) {
			m := pc(profile)
			Expect(m.RawNegotiate().Basis).To(Equal(basis))
			_, token := begin(m, alice, "origin")
			Expect(negotiate.IsRawNTLM(token)).To(BeTrue())
			m.SetRawNegotiate(false)
			_, token = begin(m, alice, "origin")
			Expect(negotiate.IsRawNTLM(token)).To(BeFalse())
		},
		Entry("Windows 2000", "windows-2000-sp4", machine.BasisAssumed),
		Entry("XP", "xp-sp2", machine.BasisAssumed),
		Entry("Server 2003", "server-2003", machine.BasisDocumented),
		Entry("Vista", "vista", machine.BasisObserved),
		Entry("Windows 10", "windows-10", machine.BasisObserved),
	)

	It("asks for integrity, which NTLM under its own name does not", func() {
		m := pc("windows-10")
		_, token := begin(m, alice, "origin")
		type1, err := ntlm.ParseNegotiate(token)
		Expect(err).NotTo(HaveOccurred())
		Expect(type1.Flags).To(Equal(ntlm.Flags(0xe2088297)), "as captured")
		c, err := m.NTLMClient(alice, machine.Peer{Host: "origin"}, rand.Reader, now)
		Expect(err).NotTo(HaveOccurred())
		type1, err = ntlm.ParseNegotiate(c.Negotiate())
		Expect(err).NotTo(HaveOccurred())
		Expect(type1.Flags).To(Equal(ntlm.Flags(0xa2088207)), "as captured")
	})

	DescribeTable("has the time of the machine's own clock",
		func(skew time.Duration, want kerberos.ErrorCode) {
			m := pc("xp-sp2")
			m.SetClockSkew(skew)
			_, token := begin(m, alice, "proxy")
			service, err := kerberos.NewService(kerberos.ServiceConfig{Keytab: lab.Keytab(), Rand: rand.Reader, Now: now})
			Expect(err).NotTo(HaveOccurred())
			a, err := negotiate.NewAcceptor(negotiate.AcceptorConfig{Kerberos: service})
			Expect(err).NotTo(HaveOccurred())
			step := a.NewSession().Accept(token)
			Expect(step.Kerberos.Code()).To(Equal(want), step.Reason)
		},
		Entry("right", time.Duration(0), kerberos.ErrorCode(0)),
		Entry("six minutes behind", -6*time.Minute, kerberos.Skew),
	)
})
