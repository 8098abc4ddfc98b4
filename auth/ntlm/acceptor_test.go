package ntlm_test

import (
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("Acceptor", func() {
	alice := func(change func(*ntlm.Account)) ntlm.AcceptorConfig {
		a := ntlm.Account{Domain: "LAB", User: "alice", Password: "SecREt01"}
		change(&a)
		cfg := acceptorConfig(0)
		cfg.Accounts = ntlm.NewAccounts(a)
		return cfg
	}

	DescribeTable("refuses an account, each in its own words",
		func(change func(*ntlm.Account), status ntlm.NTStatus, name, reason string) {
			for _, level := range []ntlm.Level{0, 1, 3} {
				r := login(clientConfig(level), alice(change)).result
				Expect(r.OK).To(BeFalse())
				Expect(r.Status).To(Equal(status))
				Expect(r.Status.String()).To(Equal(name))
				Expect(r.Reason).To(MatchRegexp(reason))
			}
		},
		Entry("wrong password", func(a *ntlm.Account) { a.Password = "other" }, ntlm.StatusWrongPassword, "STATUS_WRONG_PASSWORD", `response of LAB\\alice does not match its password$`),
		Entry("unknown user", func(a *ntlm.Account) { a.User = "bob" }, ntlm.StatusNoSuchUser, "STATUS_NO_SUCH_USER", `^there is no account LAB\\alice$`),
		Entry("disabled", func(a *ntlm.Account) { a.Disabled = true }, ntlm.StatusAccountDisabled, "STATUS_ACCOUNT_DISABLED", `is disabled$`),
		Entry("expired", func(a *ntlm.Account) { a.Expired = true }, ntlm.StatusAccountExpired, "STATUS_ACCOUNT_EXPIRED", `^account .* has expired$`),
		Entry("password expired", func(a *ntlm.Account) { a.PasswordExpired = true }, ntlm.StatusPasswordExpired, "STATUS_PASSWORD_EXPIRED", `^password .* has expired$`),
		Entry("locked", func(a *ntlm.Account) { a.Locked = true }, ntlm.StatusAccountLockedOut, "STATUS_ACCOUNT_LOCKED_OUT", `is locked out$`),
		Entry("scripted", func(a *ntlm.Account) { a.Refuse = ntlm.StatusNoLogonServers }, ntlm.StatusNoLogonServers, "STATUS_NO_LOGON_SERVERS", `set to be refused with STATUS_NO_LOGON_SERVERS$`),
	)

	It("says locked even to a wrong password, but disabled only to the right one", func() {
		r := login(clientConfig(0), alice(func(a *ntlm.Account) { a.Locked, a.Password = true, "x" })).result
		Expect(r.Status).To(Equal(ntlm.StatusAccountLockedOut))
		r = login(clientConfig(0), alice(func(a *ntlm.Account) { a.Disabled, a.Password = true, "x" })).result
		Expect(r.Status).To(Equal(ntlm.StatusWrongPassword))
	})

	It("locks an account after failed logons, refused levels among them", func() {
		cfg := acceptorConfig(5)
		cfg.Accounts.LockAfter(2)
		Expect(login(clientConfig(0), cfg).result.Status).To(Equal(ntlm.StatusLogonFailure))
		Expect(login(clientConfig(3), cfg).result.OK).To(BeTrue())
		login(clientConfig(0), cfg)
		Expect(login(clientConfig(3), cfg).result.OK).To(BeTrue(), "a good logon starts the count again")
		login(clientConfig(0), cfg)
		login(clientConfig(0), cfg)
		Expect(login(clientConfig(3), cfg).result.Status).To(Equal(ntlm.StatusAccountLockedOut))
	})

	DescribeTable("finds the account that is meant",
		func(domain, user string, found bool) {
			cfg := acceptorConfig(0)
			cfg.Accounts.Put(ntlm.Account{User: "local", Password: "SecREt01"})
			for _, level := range []ntlm.Level{0, 3} {
				c := clientConfig(level)
				c.Domain, c.User = domain, user
				r := login(c, cfg).result
				Expect(r.OK).To(Equal(found), r.Reason)
				Expect(r.Account != nil).To(Equal(found))
			}
		},
		Entry("as it is", "LAB", "alice", true),
		Entry("in other case", "lab", "ALICE", true),
		Entry("by DNS domain", "lab.example", "alice", true),
		Entry("without domain", "", "alice", true),
		Entry("user@domain", "", "alice@lab.example", true),
		Entry("user@elsewhere", "", "alice@other.example", false),
		Entry("a local account without domain", "", "local", true),
		Entry("a local account by computer", "PROXY", "local", true),
		Entry("a local account by DNS computer", "proxy.lab.example", "local", true),
		Entry("a local account by a domain nobody knows", "ELSEWHERE", "local", true),
		Entry("a local account in the server's domain", "LAB", "local", false),
		Entry("a domain account by computer", "PROXY", "alice", false),
	)

	It("tries NTLMv2 without the domain, which the hash includes as it was sent", func() {
		c := clientConfig(3)
		c.Domain = ""
		setDomain := func(m *ntlm.AuthenticateMessage) { m.Domain = "LAB" }
		Expect(login(c, acceptorConfig(5), setDomain).result.OK).To(BeTrue())
		lower := func(m *ntlm.AuthenticateMessage) { m.Domain = "lab" }
		Expect(login(clientConfig(3), acceptorConfig(5), lower).result.Status).To(Equal(ntlm.StatusWrongPassword))
		lowerUser := func(m *ntlm.AuthenticateMessage) { m.User = "Alice" }
		Expect(login(clientConfig(3), acceptorConfig(5), lowerUser).result.OK).To(BeTrue())
	})

	DescribeTable("checks the age of an NTLMv2 response",
		func(os ntlm.OS, skew time.Duration, ok bool) {
			for _, sign := range []time.Duration{1, -1} {
				c, a := clientConfig(3), acceptorConfig(0)
				c.Now, a.OS = at(noon.Add(sign*skew)), os
				r := login(c, a).result
				Expect(r.OK).To(Equal(ok), r.Reason)
				if !ok {
					Expect(r.Status).To(Equal(ntlm.StatusTimeDifferenceAtDC))
					Expect(r.Reason).To(ContainSubstring("differs by " + skew.String()))
				}
			}
		},
		Entry("2000, 30 minutes", ntlm.Windows2000(), 30*time.Minute, true),
		Entry("2000, 31 minutes", ntlm.Windows2000(), 31*time.Minute, false),
		Entry("2003, 36 hours", ntlm.WindowsServer2003(), 36*time.Hour, true),
		Entry("2003, 37 hours", ntlm.WindowsServer2003(), 37*time.Hour, false),
		Entry("no limit", ntlm.OS{Name: "any age"}, 10000*time.Hour, true),
	)

	It("does not look at the clock for older responses", func() {
		c := clientConfig(2)
		c.Now = at(noon.AddDate(5, 0, 0))
		Expect(login(c, acceptorConfig(0)).result.OK).To(BeTrue())
	})

	It("refuses an anonymous client unless told otherwise", func() {
		c, a := clientConfig(3), acceptorConfig(5)
		c.Anonymous = true
		h := login(c, a)
		Expect(h.type3.Flags.Has(ntlm.NegotiateAnonymous)).To(BeTrue())
		Expect(h.type3.LmResponse).To(Equal([]byte{0}))
		Expect(h.type3.NtResponse).To(BeEmpty())
		Expect(h.result.OK).To(BeFalse())
		Expect(h.result.Response).To(Equal(ntlm.ResponseAnonymous))
		Expect(h.result.Reason).To(Equal("anonymous logon is not allowed here"))
		a.AllowAnonymous = true
		h = login(c, a)
		Expect(h.result.OK).To(BeTrue())
		Expect(h.result.Account).To(BeNil())
	})

	It("counts an answer once, and only after a challenge", func() {
		acceptor, err := ntlm.NewAcceptor(acceptorConfig(0))
		Expect(err).NotTo(HaveOccurred())
		client, err := ntlm.NewClient(clientConfig(0))
		Expect(err).NotTo(HaveOccurred())
		s := acceptor.NewSession()
		Expect(s.Verify([]byte("NTLMSSP")).Reason).To(ContainSubstring("without a challenge"))
		type2, err := s.Challenge(client.Negotiate())
		Expect(err).NotTo(HaveOccurred())
		type3, err := client.Authenticate(type2)
		Expect(err).NotTo(HaveOccurred())
		other := acceptor.NewSession()
		_, err = other.Challenge(client.Negotiate())
		Expect(err).NotTo(HaveOccurred())
		Expect(other.Verify(type3).Status).To(Equal(ntlm.StatusWrongPassword))
		Expect(s.Verify(type3).OK).To(BeTrue())
		again := s.Verify(type3)
		Expect(again.OK).To(BeFalse())
		Expect(again.Status).To(Equal(ntlm.StatusInvalidParameter))
	})

	DescribeTable("refuses a message whose parts do not fit together",
		func(level ntlm.Level, edit func(*ntlm.AuthenticateMessage), status ntlm.NTStatus, reason string) {
			r := login(clientConfig(level), acceptorConfig(0), edit).result
			Expect(r.OK).To(BeFalse())
			Expect(r.Status).To(Equal(status))
			Expect(r.Reason).To(ContainSubstring(reason))
		},
		Entry("no responses", ntlm.Level(0), func(m *ntlm.AuthenticateMessage) { m.LmResponse, m.NtResponse = nil, nil }, ntlm.StatusLogonFailure, "no usable response: 0 bytes LM, 0 bytes NT"),
		Entry("short NT response", ntlm.Level(0), func(m *ntlm.AuthenticateMessage) { m.NtResponse = m.NtResponse[:23] }, ntlm.StatusLogonFailure, "no usable response: 24 bytes LM, 23 bytes NT"),
		Entry("NTLMv2 too short for its blob", ntlm.Level(3), func(m *ntlm.AuthenticateMessage) { m.NtResponse = m.NtResponse[:43] }, ntlm.StatusInvalidParameter, "NTLMv2_CLIENT_CHALLENGE: RespType at offset 0: is 27 bytes"),
		Entry("NTLMv2 of another version", ntlm.Level(3), func(m *ntlm.AuthenticateMessage) { m.NtResponse[16] = 2 }, ntlm.StatusInvalidParameter, "is version 2"),
	)

	It("refuses an offer without a character set", func() {
		acceptor, err := ntlm.NewAcceptor(acceptorConfig(0))
		Expect(err).NotTo(HaveOccurred())
		_, err = acceptor.NewSession().Challenge((&ntlm.NegotiateMessage{Flags: ntlm.NegotiateNTLM}).Marshal())
		Expect(err).To(MatchError(ntlm.ErrMalformed))
		Expect(err).To(MatchError(ContainSubstring("NegotiateFlags at offset 12: has neither UNICODE nor OEM")))
	})

	It("takes the form of NTLM2 session for it only when that was agreed", func() {
		cfg := acceptorConfig(0)
		cfg.NoESS = true
		form := func(m *ntlm.AuthenticateMessage) { clear(m.LmResponse[8:]) }
		r := login(clientConfig(1), cfg, form).result
		Expect(r.Response).To(Equal(ntlm.ResponseLMAndNTLMv1))
		Expect(r.OK).To(BeTrue(), r.Reason)
	})

	It("echoes the key strengths only with signing or sealing", func() {
		strengths := ntlm.Negotiate128 | ntlm.Negotiate56
		Expect(login(clientConfig(0), acceptorConfig(0)).type2.Flags.HasAny(strengths)).To(BeFalse())
		c := clientConfig(0)
		c.ExtraFlags = ntlm.NegotiateSeal
		Expect(login(c, acceptorConfig(0)).type2.Flags.Has(strengths)).To(BeTrue())
	})

	It("serves many connections at once", func() {
		acceptor, err := ntlm.NewAcceptor(acceptorConfig(0))
		Expect(err).NotTo(HaveOccurred())
		var wait sync.WaitGroup
		results := make([]bool, 16)
		for i := range results {
			wait.Go(func() {
				client, err := ntlm.NewClient(clientConfig(ntlm.Level(i % 6)))
				if err != nil {
					return
				}
				s := acceptor.NewSession()
				type2, err := s.Challenge(client.Negotiate())
				if err != nil {
					return
				}
				type3, err := client.Authenticate(type2)
				results[i] = err == nil && s.Verify(type3).OK
			})
		}
		wait.Wait()
		Expect(results).To(HaveEach(true))
	})
})

var _ = Describe("Account", func() {
	It("never prints its password", func() {
		a := ntlm.Account{Domain: "LAB", User: "alice", Password: "SecREt01"}
		r := ntlm.Result{Account: &a}
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			Expect(sprintf(format, a)).To(ContainSubstring("alice"))
			Expect(sprintf(format, a)).NotTo(ContainSubstring("SecREt01"))
			Expect(sprintf(format, r)).NotTo(ContainSubstring("SecREt01"))
		}
	})
})
