package httpauth_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("a gate of a member server", func() {
	var dc *ntlm.DomainController

	member := func(c *httpauth.GateConfig) {
		c.Schemes = []httpauth.Scheme{httpauth.NTLM, httpauth.Negotiate, httpauth.Basic}
		c.Accounts = ntlm.NewAccounts(ntlm.Account{User: "local", Password: "secret"})
		c.DomainController = dc
	}

	BeforeEach(func() {
		dc = &ntlm.DomainController{Level: 0, NetBIOSDomain: "LAB", Accounts: people()}
	})

	DescribeTable("says why, for each scheme alike",
		func(change func(), status, basicStatus string) {
			change()
			gate := newGate(member)
			for _, m := range []httpauth.Mechanism{login(3, "alice", "pw"), negotiator(3, "pw"), negotiator(3, "pw", raw)} {
				out := signOnWith(gate.NewConn(), m)
				Expect(out.NTStatus).To(Equal(status), "%s: %s", m.Scheme(), out.Refused)
				Expect(out.Exposure).To(Equal(exposure.NTLMv2), "it was sent all the same")
			}
			out := gate.NewConn().Check(asking(basic(`LAB\alice:pw`)))
			Expect(out.NTStatus).To(Equal(basicStatus))
			Expect(out.Exposure).To(Equal(exposure.ClearPassword))
		},
		Entry("good", func() {}, "STATUS_SUCCESS (0x00000000)", "STATUS_SUCCESS (0x00000000)"),
		Entry("controller down", func() { dc.Down = true }, "STATUS_NO_LOGON_SERVERS (0xC000005E)", "STATUS_NO_LOGON_SERVERS (0xC000005E)"),
		Entry("NTLM blocked in the domain", func() { dc.Blocked = true }, "STATUS_NOT_SUPPORTED (0xC00000BB)", "STATUS_SUCCESS (0x00000000)"),
		Entry("clocks apart", func() { dc.Now = func() time.Time { return epoch().Add(48 * time.Hour) } },
			"STATUS_TIME_DIFFERENCE_AT_DC (0xC0000133)", "STATUS_SUCCESS (0x00000000)"),
		Entry("disabled", func() { dc.Accounts.Put(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw", Disabled: true}) },
			"STATUS_ACCOUNT_DISABLED (0xC0000072)", "STATUS_ACCOUNT_DISABLED (0xC0000072)"),
		Entry("password expired", func() {
			dc.Accounts.Put(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw", PasswordExpired: true})
		},
			"STATUS_PASSWORD_EXPIRED (0xC0000071)", "STATUS_PASSWORD_EXPIRED (0xC0000071)"),
		Entry("no account", func() { dc.Accounts = ntlm.NewAccounts() }, "STATUS_NO_SUCH_USER (0xC0000064)", "STATUS_NO_SUCH_USER (0xC0000064)"),
	)

	It("has a level of its own for its own accounts", func() {
		dc.Level = 5
		gate := newGate(member)
		out := signOnWith(gate.NewConn(), login(0, "alice", "pw"))
		Expect(out.Refused).To(HavePrefix("domain controller of LAB at LmCompatibilityLevel 5"))
		Expect(out.NTStatus).To(Equal("STATUS_LOGON_FAILURE (0xC000006D)"))
		Expect(out.Exposure).To(Equal(exposure.LM))
	})

	It("can block NTLM itself", func() {
		out := signOnWith(newGate(member, func(c *httpauth.GateConfig) { c.NTLMBlocked = true }).NewConn(), login(3, "alice", "pw"))
		Expect(out.NTStatus).To(Equal("STATUS_NOT_SUPPORTED (0xC00000BB)"))
	})

	It("needs a controller that works", func() {
		dc.NetBIOSDomain = ""
		_, err := httpauth.NewGate(config(member))
		Expect(err).To(MatchError("httpauth: gate: ntlm: domain controller has no NetBIOS domain"))
	})
})

var _ = Describe("Disclosed", func() {
	It("takes the worst of what is sent, to its target only", func() {
		h := http.Header{"Authorization": {basic("a:b")}, "Proxy-Authorization": {`Digest username="a", response="00"`}}
		Expect(httpauth.Disclosed(httpauth.Server, h)).To(Equal(exposure.ClearPassword))
		Expect(httpauth.Disclosed(httpauth.Proxy, h)).To(Equal(exposure.Digest))
		h["Proxy-Authorization"] = append(h["Proxy-Authorization"], basic("a:b"))
		Expect(httpauth.Disclosed(httpauth.Proxy, h)).To(Equal(exposure.ClearPassword))
		h["Proxy-Authorization"] = append(h["Proxy-Authorization"], "NTLM")
		Expect(httpauth.Disclosed(httpauth.Proxy, h)).To(Equal(exposure.ClearPassword))
		Expect(httpauth.Disclosed(httpauth.Proxy, http.Header{})).To(Equal(exposure.Nothing))
	})

	DescribeTable("ranks",
		func(value string, want exposure.Exposure) {
			Expect(httpauth.Disclosed(httpauth.Server, http.Header{"Authorization": {value}})).To(Equal(want))
		},
		Entry("Basic that is broken", basic("a:b")+" ?", exposure.ClearPassword),
		Entry("a scheme alone", "Basic", exposure.Nothing),
		Entry("Digest without response", `Digest username="a"`, exposure.Nothing),
		Entry("a Passport sign-in", "Passport1.4 sign-in=a,pwd=b", exposure.ClearPassword),
		Entry("a Passport ticket", "Passport1.4 from-PP='t='", exposure.Ticket),
		Entry("a Passport token request", "Passport1.4 tname=,OrgVerb=GET", exposure.Nothing),
		Entry("an NTLM token that is none", "NTLM YWJj", exposure.Nothing),
		Entry("an NTLM token that is no base64", "NTLM !", exposure.Nothing),
		Entry("a Negotiate token that is none", "Negotiate YWJj", exposure.Nothing),
		Entry("what nobody knows", "Bearer abc", exposure.Nothing),
	)
})
