package httpauth_test

import (
	"encoding/base64"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
)

func basic(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }

var _ = Describe("a gate with Basic", func() {
	DescribeTable("lets an account in",
		func(credentials, account string) {
			out := newGate().NewConn().Check(asking(credentials))
			Expect(out).To(Equal(httpauth.Outcome{
				Allowed: true, Fresh: true, Account: account, Scheme: httpauth.Basic, Response: "Basic",
				NTStatus: "STATUS_SUCCESS (0x00000000)", Exposure: exposure.ClearPassword}))
		},
		Entry("by domain and user", basic(`LAB\alice:pw`), `LAB\alice`),
		Entry("whose domain is in another case", basic(`lab\ALICE:pw`), `LAB\alice`),
		Entry("by user alone", basic(`alice:pw`), `LAB\alice`),
		Entry("by user@domain", basic(`alice@LAB:pw`), `LAB\alice`),
		Entry("by user@DNS domain", basic(`alice@lab.example:pw`), `LAB\alice`),
		Entry("of the computer", basic(`local:secret`), `local`),
		Entry("of the computer by its name", basic(`PROXY\local:secret`), `local`),
		Entry("in UTF-8, with a colon in the password", basic(`LAB\zoë:café:ü`), `LAB\zoë`),
		Entry("in Latin-1", basic("LAB\\zo\xeb:caf\xe9:\xfc"), `LAB\zoë`),
		Entry("with a scheme in lower case", "basic "+basic(`alice:pw`)[6:], `LAB\alice`),
	)

	DescribeTable("refuses with a reason",
		func(credentials, reason, status string) {
			out := newGate().NewConn().Check(asking(credentials))
			given := exposure.ClearPassword
			if credentials == "Basic" {
				given = exposure.Nothing
			}
			Expect(out).To(Equal(httpauth.Outcome{NTStatus: status, Exposure: given,
				Refused: reason, Scheme: httpauth.Basic, Challenges: []string{"NTLM", `Basic realm="corp"`}}))
		},
		Entry("a wrong password", basic(`LAB\alice:no`), `the password given for LAB\alice is wrong`, "STATUS_WRONG_PASSWORD (0xC000006A)"),
		Entry("an unknown user", basic(`LAB\bob:pw`), `there is no account LAB\bob`, "STATUS_NO_SUCH_USER (0xC0000064)"),
		Entry("a user of another domain", basic(`LAB\local:secret`), `there is no account LAB\local`, "STATUS_NO_SUCH_USER (0xC0000064)"),
		Entry("a disabled account", basic(`LAB\gone:pw`), `account LAB\gone is disabled`, "STATUS_ACCOUNT_DISABLED (0xC0000072)"),
		Entry("no user", basic(`:pw`), `the Basic credentials name no user`, ""),
		Entry("no colon", basic(`alice`), `the Basic credentials can't be read: there is no colon in it`, ""),
		Entry("a control character", basic("alice:p\x00w"), `the Basic credentials can't be read: there is a control character in it`, ""),
		Entry("no token", "Basic", `the Basic credentials can't be read: there is none`, ""),
		Entry("bad base64", "Basic YWxpY2U6cHc", `the Basic credentials can't be read: base64: illegal base64 data at input byte 8`, ""),
		Entry("base64 with bits left over", "Basic YWxpY2U6cHd=", `the Basic credentials can't be read: base64: illegal base64 data at input byte 11`, ""),
	)

	It("asks for each request anew", func() {
		conn := newGate().NewConn()
		Expect(conn.Check(asking(basic("alice:pw"))).Allowed).To(BeTrue())
		out := conn.Check(asking())
		Expect(out).To(Equal(httpauth.Outcome{Challenges: []string{"NTLM", `Basic realm="corp"`}}))
	})

	It("counts wrong passwords towards the lock-out", func() {
		accounts := people()
		accounts.LockAfter(2)
		conn := newGate(func(c *httpauth.GateConfig) { c.Accounts = accounts }).NewConn()
		conn.Check(asking(basic("alice:no")))
		conn.Check(asking(basic("alice:no")))
		Expect(conn.Check(asking(basic("alice:pw"))).Refused).To(Equal(`account LAB\alice is locked out`))
	})

	It("works at every level, since no response crosses the wire", func() {
		gate := newGate(func(c *httpauth.GateConfig) { c.Level = 5 })
		Expect(gate.NewConn().Check(asking(basic("alice:pw"))).Allowed).To(BeTrue())
	})

	It("reads only the header of its target", func() {
		both := asking(basic("alice:pw"))
		Expect(newGate(server).NewConn().Check(both).Allowed).To(BeFalse())
		both.Del("Proxy-Authorization")
		both.Set("Authorization", basic("alice:pw"))
		Expect(newGate(server).NewConn().Check(both).Allowed).To(BeTrue())
		Expect(newGate().NewConn().Check(both).Allowed).To(BeFalse())
	})

	DescribeTable("names its realm",
		func(realm, dns, want string) {
			gate := newGate(func(c *httpauth.GateConfig) {
				c.Realm, c.DNSComputer, c.Schemes = realm, dns, []httpauth.Scheme{httpauth.Basic}
			})
			Expect(gate.NewConn().Check(asking()).Challenges).To(Equal([]string{want}))
		},
		Entry("as told", "corp", "a.b", `Basic realm="corp"`),
		Entry("with quotes and backslashes escaped", `LAB\"x"`, "", `Basic realm="LAB\\\"x\""`),
		Entry("by its DNS name", "", "a.b", `Basic realm="a.b"`),
		Entry("by its NetBIOS name", "", "", `Basic realm="PROXY"`),
	)
})
