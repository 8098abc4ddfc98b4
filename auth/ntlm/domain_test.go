package ntlm_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

// member is a server of domain LAB, whose accounts the controller has; PROXY has one
// account of its own.
func member(level, controller ntlm.Level) (ntlm.AcceptorConfig, *ntlm.DomainController) {
	cfg := acceptorConfig(level)
	dc := &ntlm.DomainController{
		Level: controller, NetBIOSDomain: "LAB", DNSDomain: "lab.example",
		Accounts: ntlm.NewAccounts(
			ntlm.Account{Domain: "LAB", User: "alice", Password: "SecREt01"},
			ntlm.Account{Domain: "PARTNER", User: "bob", Password: "SecREt01"}),
	}
	cfg.Accounts = ntlm.NewAccounts(ntlm.Account{User: "local", Password: "SecREt01"})
	cfg.DomainController = dc
	return cfg, dc
}

var _ = Describe("A member server", func() {
	as := func(level ntlm.Level, domain, user string) ntlm.ClientConfig {
		c := clientConfig(level)
		c.Domain, c.User = domain, user
		return c
	}

	for client := range ntlm.MaxLevel + 1 {
		for server := range ntlm.MaxLevel + 1 {
			It(sprintf("client level %d, its own level %d: the controller's level decides for the domain", client, server), func() {
				for controller := range ntlm.MaxLevel + 1 {
					cfg, _ := member(server, controller)
					h := login(as(client, "LAB", "alice"), cfg)
					Expect(h.result.OK).To(Equal(client >= 3 || controller < 5), h.result.Reason)
					local := login(as(client, "PROXY", "local"), cfg)
					Expect(local.result.OK).To(Equal(client >= 3 || server < 5), local.result.Reason)
				}
			})
		}
	}

	DescribeTable("sends a logon to",
		func(domain, user, reason string) {
			for _, level := range []ntlm.Level{0, 3} {
				cfg, dc := member(0, 0)
				dc.Down = true
				Expect(login(as(level, domain, user), cfg).result.Reason).To(MatchRegexp(reason))
			}
		},
		Entry("the controller by domain", "LAB", "alice", `^no domain controller of LAB answers$`),
		Entry("the controller for a domain it trusts", "partner", "bob", `^no domain controller`),
		Entry("the controller by DNS name", "lab.example", "alice", `^no domain controller`),
		Entry("the controller by user@domain", "", "alice@lab.example", `^no domain controller`),
		Entry("the controller for a name it has not itself", "", "alice", `^no domain controller`),
		Entry("the controller for a name nobody has", "LAB", "nobody", `^no domain controller`),
		Entry("itself by computer", "PROXY", "local", `^(LM and NTLMv1|NTLMv2) response of local matches`),
		Entry("itself without domain", "", "local", `response of local matches`),
		Entry("itself for a domain nobody knows", "ELSEWHERE", "local", `response of local matches`),
		Entry("itself for a name it has not", "PROXY", "alice", `^there is no account PROXY\\alice$`),
		Entry("itself for user@elsewhere", "ELSEWHERE", "alice@x", `^there is no account`),
	)

	It("takes the controller's account", func() {
		cfg, _ := member(0, 0)
		for _, c := range []ntlm.ClientConfig{as(3, "lab.example", "alice"), as(3, "", "ALICE"), as(3, "", "alice@lab.example"), as(0, "PARTNER", "bob")} {
			Expect(login(c, cfg).result.OK).To(BeTrue())
		}
		Expect(login(as(3, "LAB", "local"), cfg).result.Status).To(Equal(ntlm.StatusNoSuchUser))
	})

	It("names the controller as the one that refuses the level, and lets it count", func() {
		cfg, dc := member(0, 5)
		dc.Accounts.LockAfter(1)
		r := login(as(0, "LAB", "alice"), cfg).result
		Expect(r.Reason).To(HavePrefix("domain controller of LAB at LmCompatibilityLevel 5 (Send NTLMv2"))
		Expect(r.Status.WithCode()).To(Equal("STATUS_LOGON_FAILURE (0xC000006D)"))
		Expect(login(as(3, "LAB", "alice"), cfg).result.Status).To(Equal(ntlm.StatusAccountLockedOut))
	})

	DescribeTable("passes on what the controller says",
		func(change func(*ntlm.DomainController), status string) {
			cfg, dc := member(0, 0)
			change(dc)
			Expect(login(as(3, "LAB", "alice"), cfg).result.Status.WithCode()).To(Equal(status))
			Expect(login(as(3, "", "local"), cfg).result.OK).To(BeTrue(), "the local accounts are not concerned")
		},
		Entry("down", func(dc *ntlm.DomainController) { dc.Down = true }, "STATUS_NO_LOGON_SERVERS (0xC000005E)"),
		Entry("blocked", func(dc *ntlm.DomainController) { dc.Blocked = true }, "STATUS_NOT_SUPPORTED (0xC00000BB)"),
		Entry("another password", func(dc *ntlm.DomainController) {
			dc.Accounts.Put(ntlm.Account{Domain: "LAB", User: "alice", Password: "new"})
		}, "STATUS_WRONG_PASSWORD (0xC000006A)"),
		Entry("no account", func(dc *ntlm.DomainController) { dc.Accounts = ntlm.NewAccounts() }, "STATUS_NO_SUCH_USER (0xC0000064)"),
		Entry("a clock that is off", func(dc *ntlm.DomainController) { dc.Now = at(noon.Add(37 * time.Hour)) }, "STATUS_TIME_DIFFERENCE_AT_DC (0xC0000133)"),
	)

	It("blocks NTLM by its own policy for every account", func() {
		cfg, _ := member(0, 0)
		cfg.Blocked = true
		for _, c := range []ntlm.ClientConfig{as(3, "LAB", "alice"), as(0, "", "local"), as(0, "LAB", "nobody")} {
			r := login(c, cfg).result
			Expect(r.Status).To(Equal(ntlm.StatusNotSupported))
			Expect(r.Reason).To(Equal("NTLM is blocked by the server's policy"))
		}
	})

	It("has the controller's domain when it is told none", func() {
		cfg, _ := member(0, 0)
		cfg.NetBIOSDomain, cfg.DNSDomain, cfg.Accounts = "", "", nil
		h := login(as(3, "LAB", "alice"), cfg)
		Expect(h.result.OK).To(BeTrue(), h.result.Reason)
		Expect(h.type2.TargetName).To(Equal("LAB"))
		pairs, err := h.type2.Pairs()
		Expect(err).NotTo(HaveOccurred())
		Expect(pairs.Text(ntlm.MsvAvDNSDomainName)).To(Equal("lab.example"))
	})

	DescribeTable("is not made with",
		func(spoil func(*ntlm.DomainController), want string) {
			cfg, dc := member(0, 0)
			spoil(dc)
			_, err := ntlm.NewAcceptor(cfg)
			Expect(err).To(MatchError(want))
		},
		Entry("a controller without accounts", func(dc *ntlm.DomainController) { dc.Accounts = nil }, "ntlm: domain controller has no account database"),
		Entry("a controller without domain", func(dc *ntlm.DomainController) { dc.NetBIOSDomain = "" }, "ntlm: domain controller has no NetBIOS domain"),
		Entry("a controller's level out of range", func(dc *ntlm.DomainController) { dc.Level = 7 }, "ntlm: LmCompatibilityLevel is 7, not 0 to 5"),
	)
})

var _ = Describe("Logon with a password", func() {
	logon := func(cfg ntlm.AcceptorConfig, domain, user, password string) ntlm.Result {
		GinkgoHelper()
		acceptor, err := ntlm.NewAcceptor(cfg)
		Expect(err).NotTo(HaveOccurred())
		return acceptor.Logon(domain, user, func(a ntlm.Account) bool { return a.Password == password })
	}

	It("judges accounts as NTLM does, but neither level nor block", func() {
		cfg, dc := member(5, 5)
		cfg.Blocked, dc.Blocked = true, true
		dc.Accounts.LockAfter(2)
		Expect(logon(cfg, "LAB", "alice", "SecREt01").OK).To(BeTrue())
		Expect(logon(cfg, "", "local", "SecREt01").Account.String()).To(Equal("local"))
		r := logon(cfg, "LAB", "alice", "no")
		Expect(r.Reason).To(Equal(`the password given for LAB\alice is wrong`))
		Expect(r.Status).To(Equal(ntlm.StatusWrongPassword))
		logon(cfg, "LAB", "alice", "no")
		Expect(logon(cfg, "LAB", "alice", "SecREt01").Status).To(Equal(ntlm.StatusAccountLockedOut))
		Expect(logon(cfg, "LAB", "bob", "x").Status).To(Equal(ntlm.StatusNoSuchUser))
		dc.Down = true
		Expect(logon(cfg, "LAB", "alice", "SecREt01").Status).To(Equal(ntlm.StatusNoLogonServers))
	})

	It("says what is wrong with an account only to who has its password", func() {
		cfg := acceptorConfig(0)
		cfg.Accounts.Put(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw", Disabled: true})
		Expect(logon(cfg, "LAB", "alice", "no").Status).To(Equal(ntlm.StatusWrongPassword))
		Expect(logon(cfg, "LAB", "alice", "pw").Status).To(Equal(ntlm.StatusAccountDisabled))
	})
})

var _ = Describe("NtlmMinClientSec", func() {
	try := func(level ntlm.Level, min ntlm.MinSec, change func(*ntlm.AcceptorConfig)) error {
		GinkgoHelper()
		c, a := clientConfig(level), acceptorConfig(0)
		c.MinSec = min
		change(&a)
		client, err := ntlm.NewClient(c)
		Expect(err).NotTo(HaveOccurred())
		acceptor, err := ntlm.NewAcceptor(a)
		Expect(err).NotTo(HaveOccurred())
		s := acceptor.NewSession()
		type2, err := s.Challenge(client.Negotiate())
		Expect(err).NotTo(HaveOccurred())
		type3, err := client.Authenticate(type2)
		if err == nil {
			Expect(s.Verify(type3).OK).To(BeTrue())
		}
		return err
	}
	full := func(*ntlm.AcceptorConfig) {}
	noESS := func(a *ntlm.AcceptorConfig) { a.NoESS = true }
	no128 := func(a *ntlm.AcceptorConfig) { a.No128 = true }

	DescribeTable("breaks off or goes on",
		func(min ntlm.MinSec, change func(*ntlm.AcceptorConfig), missing string) {
			for level := range ntlm.MaxLevel + 1 {
				err := try(level, min, change)
				if missing == "" {
					Expect(err).NotTo(HaveOccurred())
					continue
				}
				Expect(err).To(MatchError(ntlm.ErrMinSec))
				Expect(err).To(MatchError(ContainSubstring("the server's challenge does not offer " + missing + ", which 0x")))
			}
		},
		Entry("nothing asked", ntlm.MinSec(0), noESS, ""),
		Entry("NTLMv2 session security", ntlm.MinSecNTLMv2Session, full, ""),
		Entry("NTLMv2 session security that the server lacks", ntlm.MinSecNTLMv2Session, noESS, "NTLMv2 session security"),
		Entry("128-bit", ntlm.MinSec128, full, ""),
		Entry("128-bit that the server lacks", ntlm.MinSec128, no128, "128-bit encryption"),
		Entry("both, both lacking", ntlm.MinSecNTLMv2Session|ntlm.MinSec128,
			func(a *ntlm.AcceptorConfig) { noESS(a); no128(a) }, "NTLMv2 session security and 128-bit encryption"),
		Entry("integrity and confidentiality", ntlm.MinSecIntegrity|ntlm.MinSecConfidentiality, full, ""),
		Entry("bits that mean nothing", ntlm.MinSec(0x40), noESS, ""),
	)

	It("is told to the caller in SSPI's words", func() {
		Expect(try(0, ntlm.MinSec128, no128)).To(MatchError(
			"ntlm: SEC_E_UNSUPPORTED_FUNCTION: the server's challenge does not offer 128-bit encryption, which 0x20000000 requires: NtlmMinClientSec is not met"))
	})
})

var _ = Describe("A server that knows OEM only", func() {
	It("agrees to OEM at every level", func() {
		for level := range ntlm.MaxLevel + 1 {
			a := acceptorConfig(0)
			a.OEMOnly = true
			h := login(clientConfig(level), a)
			Expect(h.result.OK).To(BeTrue(), h.result.Reason)
			Expect(h.type2.Flags.Has(ntlm.NegotiateUnicode)).To(BeFalse())
			Expect(h.type2.Flags.Has(ntlm.NegotiateOEM)).To(BeTrue())
		}
	})

	It("refuses a client that knows Unicode only", func() {
		a := acceptorConfig(0)
		a.OEMOnly = true
		acceptor, err := ntlm.NewAcceptor(a)
		Expect(err).NotTo(HaveOccurred())
		_, err = acceptor.NewSession().Challenge((&ntlm.NegotiateMessage{Flags: ntlm.NegotiateUnicode}).Marshal())
		Expect(err).To(MatchError(ContainSubstring("does not offer OEM, which is all that the server knows")))
	})
})
